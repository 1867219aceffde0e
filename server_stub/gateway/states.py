"""Agents' states as rows, and back: a gateway that is started anew knows who was logged in and what each wanted."""

import os
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, select

from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallQueue, CallWrapUp, PauseReason
from ccbs_desk.models.central import AgentState
from ccbs_desk.models.database import reading
from ccbs_desk.models.reference import Staff
from ccbs_desk.telephony.model import Caller, CallKey, CallOutcome, CallRecord, Direction, Presentation
from server_stub.gateway.agents import Agent, LiveCall

LONGEST_SHIFT = timedelta(hours=16)
_MILLISECOND = 1_000_000
_STATE, _STAFF, _CALL = table_of(AgentState), table_of(Staff), table_of(Call)


def next_id() -> UUID:
    """Return an id that comes after those made here before, within a millisecond too: states follow each other fast."""
    now = time.time_ns()
    within = now % _MILLISECOND // 4 << 56
    return uuid7(now // _MILLISECOND, (within | int.from_bytes(os.urandom(7), "big")).to_bytes(RANDOM_BYTES, "big"))


def state_row(agent: Agent, centre_id: UUID) -> dict[str, Any]:
    """Return the row that says how an agent is from now on."""
    answered = (call.id for call in (*agent.wrapping.values(), *agent.calls.values()) if call.state != "offered")
    return {
        "id": next_id(),
        "staff_id": agent.staff_id,
        "device_id": agent.device_id,
        "centre_id": centre_id,
        "extension": agent.extension,
        "queues": list(agent.queues),
        "state": agent.state,
        "reason": agent.reason,
        "wanted": agent.wanted,
        "call_id": next(answered, None),
        "since": agent.since,
    }


def kept_agents(engine: Engine, centre_id: UUID, now: datetime) -> list[Agent]:
    """Return who of a centre was logged in when its gateway ended, as far as one shift reaches back.

    Asks the database, which is every centre's: another one's agents are its own gateway's.
    """
    with reading(engine) as connection:
        rows = connection.execute(
            select(_STATE, _STAFF.c.name_ar)
            .join(_STAFF, _STAFF.c.id == _STATE.c.staff_id)
            .where(_STATE.c.centre_id == centre_id, _STATE.c.since >= now - LONGEST_SHIFT)
            .order_by(_STATE.c.since, _STATE.c.id)
        ).all()
        last = {row.device_id: row for row in rows}
        return [_agent(connection, row) for row in last.values() if row.state != "logged_out"]


def owed_calls(engine: Engine, centre_id: UUID, now: datetime) -> dict[UUID, dict[UUID, LiveCall]]:
    """Return the calls that people of a centre have left without a wrap-up when they logged out, by person.

    Asks the database, as far as one shift reaches back. A wrap-up that came as an act ends it.
    """
    with reading(engine) as connection:
        rows = connection.execute(
            select(
                _STATE.c.staff_id.label("by"),
                _STATE.c.state,
                _STATE.c.call_id,
                _STATE.c.since.label("left_at"),
                *(column for column in _CALL.columns if column.name not in ("id", "staff_id")),
            )
            .outerjoin(_CALL, _CALL.c.id == _STATE.c.call_id)
            .where(_STATE.c.centre_id == centre_id, _STATE.c.since >= now - LONGEST_SHIFT)
            .order_by(_STATE.c.since, _STATE.c.id)
        ).all()
        last = {row.by: row for row in rows}
        owed = {row.by: row for row in last.values() if row.state == "logged_out" and row.pbx is not None}
        done = {
            (wrap_up.staff_id, wrap_up.call_id)
            for wrap_up in connection.execute(
                select(CallWrapUp.staff_id, CallWrapUp.call_id).where(CallWrapUp.staff_id.in_(list(owed)))
            )
        }
    return {
        staff_id: {row.call_id: LiveCall(row.call_id, "", _record(row), row.ended_at or row.left_at, state="ended")}
        for staff_id, row in owed.items()
        if (staff_id, row.call_id) not in done
    }


def pause_codes(engine: Engine) -> frozenset[str]:
    """Return for which reasons an agent may pause. Asks the database."""
    with reading(engine) as connection:
        return frozenset(connection.execute(select(PauseReason.code)).scalars())


def queue_names(engine: Engine) -> dict[str, Bilingual]:
    """Return what the operator calls the queues, by their codes. Asks the database."""
    with reading(engine) as connection:
        rows = connection.execute(select(CallQueue.code, CallQueue.name_ar, CallQueue.name_en))
        return {code: Bilingual(ar, en) for code, ar, en in rows}


def _agent(connection: Connection, row: Any) -> Agent:
    agent = Agent(row.staff_id, row.device_id, row.name_ar, row.extension, tuple(row.queues), row.since, row.wanted)
    agent.state, agent.reason = row.state, row.reason
    call = connection.execute(select(_CALL).where(_CALL.c.id == row.call_id)).one_or_none() if row.call_id else None
    if call is not None:
        # One that still goes on is found at the exchange; one that ended meanwhile is to be wrapped up.
        agent.wrapping[call.id] = LiveCall(call.id, "", _record(call), call.ended_at or row.since, state="ended")
    return agent


def _record(row: Any) -> CallRecord:
    """Return a call of which only the row is left, so that it can still be shown and wrapped up."""
    caller = Caller(row.caller_raw, row.caller_name, Presentation(row.presentation))
    return CallRecord(
        CallKey(row.pbx, row.linkedid),
        Direction(row.direction),
        caller,
        row.dialled,
        row.arrived_at,
        row.queue,
        row.answered_at,
        row.ended_at,
        CallOutcome(row.outcome),
    )
