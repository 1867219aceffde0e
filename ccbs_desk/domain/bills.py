"""Bills: the state they are in, and what the debt means for the line (domain.md, Bills, Dunning, and the five ways).

`outlook` is what the payment screen and the receipt say before anybody goes home: does the line stay on, until when,
and what is still expected. It is written along the ways in which subscribers got hurt: a month added later, half a
cycle paid, a small fine after payment, a reconnection that waits, and due dates that passed while nobody could pay.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ccbs_desk.domain.allocation import NO_CYCLE, OpenItem, block_state
from ccbs_desk.domain.money import Money, convert, zero
from ccbs_desk.domain.receipts import OutlookCode


class BadBill(ValueError):
    """Bill data that makes no sense. Codes: `bill.not_issuing`, `bill.bad_cycle`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code = code
        self.text = text


class BillState(StrEnum):
    """The states of TMF678, and void. `PARTIALLY_PAID` and `SETTLED` are never stored: they follow from the ledger."""

    NEW = "new"
    ON_HOLD = "onHold"
    VALIDATED = "validated"
    SENT = "sent"
    PARTIALLY_PAID = "partiallyPaid"
    SETTLED = "settled"
    VOID = "void"


class BarReason(StrEnum):
    """Why a line is cut. It opens only when no reason is left (domain.md, Dunning and bars)."""

    DEBT = "debt"
    THRESHOLD = "threshold"
    FRAUD = "fraud"
    COURT = "court"
    WISH = "wish"


def state_of(issuing: BillState, total: Money, remaining: Money) -> BillState:
    """Return the state of a bill: `issuing` is how far its issue has come, as stored; the rest follows from the money.

    `total` is what the bill asks for after its corrections, `remaining` what the ledger leaves of it. Until it is sent
    a bill can't be paid. Raises BadBill for an issuing state that only the ledger can tell.
    """
    if issuing in (BillState.PARTIALLY_PAID, BillState.SETTLED):
        raise BadBill("bill.not_issuing", issuing)
    if issuing != BillState.SENT:
        return issuing
    if remaining <= zero(total.currency):
        return BillState.SETTLED
    return BillState.PARTIALLY_PAID if remaining < total else BillState.SENT


def month_of(cycle: str, part: int) -> str:
    """Return the month that a part of a cycle covers: part 2 of "2026-12" is "2027-01"."""
    if part < 1 or not re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])", cycle):
        raise BadBill("bill.bad_cycle", f"{cycle} part {part}")
    years, months = divmod(int(cycle[5:]) - 1 + part - 1, 12)
    return f"{int(cycle[:4]) + years:04}-{months + 1:02}"


@dataclass(frozen=True, slots=True)
class DunningPolicy:
    """The rules of the ladder that the outlook needs, all policy values.

    A bill may be paid for `days_to_pay` after its issue and `grace` days more; the first bar comes the day after.
    Debt below `small_debt_floor` cuts nothing. `months_in_cycle` is how many parts a cycle has in the end.
    """

    small_debt_floor: Money
    days_to_pay: int = 30
    grace: int = 10
    months_in_cycle: int = 2


@dataclass(frozen=True, slots=True)
class ExpectedPart:
    """Something still to be paid. `item` is the open part of an issued bill; None for a month not billed yet."""

    cycle: str
    part: int
    item: OpenItem | None = None

    @property
    def month(self) -> str:
        """The month that it covers, as "2026-06"; empty for an opening balance."""
        return month_of(self.cycle, self.part) if self.cycle != NO_CYCLE else ""


@dataclass(frozen=True, slots=True)
class LineOutlook:
    """Whether the line stays on, and why: `reason` is one of `receipts.OutlookCode`.

    `until` is the first day on which it could be barred for what is open now, None when there is no such day.
    `expected` lists what is open, oldest first, disputed parts too, and then the months not billed yet.
    """

    stays_on: bool
    reason: str
    until: date | None
    expected: tuple[ExpectedPart, ...]


def _age(item: OpenItem) -> tuple[bool, date, str, int, int, int]:
    return item.cycle != NO_CYCLE, item.due, item.cycle, item.part, item.bill_id.int, item.part_id.int


def outlook(
    items: Iterable[OpenItem],
    as_of: date,
    policy: DunningPolicy,
    *,
    bars: Collection[str] = (),
    hold_until: date | None = None,
) -> LineOutlook:
    """Return what an account's bills mean for its line on a day, with what a payment has left of them.

    `items` are the parts of all sent bills, the settled ones of unfinished cycles included: without them half a cycle
    would look like a whole one. `bars` are the open reasons (`BarReason`) for which the line is cut now. `hold_until`
    is the last day of a collection hold in the region; it moves the due dates before it.
    """
    parts = sorted(items, key=_age)
    owing = [item for item in parts if item.remaining.minor > 0]
    pressing = [item for item in owing if not item.disputed]
    expected = (*(ExpectedPart(item.cycle, item.part, item) for item in owing), *_not_billed(parts, policy))
    until = _first_bar(pressing, policy, hold_until)
    overdue = until is not None and until <= as_of
    if set(bars) - {BarReason.DEBT}:
        return LineOutlook(False, OutlookCode.OTHER_BAR, None, expected)
    if bars and overdue:
        return LineOutlook(False, OutlookCode.DEBT, None, expected)
    if bars:
        return LineOutlook(True, OutlookCode.RECONNECTING, until, expected)
    if until is None:
        return LineOutlook(True, _why_safe(owing, pressing), None, expected)
    held = until != _first_bar(pressing, policy, None)
    return LineOutlook(not overdue, _why_until(parts, pressing, held), until, expected)


def _first_bar(pressing: Sequence[OpenItem], policy: DunningPolicy, hold_until: date | None) -> date | None:
    """Return the first day on which what is overdue by then reaches the small-debt floor, or None.

    A part added or corrected later has its full time from its own issue, whatever due date it came with.
    """
    days: dict[date, Money] = {}
    for item in pressing:
        due = max(item.due, item.issued + timedelta(days=policy.days_to_pay), hold_until or item.due)
        day = due + timedelta(days=policy.grace + 1)
        days[day] = days.get(day, zero(item.remaining.currency)) + item.remaining
    debt = None
    for day in sorted(days):
        debt = days[day] if debt is None else debt + days[day]
        if debt >= convert(policy.small_debt_floor, debt.currency)[0]:
            return day
    return None


def _why_safe(owing: Sequence[OpenItem], pressing: Sequence[OpenItem]) -> str:
    if not owing:
        return OutlookCode.SETTLED
    return OutlookCode.BELOW_FLOOR if pressing else OutlookCode.DISPUTED


def _why_until(parts: Sequence[OpenItem], pressing: Sequence[OpenItem], held: bool) -> str:
    for cycle in {item.cycle for item in pressing}:
        if block_state([item for item in parts if item.cycle == cycle]).half_paid:
            return OutlookCode.HALF_CYCLE
    return OutlookCode.HOLD if held else OutlookCode.DUE


def _not_billed(parts: Sequence[OpenItem], policy: DunningPolicy) -> Iterable[ExpectedPart]:
    """Yield the months of the latest cycle that are still to be billed: they come after the last part that is there."""
    cycle = max((item.cycle for item in parts), default=NO_CYCLE)
    if cycle != NO_CYCLE:
        last = max(item.part for item in parts if item.cycle == cycle)
        for part in range(last + 1, policy.months_in_cycle + 1):
            yield ExpectedPart(cycle, part)
