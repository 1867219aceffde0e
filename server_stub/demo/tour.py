"""Walk past every screen and keep pictures: both languages, light and dark, small and large."""

import sys
from pathlib import Path

from server_stub.demo.exchanges import Failed
from server_stub.demo.journey import TOUR_SECONDS, Journey


def run(out: Path, subscribers: int) -> int:
    """Take the pictures; return the exit status."""
    journey = Journey(out, subscribers, seconds=TOUR_SECONDS)
    try:
        journey.tour()
    except Failed as failure:
        sys.stdout.write(f"{failure}\n")
        return 1
    sys.stdout.write(f"{len(list(out.glob('*.png')))} pictures in {out}\n")
    return 0
