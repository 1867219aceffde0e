"""From the INVITE at an agent's telephone to the caller's card, painted, with a real Asterisk between all of them.

The telephone, the exchange, the server over PostgreSQL and the desk are processes of their own and read one clock. The
exchange tells the gateway of an offer before it rings the telephone: a card can be there before the ring.
"""

import asyncio
import shutil
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from bench.agent import agent_desk, numbers_of, said
from bench.country import SMOKE_SUBSCRIBERS, desk_folder, make_country
from bench.figures import Figure, Report, percentile
from bench.serving import ServerProcess, serving
from ccbs_desk.models.database import open_database
from server_stub.demo.exchanges import Exchange, exchange_of
from tests.factories.postgres import running_postgres

NAME = "ring"
SUBSCRIBERS, CYCLES = 20_000, 1
CALLS, SMOKE_CALLS, WARM_UP = 60, 2, 5
EXTENSION = "1001"
AIM = 5_000.0
"""A telephone rings for a second and is silent for four: the card is there before it has rung twice."""


def measure(folder: Path, *, smoke: bool = False, joined: Path | None = None) -> Report:
    """Let one caller after another ring the telephone and give up. `joined` is an exchange that is up already."""
    subscribers, calls = (SMOKE_SUBSCRIBERS, SMOKE_CALLS) if smoke else (SUBSCRIBERS, CALLS + WARM_UP)
    own = folder / "ring"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    with ExitStack() as stack:
        url = stack.enter_context(running_postgres(fsync=True)).fresh_database("ring")
        engine = open_database(url)
        stack.callback(engine.dispose)
        make_country(engine, subscribers, CYCLES)
        shutil.copytree(desk_folder(folder, SMOKE_SUBSCRIBERS), own / "desk")
        log = stack.enter_context((own / "exchange.log").open("w"))
        exchange = stack.enter_context(exchange_of("asterisk", joined, log))
        server = stack.enter_context(
            serving(url, own / "server", *exchange.arguments, environment=exchange.environment)
        )
        painted = asyncio.run(_ring(exchange, server, engine, own, numbers_of(engine, calls)))
    kept = painted if smoke else painted[WARM_UP:]
    in_time = [took for took in kept if took is not None]
    figures = (
        _aimed("INVITE to painted card, p50", percentile(in_time, 0.5), f"{len(in_time)} calls"),
        _aimed("INVITE to painted card, p99", percentile(in_time, 0.99), f"max {max(in_time):.1f}"),
    )
    late = len(kept) - len(in_time)
    notes = (f"{late} calls were painted before their card came, and are not in these figures",) if late else ()
    on = {"database": "PostgreSQL, fsync on", "country": f"{subscribers:,} subscribers", "exchange": "Asterisk"}
    return Report(NAME, "one caller after another through a real exchange to one desk", figures, notes, on=on)


def _aimed(name: str, value: float, spread: str) -> Figure:
    return Figure(name, value, "ms", aim=f"{AIM:g} ms", met=value <= AIM, spread=spread)


async def _ring(
    exchange: Exchange, server: ServerProcess, engine: Engine, own: Path, numbers: Sequence[str]
) -> list[float | None]:
    """Let each of these numbers call; return what each took, or None where the card came after the paint."""
    desk = await agent_desk(server, engine, own / "desk", own, EXTENSION)
    took: list[float | None] = []
    seen: set[UUID] = set()
    try:
        for number in numbers:
            rang = await asyncio.to_thread(exchange.move, "call", {"number": number})
            told = await said(desk)
            while UUID(told["call"]) in seen:
                told = await said(desk)
            seen.add(UUID(told["call"]))
            took.append(None if told["painted"] is None else (told["painted"] - rang) * 1000)
            await asyncio.to_thread(exchange.move, "hang-up", {})
    finally:
        with suppress(ProcessLookupError):
            desk.kill()
        await desk.wait()
    return took
