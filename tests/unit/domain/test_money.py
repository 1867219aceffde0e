"""Money: exact, in one currency at a time, and read as people type it."""

import operator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccbs_desk.domain.money import (
    MAX_MINOR,
    SYO,
    SYP,
    BadAmount,
    BadMoney,
    Money,
    convert,
    parse_amount,
    round_cash,
    total,
    zero,
)

minors = st.integers(min_value=-MAX_MINOR, max_value=MAX_MINOR)
currencies = st.sampled_from([SYP, SYO])
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@given(minors, minors, currencies)
def test_amounts_of_one_currency_add_subtract_and_compare(one: int, two: int, currency: str) -> None:
    first, second = Money(one, currency), Money(two, currency)
    assert first + second == Money(one + two, currency)
    assert first - second == Money(one - two, currency)
    assert -first == Money(-one, currency)
    assert abs(first) == Money(abs(one), currency)
    assert (first < second, first <= second, first > second, first >= second) == (
        one < two,
        one <= two,
        one > two,
        one >= two,
    )


def test_the_old_and_the_new_pound_never_mix() -> None:
    new, old = Money(1, SYP), Money(1, SYO)
    for act in (operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge, round_cash):
        with pytest.raises(BadMoney) as caught:
            act(new, old)
        assert caught.value.code == "money.mixed_currencies"
        assert set(caught.value.currencies) == {SYP, SYO}
    with pytest.raises(BadMoney):
        total([new, old], SYP)
    assert new != old


def test_a_currency_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BadMoney) as caught:
        Money(1, "USD")
    assert (caught.value.code, caught.value.currencies) == ("money.unknown_currency", ("USD",))


@pytest.mark.parametrize("minor", [1.0, True, "1"])
def test_a_float_never_becomes_money(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, SYP)  # type: ignore[arg-type]


@given(st.lists(minors), currencies)
def test_the_total_is_the_sum(values: list[int], currency: str) -> None:
    assert total((Money(value, currency) for value in values), currency) == Money(sum(values), currency)
    assert total([], currency) == zero(currency)


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [(10000, 100, 0), (149, 1, 49), (150, 2, -50), (49, 0, 49), (50, 1, -50), (-50, -1, 50), (-149, -1, -49)],
)
def test_a_hundred_old_pounds_are_one_new_pound(old: int, new: int, left: int) -> None:
    assert convert(Money(old, SYO), SYP) == (Money(new, SYP), Money(left, SYO))


@given(minors)
@example(50)
@example(-50)
def test_conversion_loses_nothing_and_is_never_off_by_more_than_half_a_unit(minor: int) -> None:
    old = Money(minor, SYO)
    new, left = convert(old, SYP)
    assert convert(new, SYO)[0] + left == old
    assert abs(left.minor) <= 50
    assert convert(-old, SYP) == (-new, -left)


@given(minors, currencies)
def test_converting_to_the_same_or_the_finer_currency_leaves_nothing_over(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert convert(amount, currency) == (amount, zero(currency))
    assert convert(Money(minor, SYP), SYO) == (Money(minor * 100, SYO), zero(SYP))


@given(minors, st.integers(min_value=1, max_value=100_000), currencies)
def test_cash_is_rounded_to_the_nearest_coin(minor: int, coin: int, currency: str) -> None:
    amount = Money(minor, currency)
    rounded, difference = round_cash(amount, Money(coin, currency))
    assert rounded.minor % coin == 0
    assert amount + difference == rounded
    assert 2 * abs(difference.minor) <= coin
    if 2 * abs(difference.minor) == coin:
        assert abs(rounded) > abs(amount)


def test_half_a_coin_rounds_up_and_a_refund_mirrors_the_payment() -> None:
    coin = Money(500, SYP)
    assert round_cash(Money(250, SYP), coin) == (Money(500, SYP), Money(250, SYP))
    assert round_cash(Money(249, SYP), coin) == (Money(0, SYP), Money(-249, SYP))
    assert round_cash(Money(-250, SYP), coin) == (Money(-500, SYP), Money(-250, SYP))


@pytest.mark.parametrize("coin", [0, -100])
def test_a_coin_that_is_worth_nothing_rounds_nothing(coin: int) -> None:
    with pytest.raises(ValueError, match="smallest coin"):
        round_cash(Money(1, SYP), Money(coin, SYP))


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1500", 150000),
        ("١٥٠٠", 150000),
        ("۱۵۰۰", 150000),
        ("١٬٥٠٠٫٢٥", 150025),
        ("1,500.25", 150025),
        ("1 500,25", 150025),
        ("1\u00a0500", 150000),
        ("1\u202f500\u202f000", 150000000),
        ("1,500", 150000),
        ("1,500,000", 150000000),
        ("1,5", 150),
        ("1,50", 150),
        ("١،٥", 150),
        ("0,5", 50),
        (".5", 50),
        ("٫٥", 50),
        ("0", 0),
        ("000", 0),
        ("-12.5", -1250),
        ("− 12", -1200),
        ("+12", 1200),
        ("\u2066-1,500.00\u2069", -150000),
        ("\u200f١٥٠٠\u200e", 150000),
        ("  7\t", 700),
        ("0000000000000000000000000001", 100),
        ("10000000000000", MAX_MINOR),
        ("-10000000000000.00", -MAX_MINOR),
    ],
)
def test_an_amount_is_read_as_people_type_it(text: str, minor: int) -> None:
    assert parse_amount(text, SYP) == Money(minor, SYP)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount.empty"),
        (" \u200f\u00a0", "amount.empty"),
        ("-", "amount.not_a_number"),
        ("+ ", "amount.not_a_number"),
        ("abc", "amount.not_a_number"),
        ("خمسمئة", "amount.not_a_number"),
        ("5.", "amount.not_a_number"),
        ("5,", "amount.not_a_number"),
        (",5", "amount.not_a_number"),
        ("1.500,25", "amount.not_a_number"),
        ("1,5.5", "amount.not_a_number"),
        ("1,500 000", "amount.not_a_number"),
        ("15 00", "amount.not_a_number"),
        ("٬٥٠٠", "amount.not_a_number"),
        ("--5", "amount.not_a_number"),
        ("5-", "amount.not_a_number"),
        ("1e3", "amount.not_a_number"),
        ("१५", "amount.not_a_number"),
        ("5\n6", "amount.not_a_number"),
        ("1.500", "amount.too_many_decimals"),
        ("1500,000", "amount.too_many_decimals"),
        ("0,500", "amount.too_many_decimals"),
        ("10000000000000.01", "amount.too_large"),
        ("-10000000000000.01", "amount.too_large"),
        ("9" * 5000, "amount.too_large"),
    ],
)
def test_what_is_no_amount_says_why(text: str, code: str) -> None:
    with pytest.raises(BadAmount) as caught:
        parse_amount(text, SYP)
    assert (caught.value.code, caught.value.text) == (code, text)


def test_a_currency_may_take_fewer_decimals_on_input() -> None:
    assert parse_amount("5", SYO, decimals=0) == Money(500, SYO)
    with pytest.raises(BadAmount) as caught:
        parse_amount("5.5", SYO, decimals=0)
    assert caught.value.code == "amount.too_many_decimals"


@given(minors, st.sampled_from(["", ",", " ", "\u00a0", "٬"]), st.sampled_from([".", "٫"]), st.booleans())
def test_every_amount_is_read_back_in_every_digit_family(minor: int, mark: str, point: str, isolated: bool) -> None:
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 100)
    latin = f"{sign}{whole:,}".replace(",", mark) + f"{point}{part:02}"
    for spelling in (latin, latin.translate(ARABIC), latin.translate(PERSIAN)):
        text = f"\u2066{spelling}\u2069" if isolated else spelling
        assert parse_amount(text, SYP) == Money(minor, SYP)


@given(st.text(max_size=30) | st.text(alphabet="0123456789٠١٢٣ ,.٫٬،-+", max_size=12))
def test_any_text_is_an_amount_or_a_clear_refusal(text: str) -> None:
    try:
        outcome: Money | str = parse_amount(text, SYP)
    except BadAmount as bad:
        outcome = bad.code
    if isinstance(outcome, Money):
        assert abs(outcome.minor) <= MAX_MINOR
    else:
        assert outcome.startswith("amount.")
