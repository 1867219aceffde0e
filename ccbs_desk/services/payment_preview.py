"""Show a payment before it is confirmed: the bills it reaches, what stays open, what to ask for, if the line stays on.

Nothing typed is an error here: what speaks against the payment comes back as reasons, the first being the one to mend.
Nothing here writes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.domain.allocation import OpenItem, Share, Split, after, allocate, block_state
from ccbs_desk.domain.errors import AccountUnknown, CurrencyNotTaken, Reason, TenderedTooLittle
from ccbs_desk.domain.money import Money, total, zero
from ccbs_desk.domain.policy import PolicySet
from ccbs_desk.domain.receipts import Outlook
from ccbs_desk.services.accounts import (
    AccountFacts,
    BilledPart,
    account_facts,
    balance,
    billed_parts,
    open_items,
)
from ccbs_desk.services.bus import policy_at, policy_version_on
from ccbs_desk.services.line_outlook import open_bars, outlook_of
from ccbs_desk.services.payment_terms import CASH, CashTerms, by_part, nonsense, objections, terms_of


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
    method: str = CASH,
) -> Preview:
    """Return what the payment would do. `chosen` are bill ids that the payer names, in the order named."""
    policy = policy_at(connection, policy_version_on(connection, today))
    account = account_facts(connection, account_id)
    refusals = tuple(_refusals(account_id, account, amount, method, tendered, policy))
    if account is None:
        return _of_nobody(account_id, amount, refusals)
    parts = billed_parts(connection, account)
    payable = amount if amount.currency == account.currency and amount.minor > 0 else zero(account.currency)
    split = allocate(payable, open_items(parts), chosen)
    owed = balance(connection, account)
    bars = open_bars(connection, account_id)
    return Preview(
        account_id=account_id,
        amount=amount,
        bills=_bills(parts, split, chosen, today),
        split=split,
        departs_from_rule=by_part(split.shares) != by_part(allocate(payable, open_items(parts)).shares),
        terms=_terms(method, payable, tendered, policy),
        balance=owed,
        balance_after=owed - payable,
        outlook=outlook_of(parts, split.shares, bars, today=today, policy=policy),
        refusals=refusals,
    )


def _refusals(
    account_id: UUID,
    account: AccountFacts | None,
    amount: Money,
    method: str,
    tendered: tuple[Money, ...],
    policy: PolicySet,
) -> Iterator[Reason]:
    if account is None:
        yield AccountUnknown(account_id)
    elif amount.currency != account.currency:
        yield CurrencyNotTaken(amount.currency)
    yield from nonsense(amount, tendered, ())
    for reason in objections(amount, method, tendered, policy):
        # Before anything is handed over there is nothing to complain of.
        if tendered or not isinstance(reason, TenderedTooLittle):
            yield reason


def _of_nobody(account_id: UUID, amount: Money, refusals: tuple[Reason, ...]) -> Preview:
    nothing = zero(amount.currency)
    return Preview(
        account_id=account_id,
        amount=amount,
        bills=(),
        split=Split((), nothing),
        departs_from_rule=False,
        terms=None,
        balance=nothing,
        balance_after=nothing,
        outlook=None,
        refusals=refusals,
    )


def _terms(method: str, payable: Money, tendered: tuple[Money, ...], policy: PolicySet) -> CashTerms | None:
    taken = policy.currencies()
    if payable.minor == 0 or any(sum_.currency not in taken for sum_ in (payable, *tendered)):
        return None
    return terms_of(method, payable, tendered, policy)


def _bills(parts: Sequence[BilledPart], split: Split, chosen: tuple[UUID, ...], today: date) -> tuple[PreviewBill, ...]:
    later = after([part.item for part in parts], split.shares)
    half_paid = {cycle for cycle, items in _cycles(later).items() if block_state(items).half_paid}
    open_bills = dict.fromkeys(part.item.bill_id for part in parts if part.item.remaining.minor > 0)
    shares = by_part(split.shares)
    return tuple(
        _bill([part for part in parts if part.item.bill_id == bill_id], shares, chosen, half_paid, today)
        for bill_id in open_bills
    )


def _cycles(items: Sequence[OpenItem]) -> dict[str, list[OpenItem]]:
    cycles: dict[str, list[OpenItem]] = {}
    for item in items:
        cycles.setdefault(item.cycle, []).append(item)
    return cycles


def _bill(
    parts: Sequence[BilledPart],
    shares: Mapping[UUID, Money],
    chosen: tuple[UUID, ...],
    half_paid: set[str],
    today: date,
) -> PreviewBill:
    first = parts[0]
    months = tuple(_month(part, shares) for part in parts)
    currency = first.amount.currency
    return PreviewBill(
        bill_id=first.item.bill_id,
        number=first.bill_number,
        cycle=first.item.cycle,
        due_on=first.item.due,
        months=months,
        owed=total((month.owed for month in months), currency),
        share=total((month.share for month in months), currency),
        remaining_after=total((month.remaining_after for month in months), currency),
        chosen=first.item.bill_id in chosen,
        overdue=first.item.due < today,
        half_paid_after=first.item.cycle in half_paid,
        incomplete=first.incomplete,
    )


def _month(part: BilledPart, shares: Mapping[UUID, Money]) -> PreviewMonth:
    item = part.item
    share = shares.get(item.part_id, zero(item.remaining.currency))
    return PreviewMonth(
        part_id=item.part_id,
        part=item.part,
        month=part.month,
        owed=item.remaining,
        share=share,
        remaining_after=item.remaining - share,
        disputed=item.disputed,
    )
