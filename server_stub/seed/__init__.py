"""The demo country: fourteen governorates, 300 home areas and as many subscribers as asked for.

Everything is invented, and follows from (subscribers, cycles, seed, today) alone: two runs make the same rows, on
SQLite and on PostgreSQL. Rows are made as a stream, so that memory does not grow with the country.
"""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from ccbs_desk.models.database import migrate, open_database
from server_stub.seed import demo
from server_stub.seed.country import country_batches
from server_stub.seed.plan import Country, plan_country
from server_stub.seed.progress import Listener, Printer, Progress
from server_stub.seed.writers import InUse, NotEmpty, open_writer

__all__ = ["InUse", "NotEmpty", "SeedReport", "add_arguments", "run", "seed"]


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What was written, and how long it took."""

    rows: int
    seconds: float
    rows_by_table: Mapping[str, int]

    @property
    def rows_a_second(self) -> int:
        """The rate over all, indexes included."""
        return round(self.rows / self.seconds)


def seed(
    database: Engine | str,
    *,
    subscribers: int,
    cycles: int,
    seed: int,
    progress: Listener | None = None,
    today: date = demo.TODAY,
    demo_password: str = demo.PASSWORD,
) -> SeedReport:
    """Fill an empty database, whose schema is there, with a country; all of it or nothing.

    Raises NotEmpty, InUse; ValueError for figures that make no country.
    """
    engine = open_database(database) if isinstance(database, str) else database
    try:
        return _fill(engine, plan_country(subscribers, cycles, seed, today), demo_password, progress)
    finally:
        if engine is not database:
            engine.dispose()


def _fill(engine: Engine, country: Country, demo_password: str, progress: Listener | None) -> SeedReport:
    started = time.monotonic()
    done = 0
    with open_writer(engine) as writer:
        for batch, subscribers in country_batches(country, demo_password):
            writer.write(batch)
            done += subscribers
            if progress:
                rows = sum(writer.rows.values())
                progress(Progress(rows, done, country.subscribers, time.monotonic() - started))
    return SeedReport(sum(writer.rows.values()), time.monotonic() - started, dict(writer.rows))


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `ccbs-server seed` takes."""
    parser.add_argument("--subscribers", type=int, default=20_000, metavar="N", help="how many subscribers")
    parser.add_argument("--cycles", type=int, default=6, metavar="C", help="cycles of bills; 0: opening balances only")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed makes another country")
    parser.add_argument("--database", required=True, metavar="URL", help="an empty database, SQLite or PostgreSQL")
    parser.add_argument("--today", type=date.fromisoformat, default=demo.TODAY, metavar="DATE", help="the last day")
    parser.add_argument("--demo-password", default=demo.PASSWORD, metavar="TEXT", help="of the demo logins")


def run(args: Namespace) -> int:
    """Make the schema if need be, seed, and print the rate. Returns the exit status."""
    engine = open_database(args.database)
    try:
        migrate(engine, "server")
        report = seed(engine, subscribers=args.subscribers, cycles=args.cycles, seed=args.seed, progress=Printer(),
                      today=args.today, demo_password=args.demo_password)  # fmt: skip
    except NotEmpty:
        sys.stderr.write("this database holds a country already; seed into a new one\n")
        return 1
    except InUse:
        sys.stderr.write("another program has this database open; stop it first\n")
        return 1
    finally:
        engine.dispose()
    rows = f"{report.rows:,} rows in {report.seconds:.1f} s, {report.rows_a_second:,} rows a second"
    sys.stdout.write(f"{rows} ({engine.dialect.name})\n")
    return 0
