"""Calls add up by how they ended, and what is linked to them is there."""

from collections.abc import Iterator

from sqlalchemy import Connection, case, func, select

from ccbs_desk.models.base import Base
from ccbs_desk.models.calls import Call, CallLeg, CallLink, CallWrapUp
from ccbs_desk.models.care import ComplaintNote, ServiceOrder
from ccbs_desk.models.money import Payment, Receipt
from ccbs_desk.models.subscribers import Account, Complaint, Line
from server_stub.check.findings import Check, Finding, stream

TARGETS: dict[str, type[Base]] = {
    "payment": Payment,
    "receipt": Receipt,
    "complaint": Complaint,
    "complaint_note": ComplaintNote,
    "service_order": ServiceOrder,
    "account": Account,
    "line": Line,
}
WAITING = ("waiting", "offered")
"""A call that rings at a telephone still waits."""
QUEUED = (*WAITING, "answered", "abandoned", "overflowed")
"""How the calls of a queue may stand: offered = answered + abandoned + waiting + overflowed."""
OUTCOMES = frozenset({*QUEUED, "failed"})


def calls_of_a_queue_add_up(connection: Connection) -> Iterator[Finding]:
    """What was offered to a queue is what it answered, lost, still holds or sent on."""
    counted = func.sum(case((Call.outcome.in_(QUEUED), 1), else_=0))
    statement = (
        select(Call.pbx, Call.queue, Call.period, func.count().label("offered"), counted.label("counted"))
        .where(Call.queue != "", Call.direction == "inbound")
        .group_by(Call.pbx, Call.queue, Call.period)
        .having(func.count() != counted)
    )
    for row in stream(connection, statement):
        what = f"queue {row.queue} of {row.pbx}, {row.period}: {row.offered} offered, {row.counted} told"
        yield Finding("the calls of a queue do not add up", what)


def outcomes_fit_their_moments(connection: Connection) -> Iterator[Finding]:
    """An answered call has the moment of its answer; one that is over waits no more."""
    statement = select(Call.id, Call.outcome, Call.arrived_at, Call.answered_at, Call.ended_at)
    for call in stream(connection, statement):
        wrong = call.outcome not in OUTCOMES or (call.outcome == "answered") != (call.answered_at is not None)
        over = call.ended_at is not None
        if wrong or (over and call.outcome in WAITING) or (over and call.ended_at < call.arrived_at):
            yield Finding("a call's outcome does not fit its moments", f"call {call.id}: {call.outcome}")


def legs_are_of_calls(connection: Connection) -> Iterator[Finding]:
    """Every leg belongs to a call."""
    for row in stream(connection, select(CallLeg.id).where(CallLeg.call_id.not_in(select(Call.id)))):
        yield Finding("a leg is of no call", f"leg {row.id}")


def links_point_at_rows(connection: Connection) -> Iterator[Finding]:
    """What a call is linked to is there."""
    for kind in connection.execute(select(CallLink.kind).distinct().order_by(CallLink.kind)).scalars():
        model = TARGETS.get(kind)
        if model is None:
            yield Finding("a call is linked to a kind of row that is not known", kind)
            continue
        there = select(model.__table__.c.id).where(model.__table__.c.id == CallLink.target_id).exists()
        missing = select(CallLink.id, CallLink.target_id).where(CallLink.kind == kind, ~there)
        for row in stream(connection, missing):
            yield Finding("a call is linked to a row that is not there", f"link {row.id}: {kind} {row.target_id}")


def links_have_their_calls(connection: Connection) -> Iterator[Finding]:
    """The exchange has told of every call that people worked on; one of another exchange may come later."""
    for model in (CallLink, CallWrapUp):
        missing = select(model.call_id).where(model.call_id.not_in(select(Call.id))).distinct()
        for row in stream(connection, missing):
            yield Finding("a call was worked on that no exchange has told of", f"call {row.call_id}", pending=True)


CHECKS: tuple[Check, ...] = (
    calls_of_a_queue_add_up,
    outcomes_fit_their_moments,
    legs_are_of_calls,
    links_point_at_rows,
    links_have_their_calls,
)
