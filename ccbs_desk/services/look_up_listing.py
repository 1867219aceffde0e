"""Look a listing up, by name or by its number: what is left behind, and when somebody is told.

By name: the act in the audit is the trace; no row is written, since a million of them come a day. By number: only with
the right and a reason; each is a row, and more than `directory.reverse_most` by one person within
`directory.reverse_minutes` raise an alarm, once in that time. The desk counts what it knows, the server what all desks
did: its word replaces the desk's. Source: domain.md, Directory.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select

from ccbs_desk.domain.directory_commands import LookUpListing, ReverseLookUp
from ccbs_desk.domain.directory_errors import ReverseNeedsReason
from ccbs_desk.domain.errors import Refused
from ccbs_desk.models.enquiries import DirectoryAlarm, NumberAsked
from ccbs_desk.models.reference import Device
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work

_DEVICE_AREA = select(Device.area_id).where(Device.id == bindparam("device"))
_ASKED = select(func.count(), func.min(NumberAsked.at)).where(
    NumberAsked.staff_id == bindparam("staff"),
    NumberAsked.at > bindparam("since"),
    NumberAsked.at <= bindparam("until"),
)
_RAISED = select(DirectoryAlarm.id).where(
    DirectoryAlarm.staff_id == bindparam("staff"),
    DirectoryAlarm.at > bindparam("since"),
    DirectoryAlarm.at <= bindparam("until"),
)


@handles(LookUpListing)
def look_up_listing(command: LookUpListing, work: Work) -> None:
    """Leave a trace of a look-up by name. Raises Refused: permission.missing (by the bus)."""


@handles(ReverseLookUp)
def reverse_look_up(command: ReverseLookUp, work: Work) -> UUID | None:
    """Write the look-up down; return the alarm that it raised, if it did.

    Raises Refused: permission.missing (by the bus), directory.reverse_needs_reason.
    """
    reason = command.reason.strip()
    if not reason:
        raise Refused(ReverseNeedsReason())
    stamps = work.stamps
    area_id = work.connection.execute(_DEVICE_AREA, {"device": stamps.device_id}).scalar_one_or_none() or 0
    work.insert(
        NumberAsked,
        "asked",
        area_id=area_id,
        staff_id=stamps.staff_id,
        asked_hash=command.asked_hash,
        reason=reason,
        at=stamps.occurred_at,
    )
    return _raise_alarm(work, area_id)


def _raise_alarm(work: Work, area_id: int) -> UUID | None:
    stamps = work.stamps
    within = timedelta(minutes=work.policy.number("directory.reverse_minutes"))
    window = {"staff": stamps.staff_id, "since": stamps.occurred_at - within, "until": stamps.occurred_at}
    asked, since = work.connection.execute(_ASKED, window).one()
    if asked <= work.policy.number("directory.reverse_most"):
        return None
    if work.connection.execute(_RAISED, window).first() is not None:
        return None
    return work.insert(
        DirectoryAlarm,
        "alarm",
        area_id=area_id,
        staff_id=stamps.staff_id,
        asked=asked,
        since=since,
        at=stamps.occurred_at,
    )
