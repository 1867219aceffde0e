"""What every exchange does, whichever make: one class, run against the simulator and against a real Asterisk."""

from datetime import timedelta

import pytest

from ccbs_desk.domain.phone_errors import AgentLoggedOut, CallGone
from ccbs_desk.telephony.model import (
    AgentChanged,
    Arrived,
    CallEnded,
    CallOutcome,
    Connected,
    Direction,
    Held,
    LegEnded,
    LegOutcome,
    LinkDown,
    LinkUp,
    Offered,
    OfferEnded,
    PhoneState,
    Presentation,
    Queued,
    Resumed,
    Transferred,
)
from ccbs_desk.telephony.port import PbxGone, PbxRefused
from tests.pbx.benches import Bench, legs
from tests.pbx.contract import CALLER, AtAsterisk, AtSimulator, Contract, Tell
from tests.pbx.phones import Manner


class PbxContract(Contract):
    """The contract."""

    def test_a_call_rings_is_answered_and_the_caller_hangs_up(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001")
            await bench.pbx.log_in("1001", ["care"], "سامر الحلبي")
            await bench.call(CALLER, name="أحمد", stays=3)
            offered = await bench.until(Offered, extension="1001")
            assert (offered.record.caller.number, offered.record.caller.name) == (CALLER, "أحمد")
            assert offered.record.caller.presentation is Presentation.ALLOWED
            assert (offered.record.dialled, offered.record.queue, offered.leg.queue) == ("5100", "care", "care")
            assert offered.record.outcome is CallOutcome.OFFERED
            connected = await bench.until(Connected, extension="1001")
            assert connected.call == offered.call
            assert connected.record.answered_at == connected.at == connected.leg.connected_at
            ended = await bench.until(CallEnded)
            record = ended.record
            assert (record.direction, record.outcome) == (Direction.INBOUND, CallOutcome.ANSWERED)
            assert [(leg.extension, leg.outcome) for leg in record.legs] == [("1001", LegOutcome.ENDED)]
            assert record.answered_at is not None
            assert record.arrived_at < record.answered_at < ended.at == record.ended_at
            kinds = [type(event) for event in bench.told.events if not isinstance(event, AgentChanged)]
            assert kinds == [LinkUp, Arrived, Queued, Offered, Connected, LegEnded, CallEnded]
            assert bench.pbx.snapshot().calls == ()

        tell(story)

    def test_the_agent_hangs_up(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001", manner=Manner.HANGS_UP)
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.call(CALLER)
            ended = await bench.until(CallEnded)
            assert ended.record.outcome is CallOutcome.ANSWERED
            assert [leg.outcome for leg in ended.record.legs] == [LegOutcome.ENDED]

        tell(story)

    def test_the_agent_hangs_up_from_the_desk(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001")
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.call(CALLER)
            connected = await bench.until(Connected)
            await bench.pbx.hang_up(connected.leg.leg)
            ended = await bench.until(CallEnded)
            assert [leg.outcome for leg in ended.record.legs] == [LegOutcome.ENDED]
            with pytest.raises(PbxRefused) as refused:
                await bench.pbx.hang_up(connected.leg.leg)
            assert refused.value.reason == CallGone()

        tell(story)

    def test_nobody_answers_and_the_next_agent_is_rung(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001", manner=Manner.NEVER)
            await bench.phone("1002")
            await bench.pbx.log_in("1001", ["directory"], "A")
            await bench.call(CALLER, "directory", stays=None)
            await bench.until(Offered, extension="1001")
            await bench.pbx.log_in("1002", ["directory"], "B")
            over = await bench.until(OfferEnded, extension="1001")
            assert over.leg.outcome is LegOutcome.NO_ANSWER
            assert over.record.outcome is CallOutcome.WAITING
            await bench.pbx.pause("1001", "no answer")
            connected = await bench.until(Connected, extension="1002")
            assert [leg.outcome for leg in connected.record.legs] == [LegOutcome.NO_ANSWER, LegOutcome.ANSWERED]
            await bench.pbx.hang_up(connected.leg.leg)
            await bench.until(CallEnded)

        tell(story)

    def test_a_busy_telephone_passes_the_call_on(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001", manner=Manner.BUSY)
            await bench.phone("1002")
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.call(CALLER)
            over = await bench.until(OfferEnded, extension="1001")
            assert over.leg.outcome is LegOutcome.BUSY
            await bench.pbx.log_out("1001")
            await bench.pbx.log_in("1002", ["care"], "B")
            connected = await bench.until(Connected, extension="1002")
            await bench.pbx.hang_up(connected.leg.leg)
            assert (await bench.until(CallEnded)).record.outcome is CallOutcome.ANSWERED

        tell(story)

    def test_a_caller_gives_up_waiting(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.call(CALLER, "faults", stays=1.2)
            queued = await bench.until(Queued)
            waiting = {queue.name: queue.waiting for queue in bench.pbx.snapshot().queues}
            assert waiting["faults"] == (queued.call,)
            ended = await bench.until(CallEnded)
            assert (ended.record.outcome, ended.record.legs) == (CallOutcome.ABANDONED, ())
            assert all(queue.waiting == () for queue in bench.pbx.snapshot().queues)

        tell(story)

    def test_a_caller_gives_up_while_it_rings(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001", manner=Manner.NEVER)
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.call(CALLER, stays=2)
            await bench.until(Offered, extension="1001")
            over = await bench.until(OfferEnded, extension="1001")
            assert over.leg.outcome is LegOutcome.CANCELLED
            ended = await bench.until(CallEnded)
            assert ended.record.outcome is CallOutcome.ABANDONED
            assert bench.told.find(Connected) is None

        tell(story)

    def test_hold_is_told_and_summed(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001", manner=Manner.HOLDS)
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.call(CALLER, stays=4)
            held = await bench.until(Held, extension="1001")
            assert held.leg.held_since == held.at
            resumed = await bench.until(Resumed, extension="1001")
            assert resumed.leg.held_since is None
            assert resumed.leg.held == resumed.at - held.at
            ended = await bench.until(CallEnded)
            assert ended.record.legs[0].held == resumed.leg.held
            assert timedelta(seconds=0.5) < resumed.leg.held < timedelta(seconds=2)

        tell(story)

    def test_a_blind_transfer_to_a_colleague(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001", "1002")
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.pbx.log_in("1002", ["faults"], "B", pause="break")
            await bench.call(CALLER)
            first = await bench.until(Connected, extension="1001")
            await bench.pbx.transfer(first.leg.leg, "1002")
            sent = await bench.until(Transferred, extension="1001")
            assert sent.to == "1002"
            offered = await bench.until(Offered, extension="1002")
            assert (offered.leg.transferred_from, offered.leg.queue) == ("1001", "")
            second = await bench.until(Connected, extension="1002")
            assert second.call == first.call
            assert second.record.answered_at == first.record.answered_at
            await bench.pbx.hang_up(second.leg.leg)
            ended = await bench.until(CallEnded)
            outcomes = [(leg.extension, leg.outcome) for leg in ended.record.legs]
            assert outcomes == [("1001", LegOutcome.TRANSFERRED), ("1002", LegOutcome.ENDED)]
            assert len([event for event in bench.told.events if isinstance(event, CallEnded)]) == 1

        tell(story)

    def test_a_caller_whom_the_colleague_does_not_take_goes_back_to_his_queue(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001")
            await bench.phone("1002", manner=Manner.BUSY)
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.pbx.log_in("1002", ["faults"], "B", pause="break")
            await bench.call(CALLER)
            first = await bench.until(Connected, extension="1001")
            await bench.pbx.transfer(first.leg.leg, "1002")
            refused = await bench.until(OfferEnded, extension="1002")
            assert refused.leg.outcome is LegOutcome.BUSY
            start = bench.told.events.index(refused)
            queued = await bench.until(Queued, start=start)
            assert (queued.call, queued.record.queue) == (first.call, "care")
            again = await bench.until(Connected, start=start, extension="1001")
            assert again.call == first.call
            await bench.pbx.hang_up(again.leg.leg)
            ended = await bench.until(CallEnded)
            assert [leg.extension for leg in ended.record.legs] == ["1001", "1002", "1001"]
            assert [leg.outcome for leg in ended.record.legs] == [
                LegOutcome.TRANSFERRED,
                LegOutcome.BUSY,
                LegOutcome.ENDED,
            ]

        tell(story)

    def test_a_blind_transfer_to_a_queue(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001", "1002")
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.pbx.log_in("1002", ["faults"], "B")
            await bench.call(CALLER)
            first = await bench.until(Connected, extension="1001")
            await bench.pbx.transfer(first.leg.leg, "faults")
            assert (await bench.until(Transferred, extension="1001")).to == "faults"
            second = await bench.until(Connected, extension="1002")
            assert (second.leg.queue, second.leg.transferred_from) == ("faults", "1001")
            assert second.record.queue == "faults"
            await bench.pbx.hang_up(second.leg.leg)
            ended = await bench.until(CallEnded)
            assert [leg.queue for leg in ended.record.legs] == ["care", "faults"]

        tell(story)

    def test_an_agent_logs_in_pauses_and_logs_out(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001")
            await bench.pbx.log_in("1001", ["care", "faults"], "سامر الحلبي")
            seated = await bench.until(AgentChanged, extension="1001", queues=("care", "faults"))
            assert (seated.agent.name, seated.agent.paused) == ("سامر الحلبي", False)
            await bench.pbx.pause("1001", "استراحة")
            paused = await bench.until(AgentChanged, extension="1001", paused=True)
            assert paused.agent.reason == "استراحة"
            await bench.call(CALLER, stays=1.5)
            await bench.until(CallEnded)
            assert legs(bench.told.events) == []
            start = len(bench.told.events)
            await bench.pbx.unpause("1001")
            await bench.until(AgentChanged, start=start, extension="1001", paused=False, reason="")
            await bench.call(CALLER, "faults", stays=3)
            await bench.until(Offered, extension="1001")
            await bench.until(CallEnded, start=start)
            await bench.pbx.log_out("1001")
            await bench.until(AgentChanged, start=start, extension="1001", queues=())
            assert bench.pbx.snapshot().agents == ()

        tell(story)

    def test_a_second_log_in_replaces_the_first(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1003")
            await bench.pbx.log_in("1003", ["care", "faults"], "A", pause="wrap-up")
            await bench.until(AgentChanged, queues=("care", "faults"), paused=True, reason="wrap-up")
            await bench.pbx.log_in("1003", ["faults", "directory"], "A")
            await bench.until(AgentChanged, extension="1003", queues=("faults", "directory"), paused=False)
            await bench.pbx.log_in("1003", ["faults", "directory"], "A")
            (agent,) = bench.pbx.snapshot().agents
            assert (agent.queues, agent.paused) == (("faults", "directory"), False)
            await bench.pbx.log_out("1003")
            await bench.until(AgentChanged, extension="1003", queues=())
            await bench.pbx.log_out("1003")
            with pytest.raises(PbxRefused) as refused:
                await bench.pbx.pause("1003", "break")
            assert refused.value.reason == AgentLoggedOut()

        tell(story)

    def test_an_agent_dials_out(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001")
            await bench.far_end()
            call = await bench.pbx.dial("1001", "0113334444")
            arrived = await bench.until(Arrived)
            assert (arrived.call, arrived.record.dialled) == (call, "0113334444")
            assert arrived.record.direction is Direction.OUTBOUND
            assert (await bench.until(Offered)).leg.extension == "1001"
            connected = await bench.until(Connected)
            assert connected.leg.answered_at is not None
            assert connected.leg.answered_at < connected.at
            ended = await bench.until(CallEnded)
            assert (ended.call, ended.record.outcome) == (call, CallOutcome.ANSWERED)
            assert [leg.outcome for leg in ended.record.legs] == [LegOutcome.ENDED]

        tell(story)

    def test_a_telephone_that_is_not_there_fails_the_dial(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            call = await bench.pbx.dial("1019", "0113334444")
            ended = await bench.until(CallEnded)
            assert (ended.call, ended.record.outcome) == (call, CallOutcome.FAILED)

        tell(story)

    def test_a_lost_link_is_told_and_its_gap_is_caught_up(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001", "1002")
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.pbx.log_in("1002", ["faults"], "B")
            await bench.call(CALLER, stays=4)
            await bench.call("0215550000", "faults")
            first = await bench.until(Connected, extension="1001")
            kept = await bench.until(Connected, extension="1002")
            await bench.cut()
            down = await bench.until(LinkDown)
            assert bench.pbx.problem == down.reason
            with pytest.raises(PbxGone) as gone:
                await bench.pbx.hang_up(kept.leg.leg)
            assert gone.value.reason == down.reason
            await bench.callers(1)
            await bench.call("0116660000", "directory")
            await bench.callers(2)
            start = len(bench.told.events)
            await bench.mend()
            up = await bench.until(LinkUp, start=start)
            ended = await bench.until(CallEnded, start=start, call=first.call)
            assert ended.record.outcome is CallOutcome.ANSWERED
            arrived = await bench.until(Arrived, start=start)
            assert arrived.record.caller.number == "0116660000"
            await bench.until(Queued, start=start, call=arrived.call)
            assert bench.pbx.problem is None
            assert bench.told.find(LegEnded, call=kept.call) is None
            assert {agent.extension for agent in up.snapshot.agents} == {"1001", "1002"}
            await bench.pbx.hang_up(kept.leg.leg)
            await bench.until(CallEnded, start=start, call=kept.call)
            assert [event.seq for event in bench.told.events] == sorted(event.seq for event in bench.told.events)

        tell(story)

    def test_a_telephone_that_is_unplugged_shows(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.pbx.log_in("1018", ["care"], "A")
            changed = await bench.until(AgentChanged, extension="1018")
            assert changed.agent.phone is PhoneState.UNREACHABLE
            await bench.phone("1018")
            await bench.until(AgentChanged, extension="1018", phone=PhoneState.FREE)

        tell(story)

    def test_a_withheld_number_is_not_told(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001")
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.call("anonymous", name="Anonymous", stays=3)
            caller = (await bench.until(Offered)).record.caller
            assert (caller.number, caller.name, caller.presentation) == ("", "", Presentation.WITHHELD)
            await bench.until(CallEnded)

        tell(story)


class TestSimulator(AtSimulator, PbxContract):
    """The contract, at the simulator."""


class TestAsterisk(AtAsterisk, PbxContract):
    """The contract, at a real exchange."""
