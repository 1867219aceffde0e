"""The ledger: every act balances in each currency, and what is not in the chart can't be posted."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.domain import ledger
from ccbs_desk.domain.ledger import Posting
from ccbs_desk.domain.money import SYO, SYP, Money

ACCOUNT, BILL, PART, TILL = (UUID(int=number) for number in range(1, 5))
amounts = st.builds(Money, st.integers(-(10**9), 10**9), st.sampled_from([SYP, SYO]))
postings = st.lists(st.builds(Posting, st.sampled_from(sorted(ledger.CHART)), amounts))


def payment(received: int, owed: int) -> list[Posting]:
    return [
        Posting(ledger.CASH_TILL, Money(received, SYP), till_id=TILL),
        Posting(ledger.RECEIVABLE, Money(-owed, SYP), ACCOUNT, BILL, PART),
        Posting(ledger.CUSTOMER_CREDIT, Money(owed - received, SYP), ACCOUNT),
    ]


def test_a_payment_with_what_is_left_as_credit_balances() -> None:
    rows = payment(received=100_000, owed=80_000)
    assert ledger.balanced(rows)
    ledger.require_balanced(rows)


def test_a_missing_row_shows_with_what_is_left_over() -> None:
    rows = payment(received=100_000, owed=80_000)[:2]
    assert not ledger.balanced(rows)
    with pytest.raises(ledger.Unbalanced) as caught:
        ledger.require_balanced(rows)
    assert caught.value.left_over == {SYP: Money(20_000, SYP)}
    assert (caught.value.code, str(caught.value)) == ("ledger.unbalanced", "ledger.unbalanced: 20000 SYP")
    assert not isinstance(caught.value, ValueError)


def test_old_and_new_pounds_balance_each_on_their_own() -> None:
    rows = [Posting(ledger.CASH_TILL, Money(10_000, SYO)), Posting(ledger.RECEIVABLE, Money(-100, SYP))]
    assert not ledger.balanced(rows)
    legs = [Posting(ledger.EXCHANGE, Money(-10_000, SYO)), Posting(ledger.EXCHANGE, Money(100, SYP))]
    assert ledger.balanced(rows + legs)


def test_no_postings_balance() -> None:
    assert ledger.balanced([])


@given(postings)
def test_rows_balance_exactly_when_each_currency_adds_up_to_zero(rows: list[Posting]) -> None:
    sums = [sum(row.amount.minor for row in rows if row.amount.currency == currency) for currency in (SYP, SYO)]
    assert ledger.balanced(rows) == (sums == [0, 0])


@pytest.mark.parametrize("name", [*sorted(ledger.CHART), ledger.REVENUE_RENTAL, "revenue.colocation", "tax.municipal"])
def test_the_chart_and_its_families_can_be_posted_to(name: str) -> None:
    assert Posting(name, Money(1, SYP)).ledger_account == name


@pytest.mark.parametrize("name", ["", "cash", "receivables", "revenue.", "tax", "Cash.Till"])
def test_nothing_is_posted_outside_the_chart(name: str) -> None:
    with pytest.raises(ledger.UnknownLedgerAccount) as caught:
        Posting(name, Money(1, SYP))
    assert (caught.value.ledger_account, caught.value.code) == (name, "ledger.unknown_account")
