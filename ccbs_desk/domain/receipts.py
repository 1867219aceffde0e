"""What stood on the paper: the facts of a receipt, decided at the moment of the payment and kept for ever.

The handler builds a `PrintedReceipt` while it decides and keeps its JSON (`msgspec.to_builtins`) in `Receipt.printed`;
every print and every copy is made from it alone, so that a copy says what the first paper said, whatever has become of
the bills since. A later version may add fields with a default; none changes its meaning. No card number is ever here.
Source: domain.md, Payments 9, Bills 5, and the five ways in which subscribers get hurt.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ccbs_desk.domain.cards import CardSlip
from ccbs_desk.domain.money import Money, total


class BadReceipt(ValueError):
    """Figures that do not add up: our bug, never to be printed.

    Codes: `receipt.shares_do_not_add_up`, `receipt.rounding_does_not_add_up`, `receipt.negative_credit`,
    `receipt.no_time_zone`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A name in both languages of the paper."""

    ar: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedShare:
    """What the payment put on one month of a bill. `cycle` and `month` are first months, as "2026-05".

    `part` is the month's place in its cycle, from 1; `remaining_after` is what that month still owes afterwards.
    An opening balance has neither number nor cycle nor month: they are empty.
    """

    bill_number: str
    cycle: str
    month: str
    part: int
    amount: Money
    remaining_after: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Something that this payment did not settle: an open month of an issued bill, or a month not yet billed.

    `bill_number`, `amount` and `due` are None for what is not issued yet: it will come, how much is not known. The rest
    of an opening balance has an amount alone; number, cycle and month are empty.
    """

    cycle: str
    month: str
    bill_number: str | None = None
    amount: Money | None = None
    due: date | None = None


class OutlookCode:
    """Why the line stays on or does not. Codes are stable for ever; a reader may leave an unknown one without words."""

    SETTLED = "outlook.settled"
    """Nothing issued is open. A fine or charge that appears later goes to the next bill."""
    DUE = "outlook.due"
    """Something is open; the line stays on until the ladder's first bar, the date in `until`."""
    HALF_CYCLE = "outlook.half_cycle"
    """One month of a cycle is paid and the other is open: both are one block, the line is safe only with both."""
    BELOW_FLOOR = "outlook.below_floor"
    """What is open is below the small-debt floor: nothing is cut for it."""
    HOLD = "outlook.hold"
    """Collection is on hold for the region: due dates have moved, `until` is where the hold's protection ends."""
    DISPUTED = "outlook.disputed"
    """What is open is under an open complaint: nothing is cut for it while that is in its time."""
    RECONNECTING = "outlook.reconnecting"
    """The line is barred for debt; this payment lifts the reason, and the exchange reconnects it."""
    DEBT = "outlook.debt"
    """The line is barred for debt, and what is left keeps it barred."""
    OTHER_BAR = "outlook.other_bar"
    """The line is barred for a reason that money does not lift (court, fraud, threshold, the subscriber's wish)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Whether the line stays on, until when, and what is still expected, as known at the moment of the payment.

    `until` is the first day on which the line could be barred (its last safe day is the one before); None when no such
    day is known. `reason` is one of `OutlookCode`.
    """

    stays_on: bool
    reason: str
    until: date | None = None
    expected: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedReceipt:
    """All that a receipt says.

    `amount` is what the account was credited with, shares and `credit` together. `collected` is what was asked for at
    the counter (cash: the amount rounded to the smallest note) and `rounding` is collected minus amount. `tendered` is
    what was handed over, one sum a currency; `change` is what was given back. `balance_after` is what the account owes
    in all, negative when we owe the subscriber. `phone` is E.164 with its plus, empty for an account without a line.
    `incomplete_bills` are numbers of bills known to lack a month or a feed: "paid in full" is not said of them.
    `card` is the terminal's slip of a card payment.
    """

    number: str
    occurred_at: datetime
    policy_version: int
    centre: Bilingual
    till_code: str
    clerk: Bilingual
    subscriber: str
    account_number: str
    phone: str
    method: str
    amount: Money
    collected: Money
    rounding: Money
    tendered: tuple[Money, ...]
    change: Money
    shares: tuple[PrintedShare, ...]
    credit: Money
    balance_after: Money
    outlook: Outlook
    incomplete_bills: tuple[str, ...] = ()
    card: CardSlip | None = None

    def __post_init__(self) -> None:
        if self.occurred_at.tzinfo is None:
            raise BadReceipt("receipt.no_time_zone")
        if self.credit.minor < 0:
            raise BadReceipt("receipt.negative_credit")
        if shared(self.shares, self.amount.currency) + self.credit != self.amount:
            raise BadReceipt("receipt.shares_do_not_add_up")
        if self.amount + self.rounding != self.collected:
            raise BadReceipt("receipt.rounding_does_not_add_up")


def shared(shares: Iterable[PrintedShare], currency: str) -> Money:
    """Return what all shares together put on bills."""
    return total((share.amount for share in shares), currency)
