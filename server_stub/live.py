"""The live stream: tells every desk at once that the feed has moved, and every few seconds that the line is alive.

A person at a desk also hears what becomes of his own telephone there, and of no other.

Each event has a number; a desk that comes back with `Last-Event-ID` gets what it missed within the last minute, else
the state as it is. A queue is bounded: whoever does not read is cut and slows nobody.
"""

import asyncio
import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from uuid import UUID

import msgspec

from ccbs_desk.wire.messages import LiveEvent
from ccbs_desk.wire.phone import PhoneNews

log = logging.getLogger(__name__)

MEMORY_SECONDS = 60.0
QUEUE = 64
DEAD_SECONDS = 12.0
"""A reader that takes nothing for this long is cut; a desk holds a silent line for dead after the same time."""


Presence = Callable[[UUID, UUID, bool], None]
Greeting = Callable[[UUID, UUID], PhoneNews]


class Event(msgspec.Struct, frozen=True):
    """One event, its number if it may be asked for again, and when it was (monotonic)."""

    number: int | None
    event: LiveEvent
    at: float


class Stream:
    """The line of one desk and the person who signed in there. Lives in the loop."""

    def __init__(self, device_id: UUID, staff_id: UUID | None = None) -> None:
        self.device_id = device_id
        self.staff_id = staff_id
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue(QUEUE)
        self._closed = False

    def put(self, event: Event) -> None:
        """Hand an event over, or cut the line when its queue is full."""
        if self._closed:
            return
        if self._queue.full():
            log.warning("a live stream of device %s is cut: it does not read", self.device_id)
            self.close()
            return
        self._queue.put_nowait(event)

    async def take(self) -> Event | None:
        """Return the next event, or None when the line has ended."""
        return await self._queue.get()

    def close(self, last: Event | None = None) -> None:
        """End the line, after one last word if there is any; what waits in the queue is dropped."""
        self._closed = True
        while not self._queue.empty():
            self._queue.get_nowait()
        for told in (last, None) if last is not None else (None,):
            self._queue.put_nowait(told)


class LiveHub:
    """All lines of this process. `moved` and `revoked` may be called from any thread; the rest belongs to the loop."""

    def __init__(
        self, now: Callable[[], datetime], beat_seconds: float, memory_seconds: float = MEMORY_SECONDS
    ) -> None:
        self._now = now
        self._beat = beat_seconds
        self._kept = memory_seconds
        self._run = secrets.token_hex(4)
        self._last = 0
        self._memory: deque[Event] = deque()
        self._streams: set[Stream] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()
        self.head = 0
        self.epoch = ""
        self.on_presence: Presence = lambda _device_id, _staff_id, _present: None
        """Told when a person at a device has a line, and when he has none any more."""
        self.greeting: Greeting | None = None
        """Says how the telephone of a device and a person is, right after the greeting of a line."""

    def start(self, head: int, epoch: str = "") -> None:
        """Begin in the running loop, with the feed as it is."""
        self._loop = asyncio.get_running_loop()
        self.head, self.epoch = head, epoch

    def moved(self, head: int, epoch: str | None = None) -> None:
        """The feed has reached `head`; of another epoch, if that is told, whatever the head is."""
        self._in_loop(lambda: self._publish_head(head, epoch))

    def revoked(self, device_id: UUID) -> None:
        """Tell a device that it is shut out, and end its lines."""
        self._in_loop(lambda: self._shut(device_id))

    def phone(self, device_id: UUID, staff_id: UUID, news: PhoneNews) -> None:
        """Tell a person at a device what has become of his telephone. For the loop's own thread.

        Whoever else has signed in there meanwhile hears nothing: news of a call names the caller and shows his card.

        It is not kept for those who are away: whoever comes back is shown how all is, so that nothing stale is told.
        """
        told = LiveEvent(kind="phone", head=self.head, epoch=self.epoch, phone=news, server_time=self._now())
        for stream in self._streams:
            if (stream.device_id, stream.staff_id) == (device_id, staff_id):
                stream.put(Event(None, told, time.monotonic()))

    def devices(self) -> set[UUID]:
        """Return the devices that have a line."""
        return {stream.device_id for stream in self._streams}

    def people(self) -> set[tuple[UUID, UUID]]:
        """Return the devices that have a line, and the person at each."""
        return {(stream.device_id, stream.staff_id) for stream in self._streams if stream.staff_id is not None}

    def close(self) -> None:
        """End all lines."""
        with self._lock:
            self._loop = None
        for stream in self._streams:
            stream.close()

    async def listen(
        self, device_id: UUID, last_seen: str | None, staff_id: UUID | None = None
    ) -> AsyncIterator[bytes]:
        """Give the events of one line as they are sent, from the greeting on."""
        stream = Stream(device_id, staff_id)
        missed = self._missed(last_seen)
        self._streams.add(stream)
        try:
            if staff_id is not None:
                self.on_presence(device_id, staff_id, True)
            phone = self.greeting(device_id, staff_id) if self.greeting and staff_id else None
            yield self._form("hello", self._last, phone)
            for event in missed:
                yield self._bytes(event)
            while True:
                try:
                    told = await asyncio.wait_for(asyncio.ensure_future(stream.take()), self._beat)
                except TimeoutError:
                    yield self._form("beat")
                    continue
                if told is None:
                    return
                yield self._bytes(told)
        finally:
            self._streams.discard(stream)
            if staff_id is not None and (device_id, staff_id) not in self.people():
                self.on_presence(device_id, staff_id, False)

    def _in_loop(self, act: Callable[[], None]) -> None:
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(act)

    def _publish_head(self, head: int, epoch: str | None) -> None:
        put_back = epoch is not None and epoch != self.epoch
        if head <= self.head and not put_back:
            return
        self.head, self.epoch = head, epoch if epoch is not None else self.epoch
        event = self._event("feed")
        self._memory.append(event)
        while self._memory and self._memory[0].at < event.at - self._kept:
            self._memory.popleft()
        for stream in self._streams:
            stream.put(event)

    def _shut(self, device_id: UUID) -> None:
        for stream in self._streams:
            if stream.device_id == device_id:
                stream.close(self._event("revoked"))

    def _event(self, kind: str) -> Event:
        told = LiveEvent(kind=kind, head=self.head, epoch=self.epoch, server_time=self._now())
        self._last += 1
        return Event(self._last, told, time.monotonic())

    def _missed(self, last_seen: str | None) -> list[Event]:
        """Return what a desk has not seen since; nothing when its number is not of this run or too old."""
        run, _, number = (last_seen or "").partition("-")
        if run != self._run or not number.isdecimal():
            return []
        return [event for event in self._memory if event.number is not None and event.number > int(number)]

    def _bytes(self, event: Event) -> bytes:
        return _sse(event.event, self._numbered(event.number))

    def _form(self, kind: str, number: int | None = None, phone: PhoneNews | None = None) -> bytes:
        event = LiveEvent(kind=kind, head=self.head, epoch=self.epoch, phone=phone, server_time=self._now())
        return _sse(event, self._numbered(number))

    def _numbered(self, number: int | None) -> str | None:
        return None if number is None else f"{self._run}-{number}"


def _sse(event: LiveEvent, number: str | None) -> bytes:
    """Return a server-sent event; a beat or news of a telephone is no part of the sequence and has no number."""
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {event.kind}\ndata: ".encode() + msgspec.json.encode(event) + b"\n\n"
