"""A desk of the demo area: an encrypted store filled with area 1, enrolled, with its till, a clerk and a set clock.

The store is filled once a run and copied for every test. Acts go through the real bus and the real store thread.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from ccbs_desk.directory import index
from ccbs_desk.domain.allocation import Share
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.commands import CloseTill, Command, Envelope, OpenTill, TakePayment
from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.till import Note
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import open_database
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.reference import Device, Staff, Till
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import upsert
from ccbs_desk.models.store import Store
from ccbs_desk.services.bus import Arrival, Done, execute
from ccbs_desk.services.desk_bus import DeskBus, Submitted
from ccbs_desk.services.handlers import HANDLERS
from ccbs_desk.services.payment_preview import preview
from ccbs_desk.wire.codec import body_hash, decode_envelope
from server_stub.seed import demo

T = TypeVar("T")
P = ParamSpec("P")

KEY = bytes(range(32))
DEVICE_ID = UUID("01900000-0000-7000-8000-00000000d051")
SECOND_DEVICE_ID = UUID("01900000-0000-7000-8000-00000000d052")
MORNING = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
LONGEST_WAIT = 30
assert HANDLERS


@dataclass(slots=True)
class DeskClock:
    """A clock that stands until a test moves it."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, step: timedelta = timedelta(minutes=1)) -> None:
        """Let time pass."""
        self.now += step


@dataclass(frozen=True, slots=True)
class People:
    """Staff of the demo centre."""

    clerk: UUID
    clerk_2: UUID
    supervisor: UUID
    agent: UUID


@dataclass(slots=True)
class Desk:
    """A desk at work. What it does is done by the clerk unless a test names another person."""

    store: Store
    people: People
    clock: DeskClock = field(default_factory=DeskClock)
    till_id: UUID = demo.TILL_ID
    account_id: UUID = demo.ACCOUNT_ID
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _next_id: UUID | None = None

    @property
    def today(self) -> date:
        """The business date."""
        return damascus_date(self.clock.now)

    def new_id(self) -> UUID:
        """Return a fresh command id."""
        unix_ms = int(self.clock.now.timestamp() * 1000)
        return uuid7(unix_ms, next(self._numbers).to_bytes(RANDOM_BYTES, "big"))

    def read(self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a read on the store thread."""
        return _of(self.store.read(lambda connection: act(connection, *args, **kwargs)))

    def write(self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a write on the store thread, in one transaction."""
        return _of(self.store.write(lambda connection: act(connection, *args, **kwargs)))

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
        """Do an act; a minute passes after it."""
        submitted = self.write(
            DeskBus(self.clock).submit,
            command,
            command_id=command_id or self.next_id(),
            staff_id=by or self.people.clerk,
            approvals=approvals,
            amends=amends,
            call_id=call_id,
        )
        self.clock.forward()
        if submitted.command_id == self._next_id:
            self._next_id = None
        return submitted

    def next_id(self) -> UUID:
        """Return the id of the next act that is done here without an id of its own."""
        self._next_id = self._next_id or self.new_id()
        return self._next_id

    def approval(
        self, command: Command, permission: str, *, by: UUID | None = None, command_id: UUID | None = None
    ) -> Approval:
        """Return an approval of the next act, being this command, by the supervisor unless another is named."""
        bound_to = body_hash(command, command_id or self.next_id())
        return Approval(by or self.people.supervisor, self.clock.now, bound_to, permission)

    def open_till(self, *notes: Note, by: UUID | None = None) -> UUID:
        """Open the till with a float, fifty pounds in tens unless notes are given; return the session's id."""
        float_notes = notes or (Note(SYP, 1000, 5),)
        session_id = self.do(OpenTill(till_id=self.till_id, float_notes=float_notes), by=by).result
        assert isinstance(session_id, UUID)
        return session_id

    def close_till(self, session_id: UUID, *counted: Note) -> CloseTill:
        """Return the act of closing the till with a count."""
        return CloseTill(till_id=self.till_id, session_id=session_id, counted=counted)

    def payment(
        self,
        minor: int,
        *,
        account_id: UUID | None = None,
        chosen: tuple[UUID, ...] = (),
        shares: tuple[Share, ...] | None = None,
        tendered: tuple[Money, ...] | None = None,
        reason: str | None = None,
        method: str = "cash",
    ) -> TakePayment:
        """Return a payment, split as the preview shows it unless shares are given, tendered to the note."""
        return self.read(
            self.payment_on,
            minor,
            account_id or self.account_id,
            chosen=chosen,
            shares=shares,
            tendered=tendered,
            reason=reason,
            method=method,
        )

    def payment_on(
        self,
        connection: Connection,
        minor: int,
        account_id: UUID,
        *,
        chosen: tuple[UUID, ...] = (),
        shares: tuple[Share, ...] | None = None,
        tendered: tuple[Money, ...] | None = None,
        reason: str | None = None,
        method: str = "cash",
    ) -> TakePayment:
        """Do the same inside a transaction that runs already."""
        amount = Money(minor, SYP)
        seen = preview(connection, account_id, amount, today=self.today, chosen=chosen)
        return TakePayment(
            till_id=self.till_id,
            account_id=account_id,
            method=method,
            amount=amount,
            tendered=((seen.terms.collect,) if seen.terms else ()) if tendered is None else tendered,
            shares=seen.shares if shares is None else shares,
            override_reason=reason,
        )


def _of(future: "Future[T]") -> T:
    return future.result(LONGEST_WAIT)


@pytest.fixture(scope="session")
def desk_folder(country_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a desk in the demo area, filled and enrolled. Not to be written: copy it."""
    folder = tmp_path_factory.mktemp("desk")
    engine = open_database(f"sqlite:///{country_file}")
    store = Store(folder, KEY)
    try:
        store.write(lambda connection: fill(connection, engine)).result(LONGEST_WAIT)
    finally:
        store.close()
        engine.dispose()
    return folder


@pytest.fixture
def desk(desk_folder: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk of the test's own; its till is closed."""
    with running_desk(desk_folder, tmp_path / "desk") as own:
        yield own


@pytest.fixture
def elsewhere(desk_folder: Path, tmp_path: Path) -> Iterator[Desk]:
    """A second store with the same rows, where nothing has been done: recorded acts run there again.

    It can act by itself as well: as another device, at the second till.
    """
    with running_desk(desk_folder, tmp_path / "elsewhere") as other:
        other.till_id = other.write(_at_second_till)
        other._numbers = itertools.count(1 << 32)
        yield other


def _at_second_till(connection: Connection) -> UUID:
    till_id = connection.execute(select(Till.id).where(Till.code == demo.SECOND_TILL_CODE)).scalar_one()
    desk_state.put(connection, desk_state.DeviceFacts(SECOND_DEVICE_ID, demo.AREA, till_id))
    return till_id


@contextmanager
def running_desk(filled: Path, folder: Path) -> Iterator[Desk]:
    """Copy a filled store into `folder` and open it as a desk."""
    shutil.copytree(filled, folder)
    store = Store(folder, KEY)
    try:
        yield Desk(store, _of(store.read(_people)))
    finally:
        store.close()


def recorded(desk: Desk) -> list[Envelope]:
    """Return all acts of a desk as its outbox keeps them, in their order."""
    raws = desk.read(
        lambda connection: connection.execute(select(Outbox.raw).order_by(Outbox.device_seq)).scalars().all()
    )
    return [decode_envelope(raw) for raw in raws]


def run_recorded(connection: Connection, envelope: Envelope) -> Done:
    """Run an act that was decided elsewhere, as a server does with what has just come from somebody it knows."""
    stamps = envelope.stamps
    people = frozenset({stamps.staff_id, *(approval.approver_id for approval in envelope.approvals)})
    return execute(connection, envelope, deciding=False, arrival=Arrival(stamps.occurred_at, people))


def fill(connection: Connection, country: Engine) -> None:
    """Fill a new store as a first load would: what every desk holds, and the rows of the demo area."""
    with country.connect() as server:
        for table in SYNCED.values():
            rows = select(table)
            if table.info["sync"] == "area":
                rows = rows.where(table.c.area_id == demo.AREA)
            upsert(connection, table, map(dict, server.execute(rows).mappings()))
    centre_id = connection.execute(select(Till.centre_id).where(Till.id == demo.TILL_ID)).scalar_one()
    for device_id, till_code in ((DEVICE_ID, demo.TILL_CODE), (SECOND_DEVICE_ID, demo.SECOND_TILL_CODE)):
        device = {
            "id": device_id,
            "name": f"counter {till_code}",
            "centre_id": centre_id,
            "area_id": demo.AREA,
            "public_key": bytes(32),
            "state": "approved",
            "approved_by": None,
            "approved_at": MORNING,
        }
        connection.execute(insert(table_of(Device)), device)
        connection.execute(update(table_of(Till)).where(Till.code == till_code).values(device_id=device_id))
    desk_state.put(connection, desk_state.DeviceFacts(DEVICE_ID, demo.AREA, demo.TILL_ID))
    index.rebuild(connection)


def _people(connection: Connection) -> People:
    ids = {person.login: person.id for person in connection.execute(select(Staff.login, Staff.id))}
    return People(ids[demo.CLERK], ids[demo.CLERK_2], ids[demo.SUPERVISOR], ids[demo.AGENT])
