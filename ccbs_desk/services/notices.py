"""What people must be told: a share that no longer fitted, money that was taken against an objection."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.money import Money


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
    raise NotImplementedError


def notices_at_till(
    connection: Connection, till_id: UUID, *, since: datetime, limit: int = 50
) -> tuple[NoticeView, ...]:
    """Return what the people at a till must know of acts since a moment, newest first."""
    raise NotImplementedError
