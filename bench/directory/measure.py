"""The directory beside Tantivy, FTS5 and pg_trgm: one run, one bed, and the noise that nobody tunes against."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.directory.asking import Asker, Told, asking
from bench.directory.engines import LOCK, Contender, contenders, install_peers
from bench.directory.listings import COLUMNS, write
from bench.directory.queries import EACH, Query, queries
from bench.directory.scores import ALL, Score, score, table
from bench.figures import Figure, Report, percentile, stopwatch
from tests.factories.postgres import running_postgres

NAME = "directory"
ROWS, SMOKE_ROWS = 4_200_000, 4_000
SMOKE_EACH = 2
COLD = 100
TYPED = 120
CHANGED = 1_000
_AIMS = {"R@10": 98.5, "hit@1": 96.5, "p50": 2.0, "p99": 30.0, "index": 350.0, "resident": 60.0, "build": 90.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one engine did."""

    name: str
    scores: dict[str, Score]
    keystrokes_ms: Sequence[float]
    similar_ms: Sequence[float]
    cold_ms: Sequence[float]
    changing_ms: Sequence[float]
    change_seconds: float
    build_seconds: float
    mib: float
    resident_mib: float


def measure(folder: Path, *, smoke: bool = False) -> Report:
    """Build every engine, ask it everything, change it while it is asked."""
    rows = SMOKE_ROWS if smoke else ROWS
    own = folder / "directory"
    own.mkdir(parents=True, exist_ok=True)
    source = own / f"country-{rows}.tsv"
    if not source.exists():
        write(source, rows)
    each = SMOKE_EACH if smoke else EACH
    asked = queries(source, "final", each)
    libraries = folder.parent / "peers"
    beside = install_peers(libraries)
    missing = () if beside else (f"Tantivy is left out: it could not be installed. {LOCK.name} says what it needs.",)
    with running_postgres() as cluster:
        cluster.fresh_database("directory")
        database = f"host={cluster.socket_folder} user=postgres dbname=directory_0"
        engines = [each for each in contenders(own, libraries, database) if beside or each.name != "Tantivy"]
        measured = [_measure(engine, source, asked[:: 1 if smoke else engine.every]) for engine in engines]
    return Report(
        NAME,
        "the final noise, warm unless said otherwise",
        _figures(measured),
        (*missing, *_tables(measured)),
        _on(rows, each),
    )


def _on(rows: int, each: int) -> dict[str, str]:
    return {"listings": f"{rows:,}", "queries": f"{each} a class", "threads": "one an engine"}


def _measure(engine: Contender, source: Path, asked: Sequence[Query]) -> Measured:
    with stopwatch() as building:
        engine.build(source)
    engine.cool()
    with asking(_query(engine)) as asker:
        cold = [asker.ask(query.q).ms for query in asked[:: max(1, len(asked) // COLD)]]
    with asking(_query(engine)) as asker:
        told: list[Told] = []
        scores = score(asked, _second_of_two(asker, told))
        keystrokes = _typed(asker, asked[:: engine.every])
        resident = asker.resident_mib()
        mib = engine.mib()
        changing, seconds = _while_changing(engine, asker, source, asked)
    # A whole run takes long: what is known is told at once.
    print("\n".join([f"{engine.name}, built in {building.seconds:.0f} s:", *table(scores)]), flush=True)
    similar = [each.similar_ms for each in told if each.similar_ms]
    return Measured(engine.name, scores, keystrokes, similar, cold, changing, seconds, building.seconds, mib, resident)


def _query(engine: Contender) -> list[str]:
    return engine.command("query", engine.index, *(() if engine.peer else ("--similar",)))


def _second_of_two(asker: Asker, kept: list[Told]) -> Callable[[Query], Told]:
    def ask(query: Query) -> Told:
        asker.ask(query.q)
        kept.append(asker.ask(query.q))
        return kept[-1]

    return ask


def _typed(asker: Asker, asked: Sequence[Query]) -> list[float]:
    """Type some of the queries, letter by letter; return the time of every keystroke from the second letter on."""
    chosen = asked[:: max(1, len(asked) // TYPED)]
    return [asker.ask(one.q[:n], keystroke=True).ms for one in chosen for n in range(2, len(one.q) + 1)]


def _while_changing(
    engine: Contender, asker: Asker, source: Path, asked: Sequence[Query]
) -> tuple[Sequence[float], float]:
    """Change a thousand listings while the engine is asked; return its answers' times, and how long the change took."""
    changes = source.with_name("changes.tsv")
    with source.open(encoding="utf-8") as file, changes.open("w", encoding="utf-8") as out:
        next(file)
        out.write("\t".join((*COLUMNS, "change")) + "\n")
        for n, line in zip(range(CHANGED), file, strict=False):
            cells = line.rstrip("\n").split("\t")
            cells[COLUMNS.index("street")] = f"شارع {n % 30}"
            out.write("\t".join((*cells, "change")) + "\n")
    times: list[float] = []
    turn = 0
    with (
        stopwatch() as watch,
        subprocess.Popen(
            engine.command("update", engine.index, str(changes)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process,
    ):
        while process.poll() is None:
            times.append(asker.ask(asked[turn % len(asked)].q).ms)
            turn += 1
    if process.returncode:
        raise RuntimeError(f"{engine.name} could not be changed")
    return times or [0.0], watch.seconds


def _figures(measured: Sequence[Measured]) -> tuple[Figure, ...]:
    first, *peers = measured
    beside = peers[0]
    rows: list[tuple[str, str, Callable[[Measured], float], bool]] = [
        ("R@10", "%", lambda one: one.scores[ALL].recall_at_10, True),
        ("hit@1", "%", lambda one: one.scores[ALL].hit_at_1, True),
        ("p50", "ms", lambda one: percentile(one.scores[ALL].ms, 0.5), False),
        ("p95", "ms", lambda one: percentile(one.scores[ALL].ms, 0.95), False),
        ("p99", "ms", lambda one: percentile(one.scores[ALL].ms, 0.99), False),
        ("keystroke p95", "ms", lambda one: percentile(one.keystrokes_ms, 0.95), False),
        ("keystroke p99", "ms", lambda one: percentile(one.keystrokes_ms, 0.99), False),
        ("similar names p99", "ms", lambda one: percentile(one.similar_ms or [0.0], 0.99), False),
        ("cold p50", "ms", lambda one: percentile(one.cold_ms, 0.5), False),
        ("cold p99", "ms", lambda one: percentile(one.cold_ms, 0.99), False),
        ("p99 while 1,000 rows change", "ms", lambda one: percentile(one.changing_ms, 0.99), False),
        ("1,000 rows changed in", "s", lambda one: one.change_seconds, False),
        ("index", "MiB", lambda one: one.mib, False),
        ("resident", "MiB", lambda one: one.resident_mib, False),
        ("build", "s", lambda one: one.build_seconds, False),
    ]
    found = []
    for name, unit, value, more in rows:
        mine, aim = value(first), _AIMS.get(name)
        met = None if aim is None else (mine >= aim if more else mine <= aim)
        told = "" if aim is None else f"{'at least' if more else 'at most'} {aim:g}"
        others = ", ".join(f"{peer.name} {value(peer):.1f}" for peer in peers[1:])
        found.append(Figure(name, mine, unit, beside.name, value(beside), aim=told, met=met, spread=others))
    return tuple(found)


def _tables(measured: Sequence[Measured]) -> tuple[str, ...]:
    return tuple(line for one in measured for line in ("", f"{one.name}:", *table(one.scores)))
