"""The client: every failure of the wire is a typed reason, tokens are renewed once, nothing leaves in clear."""

import asyncio
import ssl
from uuid import UUID

import httpx
import pytest

from ccbs_desk.domain.errors import (
    CredentialsWrong,
    DeviceNotEnrolled,
    LinkDown,
    LockedOut,
    NewerServer,
    Reason,
    Refused,
    ServerFault,
    SignInNeeded,
    Unavailable,
)
from ccbs_desk.sync import client as client_module
from ccbs_desk.sync.address import InsecureAddress, checked_address
from ccbs_desk.sync.client import Client
from ccbs_desk.wire.messages import SignInRequest
from tests.sync.wire import Fault, Wire, cut, garbage, problem, run
from tests.sync.world import World

DEVICE = UUID(int=7)
NO_ZONE = b'{"after":0,"reached":0,"head":0,"more":false,"changes":[],"server_time":"2026-11-20T06:00:00"}'
HEALTHY = garbage(200, b'{"version":"1","head":0,"server_time":"2026-11-20T06:00:00Z"}')


def asked(password: str = "right") -> SignInRequest:
    """Return a sign-in."""
    return SignInRequest(login="clerk", password=password, device_id=DEVICE, nonce="once", signature="")


async def signed_in(wire: Wire, client: Client) -> Client:
    """Return the client with tokens."""
    await client.sign_in(asked())
    return client


def wire_of(world: World) -> Wire:
    """Return a wire to the world's centre."""
    return Wire(world.central, world.desks[0].device_id)


async def reason_of(wire: Wire, fault: Fault) -> Reason:
    """Return what the client makes of a fault."""
    client = await signed_in(wire, wire.client())
    wire.fault("feed", fault)
    try:
        with pytest.raises((Refused, Unavailable)) as caught:
            await client.feed(0)
        assert isinstance(caught.value, Refused | Unavailable)
        return caught.value.reason
    finally:
        await client.close()


def broken(error: Exception) -> Fault:
    """Return the fault that fails on the way."""

    def fail(_request: httpx.Request) -> httpx.Response:
        raise error

    return fail


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (cut, LinkDown()),
        (broken(httpx.ReadTimeout("slow")), LinkDown()),
        (broken(httpx.ReadError("reset")), LinkDown()),
        (broken(httpx.RemoteProtocolError("Server disconnected without sending a response.")), LinkDown()),
        (broken(httpx.RemoteProtocolError("peer closed connection without sending")), LinkDown()),
        (broken(httpx.RemoteProtocolError("illegal status line")), ServerFault(0)),
        (broken(httpx.ConnectError("certificate verify failed")), LinkDown()),
        (broken(OSError("no route")), LinkDown()),
        (garbage(), ServerFault(200)),
        (garbage(200, b'{"after": 0}'), ServerFault(200)),
        (
            garbage(
                200, b'{"after":0,"reached":0,"head":0,"more":false,"changes":[],"server_time":"2026-11-20T06:00:00"}'
            ),
            ServerFault(200),
        ),
        (garbage(200, b"\xff\xfe"), ServerFault(200)),
        (garbage(500), ServerFault(500)),
        (problem(503, "server.unavailable"), ServerFault(503)),
        (problem(500, "sign_in.wrong"), ServerFault(500)),
        (garbage(302, b""), ServerFault(302)),
        (garbage(403), ServerFault(403)),
        (problem(400, "request.malformed"), ServerFault(400)),
        (problem(401, "device.not_enrolled", state="revoked"), DeviceNotEnrolled("revoked")),
        (problem(409, "something.new", why=1), NewerServer("something.new")),
        (problem(401, "device.not_enrolled"), NewerServer("device.not_enrolled")),
    ],
)
def test_every_failure_is_a_reason(world: World, fault: Fault, reason: Reason) -> None:
    assert run(reason_of(wire_of(world), fault)) == reason


def test_what_the_server_says_no_to_is_typed(world: World) -> None:
    async def story() -> None:
        wire = wire_of(world)
        client = wire.client()
        with pytest.raises(Refused) as wrong:
            await client.sign_in(asked("wrong"))
        assert wrong.value.reason == CredentialsWrong()
        wire.fault("session", problem(429, "sign_in.locked_out", until="2026-11-20T06:05:00Z"))
        with pytest.raises(Refused) as locked:
            await client.sign_in(asked())
        assert isinstance(locked.value.reason, LockedOut)
        assert not client.signed_in
        await client.close()

    run(story())


def test_nobody_asks_without_having_signed_in(world: World) -> None:
    async def story() -> None:
        wire = wire_of(world)
        client = wire.client()
        for ask in (client.feed(0), client.push([b"{}"]), anext(client.live()), anext(client.download("x", 0))):
            with pytest.raises(Refused) as caught:
                await ask
            assert caught.value.reason == SignInNeeded()
        assert wire.asked == []
        await client.sign_out()
        assert wire.asked == []
        await client.close()

    run(story())


def test_a_token_that_ran_out_is_renewed_once_for_all(world: World) -> None:
    async def story() -> None:
        wire = wire_of(world)
        client = await signed_in(wire, wire.client())
        wire.expire()
        await asyncio.gather(*(client.feed(0) for _ in range(5)))
        assert wire.asked.count("session/refresh") == 1
        wire.expire()
        event, number = await anext(client.live())
        assert (event.kind, number) == ("hello", "run-1")
        assert wire.asked.count("session/refresh") == 2
        await client.close()

    run(story())


def test_whether_anybody_is_there(world: World) -> None:
    async def story() -> None:
        wire = wire_of(world)
        client = wire.client()
        answers = []
        for fault in (cut, garbage(), problem(503, "server.unavailable"), problem(404, "something.new"), HEALTHY):
            wire.fault("health", fault)
            answers.append(await client.reachable())
        assert answers == [False, False, False, False, True]
        await client.close()

    run(story())


def test_tokens_that_can_not_be_renewed_are_forgotten(world: World) -> None:
    async def story() -> None:
        wire = wire_of(world)
        client = await signed_in(wire, wire.client())
        wire.tokens.clear()
        with pytest.raises(Refused) as caught:
            await client.feed(0)
        assert caught.value.reason == SignInNeeded()
        assert not client.signed_in
        await client.close()

    run(story())


def test_a_cut_while_renewing_keeps_the_tokens(world: World) -> None:
    async def story() -> None:
        wire = wire_of(world)
        client = await signed_in(wire, wire.client())
        wire.expire()
        wire.fault("session/refresh", cut)
        with pytest.raises(Unavailable):
            await client.feed(0)
        assert client.signed_in
        await client.feed(0)
        await client.close()

    run(story())


def test_a_sign_out_while_renewing_has_the_last_word(world: World) -> None:
    async def story() -> None:
        wire = wire_of(world)
        client = await signed_in(wire, wire.client())
        wire.expire()

        def leave(_request: httpx.Request) -> None:
            client.forget()

        wire.fault("session/refresh", leave)
        with pytest.raises(Refused):
            await client.feed(0)
        assert not client.signed_in
        await client.close()

    run(story())


def test_signing_out_forgets_the_tokens_even_without_a_link(world: World) -> None:
    async def story() -> None:
        wire = wire_of(world)
        client = await signed_in(wire, wire.client())
        wire.fault("session", cut)
        with pytest.raises(Unavailable):
            await client.sign_out()
        assert not client.signed_in
        await client.close()

    run(story())


def test_an_answer_without_end_is_not_taken_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 1_000)
    assert run(reason_of(wire_of(world), garbage(200, b" " * 2_000))) == ServerFault(200)


def test_a_stream_that_says_nothing_sensible(world: World) -> None:
    async def story() -> None:
        wire = wire_of(world)
        client = await signed_in(wire, wire.client())
        for fault, reason in (
            (garbage(200, b"data: {}\n\n"), ServerFault(200)),
            (garbage(200, b"x" * 2_000_000), ServerFault(0)),
            (garbage(502, b"bad gateway"), ServerFault(502)),
            (cut, LinkDown()),
        ):
            wire.fault("live", fault)
            with pytest.raises(Unavailable) as caught:
                await anext(client.live())
            assert caught.value.reason == reason
        wire.fault("live", garbage(200, b": nothing\r\n\r\nevent: beat\n\n"))
        assert [event async for event in client.live()] == []
        await client.close()

    run(story())


@pytest.mark.parametrize(
    ("address", "secure"),
    [
        ("https://centre.example", True),
        ("https://10.0.0.1:8443/desk", True),
        ("http://localhost:8620", False),
        ("http://127.0.0.1:8620", False),
        ("http://[::1]:8620", False),
    ],
)
def test_addresses_that_may_be_used(address: str, secure: bool) -> None:
    assert checked_address(address) is secure


@pytest.mark.parametrize(
    "address",
    [
        "http://centre.example",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "ftp://localhost",
        "https://",
        "centre",
        "",
        "https://user:word@centre.example",
        "https://centre.example?x=1",
        "http://[::1",
        "https://centre.example:port",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(InsecureAddress, match=r"address\.insecure"):
        Client(address)


def test_certificates_are_checked_outside_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    class Watched(httpx.AsyncClient):
        def __init__(self, **about: object) -> None:
            given.append(about["verify"])
            super().__init__(**about)  # type: ignore[arg-type]

    monkeypatch.setattr(httpx, "AsyncClient", Watched)
    Client("https://centre.example")
    assert isinstance(given[0], ssl.SSLContext)
    assert given[0].verify_mode is ssl.CERT_REQUIRED
    assert given[0].check_hostname
