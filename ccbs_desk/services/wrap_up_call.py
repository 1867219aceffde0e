"""Wrap a call up: what it came to, in a code and, where the code does not tell, in words.

It happened, so that it is recorded whatever is found against it later; a desk that has not heard of the call yet, being
offline or quicker than the feed, wraps it up all the same. Where it is kept follows from the call, or else from the
device: that is not the act's to say. Source: domain.md, Calls.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select

from ccbs_desk.domain.care_commands import WrapUpCall
from ccbs_desk.domain.care_errors import TextTooLong, WrapUpCodeUnknown, WrapUpNeedsNotes
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.notes import LONGEST, clean_note
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.calls import Call, CallWrapUp, WrapUpCode
from ccbs_desk.models.reference import Device
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work

_CODE = select(WrapUpCode.name_ar, WrapUpCode.name_en, WrapUpCode.needs_notes).where(
    WrapUpCode.code == bindparam("code")
)
_CALL = select(Call.area_id, Call.period).where(Call.id == bindparam("call"))
_DEVICE = select(Device.area_id).where(Device.id == bindparam("device"))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the call's rows are kept."""

    area_id: int
    period: int


@handles(WrapUpCall)
def wrap_up_call(command: WrapUpCall, work: Work) -> UUID:
    """Return the wrap-up's id.

    Raises Refused while it is decided: wrap_up.code_unknown, wrap_up.needs_notes, text.too_long.
    """
    notes = clean_note(command.notes)
    code = work.connection.execute(_CODE, {"code": command.code}).one_or_none()
    if code is None:
        work.object_to(WrapUpCodeUnknown(command.code))
    elif code.needs_notes and not notes:
        work.object_to(WrapUpNeedsNotes(Bilingual(code.name_ar, code.name_en)))
    if len(notes) > LONGEST:
        work.object_to(TextTooLong(len(notes), LONGEST))
    place = _place(command, work)
    wrap_up_id = work.insert(
        CallWrapUp,
        "wrap_up",
        area_id=place.area_id,
        period=place.period,
        call_id=command.call_id,
        staff_id=work.stamps.staff_id,
        code=command.code,
        notes=notes,
        at=work.stamps.occurred_at,
    )
    work.tell_objections(area_id=place.area_id)
    return wrap_up_id


def _place(command: WrapUpCall, work: Work) -> _Place:
    row = work.connection.execute(_CALL, {"call": command.call_id}).one_or_none()
    if row is not None:
        return _Place(row.area_id, row.period)
    area_id = work.connection.execute(_DEVICE, {"device": work.stamps.device_id}).scalar_one_or_none()
    return _Place(area_id or 0, int(f"{damascus_date(work.stamps.occurred_at):%Y%m}"))
