"""Acts a second through the real server's push, on SQLite and PostgreSQL, against bare transactions of the same rows.

The server is a process of its own, the counters push over real HTTP in batches; every answer means durable.
"""

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import Engine, make_url

from bench.bare import Bare, BarePostgres, BareSqlite
from bench.country import CYCLES, SMOKE_SUBSCRIBERS, country_file, make_country
from bench.field import Field, field_of
from bench.figures import Figure, Report, compared, stopwatch
from bench.serving import Counter, ServerProcess, body_of, serving
from ccbs_desk.models.database import open_database
from tests.factories.postgres import Postgres, running_postgres

NAME = "push"
SUBSCRIBERS = 3_000
ROUNDS, SMOKE_ROUNDS = 7, 1
EACH, SMOKE_EACH = 100, 2
BATCH = 50


@dataclass(slots=True)
class Side:
    """One database: the server over it, its counters, the bare peer, and what was measured."""

    name: str
    server: ServerProcess
    counters: Sequence[Counter]
    bare: Bare
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)


def measure(folder: Path, *, smoke: bool = False) -> Report:
    """Push the same acts to a server on either database, each round beside the bare transactions of its rows."""
    subscribers = SMOKE_SUBSCRIBERS if smoke else SUBSCRIBERS
    rounds, each = (SMOKE_ROUNDS, SMOKE_EACH) if smoke else (ROUNDS, EACH)
    country, own = country_file(folder, subscribers), folder / "push"
    shutil.rmtree(own, ignore_errors=True)
    with ExitStack() as stack:
        desks = stack.enter_context(field_of(country, own / "desks"))
        cluster = stack.enter_context(running_postgres(fsync=True))
        sides = [
            stack.enter_context(on_sqlite(country, own / "sqlite", desks)),
            stack.enter_context(on_postgresql(cluster, own / "postgresql", subscribers, desks)),
        ]
        rows = _rounds(desks, sides, rounds, each)
        memory = [Figure(f"server's memory after it, {s.name}", s.server.resident_mib(), "MiB") for s in sides]
        on = {"database": f"SQLite WAL FULL; {_version(cluster)}, fsync on", "rows an act": rows}
    figures = [
        compared(f"acts a second, {s.name}", s.ours, "bare, one transaction an act", s.theirs, "/s") for s in sides
    ]
    figures += [Figure(f"server's CPU an act, {s.name}", median(s.cpu_ms), "ms") for s in sides]
    what = f"{len(desks.desks)} connections, batches of {BATCH}, {len(desks.desks) * each} payments a round"
    return Report(NAME, what, (*figures, *memory), on={**on, "country": f"{subscribers:,} subscribers"})


def _rounds(desks: Field, sides: Sequence[Side], rounds: int, each: int) -> str:
    """Measure all rounds after one that warms up; return how many rows an act wrote."""
    counts: set[int] = set()
    for turn in range(rounds + 1):
        acts = desks.payments(each)
        ids = [_id_of(act) for share in acts for act in share]
        for side in sides:
            busy = side.server.cpu_seconds()
            ours = len(ids) / push(side.counters, acts)
            busy = side.server.cpu_seconds() - busy
            rows = side.bare.rows_of(ids)
            with stopwatch() as watch:
                side.bare.write(rows)
            counts |= {sum(map(len, one.values())) for one in rows}
            if turn:
                side.ours.append(ours)
                side.theirs.append(len(ids) / watch.seconds)
                side.cpu_ms.append(busy * 1000 / len(ids))
    return f"{min(counts)} to {max(counts)}"


def push(counters: Sequence[Counter], acts: Sequence[Sequence[bytes]]) -> float:
    """Send each counter's acts in batches, all counters at once; return the seconds until the last answer."""
    bodies = [[body_of(share[n : n + BATCH]) for n in range(0, len(share), BATCH)] for share in acts]
    refused: list[str] = []

    def send(counter: Counter, batches: Sequence[bytes]) -> None:
        for body in batches:
            refused.extend(answer.outcome for answer in counter.push(body) if answer.outcome != "applied")

    threads = [threading.Thread(target=send, args=pair) for pair in zip(counters, bodies, strict=True)]
    with stopwatch() as watch:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if refused:
        raise RuntimeError(f"{len(refused)} acts were not applied, the first is {refused[0]}")
    return watch.seconds


@contextmanager
def on_sqlite(country: Path, folder: Path, desks: Field) -> Iterator[Side]:
    """Serve a copy of a country from SQLite."""
    folder.mkdir(parents=True)
    path, bare = folder / "server.db", folder / "bare.db"
    shutil.copyfile(country, path)
    url = f"sqlite:///{path}"
    _enrol(desks, url)
    shutil.copyfile(path, bare)
    with _served(url, folder, desks) as (server, counters), closing(BareSqlite(path, bare)) as peer:
        yield Side("SQLite", server, counters, peer)


@contextmanager
def on_postgresql(cluster: Postgres, folder: Path, subscribers: int, desks: Field) -> Iterator[Side]:
    """Serve the same country from PostgreSQL."""
    url = cluster.fresh_database("server")
    engine = open_database(url)
    make_country(engine, subscribers, CYCLES)
    engine.dispose()
    _enrol(desks, url)
    bare = cluster.fresh_database("bare")
    _copy(cluster, str(make_url(url).database), str(make_url(bare).database))
    with (
        _served(url, folder, desks) as (server, counters),
        closing(BarePostgres(url, bare, len(desks.desks))) as peer,
    ):
        yield Side("PostgreSQL", server, counters, peer)


def _enrol(desks: Field, url: str) -> None:
    engine: Engine = open_database(url)
    desks.enrol_at(engine)
    engine.dispose()


@contextmanager
def _served(url: str, folder: Path, desks: Field) -> Iterator[tuple[ServerProcess, list[Counter]]]:
    """Run a server whose counters are signed in and whose tills are open."""
    with ExitStack() as stack:
        server = stack.enter_context(serving(url, folder))
        counters = [stack.enter_context(closing(Counter(server, desk))) for desk in desks.desks]
        push(counters, [[act] for act in desks.opening])
        yield server, counters


def _copy(cluster: Postgres, source: str, target: str) -> None:
    with psycopg.connect(host=str(cluster.socket_folder), user="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(target)))
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(target), sql.Identifier(source))
        connection.execute(made)
        connection.execute("CHECKPOINT")


def _version(cluster: Postgres) -> str:
    with psycopg.connect(host=str(cluster.socket_folder), user="postgres") as connection:
        number = connection.info.server_version
    return f"PostgreSQL {number // 10_000}.{number % 10_000}"


class _Named(msgspec.Struct):
    id: UUID


def _id_of(act: bytes) -> UUID:
    return msgspec.json.decode(act, type=_Named).id
