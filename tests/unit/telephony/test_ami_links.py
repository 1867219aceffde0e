"""Links that are no good: each ends with its own reason, quickly, and the next one is tried."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.phone_errors import (
    PbxDenied,
    PbxFailed,
    PbxGarbled,
    PbxOtherVersion,
    PbxSilent,
    PbxUnreachable,
    PbxWrongSecret,
)
from ccbs_desk.telephony.ami.client import Address, Client, Patience
from ccbs_desk.telephony.ami.frames import Frame
from ccbs_desk.telephony.ami.link import Link, Pauses
from ccbs_desk.telephony.port import PbxGone, PbxRefused
from tests.unit.telephony.ami_server import BANNER, HOST, AmiServer, Answer, error, event, frame, listing, success

QUICK = Patience(connect=0.3, answer=0.3, listing=0.3, check=0.05)
CEILING = 30


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Run a story to its end."""

    async def limited() -> None:
        async with asyncio.timeout(CEILING):
            await story()

    asyncio.run(limited())


async def fails(address: Address) -> Reason:
    """Return why a link does not come about."""
    client = Client(address, QUICK, lambda frame: None)
    try:
        with pytest.raises(PbxGone) as gone:
            await client.connect()
    finally:
        await client.close()
    return gone.value.reason


def nothing(_asked: Frame) -> None:
    """Say nothing."""


@pytest.mark.parametrize(
    ("banner", "reason"),
    [
        (b"Asterisk Call Manager/1.3\r\n", PbxOtherVersion("Asterisk Call Manager/1.3")),
        (b"Asterisk Call Manager/2.10.5\r\n", PbxOtherVersion("Asterisk Call Manager/2.10.5")),
        (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", PbxOtherVersion("SSH-2.0-OpenSSH_9.2p1 Debian-2")),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", PbxOtherVersion("HTTP/1.1 400 Bad Request")),
        (b"\xff" * 4000, PbxGarbled()),
        (b"", PbxSilent()),
    ],
)
def test_what_greets_otherwise_is_left_alone(banner: bytes, reason: Reason) -> None:
    async def story() -> None:
        async with AmiServer(banner=banner).serving() as server:
            assert await fails(server.address) == reason
            assert server.asked == []

    run(story)


@pytest.mark.parametrize("version", ["5.0.5", "9.0.0", "11.0.0", "12.1"])
def test_versions_that_we_speak(version: str) -> None:
    async def story() -> None:
        async with AmiServer(banner=f"Asterisk Call Manager/{version}\r\n".encode()).serving() as server:
            client = Client(server.address, QUICK, lambda frame: None)
            await client.connect()
            await client.close()
            assert server.names() == ["Challenge", "Login"]
            assert all(server.address.secret not in str(asked.pairs) for asked in server.asked)

    run(story)


def test_the_secret_is_not_in_the_log() -> None:
    address = Address(HOST, 5038, "ccbs", "s3cret")
    assert "s3cret" not in repr(address)


def test_a_wrong_secret() -> None:
    async def story() -> None:
        async with AmiServer().serving() as server:
            wrong = Address(HOST, server.port, "ccbs", "other")
            assert await fails(wrong) == PbxWrongSecret()

    run(story)


def test_nobody_there() -> None:
    async def story() -> None:
        async with AmiServer().serving() as server:
            address = server.address
        assert await fails(address) == PbxUnreachable()

    run(story)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"Challenge": nothing}, PbxSilent()),
        ({"Login": nothing}, PbxSilent()),
        ({"Login": lambda asked: error(asked, "Permission denied")}, PbxDenied("Login")),
        ({"Challenge": lambda asked: b"\xa5" * 300_000}, PbxGarbled()),
    ],
)
def test_a_log_in_that_does_not_work(answers: dict[str, Answer], reason: Reason) -> None:
    async def story() -> None:
        async with AmiServer(answers).serving() as server:
            assert await fails(server.address) == reason

    run(story)


def test_an_exchange_that_hangs_up_on_us_at_once() -> None:
    async def story() -> None:
        async def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.transport.abort()

        server = await asyncio.start_server(refuse, HOST, 0)
        port = server.sockets[0].getsockname()[1]
        assert await fails(Address(HOST, port, "ccbs", "x")) == PbxUnreachable()
        server.close()

    run(story)


class Joined:
    """A client on a server that answers as told."""

    def __init__(self, **answers: Answer) -> None:
        self.server = AmiServer(answers)
        self.events: list[Frame] = []

    async def tell(self, story: Callable[[Client], Awaitable[Any]]) -> None:
        """Run a story over a link that is up."""
        async with self.server.serving() as server:
            client = Client(server.address, QUICK, self.events.append)
            await client.connect()
            try:
                await story(client)
            finally:
                await client.close()


def test_a_half_open_link_ends_by_its_silence() -> None:
    async def story(client: Client) -> None:
        assert await client.watch() == PbxSilent()
        with pytest.raises(PbxGone):
            await client.act("Ping")

    run(lambda: Joined(Ping=nothing).tell(story))


def test_an_act_that_is_not_answered_ends_the_link() -> None:
    async def story(client: Client) -> None:
        with pytest.raises(PbxGone) as gone:
            await client.act("Hangup", ("Channel", "x"))
        assert gone.value.reason == PbxSilent()
        assert await client.watch() == PbxSilent()

    run(lambda: Joined(Hangup=nothing).tell(story))


def test_a_list_without_an_end_ends_the_link() -> None:
    async def story(client: Client) -> None:
        with pytest.raises(PbxGone) as gone:
            await client.listing("QueueStatus")
        assert gone.value.reason == PbxSilent()

    run(lambda: Joined(QueueStatus=success).tell(story))


def test_a_list_can_be_refused() -> None:
    async def story(client: Client) -> None:
        with pytest.raises(PbxRefused) as refused:
            await client.listing("QueueStatus")
        assert refused.value.reason == PbxDenied("QueueStatus")
        assert refused.value.code == "pbx.denied"

    run(lambda: Joined(QueueStatus=lambda asked: error(asked, "Permission denied")).tell(story))


def test_a_refusal_without_words() -> None:
    async def story(client: Client) -> None:
        with pytest.raises(PbxRefused) as refused:
            await client.act("Hangup")
        assert refused.value.reason == PbxFailed("Hangup")

    run(lambda: Joined(Hangup=lambda asked: error(asked, "")).tell(story))


def test_whoever_waits_hears_of_the_end() -> None:
    async def story() -> None:
        async with AmiServer({"Hangup": nothing, "QueueStatus": success}).serving() as server:
            client = Client(server.address, Patience(), lambda frame: None)
            await client.connect()
            waiting = [asyncio.create_task(client.act("Hangup")), asyncio.create_task(client.listing("QueueStatus"))]
            while server.names()[-1] != "QueueStatus":
                await asyncio.sleep(0)
            server.drop()
            ended = await asyncio.gather(*waiting, return_exceptions=True)
            assert [one.reason for one in ended if isinstance(one, PbxGone)] == [PbxUnreachable()] * 2
            assert await client.watch() == PbxUnreachable()
            await client.close()

    run(story)


def test_lists_answers_and_events_are_told_apart() -> None:
    rows = (("Event", "QueueMember"), ("Name", "سامر")), (("Event", "QueueMember"), ("Name", "ب"))

    def mixed(asked: Frame) -> bytes:
        own = listing(asked, "QueueStatusComplete", *rows)
        stray = frame(("Response", "Success"), ("ActionID", "nobody's"))
        late = frame(("Event", "OriginateResponse"), ("Response", "Failure"), ("ActionID", "ccbs-1"))
        return event("Hold", Uniqueid="1") + stray + own + late

    joined = Joined(QueueStatus=mixed)

    async def story(client: Client) -> None:
        found = await client.listing("QueueStatus")
        assert [row.get("Name") for row in found] == ["سامر", "ب"]
        while len(joined.events) < 2:
            await asyncio.sleep(0)
        assert [one.event for one in joined.events] == ["Hold", "OriginateResponse"]

    run(lambda: joined.tell(story))


def test_an_event_that_poisons_us_is_counted_and_the_next_is_taken() -> None:
    async def story() -> None:
        taken: list[str] = []

        def take(one: Frame) -> None:
            taken.append(one.event)
            if one.event == "Bad":
                raise LookupError("poison")

        async with AmiServer().serving() as server:
            client = Client(server.address, QUICK, take)
            await client.connect()
            await server.say(event("Bad") + event("Good"))
            while len(taken) < 2:
                await asyncio.sleep(0)
            assert client.poisoned == 1
            await client.act("Ping")
            await client.close()

    run(story)


class Kept:
    """A link that is kept, with what it says of itself."""

    def __init__(self, address: Address, catch_up: Callable[[Client], Awaitable[None]] | None = None) -> None:
        self.ups = 0
        self.downs: list[Reason] = []
        self._catch_up = catch_up
        pauses = Pauses(0.01, 0.04)
        self.link = Link(
            address,
            on_event=lambda frame: None,
            on_up=self._up,
            on_down=self.downs.append,
            patience=QUICK,
            pauses=pauses,
        )

    async def _up(self, client: Client) -> None:
        if self._catch_up is not None:
            await self._catch_up(client)
        self.ups += 1


def test_a_link_comes_back_by_itself() -> None:
    async def story() -> None:
        async with AmiServer().serving() as server:
            kept = Kept(server.address)
            kept.link.start()
            for ups in (1, 2, 3):
                while kept.ups < ups:
                    await asyncio.sleep(0)
                assert kept.link.client is not None
                server.drop()
            while len(kept.downs) < 3:
                await asyncio.sleep(0)
            await kept.link.stop()
            await kept.link.stop()
            assert set(kept.downs) == {PbxUnreachable()}
            assert kept.link.client is None

    run(story)


def test_what_nobody_mends_is_tried_seldom() -> None:
    async def story() -> None:
        async with AmiServer().serving() as server:
            kept = Kept(Address(HOST, server.port, "ccbs", "other"))
            kept.link.start()
            while len(kept.downs) < 3:
                await asyncio.sleep(0)
            await kept.link.stop()
            assert set(kept.downs) == {PbxWrongSecret()}

    run(story)


def test_a_link_that_cannot_catch_up_is_no_link() -> None:
    async def deny(client: Client) -> None:
        await client.act("CoreShowChannels")

    async def story() -> None:
        async with AmiServer({"CoreShowChannels": lambda asked: error(asked, "Permission denied")}).serving() as server:
            kept = Kept(server.address, deny)
            kept.link.start()
            while not kept.downs:
                await asyncio.sleep(0)
            await kept.link.stop()
            assert kept.downs[0] == PbxDenied("CoreShowChannels")
            assert kept.ups == 0

    run(story)


def test_a_banner_in_pieces() -> None:
    async def story() -> None:
        async with AmiServer(banner=BANNER, piece=1).serving() as server:
            client = Client(server.address, Patience(), lambda frame: None)
            await client.connect()
            await client.act("Ping")
            await client.close()

    run(story)
