"""What an account's open bills mean for its line, for the card, the preview and the receipt. Nothing here writes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from ccbs_desk.domain.allocation import NO_CYCLE, Share, after
from ccbs_desk.domain.bills import DunningPolicy, ExpectedPart, outlook
from ccbs_desk.domain.policy import PolicySet
from ccbs_desk.domain.receipts import Expected, Outlook
from ccbs_desk.models.subscribers import Line, LineBar
from ccbs_desk.services.accounts import BilledPart

_OPEN_BARS = (
    select(LineBar.reason)
    .join(Line, Line.id == LineBar.line_id)
    .where(
        # By its lines, which have an index: a bar's own account has none.
        Line.account_id == bindparam("account"),
        LineBar.account_id == bindparam("account"),
        LineBar.until.is_(None),
        Line.state != "cancelled",
    )
)


def open_bars(connection: Connection, account_id: UUID) -> frozenset[str]:
    """Return the reasons for which lines of the account are cut now."""
    return frozenset(connection.execute(_OPEN_BARS, {"account": account_id}).scalars())


def outlook_of(
    parts: Sequence[BilledPart], paid: Sequence[Share], bars: frozenset[str], *, today: date, policy: PolicySet
) -> Outlook:
    """Return whether the line stays on once `paid` is paid, until when, and what is still expected."""
    rules = DunningPolicy(
        small_debt_floor=policy.money("dunning.small_debt_floor"),
        days_to_pay=policy.number("dunning.days_to_pay"),
        grace=policy.number("dunning.grace_days"),
    )
    found = outlook(after([part.item for part in parts], paid), today, rules, bars=bars)
    numbers = {part.item.bill_id: part.bill_number for part in parts}
    return Outlook(
        stays_on=found.stays_on,
        reason=found.reason,
        until=found.until,
        expected=tuple(_expected(part, numbers) for part in found.expected),
    )


def _expected(part: ExpectedPart, numbers: dict[UUID, str]) -> Expected:
    if part.item is None:
        return Expected(cycle=part.cycle, month=part.month)
    return Expected(
        cycle=part.cycle,
        month=part.month,
        bill_number=numbers[part.item.bill_id],
        amount=part.item.remaining,
        due=part.item.due if part.cycle != NO_CYCLE else None,
    )
