"""The hits of a look-up: from what matched to what the list shows of each account. Nothing here writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from ccbs_desk.domain.money import Money, zero
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models import desk_state
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.models.reference import Area, Exchange, NumberRange
from ccbs_desk.models.subscribers import Account, Address, Line, LineBar, LineNumber, Subscriber
from ccbs_desk.services.balance import OWN
from ccbs_desk.services.number_keys import NumberKeys

Why = Literal["number", "old_number", "number_begins", "name", "name_begins", "name_near", "receipt", "account"]
LineState = Literal["active", "barred", "stopped", "cancelled", "none"]
_NUMBER_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Hit:
    """One account that may be meant, with the line that led to it (else its first line).

    `e164` has its plus and is empty without a line. `owes` is negative when the account holds credit.
    `why` is what matched; for `old_number` the line's former number is `matched`, held until `matched_until`.
    """

    account_id: UUID
    line_id: UUID | None
    name: str
    account_number: str
    e164: str
    town: str
    street: str
    state: LineState
    owes: Money
    why: Why
    matched: str = ""
    matched_until: date | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What a look-up found: an account, the line that led to it if one did, and why."""

    account_id: UUID
    why: Why
    line_id: UUID | None = None
    matched: str = ""
    matched_until: date | None = None


class _Line(NamedTuple):
    id: UUID
    account_id: UUID
    state: str
    town: str | None
    street: str | None


class _Who(NamedTuple):
    id: UUID
    number: str
    currency: str
    name: str


def numbers_of(connection: Connection, keys: NumberKeys, today: date, limit: int) -> list[Match]:
    """Return the lines that have or had these numbers: whole numbers first, present ones before former ones."""
    # Ranges instead of patterns: the index on numbers serves them.
    begins = [LineNumber.e164.between(key, key.ljust(_NUMBER_DIGITS, "9")) for key in keys.begins]
    if not begins and not keys.exact:
        return []
    former = LineNumber.valid_to.is_not(None) & (LineNumber.valid_to < today)
    rows = connection.execute(
        select(LineNumber.account_id, LineNumber.line_id, LineNumber.e164, LineNumber.valid_to, former)
        .where(or_(LineNumber.e164.in_(keys.exact), *begins))
        .order_by(LineNumber.e164.in_(keys.exact).desc(), former, LineNumber.e164, LineNumber.valid_to.desc())
        .limit(limit)
    )
    matches = []
    for account_id, line_id, e164, until, gone in rows:
        why: Why = "old_number" if gone else "number" if e164 in keys.exact else "number_begins"
        matches.append(Match(account_id, why, line_id, f"+{e164}", until if gone else None))
    return matches


def place_of(connection: Connection, exact: Sequence[str]) -> Bilingual | None:
    """Return the area that a number belongs to, when that is known and is not the area of this desk."""
    device = desk_state.device(connection)
    if len(exact) != 1 or device is None or device.area_id is None:
        return None
    row = connection.execute(
        select(Area.name_ar, Area.name_en)
        .join(Exchange, Exchange.area_id == Area.number)
        .join(NumberRange, NumberRange.exchange_id == Exchange.id)
        .where(
            NumberRange.first <= exact[0],
            NumberRange.last >= exact[0],
            func.length(NumberRange.first) == len(exact[0]),
            Area.number != device.area_id,
        )
    ).first()
    return Bilingual(row.name_ar, row.name_en) if row else None


def hits_of(connection: Connection, matches: Sequence[Match], today: date) -> tuple[Hit, ...]:
    """Return what the list shows of each match, in their order; accounts that are not here are left out."""
    account_ids = {match.account_id for match in matches}
    who = _who(connection, account_ids)
    owes = _owes(connection, account_ids)
    lines = _lines(connection, account_ids)
    line_ids = [line.id for line in lines]
    numbers = _numbers(connection, line_ids, today)
    barred = _barred(connection, line_ids)
    hits = []
    for match in matches:
        if match.account_id not in who:
            continue
        person = who[match.account_id]
        line = next((line for line in lines if _leads(line, match)), None)
        hits.append(
            Hit(
                account_id=match.account_id,
                line_id=line.id if line else None,
                name=person.name,
                account_number=person.number,
                e164=numbers.get(line.id, "") if line else "",
                town=(line.town or "") if line else "",
                street=(line.street or "") if line else "",
                state=_state(line, barred),
                owes=owes.get((match.account_id, person.currency), zero(person.currency)),
                why=match.why,
                matched=match.matched,
                matched_until=match.matched_until,
            )
        )
    return tuple(hits)


def _leads(line: _Line, match: Match) -> bool:
    return line.id == match.line_id if match.line_id else line.account_id == match.account_id


def _state(line: _Line | None, barred: Collection[UUID]) -> LineState:
    if line is None:
        return "none"
    if line.state == "active":
        return "barred" if line.id in barred else "active"
    return "cancelled" if line.state == "cancelled" else "stopped"


def _who(connection: Connection, account_ids: Collection[UUID]) -> dict[UUID, _Who]:
    rows = connection.execute(
        select(Account.id, Account.number, Account.currency, Subscriber.name)
        .join(Subscriber, Subscriber.id == Account.subscriber_id)
        .where(Account.id.in_(account_ids))
    )
    return {who.id: who for who in map(_Who._make, rows)}


def _owes(connection: Connection, account_ids: Collection[UUID]) -> dict[tuple[UUID | None, str], Money]:
    rows = connection.execute(
        select(LedgerRow.account_id, LedgerRow.currency, func.sum(LedgerRow.amount_minor))
        .where(LedgerRow.account_id.in_(account_ids), LedgerRow.ledger_account.in_(OWN))
        .group_by(LedgerRow.account_id, LedgerRow.currency)
    )
    return {(account_id, currency): Money(int(minor), currency) for account_id, currency, minor in rows}


def _lines(connection: Connection, account_ids: Collection[UUID]) -> list[_Line]:
    """Return the accounts' lines, active ones first, the oldest before younger ones."""
    rows = connection.execute(
        select(Line.id, Line.account_id, Line.state, Address.town, Address.street)
        .outerjoin(Address, Address.id == Line.address_id)
        .where(Line.account_id.in_(account_ids))
        .order_by(Line.state != "active", Line.state == "cancelled", Line.installed_on, Line.id)
    )
    return [_Line._make(row) for row in rows]


def _numbers(connection: Connection, line_ids: Collection[UUID], today: date) -> dict[UUID, str]:
    rows = connection.execute(
        select(LineNumber.line_id, LineNumber.e164)
        .where(
            LineNumber.line_id.in_(line_ids),
            LineNumber.valid_from <= today,
            LineNumber.valid_to.is_(None) | (LineNumber.valid_to >= today),
        )
        .order_by(LineNumber.valid_from)
    )
    return {line_id: f"+{e164}" for line_id, e164 in rows}


def _barred(connection: Connection, line_ids: Collection[UUID]) -> set[UUID]:
    rows = connection.execute(
        select(LineBar.line_id).where(LineBar.line_id.in_(line_ids), LineBar.until.is_(None)).distinct()
    )
    return set(rows.scalars())
