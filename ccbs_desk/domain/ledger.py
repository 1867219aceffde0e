"""The double-entry ledger: what accounts there are, and what makes a set of rows balanced (domain.md, Money 2).

A posting's amount is positive for a debit and negative for a credit, so that every act's postings add up to zero in
each currency. Rows are only ever added: an account's balance, what is paid and what remains are sums over them.

A counter payment of 1,000 against a bill of 800, for instance:

    cash.till         +1000   (the drawer holds more)
    receivable         -800   (the subscriber owes less)
    customer.credit    -200   (the operator owes the subscriber)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from ccbs_desk.domain.money import Money, zero

CASH_TILL = "cash.till"
"""Cash in the drawers; a debit is money coming in. Rows name the till."""
CASH_SAFE = "cash.safe"
"""Cash that the centres hold outside the drawers: floats come from here, drops go here."""
CLEARING_CHEQUE = "clearing.cheque"
"""Cheques received and not yet cleared."""
CLEARING_BANK = "clearing.bank"
"""Bank notices announced and not yet on the statement."""
CLEARING_CARD = "clearing.card"
"""Card payments approved and not yet settled by the acquirer."""
CLEARING_ELECTRONIC = "clearing.electronic"
"""Electronic payments confirmed and not yet paid out by the provider."""
RECEIVABLE = "receivable"
"""What subscribers owe on issued bills. Rows name account, bill and part."""
CUSTOMER_CREDIT = "customer.credit"
"""What the operator owes subscribers: overpayment, prepayment, refundable credit. Rows name the account."""
UNBILLED = "unbilled"
"""What the next bill will ask for: charges and credits between two bills. Nobody owes it yet. Rows name the account."""
SUSPENSE = "suspense"
"""Money taken whose owner is not known yet; it waits here, never guessed."""
ROUNDING = "rounding"
"""Differences of cash rounding and of currency conversion."""
EXCHANGE = "currency.exchange"
"""Both legs of a conversion between old and new pounds, one row in each currency."""
TILL_OVER_SHORT = "till.over_short"
"""Differences accepted when a till is counted. Rows name the till."""
OPENING = "opening"
"""The other side of balances brought in from earlier systems."""
REVENUE_RENTAL = "revenue.rental"
REVENUE_USAGE = "revenue.usage"
REVENUE_FEATURES = "revenue.features"
REVENUE_ADSL = "revenue.adsl"
"""`revenue.*` is by service."""
TAX_CONSUMPTION = "tax.consumption"
TAX_STAMP = "tax.stamp"
"""Stamp duties; `tax.*` is owed to the treasury by kind."""

FAMILIES = ("revenue.", "tax.", "clearing.")
"""Families that the operator extends by data: a new service or tax needs no change of code."""
CHART = frozenset(
    {
        CASH_TILL,
        CASH_SAFE,
        RECEIVABLE,
        CUSTOMER_CREDIT,
        UNBILLED,
        SUSPENSE,
        ROUNDING,
        EXCHANGE,
        TILL_OVER_SHORT,
        OPENING,
    }
)
"""The ledger accounts that belong to no family."""


class UnknownLedgerAccount(Exception):
    """Our bug: a posting to a ledger account that is not in the chart. Code: `ledger.unknown_account`."""

    code = "ledger.unknown_account"

    def __init__(self, ledger_account: str) -> None:
        super().__init__(f"{self.code}: {ledger_account}")
        self.ledger_account = ledger_account


class Unbalanced(Exception):
    """Our bug: postings that do not add up to zero. Carries what is left over, by currency. Code: `ledger.unbalanced`.

    No user's input may lead here, so that it is no `ValueError`: the transaction is given up and the act is reported.
    """

    code = "ledger.unbalanced"

    def __init__(self, left_over: dict[str, Money]) -> None:
        super().__init__(f"{self.code}: {', '.join(f'{money.minor} {money.currency}' for money in left_over.values())}")
        self.left_over = left_over


def in_chart(ledger_account: str) -> bool:
    """Tell whether a ledger account exists: by name, or as a named member of a family."""
    return ledger_account in CHART or any(
        ledger_account.startswith(family) and len(ledger_account) > len(family) for family in FAMILIES
    )


@dataclass(frozen=True, slots=True)
class Posting:
    """One row of the ledger: a debit (positive) or credit (negative), and what it belongs to."""

    ledger_account: str
    amount: Money
    account_id: UUID | None = None
    bill_id: UUID | None = None
    part_id: UUID | None = None
    till_id: UUID | None = None

    def __post_init__(self) -> None:
        if not in_chart(self.ledger_account):
            raise UnknownLedgerAccount(self.ledger_account)


def left_over(postings: Iterable[Posting]) -> dict[str, Money]:
    """Return the sum of the postings by currency, without the currencies that balance."""
    sums: dict[str, Money] = {}
    for posting in postings:
        currency = posting.amount.currency
        sums[currency] = sums.get(currency, zero(currency)) + posting.amount
    return {currency: money for currency, money in sums.items() if money.minor}


def balanced(postings: Iterable[Posting]) -> bool:
    """Tell whether the postings add up to zero in each currency. No postings balance."""
    return not left_over(postings)


def require_balanced(postings: Iterable[Posting]) -> None:
    """Raise Unbalanced unless the postings add up to zero in each currency."""
    if difference := left_over(postings):
        raise Unbalanced(difference)
