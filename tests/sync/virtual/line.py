"""The line between one desk and the server: loses, delays, doubles, breaks; every request by chance, never by the wall.

It speaks ASGI to the real application, streams included.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from litestar import Litestar

CUT = object()
END = object()
_LONG = 3_600.0


@dataclass(slots=True)
class Badness:
    """How bad a line is: chances a request."""

    lost: float = 0.0
    unheard: float = 0.0
    doubled: float = 0.0
    latency: float = 0.05
    fault: float = 0.0


@dataclass(eq=False, slots=True)
class Exchange:
    """One request at the server and what has come of it so far."""

    out: "asyncio.Queue[Any]" = field(default_factory=asyncio.Queue)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None

    def cut(self) -> None:
        """Break it: the desk hears nothing more."""
        while not self.out.empty():
            self.out.get_nowait()
        self.out.put_nowait(CUT)
        self.leave()

    def leave(self) -> None:
        """The desk is gone."""
        self.gone.set()

    def kill(self) -> None:
        """The server is gone."""
        self.cut()
        if self.task is not None:
            self.task.cancel()


class Line(httpx.AsyncBaseTransport):
    """One desk's line. `server` gives the application that runs, or None."""

    def __init__(self, server: Callable[[], Litestar | None], chance: Random) -> None:
        self.badness = Badness()
        self.is_down = False
        self.spoiled: Callable[[bytes], bool] = lambda _body: False
        self._server = server
        self._chance = chance
        self._open: set[Exchange] = set()
        self._days = 0

    def cut(self) -> None:
        """Break all that is open."""
        for exchange in tuple(self._open):
            exchange.cut()

    def forget(self) -> None:
        """So much time has passed that nothing is on its way any more."""
        self._days += 1
        self.kill()

    def kill(self) -> None:
        """End all that is open: the server has died."""
        for exchange in tuple(self._open):
            exchange.kill()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request there and the beginning of its answer back."""
        patience = request.extensions["timeout"]["read"] or _LONG
        body = await request.aread()
        day = self._days
        await self._delay()
        if day != self._days:
            raise httpx.ReadError("cut")
        if self._chance.random() < self.badness.lost:
            await asyncio.sleep(patience)
            raise httpx.ReadTimeout("lost")
        app = self._reached()
        if self._chance.random() < self.badness.fault or self.spoiled(body):
            return httpx.Response(502, content=b"<html>gateway</html>")
        if self._chance.random() < self.badness.doubled:
            self._send_again(app, request, body)
        unheard = self._chance.random() < self.badness.unheard
        exchange = self._begin(app, request, body)
        status, headers = await self._hear(exchange, patience)
        await self._delay()
        if unheard:
            exchange.leave()
            if self._chance.random() < 0.5:
                return httpx.Response(502, content=b"<html>gateway</html>")
            raise httpx.ReadError("the answer is lost")
        return httpx.Response(status, headers=headers, stream=_Stream(self, exchange, patience))

    def _reached(self) -> Litestar:
        app = None if self.is_down else self._server()
        if app is None:
            raise httpx.ConnectError("nobody answers")
        return app

    def _begin(self, app: Litestar, request: httpx.Request, body: bytes) -> Exchange:
        exchange = Exchange()
        self._open.add(exchange)
        exchange.task = asyncio.get_running_loop().create_task(_answered(app, request, body, exchange))
        exchange.task.add_done_callback(lambda _task: self._open.discard(exchange))
        return exchange

    def _send_again(self, app: Litestar, request: httpx.Request, body: bytes) -> None:
        """Something between has kept the request, and brings it a second time much later."""
        day = self._days

        def come() -> None:
            if self._server() is app and day == self._days:
                self._begin(app, request, body)

        asyncio.get_running_loop().call_later(self._chance.expovariate(1 / 20), come)

    async def _hear(self, exchange: Exchange, patience: float) -> Any:
        try:
            async with asyncio.timeout(patience):
                told = await exchange.out.get()
        except TimeoutError:
            exchange.leave()
            raise httpx.ReadTimeout("silence") from None
        except asyncio.CancelledError:
            exchange.leave()
            raise
        if told is CUT:
            raise httpx.ReadError("cut")
        return told

    async def _delay(self) -> None:
        await asyncio.sleep(self._chance.expovariate(1 / self.badness.latency))


class _Stream(httpx.AsyncByteStream):
    def __init__(self, line: Line, exchange: Exchange, patience: float) -> None:
        self._line = line
        self._exchange = exchange
        self._patience = patience

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (told := await self._line._hear(self._exchange, self._patience)) is not END:
            await self._line._delay()
            yield told

    async def aclose(self) -> None:
        self._exchange.leave()


async def _answered(app: Litestar, request: httpx.Request, body: bytes, exchange: Exchange) -> None:
    """Give one request to the application."""
    url = request.url
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "path": url.path,
        "raw_path": url.raw_path,
        "query_string": url.query,
        "scheme": "http",
        "server": ("localhost", 1),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }
    asked = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        if asked:
            return asked.pop()
        await exchange.gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            exchange.out.put_nowait((message["status"], message.get("headers", [])))
        elif message["type"] == "http.response.body":
            if message.get("body"):
                exchange.out.put_nowait(bytes(message["body"]))
            if not message.get("more_body", False):
                exchange.out.put_nowait(END)

    await app(scope, receive, send)
