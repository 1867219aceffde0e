"""What the people at a till must know of acts that were recorded against a rule, until they have seen to it.

A till is told of its own acts, and of money that became credit at another counter on an account that was paid here in
the same days: whoever took the first payment is asked by the same subscriber. Who may approve a till's difference is
told of every till of the area, and of money in suspense until it lies there no more, whoever has seen to the notice.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select

from ccbs_desk.domain.ledger import SUSPENSE
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models import desk_state
from ccbs_desk.models.desk_state import SeenNotices
from ccbs_desk.models.money import LedgerRow, Receipt
from ccbs_desk.models.reference import Staff, Till
from ccbs_desk.services.notices import NoticeView, credits_since, notices_at_till

TOLD_FOR = timedelta(days=30)
"""how long after the act a notice is still told"""
SAME_DAYS = timedelta(days=3)
"""how far apart two payments lie that may have been meant for the same bill"""

_RECEIPTS = (
    select(Receipt.command_id, Receipt.number, Receipt.amount_minor, Receipt.currency, Staff.name_ar, Staff.name_en)
    .outerjoin(Staff, Staff.id == Receipt.staff_id)
    .where(
        Receipt.account_id.in_(bindparam("accounts", expanding=True)),
        Receipt.command_id.in_(bindparam("acts", expanding=True)),
    )
)
_PAID_HERE = select(Receipt.account_id, Receipt.occurred_at).where(
    Receipt.account_id.in_(bindparam("accounts", expanding=True)), Receipt.till_id == bindparam("till")
)
_IN_SUSPENSE = (
    select(LedgerRow.command_id, LedgerRow.currency, func.sum(LedgerRow.amount_minor))
    .where(
        LedgerRow.account_id.in_(bindparam("accounts", expanding=True)),
        LedgerRow.ledger_account == SUSPENSE,
    )
    .group_by(LedgerRow.command_id, LedgerRow.currency)
)


@dataclass(frozen=True, slots=True)
class TillNotice:
    """A notice with what a person needs to find the act: which till and receipt, how much, by whom.

    `suspense` is what of it waits in suspense.
    """

    notice: NoticeView
    till_code: str
    receipt_number: str
    amount: Money | None
    clerk: Bilingual
    suspense: Money | None


def told_at_till(
    connection: Connection, till_id: UUID | None, *, now: datetime, everywhere: bool = False
) -> tuple[TillNotice, ...]:
    """Return what the people at a till must still know, newest first; `everywhere` of all tills of this desk's area."""
    since = now - TOLD_FOR
    if everywhere:
        found = notices_at_till(connection, None, since=since)
    elif till_id is not None:
        others = _of_accounts_paid_here(connection, till_id, credits_since(connection, since))
        both = {notice.notice_id: notice for notice in (*notices_at_till(connection, till_id, since=since), *others)}
        found = tuple(sorted(both.values(), key=lambda notice: notice.occurred_at, reverse=True))
    else:
        return ()
    if not found:
        return ()
    seen = frozenset(desk_state.seen_notices(connection).ids)
    waiting = _in_suspense(connection, found)
    open_ = [n for n in found if n.notice_id not in seen or (everywhere and n.command_id in waiting)]
    return _with_receipts(connection, open_, waiting)


def see_to(connection: Connection, notice_ids: Iterable[UUID], *, now: datetime) -> None:
    """Note that the people at this desk have seen to notices."""
    known = {notice.notice_id for notice in notices_at_till(connection, None, since=now - TOLD_FOR)}
    seen = {*desk_state.seen_notices(connection).ids, *notice_ids}
    # What is told no more need not be remembered.
    desk_state.put(connection, SeenNotices(tuple(sorted(seen & known))))


def _of_accounts_paid_here(
    connection: Connection, till_id: UUID, notices: Collection[NoticeView]
) -> tuple[NoticeView, ...]:
    accounts = {notice.account_id for notice in notices}
    paid = connection.execute(_PAID_HERE, {"accounts": sorted(a for a in accounts if a), "till": till_id}).all()
    return tuple(
        notice
        for notice in notices
        if any(account_id == notice.account_id and abs(at - notice.occurred_at) <= SAME_DAYS for account_id, at in paid)
    )


def _in_suspense(connection: Connection, notices: Collection[NoticeView]) -> dict[UUID, Money]:
    accounts = sorted({notice.account_id for notice in notices if notice.account_id})
    rows = connection.execute(_IN_SUSPENSE, {"accounts": accounts})
    return {command_id: Money(-int(minor), currency) for command_id, currency, minor in rows if minor}


def _with_receipts(
    connection: Connection, notices: Collection[NoticeView], waiting: dict[UUID, Money]
) -> tuple[TillNotice, ...]:
    accounts = sorted({notice.account_id for notice in notices if notice.account_id})
    acts = [notice.command_id for notice in notices]
    receipts = {
        row.command_id: row for row in connection.execute(_RECEIPTS, {"accounts": accounts, "acts": acts}).all()
    }
    codes: dict[UUID, str] = {row.id: row.code for row in connection.execute(select(Till.id, Till.code))}
    told = []
    for notice in notices:
        receipt = receipts.get(notice.command_id)
        told.append(
            TillNotice(
                notice=notice,
                till_code=codes.get(notice.till_id, "") if notice.till_id else "",
                receipt_number=receipt.number if receipt else "",
                amount=Money(receipt.amount_minor, receipt.currency) if receipt else None,
                clerk=Bilingual((receipt.name_ar or "") if receipt else "", (receipt.name_en or "") if receipt else ""),
                suspense=waiting.get(notice.command_id),
            )
        )
    return tuple(told)
