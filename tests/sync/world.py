"""A centre and some desks in one process: real stores, the real applier, and no wire between, so that a test decides
what arrives when.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid5

import msgspec
import pytest
from sqlalchemy import JSON, Connection, Engine, Table, insert, literal_column, select

from ccbs_desk.domain.ids import uuid7
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import open_database, reading
from ccbs_desk.models.desk import Outbox, Undo
from ccbs_desk.models.reference import Device, Staff, Till
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import fetch
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.models.store import Store
from ccbs_desk.services.handlers import HANDLERS
from ccbs_desk.services.work import RowChange
from ccbs_desk.sync import snapshots
from ccbs_desk.sync.push import BATCH, next_batch
from ccbs_desk.sync.rebase import Applied, apply_answers, apply_page
from ccbs_desk.wire.messages import Answer, Change, FeedPage
from server_stub.acts import read_act
from server_stub.applier import apply_acts
from server_stub.digests import keep
from server_stub.feed import feeding, head_of, read_page
from server_stub.presence import note_sign_in
from server_stub.seed import demo
from server_stub.snapshots import Snapshots
from tests.factories.desk import KEY, LONGEST_WAIT, MORNING, Desk, DeskClock, People

T = TypeVar("T")
Rows = dict[str, dict[object, object]]
DESKS = 3
assert HANDLERS


def device_of(number: int) -> UUID:
    """Return the id of a desk by its number from 0."""
    return uuid5(demo.CARE_CENTRE_ID, f"device {number}")


def till_of(number: int) -> UUID:
    """Return the id of a desk's till."""
    return uuid5(demo.CARE_CENTRE_ID, f"till {number}")


class Central:
    """The server without its wire: the real applier and feed over a database of its own."""

    def __init__(self, engine: Engine, clock: DeskClock) -> None:
        self.engine = engine
        self.clock = clock

    def push(self, device_id: UUID, acts: Sequence[bytes], left: Sequence[UUID] = ()) -> list[Answer]:
        """Apply acts as if a device had sent them."""
        answers, _ = apply_acts(self.engine, self.clock(), [read_act(raw, device_id, left) for raw in acts])
        return [msgspec.json.decode(msgspec.json.encode(answer), type=Answer) for answer in answers]

    def page(self, device_id: UUID, after: int, limit: int = 2_000, area_id: int | None = demo.AREA) -> FeedPage:
        """Return a page of the feed, as it looks after it has crossed the wire."""
        with reading(self.engine) as connection:
            page = read_page(connection, after=after, limit=limit, area_id=area_id, device_id=device_id)
        changes = [
            Change(
                position=row.position,
                command_id=row.command_id,
                table=row.table,
                id=row.id,
                row=None if row.row is None else msgspec.json.decode(row.row),
            )
            for row in page.rows
        ]
        return FeedPage(
            after=page.after,
            reached=page.reached,
            head=page.head,
            epoch=page.epoch,
            more=page.more,
            changes=tuple(changes),
            server_time=self.clock(),
        )

    def change(self, *changes: RowChange) -> None:
        """Publish changes that no desk made; the rows must be in the database already, or be gone from it."""
        with feeding(self.engine) as (_, writer):
            writer.publish(changes)

    def write(self, table: Table, row: dict[str, Any]) -> None:
        """Write a row as a job of the server does, and publish it."""
        with feeding(self.engine) as (connection, writer):
            before = fetch(connection, table, row["id"])
            connection.execute(table.delete().where(table.c.id == row["id"]))
            connection.execute(insert(table), row)
            writer.publish([RowChange(table.name, row["id"], row, before)])

    def row(self, table: Table, row_id: UUID) -> dict[str, Any]:
        """Return a row of the server."""
        with reading(self.engine) as connection:
            return dict(connection.execute(select(table).where(table.c.id == row_id)).mappings().one())

    @property
    def head(self) -> int:
        """The last position of the feed."""
        with reading(self.engine) as connection:
            return head_of(connection).position

    def rows(self, area_id: int = demo.AREA) -> Rows:
        """Return all that a desk of the area must hold, by table and id."""
        with reading(self.engine) as connection:
            return {table.name: _by_id(connection, table, in_scope(table, area_id)) for table in SYNCED.values()}


@dataclass(slots=True)
class SyncedDesk(Desk):
    """A desk whose link is in the test's hands."""

    device_id: UUID = field(default=UUID(int=0))
    central: Central = field(kw_only=True)

    def new_id(self) -> UUID:
        """Return a fresh command id, another one than on any other desk."""
        unix_ms = int(self.clock.now.timestamp() * 1000)
        return uuid7(unix_ms, bytes(2) + self.device_id.bytes[:4] + next(self._numbers).to_bytes(4, "big"))

    def send(self, most: int = BATCH) -> list[Answer]:
        """Send the next acts of the outbox; what the server answers is returned and not yet known here."""
        acts = self.read(next_batch, 0, most)
        left = [act.command_id for act in acts if act.left]
        return self.central.push(self.device_id, [act.raw for act in acts], left) if acts else []

    def hear(self, answers: Sequence[Answer]) -> Applied:
        """Let answers arrive."""
        return self.write(apply_answers, answers)

    def ask(self, limit: int = 2_000) -> FeedPage:
        """Ask for the next page; it is not yet known here."""
        return self.central.page(self.device_id, self.cursor.position, limit)

    def see(self, page: FeedPage) -> Applied:
        """Let a page arrive."""
        return self.write(apply_page, page)

    def heal(self) -> None:
        """Send, hear and see until nothing is left."""
        while answers := self.send():
            self.hear(answers)
            assert all(answer.outcome in ("applied", "refused") for answer in answers), answers
        while True:
            page = self.ask()
            self.see(page)
            if not page.more:
                return

    @property
    def cursor(self) -> desk_state.Cursor:
        """How far the feed was followed."""
        return self.read(desk_state.cursor)

    def state(self, command_id: UUID) -> str:
        """Return the state of an act in the outbox."""
        return self.read(
            lambda connection: connection.execute(
                select(Outbox.state).where(Outbox.command_id == command_id)
            ).scalar_one()
        )

    def rows(self) -> Rows:
        """Return all rows of the synced tables, by table and id."""
        return self.read(lambda connection: {t.name: _by_id(connection, t) for t in SYNCED.values()})

    def undos(self) -> int:
        """Return how many before-images are kept."""
        return len(self.read(lambda connection: connection.execute(select(Undo.n)).all()))


def _by_id(connection: Connection, table: Table, where: Any = True) -> dict[object, object]:
    """Return the rows as SQLite holds them, JSON read, by id; a thousand rows are compared in a blink."""
    columns: list[Any] = [literal_column(f'"{column.name}"') for column in table.columns]
    found = connection.execute(select(*columns).select_from(table).where(where)).all()
    at = next(n for n, column in enumerate(table.columns) if column.name == "id")
    texts = [n for n, column in enumerate(table.columns) if isinstance(column.type, JSON)]
    if not texts:
        return {row[at]: tuple(row) for row in found}
    return {
        row[at]: [json.loads(value) if n in texts and isinstance(value, str) else value for n, value in enumerate(row)]
        for row in found
    }


@dataclass(frozen=True, slots=True)
class World:
    """The centre, the desks, and one clock for all."""

    central: Central
    desks: tuple[SyncedDesk, ...]
    clock: DeskClock

    def heal(self) -> None:
        """Bring everything home, and every desk to the head."""
        for _ in range(2):
            for desk in self.desks:
                desk.heal()

    def assert_alike(self) -> None:
        """Fail unless every desk holds exactly the server's rows, none of them provisional."""
        wanted = self.central.rows()
        for desk in self.desks:
            assert desk.undos() == 0
            found = desk.rows()
            for table, rows in wanted.items():
                assert found[table] == rows, f"{table} at desk {desk.device_id}"


@dataclass(frozen=True, slots=True)
class Template:
    """The beginning of every world: a server's database, and a desk's store loaded from it. Not to be written."""

    database: Path
    store: Path


@pytest.fixture(scope="session")
def world_template(country_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A country with some enrolled desks, and the first load of their area."""
    folder = tmp_path_factory.mktemp("world")
    database = folder / "server.db"
    shutil.copyfile(country_file, database)
    engine = open_database(f"sqlite:///{database}")
    with engine.begin() as connection:
        enrol(connection)
        keep(connection)
    built = Snapshots(engine, folder / "snapshots", lambda: MORNING, 0)
    info = built.build(demo.AREA)
    built.close()
    engine.dispose()
    store = Store(folder / "store", KEY)
    try:
        with (folder / "snapshots" / info.name).open("rb") as file:
            store.write(lambda connection: snapshots.load(connection, file, info, lambda _: None)).result(LONGEST_WAIT)
    finally:
        store.close()
    return Template(database, folder / "store")


def enrol(connection: Connection) -> None:
    """Let the desks of a world in, each with a till of its own."""
    for number in range(DESKS):
        for person in connection.execute(select(Staff.id)).scalars().all():
            note_sign_in(connection, device_of(number), person, MORNING)
        connection.execute(
            insert(table_of(Device)),
            {
                "id": device_of(number),
                "name": f"counter {number}",
                "centre_id": demo.CARE_CENTRE_ID,
                "area_id": demo.AREA,
                "public_key": device_of(number).bytes * 2,
                "state": "approved",
                "approved_by": None,
                "approved_at": MORNING,
            },
        )
        connection.execute(
            insert(table_of(Till)),
            {
                "id": till_of(number),
                "code": f"9{number:03}",
                "centre_id": demo.CARE_CENTRE_ID,
                "area_id": demo.AREA,
                "device_id": device_of(number),
                "letter": "A",
            },
        )


@pytest.fixture
def world(world_template: Template, tmp_path: Path) -> Iterator[World]:
    """A world of the test's own."""
    made = make_world(world_template, tmp_path)
    yield made
    end_world(made)


def make_world(template: Template, folder: Path, desks: int = DESKS) -> World:
    """Make a world in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = DeskClock()
    shutil.copyfile(template.database, folder / "server.db")
    central = Central(open_database(f"sqlite:///{folder / 'server.db'}"), clock)
    return World(central, tuple(_desk(template, folder, number, central, clock) for number in range(desks)), clock)


def end_world(world: World) -> None:
    """Close everything."""
    for desk in world.desks:
        desk.store.close()
    world.central.engine.dispose()


def _desk(template: Template, folder: Path, number: int, central: Central, clock: DeskClock) -> SyncedDesk:
    place = folder / f"desk-{number}"
    shutil.copytree(template.store, place)
    store = Store(place, KEY)
    facts = desk_state.DeviceFacts(device_of(number), demo.AREA, till_of(number))
    _of(store.write(lambda connection: desk_state.put(connection, facts)))
    return SyncedDesk(
        store,
        _of(store.read(people_of)),
        clock,
        till_of(number),
        device_id=device_of(number),
        central=central,
    )


def _of(future: "Future[T]") -> T:
    return future.result(LONGEST_WAIT)


def people_of(connection: Connection) -> People:
    """Return the staff of the demo centre."""
    ids = dict(connection.execute(select(Staff.login, Staff.id)).all())
    return People(ids[demo.CLERK], ids[demo.CLERK_2], ids[demo.SUPERVISOR], ids[demo.AGENT])
