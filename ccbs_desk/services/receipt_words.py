"""The words of a receipt: put together once, while the payment is decided, and kept for ever.

What holds at that moment stands on the paper: names, shares with what remains, the balance, and whether the line stays
on. Nothing here writes. Source: domain.md, Payments 9, Bills 5, and the five ways in which subscribers get hurt.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from ccbs_desk.domain.allocation import Share
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.domain.money import Money, total
from ccbs_desk.domain.receipts import Bilingual, PrintedReceipt, PrintedShare
from ccbs_desk.models.reference import Staff
from ccbs_desk.models.subscribers import Line, LineNumber
from ccbs_desk.services.accounts import AccountFacts, BilledPart
from ccbs_desk.services.line_outlook import open_bars, outlook_of
from ccbs_desk.services.payment_terms import terms_of
from ccbs_desk.services.tills import TillFacts
from ccbs_desk.services.work import Work

_PHONE = (
    select(Line.installed_on, LineNumber.e164)
    .join(Line, Line.id == LineNumber.line_id)
    .where(Line.account_id == bindparam("account"), Line.state == "active", LineNumber.valid_to.is_(None))
)

_CLERK = select(Staff.name_ar, Staff.name_en).where(Staff.id == bindparam("staff"))


def compose_receipt(
    command: TakePayment,
    work: Work,
    till: TillFacts | None,
    account: AccountFacts | None,
    balance: Money,
    parts: Sequence[BilledPart],
) -> PrintedReceipt:
    """Return what will stand on the paper, from what holds at this moment.

    The handler has made sure before that account and till are here, that the till is the clerk's own and that the
    shares fit; `balance` is what the account owed before, `parts` are all that can be paid on it.
    """
    connection, stamps = work.connection, work.stamps
    if till is None or account is None or stamps.till is None or stamps.till.receipt_number is None:
        raise LookupError("a receipt is composed at a till, for an account that is known")
    terms = terms_of(command.method, command.amount, command.tendered, work.policy)
    shares = _printed_shares(command.shares, parts)
    return PrintedReceipt(
        number=stamps.till.receipt_number,
        occurred_at=stamps.occurred_at,
        policy_version=stamps.policy_version,
        centre=Bilingual(till.centre_ar, till.centre_en),
        till_code=till.code,
        clerk=_clerk(connection, stamps.staff_id),
        subscriber=account.subscriber,
        account_number=account.number,
        phone=phone_of(connection, account.id),
        method=command.method,
        amount=command.amount,
        collected=terms.collect,
        rounding=terms.rounding,
        tendered=command.tendered,
        change=terms.change,
        shares=shares,
        credit=command.amount - total((share.amount for share in command.shares), command.amount.currency),
        balance_after=balance - command.amount,
        outlook=outlook_of(
            parts,
            command.shares,
            open_bars(connection, account.id),
            today=damascus_date(stamps.occurred_at),
            policy=work.policy,
        ),
        incomplete_bills=_incomplete(command.shares, parts),
        card=command.card,
    )


def _clerk(connection: Connection, staff_id: UUID) -> Bilingual:
    """Return who takes the money; by card nobody need hold the till."""
    row = connection.execute(_CLERK, {"staff": staff_id}).one_or_none()
    return Bilingual(row.name_ar, row.name_en) if row else Bilingual("", "")


def _printed_shares(shares: Sequence[Share], parts: Sequence[BilledPart]) -> tuple[PrintedShare, ...]:
    by_id = {part.item.part_id: part for part in parts}
    return tuple(_printed_share(share, by_id[share.part_id]) for share in shares)


def _printed_share(share: Share, part: BilledPart) -> PrintedShare:
    return PrintedShare(
        bill_number=part.bill_number,
        cycle=part.item.cycle,
        month=part.month,
        part=part.item.part,
        amount=share.amount,
        remaining_after=part.item.remaining - share.amount,
    )


def _incomplete(shares: Sequence[Share], parts: Sequence[BilledPart]) -> tuple[str, ...]:
    """Return the numbers of the incomplete bills that the payment reaches."""
    reached = {share.bill_id for share in shares}
    numbers = [part.bill_number for part in parts if part.incomplete and part.item.bill_id in reached]
    return tuple(dict.fromkeys(numbers))


def phone_of(connection: Connection, account_id: UUID) -> str:
    """Return the number of the account's first active line in E.164 with its plus; empty when it has none."""
    _, number = min(connection.execute(_PHONE, {"account": account_id}), default=(None, ""))
    return f"+{number}" if number else ""
