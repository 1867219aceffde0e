"""Show a payment before it is confirmed: the bills it reaches, what stays open, what to ask for, if the line stays on.

Nothing typed is an error here: what speaks against the payment comes back as reasons, the first being the one to mend.
Nothing here writes.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.domain.allocation import Share, Split
from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Outlook
from ccbs_desk.services.payment_terms import CashTerms


@dataclass(frozen=True, slots=True)
class PreviewMonth:
    """One month of a bill: what it owes now, what the payment puts on it, what then remains."""

    part_id: UUID
    part: int
    month: str
    owed: Money
    share: Money
    remaining_after: Money
    disputed: bool


@dataclass(frozen=True, slots=True)
class PreviewBill:
    """An open bill. `chosen` is that the payer named it; `half_paid_after` that its cycle would be left half paid."""

    bill_id: UUID
    number: str
    cycle: str
    due_on: date
    months: tuple[PreviewMonth, ...]
    owed: Money
    share: Money
    remaining_after: Money
    chosen: bool
    overdue: bool
    half_paid_after: bool
    incomplete: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A payment as it would be. `split.shares` go into TakePayment unchanged.

    `bills` are all open ones, oldest due first. `departs_from_rule` asks for a reason (TakePayment.override_reason).
    `terms` is None when there is no amount to take. `refusals` is what speaks against it, empty when it can be taken.
    `balance` and `balance_after` are what the account owes in all, negative for credit.
    """

    account_id: UUID
    amount: Money
    bills: tuple[PreviewBill, ...]
    split: Split
    departs_from_rule: bool
    terms: CashTerms | None
    balance: Money
    balance_after: Money
    outlook: Outlook | None
    refusals: tuple[Reason, ...]

    @property
    def shares(self) -> tuple[Share, ...]:
        """The split that the payer is asked to confirm."""
        return self.split.shares


def preview(
    connection: Connection,
    account_id: UUID,
    amount: Money,
    *,
    today: date,
    chosen: tuple[UUID, ...] = (),
    tendered: tuple[Money, ...] = (),
    method: str = "cash",
) -> Preview:
    """Return what the payment would do. `chosen` are bill ids that the payer names, in the order named."""
    raise NotImplementedError
