"""What every exchange refuses: what is no extension, no number, no queue, and what it can't do."""

import pytest

from ccbs_desk.domain.phone_errors import ExtensionInUse, ExtensionUnknown, NobodyThere, NotDialable, PbxCannot
from ccbs_desk.telephony.model import (
    AgentChanged,
    CallEnded,
    Connected,
    LegEnded,
    Offered,
    PhoneState,
)
from ccbs_desk.telephony.port import Capability, PbxRefused
from tests.pbx.benches import Bench
from tests.pbx.contract import CALLER, AtAsterisk, AtSimulator, Contract, Tell
from tests.pbx.phones import Manner


class RefusingContract(Contract):
    """The contract."""

    @pytest.mark.parametrize("extension", ["", "10", "1001\r\nAction: Logoff", "PJSIP/1001", "1001&1002", "١٠٠١"])
    def test_what_is_no_extension_is_refused(self, tell: Tell, extension: str) -> None:
        async def story(bench: Bench) -> None:
            with pytest.raises(PbxRefused) as refused:
                await bench.pbx.log_in(extension, ["care"], "A")
            assert refused.value.reason == ExtensionUnknown(extension)
            with pytest.raises(PbxRefused):
                await bench.pbx.dial(extension, "0113334444")

        tell(story)

    @pytest.mark.parametrize(
        "number", ["", "11", "+963113334444", "0113334444\r\n", "0113334444,30", "*21#", "sip:x@y"]
    )
    def test_what_is_no_number_is_not_dialled(self, tell: Tell, number: str) -> None:
        async def story(bench: Bench) -> None:
            with pytest.raises(PbxRefused) as refused:
                await bench.pbx.dial("1001", number)
            assert refused.value.reason == NotDialable(number)

        tell(story)

    def test_a_call_goes_only_where_there_is_somebody(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001")
            with pytest.raises(PbxRefused) as unknown:
                await bench.pbx.log_in("1001", ["nosuch"], "A")
            assert unknown.value.reason == ExtensionUnknown("nosuch")
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.call(CALLER)
            connected = await bench.until(Connected)
            for target in ("nosuch", "care\r\nAction: Logoff", "0113334444", ""):
                with pytest.raises(PbxRefused) as refused:
                    await bench.pbx.transfer(connected.leg.leg, target)
                assert refused.value.reason == ExtensionUnknown(target)
            await bench.pbx.hang_up(connected.leg.leg)
            await bench.until(CallEnded)

        tell(story)

    def test_a_caller_is_sent_to_nobody_who_is_not_there_or_is_in_a_call(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001", "1002", "1003")
            await bench.phone("1004", manner=Manner.NEVER)
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.pbx.log_in("1002", ["faults"], "B")
            await bench.pbx.log_in("1004", ["directory"], "D")
            await bench.pbx.log_in("1020", ["faults"], "nobody's telephone", pause="break")
            await bench.call(CALLER)
            first = await bench.until(Connected, extension="1001")
            await bench.call("0215550000", "faults")
            await bench.until(Connected, extension="1002")
            await bench.until(AgentChanged, extension="1002", phone=PhoneState.BUSY)
            await bench.call("0215550001", "directory")
            await bench.until(Offered, extension="1004")
            for target, why in (
                ("1002", ExtensionInUse("1002")),
                ("1003", NobodyThere("1003")),
                ("1019", NobodyThere("1019")),
                ("1020", NobodyThere("1020")),
            ):
                with pytest.raises(PbxRefused) as refused:
                    await bench.pbx.transfer(first.leg.leg, target)
                assert refused.value.reason == why
            with pytest.raises(PbxRefused) as rings:
                await bench.pbx.transfer(first.leg.leg, "1004")
            assert rings.value.reason == ExtensionInUse("1004")
            assert bench.told.find(LegEnded, call=first.call) is None

        tell(story)

    def test_what_an_exchange_cannot_do_it_refuses(self, tell: Tell) -> None:
        async def story(bench: Bench) -> None:
            await bench.phone("1001", manner=Manner.NEVER)
            await bench.pbx.log_in("1001", ["care"], "A")
            await bench.call(CALLER, stays=3)
            leg = (await bench.until(Offered)).leg.leg
            acts = {
                Capability.ANSWER: bench.pbx.answer,
                Capability.HOLD: bench.pbx.hold,
                Capability.RESUME: bench.pbx.resume,
            }
            for capability, act in acts.items():
                if capability in bench.pbx.capabilities:
                    await act(leg)
                else:
                    with pytest.raises(PbxRefused) as refused:
                        await act(leg)
                    assert refused.value.reason == PbxCannot()
            await bench.until(CallEnded)

        tell(story)


class TestSimulator(AtSimulator, RefusingContract):
    """The contract, at the simulator."""


class TestAsterisk(AtAsterisk, RefusingContract):
    """The contract, at a real exchange."""
