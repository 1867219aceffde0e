"""`python3 dev.py bench [NAME…]`: measure the figures that we claim, print them, keep them as build/bench/NAME.json."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import loop, machine, memory, payment, pop, push, ring, seed, startup, sync
from bench.directory import measure as directory

BENCHES = {each.NAME: each.measure for each in (payment, push, sync, pop, ring, startup, memory, loop, seed, directory)}
OUT = Path("build/bench")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benches, or all; return the exit status. A missed aim is told and is no failure."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; all unless some are named")
    parser.add_argument("--smoke", action="store_true", help="a size that only shows that it runs")
    parser.add_argument("--keep", action="store_true", help="keep what was seeded, for the next run")
    given = parser.parse_args(arguments)
    unknown = set(given.names) - BENCHES.keys()
    if unknown:
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    scratch = OUT / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        for name in given.names or BENCHES:
            on = machine.look(scratch)
            print(on.text(), flush=True)
            report = BENCHES[name](scratch, smoke=given.smoke)
            print(report.text(), flush=True)
            print(f"  {report.keep(OUT / 'smoke' if given.smoke else OUT, on)}\n", flush=True)
    finally:
        if not given.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
