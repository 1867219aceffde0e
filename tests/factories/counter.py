"""A counter as the program runs it, only without a window: profile folder, key slots, sign-in, store, sync.

A `Counter` is the desk on its table; each `run` of it is one life of the program, from start to end.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.keyslots import KeyRing
from ccbs_desk.config.secrets import StoreKey
from ccbs_desk.config.slots import Cost
from ccbs_desk.domain.commands import OpenTill, TakePayment
from ccbs_desk.domain.commands import SignIn as SignInAct
from ccbs_desk.domain.errors import Reason, Refused, Unavailable
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.till import Note
from ccbs_desk.models.store import Store
from ccbs_desk.services import outbox
from ccbs_desk.services.desk_bus import DeskBus
from ccbs_desk.services.handlers import HANDLERS
from ccbs_desk.services.payment_preview import preview
from ccbs_desk.services.place import read_place
from ccbs_desk.services.session import Session
from ccbs_desk.sync.approver import Approver
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.engine import Engine
from ccbs_desk.sync.enrol import Enrolling, kept_enrolment
from ccbs_desk.sync.facts import SyncFacts
from ccbs_desk.sync.keeping import Keeping
from ccbs_desk.sync.pace import Pace
from ccbs_desk.sync.pull import catch_up
from ccbs_desk.sync.sign_in import SignIn, known_person
from ccbs_desk.sync.snapshots import FirstLoad, needed
from ccbs_desk.wire.messages import Enrolment
from server_stub.demo.link import Link
from server_stub.devices import Devices
from server_stub.seed import demo
from tests.factories.server import RunningServer, TurnableClock, running

CEILING_SECONDS = 30.0
QUICK = Pace(first=0.01, longest=0.05, poll=0.2, waiting=0.5, blocked=0.05)
CHEAP = Cost(rounds=1, memory_kib=8)
assert HANDLERS


@dataclass
class Run:
    """One life of the program. `sync` starts the engine; `told` waits for what it says."""

    counter: "Counter"
    client: Client
    signin: SignIn
    keys: StoreKey
    identity: DeviceIdentity
    enrolment: Enrolment
    stores: list[Store]
    engines: list[Engine] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def store(self) -> Store:
        """The open store."""
        return self.stores[-1]

    @property
    def approver(self) -> Approver:
        """Whoever checks the second person."""
        return Approver(self._new_client, self.identity, self.enrolment.device_id, self.keys, self.store)

    def _new_client(self) -> Client:
        return Client(self.counter.address)

    async def sign_in(self, login: str = demo.CLERK, password: str = demo.PASSWORD) -> Session:
        """Sign a person in as the program does; a new desk is loaded first."""
        who = await self.signin.sign_in(login, password)
        if await asyncio.wrap_future(self.store.read(needed)):
            await FirstLoad(self.store, self.client, self.counter.profile / "loads", QUICK).run()
        if who.online:
            await catch_up(self.store, self.client, self.counter.clock)
        person = who.person
        if person is None:
            person = await asyncio.wrap_future(self.store.read(lambda c: known_person(c, login)))
        place = await asyncio.wrap_future(self.store.read(read_place))
        session = Session(self.store, DeskBus(self.counter.clock), person, place, self.counter.clock)
        await session.act(SignInAct(online=who.online), command_id=session.new_id())
        session.acted.append(lambda _done: self.engines[-1].wake() if self.engines else None)
        return session

    def sync(self) -> Engine:
        """Start to push and pull."""
        engine = Engine(
            self.store,
            self.client,
            now=self.counter.clock,
            facts=self._heard,
            renew=self.signin.renew,
            pace=QUICK,
        )
        self.engines.append(engine)
        engine.start()
        return engine

    def _heard(self, facts: SyncFacts) -> None:
        if facts.server_time is not None:
            self.keys.ring.note_server_time(facts.server_time)
        self._news.set()

    async def told(self, wanted: Callable[[SyncFacts], bool]) -> SyncFacts:
        """Wait until sync says what is wanted; return it."""
        async with asyncio.timeout(CEILING_SECONDS):
            while not wanted(facts := self.engines[-1].now_known):
                self._news.clear()
                await self._news.wait()
        return facts

    async def home(self) -> None:
        """Wait until the server has everything, and nothing waits for a person."""
        async with asyncio.timeout(CEILING_SECONDS):
            while True:
                self._news.clear()
                waiting = await asyncio.wrap_future(self.store.read(outbox.summary))
                if not waiting.unsent and not waiting.attention:
                    return
                await self._news.wait()

    async def end(self) -> None:
        """End the program in order."""
        for engine in self.engines:
            await engine.stop()
        await self.client.close()
        for store in self.stores:
            await asyncio.to_thread(store.close)


@dataclass
class Counter:
    """A desk on a table: its folder, its clock, and the server that it knows."""

    profile: Path
    address: str
    centre: str = demo.CARE_CENTRE_CODE
    clock: Callable[[], datetime] = field(default_factory=TurnableClock)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Run]:
        """Start the program on an enrolled desk, on a machine without a secret store, and end it."""
        enrolment = kept_enrolment(self.profile)
        assert enrolment is not None
        client = Client(self.address)
        identity = DeviceIdentity.load_or_create(self.profile)
        keys = StoreKey(self.profile, KeyRing(self.profile, now=self.clock, cost=CHEAP))
        stores: list[Store] = []

        keeping = Keeping(self.profile, lambda: None)
        keeping.enrolled(enrolment, None)

        async def opens(tried: tuple[bytes, ...]) -> bytes:
            return open_at(await keeping.open(tried))

        async def rescues(tried: tuple[bytes, ...]) -> bytes:
            return open_at(await keeping.rescue(tried))

        def open_at(key: bytes) -> bytes:
            assert keeping.store is not None
            stores.append(keeping.store)
            return key

        signin = SignIn(client, identity, enrolment.device_id, keys, opens, rescues=rescues)
        run = Run(self, client, signin, keys, identity, enrolment, stores)
        try:
            yield run
        finally:
            await run.end()

    async def enrol(self, devices: Devices) -> Enrolment:
        """Ask to be let in, and be let in."""
        client = Client(self.address)
        try:
            asking = Enrolling(client, DeviceIdentity.load_or_create(self.profile), self.profile, QUICK)
            waiting = await asking.ask("counter", self.centre)
            await asyncio.to_thread(devices.approve, waiting.device_id)
            return await asking.until_approved(waiting)
        finally:
            await client.close()


async def open_till(session: Session) -> None:
    """Open the desk's till with a hundred pounds."""
    till_id = session.place.till_id
    assert till_id is not None
    await session.act(OpenTill(till_id=till_id, float_notes=(Note(SYP, 1000, 10),)), command_id=session.new_id())


async def payment(session: Session, minor: int, account_id: UUID = demo.ACCOUNT_ID) -> TakePayment:
    """Return cash on an account, the demo's if none is named, split as previewed and tendered to the note."""
    till_id = session.place.till_id
    assert till_id is not None
    amount = Money(minor, SYP)
    seen = await session.read(preview, account_id, amount, today=session.today)
    assert seen.terms is not None
    return TakePayment(
        till_id=till_id,
        account_id=account_id,
        method="cash",
        amount=amount,
        tendered=(seen.terms.collect,),
        shares=seen.shares,
    )


async def refused(act: Callable[[], Awaitable[object]]) -> Reason:
    """Return why it was refused, or what was not there."""
    with pytest.raises((Refused, Unavailable)) as caught:
        await act()
    error = caught.value
    assert isinstance(error, Refused | Unavailable)
    return error.reason


@pytest.fixture
def centre(country_file: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """A server of the test's own, with the demo country."""
    shutil.copyfile(country_file, tmp_path / "server.db")
    with running(f"sqlite:///{tmp_path / 'server.db'}", country_file, tmp_path) as started:
        yield started


@pytest.fixture
def link(centre: RunningServer) -> Iterator[Link]:
    """The line to it, which may be cut."""
    with Link(int(centre.url.rpartition(":")[2])) as line:
        yield line


@pytest.fixture
def counter(centre: RunningServer, link: Link, tmp_path: Path) -> Counter:
    """An enrolled desk that nobody has signed in at yet."""
    desk = Counter(tmp_path / "profile", f"http://127.0.0.1:{link.port}")
    asyncio.run(desk.enrol(centre.parts.devices))
    return desk
