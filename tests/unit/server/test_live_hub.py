"""The live hub alone: slow readers are cut, memory is bounded, nothing is told after the end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
from litestar.types import Message, Receive, Scope, Send

from ccbs_desk.wire.messages import LiveEvent
from server_stub.live import QUEUE, LiveHub
from server_stub.routes.live import Patience

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def hub(beat_seconds: float = 30.0) -> LiveHub:
    """Return a hub in the running loop, whose feed is at 10."""
    made = LiveHub(lambda: NOW, beat_seconds)
    made.start(10)
    return made


def told(raw: bytes) -> tuple[str, LiveEvent]:
    """Return the number and the event of one message."""
    lines = dict(line.split(": ", 1) for line in raw.decode().strip().split("\n"))
    event = msgspec.json.decode(lines["data"], type=LiveEvent)
    assert lines["event"] == event.kind
    return lines.get("id", ""), event


async def rest(stream: AsyncIterator[bytes]) -> list[LiveEvent]:
    """Return all that comes until the line ends."""
    return [told(raw)[1] async for raw in stream]


def test_a_reader_who_takes_nothing_is_cut_and_others_hear_on() -> None:
    async def story() -> None:
        made = hub()
        slow, quick = made.listen(uuid4(), None), made.listen(uuid4(), None)
        await anext(slow)
        await anext(quick)
        for head in range(11, 11 + QUEUE + 1):
            made.moved(head)
            assert told(await anext(quick))[1].head == head
        assert await rest(slow) == []
        assert len(made.devices()) == 1
        made.moved(1_000)
        assert told(await anext(quick))[1].head == 1_000

    asyncio.run(story())


def test_a_head_that_is_known_is_not_told_again() -> None:
    async def story() -> None:
        made = hub()
        line = made.listen(uuid4(), None)
        await anext(line)
        for head in (12, 11, 12, 13):
            made.moved(head)
        assert [told(await anext(line))[1].head for _ in range(2)] == [12, 13]
        made.close()
        assert await rest(line) == []

    asyncio.run(story())


def test_what_is_older_than_the_memory_is_forgotten() -> None:
    async def story() -> None:
        made = LiveHub(lambda: NOW, 30.0, memory_seconds=0.0)
        made.start(10)
        line = made.listen(uuid4(), None)
        seen, _ = told(await anext(line))
        made.moved(11)
        await anext(line)
        made.moved(12)
        await anext(line)
        late = made.listen(uuid4(), seen)
        heard = [told(await anext(late))[1] for _ in range(2)]
        assert [(event.kind, event.head) for event in heard] == [("hello", 12), ("feed", 12)]
        made.close()
        assert await rest(late) == []

    asyncio.run(story())


def test_after_the_end_nothing_is_told() -> None:
    made = LiveHub(lambda: NOW, 30.0)
    made.moved(5)
    asyncio.run(_closed(made))
    made.moved(6)
    made.revoked(uuid4())
    assert made.head == 10


async def _closed(made: LiveHub) -> None:
    made.start(10)
    made.close()


def test_a_send_that_takes_too_long_ends_the_line() -> None:
    async def never(_message: Message) -> None:
        await asyncio.Event().wait()

    async def nothing() -> Any:
        raise AssertionError("nobody receives here")

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        raise AssertionError("the line goes on")

    async def story() -> None:
        scope: Any = {"type": "http"}
        await asyncio.wait_for(Patience(0.01).handle(scope, nothing, never, app), 30)

    asyncio.run(story())
