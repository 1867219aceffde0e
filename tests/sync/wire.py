"""A wire with a mouth of its own: the real client talks to the centre of a world, and a test says what goes wrong."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec

from ccbs_desk.sync.client import Client
from ccbs_desk.wire.messages import (
    Challenge,
    LiveEvent,
    PushAnswer,
    PushRequest,
    RefreshRequest,
    SignInRequest,
    Staff,
    Tokens,
)
from tests.sync.world import Central

T = TypeVar("T")
CEILING = 30.0
Fault = Callable[[httpx.Request], httpx.Response | None]
"""Answers in the server's place; None lets the request through after all."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a test's coroutine; fail after a ceiling."""
    return asyncio.run(asyncio.wait_for(work, CEILING))


async def until(told: Callable[[], object]) -> None:
    """Wait for something to become true, without a look at the clock between the loop's turns."""
    while not told():
        await asyncio.sleep(0.001)


def problem(status: int, code: str, **values: Any) -> Fault:
    """Return the fault that answers with an error of our schema."""
    return lambda _request: httpx.Response(status, json={"code": code, "values": values})


def garbage(status: int = 200, body: bytes = b"<html>login</html>") -> Fault:
    """Return the fault that answers with what is no message of ours."""
    return lambda _request: httpx.Response(status, content=body)


def cut(_request: httpx.Request) -> httpx.Response:
    """Break the line before the request has arrived."""
    raise httpx.ConnectError("cut")


@dataclass
class Wire:
    """The server as the client sees it. `faults` are used up one a request, by the last part of the path."""

    central: Central
    device_id: UUID
    staff: Staff = field(default_factory=lambda: person("clerk"))
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    password: str = "right"
    tokens: list[Tokens] = field(default_factory=list)
    live: "asyncio.Queue[LiveEvent | None]" = field(default_factory=asyncio.Queue)
    lines: int = 0
    lost_answers: int = 0
    area_id: int | None = 1
    scope: str = ""
    """What its pages say of whose rows they have; nothing, as a release that did not say it."""

    def client(self, **about: Any) -> Client:
        """Return a client whose requests come here."""
        return Client("http://localhost:1", transport=httpx.MockTransport(self._answer), **about)

    def fault(self, route: str, *faults: Fault) -> None:
        """Let the next requests of a route go wrong."""
        self.faults.setdefault(route, deque()).extend(faults)

    def expire(self) -> None:
        """Let all access tokens run out."""
        self.tokens = [msgspec.structs.replace(tokens, access="stale") for tokens in self.tokens]

    def say(self, kind: str) -> None:
        """Send an event on the live stream."""
        self.live.put_nowait(LiveEvent(kind=kind, head=self.central.head, server_time=self.central.clock()))

    def hang_up(self) -> None:
        """End the live stream."""
        self.live.put_nowait(None)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        route = request.url.path.removeprefix("/v1/")
        self.asked.append(route)
        await asyncio.sleep(0)
        waiting = self.faults.get(route)
        answer = waiting.popleft()(request) if waiting else None
        if answer is not None:
            return answer
        routes: Mapping[str, Callable[[httpx.Request], Awaitable[httpx.Response]]] = {
            "session/challenge": self._challenge,
            "session": self._session,
            "session/refresh": self._refresh,
            "commands": self._push,
            "feed": self._feed,
            "live": self._live,
        }
        if route not in routes:
            return httpx.Response(404, json={"code": "request.not_found"})
        if route in ("commands", "feed", "live") and not self._is_known(request):
            return httpx.Response(401, json={"code": "sign_in.needed"})
        return await routes[route](request)

    def _is_known(self, request: httpx.Request) -> bool:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return any(given == tokens.access for tokens in self.tokens)

    async def _challenge(self, _request: httpx.Request) -> httpx.Response:
        return _message(Challenge(nonce="once", server_time=self.central.clock()))

    async def _session(self, request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            self.tokens.clear()
            return httpx.Response(204)
        asked = msgspec.json.decode(request.content, type=SignInRequest)
        if asked.password != self.password:
            return httpx.Response(401, json={"code": "sign_in.wrong"})
        return _message(self.new_tokens())

    async def _refresh(self, request: httpx.Request) -> httpx.Response:
        asked = msgspec.json.decode(request.content, type=RefreshRequest)
        if not self.tokens or asked.refresh != self.tokens[-1].refresh:
            return httpx.Response(401, json={"code": "sign_in.needed"})
        return _message(self.new_tokens())

    def new_tokens(self) -> Tokens:
        """Let somebody in."""
        now, number = self.central.clock(), len(self.tokens)
        tokens = Tokens(
            access=f"access-{number}",
            access_expires=now + timedelta(minutes=15),
            refresh=f"refresh-{number}",
            refresh_expires=now + timedelta(hours=12),
            staff=self.staff,
            server_time=now,
        )
        self.tokens.append(tokens)
        return tokens

    async def _push(self, request: httpx.Request) -> httpx.Response:
        asked = msgspec.json.decode(request.content, type=PushRequest)
        answers = self.central.push(self.device_id, [bytes(raw) for raw in asked.commands])
        if self.lost_answers:
            self.lost_answers -= 1
            raise httpx.ReadError("cut")
        return _message(PushAnswer(answers=tuple(answers), server_time=self.central.clock()))

    async def _feed(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        page = self.central.page(self.device_id, int(asked["after"]), int(asked.get("limit", "2000")), self.area_id)
        return _message(msgspec.structs.replace(page, scope=self.scope))

    async def _live(self, _request: httpx.Request) -> httpx.Response:
        self.lines += 1
        self.live = asyncio.Queue()
        self.say("hello")
        return httpx.Response(200, content=self._events(self.live))

    async def _events(self, queue: "asyncio.Queue[LiveEvent | None]") -> AsyncIterator[bytes]:
        number = 0
        while (event := await queue.get()) is not None:
            number += 1
            yield f"id: run-{number}\nevent: {event.kind}\n".encode()
            yield b"data: " + msgspec.json.encode(event) + b"\n\n"


def person(login: str) -> Staff:
    """Return a person as the server tells it."""
    return Staff(id=UUID(int=1), login=login, name_ar="رنا", name_en="Rana", language="ar", roles=("clerk",))


def _message(message: msgspec.Struct) -> httpx.Response:
    return httpx.Response(200, content=msgspec.json.encode(message), headers={"Content-Type": "application/json"})
