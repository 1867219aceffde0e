"""What an account owes and holds, read from the ledger. Shared by handlers and views; nothing here writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Executable, bindparam, func, or_, select

from ccbs_desk.domain.allocation import NO_CYCLE, OpenItem
from ccbs_desk.domain.bills import BillState
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.ledger import CUSTOMER_CREDIT, RECEIVABLE
from ccbs_desk.domain.money import Money
from ccbs_desk.models.money import Bill, BillPart, LedgerRow
from ccbs_desk.models.subscribers import Account, Subscriber

# Made once: putting a statement together costs several times what running it does.
_ACCOUNT = (
    select(
        Account.id,
        Account.area_id,
        Account.number,
        Account.currency,
        Account.subscriber_id,
        func.coalesce(Subscriber.name, ""),
    )
    .outerjoin(Subscriber, Subscriber.id == Account.subscriber_id)
    .where(Account.id == bindparam("account"))
)
_OWN = (LedgerRow.account_id == bindparam("account"), LedgerRow.currency == bindparam("currency"))
_REMAINING = (
    select(LedgerRow.part_id, func.sum(LedgerRow.amount_minor))
    .where(*_OWN, LedgerRow.ledger_account == RECEIVABLE)
    .group_by(LedgerRow.part_id)
)
# What is owed without a bill is an opening balance, brought in from an earlier system.
_BROUGHT_IN = select(func.min(LedgerRow.occurred_at, type_=LedgerRow.occurred_at.type)).where(
    *_OWN, LedgerRow.ledger_account == RECEIVABLE, LedgerRow.part_id.is_(None)
)
# Not by IN, whose list is laid out anew at each run.
_OWED = *_OWN, or_(LedgerRow.ledger_account == RECEIVABLE, LedgerRow.ledger_account == CUSTOMER_CREDIT)
_BALANCE = select(func.coalesce(func.sum(LedgerRow.amount_minor), 0)).where(*_OWED)
_STANDING = (
    select(LedgerRow.ledger_account, LedgerRow.part_id, func.sum(LedgerRow.amount_minor))
    .where(*_OWED)
    .group_by(LedgerRow.ledger_account, LedgerRow.part_id)
)
_PARTS = (
    select(
        Bill.id,
        BillPart.id,
        Bill.cycle,
        Bill.due_on,
        Bill.issued_on,
        BillPart.part,
        BillPart.disputed,
        Bill.number,
        BillPart.month,
        BillPart.amount_minor,
        Bill.incomplete,
        Bill.state,
    )
    .join(Bill, Bill.id == BillPart.bill_id)
    .where(BillPart.account_id == bindparam("account"), Bill.account_id == bindparam("account"))
    .order_by(Bill.due_on, Bill.number, BillPart.part)
)
_PAYABLE = _PARTS.where(Bill.state == BillState.SENT)
_SHOWN = _PARTS.where(or_(Bill.state == BillState.SENT, Bill.state == BillState.VOID))


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """The account as the money rules need it. `subscriber` is the holder's name as printed; empty when unknown."""

    id: UUID
    area_id: int
    number: str
    currency: str
    subscriber_id: UUID
    subscriber: str


def account_facts(connection: Connection, account_id: UUID) -> AccountFacts | None:
    """Return the account, or None when this store does not hold it."""
    row = connection.execute(_ACCOUNT, {"account": account_id}).one_or_none()
    return AccountFacts(*row) if row else None


def remaining_by_part(connection: Connection, account: AccountFacts) -> dict[UUID, Money]:
    """Return what each part of the account's bills still owes, by part id; settled parts are zero.

    What is owed without a bill stands under the account's own id.
    """
    rows = connection.execute(_REMAINING, {"account": account.id, "currency": account.currency})
    return {part_id or account.id: Money(int(minor), account.currency) for part_id, minor in rows}


def balance(connection: Connection, account: AccountFacts) -> Money:
    """Return what the account owes in all; negative means that it holds credit."""
    minor = connection.execute(_BALANCE, {"account": account.id, "currency": account.currency}).scalar_one()
    return Money(int(minor), account.currency)


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account owes: `remaining` as `remaining_by_part` tells it, `balance` in all, credit counted."""

    remaining: Mapping[UUID, Money]
    balance: Money


def standing(connection: Connection, account: AccountFacts) -> Standing:
    """Return `remaining_by_part` and `balance` at once."""
    remaining: dict[UUID, Money] = {}
    owed = 0
    rows = connection.execute(_STANDING, {"account": account.id, "currency": account.currency})
    for ledger_account, part_id, minor in rows:
        owed += int(minor)
        if ledger_account == RECEIVABLE:
            remaining[part_id or account.id] = Money(int(minor), account.currency)
    return Standing(remaining, Money(owed, account.currency))


@dataclass(frozen=True, slots=True)
class BilledPart:
    """One part of a bill as a payer sees it. `item` holds what it still owes; `state` is the bill's as stored.

    An opening balance is one too, without a number or a month.
    """

    item: OpenItem
    bill_number: str
    month: str
    amount: Money
    incomplete: bool
    state: str


def billed_parts(
    connection: Connection, account: AccountFacts, *, remaining: Mapping[UUID, Money] | None = None
) -> tuple[BilledPart, ...]:
    """Return all parts of the account's bills that were sent, oldest due first, settled ones included.

    An opening balance of which something is left stands before them. Only these can be paid. `remaining` is what
    `remaining_by_part` said, if that is known.
    """
    if remaining is None:
        remaining = remaining_by_part(connection, account)
    nothing = Money(0, account.currency)
    opening = remaining.get(account.id, nothing)
    brought_in = (_opening(connection, account, opening),) if opening > nothing else ()
    return brought_in + _parts(connection, _PAYABLE, account, remaining)


def shown_parts(
    connection: Connection, account: AccountFacts, remaining: Mapping[UUID, Money]
) -> tuple[BilledPart, ...]:
    """Return all parts of the account's bills that were sent or taken out as void, oldest due first."""
    return _parts(connection, _SHOWN, account, remaining)


def _parts(
    connection: Connection, which: Executable, account: AccountFacts, remaining: Mapping[UUID, Money]
) -> tuple[BilledPart, ...]:
    nothing = Money(0, account.currency)
    return tuple(
        BilledPart(
            OpenItem(
                bill_id=bill_id,
                part_id=part_id,
                cycle=cycle,
                due=due,
                issued=issued,
                part=part,
                remaining=remaining.get(part_id, nothing),
                disputed=disputed,
            ),
            number,
            month,
            Money(amount, account.currency),
            incomplete,
            state,
        )
        for (
            bill_id,
            part_id,
            cycle,
            due,
            issued,
            part,
            disputed,
            number,
            month,
            amount,
            incomplete,
            state,
        ) in connection.execute(which, {"account": account.id})
    )


def _opening(connection: Connection, account: AccountFacts, remaining: Money) -> BilledPart:
    """Return what is owed without a bill as the item that it is: due since it was brought in."""
    at = connection.execute(_BROUGHT_IN, {"account": account.id, "currency": account.currency}).scalar_one()
    day = damascus_date(at)
    item = OpenItem(account.id, account.id, NO_CYCLE, due=day, issued=day, part=1, remaining=remaining, disputed=False)
    return BilledPart(item, bill_number="", month="", amount=remaining, incomplete=False, state=BillState.SENT)


def open_items(parts: Sequence[BilledPart]) -> tuple[OpenItem, ...]:
    """Return the items that still owe something."""
    return tuple(part.item for part in parts if part.item.remaining.minor > 0)
