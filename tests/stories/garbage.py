"""A server that is none: it answers whatever is asked with what proxies, portals and broken programs say."""

import asyncio
import contextlib
import gzip
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CEILING_SECONDS = 30.0
Chunks = Iterator[bytes]
Answer = Callable[[], Chunks]
PAGE = b"<!doctype html><html><body><h1>Bad gateway</h1></body></html>"
MEGABYTE = bytes(1024 * 1024)


def answer(status: str, body: bytes, kind: str = "application/json", *more: str, length: int | None = None) -> Answer:
    """Return an answer with a body; `length` may promise another one."""
    size = len(body) if length is None else length
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {size}", "Connection: close", *more)
    head = "\r\n".join(lines) + "\r\n\r\n"
    return lambda: iter((head.encode() + body,))


def wrong_types() -> bytes:
    """Return one body that has the fields of all our messages, each of a type that it must not have."""
    names = "nonce access refresh staff answers changes after reached head more name state position server_time"
    return json.dumps({name: [{"no": 1}] for name in names.split()}).encode()


def _endless() -> Chunks:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    for _ in range(200):
        yield MEGABYTE


def _bomb() -> Chunks:
    packed = gzip.compress(MEGABYTE * 120)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\nConnection: close\r\n\r\n"
    yield head.encode()
    yield packed


GARBAGE: dict[str, Answer] = {
    "a page of html": answer("200 OK", PAGE, "text/html"),
    "nothing": answer("200 OK", b""),
    "half of a json": answer("200 OK", b'{"access": "a", "refresh": "b", "staf'),
    "half of a body": answer("200 OK", b'{"access": "a"', length=5_000),
    "wrong types": answer("200 OK", wrong_types()),
    "null": answer("200 OK", b"null"),
    "a list": answer("200 OK", b"[1, 2, 3]"),
    "no utf-8": answer("200 OK", b'{"nonce": "\xff\xfe"}'),
    "a packed body that is none": answer("200 OK", b"not packed", "application/json", "Content-Encoding: gzip"),
    "a redirect": answer("302 Found", b"", "text/html", "Location: http://127.0.0.1:9/login"),
    "401 with a page": answer("401 Unauthorized", PAGE, "text/html"),
    "403 with a page": answer("403 Forbidden", PAGE, "text/html"),
    "404 with a page": answer("404 Not Found", PAGE, "text/html"),
    "407 of a proxy": answer("407 Proxy Authentication Required", PAGE, "text/html"),
    "413 with a page": answer("413 Payload Too Large", PAGE, "text/html"),
    "429 without a word": answer("429 Too Many Requests", b""),
    "500 with a stack": answer("500 Internal Server Error", b"Traceback (most recent call last):\n", "text/plain"),
    "500 with a problem": answer("500 Internal Server Error", b'{"code": "server.bug", "trace": "00"}'),
    "502 of a gateway": answer("502 Bad Gateway", PAGE, "text/html"),
    "503": answer("503 Service Unavailable", b'{"code": "server.unavailable"}'),
    "a body without end": _endless,
    "a packed bomb": _bomb,
    "bytes that are no http": lambda: iter((bytes(range(256)) * 16,)),
    "a hang-up": lambda: iter(()),
}


@dataclass
class Garbage:
    """Where garbage is answered. `asked` is released once a request."""

    port: int = 0
    asked: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def heard(self, times: int) -> None:
        """Wait until it was asked so often."""
        async with asyncio.timeout(CEILING_SECONDS):
            for _ in range(times):
                await self.asked.acquire()


@asynccontextmanager
async def answering(port: int, what: Answer) -> AsyncIterator[Garbage]:
    """Answer every request on a port of loopback; 0 lets the system choose."""
    garbage = Garbage()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            garbage.asked.release()
            for chunk in what():
                writer.write(chunk)
                await writer.drain()
        with contextlib.suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    garbage.port = server.sockets[0].getsockname()[1]
    try:
        yield garbage
    finally:
        server.close()
