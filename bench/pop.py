"""From the exchange's bytes at the gateway to the caller's card, painted: how long it takes, and where the time goes.

A manager interface of our own says what an Asterisk says of a queue's offer; the server is a process of its own over
PostgreSQL, the desk another with the product's window. All three read one clock. The parts inside the server are
measured beside it, by the same functions on the same rows.
"""

import asyncio
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from uuid import UUID

from sqlalchemy import Engine

from bench.agent import agent_desk, numbers_of, said
from bench.country import SMOKE_SUBSCRIBERS, desk_folder, make_country
from bench.figures import Figure, Report, percentile
from bench.serving import ServerProcess, serving
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.ids import call_id
from ccbs_desk.models.database import open_database, reading
from ccbs_desk.services.caller_match import caller_keys, find_caller
from ccbs_desk.services.card_wire import encode_card
from ccbs_desk.services.subscriber_card import read_card
from server_stub.gateway.pops import look_up
from tests.factories.postgres import running_postgres
from tests.unit.telephony.ami_server import SECRET, AmiServer, event, success

NAME = "pop"
SUBSCRIBERS, CYCLES = 200_000, 1
CALLS, SMOKE_CALLS, WARM_UP = 300, 4, 20
AT_ONCE_EVERY = 4
"""One caller in so many is offered with the bytes of his coming; the others wait a moment, as in most queues."""
A_SECOND = 5
AIM_P50, AIM_P99 = 15.0, 50.0
PBX, EXTENSION = "bench", "1001"
AREA_CODE = "11"


@dataclass(frozen=True, slots=True)
class Pop:
    """One call: from the bytes of its offer until the desk has its card, and until it is painted, in milliseconds."""

    heard: float
    painted: float | None
    at_once: bool


def measure(folder: Path, *, smoke: bool = False) -> Report:
    """Let calls come at a steady pace to one desk; return what each took."""
    subscribers, calls, warm_up = (SMOKE_SUBSCRIBERS, SMOKE_CALLS, 0) if smoke else (SUBSCRIBERS, CALLS, WARM_UP)
    own = folder / "pop"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    with ExitStack() as stack:
        cluster = stack.enter_context(running_postgres(fsync=True))
        url = cluster.fresh_database("pop")
        engine = open_database(url)
        stack.callback(engine.dispose)
        make_country(engine, subscribers, CYCLES)
        numbers = numbers_of(engine, calls + warm_up)
        parts = _parts(engine, numbers)
        shutil.copytree(desk_folder(folder, SMOKE_SUBSCRIBERS), own / "desk")
        pops = asyncio.run(_ring(url, engine, own, numbers))[warm_up:]
    paint = [pop.painted - pop.heard for pop in pops if pop.painted is not None]
    figures = [
        *_way("", [pop for pop in pops if not pop.at_once]),
        *_way(", offered at once", [pop for pop in pops if pop.at_once]),
        *(Figure(f"of it: {name}", median(times), "ms") for name, times in parts.items()),
        Figure("of it: paint", median(paint), "ms", spread=f"p99 {percentile(paint, 0.99):.1f}"),
    ]
    late = sum(pop.painted is None for pop in pops)
    notes = (f"{late} calls were painted before their card came, and are not in these figures",) if late else ()
    on = {"database": "PostgreSQL, fsync on", "country": f"{subscribers:,} subscribers"}
    return Report(
        NAME, f"{A_SECOND} calls a second to one desk, each hung up before the next", tuple(figures), notes, on=on
    )


def _way(which: str, pops: Sequence[Pop]) -> list[Figure]:
    painted = [pop.painted for pop in pops if pop.painted is not None]
    heard = [pop.heard for pop in pops]
    return [
        _aimed(f"AMI bytes to painted card{which}, p50", percentile(painted, 0.5), AIM_P50, f"{len(painted)} calls"),
        _aimed(f"AMI bytes to painted card{which}, p99", percentile(painted, 0.99), AIM_P99, f"max {max(painted):.1f}"),
        Figure(f"  to the desk's telephone{which}", median(heard), "ms", spread=f"p99 {percentile(heard, 0.99):.1f}"),
    ]


def _aimed(name: str, value: float, aim: float, spread: str) -> Figure:
    return Figure(name, value, "ms", aim=f"{aim:g} ms", met=value <= aim, spread=spread)


def _parts(engine: Engine, numbers: Sequence[str]) -> dict[str, list[float]]:
    """Return what each part of the server's work takes alone, for each of these callers."""
    today = damascus_date(datetime.now(UTC))
    times: dict[str, list[float]] = {"match": [], "card query": [], "card as bytes": []}
    for number in numbers:
        look_up(engine, number, None, AREA_CODE, today)
        for name, milliseconds in _part_times(engine, number, today):
            times[name].append(milliseconds)
    return times


def _part_times(engine: Engine, number: str, today: date) -> Iterator[tuple[str, float]]:
    with reading(engine) as connection:
        began = time.perf_counter()
        found = find_caller(connection, caller_keys(number, AREA_CODE), today)
        yield "match", (time.perf_counter() - began) * 1000
        began = time.perf_counter()
        card = read_card(connection, found[0].account_id, today=today, at_desk=False)
        yield "card query", (time.perf_counter() - began) * 1000
    if card is not None:
        began = time.perf_counter()
        encode_card(card)
        yield "card as bytes", (time.perf_counter() - began) * 1000


async def _ring(url: str, engine: Engine, own: Path, numbers: Sequence[str]) -> list[Pop]:
    """Let each of these numbers call, and hang up before the next."""
    answers = dict.fromkeys(("QueueAdd", "QueueRemove", "QueuePause"), success)
    async with AmiServer(answers).serving() as ami:
        options = ("--pbx", "ami", "--pbx-name", PBX, "--pbx-port", str(ami.port))
        with ExitStack() as stack:
            server: ServerProcess = await asyncio.to_thread(
                stack.enter_context,
                serving(url, own / "server", *options, environment={"CCBS_PBX_SECRET": SECRET}),
            )
            desk = await agent_desk(server, engine, own / "desk", own, EXTENSION)
            try:
                pops = await _one_after_another(ami, desk, numbers)
            finally:
                with suppress(ProcessLookupError):
                    desk.kill()
                await desk.wait()
        while ami.links:
            await asyncio.sleep(0.01)
    return pops


async def _one_after_another(ami: AmiServer, desk: asyncio.subprocess.Process, numbers: Sequence[str]) -> list[Pop]:
    """Let one caller after another be offered, at a steady pace; the next comes while the one before rings."""
    calls = [_frames(f"{n + 1}.0", f"{n + 1}.1", number) for n, number in enumerate(numbers)]
    at_once = [n % AT_ONCE_EVERY == 0 for n in range(len(numbers))]
    pops = []
    for n, (arrival, offer, end) in enumerate(calls):
        began = time.monotonic()
        await ami.say(arrival + offer if at_once[n] else offer)
        if n + 1 < len(calls) and not at_once[n + 1]:
            await ami.say(calls[n + 1][0])
        told = await said(desk)
        while UUID(told["call"]) != call_id(PBX, f"{n + 1}.0"):
            told = await said(desk)
        await ami.say(end)
        painted = None if told["painted"] is None else (told["painted"] - began) * 1000
        pops.append(Pop((told["heard"] - began) * 1000, painted, at_once[n]))
        await asyncio.sleep(max(0.0, began + 1 / A_SECOND - time.monotonic()))
    return pops


def _frames(linkedid: str, leg: str, number: str) -> tuple[bytes, bytes, bytes]:
    """Return what an Asterisk says when a caller joins the queue, when he is offered, and when he gives up."""
    channel = f"{linkedid.partition('.')[0]:0>8}"
    caller = {"Channel": f"PJSIP/trunk-{channel}", "Uniqueid": linkedid, "Linkedid": linkedid}
    agent = {"Channel": f"PJSIP/{EXTENSION}-{channel}", "Uniqueid": leg, "Linkedid": linkedid}
    who = {"CallerIDNum": number, "CallerIDName": number, "Exten": "5100"}
    dest = {f"Dest{name}": value for name, value in agent.items()}
    arrival = event("Newchannel", **caller, **who, ChannelStateDesc="Ring")
    arrival += event("QueueCallerJoin", **caller, **who, Queue="care", Position="1", Count="1")
    offer = event("Newchannel", **agent, ChannelStateDesc="Down", Exten="")
    offer += event("AgentCalled", **caller, **dest, Queue="care", Interface=f"PJSIP/{EXTENSION}", MemberName="agent")
    end = event("QueueCallerAbandon", **caller, Queue="care") + event("Hangup", **agent, Cause="26")
    return arrival, offer, end + event("Hangup", **caller, Cause="16")
