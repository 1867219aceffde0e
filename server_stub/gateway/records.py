"""Calls and agents' states as facts: gathered while they change, written in small batches, each row once.

A call's row is laid over what is there: what is known is never replaced by nothing, so a gateway that was started in
the middle of a call leaves the record as exact as it was. Calls go into the feed; agents' states are only added.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, and_, insert, select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.ids import call_id, derive
from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLeg
from ccbs_desk.models.central import AgentState
from ccbs_desk.models.rows import fetch
from ccbs_desk.services.caller_match import caller_keys
from ccbs_desk.services.work import RowChange
from ccbs_desk.telephony.model import CallRecord, Leg
from server_stub.feed import feeding
from server_stub.gateway.place import Place
from server_stub.gateway.pops import number_of

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.25
_CALL, _LEG = table_of(Call), table_of(CallLeg)
KEPT = ("staff_id", "account_id", "caller_e164")
"""Columns that keep their value when nothing is known now."""
AS_FIRST_SEEN = ("area_id", "period", "arrived_at", "offered_at", "answered_at")
"""Columns that keep the first value that they had."""


@dataclass(slots=True)
class Noted:
    """What is not written yet: the newest record of each call, who was at each leg, whom the call is about."""

    calls: dict[UUID, CallRecord] = field(default_factory=dict)
    staff: dict[str, UUID] = field(default_factory=dict)
    accounts: dict[UUID, UUID] = field(default_factory=dict)
    states: list[dict[str, Any]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Return whether there is anything to write."""
        return bool(self.calls or self.states)


class Recorder:
    """Keeps what is to be written, and writes it beside the loop. A database that is away is tried again."""

    def __init__(
        self,
        engine: Engine,
        place: Place,
        run: Callable[..., Awaitable[int | None]],
        on_head: Callable[[int], None],
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._engine = engine
        self._place = place
        self._run = run
        self._on_head = on_head
        self._every = every_seconds
        self._staff: dict[str, UUID] = {}
        self._accounts: dict[UUID, UUID] = {}
        self._noted = Noted()
        self._writing: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self.lost = 0
        """How many facts could not be written at all."""

    def start(self) -> None:
        """Begin to write."""
        self._writing = asyncio.create_task(self._write_for_ever())

    async def stop(self) -> None:
        """Write what is left."""
        self._ending.set()
        if self._writing is not None:
            await self._writing
        await self.flush()

    def call(self, record: CallRecord) -> None:
        """A call is so now, unless its end was told already."""
        one = call_id(record.key.pbx, record.key.linkedid)
        known = self._noted.calls.get(one)
        if known is None or known.is_open:
            self._noted.calls[one] = record

    def at_leg(self, leg: str, staff_id: UUID) -> None:
        """This person's telephone is this leg."""
        self._staff[leg] = staff_id

    def about(self, record: CallRecord, account_id: UUID) -> None:
        """The call is about this account."""
        self._accounts[call_id(record.key.pbx, record.key.linkedid)] = account_id
        self.call(record)

    def state(self, row: dict[str, Any]) -> None:
        """An agent's state has changed."""
        self._noted.states.append(row)

    async def flush(self) -> None:
        """Write what is noted, now; never beside another write, or an older record could come after a newer one."""
        async with self._one_at_a_time:
            noted, self._noted = self._noted, Noted()
            if noted:
                writing = asyncio.ensure_future(self._write(noted))
                try:
                    await asyncio.shield(writing)
                except asyncio.CancelledError:
                    # Whoever asked is ended, as at the gateway's stop; what was taken out of the notes is written.
                    await writing
                    raise

    async def _write(self, noted: Noted) -> None:
        noted.staff, noted.accounts = dict(self._staff), dict(self._accounts)
        try:
            head = await self._run(write, self._engine, self._place, noted)
        except (OperationalError, InterfaceError) as error:
            log.warning("%d calls can't be written yet: %s", len(noted.calls), type(error).__name__)
            later, self._noted = self._noted, noted
            self._noted.states += later.states
            for record in later.calls.values():
                self.call(record)
            return
        except Exception:  # one poisoned call must not take the others with it: each is written alone
            log.exception("%d calls can't be written together", len(noted.calls))
            head = await self._each_alone(noted)
        if head is not None:
            self._on_head(head)
        self._forget(record for record in noted.calls.values() if not record.is_open)

    async def _each_alone(self, noted: Noted) -> int | None:
        parts = [Noted(states=[row]) for row in noted.states]
        parts += [Noted({one: record}, noted.staff, noted.accounts) for one, record in noted.calls.items()]
        head = None
        for part in parts:
            try:
                head = await self._run(write, self._engine, self._place, part) or head
            except Exception:  # the others are still to be written; this one is told in the log, and counted
                log.exception("lost: calls %s, states %s", [*part.calls], [row["id"] for row in part.states])
                self.lost += 1
        return head

    def _forget(self, ended: Iterable[CallRecord]) -> None:
        for record in ended:
            self._accounts.pop(call_id(record.key.pbx, record.key.linkedid), None)
            for leg in record.legs:
                self._staff.pop(leg.leg, None)

    async def _write_for_ever(self) -> None:
        while not self._ending.is_set():
            await self.flush()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), self._every)


def write(engine: Engine, place: Place, noted: Noted) -> int | None:
    """Write in one transaction; return the feed's head after it, or None when nothing of it is fed."""
    with feeding(engine) as (connection, writer):
        if noted.states:
            connection.execute(insert(table_of(AgentState)), noted.states)
        changes = [row for one, record in noted.calls.items() for row in _lay(connection, place, one, record, noted)]
        if changes:
            writer.publish(changes)
    return writer.head if changes else None


def _lay(connection: Connection, place: Place, one: UUID, record: CallRecord, noted: Noted) -> Iterable[RowChange]:
    before = fetch(connection, _CALL, one)
    row = _call_row(place, one, record, noted)
    yield from _written(connection, _CALL, before, row)
    where = (before or row)["area_id"], (before or row)["period"]
    known = {leg["id"]: dict(leg) for leg in connection.execute(select(_LEG).where(_LEG.c.call_id == one)).mappings()}
    for leg in record.legs:
        leg_row = _leg_row(where, one, leg, noted.staff.get(leg.leg))
        yield from _written(connection, _LEG, known.get(leg_row["id"]), leg_row)


def _written(
    connection: Connection, table: Any, before: Mapping[str, Any] | None, row: dict[str, Any]
) -> Iterable[RowChange]:
    """Write a row where it says something new."""
    if before is None:
        connection.execute(insert(table), row)
        yield RowChange(table.name, row["id"], row)
        return
    # A record from before the end may come after it, when a caller is found late: it only adds what is not known.
    late = before["ended_at"] is not None and row["ended_at"] is None
    merged = {name: _merged(name, before[name], value, late=late) for name, value in row.items()}
    changed = {name: value for name, value in merged.items() if value != before[name]}
    if changed:
        key = and_(*(column == before[column.name] for column in table.primary_key))
        connection.execute(update(table).where(key).values(changed))
        yield RowChange(table.name, row["id"], merged, dict(before))


def _merged(name: str, before: Any, now: Any, *, late: bool) -> Any:
    if name in AS_FIRST_SEEN:
        return now if before is None else before
    if name in KEPT:
        return now or before
    return before if late else now


def _call_row(place: Place, one: UUID, record: CallRecord, noted: Noted) -> dict[str, Any]:
    keys = caller_keys(number_of(record), place.area_code)
    talked = [leg for leg in record.legs if leg.connected_at is not None]
    last = max(talked, key=lambda leg: leg.connected_at or leg.offered_at, default=None)
    return {
        "area_id": place.area_id,
        "period": int(f"{damascus_date(record.arrived_at):%Y%m}"),
        "id": one,
        "pbx": record.key.pbx,
        "linkedid": record.key.linkedid,
        "direction": str(record.direction),
        "caller_raw": record.caller.number,
        "caller_e164": keys[0] if len(keys) == 1 else "",
        "caller_name": record.caller.name,
        "presentation": str(record.caller.presentation),
        "dialled": record.dialled,
        "queue": record.queue,
        "arrived_at": record.arrived_at,
        "answered_at": record.answered_at,
        "ended_at": record.ended_at,
        "outcome": str(record.outcome),
        "staff_id": noted.staff.get(last.leg) if last else None,
        "account_id": noted.accounts.get(one),
    }


def _leg_row(where: tuple[int, int], one: UUID, leg: Leg, staff_id: UUID | None) -> dict[str, Any]:
    return {
        "area_id": where[0],
        "period": where[1],
        "id": derive(one, "call_leg", leg.leg),
        "call_id": one,
        "staff_id": staff_id,
        "extension": leg.extension,
        "leg": leg.leg,
        "offered_at": leg.offered_at,
        "answered_at": leg.answered_at,
        "ended_at": leg.ended_at,
        "outcome": str(leg.outcome),
        "held_seconds": round(leg.held.total_seconds()),
    }


def end_lost_calls(engine: Engine, pbx: str, still_open: Collection[UUID], seen_at: datetime) -> int | None:
    """End the calls that ended while nobody looked, at the moment when that was seen; return the feed's head."""
    with feeding(engine) as (connection, writer):
        unended = select(_CALL).where(_CALL.c.pbx == pbx, _CALL.c.ended_at.is_(None), _CALL.c.arrived_at < seen_at)
        lost = connection.execute(unended).mappings().all()
        changes: list[RowChange] = []
        for before in (dict(row) for row in lost if row["id"] not in still_open):
            gone = {"ended_at": seen_at, "outcome": "answered" if before["answered_at"] else "abandoned"}
            changes += _written(connection, _CALL, before, {**before, **gone})
            legs = select(_LEG).where(_LEG.c.call_id == before["id"], _LEG.c.ended_at.is_(None))
            for leg in [dict(row) for row in connection.execute(legs).mappings()]:
                outcome = "ended" if leg["answered_at"] else "cancelled"
                changes += _written(connection, _LEG, leg, {**leg, "ended_at": seen_at, "outcome": outcome})
        writer.publish(changes)
    return writer.head if changes else None
