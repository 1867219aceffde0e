"""An amount in either family of digits is taken as meant; one that can't be is said so, and stays as it was typed."""

import asyncio

import pytest

from ccbs_desk.config.language import LANGUAGES
from ccbs_desk.domain.cards import holds_card_number
from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.domain.errors import AmountNotPositive, AmountOverLimit, AmountUnreadable, Reason, TenderedTooLittle
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.policy import DEFAULTS, PolicySet
from ccbs_desk.services.drafts import drafts_of
from ccbs_desk.services.take_payment import Taken
from ccbs_desk.ui.payment.form import AMOUNT, TENDERED
from tests.factories.desk import Desk
from tests.factories.dumps import changed
from tests.factories.words import told
from tests.stories.at_payment import everything, payment_form, sentence

FIFTEEN_HUNDRED = Money(150_000, SYP)
LIMIT = PolicySet(0, DEFAULTS).money("payment.limit")
SPELLINGS = (
    "1500",
    "1,500",
    "1 500",
    "1500.00",
    "1,500.0",
    "١٥٠٠",
    "١٬٥٠٠",
    "١٥٠٠٫٠٠",
    "١٬٥٠٠٫٥٠",
    "۱۵۰۰",
    " 1500 ",
    "\u20661500\u2069",
    "+1500",
    "01500",
)
BAD: dict[str, Reason] = {
    "0": AmountNotPositive(Money(0, SYP)),
    "٠٫٠٠": AmountNotPositive(Money(0, SYP)),
    "-5": AmountNotPositive(Money(-500, SYP)),
    "٥٠-": AmountUnreadable("٥٠-", "amount.not_a_number"),
    "": AmountUnreadable("", "amount.empty"),
    "1.500": AmountUnreadable("1.500", "amount.too_many_decimals"),
    "١٫٥٠٠": AmountUnreadable("١٫٥٠٠", "amount.too_many_decimals"),
    "1500,000": AmountUnreadable("1500,000", "amount.too_many_decimals"),
    "12,34,567": AmountUnreadable("12,34,567", "amount.not_a_number"),
    "1500 ل.س": AmountUnreadable("1500 ل.س", "amount.not_a_number"),
    "ألف": AmountUnreadable("ألف", "amount.not_a_number"),
    "1e6": AmountUnreadable("1e6", "amount.not_a_number"),
    "5000000.01": AmountOverLimit(Money(500_000_001, SYP), LIMIT),
    "٩٩٩٩٩٩٩٩": AmountOverLimit(Money(9_999_999_900, SYP), LIMIT),
    "9" * 40: AmountUnreadable("9" * 40, "amount.too_large"),
}


def test_an_amount_is_taken_as_meant_in_either_family_of_digits(desk: Desk) -> None:
    async def story() -> None:
        async with payment_form(desk, desk.account_id) as form:
            for typed in SPELLINGS:
                await form.type(AMOUNT, typed)
                assert form.view.errors == {}, typed
                assert form.view.shown is not None
                half = Money(50 if "٥٠" in typed.partition("٫")[2] else 0, SYP)
                assert form.view.shown.amount == FIFTEEN_HUNDRED + half, typed

    asyncio.run(story())


def test_a_payment_typed_in_arabic_digits_is_the_same_payment(desk: Desk) -> None:
    desk.open_till()

    async def story() -> None:
        async with payment_form(desk, desk.account_id) as form:
            await form.type(AMOUNT, "١٬٥٠٠")
            await form.type(TENDERED, "2,000")
            await form.confirm()
            assert [step[0] for step in form.led.steps] == ["receipt"]

    asyncio.run(story())
    again = desk.do(desk.payment(150_000))
    assert isinstance(again.result, Taken)
    assert again.receipt_number == "0001-A-000002"
    assert again.result.printed.amount == FIFTEEN_HUNDRED


@pytest.mark.parametrize("typed", BAD, ids=repr)
def test_what_is_no_amount_to_take_is_said_and_nothing_is_lost(desk: Desk, typed: str) -> None:
    reason = BAD[typed]
    desk.open_till()
    before = everything(desk)

    async def story() -> None:
        async with payment_form(desk, desk.account_id) as form:
            await form.type(AMOUNT, typed)
            assert form.view.error(AMOUNT) == sentence(reason)
            await form.confirm()
            assert form.view.error(AMOUNT) == sentence(reason)
            assert form.led.steps == []
        (kept,) = desk.read(drafts_of, desk.people.clerk, kind=TakePayment.KIND)
        # What may be the number of a card is kept nowhere, in whatever field it was typed.
        may_be_kept = not holds_card_number(typed)
        assert kept.fields.get(AMOUNT) == (typed if may_be_kept else None)
        async with payment_form(desk, desk.account_id) as again:
            assert again.presenter.account_id == desk.account_id
            assert (again.takes(AMOUNT) == typed) is may_be_kept

    asyncio.run(story())
    assert changed(before, everything(desk)) == set()
    words = told(reason, typed=typed[:40])
    shown = sentence(reason)
    for language in LANGUAGES:
        assert words[language][0] in shown[language]
        assert words[language][2] in shown[language]


def test_cash_that_does_not_reach_is_said_at_the_cash(desk: Desk) -> None:
    desk.open_till()
    before = everything(desk)
    reason = TenderedTooLittle(FIFTEEN_HUNDRED, Money(100_000, SYP))

    async def story() -> None:
        async with payment_form(desk, desk.account_id) as form:
            await form.type(AMOUNT, "1500")
            await form.type(TENDERED, "١٠٠٠")
            await form.confirm()
            assert form.view.error(TENDERED) == sentence(reason)
            assert changed(before, everything(desk)) == set()
            await form.type(TENDERED, "١٥٠٠")
            await form.confirm()
            assert [step[0] for step in form.led.steps] == ["receipt"]

    asyncio.run(story())
    told(reason)
