"""Read a subscriber's card: who, which lines, on or off, owes what, what is open. Nothing here writes.

Every figure is a sum over the ledger, and `explain_balance` shows what it is made of.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from ccbs_desk.domain.bills import BillState
from ccbs_desk.domain.money import Money, total
from ccbs_desk.models.money import Payment, Receipt
from ccbs_desk.models.subscribers import Account, Subscriber
from ccbs_desk.services.accounts import AccountFacts, shown_parts, standing
from ccbs_desk.services.balance import explain_balance
from ccbs_desk.services.bus import rules_on
from ccbs_desk.services.card_bills import bills_of, owes_of
from ccbs_desk.services.card_events import ComplaintRow, complaints_of, timeline_of
from ccbs_desk.services.card_facts import Card, ComplaintView, PaymentView, Waiting
from ccbs_desk.services.card_lines import bars_of, lines_of, power_of_all, pressing
from ccbs_desk.services.complaint_facts import OPEN_STATES
from ccbs_desk.services.line_outlook import outlook_of
from ccbs_desk.services.notices import notices_of_account
from ccbs_desk.services.unsent import UnsentAct, unsent_on

__all__ = ["explain_balance", "read_card"]

SHOWN_PAYMENTS = 10

# Made once, as all statements of a card: a caller waits for it.
_WHO = (
    select(
        Account.id,
        Account.area_id,
        Account.number,
        Account.currency,
        Account.subscriber_id,
        Subscriber.name,
        Subscriber.kind,
        Subscriber.title,
        Subscriber.category,
        Account.state,
        Account.customer_class,
        Account.bill_language,
        Account.opened_on,
    )
    .join(Subscriber, Subscriber.id == Account.subscriber_id)
    .where(Account.id == bindparam("account"))
)
_PAYMENTS = (
    select(
        Payment.id,
        Payment.occurred_at,
        Payment.method,
        Payment.state,
        Payment.amount_minor,
        Payment.currency,
        Payment.reference,
        Receipt.id.label("receipt_id"),
        Receipt.command_id,
    )
    .outerjoin(Receipt, (Receipt.number == Payment.reference) & (Receipt.account_id == Payment.account_id))
    .where(Payment.account_id == bindparam("account"))
    .order_by(Payment.occurred_at.desc(), Payment.id)
)


def read_card(connection: Connection, account_id: UUID, *, today: date, at_desk: bool = True) -> Card | None:
    """Return the card, or None when this store does not hold the account. A server has nothing unsent of its own."""
    found = _who(connection, account_id)
    if found is None:
        return None
    account, who = found
    owed = standing(connection, account)
    shown = shown_parts(connection, account, owed.remaining)
    sent = [part for part in shown if part.state == BillState.SENT]
    bars = bars_of(connection, account_id)
    lines = lines_of(connection, account_id, today, bars)
    bills = bills_of(shown, today)
    complaints = complaints_of(connection, account_id)
    unsent = unsent_on(connection, f"account:{account_id}") if at_desk else ()
    payments = _payments(connection, account_id, unsent)
    return Card(
        account_id=account_id,
        subscriber_id=account.subscriber_id,
        name=who.name,
        kind=who.kind,
        title=who.title,
        category=who.category,
        account_number=account.number,
        account_state=who.state,
        customer_class=who.customer_class,
        bill_language=who.bill_language,
        opened_on=who.opened_on,
        lines=lines,
        power=power_of_all(lines),
        owes=owes_of(account, owed, sent, today),
        outlook=outlook_of(
            sent, (), pressing(lines, bars, account_id), today=today, policy=rules_on(connection, today)
        ),
        bills=bills,
        complaints=_still_open(complaints),
        payments=payments[:SHOWN_PAYMENTS],
        notices=notices_of_account(connection, account_id),
        timeline=timeline_of(connection, account_id, bills, payments, complaints, bars),
        waiting=_waiting(unsent, account.currency),
    )


class _Who(NamedTuple):
    name: str
    kind: str
    title: str
    category: str
    state: str
    customer_class: str
    bill_language: str
    opened_on: date


def _who(connection: Connection, account_id: UUID) -> tuple[AccountFacts, _Who] | None:
    row = connection.execute(_WHO, {"account": account_id}).one_or_none()
    return (AccountFacts(*row[:5], subscriber=row.name), _Who._make(row[5:])) if row else None


def _still_open(complaints: Sequence[ComplaintRow]) -> tuple[ComplaintView, ...]:
    return tuple(
        ComplaintView(row.id, row.line_id, row.category, row.state, row.opened_at, row.text)
        for row in complaints
        if row.state in OPEN_STATES
    )


def _payments(connection: Connection, account_id: UUID, unsent: Sequence[UnsentAct]) -> tuple[PaymentView, ...]:
    """Return the account's payments, newest first. A payment at a till of ours refers to its receipt's number."""
    here_only = {act.command_id for act in unsent}
    return tuple(
        PaymentView(
            payment_id=row.id,
            occurred_at=row.occurred_at,
            method=row.method,
            state=row.state,
            amount=Money(row.amount_minor, row.currency),
            number=row.reference,
            receipt_id=row.receipt_id,
            provisional=row.command_id in here_only,
        )
        for row in connection.execute(_PAYMENTS, {"account": account_id})
    )


def _waiting(unsent: Sequence[UnsentAct], currency: str) -> Waiting:
    taken = (act.amount for act in unsent if act.amount is not None and act.amount.currency == currency)
    return Waiting(len(unsent), total(taken, currency))
