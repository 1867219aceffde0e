"""Explain an account's balance: the acts in its ledger, one line each, with the balance after it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.ledger import CUSTOMER_CREDIT, OPENING, RECEIVABLE, SUSPENSE
from ccbs_desk.domain.money import Money, zero
from ccbs_desk.models.money import Bill, LedgerRow, Payment, Receipt
from ccbs_desk.services.accounts import AccountFacts, account_facts
from ccbs_desk.services.card_facts import LedgerLine, LedgerWhat
from ccbs_desk.services.unsent import unsent_on

OWN = (RECEIVABLE, CUSTOMER_CREDIT)
"""The ledger accounts whose sum is what an account owes."""


class _Leg(NamedTuple):
    command_id: UUID
    ledger_account: str
    amount_minor: int
    bill_id: UUID | None
    occurred_at: datetime


class _Act(NamedTuple):
    """The legs of one act on the account."""

    command_id: UUID
    legs: tuple[_Leg, ...]


def explain_balance(connection: Connection, account_id: UUID) -> tuple[LedgerLine, ...]:
    """Return what the account's balance is made of, oldest first; the last line's `running` is the balance.

    Empty for an account that is not here. An act that leaves the balance as it was has a line too.
    """
    account = account_facts(connection, account_id)
    if account is None:
        return ()
    numbers = _Numbers(connection, account_id)
    here_only = {act.command_id for act in unsent_on(connection, f"account:{account_id}")}
    running = zero(account.currency)
    lines = []
    for act in _acts(connection, account):
        amount = Money(sum(leg.amount_minor for leg in act.legs if leg.ledger_account in OWN), account.currency)
        running += amount
        at = act.legs[0].occurred_at
        what = _what(act.legs)
        lines.append(
            LedgerLine(
                at=at,
                on=damascus_date(at),
                what=what,
                amount=amount,
                running=running,
                number=numbers.of(what, act),
                command_id=act.command_id,
                provisional=act.command_id in here_only,
            )
        )
    return tuple(lines)


def _acts(connection: Connection, account: AccountFacts) -> Iterable[_Act]:
    """Return the acts in the order of their moments; those that touch neither debt nor credit are left out."""
    rows = connection.execute(
        select(
            LedgerRow.command_id,
            LedgerRow.ledger_account,
            LedgerRow.amount_minor,
            LedgerRow.bill_id,
            LedgerRow.occurred_at,
        )
        .where(LedgerRow.account_id == account.id, LedgerRow.currency == account.currency)
        .order_by(LedgerRow.occurred_at, LedgerRow.command_id, LedgerRow.id)
    )
    acts: dict[UUID, list[_Leg]] = {}
    for leg in map(_Leg._make, rows):
        acts.setdefault(leg.command_id, []).append(leg)
    for command_id, own in acts.items():
        if any(leg.ledger_account in OWN for leg in own):
            yield _Act(command_id, tuple(own))


def _what(legs: Sequence[_Leg]) -> LedgerWhat:
    """Return what sort of act it was: told by where the other side of its postings stands."""
    accounts = {leg.ledger_account for leg in legs}
    if OPENING in accounts:
        return "opening"
    if SUSPENSE in accounts or any(name.startswith(("cash.", "clearing.")) for name in accounts):
        return "payment"
    if any(name.startswith(("revenue.", "tax.")) for name in accounts):
        return "bill"
    return "transfer" if accounts <= set(OWN) else "other"


class _Numbers:
    """The numbers under which people know an account's bills, receipts and payments."""

    def __init__(self, connection: Connection, account_id: UUID) -> None:
        self._bills: dict[UUID, str] = {
            row.id: row.number
            for row in connection.execute(select(Bill.id, Bill.number).where(Bill.account_id == account_id))
        }
        self._receipts: dict[UUID, str] = {
            row.command_id: row.number
            for row in connection.execute(
                select(Receipt.command_id, Receipt.number).where(Receipt.account_id == account_id)
            )
        }
        self._payments: dict[datetime, str] = {
            row.occurred_at: row.reference
            for row in connection.execute(
                select(Payment.occurred_at, Payment.reference).where(Payment.account_id == account_id)
            )
        }

    def of(self, what: LedgerWhat, act: _Act) -> str:
        """Return the number of an act; empty when it has none."""
        if what == "payment":
            return self._receipts.get(act.command_id) or self._payments.get(act.legs[0].occurred_at, "")
        billed = [leg.bill_id for leg in act.legs if leg.bill_id is not None]
        return self._bills.get(billed[0], "") if billed else ""
