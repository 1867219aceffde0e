"""The receipt as a list of blocks, top to bottom, in the current language: every word and figure, no geometry, no Qt.

`receipts.py` draws the blocks; tests read them. Which sentence stands where is decided here alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from ccbs_desk.config.language import (
    current_language,
    format_amount,
    format_code,
    format_date,
    format_money,
    format_month,
    format_time,
    isolate,
)
from ccbs_desk.domain.numbers import BadNumber, parse_number
from ccbs_desk.domain.receipts import Bilingual, Expected, Outlook, OutlookCode, PrintedShare
from ccbs_desk.printing import text
from ccbs_desk.printing.receipt_model import PaidBill, ReceiptPaper


class Size(Enum):
    """How large words are; what that is in dots, the drawing knows."""

    SMALL = "small"
    BODY = "body"
    LARGE = "large"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Words:
    """A line or paragraph."""

    text: str
    size: Size = Size.BODY
    bold: bool = False
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A label at the start of the line and its value at the end."""

    label: str
    value: str
    size: Size = Size.BODY
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One row of the table of months: a name at the start, two figures in columns."""

    name: str
    first: str
    second: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper; a light one is dotted."""

    light: bool = False


@dataclass(frozen=True, slots=True)
class Banner:
    """White words on black: what must not be overlooked."""

    text: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Blocks inside a frame."""

    blocks: "tuple[Words | Pair | Rule, ...]"


@dataclass(frozen=True, slots=True)
class Head:
    """The operator's mark, beside the names of operator and centre."""

    operator: str
    centre: str


@dataclass(frozen=True, slots=True)
class Bars:
    """The barcode of a text."""

    text: str


Block = Words | Pair | Grid | Rule | Banner | Frame | Head | Bars


def content(paper: ReceiptPaper) -> tuple[Block, ...]:
    """Return the blocks of the sheet in the current language."""
    return (
        *_head(paper),
        *_who(paper),
        *_bills(paper),
        *_money(paper),
        Frame(tuple(_outlook(paper))),
        *_foot(paper),
    )


def _head(paper: ReceiptPaper) -> Iterator[Block]:
    facts = paper.facts
    yield Head(str(text.OPERATOR), _name(facts.centre))
    if paper.is_copy:
        yield Banner(str(text.copy_number(paper.copy_number)))
    yield Rule()
    yield Words(str(text.TITLE), centred=True)
    yield Words(format_code(facts.number), Size.FIGURE, bold=True, centred=True)
    yield Pair(str(text.DATE), f"{format_date(facts.occurred_at)}  {format_time(facts.occurred_at)}")
    yield Pair(str(text.TILL), format_code(facts.till_code))
    yield Pair(str(text.CLERK), _name(facts.clerk))


def _who(paper: ReceiptPaper) -> Iterator[Block]:
    facts = paper.facts
    yield Rule()
    yield Words(isolate(facts.subscriber), Size.LARGE, bold=True)
    if facts.phone:
        yield Pair(str(text.PHONE), _phone(facts.phone), bold=True)
    yield Pair(str(text.ACCOUNT), format_code(facts.account_number))


def _bills(paper: ReceiptPaper) -> Iterator[Block]:
    yield Rule()
    if paper.bills:
        yield Grid(str(text.MONTH), str(text.PAID), str(text.REMAINING), heading=True)
    for bill in paper.bills:
        yield from _bill(bill)
    if paper.facts.credit.minor:
        if paper.bills:
            yield Rule(light=True)
        yield Pair(str(text.CREDIT), format_amount(paper.facts.credit), bold=True)


def _bill(bill: PaidBill) -> Iterator[Block]:
    yield Rule(light=True)
    if not bill.number:
        yield from (_share(share) for share in bill.months)
        return
    name = str(text.bill(format_code(bill.number)))
    if bill.paid_in_full:
        yield Pair(name, str(text.PAID_IN_FULL), Size.SMALL)
    else:
        yield Words(name, Size.SMALL)
    yield from (_share(share) for share in bill.months)


def _share(share: PrintedShare) -> Grid:
    return Grid(_month(share.month), format_amount(share.amount), format_amount(share.remaining_after))


def _money(paper: ReceiptPaper) -> Iterator[Block]:
    facts = paper.facts
    yield Rule()
    if facts.rounding.minor:
        yield Pair(str(text.AMOUNT), format_amount(facts.amount))
        yield Pair(str(text.ROUNDING), format_amount(facts.rounding))
    yield Pair(str(text.COLLECTED), format_money(facts.collected), Size.FIGURE, bold=True)
    method = text.METHODS.get(facts.method)
    yield Pair(str(text.METHOD), str(method) if method else isolate(facts.method))
    if facts.card is not None:
        yield Pair(str(text.CARD), format_code(facts.card.masked))
        yield Pair(str(text.APPROVAL), format_code(facts.card.approval))
        yield Pair(str(text.REFERENCE), format_code(facts.card.reference))
    for place, tendered in enumerate(facts.tendered):
        yield Pair("" if place else str(text.TENDERED), format_money(tendered))
    if facts.change.minor:
        yield Pair(str(text.CHANGE), format_money(facts.change), bold=True)
    yield Rule()
    in_favour = facts.balance_after.minor < 0
    yield Pair(
        str(text.CREDIT_AFTER if in_favour else text.OWED_AFTER), format_money(abs(facts.balance_after)), bold=True
    )


def _outlook(paper: ReceiptPaper) -> Iterator[Words | Pair | Rule]:
    outlook, incomplete = paper.facts.outlook, paper.facts.incomplete_bills
    yield Words(_headline(outlook), Size.LARGE, bold=True)
    if outlook.until and outlook.stays_on:
        yield Words(str(text.not_before(outlook.until)), bold=True)
    # A code of a later version has no sentence here; the headline and the list still say what matters.
    reason = text.OUTLOOK.get(outlook.reason)
    # While a bill may still grow, nobody is told that all is paid.
    if reason and not (incomplete and outlook.reason == OutlookCode.SETTLED):
        yield Words(str(reason))
    yield from (Words(str(text.incomplete(format_code(number)))) for number in incomplete)
    if outlook.expected:
        yield Rule(light=True)
        yield Words(str(text.STILL_EXPECTED), bold=True)
    for item in outlook.expected:
        yield from _expected(item)


def _headline(outlook: Outlook) -> str:
    if outlook.reason == OutlookCode.RECONNECTING:
        return str(text.WILL_RECONNECT)
    if outlook.stays_on:
        return str(text.STAYS_ON)
    barred = outlook.reason in (OutlookCode.DEBT, OutlookCode.OTHER_BAR)
    return str(text.STAYS_BARRED if barred else text.MAY_BE_BARRED)


def _expected(item: Expected) -> Iterator[Pair]:
    value = format_money(item.amount) if item.amount else str(text.NOT_BILLED)
    yield Pair(_month(item.month), value)
    if item.bill_number or item.due:
        number = str(text.bill(format_code(item.bill_number))) if item.bill_number else ""
        yield Pair(number, str(text.due(item.due)) if item.due else "", Size.SMALL)


def _foot(paper: ReceiptPaper) -> Iterator[Block]:
    yield Words(str(text.COUNTS_FROM), Size.SMALL, centred=True)
    yield Bars(paper.facts.number)


def _name(names: Bilingual) -> str:
    return isolate(names.ar if current_language() == "ar" else names.en)


def _phone(e164: str) -> str:
    try:
        return format_code(parse_number(e164, None).international)
    except BadNumber:
        return format_code(e164)


def _month(month: str) -> str:
    """Return the month; what is older than every bill has none."""
    if not month:
        return str(text.OPENING)
    return format_month(date.fromisoformat(f"{month}-01"))
