"""A long answer that is left in the middle, on the loop that the desk itself runs on, which ends no generator."""

import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication

from ccbs_desk.sync.client import Client
from ccbs_desk.wire.codec import encode
from ccbs_desk.wire.messages import LiveEvent, SignInRequest, Staff, Tokens
from tests.ui.at_work import run, until

THEN = datetime(2030, 1, 1, tzinfo=UTC)
DESK = UUID(int=7)
STAFF = Staff(id=UUID(int=1), login="clerk", name_ar="موظف", name_en="Clerk", language="ar", roles=("clerk",))
TOKENS = Tokens(access="a", access_expires=THEN, refresh="r", refresh_expires=THEN, staff=STAFF, server_time=THEN)
EVENT = b"data: " + encode(LiveEvent(kind="beat", server_time=THEN)) + b"\n\n"
LONG = [
    pytest.param(lambda client: client.download("x", 0), id="a file"),
    pytest.param(lambda client: client.live(), id="the live stream"),
]


class Talker:
    """A server that lets everybody in and then never comes to an end. `lines` is how many hear it still."""

    def __init__(self) -> None:
        self.lines = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one after the other what is asked on a line, until nobody hears it any more."""
        self.lines += 1
        try:
            asked = await reader.readuntil(b"\r\n\r\n")
            if asked.startswith(b"POST"):
                body = encode(TOKENS)
                writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                return
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while not writer.is_closing():
                writer.write(b"%x\r\n%b\r\n" % (len(EVENT), EVENT))
                await writer.drain()
                await asyncio.sleep(0)
        except ConnectionError:
            pass
        finally:
            self.lines -= 1
            writer.close()


@asynccontextmanager
async def at_a_talker() -> AsyncIterator[tuple[Talker, Client]]:
    """Give a server without an end, and a client that is signed in there."""
    talker = Talker()
    server = await asyncio.start_server(talker.answer, "127.0.0.1", 0)
    client = Client(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    asked = SignInRequest(login="clerk", password="right", device_id=DESK, nonce="once", signature="")
    await client.sign_in(asked)
    try:
        yield talker, client
    finally:
        await client.close()
        server.close()


@pytest.mark.parametrize("long", LONG)
def test_what_is_left_in_the_middle_leaves_no_line_open(
    qapp: QApplication, long: Callable[[Client], AsyncGenerator[Any, None]]
) -> None:
    async def story() -> None:
        async with at_a_talker() as (talker, client):
            async with aclosing(long(client)) as pieces:
                assert await anext(pieces)
                assert talker.lines == 1
            # What is not closed properly tells so as it is collected: an unraisable warning fails the test.
            gc.collect()
            await until(lambda: talker.lines == 0)

    run(qapp, story())
