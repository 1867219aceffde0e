"""What only the simulator does: hands that move it, time that is told to it, and its own truth behind a lost link."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ccbs_desk.domain.phone_errors import CallGone, NobodyThere, PbxConnecting, PbxSilent
from ccbs_desk.telephony.model import (
    AgentChanged,
    CallEnded,
    CallOutcome,
    Connected,
    LegOutcome,
    LinkDown,
    LinkUp,
    Offered,
    OfferEnded,
    PbxEvent,
    Presentation,
)
from ccbs_desk.telephony.port import PbxGone, PbxRefused
from ccbs_desk.telephony.simulator import Simulator


class Moved:
    """A simulator whose clock is moved by hand."""

    def __init__(self, *agents: str) -> None:
        self.now = datetime(2026, 11, 23, 8, tzinfo=UTC)
        self.told: list[PbxEvent] = []
        self.sim = Simulator("t", lambda: self.now)
        asyncio.run(self._start(agents))

    async def _start(self, agents: tuple[str, ...]) -> None:
        await self.sim.start(self.told.append)
        for agent in agents:
            self.now += timedelta(seconds=1)
            await self.sim.log_in(agent, ["care"], agent)

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        self.sim.tick()

    def rung(self) -> list[str]:
        """Return who was rung, in order."""
        return [event.extension for event in self.told if isinstance(event, Offered)]


def test_the_agent_who_was_free_the_longest_is_rung() -> None:
    moved = Moved("1001", "1002", "1003")
    for _ in range(4):
        call = moved.sim.call_in("0112345678")
        moved.sim.phone_answers(moved.rung()[-1])
        moved.later(5)
        moved.sim.caller_hangs_up(call)
    assert moved.rung() == ["1001", "1002", "1003", "1001"]


def test_callers_are_served_in_the_order_of_their_coming() -> None:
    moved = Moved("1001")
    calls = [moved.sim.call_in(f"011400000{n}") for n in range(3)]
    for call in calls:
        offered = next(event for event in reversed(moved.told) if isinstance(event, Offered))
        assert offered.call == call
        moved.sim.phone_answers("1001")
        moved.sim.phone_hangs_up("1001")
    assert moved.sim.snapshot().calls == ()


def test_a_telephone_that_nobody_answers_rings_for_its_time() -> None:
    moved = Moved("1001")
    moved.sim.call_in("0112345678")
    moved.later(19.9)
    assert not any(isinstance(event, OfferEnded) for event in moved.told)
    moved.later(0.1)
    ended = [event.leg.outcome for event in moved.told if isinstance(event, OfferEnded)]
    assert ended == [LegOutcome.NO_ANSWER]
    assert moved.rung() == ["1001"]
    moved.later(1)
    assert moved.rung() == ["1001", "1001"]


def test_a_ringing_telephone_that_is_put_down_passes_the_call_on() -> None:
    moved = Moved("1001")
    moved.sim.call_in("0112345678")
    moved.sim.phone_hangs_up("1001")
    assert [event.leg.outcome for event in moved.told if isinstance(event, OfferEnded)] == [LegOutcome.BUSY]
    assert not any(isinstance(event, CallEnded) for event in moved.told)


def test_nobody_is_sent_to_a_telephone_that_is_unplugged() -> None:
    moved = Moved("1001", "1002")
    moved.sim.call_in("0112345678")
    moved.sim.phone_answers("1001")
    moved.sim.phone_unplugged("1002")
    (call,) = moved.sim.snapshot().calls
    with pytest.raises(PbxRefused) as refused:
        asyncio.run(moved.sim.transfer(call.legs[0].leg, "1002"))
    assert refused.value.reason == NobodyThere("1002")
    assert [event for event in moved.told if isinstance(event, CallEnded)] == []


def test_a_direct_ring_that_is_busy_ends_a_call_that_came_by_no_queue() -> None:
    moved = Moved("1001", "1002")
    call = asyncio.run(moved.sim.dial("1001", "0113334444"))
    moved.sim.phone_answers("1001")
    moved.sim.far_end_answers(call)
    (open_call,) = moved.sim.snapshot().calls
    asyncio.run(moved.sim.transfer(open_call.legs[0].leg, "1002"))
    moved.sim.phone_is_busy("1002")
    (ended,) = [event.record for event in moved.told if isinstance(event, CallEnded)]
    assert [leg.outcome for leg in ended.legs] == [LegOutcome.TRANSFERRED, LegOutcome.BUSY]
    assert ended.outcome is CallOutcome.ANSWERED


def test_only_who_talks_can_hold_or_transfer() -> None:
    moved = Moved("1001")
    moved.sim.call_in("0112345678")
    (call,) = moved.sim.snapshot().calls
    leg = call.legs[0].leg
    for act in (moved.sim.hold, moved.sim.resume):
        with pytest.raises(PbxRefused) as refused:
            asyncio.run(act(leg))
        assert refused.value.reason == CallGone()
    asyncio.run(moved.sim.answer(leg))
    asyncio.run(moved.sim.answer(leg))
    assert sum(isinstance(event, Connected) for event in moved.told) == 1


def test_a_presentation_can_be_withheld() -> None:
    moved = Moved("1001")
    moved.sim.call_in("0112345678", "سامر", presentation=Presentation.WITHHELD)
    offered = next(event for event in moved.told if isinstance(event, Offered))
    assert offered.record.caller.number == ""


def test_what_happens_behind_a_lost_link_is_found_when_it_returns() -> None:
    moved = Moved("1001", "1002")
    moved.sim.call_in("0112345678")
    moved.sim.phone_answers("1001")
    moved.later(1)
    moved.sim.loses_link(PbxSilent())
    seen = len(moved.told)
    moved.sim.phone_hangs_up("1001")
    moved.sim.call_in("0119999999")
    moved.later(1)
    assert len(moved.told) == seen
    with pytest.raises(PbxGone) as gone:
        asyncio.run(moved.sim.log_out("1001"))
    assert gone.value.reason == PbxSilent()
    moved.sim.link_returns()
    names = [type(event).__name__ for event in moved.told[seen:]]
    assert names == ["LegEnded", "CallEnded", "Arrived", "Queued", "Offered", "AgentChanged", "AgentChanged", "LinkUp"]
    assert sum(isinstance(event, LinkDown) for event in moved.told) == 1


def test_there_is_no_line_where_nothing_rings() -> None:
    moved = Moved()
    with pytest.raises(LookupError):
        moved.sim.phone_answers("1001")
    with pytest.raises(LookupError):
        moved.sim.board.pick_up("nosuch")
    assert moved.sim.board.call("nosuch") is None


def test_it_ticks_by_itself_when_asked_to_and_stops() -> None:
    async def story() -> None:
        now = [datetime(2026, 11, 23, 8, tzinfo=UTC)]
        told: list[PbxEvent] = []
        sim = Simulator("t", lambda: now[0], tick_every=0.001)
        await sim.start(told.append)
        await sim.log_in("1001", ["care"], "A")
        sim.call_in("0112345678")
        now[0] += timedelta(seconds=20)
        while not any(isinstance(event, OfferEnded) for event in told):
            await asyncio.sleep(0.001)
        await sim.stop()
        count = len(told)
        sim.call_in("0112345678")
        sim.loses_link()
        assert len(told) == count
        await sim.stop()
        with pytest.raises(PbxGone) as gone:
            await sim.dial("1001", "112")
        assert gone.value.reason == PbxConnecting()

    asyncio.run(story())


def test_a_log_in_elsewhere_leaves_the_queues_before() -> None:
    moved = Moved("1001")
    asyncio.run(moved.sim.log_in("1001", ["faults"], "A"))
    changed = [event.agent.queues for event in moved.told if isinstance(event, AgentChanged)]
    assert changed[-1] == ("faults",)
    assert moved.sim.snapshot().queues[0].agents == ()
    assert sum(isinstance(event, LinkUp) for event in moved.told) == 1
