"""A bad line: a proxy on loopback, in a thread of its own, that cuts, delays, loses answers and spoils them."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CEILING = 10.0
Spoil = Callable[[bytes], bytes | None]
"""What becomes of an answer of the server; None breaks the connection instead."""


def lost(_answer: bytes) -> None:
    """Lose an answer: the server has done what was asked, and the desk hears nothing."""


def junk(answer: bytes) -> bytes:
    """Make of an answer what is none at all."""
    return bytes(byte ^ 0xA5 for byte in answer)


def portal(_answer: bytes) -> bytes:
    """Answer in the server's place as the log-in page of a foreign network does."""
    page = b"<html><body>Welcome to the internet</body></html>"
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page)


@dataclass
class _Wish:
    """What is to happen to the next answers of a route."""

    route: bytes
    spoil: Spoil
    times: int


@dataclass(eq=False)
class _Line:
    """One connection. `spoil` is what happens to what the server sends on it, until the next request."""

    spoil: Spoil | None = None
    ways: list["asyncio.Task[None]"] = field(default_factory=list)


class BadLink:
    """Forwards TCP from a port of its own to the server. Its methods may be called from any thread."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bad link", daemon=True)
        self._lines: set[_Line] = set()
        self._listening: asyncio.Server | None = None
        self._wishes: list[_Wish] = []
        self._delay = 0.0
        self.port = 0
        self.asked: list[bytes] = []
        """The first line of each request that went through."""

    @property
    def address(self) -> str:
        """Where desks find the server."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Cut the line: nobody gets through, and connections that were open break."""
        self._run(self._cut())

    def mend(self) -> None:
        """Let everybody through again, on the same port."""
        self._run(self._listen(self.port))

    def delay(self, seconds: float) -> None:
        """Hold back from now on each piece that the server sends."""
        self._delay = seconds

    def spoil(self, route: str, spoil: Spoil, times: int = 1) -> None:
        """Let the server take the next requests of a route (`POST /v1/commands`), and spoil what it answers."""
        self._wishes.append(_Wish(route.encode(), spoil, times))

    def behave(self) -> None:
        """Spoil nothing more."""
        self._wishes.clear()

    def count(self, route: str) -> int:
        """Return how many requests of a route went through."""
        return sum(line.startswith(route.encode()) for line in self.asked)

    def start(self) -> None:
        """Begin to forward."""
        self._thread.start()
        self._run(self._listen(0))

    def stop(self) -> None:
        """End it."""
        self._run(self._cut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CEILING)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(CEILING)

    async def _listen(self, port: int) -> None:
        if self._listening is None:
            self._listening = await asyncio.start_server(self._carry, "127.0.0.1", port)
            self.port = self._listening.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        ways = [way for line in self._lines for way in line.ways]
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _carry(self, from_desk: asyncio.StreamReader, to_desk: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:
            to_desk.close()
            return
        line = _Line()
        line.ways = [
            asyncio.ensure_future(self._to_server(from_desk, to_server, line)),
            asyncio.ensure_future(self._to_desk(from_server, to_desk, line)),
        ]
        self._lines.add(line)
        await asyncio.wait(line.ways, return_when=asyncio.FIRST_COMPLETED)
        for way in line.ways:
            way.cancel()
        await asyncio.gather(*line.ways, return_exceptions=True)
        self._lines.discard(line)
        for writer in (to_desk, to_server):
            writer.close()

    async def _to_server(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: _Line) -> None:
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(65_536):
                first = chunk.partition(b"\r\n")[0]
                if first.endswith(b" HTTP/1.1"):
                    self.asked.append(first)
                    line.spoil = self._wish_for(first)
                writer.write(chunk)
                await writer.drain()

    def _wish_for(self, first: bytes) -> Spoil | None:
        for wish in self._wishes:
            if wish.times and first.startswith(wish.route):
                wish.times -= 1
                return wish.spoil
        return None

    async def _to_desk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: _Line) -> None:
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(65_536):
                if self._delay:
                    await asyncio.sleep(self._delay)
                if line.spoil is None:
                    writer.write(chunk)
                    await writer.drain()
                    continue
                spoiled = line.spoil(chunk)
                if spoiled is not None:
                    writer.write(spoiled)
                    await writer.drain()
                return


@contextmanager
def bad_link(server_port: int) -> Iterator[BadLink]:
    """Give a line to the server that can be spoiled."""
    link = BadLink(server_port)
    link.start()
    try:
        yield link
    finally:
        link.stop()
