"""Who calls: from the number that the network presents to the accounts that have it, in one query. Nothing here writes.

Only present numbers name a caller for sure. A number that nobody has still leads to those whom calls from it were about
(a mobile, an office), the last one first, and to whoever had it once: as hints, never taken for the caller himself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Integer, Row, bindparam, func, select

from ccbs_desk.domain.numbers import BadNumber, search_keys
from ccbs_desk.models.calls import Call, CallLink
from ccbs_desk.models.subscribers import Account, Address, Line, LineNumber, Subscriber

MOST = 9

Why = Literal["number", "old_number", "called_before", "transferred"]
SURE = frozenset({"number", "transferred"})
"""What names a caller for sure: he has the number today, or an agent before has found him. All else is a hint."""

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
_CALLED_BEFORE = (
    select(CallLink.account_id)
    .join(Call, Call.id == CallLink.call_id)
    .where(Call.caller_e164.in_(bindparam("keys", expanding=True)))
    .group_by(CallLink.account_id)
    .order_by(func.max(CallLink.at).desc(), CallLink.account_id)
    .limit(bindparam("most", type_=Integer))
)
_ACCOUNTS = (
    select(Account.id, Line.id.label("line_id"), Subscriber.name, Address.town, Address.street, LineNumber.e164)
    .select_from(Account)
    .join(Subscriber, Subscriber.id == Account.subscriber_id)
    .outerjoin(Line, Line.account_id == Account.id)
    .outerjoin(Address, Address.id == Line.address_id)
    .outerjoin(LineNumber, (LineNumber.line_id == Line.id) & LineNumber.valid_to.is_(None))
    .where(Account.id.in_(bindparam("accounts", expanding=True)))
    .order_by(Account.id, Line.state != "active", Line.installed_on, Line.id)
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
    """Return the accounts that have one of these numbers, the longest-standing first.

    When nobody has: those whom calls from it were about, and those who had it, as hints.
    """
    if not keys:
        return []
    rows = connection.execute(_CALLERS, {"keys": list(keys), "today": today, "most": most}).all()
    present = [row for row in rows if not row.former]
    if present:
        return _ranked(_holder(row, "number") for row in present)
    before = connection.execute(_CALLED_BEFORE, {"keys": list(keys), "most": most}).scalars().all()
    hints = _matches(connection, before, "called_before")
    hints += [_holder(row, "old_number") for row in rows if row.account_id not in before]
    return _ranked(hints[:most])


def find_account(connection: Connection, account_id: UUID) -> list[CallerMatch]:
    """Return the account that an agent before has found, with its first line; nothing when it is not known."""
    return _matches(connection, [account_id], "transferred")


def _matches(connection: Connection, accounts: Sequence[UUID], why: Why) -> list[CallerMatch]:
    """Return accounts in the order that is given, each with its first line."""
    first: dict[UUID, CallerMatch] = {}
    for row in connection.execute(_ACCOUNTS, {"accounts": list(accounts)}) if accounts else ():
        number = f"+{row.e164}" if row.e164 else ""
        first.setdefault(row.id, CallerMatch(row.id, row.line_id, row.name, _place(row), number, why))
    return [first[account] for account in accounts if account in first]


def _holder(row: Row[*tuple[Any, ...]], why: Why) -> CallerMatch:
    return CallerMatch(row.account_id, row.line_id, row.name, _place(row), f"+{row.e164}", why)


def _place(row: Row[*tuple[Any, ...]]) -> str:
    return "، ".join(filter(None, (row.town, row.street)))


def _ranked(matches: Iterable[CallerMatch]) -> list[CallerMatch]:
    return [replace(match, rank=rank) for rank, match in enumerate(matches, 1)]
