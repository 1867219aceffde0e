"""Play seeds: `python -m tests.sync.virtual SEED` replays one and prints its story; `FIRST-LAST` plays many."""

import argparse
import sys
import time

from tests.sync.virtual.kit import make_kit
from tests.sync.virtual.scenario import Outcome, play


def main() -> int:
    """Play what was asked for; return how many seeds found something."""
    parser = argparse.ArgumentParser(prog="python -m tests.sync.virtual", description=__doc__)
    parser.add_argument("seeds", help="a seed, or the first and the last of many: 0-299")
    parser.add_argument("--every", type=int, default=1, help="play each n-th of them only")
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1, given.every)
    kit = make_kit()
    began, failed = time.monotonic(), 0
    acts = deaths = refusals = moves = losses = 0
    for seed in seeds:
        outcome = play(kit, seed)
        acts, deaths, refusals = acts + outcome.acts, deaths + outcome.deaths, refusals + outcome.refusals
        moves, losses = moves + outcome.moved, losses + outcome.put_back
        failed += bool(outcome.findings)
        tell(outcome, story=len(seeds) == 1)
    seconds = time.monotonic() - began
    print(
        f"{len(seeds)} seeds, {failed} failed; {acts} acts, {refusals} refused, {deaths} deaths, "
        f"{moves} moves, {losses} put back; "
        f"{seconds:.1f} s, {len(seeds) / seconds:.2f} seeds a second"
    )
    kit.close()
    return 1 if failed else 0


def tell(outcome: Outcome, *, story: bool) -> None:
    """Print what is worth telling of a seed."""
    if story:
        print(outcome.trace)
    for finding in outcome.findings:
        print(f"seed {outcome.seed}: {finding}")
    if outcome.findings:
        print(f"replay it: python -m tests.sync.virtual {outcome.seed}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
