"""Walk the journey by itself: three lives of desks, a link that is cut, a desk that is killed, then the proof.

Leaves pictures and `journey.json` in the folder asked for. The exit status is 0 only when another process, reading the
server's database, finds each payment exactly once with its receipt, its money and nothing beside it, when
`ccbs-server check` is clean, and when all of it was done within three minutes.
"""

import json
import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server_stub.demo.exchanges import Failed
from server_stub.demo.link import Link
from server_stub.demo.probe import flaws
from server_stub.demo.world import Desk, World, demo_environment
from server_stub.seed.demo import CALL_CENTRE_CODE, CARE_CENTRE_CODE

SUBSCRIBERS, CYCLES = 3_000, 6
JOURNEY_SECONDS = 180.0
"""for all of it: the country, the servers, every life and the proof"""
TOUR_SECONDS = 1200.0


class Journey:
    """The walk and its book, all within so many seconds."""

    def __init__(
        self,
        out: Path,
        subscribers: int,
        pbx: str = "simulator",
        joined: Path | None = None,
        seconds: float = JOURNEY_SECONDS,
    ) -> None:
        self.out, self.subscribers = out, subscribers
        self._seconds, self._until = seconds, time.monotonic() + seconds
        self.steps: list[dict[str, Any]] = []
        self.receipt = ""
        self.card_receipt = ""
        self.cut_at = datetime.now(UTC)
        self.ring_to_paint_ms: float | None = None
        self.gaps: list[dict[str, float]] = []
        shutil.rmtree(out, ignore_errors=True)
        self.world = World(out / "state", pbx, joined)

    def walk(self) -> dict[str, Any]:
        """Walk all of it; return the book. Raises Failed with the step that did not come."""
        began = time.monotonic()
        self.world.seed(self.subscribers, CYCLES)
        self._note("seed", time.monotonic() - began)
        began = time.monotonic()
        with self.world.serving() as link:
            self._note("server", time.monotonic() - began)
            self._live("first", "desk-one", link)
            self._live("second", "desk-one", link)
            self._live("other", "desk-two", link)
            self._live("call", "desk-three", link, CALL_CENTRE_CODE)
        return self._proof()

    def tour(self) -> None:
        """Walk past every screen instead. Raises Failed."""
        self.world.seed(self.subscribers, CYCLES)
        with self.world.serving() as link:
            self._live("tour", "desk-one", link)
            self._live("tour-call", "desk-three", link, CALL_CENTRE_CODE)

    def _note(self, name: str, seconds: float, **facts: Any) -> None:
        self.steps.append({"name": name, "seconds": round(seconds, 3), **facts})
        print(f"{seconds:7.2f} s  {name}  {facts or ''}".rstrip(), flush=True)  # noqa: T201 - the walk's own voice

    def _left(self) -> float:
        """Return the seconds that are left. Raises Failed when there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise Failed(f"it was not done within {self._seconds:.0f} s")
        return left

    def _live(self, phase: str, profile: str, link: Link, centre: str = CARE_CENTRE_CODE) -> None:
        walk = ("--walk", phase, "--out", str(self.out))
        command = self.world.desk_command(profile, link.port, *walk, centre=centre)
        with (self.world.folder / f"{profile}.log").open("a") as log:
            desk = Desk(command, {**demo_environment(), "CCBS_WALK_RECEIPT": self.receipt}, log)
            watch = threading.Timer(self._left(), desk.process.kill)
            watch.start()
            try:
                killed = self._follow(desk, link)
            finally:
                watch.cancel()
                if desk.process.poll() is None:
                    desk.kill()
        if not killed and desk.end() != 0:
            self._left()
            raise Failed(f"the desk of phase {phase!r} ended with {desk.process.returncode}; see {profile}.log")

    def _follow(self, desk: Desk, link: Link) -> bool:
        """Hear the desk out and grant its wishes; return whether it was killed."""
        for told in desk.lines():
            match told:
                case {"wish": "cut"}:
                    self.cut_at = datetime.now(UTC)
                    link.cut()
                case {"wish": "restore"}:
                    link.mend()
                case {"wish": "call" | "answer" | "hang-up" as act, **facts}:
                    desk.done(at=self.world.telephone(act, **{name: str(fact) for name, fact in facts.items()}))
                    continue
                case {"wish": "approve"}:
                    self.world.approve_waiting()
                case {"wish": "kill", "receipt": str(receipt)}:
                    self.receipt = receipt
                    desk.kill()
                    return True
                case {"step": "loop", "gaps_ms": dict(gaps)}:
                    self.gaps.append(gaps)
                    continue
                case {"step": "ring", "ring_to_paint_ms": float(painted)}:
                    self.ring_to_paint_ms = painted
                    self._note("ring", painted / 1000, ring_to_paint_ms=painted)
                    continue
                case {"step": str(name), "seconds": float(seconds) | int(seconds), **facts}:
                    if name == "call-payment":
                        self.card_receipt = str(facts["receipt"])
                    self._note(name, float(seconds), **facts)
                    continue
            desk.done()
        return False

    def _proof(self) -> dict[str, Any]:
        began = time.monotonic()
        witness = [sys.executable, "-m", "server_stub.demo.probe", self.world.database, self.cut_at.isoformat()]
        probe = subprocess.run(
            [*witness, self.receipt, self.card_receipt],
            capture_output=True,
            text=True,
            check=True,
            timeout=self._left(),
        )
        offline, by_card = json.loads(probe.stdout)
        check = self.world.server_command("check").strip().splitlines()
        self._note("check", time.monotonic() - began)
        self._left()
        return {
            "steps": self.steps,
            "receipt": self.receipt,
            "card_receipt": self.card_receipt,
            "pbx": self.world.pbx,
            "ring_to_paint_ms": self.ring_to_paint_ms,
            "ledger_effects": offline,
            "card_effects": by_card,
            # Both are of the demo subscriber: two payments, and no third under another number.
            "flaws": [*flaws(offline, 2), *flaws(by_card, 2)],
            "check": check,
            "loop_gaps_ms": self.gaps,
        }


def run(out: Path, subscribers: int = SUBSCRIBERS, pbx: str = "simulator", joined: Path | None = None) -> int:
    """Walk and write the book; return the exit status. `joined` is the folder of a real exchange that is up."""
    journey = Journey(out, subscribers, pbx, joined)
    book: dict[str, Any] = {"steps": journey.steps}
    began = time.monotonic()
    try:
        book = journey.walk()
        book["ok"] = not book["flaws"]
    except (Failed, subprocess.SubprocessError) as failure:
        book |= {"ok": False, "failure": str(failure)}
    book["seconds"] = round(time.monotonic() - began, 1)
    (out / "journey.json").write_text(json.dumps(book, ensure_ascii=False, indent=2))
    verdict = "each payment is there exactly once" if book["ok"] else book.get("failure") or "; ".join(book["flaws"])
    print(f"{book['seconds']:7.1f} s  {verdict}; pictures and journey.json in {out}", flush=True)  # noqa: T201
    return 0 if book["ok"] else 1
