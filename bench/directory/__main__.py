"""`python3 -m bench.directory --rows N [--tune]`: the table of our own engine alone, quickly, while it is being built.

`--tune` asks the queries that may be read; without it, those that nobody tunes against. `--misses` prints what was
missed, of the tuning set only.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.directory import listings
from bench.directory.asking import Asker, Told, asking, ours
from bench.directory.queries import EACH, Query, queries
from bench.directory.scores import score, table
from bench.figures import stopwatch

FOLDER = Path("build/bench/directory")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is missing, ask, print; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.directory", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--tune", action="store_true", help="ask the queries for tuning")
    parser.add_argument("--each", type=int, default=EACH, help="queries of a class")
    parser.add_argument("--only", help="one class")
    parser.add_argument("--misses", action="store_true", help="print what was missed; with --tune only")
    parser.add_argument("--rebuild", action="store_true", help="build the index anew")
    given = parser.parse_args(arguments)
    which = "tuning" if given.tune else "final"
    FOLDER.mkdir(parents=True, exist_ok=True)
    source = country(FOLDER, given.rows)
    index = source.with_suffix(".index")
    if given.rebuild or not index.exists():
        with stopwatch() as watch:
            subprocess.run(ours("build", str(source), str(index)), check=True)
        print(f"built in {watch.seconds:.1f} s")
    asked = [query for query in queries(source, which, given.each) if given.only in (None, query.sort)]
    with asking(ours("query", str(index))) as engine:
        found = score(asked, _warm(engine, misses=given.misses and given.tune))
        print("\n".join([f"{which} noise, {given.rows:,} rows, warm", *table(found)]))
        print(f"resident {engine.resident_mib():.0f} MiB")
    return 0


def country(folder: Path, rows: int) -> Path:
    """Return the listings of a country of this size, written when they are not there."""
    source = folder / f"country-{rows}.tsv"
    if not source.exists():
        listings.write(source, rows)
    return source


def _warm(engine: Asker, *, misses: bool) -> Callable[[Query], Told]:
    """Return what asks twice, so that what is timed is warm, and tells what was missed."""

    def ask(query: Query) -> Told:
        engine.ask(query.q)
        told = engine.ask(query.q)
        if misses and not set(query.right) & set(told.ids[:10]):
            print(f"missed: {query.sort}: {query.q!r} for {query.clean!r}, right {query.right}, told {told.ids[:5]}")
        return told

    return ask


if __name__ == "__main__":
    sys.exit(main())
