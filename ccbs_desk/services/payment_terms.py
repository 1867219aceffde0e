"""What a payment comes to: what is asked for, what was handed over, what goes back. Nothing here writes.

Cash is rounded to the smallest note, once, for the whole payment; old notes count at 100 to 1.
By card the very amount is asked for, nothing is handed over, and the money is the
acquirer's to send. Source: domain.md, Money 1, Payments 6.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from ccbs_desk.domain.allocation import Share
from ccbs_desk.domain.card_errors import CardNotCash, CardNumberTyped, CardSlipAmiss
from ccbs_desk.domain.cards import CardSlip, amiss, holds_card_number
from ccbs_desk.domain.errors import (
    AmountNotPositive,
    AmountOverLimit,
    CurrencyNotTaken,
    MethodUnknown,
    Reason,
    SharesDoNotFit,
    TenderedTooLittle,
)
from ccbs_desk.domain.ledger import CASH_TILL, CLEARING_CARD, EXCHANGE, ROUNDING, Posting
from ccbs_desk.domain.money import Money, convert, round_cash, total, zero
from ccbs_desk.domain.policy import PolicySet
from ccbs_desk.services.work import Work

CASH, CARD = "cash", "card"
METHODS = (CASH, CARD)


@dataclass(frozen=True, slots=True)
class CashTerms:
    """`collect` is the amount rounded to the smallest note, `rounding` is collect minus amount; all in one currency.

    `exchanged` is the part of the tendered sums that came in another currency, converted.
    """

    amount: Money
    collect: Money
    rounding: Money
    tendered: tuple[Money, ...]
    exchanged: Money
    change: Money


def cash_terms(amount: Money, tendered: tuple[Money, ...], policy: PolicySet) -> CashTerms:
    """Return the terms; with nothing tendered the change is what is still to be handed over, negative."""
    collect, rounding = round_cash(amount, policy.smallest(amount.currency))
    sums = _by_currency(tendered)
    own = sums.pop(amount.currency, zero(amount.currency))
    exchanged = total((convert(came, amount.currency)[0] for came in sums.values()), amount.currency)
    return CashTerms(amount, collect, rounding, tendered, exchanged, own + exchanged - collect)


def terms_of(method: str, amount: Money, tendered: tuple[Money, ...], policy: PolicySet) -> CashTerms:
    """Return the terms by a method: a card pays to the piastre, and nothing goes back."""
    if method == CARD:
        nothing = zero(amount.currency)
        return CashTerms(amount, amount, nothing, (), nothing, nothing)
    return cash_terms(amount, tendered, policy)


def by_part(shares: Iterable[Share]) -> dict[UUID, Money]:
    """Return what each part of a bill gets, so that two splits can be compared."""
    return {share.part_id: share.amount for share in shares}


def _by_currency(amounts: tuple[Money, ...]) -> dict[str, Money]:
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, zero(amount.currency)) + amount
    return sums


def nonsense(amount: Money, tendered: tuple[Money, ...], shares: tuple[Share, ...]) -> Iterator[Reason]:
    """Yield what can't be a payment at all. No desk of ours makes such an act, and no server takes one."""
    yield from (AmountNotPositive(sum_) for sum_ in (amount, *tendered) if sum_.minor < 0)
    if amount.minor == 0:
        yield AmountNotPositive(amount)
    own = [share.amount for share in shares if share.amount.currency == amount.currency and share.amount.minor > 0]
    shared = total(own, amount.currency)
    each_once = len(own) == len(shares) == len({share.part_id for share in shares})
    if shares and (not each_once or shared > amount):
        yield SharesDoNotFit(amount, shared)


def card_objections(
    method: str, card: CardSlip | None, tendered: tuple[Money, ...], override_reason: str | None
) -> Iterator[Reason]:
    """Yield what must stand in no payment, a card number above all, and what does not go with this method."""
    parts = (card.approval, card.reference, card.masked) if card else ()
    if holds_card_number(*parts, override_reason or ""):
        yield CardNumberTyped()
    if (method == CARD) != (card is not None) or (card is not None and tendered):
        yield CardNotCash()
    yield from (CardSlipAmiss(part) for part in (amiss(card) if card else ()))


def objections(amount: Money, method: str, tendered: tuple[Money, ...], policy: PolicySet) -> Iterator[Reason]:
    """Yield what the rules have against these terms, the first being the one to mend first."""
    if method not in METHODS:
        yield MethodUnknown(method)
    strange = [CurrencyNotTaken(t.currency) for t in (amount, *tendered) if t.currency not in policy.currencies()]
    if strange:
        yield from strange
        return
    limit = policy.money("payment.limit")
    if convert(amount, limit.currency)[0] > limit:
        yield AmountOverLimit(amount, limit)
    terms = terms_of(method, amount, tendered, policy)
    if amount.minor > 0 and terms.collect.minor == 0:
        # Rounded to the smallest note nothing would be asked for: credit is never given away.
        yield AmountNotPositive(terms.collect)
    if method == CASH and terms.change.minor < 0:
        yield TenderedTooLittle(terms.collect, terms.collect + terms.change)


def postings_of(method: str, terms: CashTerms, work: Work) -> list[Posting]:
    """Return the legs on the side of the drawer, or of the acquirer; they sum to the amount, which the caller places.

    What is neither is counted as cash: the server never refuses money, whatever it is called.
    """
    till = work.envelope.command.at_till()
    account = getattr(work.envelope.command, "account_id", None)
    currency = terms.amount.currency
    if method == CARD:
        return [Posting(CLEARING_CARD, terms.amount, account_id=account, till_id=till)]
    sums = _by_currency(terms.tendered)
    own = sums.pop(currency, zero(currency))
    legs = [
        Posting(CASH_TILL, own - terms.change, account_id=account, till_id=till),
        Posting(EXCHANGE, terms.exchanged, account_id=account, till_id=till),
        Posting(ROUNDING, -terms.rounding, account_id=account, till_id=till),
    ]
    for _, came in sorted(sums.items()):
        legs += [
            Posting(CASH_TILL, came, account_id=account, till_id=till),
            Posting(EXCHANGE, -came, account_id=account, till_id=till),
        ]
    return legs
