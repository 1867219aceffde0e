"""Read a subscriber's card: who, which lines, on or off, owes what, what is open. Nothing here writes.

Every figure is a sum over the ledger, and `explain_balance` shows what it is made of.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.domain.bills import BillState
from ccbs_desk.domain.money import Money, total
from ccbs_desk.models.money import Payment, Receipt
from ccbs_desk.models.subscribers import Account, Complaint, Subscriber
from ccbs_desk.services.accounts import account_facts, billed_parts
from ccbs_desk.services.balance import explain_balance
from ccbs_desk.services.bus import policy_at, policy_version_on
from ccbs_desk.services.card_bills import bills_of, owes_of
from ccbs_desk.services.card_events import timeline_of
from ccbs_desk.services.card_facts import Card, ComplaintView, PaymentView, Waiting
from ccbs_desk.services.card_lines import lines_of, power_of_all
from ccbs_desk.services.line_outlook import open_bars, outlook_of
from ccbs_desk.services.notices import notices_of_account
from ccbs_desk.services.unsent import UnsentAct, unsent_on

__all__ = ["explain_balance", "read_card"]

SHOWN_PAYMENTS = 10
OPEN_COMPLAINTS = ("acknowledged", "pending", "held", "inProgress")
"""The states of TMF621 in which somebody still has to act."""
_SHOWN_BILLS = (BillState.SENT, BillState.VOID)


def read_card(connection: Connection, account_id: UUID, *, today: date, at_desk: bool = True) -> Card | None:
    """Return the card, or None when this store does not hold the account. A server has nothing unsent of its own."""
    who = _who(connection, account_id)
    account = account_facts(connection, account_id)
    if who is None or account is None:
        return None
    policy = policy_at(connection, policy_version_on(connection, today))
    shown = billed_parts(connection, account, states=_SHOWN_BILLS)
    sent = [part for part in shown if part.state == BillState.SENT]
    lines = lines_of(connection, account_id, today)
    bills = bills_of(shown, today)
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
        owes=owes_of(connection, account, sent, today),
        outlook=outlook_of(sent, (), open_bars(connection, account_id), today=today, policy=policy),
        bills=bills,
        complaints=_complaints(connection, account_id),
        payments=payments[:SHOWN_PAYMENTS],
        notices=notices_of_account(connection, account_id),
        timeline=timeline_of(connection, account_id, [line.line_id for line in lines], bills, payments),
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


def _who(connection: Connection, account_id: UUID) -> _Who | None:
    row = connection.execute(
        select(
            Subscriber.name,
            Subscriber.kind,
            Subscriber.title,
            Subscriber.category,
            Account.state,
            Account.customer_class,
            Account.bill_language,
            Account.opened_on,
        )
        .join(Account, Account.subscriber_id == Subscriber.id)
        .where(Account.id == account_id)
    ).one_or_none()
    return _Who._make(row) if row else None


def _complaints(connection: Connection, account_id: UUID) -> tuple[ComplaintView, ...]:
    rows = connection.execute(
        select(
            Complaint.id,
            Complaint.line_id,
            Complaint.category,
            Complaint.state,
            Complaint.opened_at,
            Complaint.text,
        )
        .where(Complaint.account_id == account_id, Complaint.state.in_(OPEN_COMPLAINTS))
        .order_by(Complaint.opened_at, Complaint.id)
    )
    return tuple(ComplaintView(*row) for row in rows)


def _payments(connection: Connection, account_id: UUID, unsent: Sequence[UnsentAct]) -> tuple[PaymentView, ...]:
    """Return the account's payments, newest first. A payment at a till of ours refers to its receipt's number."""
    here_only = {act.command_id for act in unsent}
    rows = connection.execute(
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
        .where(Payment.account_id == account_id)
        .order_by(Payment.occurred_at.desc(), Payment.id)
    )
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
        for row in rows
    )


def _waiting(unsent: Sequence[UnsentAct], currency: str) -> Waiting:
    taken = (act.amount for act in unsent if act.amount is not None and act.amount.currency == currency)
    return Waiting(len(unsent), total(taken, currency))
