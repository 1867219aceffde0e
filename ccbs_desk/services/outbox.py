"""What this desk did and the server has not taken yet: the summary for the status bar, and the list with what to do.

Money that was taken is never withdrawn here: it is on a receipt, and the server never refuses it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, not_, select, true, update

from ccbs_desk.domain.commands import Command, Envelope, WithdrawAct
from ccbs_desk.domain.errors import Reason, Refused
from ccbs_desk.domain.money import Money, zero
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.base import table_of
from ccbs_desk.models.care import ComplaintCategory
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.reference import Staff
from ccbs_desk.models.subscribers import Account, Subscriber
from ccbs_desk.services.unsent import UNSENT
from ccbs_desk.wire.codec import Malformed, ReasonForm, decode_envelope, encode, reason_of

LOST = ("refused", "conflict")
"""States in which the server did not record the act, so that only its permanent rows are left."""

Shown = Literal["unsent", "attention", "done", "all"]
"""`unsent`: the server has not recorded it. `attention`: a person has to deal with it. `done`: neither."""

PAGE = 200


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """How much waits. `sums` has one amount a currency; `refused`, `conflicts` and `parked` need a person."""

    unsent: int
    sums: tuple[Money, ...]
    oldest: datetime | None
    refused: int
    conflicts: int
    parked: int

    @property
    def attention(self) -> int:
        """How many acts a person has to deal with."""
        return self.refused + self.conflicts + self.parked


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One act. `meant` is what was to be done, None when this version can't read it any more.

    `kept_receipt` is the number of a receipt that stands whatever the server says; `amended_by` is the act that mends
    this one, `why_withdrawn` the word of whoever withdrew it, `category` that of a complaint. What a person may do with
    it is in the `can_` fields.
    """

    command_id: UUID
    device_seq: int
    kind: str
    occurred_at: datetime
    staff: Bilingual
    account_id: UUID | None
    account_name: str
    account_number: str
    amount: Money | None
    receipt_number: str | None
    state: str
    attempts: int
    reason: Reason | None
    handled: bool
    meant: Command | None
    amends: UUID | None
    amended_by: UUID | None
    can_retry: bool
    can_amend: bool
    can_withdraw: bool
    why_withdrawn: str = ""
    category: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a new draft begins with when it mends a refused act: the old fields, and what it amends."""

    kind: str
    subject: str
    fields: Mapping[str, Any]
    amends: UUID


def summary(connection: Connection) -> OutboxSummary:
    """Return how much waits."""
    rows = connection.execute(_WAITING).all()
    counts: dict[str, int] = {}
    sums: dict[str, Money] = {}
    for state, currency, count, minor, _ in rows:
        counts[state] = counts.get(state, 0) + count
        if state in UNSENT and currency is not None:
            sums[currency] = sums.get(currency, zero(currency)) + Money(int(minor or 0), currency)
    return OutboxSummary(
        unsent=sum(counts.get(state, 0) for state in UNSENT),
        sums=tuple(sums[currency] for currency in sorted(sums)),
        oldest=min((oldest for state, _, _, _, oldest in rows if state in UNSENT), default=None),
        refused=counts.get("refused", 0),
        conflicts=counts.get("conflict", 0) + counts.get("frozen", 0),
        parked=counts.get("parked", 0),
    )


def count(connection: Connection, shown: Shown = "all") -> int:
    """Return how many acts there are."""
    return connection.execute(select(func.count()).select_from(Outbox).where(_SHOWN[shown])).scalar_one()


def items(connection: Connection, shown: Shown = "all", *, limit: int = PAGE) -> tuple[OutboxItem, ...]:
    """Return acts, newest first."""
    rows = connection.execute(_ROWS.where(_SHOWN[shown]).order_by(Outbox.device_seq.desc()).limit(limit))
    acts = [_Act(_Row._make(row)) for row in rows]
    names = _names(connection, {act.account_id for act in acts if act.account_id is not None})
    followed = _followed(connection, {act.row.command_id for act in acts})
    categories = _categories(connection) if any(act.category for act in acts) else {}
    return tuple(_item(act, names, followed.get(act.row.command_id), categories.get(act.category)) for act in acts)


def retry(connection: Connection, command_id: UUID) -> bool:
    """Send a parked act again. Returns whether it was parked."""
    return _change(
        connection, command_id, ("parked", "frozen"), state="pending", attempts=0, reason_code=None, reason_values={}
    )


def withdraw(connection: Connection, command_id: UUID) -> bool:
    """Mark a refused act as withdrawn, for the act WithdrawAct. Returns whether it was refused and open."""
    act = _act(connection, command_id)
    if act is None or not act.can_withdraw:
        return False
    return _change(connection, command_id, LOST, state="withdrawn", handled=True)


def mark_handled(connection: Connection, command_id: UUID) -> bool:
    """Note that a person has dealt with a refused or conflicting act. Returns whether there was one to deal with."""
    return _change(connection, command_id, LOST, handled=True)


def amend_of(connection: Connection, command_id: UUID) -> Amendment | None:
    """Return what a new draft needs to mend a refused act; None when it is not refused or can't be read."""
    act = _act(connection, command_id)
    if act is None or not act.can_amend or act.envelope is None:
        return None
    command = act.envelope.command
    subject = str(act.account_id) if act.account_id else ""
    return Amendment(command.KIND, subject, msgspec.json.decode(encode(command)), command_id)


def _change(connection: Connection, command_id: UUID, states: tuple[str, ...], **values: object) -> bool:
    changed = connection.execute(
        update(table_of(Outbox))
        .where(Outbox.command_id == command_id, Outbox.state.in_(states), Outbox.handled.is_(False))
        .values(values)
    )
    return changed.rowcount > 0


def _act(connection: Connection, command_id: UUID) -> "_Act | None":
    row = connection.execute(_ROWS.where(Outbox.command_id == command_id)).one_or_none()
    return _Act(_Row._make(row)) if row else None


class _Row(NamedTuple):
    command_id: UUID
    device_seq: int
    kind: str
    raw: bytes
    state: str
    attempts: int
    amount_minor: int | None
    currency: str | None
    occurred_at: datetime
    reason_code: str | None
    reason_values: Any
    handled: bool
    amends: UUID | None
    name_ar: str | None
    name_en: str | None


class _Act:
    """A row of the outbox with what was meant, as far as this version can read it."""

    def __init__(self, row: _Row) -> None:
        self.row = row
        self.envelope = _read(row.raw)
        command = self.envelope.command if self.envelope else None
        self.account_id: UUID | None = getattr(command, "account_id", None)
        self.category: str = getattr(command, "category", "")
        lost = row.state in LOST and not row.handled and command is not None
        self.can_amend = lost
        self.can_withdraw = lost and command is not None and not command.TAKES_MONEY
        self.can_retry = row.state in ("parked", "frozen")

    @property
    def receipt_number(self) -> str | None:
        till = self.envelope.stamps.till if self.envelope else None
        return till.receipt_number if till else None

    @property
    def reason(self) -> Reason | None:
        if not self.row.reason_code:
            return None
        return reason_of(ReasonForm(self.row.reason_code, self.row.reason_values or {}))


def _read(raw: bytes) -> Envelope | None:
    try:
        return decode_envelope(raw)
    except (Malformed, Refused):
        return None


def _names(connection: Connection, account_ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    rows = connection.execute(
        select(Account.id, Subscriber.name, Account.number)
        .join(Subscriber, Subscriber.id == Account.subscriber_id)
        .where(Account.id.in_(account_ids))
    )
    return {account_id: (name, number) for account_id, name, number in rows}


def _categories(connection: Connection) -> dict[str, Bilingual]:
    rows = connection.execute(select(ComplaintCategory.code, ComplaintCategory.name_ar, ComplaintCategory.name_en))
    return {code: Bilingual(name_ar, name_en) for code, name_ar, name_en in rows}


@dataclass(frozen=True, slots=True)
class _Follower:
    """The act that mends or withdraws another."""

    command_id: UUID
    why_withdrawn: str | None


def _followed(connection: Connection, refused: Collection[UUID | None]) -> dict[UUID | None, _Follower]:
    """Return what followed on these acts."""
    rows = connection.execute(
        select(Outbox.amends, Outbox.command_id, Outbox.kind, Outbox.raw)
        .where(Outbox.amends.is_not(None))
        .order_by(Outbox.device_seq)
    )
    return {
        amends: _Follower(command_id, _why(raw) if kind == WithdrawAct.KIND else None)
        for amends, command_id, kind, raw in rows
        if amends in refused
    }


def _why(raw: bytes) -> str:
    envelope = _read(raw)
    return envelope.command.why if envelope and isinstance(envelope.command, WithdrawAct) else ""


def _item(
    act: _Act, names: Mapping[UUID, tuple[str, str]], follower: _Follower | None, category: Bilingual | None
) -> OutboxItem:
    row = act.row
    withdrawn = follower is not None and follower.why_withdrawn is not None
    name, number = names.get(act.account_id, ("", "")) if act.account_id else ("", "")
    moved = row.amount_minor is not None and row.currency is not None
    return OutboxItem(
        command_id=row.command_id,
        device_seq=row.device_seq,
        kind=row.kind,
        occurred_at=row.occurred_at,
        staff=Bilingual(row.name_ar or "", row.name_en or ""),
        account_id=act.account_id,
        account_name=name,
        account_number=number,
        amount=Money(row.amount_minor or 0, row.currency or "") if moved else None,
        receipt_number=act.receipt_number,
        state=row.state,
        attempts=row.attempts,
        reason=act.reason,
        handled=row.handled,
        meant=act.envelope.command if act.envelope else None,
        amends=row.amends,
        amended_by=follower.command_id if follower and not withdrawn else None,
        can_retry=act.can_retry,
        can_amend=act.can_amend,
        can_withdraw=act.can_withdraw,
        why_withdrawn=(follower.why_withdrawn or "") if follower else "",
        category=category,
    )


_ATTENTION = Outbox.state.in_(("refused", "conflict", "parked", "frozen")) & Outbox.handled.is_(False)
_SHOWN = {
    "unsent": Outbox.state.in_(UNSENT),
    "attention": _ATTENTION,
    "done": Outbox.state.not_in(UNSENT) & not_(_ATTENTION),
    "all": true(),
}
# Asked at every turn of the link: put together once.
_WAITING = (
    select(
        Outbox.state,
        Outbox.currency,
        func.count(),
        func.sum(Outbox.amount_minor),
        func.min(Outbox.occurred_at, type_=Outbox.occurred_at.type),
    )
    .where(Outbox.state.in_(UNSENT) | _ATTENTION)
    .group_by(Outbox.state, Outbox.currency)
)
_ROWS = select(
    Outbox.command_id,
    Outbox.device_seq,
    Outbox.kind,
    Outbox.raw,
    Outbox.state,
    Outbox.attempts,
    Outbox.amount_minor,
    Outbox.currency,
    Outbox.occurred_at,
    Outbox.reason_code,
    Outbox.reason_values,
    Outbox.handled,
    Outbox.amends,
    Staff.name_ar,
    Staff.name_en,
).outerjoin(Staff, Staff.id == Outbox.staff_id)
