"""The book keeps exact records whatever order, repetition or absence of steps an exchange comes up with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.domain.phone_errors import PbxUnreachable
from ccbs_desk.telephony.book import CallBook
from ccbs_desk.telephony.model import (
    AgentChanged,
    CallEnded,
    Caller,
    CallOutcome,
    Direction,
    LegOutcome,
    LinkDown,
    Membership,
    PbxEvent,
    PhoneState,
    Presentation,
    Resumed,
)
from ccbs_desk.telephony.observed import Observed, ObservedAgent, ObservedCall, ObservedLeg

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
CALLER = Caller("0112345678", "سامر", Presentation.ALLOWED)


def at(seconds: float) -> datetime:
    """Return a moment."""
    return START + timedelta(seconds=seconds)


def opened() -> tuple[CallBook, list[PbxEvent]]:
    """Return a book with one call in the queue `care`."""
    told: list[PbxEvent] = []
    book = CallBook("t", told.append)
    book.arrived(at(0), "1", Direction.INBOUND, CALLER, "5100")
    book.queued(at(1), "1", "care")
    return book, told


def last(told: list[PbxEvent]) -> Any:
    """Return the record of the last event."""
    event = told[-1]
    assert isinstance(event, CallEnded)
    return event.record


def test_hold_is_a_state_not_a_pair() -> None:
    book, told = opened()
    book.offered(at(2), "1", "2", "1001")
    book.held(at(3), "2")
    book.connected(at(4), "2")
    book.resumed(at(5), "2")
    for start, end in ((6, 9), (10, 12.5)):
        book.held(at(start), "2")
        book.held(at(start + 1), "2")
        book.resumed(at(end), "2")
        book.resumed(at(end), "2")
    book.held(at(20), "2")
    book.leg_ended(at(21), "2")
    book.call_ended(at(22), "1")
    (leg,) = last(told).legs
    assert leg.held == timedelta(seconds=6.5)
    assert leg.held_since is None
    assert sum(isinstance(event, Resumed) for event in told) == 2


def test_a_clock_that_jumps_back_shortens_no_hold() -> None:
    book, told = opened()
    book.offered(at(2), "1", "2", "1001")
    book.connected(at(4), "2")
    book.held(at(10), "2")
    book.resumed(at(5), "2")
    book.call_ended(at(22), "1")
    assert last(told).legs[0].held == timedelta()


def test_two_telephones_ring_and_one_answers() -> None:
    book, told = opened()
    book.offered(at(2), "1", "2", "1001")
    book.offered(at(2), "1", "3", "1002")
    book.leg_ended(at(3), "2", LegOutcome.BUSY)
    call = book.call("1")
    assert call is not None
    assert call.outcome is CallOutcome.OFFERED
    book.left_queue("1")
    book.connected(at(4), "3")
    book.left_queue("1", abandoned=True)
    book.call_ended(at(5), "1")
    assert last(told).outcome is CallOutcome.ANSWERED
    assert [leg.outcome for leg in last(told).legs] == [LegOutcome.BUSY, LegOutcome.ENDED]


def test_a_call_that_never_waited_and_was_never_answered_failed() -> None:
    told: list[PbxEvent] = []
    book = CallBook("t", told.append)
    book.arrived(at(0), "1", Direction.INBOUND, CALLER, "5199")
    book.call_ended(at(5), "1")
    assert last(told).outcome is CallOutcome.FAILED
    assert not last(told).is_open


def test_a_waiting_call_that_vanished_was_given_up() -> None:
    book, told = opened()
    book.found(at(9), Observed())
    ended = next(event for event in told if isinstance(event, CallEnded))
    assert ended.record.outcome is CallOutcome.ABANDONED


def test_a_gap_is_caught_up() -> None:
    book, told = opened()
    book.offered(at(2), "1", "2", "1001")
    book.agents.joined(at(2), "1001", "A", Membership("care"), PhoneState.BUSY)
    book.agents.joined(at(2), "1002", "B", Membership("care"), PhoneState.FREE)
    start = len(told)
    book.lost(at(3), PbxUnreachable())
    legs = (
        ObservedLeg("2", "1001", True, True, at(2)),
        ObservedLeg("3", "1003", True, False, at(3)),
        ObservedLeg("4", "1004", False, False, at(3)),
    )
    shown = ObservedCall("1", Direction.INBOUND, Caller(), "", "faults", False, at(0), legs)
    agent = ObservedAgent("1001", "A", (Membership("care", True, "wrap-up"),), PhoneState.BUSY)
    book.found(at(10), Observed((shown,), (agent,), ("care", "faults")))
    assert [type(event).__name__ for event in told[start:]] == [
        "LinkDown",
        "Connected",
        "Offered",
        "Offered",
        "AgentChanged",
        "AgentChanged",
        "LinkUp",
    ]
    call = book.call("1")
    assert call is not None
    assert (call.caller, call.queue, call.answered_at) == (CALLER, "faults", at(10))
    assert [leg.answered_at for leg in call.legs] == [at(10), at(3), None]
    gone = next(event for event in told[start:] if isinstance(event, AgentChanged))
    assert (gone.agent.extension, gone.agent.queues, gone.agent.paused, gone.agent.reason) == ("1002", (), False, "")
    same = len(told)
    book.found(at(11), Observed((shown,), (agent,), ("care", "faults")))
    assert [type(event).__name__ for event in told[same:]] == ["LinkUp"]
    book.found(at(12), Observed((ObservedCall("1", Direction.INBOUND, Caller(), "", "", True, at(0), legs[:1]),)))
    assert [event.reason for event in told if isinstance(event, LinkDown)] == [PbxUnreachable()]


def test_an_agent_is_paused_when_every_queue_is() -> None:
    told: list[PbxEvent] = []
    book = CallBook("t", told.append)
    agents = book.agents
    agents.joined(at(0), "1001", "A", Membership("care"), PhoneState.FREE)
    agents.joined(at(1), "1001", "A", Membership("faults"), PhoneState.FREE)
    agents.joined(at(2), "1001", "A", Membership("care", True, "break"), PhoneState.FREE)
    half = agents.get("1001")
    assert half is not None
    assert (half.paused, half.reason, half.since) == (False, "", at(2))
    agents.joined(at(3), "1001", "A", Membership("faults", True, "break"), PhoneState.FREE)
    agents.joined(at(4), "1001", "A", Membership("faults", True, "break"), PhoneState.BUSY)
    whole = agents.get("1001")
    assert whole is not None
    assert (whole.paused, whole.reason, whole.since) == (True, "break", at(3))
    count = len(told)
    agents.joined(at(5), "1001", "A", Membership("faults", True, "break"), PhoneState.BUSY)
    agents.left(at(6), "1001", "nosuch")
    agents.left(at(6), "1009", "care")
    assert len(told) == count
    agents.left(at(7), "1001", "care")
    agents.left(at(8), "1001", "faults")
    assert agents.all() == ()
    assert agents.get("1001") is None


STEPS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from("12"), st.sampled_from(["a", "b", "c"])), min_size=1, max_size=60
)


def take(book: CallBook, now: datetime, step: int, call: str, leg: str) -> None:
    """Take one step of any kind, in any state."""
    match step:
        case 0:
            book.arrived(now, call, Direction.INBOUND, CALLER, "5100")
        case 1:
            book.queued(now, call, "care")
        case 2:
            book.left_queue(call)
        case 3:
            book.left_queue(call, abandoned=True)
        case 4:
            book.offered(now, call, leg + call, "1001")
        case 5:
            book.picked_up(now, leg + call)
        case 6:
            book.connected(now, leg + call)
        case 7:
            book.held(now, leg + call)
        case 8:
            book.resumed(now, leg + call)
        case 9:
            book.transferred(now, leg + call, "1002")
        case 10:
            book.unanswered(leg + call, LegOutcome.NO_ANSWER)
        case 11:
            book.leg_ended(now, leg + call)
        case _:
            book.call_ended(now, call)


@given(STEPS)
def test_whatever_steps_come_records_stay_sound(steps: list[tuple[int, str, str]]) -> None:
    told: list[PbxEvent] = []
    book = CallBook("t", told.append)
    for second, (step, call, leg) in enumerate(steps):
        take(book, at(second), step, call, leg)
        told_once = len(told)
        if step not in {0, 12}:
            take(book, at(second), step, call, leg)
            assert len(told) == told_once, "the same step again told something"
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    for event in told:
        if not isinstance(event, CallEnded):
            continue
        record = event.record
        assert record.ended_at is not None
        assert record.outcome not in {CallOutcome.WAITING, CallOutcome.OFFERED}
        assert (record.outcome is CallOutcome.ANSWERED) == (record.answered_at is not None)
        assert len({leg.leg for leg in record.legs}) == len(record.legs)
        for one in record.legs:
            assert one.ended_at is not None
            assert one.held_since is None
            assert one.outcome not in {LegOutcome.OFFERED, LegOutcome.ANSWERED}
            answered = one.outcome in {LegOutcome.ENDED, LegOutcome.TRANSFERRED}
            assert answered == (one.answered_at is not None)
