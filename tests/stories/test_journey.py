"""The journey through the whole product, as `dev.py run --headless` walks it: real server, real desks, real SIGKILL."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PICTURES = {
    "signin-ar.png",
    "signin-en.png",
    "welcome-ar.png",
    "search-ar.png",
    "card-ar.png",
    "card-en.png",
    "directory-ar.png",
    "directory-en.png",
    "payment-ar.png",
    "payment-en.png",
    "receipt-ar.png",
    "receipt-en.png",
    "till-open-ar.png",
    "till-session-ar.png",
    "till-count-ar.png",
    "outbox-waiting-ar.png",
    "outbox-empty-ar.png",
    "palette-ar.png",
    "receipt-copy-ar.png",
    "other-desk-card-ar.png",
    "agent-state-ar.png",
    "agent-ready-en.png",
    "pop-ar.png",
    "pop-en.png",
    "call-card-ar.png",
    "features-removed-ar.png",
    "payment-by-card-ar.png",
    "payment-by-card-en.png",
    "receipt-by-card-ar.png",
    "features-done-ar.png",
    "features-done-en.png",
    "complaint-new-ar.png",
    "complaint-en.png",
    "wrapup-ar.png",
    "wrapup-en.png",
    "pop-unknown-ar.png",
    "caller-en.png",
}

RING_TWICE_MS = 5_000
"""A telephone rings for a second and is silent for four: by then it rings again."""


def walked(out: Path, *options: str) -> dict[str, Any]:
    """Walk the journey; return its book."""
    done = subprocess.run(
        [sys.executable, "-m", "server_stub.demo", "journey", "--out", str(out), "--subscribers", "400", *options],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )
    logs = "\n".join(log.read_text()[-3000:] for log in (out / "state").glob("*.log"))
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{logs}"
    book: dict[str, Any] = json.loads((out / "journey.json").read_text())
    assert 0 < book["ring_to_paint_ms"] < RING_TWICE_MS
    assert {picture.name for picture in out.glob("*.png")} >= PICTURES
    # Also the life that is killed after the receipt has told how deaf its loop was.
    assert [life["life"] for life in book["loop_gaps_ms"]] == ["first", "second", "other", "call"]
    assert all(life["ticks"] > 100 for life in book["loop_gaps_ms"])
    return book


def test_a_payment_taken_offline_comes_home_once_and_another_desk_sees_it(tmp_path: Path) -> None:
    out = tmp_path / "journey"
    book = walked(out)
    names = [step["name"] for step in book["steps"]]
    assert names.index("link-lost") < names.index("receipt") < names.index("sign-in-offline") < names.index("home")
    assert names.index("home") < names.index("other-desk") < names.index("check")
    in_call = [
        "agent-ready",
        "ring",
        "call-feature",
        "call-feature-removed",
        "call-payment",
        "call-wrapped",
        "call-second",
    ]
    assert [name for name in names if name in in_call] == in_call
    assert book["pbx"] == "simulator"
    assert book["ok"]
    assert book["flaws"] == []
    assert 0 < sum(step["seconds"] for step in book["steps"]) <= book["seconds"] < 180
    effects, by_card = book["ledger_effects"], book["card_effects"]
    for seen in (effects, by_card):
        assert (seen["receipts"], seen["payments"], seen["balanced"]) == (1, 1, True)
    assert [leg["minor"] for leg in effects["legs"] if leg["ledger_account"] == "cash.till"] == [
        effects["collected_minor"]
    ]
    assert [leg["minor"] for leg in by_card["legs"] if leg["ledger_account"] == "clearing.card"] == [150_000]
    assert book["receipt"].startswith("0001-")
    assert book["check"]
    paper = out / "state" / "desk-one" / "paper"
    assert (paper / f"{book['receipt']}.pdf").read_bytes().startswith(b"%PDF")
    assert (paper / f"{book['receipt']}-copy1.bin").exists()


def test_the_same_journey_is_walked_with_a_caller_at_a_real_exchange(joined: Path, tmp_path: Path) -> None:
    book = walked(tmp_path / "journey", "--pbx", "asterisk", "--exchange", str(joined))
    assert book["pbx"] == "asterisk"
    names = [step["name"] for step in book["steps"]]
    assert names.index("agent-ready") < names.index("ring") < names.index("call-wrapped") < names.index("call-second")
    assert (book["ledger_effects"]["payments"], book["ledger_effects"]["balanced"]) == (1, True)
    assert not (tmp_path / "journey" / "state" / "exchange.log").read_text()
