"""What comes at a real exchange that nobody wished for: odd callers, hostile names, links that are no good."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ccbs_desk.domain.phone_errors import PbxDenied, PbxSilent, PbxWrongSecret
from ccbs_desk.telephony.ami.client import Address, Client, Patience
from ccbs_desk.telephony.ami.frames import Frame
from ccbs_desk.telephony.model import AgentChanged, CallEnded, LinkDown, LinkUp, Offered, Presentation
from ccbs_desk.telephony.port import PbxGone, PbxRefused
from tests.pbx.benches import AsteriskBench
from tests.pbx.exchange import Exchange

Story = Callable[[AsteriskBench], Awaitable[None]]
LONGEST = 60
LETTERS = "عبد الرحمن بن خالد السيّد الحلبي، مؤسسة النور للتجارة العامة والمقاولات"


def at(exchange: Exchange, story: Story, *, piece: int = 65536) -> None:
    """Run a story at the exchange."""

    async def limited() -> None:
        async with asyncio.timeout(LONGEST), AsteriskBench.around(exchange, piece=piece) as bench:
            await story(bench)

    asyncio.run(limited())


def test_callers_of_every_kind(exchange: Exchange) -> None:
    people = {
        "0112345678": ("سامر الحلبي", ("0112345678", "سامر الحلبي", Presentation.ALLOWED)),
        "9" * 30: ("", ("9" * 30, "", Presentation.ALLOWED)),
        "ahmad.khalil": ("", ("", "ahmad.khalil", Presentation.UNAVAILABLE)),
        "anonymous": ("Anonymous", ("", "", Presentation.WITHHELD)),
        "+963113334444": ("0113334444", ("+963113334444", "0113334444", Presentation.ALLOWED)),
    }

    async def story(bench: AsteriskBench) -> None:
        for number, (name, _) in people.items():
            await bench.call(number, "directory", name=name, stays=1.0)
        for count in range(len(people)):
            start = bench.told.events.index(await bench.until(CallEnded)) + 1 if count else 0
            await bench.until(CallEnded, start=start)
        await ended(bench, len(people))
        callers = [event.record.caller for event in bench.told.events if isinstance(event, CallEnded)]
        shown = {(caller.number, caller.name, caller.presentation) for caller in callers}
        assert shown == {expected for _, expected in people.values()}

    at(exchange, story)


async def ended(bench: AsteriskBench, count: int) -> None:
    """Wait until so many calls are over."""
    while sum(isinstance(event, CallEnded) for event in bench.told.events) < count:
        await bench.told.more()


def test_a_caller_without_any_number(exchange: Exchange) -> None:
    async def story(bench: AsteriskBench) -> None:
        await bench.call("", "directory", stays=1.0)
        await ended(bench, 1)
        (caller,) = [event.record.caller for event in bench.told.events if isinstance(event, CallEnded)]
        assert (caller.number, caller.presentation) == ("", Presentation.UNAVAILABLE)

    at(exchange, story)


@pytest.mark.parametrize(("piece", "name"), [(1, LETTERS), (7, f"ـ{LETTERS}"), (1, f"x{LETTERS}")])
def test_names_in_pieces_of_letters(exchange: Exchange, piece: int, name: str) -> None:
    """Segments of the link split letters, and the exchange itself keeps but 79 bytes of a name."""

    async def story(bench: AsteriskBench) -> None:
        await bench.phone("1004")
        await bench.pbx.log_in("1004", ["care"], name)
        seated = (await bench.until(AgentChanged, extension="1004")).agent.name
        await bench.call("0112345678", name=name, stays=1.5)
        caller = (await bench.until(Offered)).record.caller.name
        for kept in (seated, caller):
            assert name.startswith(kept)
            assert 75 < len(kept.encode()) < 80
        await bench.until(CallEnded)

    at(exchange, story, piece=piece)


def test_line_breaks_never_become_acts(exchange: Exchange) -> None:
    async def story(bench: AsteriskBench) -> None:
        await bench.phone("1005")
        hostile = "سامر\r\n\r\nAction: QueueRemove\r\nQueue: care\r\nInterface: PJSIP/1005"
        await bench.pbx.log_in("1005", ["care"], hostile)
        await bench.pbx.pause("1005", "غداء\r\nPaused: false\n\nAction: Logoff")
        paused = await bench.until(AgentChanged, extension="1005", paused=True)
        assert paused.agent.reason == "غداء Paused: false Action: Logoff"
        assert paused.agent.name.startswith("سامر Action: QueueRemove Queue: care")
        assert paused.agent.queues == ("care",)
        assert bench.pbx.problem is None
        assert bench.told.find(LinkDown) is None

    at(exchange, story)


def test_a_half_open_link_is_seen_and_replaced(exchange: Exchange) -> None:
    async def story(bench: AsteriskBench) -> None:
        start = len(bench.told.events)
        bench.hang()
        down = await bench.until(LinkDown)
        assert down.reason == PbxSilent()
        await bench.cut()
        await bench.mend()
        await bench.until(LinkUp, start=start)
        assert bench.pbx.problem is None

    at(exchange, story)


async def link(address: Address) -> Client:
    """Return a link that is up."""
    client = Client(address, Patience(), _ignore)
    try:
        await client.connect()
    except PbxGone:
        await client.close()
        raise
    return client


def _ignore(_frame: Frame) -> None:
    pass


def test_a_wrong_secret(exchange: Exchange) -> None:
    async def story() -> None:
        with pytest.raises(PbxGone) as gone:
            await link(Address(exchange.host, exchange.ami_port, exchange.cti_user, "wrong"))
        assert gone.value.reason == PbxWrongSecret()
        with pytest.raises(PbxGone) as nobody:
            await link(Address(exchange.host, exchange.ami_port, "nobody", exchange.cti_secret))
        assert nobody.value.reason == PbxWrongSecret()

    asyncio.run(story())


def test_what_a_wall_board_may_not_do(exchange: Exchange) -> None:
    async def story() -> None:
        client = await link(Address(exchange.host, exchange.ami_port, exchange.watch_user, exchange.watch_secret))
        fields = [("Queue", "care"), ("Interface", "PJSIP/1001")]
        for name in ("QueueAdd", "QueueRemove", "Originate", "Hangup", "BlindTransfer", "Command", "GetConfig"):
            with pytest.raises(PbxRefused) as refused:
                await client.act(name, *fields)
            assert refused.value.reason == PbxDenied(name)
        assert await client.listing("QueueStatus")
        await client.close()

    asyncio.run(story())


def test_what_the_gateway_may_not_do(exchange: Exchange) -> None:
    async def story() -> None:
        client = await link(Address(exchange.host, exchange.ami_port, exchange.cti_user, exchange.cti_secret))
        for name in ("Command", "GetConfig", "UpdateConfig", "ModuleLoad", "Reload", "DialplanExtensionAdd"):
            with pytest.raises(PbxRefused) as refused:
                await client.act(name, ("Command", "core stop now"))
            assert refused.value.reason == PbxDenied(name)
        await client.close()

    asyncio.run(story())
