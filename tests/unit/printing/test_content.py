"""Each sentence of the receipt where it belongs, and none where it does not."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from ccbs_desk.config.language import Language, speaking, strip_isolates
from ccbs_desk.domain.money import SYO, Money
from ccbs_desk.domain.receipts import Expected, Outlook, OutlookCode, PrintedReceipt
from ccbs_desk.printing import text
from ccbs_desk.printing.content import Banner, Bars, Block, Frame, Grid, Head, Pair, Words, content
from ccbs_desk.printing.receipt_model import paper_from
from tests.unit.printing.sample import PLAIN, RECEIPT, kept, syp

CODES = [value for name, value in vars(OutlookCode).items() if name.isupper()]


def lines(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield what stands on the paper, line by line."""
    for block in blocks:
        match block:
            case Words() | Banner():
                yield block.text
            case Pair():
                yield f"{block.label} | {block.value}"
            case Grid():
                yield f"{block.name} | {block.first} | {block.second}"
            case Head():
                yield f"{block.operator} | {block.centre}"
            case Frame():
                yield from lines(block.blocks)
            case Bars():
                yield f"bars {block.text}"


def read(receipt: PrintedReceipt, language: Language = "en", copy: int = 0) -> list[str]:
    """Return the lines of a receipt without invisible marks."""
    with speaking(language):
        shown = list(lines(content(paper_from(kept(receipt), copy))))
    return [strip_isolates(line).replace("\u00a0", " ") for line in shown]


def outlook(code: str, *, stays_on: bool = True, until: date | None = None) -> PrintedReceipt:
    """Return the ordinary receipt with another outlook."""
    return replace(PLAIN, outlook=Outlook(stays_on=stays_on, reason=code, until=until))


def test_an_ordinary_receipt() -> None:
    assert read(PLAIN) == [
        "Fixed-line telephone | Mezzeh customer-care centre",
        "Payment receipt",
        "0217-B-000149",
        "Date | 24/11/2026  00:15",
        "Till | 0217",
        "Clerk | Huda al-Atassi",
        "سلمى الخطيب",
        "Telephone | +963 43 312345",
        "Account | 43-0118202",
        "Month | Paid | Remaining",
        "Bill 43-2026-0011871 | Paid in full",
        "September 2026 | 405.00 | 0.00",
        "October 2026 | 395.00 | 0.00",
        "Kept on the account | 25.00",
        "Received | 825.00 SYP",
        "Method | Cash",
        "Handed over | 1,000.00 SYP",
        "Change | 175.00 SYP",
        "In the subscriber's favour | 25.00 SYP",
        "The line stays on",
        "All bills issued so far are paid. A fine or charge that appears later goes on the next bill.",
        "The payment counts from the moment on this receipt. Please keep it.",
        "bars 0217-B-000149",
    ]


def test_the_same_in_arabic() -> None:
    shown = read(PLAIN, "ar")
    assert shown[:4] == [
        "الهاتف الثابت | مركز خدمة المشتركين في المزة",
        "إيصال دفع",
        "0217-B-000149",
        "التاريخ | ٢٤/١١/٢٠٢٦  ٠٠:١٥",
    ]
    assert "تشرين الأول ٢٠٢٦ | ٣٩٥٫٠٠ | ٠٫٠٠" in shown
    assert "المقبوض | ٨٢٥٫٠٠ ل.س" in shown


def test_no_word_is_left_untranslated() -> None:
    everything = replace(RECEIPT, method="electronic", credit=syp(100), amount=syp(1_256_475), rounding=syp(-75))
    for code in CODES:
        for stays_on in (True, False):
            changed = replace(everything, outlook=replace(everything.outlook, reason=code, stays_on=stays_on))
            shown = "\n".join(read(replace(changed, incomplete_bills=()), "ar", 3)[:-1]).replace("0217-B-000148", "")
            assert not [letter for letter in shown if "a" <= letter.lower() <= "z"]


def test_a_half_paid_cycle_says_so_and_what_is_still_expected() -> None:
    shown = read(RECEIPT)
    start = shown.index("The line stays on")
    assert shown[start : start + 9] == [
        "The line stays on",
        "It is not barred before 20/12/2026",
        str(text.OUTLOOK[OutlookCode.HALF_CYCLE]),
        "Bill 11-2026-0048123 is not complete yet; more may be added to it.",
        "Still to be paid",
        "August 2026 | 3,712.00 SYP",
        "Bill 11-2026-0067310 | due 10/12/2026",
        "September 2026 | not billed yet",
        "The payment counts from the moment on this receipt. Please keep it.",
    ]
    assert "Still owed on the account | 3,712.00 SYP" in shown


def test_a_bill_that_may_grow_is_never_called_paid() -> None:
    shown = "\n".join(read(replace(PLAIN, incomplete_bills=("43-2026-0011871",))))
    assert "is not complete yet" in shown
    assert "Paid in full" not in shown
    assert "are paid" not in shown


def test_rounding_shows_only_when_there_is_some() -> None:
    assert "Rounding to the smallest note | 0.25" in read(RECEIPT)
    assert "Amount | 12,563.75" in read(RECEIPT)
    assert not [line for line in read(PLAIN) if line.startswith(("Rounding", "Amount"))]


def test_each_family_of_notes_has_its_line() -> None:
    shown = read(RECEIPT)
    first = shown.index("Handed over | 12,500.00 SYP")
    assert shown[first + 1] == " | 10,000.00 SYP old"
    assert shown[first + 2] == "Change | 36.00 SYP"


def test_only_a_copy_says_which_copy_it_is() -> None:
    assert "Copy 2" in read(RECEIPT, copy=2)
    assert not [line for line in read(RECEIPT) if line.startswith("Copy")]


@pytest.mark.parametrize(
    ("code", "stays_on", "headline"),
    [
        (OutlookCode.SETTLED, True, "The line stays on"),
        (OutlookCode.BELOW_FLOOR, True, "The line stays on"),
        (OutlookCode.RECONNECTING, False, "The line is being reconnected"),
        (OutlookCode.DEBT, False, "The line stays barred"),
        (OutlookCode.OTHER_BAR, False, "The line stays barred"),
        (OutlookCode.DUE, False, "The line may be barred"),
    ],
)
def test_the_headline_follows_the_outlook(code: str, stays_on: bool, headline: str) -> None:
    shown = read(outlook(code, stays_on=stays_on))
    assert headline in shown
    assert str(text.OUTLOOK[code]) in shown


def test_a_code_of_a_later_version_keeps_the_headline() -> None:
    shown = read(outlook("outlook.added_in_2031", until=date(2026, 12, 20)))
    at = shown.index("The line stays on")
    assert shown[at + 1 : at + 3] == ["It is not barred before 20/12/2026", str(text.COUNTS_FROM)]


def test_no_safe_day_is_named_for_a_line_that_is_barred() -> None:
    shown = read(outlook(OutlookCode.DEBT, stays_on=False, until=date(2026, 12, 20)))
    assert not [line for line in shown if "not barred before" in line]


def test_what_is_expected_may_lack_number_or_day() -> None:
    expected = (
        Expected(cycle="2026-09", month="2026-09", bill_number="11-1", amount=Money(100, SYO)),
        Expected(cycle="2026-09", month="2026-10", due=date(2026, 12, 1)),
    )
    shown = read(replace(PLAIN, outlook=Outlook(stays_on=True, reason=OutlookCode.DUE, expected=expected)))
    at = shown.index("Still to be paid")
    assert shown[at + 1 : at + 5] == [
        "September 2026 | 1.00 SYP old",
        "Bill 11-1 | ",
        "October 2026 | not billed yet",
        " | due 01/12/2026",
    ]


def test_a_payment_ahead_of_any_bill_has_no_table() -> None:
    ahead = replace(PLAIN, shares=(), credit=syp(82_500), balance_after=syp(-82_500), tendered=(), change=syp(0))
    shown = read(ahead)
    assert "Kept on the account | 825.00" in shown
    assert not [line for line in shown if line.startswith(("Month", "Bill", "Handed over", "Change"))]


def test_numbers_that_are_no_telephone_numbers_are_shown_as_kept() -> None:
    assert "Telephone | +96311" in read(replace(PLAIN, phone="+96311"))
    assert not [line for line in read(replace(PLAIN, phone="")) if line.startswith("Telephone")]


def test_an_unknown_method_is_shown_by_its_code() -> None:
    assert "Method | voucher" in read(replace(PLAIN, method="voucher"))
