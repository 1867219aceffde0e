"""The line to the manager interface, so that it can be cut, mended, and left hanging half open."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from tests.pbx.exchange import HOST


class Relay:
    """Forwards TCP from a port of its own; with `piece` in segments of so many bytes.

    `tap` hears everything, with `<` for what the exchange says and `>` for what it is told.
    """

    def __init__(self, target: int, *, piece: int = 65536, tap: Callable[[str, bytes], None] | None = None) -> None:
        self._tap = tap
        self._target = target
        self._piece = piece
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self.port = 0

    async def mend(self) -> None:
        """Take connections, on the same port as before."""
        self._flows.set()
        self._server = await asyncio.start_server(self._forward, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Break every connection and take no new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._lines:
            writer.transport.abort()
        self._flows.set()

    def hang(self) -> None:
        """Let nothing through any more, while every connection stands."""
        self._flows.clear()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.close()
            return
        self._lines |= {writer, far_writer}
        pumps = (self._pump(">", reader, far_writer), self._pump("<", far_reader, writer))
        ways = [asyncio.create_task(pump) for pump in pumps]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            self._lines -= {writer, far_writer}
            for end in (writer, far_writer):
                end.transport.abort()

    async def _pump(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(self._piece):
                if self._tap is not None:
                    self._tap(way, data)
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
