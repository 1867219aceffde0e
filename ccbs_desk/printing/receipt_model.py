"""What the paper of a receipt shows, without a word of any language and without Qt.

`paper_from` takes the JSON that the payment kept (`Receipt.printed`) and groups it as people read it: the months of a
bill under its number, and what may be said of that bill. "Paid in full" is said only of a bill that is known to be
complete and of which nothing is left (domain.md, Bills 5).
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from ccbs_desk.domain.receipts import PrintedReceipt, PrintedShare


@dataclass(frozen=True, slots=True)
class PaidBill:
    """One bill that the payment reached, with its months in order."""

    number: str
    months: tuple[PrintedShare, ...]
    incomplete: bool
    paid_in_full: bool


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """One sheet: the facts of the payment, and which copy this is (0 is the first print, 1 the first copy)."""

    facts: PrintedReceipt
    copy_number: int
    bills: tuple[PaidBill, ...]

    @property
    def is_copy(self) -> bool:
        """Whether the paper has to say that it is a copy."""
        return self.copy_number > 0

    @property
    def opens_drawer(self) -> bool:
        """Whether the printer opens the drawer: for cash, and never for a copy."""
        return self.facts.method == "cash" and not self.is_copy


def paper_from(printed: dict[str, Any], copy_number: int) -> ReceiptPaper:
    """Return the sheet for a kept receipt. Fields that a later version added are left out."""
    return paper_of(msgspec.convert(printed, PrintedReceipt), copy_number)


def paper_of(facts: PrintedReceipt, copy_number: int) -> ReceiptPaper:
    """Return the sheet for a receipt that was read already."""
    if copy_number < 0:
        raise ValueError(f"no copy {copy_number}")
    return ReceiptPaper(facts, copy_number, _bills(facts))


def _bills(facts: PrintedReceipt) -> tuple[PaidBill, ...]:
    """Group the shares by bill, in the order in which the money reached them."""
    months: dict[str, list[PrintedShare]] = {}
    for share in facts.shares:
        months.setdefault(share.bill_number, []).append(share)
    still_open = {item.bill_number for item in facts.outlook.expected}
    return tuple(
        PaidBill(
            number=number,
            months=tuple(sorted(shares, key=lambda share: (share.cycle, share.part))),
            incomplete=number in facts.incomplete_bills,
            paid_in_full=number not in still_open
            and number not in facts.incomplete_bills
            and all(share.remaining_after.minor <= 0 for share in shares),
        )
        for number, shares in months.items()
    )
