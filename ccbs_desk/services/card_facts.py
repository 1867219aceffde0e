"""What a subscriber's card shows: frozen facts, typed values, no sentences. `subscriber_card` reads them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual, Outlook
from ccbs_desk.services.notices import NoticeView

Power = Literal["on", "partly", "off"]
"""Whether a line works: `partly` when one direction is barred; for a card, when its lines differ."""


@dataclass(frozen=True, slots=True)
class FeatureView:
    """A feature on a line."""

    code: str
    name: Bilingual
    since: date


@dataclass(frozen=True, slots=True)
class BarView:
    """An open reason for which a line is cut: debt, threshold, fraud, court, wish; outgoing, incoming or both."""

    reason: str
    direction: str
    since: datetime


@dataclass(frozen=True, slots=True)
class FormerNumber:
    """A number that the line had before, and the last day on which it had it."""

    e164: str
    until: date


@dataclass(frozen=True, slots=True)
class AddressView:
    """Where a line ends."""

    governorate: Bilingual
    town: str
    quarter: str
    street: str
    building: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line. `state` is active, stopped or cancelled; `power` also counts the bars. `e164` has its plus."""

    line_id: UUID
    kind: str
    e164: str
    former: tuple[FormerNumber, ...]
    exchange: Bilingual
    address: AddressView | None
    features: tuple[FeatureView, ...]
    state: str
    power: Power
    bars: tuple[BarView, ...]
    installed_on: date
    listed: bool


@dataclass(frozen=True, slots=True)
class Owes:
    """What the account owes. `balance` is `open` minus `credit`; negative when we owe the subscriber.

    `overdue` is the part of `open` whose due day has passed and that is not disputed; `oldest_due` is the earliest
    due day of anything open.
    """

    balance: Money
    open: Money
    overdue: Money
    disputed: Money
    credit: Money
    oldest_due: date | None
    open_bills: int


@dataclass(frozen=True, slots=True)
class MonthView:
    """One month of a bill and what it still owes. `month` is "2026-05"."""

    part_id: UUID
    part: int
    month: str
    amount: Money
    remaining: Money
    disputed: bool


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill. `state` is that of TMF678 (`domain.bills.BillState`).

    `half_paid` says that one month of its cycle is paid and another is not; `incomplete` that a month or a feed is
    missing, so that nobody may call it paid in full.
    """

    bill_id: UUID
    number: str
    cycle: str
    issued_on: date
    due_on: date
    state: str
    months: tuple[MonthView, ...]
    amount: Money
    remaining: Money
    half_paid: bool
    incomplete: bool
    overdue: bool
    void: bool


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """A complaint that is still open."""

    complaint_id: UUID
    line_id: UUID | None
    category: str
    state: str
    opened_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment. `receipt_id` and `number` are empty for what was not taken at a till of ours.

    `provisional` means that the server has not spoken yet.
    """

    payment_id: UUID
    occurred_at: datetime
    method: str
    state: str
    amount: Money
    number: str
    receipt_id: UUID | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class CallBrief:
    """What the next agent must know of a call: with whom, who took it, what it came to, and what was written of it.

    `number` is E.164 with its plus, empty when there was none or it was withheld; `result` is the name of the code that
    it was wrapped up with.
    """

    call_id: UUID
    number: str
    by: Bilingual | None
    result: Bilingual | None
    notes: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the card's history.

    `kind` is bill, payment, complaint_opened, complaint_resolved, barred, unbarred, call, call_lost, feature_add,
    feature_remove (ordered), order_done or order_failed. `detail` is a number (bill, receipt) or a code (category, bar
    reason, outcome of a call, feature); `name` is what the catalogue calls it, where it does.
    """

    at: datetime
    kind: str
    detail: str
    amount: Money | None = None
    name: Bilingual | None = None
    call: CallBrief | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What this desk did on the account and the server has not recorded yet."""

    acts: int
    taken: Money


@dataclass(frozen=True, slots=True)
class Card:
    """A subscriber's account at a glance. `kind` is person or organisation; `power` sums up the lines."""

    account_id: UUID
    subscriber_id: UUID
    name: str
    kind: str
    title: str
    category: str
    account_number: str
    account_state: str
    customer_class: str
    bill_language: str
    opened_on: date
    lines: tuple[LineView, ...]
    power: Power
    owes: Owes
    outlook: Outlook
    bills: tuple[BillView, ...]
    complaints: tuple[ComplaintView, ...]
    payments: tuple[PaymentView, ...]
    notices: tuple[NoticeView, ...]
    timeline: tuple[Event, ...]
    waiting: Waiting

    @property
    def provisional(self) -> bool:
        """Whether something on this card is this desk's own word, not yet the server's."""
        return self.waiting.acts > 0


LedgerWhat = Literal["opening", "bill", "payment", "transfer", "other"]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One act in the account's ledger: what it changed (`amount`, positive is owed) and the balance after it.

    `number` is the receipt's or the bill's, empty where there is none.
    """

    at: datetime
    on: date
    what: LedgerWhat
    amount: Money
    running: Money
    number: str
    command_id: UUID
    provisional: bool
