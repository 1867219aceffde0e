"""Resident memory of the desk with its store and all screens open, and of the server before and after a push."""

import shutil
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.country import SMOKE_SUBSCRIBERS, SUBSCRIBERS, country_file, desk_folder
from bench.field import field_of
from bench.figures import Figure, Report
from bench.push import on_sqlite, push
from bench.startup import WINDOWS, started
from ccbs_desk.config.options import ENROLMENT_FILE

NAME = "memory"
ROUNDS, SMOKE_ROUNDS = 3, 1
PUSHED, SMOKE_PUSHED = 250, 2


def measure(folder: Path, *, smoke: bool = False) -> Report:
    """Weigh the desk beside a bare window, and the server beside itself when it had just started."""
    subscribers = SMOKE_SUBSCRIBERS if smoke else SUBSCRIBERS
    own = folder / "memory"
    shutil.rmtree(own, ignore_errors=True)
    figures = (*_desk(folder, subscribers, smoke=smoke), *_server(folder, own, subscribers, smoke=smoke))
    return Report(NAME, "VmRSS of each process", figures, on={"country": f"{subscribers:,} subscribers"})


def _desk(folder: Path, subscribers: int, *, smoke: bool) -> list[Figure]:
    profile = folder / "memory-profile"
    shutil.rmtree(profile, ignore_errors=True)
    shutil.copytree(desk_folder(folder, subscribers), profile)
    (profile / ENROLMENT_FILE).write_text("{}")
    rounds = SMOKE_ROUNDS if smoke else ROUNDS
    # The first start of each compiles its byte code, which weighs too.
    told = {window: [started(window, profile)["mib"] for _ in range(rounds + 1)][1:] for window in WINDOWS}
    weights = {window: median(weighed) for window, weighed in told.items()}
    bare, signin, work = (weights[window] for window in WINDOWS)
    named = {"desk, sign-in painted": signin, "desk, store of area 1 and all screens open": work}
    return [Figure(name, weight, "MiB", "bare window", bare, weight / bare) for name, weight in named.items()]


def _server(folder: Path, own: Path, subscribers: int, *, smoke: bool) -> list[Figure]:
    country = country_file(folder, subscribers)
    each = SMOKE_PUSHED if smoke else PUSHED
    with ExitStack() as stack:
        desks = stack.enter_context(field_of(country, own / "desks"))
        side = stack.enter_context(on_sqlite(country, own / "server", desks))
        before = side.server.resident_mib()
        acts = desks.payments(each)
        push(side.counters, acts)
        after = side.server.resident_mib()
    pushed = sum(map(len, acts))
    return [Figure(f"server, {pushed:,} payments pushed", after, "MiB", "just started", before, after / before)]
