"""Agents at their desks, as far as the telephone goes: the real client, the live stream, and the telephone it feeds."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from ccbs_desk.domain.errors import LinkDown, Refused, Unavailable
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.phone import Phone
from ccbs_desk.sync.phone_state import CallNow, PhoneNow
from ccbs_desk.telephony.simulator import Simulator
from ccbs_desk.wire.messages import SignInRequest
from server_stub.auth import signed_text
from server_stub.gateway.gateway import Gateway
from server_stub.seed import demo
from tests.factories.field_desk import FieldDesk
from tests.factories.server import CEILING_SECONDS, RunningServer, b64

T = TypeVar("T")
SECOND_AGENT = "k01.1"


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass
class AgentDesk:
    """One agent's desk. `told` waits until the telephone is as is wanted."""

    server: RunningServer
    desk: FieldDesk
    login: str
    client: Client
    phone: Phone
    history: list[PhoneNow] = field(default_factory=list)
    _line: "asyncio.Task[None] | None" = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def sign_in(self) -> None:
        """Sign in and open the line."""
        challenge = await self.client.challenge()
        signature = b64(self.desk.key.sign(signed_text(challenge.nonce, self.login)))
        await self.client.sign_in(
            SignInRequest(
                login=self.login,
                password=demo.PASSWORD,
                device_id=self.desk.device_id,
                nonce=challenge.nonce,
                signature=signature,
            )
        )
        self.phone.listeners.append(self._heard)
        await self.connect()

    async def connect(self) -> None:
        """Open the line and wait for the first word of the telephone."""
        self._line = asyncio.create_task(self._listen())
        await self.told(lambda now: now.pbx not in ("off",) and not isinstance(now.problem, LinkDown))

    async def cut(self) -> None:
        """Lose the line."""
        if self._line is not None:
            self._line.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._line
            self.phone.lost()

    async def _listen(self) -> None:
        async for event, _ in self.client.live():
            if event.phone is not None:
                self.phone.hear(event.phone)

    def _heard(self, _before: PhoneNow, now: PhoneNow) -> None:
        self.history.append(now)
        self._news.set()

    async def told(self, wanted: Callable[[PhoneNow], T]) -> T:
        """Wait until the telephone says what is wanted; return what `wanted` made of it."""
        async with asyncio.timeout(CEILING_SECONDS):
            while not (found := wanted(self.phone.now)):
                self._news.clear()
                await self._news.wait()
        return found

    async def state(self, *wanted: str) -> None:
        """Wait until the agent is in one of these states."""
        await self.told(lambda now: now.agent.state in wanted)

    async def call(self, state: str = "offered") -> CallNow:
        """Wait for a call in this state, with all that is known of the caller."""

        def found(now: PhoneNow) -> CallNow | None:
            return next((call for call in now.calls if call.state == state), None)

        call = await self.told(found)
        assert call is not None
        return call

    async def at_work(self, extension: str = "1001", queues: tuple[str, ...] = ("care",)) -> None:
        """Log in and be ready."""
        await self.phone.log_in(extension, queues)
        await self.phone.ready()
        await self.state("ready")


@contextlib.asynccontextmanager
async def agent_desk(server: RunningServer, login: str = demo.AGENT) -> AsyncIterator[AgentDesk]:
    """A desk of the call centre with somebody signed in."""
    field_desk = await asyncio.to_thread(server.enrolled_desk, demo.CALL_CENTRE_CODE)
    if login not in demo.LOGINS:
        await asyncio.to_thread(server.parts.auth.passwords.set, field_desk.staff(login), demo.PASSWORD)
    client = Client(server.url)
    desk = AgentDesk(server, field_desk, login, client, Phone(client, utc_now))
    try:
        await desk.sign_in()
        yield desk
    finally:
        await desk.cut()
        await client.close()


def gateway_of(server: RunningServer) -> Gateway:
    """Return the server's gateway."""
    gateway = server.parts.gateway
    assert gateway is not None
    return gateway


async def exchange(server: RunningServer, move: Callable[[Simulator], T]) -> T:
    """Move a telephone or a caller of the simulated exchange, in the server's own loop."""
    gateway = gateway_of(server)
    pbx = gateway.pbx
    assert isinstance(pbx, Simulator)
    moved: Future[T] = Future()

    def run() -> None:
        try:
            moved.set_result(move(pbx))
        except Exception as error:  # noqa: BLE001 - the test gets it
            moved.set_exception(error)

    gateway.loop.call_soon_threadsafe(run)
    return await asyncio.wrap_future(moved)


async def refusal(act: "asyncio.Future[None] | object") -> str:
    """Return the code of why something was refused or could not be asked."""
    with pytest.raises((Refused, Unavailable)) as caught:
        await act  # type: ignore[misc]
    error = caught.value
    assert isinstance(error, Refused | Unavailable)
    return error.reason.code
