"""What people must be told: a share that no longer fitted, money that was taken against an objection."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Integer, bindparam, select

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.money import Money
from ccbs_desk.models.money import Notice
from ccbs_desk.wire.codec import ReasonForm, reason_form, reason_of

BECAME_CREDIT = "payment.became_credit"

_NOTICES = (
    select(
        Notice.id,
        Notice.code,
        Notice.details,
        Notice.occurred_at,
        Notice.account_id,
        Notice.till_id,
        Notice.command_id,
    )
    .order_by(Notice.occurred_at.desc(), Notice.id)
    .limit(bindparam("most", type_=Integer))
)
_OF_ACCOUNT = _NOTICES.where(Notice.account_id == bindparam("account"))
_SINCE = _NOTICES.where(Notice.till_id.is_not(None), Notice.occurred_at >= bindparam("since"))
_AT_TILL = _SINCE.where(Notice.till_id == bindparam("till"))
_CREDITS = _SINCE.where(Notice.code == BECAME_CREDIT)


@dataclass(frozen=True, slots=True)
class BecameCredit:
    """Code `payment.became_credit`: of a payment that was `meant` for bills, so much became account credit instead."""

    receipt_number: str
    meant: Money
    became_credit: Money


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice. `about` is a BecameCredit, or the reason that spoke against an act that was recorded all the same."""

    notice_id: UUID
    code: str
    about: BecameCredit | Reason
    occurred_at: datetime
    account_id: UUID | None
    till_id: UUID | None
    command_id: UUID


def notices_of_account(connection: Connection, account_id: UUID, *, limit: int = 20) -> tuple[NoticeView, ...]:
    """Return the account's notices, newest first."""
    return _views(connection.execute(_OF_ACCOUNT, {"account": account_id, "most": limit}))


def notices_at_till(
    connection: Connection, till_id: UUID | None, *, since: datetime, limit: int = 50
) -> tuple[NoticeView, ...]:
    """Return the notices of acts at a till, or with None at any till, since a moment, newest first."""
    if till_id is None:
        return _views(connection.execute(_SINCE, {"since": since, "most": limit}))
    return _views(connection.execute(_AT_TILL, {"till": till_id, "since": since, "most": limit}))


def credits_since(connection: Connection, since: datetime, *, limit: int = 50) -> tuple[NoticeView, ...]:
    """Return the notices of money that became credit since a moment, at whichever till, newest first."""
    return _views(connection.execute(_CREDITS, {"since": since, "most": limit}))


def _views(rows: Iterable[Any]) -> tuple[NoticeView, ...]:
    return tuple(
        NoticeView(
            notice_id=row.id,
            code=row.code,
            about=read_about(row.code, row.details),
            occurred_at=row.occurred_at,
            account_id=row.account_id,
            till_id=row.till_id,
            command_id=row.command_id,
        )
        for row in rows
    )


def details_of(about: BecameCredit | Reason) -> dict[str, Any]:
    """Return the values of what a notice is about, as they are kept beside its code."""
    return dict(msgspec.to_builtins(about)) if isinstance(about, BecameCredit) else reason_form(about).values


def read_about(code: str, details: dict[str, Any]) -> BecameCredit | Reason:
    """Return what a notice is about, out of its code and values as they are kept."""
    if code == BECAME_CREDIT:
        with suppress(msgspec.ValidationError):
            return msgspec.convert(details, BecameCredit)
    return reason_of(ReasonForm(code, details))
