"""A new desk beside the crowd: its first load, how soon it hears of the others' acts, and a catch-up after a week."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine as Database

from bench.field import PAID_MINOR, Field
from bench.figures import Figure, percentile, stopwatch
from bench.lines import Line, lines_to
from bench.machine import resident_mib
from ccbs_desk.models import desk_state
from ccbs_desk.sync.engine import Engine
from ccbs_desk.sync.pull import catch_up
from ccbs_desk.sync.rebase import Applied
from server_stub.devices import Devices
from server_stub.seed import demo
from server_stub.snapshots import Snapshots
from tests.factories.counter import Counter, Run

HEARD, SMOKE_HEARD = 200, 5
MISSED_ACTS, SMOKE_MISSED_ACTS = 2_000, 10
"""Payments that are made while the desk is away; each is about ten rows of the feed."""
PUSHERS = 20
CEILING = 30.0


@dataclass(slots=True)
class Ears:
    """When the desk has heard of an account's change."""

    heard: dict[UUID, float] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, applied: Applied) -> None:
        moment = time.perf_counter()
        self.heard.update(dict.fromkeys(applied.accounts, moment))
        self.news.set()

    async def of(self, account: UUID) -> float:
        """Wait until a change of an account is here; return when it was."""
        async with asyncio.timeout(CEILING):
            while account not in self.heard:
                self.news.clear()
                await self.news.wait()
        return self.heard.pop(account)


def _now() -> datetime:
    return datetime.now(UTC)


async def newcomer(url: str, engine: Database, folder: Path, desks: Field, *, smoke: bool) -> tuple[Figure, ...]:
    """Return what the new desk came to."""
    heard, missed = (SMOKE_HEARD, SMOKE_MISSED_ACTS) if smoke else (HEARD, MISSED_ACTS)
    lines = await lines_to(url, desks.desks[:PUSHERS])
    built = Snapshots(engine, folder / "snapshots", _now, 0)
    with stopwatch() as building:
        info = await asyncio.to_thread(built.build, demo.AREA)
    built.close()
    counter = Counter(folder / "newcomer", url, clock=_now)
    await counter.enrol(Devices(engine, _now, most_waiting=10))
    async with counter.run() as program:
        with stopwatch() as loading:
            await program.sign_in()
        lags = await _lags(program, lines[0], desks, heard)
        rows, seconds = await _catch_up(program, lines, desks, missed)
    size = (counter.profile / "desk.db").stat().st_size / 2**20
    for line in lines:
        line.close()
    return (
        Figure(f"first load built, {info.rows:,} rows", building.seconds * 1000, "ms"),
        Figure("first load on the wire", info.size / 2**20, "MiB"),
        Figure("new desk: fetched, written, indexed, signed in", loading.seconds * 1000, "ms"),
        Figure("its database", size, "MiB"),
        Figure("this process with it", resident_mib(), "MiB"),
        Figure("answered at one desk to written at another, p50", percentile(lags, 0.5), "ms"),
        Figure("the same, p99", percentile(lags, 0.99), "ms"),
        Figure(f"catch-up after {missed:,} acts", rows / seconds, "acts/s", spread=f"{seconds:.1f} s"),
    )


async def _lags(program: Run, line: Line, desks: Field, count: int) -> list[float]:
    """Return how long after each answer the other desk had the rows."""
    ears = Ears()
    engine = Engine(program.store, program.client, now=_now, applied=ears, renew=program.signin.renew)
    engine.start()
    lags = []
    try:
        async with asyncio.timeout(CEILING):
            while engine.now_known.link != "online":
                await asyncio.sleep(0.01)
        for turn in range(count):
            account = desks.accounts[0][turn % len(desks.accounts[0])]
            act = desks.desks[0].do(desks.desks[0].payment(PAID_MINOR, account))
            ears.heard.pop(account, None)
            await line.push(act)
            answered = time.perf_counter()
            lags.append(max(0.001, (await ears.of(account) - answered) * 1000))
    finally:
        await engine.stop()
    return lags


async def _catch_up(program: Run, lines: list[Line], desks: Field, missed: int) -> tuple[int, float]:
    """Let the others work while this desk is away; return how many acts it then saw, and in how long."""
    each = max(1, missed // len(lines))
    for _ in range(each):
        acts = [desks.desks[n].do(desks.desks[n].payment(PAID_MINOR, desks.accounts[n][0])) for n in range(len(lines))]
        await asyncio.gather(*(line.push(act) for line, act in zip(lines, acts, strict=True)))
    before = await asyncio.wrap_future(program.store.read(desk_state.cursor))
    with stopwatch() as watch:
        await catch_up(program.store, program.client, _now)
    after = await asyncio.wrap_future(program.store.read(desk_state.cursor))
    return after.position - before.position, watch.seconds
