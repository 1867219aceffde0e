"""The live stream: hello, each move of the feed, a beat in between; shut out means shut out."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import update

from ccbs_desk.models.database import writing
from ccbs_desk.models.reference import Device
from ccbs_desk.wire.messages import LiveEvent
from server_stub.feed import feeding
from tests.contract.test_feed import governorate
from tests.factories.server import BACKENDS, CEILING_SECONDS, RunningServer, SignedIn, started, until


@dataclass
class Line:
    """An open live stream, read event by event."""

    response: httpx.Response
    lines: Iterator[str]

    def next(self, kind: str | None = None) -> tuple[str | None, LiveEvent]:
        """Return the number and the event that come next, of one kind if asked."""
        while True:
            number, event = self._next()
            if kind in (None, event.kind):
                return number, event

    def reach(self, head: int) -> LiveEvent:
        """Return the first word of the feed at this head or beyond: earlier acts of others may be told before it."""
        end = time.monotonic() + CEILING_SECONDS
        while time.monotonic() < end:
            _, event = self._next()
            if event.kind == "feed" and event.head >= head:
                return event
        raise AssertionError(f"the head {head} was not told within {CEILING_SECONDS:.0f} s")

    def _next(self) -> tuple[str | None, LiveEvent]:
        number = None
        for line in self.lines:
            if line.startswith("id: "):
                number = line.removeprefix("id: ")
            elif line.startswith("data: "):
                return number, msgspec.json.decode(line.removeprefix("data: "), type=LiveEvent)
        raise EOFError("the stream has ended")


@contextmanager
def listening(session: SignedIn, last_seen: str | None = None) -> Iterator[Line]:
    """Open the live stream of a desk."""
    headers = {"last-event-id": last_seen} if last_seen else {}
    with session.http.stream("GET", "/v1/live", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Line(response, response.iter_lines())


def move(server: RunningServer) -> int:
    """Move the feed by one."""
    change = governorate(server)
    with feeding(server.engine) as (_, writer):
        position = writer.publish([change])
    server.parts.live.moved(writer.head)
    assert position is not None
    return position


@pytest.fixture(params=BACKENDS)
def own_beats(request: pytest.FixtureRequest, country_file: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """A server of the test's own that beats ten times a second."""
    with started(request, country_file, tmp_path, beat_seconds=0.1) as server:
        yield server


class TestLive:
    """The same on SQLite and PostgreSQL."""

    def test_hello_then_each_move(self, server: RunningServer) -> None:
        clerk = server.counter()
        act = clerk.desk.do(clerk.desk.open_till())
        with listening(clerk) as line:
            _, hello = line.next()
            assert (hello.kind, hello.head) == ("hello", clerk.page(0).head)
            (answer,) = server.sign_in(clerk.desk, clerk.desk.clerk).push(act)
            assert answer.position is not None
            assert line.reach(answer.position).head == answer.position

    def test_who_comes_back_hears_what_was_missed(self, server: RunningServer) -> None:
        clerk = server.counter()
        with listening(clerk) as line:
            line.next("hello")
            move(server)
            seen, _ = line.next("feed")
        missed = [move(server), move(server)]
        with listening(clerk, seen) as line:
            assert line.next()[1].kind == "hello"
            assert [line.next("feed")[1].head for _ in missed] == missed
        for stale in ("other-1", "garbage", f"{seen}9999"):
            with listening(clerk, stale) as line:
                assert line.next()[1].head == missed[-1]
                now = move(server)
                assert line.next("feed")[1].head == now
                missed.append(now)

    def test_a_beat_shows_that_the_line_is_alive(self, own_beats: RunningServer) -> None:
        clerk = own_beats.counter()
        with listening(clerk) as line:
            line.next("hello")
            number, beat = line.next()
            assert (number, beat.kind, beat.head) == (None, "beat", clerk.page(0).head)

    def test_a_move_by_another_process_is_heard(self, own_beats: RunningServer) -> None:
        clerk = own_beats.counter()
        change = governorate(own_beats)
        with listening(clerk) as line:
            line.next("hello")
            with feeding(own_beats.engine) as (_, writer):
                position = writer.publish([change])
            assert position is not None
            assert line.reach(position).head == position

    def test_a_device_that_is_shut_out_is_told_and_cut(self, server: RunningServer) -> None:
        clerk, other = server.counter(), server.counter()
        with listening(clerk) as line, listening(other) as still:
            line.next("hello")
            still.next("hello")
            server.parts.devices.revoke(clerk.desk.device_id)
            assert line.next("revoked")[1].kind == "revoked"
            with pytest.raises(EOFError):
                line.next()
            assert still.next("feed")[1].kind == "feed"

    def test_a_device_shut_out_by_another_process_is_cut_too(self, own_beats: RunningServer) -> None:
        clerk = own_beats.counter()
        with listening(clerk) as line:
            line.next("hello")
            with writing(own_beats.engine) as connection:
                connection.execute(update(Device).values(state="revoked"))
            assert line.next("revoked")[1].kind == "revoked"

    def test_a_line_that_was_left_is_forgotten(self, server: RunningServer) -> None:
        clerk = server.counter()
        with listening(clerk) as line:
            line.next("hello")
            assert clerk.desk.device_id in server.parts.live.devices()
        until(lambda: clerk.desk.device_id not in server.parts.live.devices())
