"""Counters, server and database are killed at random for a while: no receipt is without its effect, or with two."""

import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ccbs_desk.domain.ledger import CASH_TILL
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import LedgerRow, Receipt
from tests.stories.centre import ROOT
from tests.stories.chaos import Chaos, make_chaos

SECONDS, LONG_SECONDS = 60.0, 600.0


def test_power_cuts_for_a_minute(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = rage_and_heal(tmp_path, "a minute", SECONDS)
    with capsys.disabled():
        print(f"\n{told}")


@pytest.mark.long
def test_power_cuts_for_ten_minutes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = rage_and_heal(tmp_path, "ten minutes", LONG_SECONDS)
    with capsys.disabled():
        print(f"\n{told}")


def rage_and_heal(folder: Path, chance: str, seconds: float) -> str:
    """Do harm for so long, heal, and check; return what was done."""
    with ExitStack() as stack:
        chaos = make_chaos(stack, folder, chance)
        chaos.rage(seconds)
        began = time.monotonic()
        chaos.heal()
        healed = time.monotonic() - began
        assert_whole(chaos)
        receipts = sum(len(desk.receipts) for desk in chaos.desks)
        harm = ", ".join(f"{name} {times}" for name, times in sorted(chaos.done.items()))
        return f"chaos for {seconds:.0f} s: {harm}; {receipts} receipts, all with one effect; home in {healed:.0f} s"


def assert_whole(chaos: Chaos) -> None:
    """Fail unless every receipt has its one effect, all replicas are the server's, and the server keeps its word."""
    for desk in chaos.desks:
        assert desk.told[-2:] == ["agrees", "home"], (desk.number, desk.told[-5:])
        assert not [line for line in desk.told if line.startswith("mended")]
    cash = (
        select(LedgerRow.command_id, func.sum(LedgerRow.amount_minor))
        .where(LedgerRow.ledger_account == CASH_TILL)
        .group_by(LedgerRow.command_id)
    )
    with reading(chaos.engine) as connection:
        sums = {act: int(total) for act, total in connection.execute(cash)}
        numbers = connection.execute(select(Receipt.command_id, Receipt.number)).all()
    by_act = dict(numbers)
    assert len(by_act) == len(numbers)
    printed = [receipt for desk in chaos.desks for receipt in desk.receipts]
    assert len(printed) > len(chaos.desks)
    assert {act: (number, minor) for act, number, minor in printed} == {
        act: (by_act.get(act), sums.get(act)) for act, _, _ in printed
    }
    assert len({number for _, number, _ in printed}) == len(printed)
    check = [sys.executable, "-m", "server_stub", "check", "--strict", "--database", chaos.database.url("chaos")]
    done = subprocess.run(check, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
