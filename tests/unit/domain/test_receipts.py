"""A receipt's figures add up or it is not one; its JSON gives it back unchanged."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from ccbs_desk.domain.money import SYO, SYP, BadMoney, Money
from ccbs_desk.domain.receipts import (
    BadReceipt,
    Bilingual,
    Expected,
    Outlook,
    OutlookCode,
    PrintedReceipt,
    PrintedShare,
    shared,
)
from ccbs_desk.wire.codec import encode


def syp(minor: int) -> Money:
    return Money(minor, SYP)


RECEIPT = PrintedReceipt(
    number="0217-B-000001",
    occurred_at=datetime(2026, 11, 23, 9, 15, 30, tzinfo=UTC),
    policy_version=1,
    centre=Bilingual("مركز المزة", "Mezzeh centre"),
    till_code="0217",
    clerk=Bilingual("هدى", "Huda"),
    subscriber="أبو عبد الله",
    account_number="11-204-77-3",
    phone="+963112214567",
    method="cash",
    amount=syp(102_550),
    collected=syp(102_600),
    rounding=syp(50),
    tendered=(syp(100_000), Money(500_000, SYO)),
    change=syp(2_400),
    shares=(
        PrintedShare(
            bill_number="D1-2026-000101",
            cycle="2026-07",
            month="2026-07",
            part=1,
            amount=syp(100_000),
            remaining_after=syp(0),
        ),
    ),
    credit=syp(2_550),
    balance_after=syp(-2_550),
    outlook=Outlook(
        stays_on=True,
        reason=OutlookCode.HALF_CYCLE,
        until=date(2026, 12, 20),
        expected=(Expected(cycle="2026-07", month="2026-08"),),
    ),
    incomplete_bills=("D1-2026-000101",),
)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"credit": syp(0)}, "receipt.shares_do_not_add_up"),
        ({"shares": ()}, "receipt.shares_do_not_add_up"),
        ({"credit": syp(-1), "amount": syp(99_999)}, "receipt.negative_credit"),
        ({"rounding": syp(-50)}, "receipt.rounding_does_not_add_up"),
        ({"occurred_at": datetime(2026, 11, 23, 9, 15)}, "receipt.no_time_zone"),  # noqa: DTZ001
    ],
)
def test_figures_that_do_not_add_up_make_no_receipt(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(BadReceipt) as caught:
        replace(RECEIPT, **changes)
    assert caught.value.code == code


def test_shares_add_up_in_one_currency_only() -> None:
    assert shared(RECEIPT.shares * 3, SYP) == syp(300_000)
    assert shared((), SYO) == Money(0, SYO)
    with pytest.raises(BadMoney):
        shared(RECEIPT.shares, SYO)


def test_the_kept_json_gives_the_receipt_back() -> None:
    kept = msgspec.to_builtins(RECEIPT)
    assert msgspec.convert(kept, PrintedReceipt) == RECEIPT
    assert msgspec.convert(msgspec.json.decode(encode(RECEIPT)), PrintedReceipt) == RECEIPT


def test_what_a_later_version_adds_does_not_stop_a_copy() -> None:
    kept = msgspec.to_builtins(RECEIPT) | {"added_in_2031": 1}
    assert msgspec.convert(kept, PrintedReceipt) == RECEIPT
