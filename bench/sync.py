"""How fast desks and server come together: push with many desks, the feed's way to another desk, first load, catch-up.

The server is a process of its own over PostgreSQL; every desk pushes one act at a time over a connection of its own, as
counters do. The peer writes the same rows by as many psycopg clients, one transaction an act, in the same run.
"""

import asyncio
import copy
import shutil
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql
from sqlalchemy import Engine as Database
from sqlalchemy import make_url, select

from bench.bare import BarePostgres
from bench.country import CYCLES, SMOKE_SUBSCRIBERS, country_file, make_country, opened
from bench.field import PAID_MINOR, Field
from bench.figures import Figure, Report, compared, percentile, stopwatch
from bench.lines import Line, act_id, lines_to
from bench.newcomer import newcomer
from bench.serving import serving
from ccbs_desk.domain.ids import derive
from ccbs_desk.models.database import open_database, reading
from ccbs_desk.models.reference import Till
from ccbs_desk.wire.messages import Enrolment
from server_stub.seed import demo
from tests.factories.field_desk import FieldDesk, accounts_that_owe, field_desk
from tests.factories.postgres import Postgres, running_postgres

NAME = "sync"
SUBSCRIBERS = 20_000
DESKS, SMOKE_DESKS = (1, 50, 300), (1, 3)
ROUNDS, SMOKE_ROUNDS = 5, 1
ACTS, SMOKE_ACTS = 600, 6
"""Payments a round, shared out among the desks."""
AIM_RATIO, AIM_P99_MS = 0.5, 150.0


@dataclass(slots=True)
class Crowd:
    """So many desks at once: acts a second of ours and of the peer, and how long each act took."""

    desks: int
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    waits_ms: list[float] = field(default_factory=list)

    def figures(self, *, last: bool) -> tuple[Figure, Figure]:
        """Return them as figures; the last crowd is the one with the aims."""
        many = f"{self.desks} desk{'s' if self.desks > 1 else ''}"
        pushed = compared(f"push, {many}", self.ours, f"{self.desks} bare clients", self.theirs, "/s")
        if pushed.ratio is not None:
            pushed = _aimed(pushed, f"ratio {AIM_RATIO:g} or more", met=pushed.ratio >= AIM_RATIO)
        p99 = percentile(self.waits_ms, 0.99)
        waited = Figure(f"an act's wait, p99, {many}", p99, "ms", spread=f"p50 {percentile(self.waits_ms, 0.5):.1f}")
        return pushed, _aimed(waited, f"under {AIM_P99_MS:g} ms", met=p99 < AIM_P99_MS) if last else waited


def measure(folder: Path, *, smoke: bool = False) -> Report:
    """Push with few and many desks; then let a new desk load, listen, and come back."""
    subscribers = SMOKE_SUBSCRIBERS if smoke else SUBSCRIBERS
    crowds = [Crowd(desks) for desks in (SMOKE_DESKS if smoke else DESKS)]
    country, own = country_file(folder, subscribers), folder / "sync"
    shutil.rmtree(own, ignore_errors=True)
    with ExitStack() as stack:
        replica = stack.enter_context(field_desk(own / "replica", country))
        cluster = stack.enter_context(running_postgres(fsync=True, connections=crowds[-1].desks + 100))
        url = cluster.fresh_database("server")
        engine = open_database(url)
        stack.callback(engine.dispose)
        make_country(engine, subscribers, CYCLES)
        desks = desks_of(replica, country, crowds[-1].desks)
        desks.enrol_at(engine)
        bare = _copied(cluster, engine)
        cheap = {"CCBS_PASSWORD_MEMORY_KIB": "1024"}
        server = stack.enter_context(serving(url, own, environment=cheap))
        asyncio.run(_push(server.url, desks, crowds, url, bare, smoke=smoke))
        came = asyncio.run(newcomer(server.url, engine, own, desks, smoke=smoke))
    figures = [figure for crowd in crowds for figure in crowd.figures(last=crowd is crowds[-1])]
    on = {"database": "PostgreSQL, fsync on", "country": f"{subscribers:,} subscribers"}
    return Report(NAME, "one act a request, over HTTP", (*figures, *came), on=on)


def desks_of(replica: FieldDesk, country: Path, count: int) -> Field:
    """Return so many desks, each with a key, a till and numbers of its own; they decide on one replica, in turn."""
    with opened(country) as engine, reading(engine) as connection:
        free = select(Till.id, Till.code, Till.area_id, Till.letter).where(Till.device_id.is_(None))
        tills = connection.execute(free.order_by(Till.code).limit(count)).all()
        owing = accounts_that_owe(connection, max(2 * count, 40))
    desks = []
    for till in tills:
        desk = copy.copy(replica)
        desk.key = Ed25519PrivateKey.generate()
        desk.enrolled(
            Enrolment(
                device_id=derive(demo.TILL_ID, "crowd", till.code),
                state="approved",
                fingerprint="",
                area_id=till.area_id,
                till_id=till.id,
                till_code=till.code,
                series_letter=till.letter,
                server_time=datetime.now(UTC),
            )
        )
        desks.append(desk)
    opening = [desk.do(desk.open_till()) for desk in desks]
    return Field(desks, [owing[n::count] for n in range(count)], opening)


async def _push(url: str, desks: Field, crowds: Sequence[Crowd], server: str, bare: str, *, smoke: bool) -> None:
    rounds, acts = (SMOKE_ROUNDS, SMOKE_ACTS) if smoke else (ROUNDS, ACTS)
    lines = await lines_to(url, desks.desks)
    await asyncio.gather(*(line.push(act) for line, act in zip(lines, desks.opening, strict=True)))
    for crowd in crowds:
        with closing(BarePostgres(server, bare, crowd.desks)) as peer:
            for turn in range(rounds + 1):
                shares = _payments(desks, crowd.desks, max(1, acts // crowd.desks))
                ids = [act_id(act) for share in shares for act in share]
                with stopwatch() as ours:
                    waits = await asyncio.gather(*map(_one_by_one, lines, shares))
                rows = peer.rows_of(ids)
                with stopwatch() as theirs:
                    await asyncio.to_thread(peer.write, rows)
                if turn:
                    crowd.ours.append(len(ids) / ours.seconds)
                    crowd.theirs.append(len(ids) / theirs.seconds)
                    crowd.waits_ms += [wait for each in waits for wait in each]
    for line in lines:
        line.close()


def _payments(desks: Field, count: int, each: int) -> list[list[bytes]]:
    return [[_paid(desks, n, turn) for turn in range(each)] for n in range(count)]


def _paid(desks: Field, n: int, turn: int) -> bytes:
    own: Sequence[UUID] = desks.accounts[n]
    return desks.desks[n].do(desks.desks[n].payment(PAID_MINOR, own[turn % len(own)]))


async def _one_by_one(line: Line, acts: Sequence[bytes]) -> list[float]:
    """Push each act when the one before it was answered; return how long each took."""
    waits = []
    for act in acts:
        began = time.perf_counter()
        await line.push(act)
        waits.append((time.perf_counter() - began) * 1000)
    return waits


def _copied(cluster: Postgres, engine: Database) -> str:
    """Copy the server's database for the peer; return the address of the copy."""
    source = str(engine.url.database)
    engine.dispose()
    bare = cluster.fresh_database("bare")
    target = sql.Identifier(str(make_url(bare).database))
    with psycopg.connect(host=str(cluster.socket_folder), user="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {}").format(target))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(target, sql.Identifier(source)))
        connection.execute("CHECKPOINT")
    return bare


def _aimed(figure: Figure, aim: str, *, met: bool) -> Figure:
    return replace(figure, aim=aim, met=met)
