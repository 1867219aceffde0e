"""Take a payment on an account, in cash at a counter or by card, also over the telephone; online or offline.

Online and offline are the same: the till's next receipt number, the ledger rows, the journal row and the outbox row
become durable together, then the receipt prints. The server runs this again when the act arrives. What no longer fits
the bills by then (paid meanwhile at another counter) becomes account credit, and both tills are told; money for an
account that nobody knows waits in suspense. Money that was taken is never refused.
A card payment takes the till's next number but not its drawer: no session need be open, nothing is rounded, and the
money waits for the acquirer. Of the card the slip alone is kept (domain.cards).
Rules: domain.allocation (order of bills), domain.till (receipt series). Source: domain.md, Payments 1 to 9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from ccbs_desk.domain.allocation import Share, Split, allocate, fit
from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.domain.errors import (
    AccountUnknown,
    CurrencyNotTaken,
    OverrideNeedsReason,
    Refused,
    SharesDoNotFit,
    TillClosed,
    TillOfOtherClerk,
    TillUnknown,
)
from ccbs_desk.domain.ids import derive
from ccbs_desk.domain.ledger import CUSTOMER_CREDIT, RECEIVABLE, SUSPENSE, Posting
from ccbs_desk.domain.money import Money, total, zero
from ccbs_desk.domain.receipts import PrintedReceipt
from ccbs_desk.models.money import Payment, PaymentAllocation, Receipt
from ccbs_desk.services.accounts import (
    AccountFacts,
    BilledPart,
    Standing,
    account_facts,
    billed_parts,
    open_items,
    standing,
)
from ccbs_desk.services.notices import BECAME_CREDIT, BecameCredit
from ccbs_desk.services.payment_terms import (
    CARD,
    by_part,
    card_objections,
    nonsense,
    objections,
    postings_of,
    terms_of,
)
from ccbs_desk.services.receipt_words import compose_receipt
from ccbs_desk.services.registry import handles
from ccbs_desk.services.tills import TillFacts, till_facts
from ccbs_desk.services.work import Work

PAYMENT_KEY = "payment"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a payment left behind: the receipt and the split as it now stands in the ledger."""

    receipt_id: UUID
    printed: PrintedReceipt
    split: Split


@handles(TakePayment)
def take_payment(command: TakePayment, work: Work) -> Taken:
    """Return the receipt and the split.

    Raises Refused while the clerk decides: till.closed, till.other_clerk, till.unknown, account.unknown,
    amount.not_positive, amount.over_limit, currency.not_taken, payment.method_unknown,
    payment.tendered_too_little, payment.shares_do_not_fit, payment.override_needs_reason, card.number_typed,
    card.slip_amiss, card.not_cash.
    """
    for reason in nonsense(command.amount, command.tendered, command.shares):
        raise Refused(reason)
    for reason in card_objections(command.method, command.card, command.tendered, command.override_reason):
        work.object_to(reason)
    till = _till(command, work)
    account = account_facts(work.connection, command.account_id)
    if account is None:
        work.object_to(AccountUnknown(command.account_id))
    elif account.currency != command.amount.currency:
        work.object_to(CurrencyNotTaken(command.amount.currency))
    for reason in objections(command.amount, command.method, command.tendered, work.policy):
        work.object_to(reason)
    owed = standing(work.connection, account) if account else Standing({}, zero(command.amount.currency))
    split = _split(command, account, owed.remaining)
    # Only who decides looks at the bills themselves: a recorded act brings its shares and its receipt along.
    parts = billed_parts(work.connection, account, remaining=owed.remaining) if account and work.deciding else ()
    if work.deciding:
        _check_split(command, split, parts, work)
    printed = work.decided(
        "printed", PrintedReceipt, lambda: compose_receipt(command, work, till, account, owed.balance, parts)
    )
    receipt_id = _record(command, work, till, account, split, printed)
    _tell(command, work, till, account, split)
    return Taken(receipt_id, printed, split)


def payment_id_of(command_id: UUID) -> UUID:
    """Return the id of the payment that such an act makes."""
    return derive(command_id, Payment.__tablename__, PAYMENT_KEY)


def _till(command: TakePayment, work: Work) -> TillFacts | None:
    """Return the till. Whose session was open on it is decided at the act: by now it may have been closed."""
    till = till_facts(work.connection, command.till_id)
    if till is None:
        work.object_to(TillUnknown(command.till_id))
    elif command.method == CARD:
        # Nothing goes into the drawer, whoever holds it.
        pass
    elif work.deciding and till.session_id is None:
        work.object_to(TillClosed(till.code))
    elif work.deciding and till.holder_id != work.stamps.staff_id:
        work.object_to(TillOfOtherClerk(till.code, till.holder_name))
    return till


def _split(command: TakePayment, account: AccountFacts | None, remaining: Mapping[UUID, Money]) -> Split:
    """Fit the split that the payer confirmed to what the bills still owe; what does not fit is credit."""
    if account is None or account.currency != command.amount.currency:
        return Split((), command.amount)
    return fit(command.shares, remaining, command.amount - _sum(command.shares, command.amount))


def _check_split(command: TakePayment, split: Split, parts: Sequence[BilledPart], work: Work) -> None:
    """What was confirmed fits; one that departs from the rule (oldest due first) is the payer's choice and says why."""
    if by_part(split.shares) != by_part(command.shares):
        work.object_to(SharesDoNotFit(command.amount, _sum(command.shares, command.amount)))
    usual = allocate(command.amount, open_items(parts))
    if by_part(usual.shares) != by_part(command.shares) and not (command.override_reason or "").strip():
        work.object_to(OverrideNeedsReason())


def _sum(shares: tuple[Share, ...], like: Money) -> Money:
    return total((share.amount for share in shares), like.currency)


def _record(
    command: TakePayment,
    work: Work,
    till: TillFacts | None,
    account: AccountFacts | None,
    split: Split,
    printed: PrintedReceipt,
) -> UUID:
    area_id = _area(till, account)
    session_id = work.decided("session_id", UUID | None, lambda: _session(command, work, till))
    payment_id = work.insert(
        Payment,
        PAYMENT_KEY,
        area_id=area_id,
        account_id=command.account_id,
        method=command.method,
        state="confirmed",
        amount_minor=command.amount.minor,
        currency=command.amount.currency,
        reference=printed.number,
        occurred_at=work.stamps.occurred_at,
    )
    allocated = {
        str(share.part_id): {
            "area_id": area_id,
            "account_id": command.account_id,
            "payment_id": payment_id,
            "bill_id": share.bill_id,
            "part_id": share.part_id,
            "amount_minor": share.amount.minor,
            "currency": share.amount.currency,
        }
        for share in split.shares
    }
    work.insert_each(PaymentAllocation, allocated)
    work.post(_postings(command, work, account, split), area_id=area_id, session_id=session_id)
    return work.record(
        Receipt,
        "receipt",
        area_id=area_id,
        account_id=command.account_id,
        command_id=work.command_id,
        number=printed.number,
        till_id=command.till_id,
        staff_id=work.stamps.staff_id,
        amount_minor=command.amount.minor,
        currency=command.amount.currency,
        printed=msgspec.to_builtins(printed),
        occurred_at=work.stamps.occurred_at,
    )


def _session(command: TakePayment, work: Work, till: TillFacts | None) -> UUID | None:
    """Return the session that the payment belongs to; of a card payment only the clerk's own, where he has one."""
    if till is None or (command.method == CARD and till.holder_id != work.stamps.staff_id):
        return None
    return till.session_id


def _area(till: TillFacts | None, account: AccountFacts | None) -> int:
    return account.area_id if account else till.area_id if till else 0


def _postings(command: TakePayment, work: Work, account: AccountFacts | None, split: Split) -> list[Posting]:
    terms = terms_of(command.method, command.amount, command.tendered, work.policy)
    legs = postings_of(command.method, terms, work)
    till = command.till_id
    if account is None or account.currency != command.amount.currency:
        return [*legs, Posting(SUSPENSE, -command.amount, account_id=command.account_id, till_id=till)]
    for share in split.shares:
        # An opening balance has no bill: its item goes by the account's own id.
        bill_id, part_id = (None, None) if share.part_id == account.id else (share.bill_id, share.part_id)
        legs.append(
            Posting(RECEIVABLE, -share.amount, account_id=account.id, bill_id=bill_id, part_id=part_id, till_id=till)
        )
    return [*legs, Posting(CUSTOMER_CREDIT, -split.credit, account_id=account.id, till_id=till)]


def _tell(command: TakePayment, work: Work, till: TillFacts | None, account: AccountFacts | None, split: Split) -> None:
    """Leave word for both tills when the money did not land where the receipt says, or against an objection."""
    area_id = _area(till, account)
    meant = _sum(command.shares, command.amount)
    landed = _sum(split.shares, command.amount)
    moved = meant - landed
    if moved > zero(moved.currency) and account is not None:
        receipt = work.stamps.till.receipt_number if work.stamps.till else ""
        details = BecameCredit(receipt or "", meant, moved)
        work.notice(BECAME_CREDIT, details, area_id=area_id, account_id=account.id, till_id=command.till_id)
    for reason in work.objections:
        work.notice(reason.code, reason, area_id=area_id, account_id=command.account_id, till_id=command.till_id)
