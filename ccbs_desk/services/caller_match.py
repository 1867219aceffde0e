"""Who calls: from the number that the network presents to the accounts that have it, in one query. Nothing here writes.

Only present numbers name a caller for sure. A number that nobody has any more still leads to whoever had it last, as a
hint; it is never taken for the caller himself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, Integer, bindparam, select

from ccbs_desk.domain.numbers import BadNumber, search_keys
from ccbs_desk.models.subscribers import Account, Address, Line, LineNumber, Subscriber

MOST = 9

Why = Literal["number", "old_number", "transferred"]

_FORMER = LineNumber.valid_to.is_not(None) & (LineNumber.valid_to < bindparam("today"))
_CALLERS = (
    select(
        LineNumber.account_id,
        LineNumber.line_id,
        Subscriber.name,
        Address.town,
        Address.street,
        LineNumber.e164,
        _FORMER.label("former"),
    )
    .join(Line, Line.id == LineNumber.line_id)
    .join(Account, Account.id == LineNumber.account_id)
    .join(Subscriber, Subscriber.id == Account.subscriber_id)
    .outerjoin(Address, Address.id == Line.address_id)
    .where(LineNumber.e164.in_(bindparam("keys", expanding=True)), LineNumber.valid_from <= bindparam("today"))
    .order_by(_FORMER, Line.state != "active", LineNumber.valid_to.desc(), LineNumber.valid_from, LineNumber.id)
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class CallerMatch:
    """An account that the caller may be, and why. `number` has its plus; `rank` counts from 1, the likeliest."""

    account_id: UUID
    line_id: UUID | None
    name: str
    place: str
    number: str
    why: Why
    rank: int = 1


def caller_keys(number: str, home_area: str | None) -> tuple[str, ...]:
    """Return the numbers that the presented text may mean, as digits without plus; none when it is no number."""
    try:
        return tuple(key.removeprefix("+") for key in search_keys(number, home_area))
    except BadNumber:
        return ()


def find_caller(connection: Connection, keys: Sequence[str], today: date, *, most: int = MOST) -> list[CallerMatch]:
    """Return the accounts that have one of these numbers, the longest-standing first; else those that had one."""
    if not keys:
        return []
    rows = connection.execute(_CALLERS, {"keys": list(keys), "today": today, "most": most}).all()
    present = [row for row in rows if not row.former]
    return [
        CallerMatch(
            account_id=row.account_id,
            line_id=row.line_id,
            name=row.name,
            place="، ".join(filter(None, (row.town, row.street))),
            number=f"+{row.e164}",
            why="old_number" if row.former else "number",
            rank=rank,
        )
        for rank, row in enumerate(present or rows, 1)
    ]


def find_account(connection: Connection, account_id: UUID) -> list[CallerMatch]:
    """Return the account that an agent before has found, with its first line; nothing when it is not known."""
    row = connection.execute(
        select(Line.id, Subscriber.name, Address.town, Address.street, LineNumber.e164)
        .select_from(Account)
        .join(Subscriber, Subscriber.id == Account.subscriber_id)
        .outerjoin(Line, Line.account_id == Account.id)
        .outerjoin(Address, Address.id == Line.address_id)
        .outerjoin(LineNumber, (LineNumber.line_id == Line.id) & LineNumber.valid_to.is_(None))
        .where(Account.id == account_id)
        .order_by(Line.state != "active", Line.installed_on, Line.id)
        .limit(1)
    ).first()
    if row is None:
        return []
    place = "، ".join(filter(None, (row.town, row.street)))
    number = f"+{row.e164}" if row.e164 else ""
    return [CallerMatch(account_id, row.id, row.name, place, number, "transferred")]
