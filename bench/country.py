"""The country and the desks that the benches measure with: seeded once, copied for each."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from ccbs_desk.models.database import migrate, open_database
from ccbs_desk.models.store import Store
from server_stub.digests import keep
from server_stub.feed import feeding
from server_stub.seed import seed
from server_stub.upgrade import upgrade
from tests.factories.desk import KEY, Desk, fill, running_desk

SUBSCRIBERS, CYCLES, SEED = 20_000, 6, 1
SMOKE_SUBSCRIBERS = 200
FILLING_SECONDS = 600


def make_country(engine: Engine, subscribers: int, cycles: int) -> None:
    """Seed a server's database and do what its first start would do, so that a server over it answers at once."""
    migrate(engine, "server")
    seed(engine, subscribers=subscribers, cycles=cycles, seed=SEED)
    upgrade(engine)
    # Else the server counts all rows beside what is measured, for minutes, once in a database's life.
    with feeding(engine) as (connection, _):
        keep(connection)


def country_file(folder: Path, subscribers: int) -> Path:
    """Return the SQLite file of a server with this many subscribers; it is seeded unless it is there. Copy it."""
    path = folder / f"country-{subscribers}.db"
    if not path.exists():
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        engine = open_database(f"sqlite:///{making}")
        make_country(engine, subscribers, CYCLES)
        engine.dispose()
        making.rename(path)
    return path


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    """Open a server's file."""
    engine = open_database(f"sqlite:///{path}")
    try:
        yield engine
    finally:
        engine.dispose()


def desk_folder(folder: Path, subscribers: int) -> Path:
    """Return the store of a desk of area 1, filled and enrolled; it is filled unless it is there. Copy it."""
    filled = folder / f"desk-{subscribers}"
    if not filled.exists():
        making = folder / f"desk-{subscribers}.making"
        shutil.rmtree(making, ignore_errors=True)
        with opened(country_file(folder, subscribers)) as country:
            store = Store(making, KEY)
            try:
                store.write(lambda connection: fill(connection, country)).result(FILLING_SECONDS)
            finally:
                store.close()
        making.rename(filled)
    return filled


@contextmanager
def desk_at_work(filled: Path, folder: Path) -> Iterator[Desk]:
    """Give a desk with a copy of a filled store; its till is open."""
    with running_desk(filled, folder) as desk:
        desk.open_till()
        yield desk


def debtors(desk: Desk, count: int) -> list[UUID]:
    """Return accounts that owe at least two parts of bills."""
    owing = (
        "SELECT account_id FROM (SELECT account_id, part_id FROM ledger WHERE ledger_account = 'receivable' "
        "AND part_id IS NOT NULL GROUP BY account_id, part_id HAVING SUM(amount_minor) > 0) "
        "GROUP BY account_id HAVING COUNT(*) >= 2 ORDER BY account_id LIMIT ?"
    )
    found = desk.read(lambda connection: connection.exec_driver_sql(owing, (count,)).scalars().all())
    return [UUID(bytes=value) for value in found]
