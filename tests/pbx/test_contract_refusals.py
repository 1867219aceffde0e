"""What every exchange refuses: what is no extension, no number, no queue, and what it can't do."""

import pytest

from ccbs_desk.domain.phone_errors import ExtensionUnknown, NotDialable, PbxCannot
from ccbs_desk.telephony.model import (
    CallEnded,
    Connected,
    Offered,
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
