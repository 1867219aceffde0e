"""The journey's witness: it finds a payment that was taken once, and whatever is not as it must be."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from ccbs_desk.models.base import table_of
from ccbs_desk.models.money import Payment
from server_stub.demo.probe import effects, flaws, main
from tests.factories.desk import MORNING, Desk

NUMBER = "0001-A-000001"


@pytest.fixture
def paid(desk: Desk) -> Desk:
    """A desk that took 830.04 pounds, of which the drawer got 830."""
    desk.open_till()
    desk.do(desk.payment(83_004))
    return desk


def test_a_payment_that_was_taken_once_has_no_flaw(paid: Desk) -> None:
    seen = paid.read(effects, NUMBER, MORNING)
    assert (seen["receipts"], seen["payments"], seen["account_payments"], seen["balanced"]) == (1, 1, 1, True)
    assert (seen["amount_minor"], seen["collected_minor"]) == (83_004, 83_000)
    assert flaws(seen, 1) == []


def test_a_receipt_that_nobody_knows_is_all_flaw(paid: Desk) -> None:
    assert len(flaws(paid.read(effects, "0001-A-000009", MORNING), 1)) == 6


def test_the_same_money_under_another_number_is_found(paid: Desk) -> None:
    again = {
        "id": paid.new_id(),
        "area_id": 1,
        "account_id": paid.account_id,
        "method": "cash",
        "state": "confirmed",
        "amount_minor": 83_004,
        "currency": "SYP",
        "reference": "0001-A-000002",
        "occurred_at": paid.clock.now,
    }
    paid.write(lambda connection: connection.execute(insert(table_of(Payment)), again))
    assert flaws(paid.read(effects, NUMBER, MORNING), 1) == [
        f"receipt {NUMBER}: 2 payments of the account, not 1",
    ]
    assert flaws(paid.read(effects, NUMBER, paid.clock.now), 1) == [], "what was before the cut is another story"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda seen: seen.update(receipts=2), "2 receipts"),
        (lambda seen: seen.update(payments=0), "0 payments"),
        (lambda seen: seen.update(balanced=False), "legs that do not balance"),
        (lambda seen: seen.update(collected_minor=5), "[83000] taken, 5 on the paper"),
        (lambda seen: seen.update(amount_minor=5), "83004 settled, 5 paid"),
    ],
)
def test_each_flaw_is_told(paid: Desk, spoil: Callable[[dict[str, Any]], None], told: str) -> None:
    seen = paid.read(effects, NUMBER, MORNING)
    spoil(seen)
    assert flaws(seen, 1) == [f"receipt {NUMBER}: {told}"]


def test_it_reads_a_server_s_database_from_outside(
    country_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        sys, "argv", ["probe", f"sqlite:///{country_file}", MORNING.isoformat(), NUMBER, "0001-A-000002"]
    )
    main()
    told = json.loads(capsys.readouterr().out)
    assert [(one["number"], one["receipts"]) for one in told] == [(NUMBER, 0), ("0001-A-000002", 0)]
