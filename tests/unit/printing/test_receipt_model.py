"""What may be said of each bill, before it is put into words."""

from dataclasses import replace

import pytest

from ccbs_desk.domain.receipts import PrintedReceipt
from ccbs_desk.printing.receipt_model import paper_from
from tests.unit.printing.sample import PLAIN, RECEIPT, kept, share, syp


def full(receipt: PrintedReceipt) -> dict[str, bool]:
    """Return of which bills the paper says that they are paid in full."""
    return {bill.number: bill.paid_in_full for bill in paper_from(kept(receipt), 0).bills}


def test_the_facts_are_those_that_were_kept() -> None:
    assert paper_from(kept(RECEIPT), 0).facts == RECEIPT


def test_months_stand_under_their_bill_in_order() -> None:
    mixed = replace(RECEIPT, shares=tuple(reversed(RECEIPT.shares)))
    bills = paper_from(kept(mixed), 0).bills
    assert [bill.number for bill in bills] == ["11-2026-0067310", "11-2026-0048123"]
    assert [[month.month for month in bill.months] for bill in bills] == [
        ["2026-07", "2026-08"],
        ["2026-05", "2026-06"],
    ]


def test_paid_in_full_only_when_nothing_is_left_and_the_bill_is_complete() -> None:
    assert full(PLAIN) == {"43-2026-0011871": True}
    assert full(RECEIPT) == {"11-2026-0048123": False, "11-2026-0067310": False}
    assert full(replace(RECEIPT, incomplete_bills=()))["11-2026-0048123"]


def test_a_month_that_this_payment_did_not_touch_keeps_a_bill_open() -> None:
    one_month = replace(
        RECEIPT,
        shares=(share("11-2026-0067310", "2026-07", 1, 405_600),),
        amount=syp(405_600),
        collected=syp(405_600),
        rounding=syp(0),
    )
    assert full(one_month) == {"11-2026-0067310": False}


def test_the_drawer_opens_for_cash_and_never_for_a_copy() -> None:
    assert paper_from(kept(PLAIN), 0).opens_drawer
    assert not paper_from(kept(PLAIN), 1).opens_drawer
    assert not paper_from(kept(replace(PLAIN, method="cheque")), 0).opens_drawer


def test_copies_are_counted_from_one() -> None:
    assert not paper_from(kept(PLAIN), 0).is_copy
    assert paper_from(kept(PLAIN), 1).is_copy
    with pytest.raises(ValueError, match="no copy"):
        paper_from(kept(PLAIN), -1)
