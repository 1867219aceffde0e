"""A desk, whole but for its window: the real store thread's acts, client and engine, and a machine that may die."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, func, select

from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.commands import Command, TakePayment
from ccbs_desk.domain.errors import Refused
from ccbs_desk.models import desk_state
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.reference import Till
from ccbs_desk.services.desk_bus import DeskBus, Submitted
from ccbs_desk.sync import anew
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.engine import Engine
from ccbs_desk.sync.pace import Pace
from ccbs_desk.sync.rebase import Applied
from ccbs_desk.wire.messages import SignInRequest
from server_stub.auth import signed_text
from server_stub.seed import demo
from tests.factories.server import b64
from tests.sync.virtual.line import Line
from tests.sync.virtual.loop import PowerCut, VirtualLoop
from tests.sync.virtual.memory import MemoryStore
from tests.sync.world import SyncedDesk

T = TypeVar("T")
P = ParamSpec("P")


def key_of(number: int) -> Ed25519PrivateKey:
    """Return the key of a desk by its number from 0."""
    return Ed25519PrivateKey.from_private_bytes(uuid5(demo.CARE_CENTRE_ID, f"key {number}").bytes * 2)


@dataclass(frozen=True, slots=True)
class Form:
    """What a clerk was about to confirm when the machine died; he does it again under the same id."""

    command: Command
    about: dict[str, Any]


@dataclass(slots=True)
class VirtualDesk(SyncedDesk):
    """One desk on its table. `boot` begins a life of its program, `die` ends it."""

    line: Line = field(kw_only=True)
    loop: VirtualLoop = field(kw_only=True)
    chance: Random = field(kw_only=True)
    number: int = field(kw_only=True)
    login: str = demo.CLERK
    up: bool = False
    lives: int = 0
    printed: Callable[[Command, Submitted], None] = lambda _command, _done: None
    heard: Callable[[Applied], None] = lambda _applied: None
    form: Form | None = None
    forgetful: bool = False
    engine: Engine | None = None
    client: Client | None = None

    def boot(self) -> None:
        """Start the program."""
        self.lives += 1
        store = self.store
        assert isinstance(store, MemoryStore)
        store.memory.cut()
        self.store = fresh = MemoryStore(store.disk, self.loop, self.chance, self.die)
        fresh.fatal = store.fatal
        self.client = Client("http://localhost:1", dead_seconds=100.0, transport=self.line)
        pace = Pace(settle=90.0, chance=self.chance.random, monotonic=self.loop.time)
        self.engine = Engine(fresh, self.client, now=self.clock, applied=self.heard, renew=self._renew, pace=pace)
        self.engine.start()
        self.up = True
        form, self.form = self.form, None
        if form is not None:
            # Its till may be another desk's by now: then the clerk is told so.
            with suppress(Refused):
                self.do(form.command, **form.about)

    def sit_down(self) -> None:
        """Work at the till that this desk has now, if it has one."""
        tills = select(Till.id).where(Till.device_id == self.device_id)
        self.till_id = self.read(lambda connection: connection.execute(tills).scalar_one_or_none()) or self.till_id

    @property
    def area_id(self) -> int | None:
        """The area whose rows are here."""
        device = self.read(desk_state.device)
        return device.area_id if device else None

    def is_renewed(self) -> bool:
        """Return whether this desk is loaded anew, or has to be."""
        return self.read(anew.is_due)

    def die(self) -> None:
        """Lose the power now."""
        store, engine = self.store, self.engine
        assert isinstance(store, MemoryStore)
        self.up, store.dead = False, True
        self.line.cut()
        if engine is not None:
            for task in (engine._running, engine._agreement._running, *engine._asides):
                if task is not None:
                    task.cancel()

    async def end(self) -> None:
        """End the program in order."""
        self.up = False
        if self.engine is not None:
            await self.engine.stop()
        if self.client is not None:
            await self.client.close()

    def read(self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a read at once."""
        return self._memory.now(lambda connection: act(connection, *args, **kwargs), reading=True)

    def write(self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a write at once."""
        return self._memory.now(lambda connection: act(connection, *args, **kwargs), reading=False)

    def do(
        self,
        command: Command,
        *,
        by: UUID | None = None,
        command_id: UUID | None = None,
        approvals: Sequence[Approval] = (),
        amends: UUID | None = None,
        call_id: UUID | None = None,
    ) -> Submitted:
        """Do an act; when the machine dies of it, the clerk finds his form again."""
        act = command_id or self.new_id()
        who = by or self.people.clerk
        about = {"by": who, "command_id": act, "approvals": approvals, "amends": amends, "call_id": call_id}
        try:
            done = self.write(
                DeskBus(self.clock).submit,
                command,
                command_id=act,
                staff_id=who,
                approvals=approvals,
                amends=amends,
                call_id=call_id,
            )
        except PowerCut:
            self.form = None if self.forgetful else Form(command, about)
            raise
        self.printed(command, done)
        if self.engine is not None and self.up:
            self.engine.wake()
        return done

    def is_settled(self) -> bool:
        """Return whether every act of the outbox has come to its end."""
        return self.read(_unsettled) == 0

    def has_unsent_money(self) -> bool:
        """Return whether money was taken here of which the server has said nothing."""
        return self.read(_unsent_money) > 0

    def acts_in(self, state: str) -> int:
        """Return how many acts of the outbox are in a state."""
        counted = select(func.count()).select_from(Outbox).where(Outbox.state == state)
        return self.read(lambda connection: connection.execute(counted).scalar_one())

    def acts_done(self) -> int:
        """Return how many acts were done here."""
        return self.read(lambda connection: connection.execute(select(func.count()).select_from(Outbox)).scalar_one())

    @property
    def _memory(self) -> MemoryStore:
        assert isinstance(self.store, MemoryStore)
        return self.store

    async def _renew(self) -> None:
        """Sign the clerk in anew, as the program does; no slot is made, since nobody signs in without the line here."""
        assert self.client is not None
        challenge = await self.client.challenge()
        signature = key_of(self.number).sign(signed_text(challenge.nonce, self.login))
        asked = SignInRequest(
            login=self.login,
            password="",
            device_id=self.device_id,
            nonce=challenge.nonce,
            signature=b64(signature),
        )
        await self.client.sign_in(asked)


def _unsettled(connection: Connection) -> int:
    ended = Outbox.state.in_(("home", "refused", "conflict", "withdrawn"))
    return connection.execute(select(func.count()).select_from(Outbox).where(~ended)).scalar_one()


def _unsent_money(connection: Connection) -> int:
    unsent = Outbox.state.in_(("pending", "parked")), Outbox.kind == TakePayment.KIND
    return connection.execute(select(func.count()).select_from(Outbox).where(*unsent)).scalar_one()
