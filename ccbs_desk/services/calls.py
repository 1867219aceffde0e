"""Read calls as facts: one with its legs and all that it was about, and those about something. Nothing here writes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.calls import Call, CallLeg, CallLink, CallWrapUp, WrapUpCode
from ccbs_desk.models.reference import Staff
from ccbs_desk.services.call_acts import ActView, acts_in


@dataclass(frozen=True, slots=True)
class LegView:
    """One agent's part of a call. `by` is empty for an extension that nobody was logged in at."""

    leg: str
    by: Bilingual | None
    extension: str
    offered_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str
    held_seconds: int


@dataclass(frozen=True, slots=True)
class LinkView:
    """Something that the call was about: `kind` is the table of the row `target_id`, or account or line."""

    kind: str
    target_id: UUID
    account_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class WrapUpView:
    """How an agent closed his part of the call."""

    code: str
    name: Bilingual
    notes: str
    by: Bilingual | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CallView:
    """A call. Where only what was done in it is known here (`known` is false), its own facts are empty.

    `number` is E.164 with its plus, empty when the number was withheld or was none; `caller` is what the exchange said.
    """

    call_id: UUID
    known: bool
    direction: str
    number: str
    caller: str
    name: str
    presentation: str
    dialled: str
    queue: str
    arrived_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str
    by: Bilingual | None
    account_id: UUID | None
    legs: tuple[LegView, ...]
    links: tuple[LinkView, ...]
    acts: tuple[ActView, ...]
    wrap_ups: tuple[WrapUpView, ...]


def read_call(connection: Connection, call_id: UUID) -> CallView | None:
    """Return a call with all that is known of it, or None when this store knows nothing of it."""
    found = _views(connection, [call_id])
    return found[0] if found else None


def calls_about(connection: Connection, target_id: UUID) -> tuple[CallView, ...]:
    """Return the calls in which something (a receipt, a complaint, an order …) was made or changed, the first first."""
    rows = connection.execute(select(CallLink.call_id).where(CallLink.target_id == target_id).distinct())
    return tuple(sorted(_views(connection, list(rows.scalars())), key=_moment))


def _moment(call: CallView) -> tuple[datetime, UUID]:
    done = [link.at for link in call.links] + [wrap_up.at for wrap_up in call.wrap_ups]
    return call.arrived_at or min(done), call.call_id


def _views(connection: Connection, ids: Sequence[UUID]) -> list[CallView]:
    legs, links, wrap_ups = _legs(connection, ids), _links(connection, ids), _wrap_ups(connection, ids)
    rows = connection.execute(
        select(Call.__table__, Staff.name_ar, Staff.name_en)
        .outerjoin(Staff, Staff.id == Call.staff_id)
        .where(Call.id.in_(ids))
    )
    known = {row.id: row for row in rows}
    acts = acts_in(connection, ids)
    here = [call_id for call_id in ids if call_id in known or links[call_id] or wrap_ups[call_id]]
    return [
        _view(call_id, known.get(call_id), legs[call_id], links[call_id], acts.get(call_id, ()), wrap_ups[call_id])
        for call_id in here
    ]


def _view(
    call_id: UUID,
    row: Row[*tuple[Any, ...]] | None,
    legs: Sequence[LegView],
    links: Sequence[LinkView],
    acts: tuple[ActView, ...],
    wrap_ups: Sequence[WrapUpView],
) -> CallView:
    told = (tuple(legs), tuple(links), acts, tuple(wrap_ups))
    if row is None:
        return CallView(call_id, False, "", "", "", "", "", "", "", None, None, None, "", None, None, *told)
    return CallView(
        call_id,
        True,
        row.direction,
        f"+{row.caller_e164}" if row.caller_e164 else "",
        row.caller_raw,
        row.caller_name,
        row.presentation,
        row.dialled,
        row.queue,
        row.arrived_at,
        row.answered_at,
        row.ended_at,
        row.outcome,
        _person(row),
        row.account_id,
        *told,
    )


def _person(row: Row[*tuple[Any, ...]]) -> Bilingual | None:
    return Bilingual(row.name_ar, row.name_en) if row.name_ar is not None else None


def _legs(connection: Connection, ids: Sequence[UUID]) -> defaultdict[UUID, list[LegView]]:
    rows = connection.execute(
        select(CallLeg.__table__, Staff.name_ar, Staff.name_en)
        .outerjoin(Staff, Staff.id == CallLeg.staff_id)
        .where(CallLeg.call_id.in_(ids))
        .order_by(CallLeg.offered_at, CallLeg.id)
    )
    found: defaultdict[UUID, list[LegView]] = defaultdict(list)
    for row in rows:
        found[row.call_id].append(
            LegView(
                row.leg,
                _person(row),
                row.extension,
                row.offered_at,
                row.answered_at,
                row.ended_at,
                row.outcome,
                row.held_seconds,
            )
        )
    return found


def _links(connection: Connection, ids: Sequence[UUID]) -> defaultdict[UUID, list[LinkView]]:
    rows = connection.execute(
        select(CallLink.call_id, CallLink.kind, CallLink.target_id, CallLink.account_id, CallLink.at)
        .where(CallLink.call_id.in_(ids))
        .order_by(CallLink.at, CallLink.command_id, CallLink.kind, CallLink.id)
    )
    found: defaultdict[UUID, list[LinkView]] = defaultdict(list)
    for call_id, kind, target_id, account_id, at in rows:
        found[call_id].append(LinkView(kind, target_id, account_id, at))
    return found


def _wrap_ups(connection: Connection, ids: Sequence[UUID]) -> defaultdict[UUID, list[WrapUpView]]:
    rows = connection.execute(
        select(
            CallWrapUp.call_id,
            CallWrapUp.code,
            CallWrapUp.notes,
            CallWrapUp.at,
            Staff.name_ar,
            Staff.name_en,
            WrapUpCode.name_ar.label("code_ar"),
            WrapUpCode.name_en.label("code_en"),
        )
        .outerjoin(Staff, Staff.id == CallWrapUp.staff_id)
        .outerjoin(WrapUpCode, WrapUpCode.code == CallWrapUp.code)
        .where(CallWrapUp.call_id.in_(ids))
        .order_by(CallWrapUp.at, CallWrapUp.id)
    )
    found: defaultdict[UUID, list[WrapUpView]] = defaultdict(list)
    for row in rows:
        name = Bilingual(row.code_ar or row.code, row.code_en or row.code)
        found[row.call_id].append(WrapUpView(row.code, name, row.notes, _person(row), row.at))
    return found
