"""Receipts to print: one with everything that may stand on it, and the ordinary one."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.receipts import Bilingual, Expected, Outlook, OutlookCode, PrintedReceipt, PrintedShare


def syp(minor: int) -> Money:
    """Return new pounds."""
    return Money(minor, SYP)


def share(bill: str, month: str, part: int, paid: int, left: int = 0) -> PrintedShare:
    """Return one month's share."""
    cycle = month if part == 1 else f"{month[:5]}{int(month[5:]) - 1:02}"
    return PrintedShare(
        bill_number=bill, cycle=cycle, month=month, part=part, amount=syp(paid), remaining_after=syp(left)
    )


RECEIPT = PrintedReceipt(
    number="0217-B-000148",
    occurred_at=datetime(2026, 11, 23, 21, 15, 30, tzinfo=UTC),
    policy_version=1,
    centre=Bilingual("مركز خدمة المشتركين في المزة", "Mezzeh customer-care centre"),
    till_code="0217",
    clerk=Bilingual("هدى الأتاسي", "Huda al-Atassi"),
    subscriber="شركة عبد الرحمن أبو شعر وأولاده للتجارة والنقل",
    account_number="11-0204773",
    phone="+963112214567",
    method="cash",
    amount=syp(1_256_375),
    collected=syp(1_256_400),
    rounding=syp(25),
    tendered=(syp(1_250_000), Money(1_000_000, SYO)),
    change=syp(3_600),
    shares=(
        share("11-2026-0048123", "2026-05", 1, 412_050),
        share("11-2026-0048123", "2026-06", 2, 398_725),
        share("11-2026-0067310", "2026-07", 1, 405_600),
        share("11-2026-0067310", "2026-08", 2, 40_000, 371_200),
    ),
    credit=syp(0),
    balance_after=syp(371_200),
    outlook=Outlook(
        stays_on=True,
        reason=OutlookCode.HALF_CYCLE,
        until=date(2026, 12, 20),
        expected=(
            Expected(
                cycle="2026-07",
                month="2026-08",
                bill_number="11-2026-0067310",
                amount=syp(371_200),
                due=date(2026, 12, 10),
            ),
            Expected(cycle="2026-09", month="2026-09"),
        ),
    ),
    incomplete_bills=("11-2026-0048123",),
)
"""Everything at once: a company, two bills, a half-paid cycle, two families of notes, rounding, an incomplete bill."""

PLAIN = replace(
    RECEIPT,
    number="0217-B-000149",
    subscriber="سلمى الخطيب",
    phone="+96343312345",
    account_number="43-0118202",
    amount=syp(82_500),
    collected=syp(82_500),
    rounding=syp(0),
    tendered=(syp(100_000),),
    change=syp(17_500),
    shares=(share("43-2026-0011871", "2026-09", 1, 40_500), share("43-2026-0011871", "2026-10", 2, 39_500)),
    credit=syp(2_500),
    balance_after=syp(-2_500),
    outlook=Outlook(stays_on=True, reason=OutlookCode.SETTLED),
    incomplete_bills=(),
)
"""The ordinary one: both months of one bill, a little credit, nothing left."""


def kept(receipt: PrintedReceipt) -> dict[str, Any]:
    """Return what the payment keeps of it."""
    form: dict[str, Any] = msgspec.to_builtins(receipt)
    return form
