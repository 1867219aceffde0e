"""The one formatter: figures, money and time in both languages and both digit families."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.config import language
from ccbs_desk.config.language import (
    Amount,
    Code,
    Language,
    Month,
    TimeOfDay,
    format_amount,
    format_code,
    format_date,
    format_datetime,
    format_duration,
    format_integer,
    format_money,
    format_month,
    format_time,
    isolate,
    isolate_ltr,
    map_digits,
    message,
    nmessage,
    pmessage,
    set_digits,
    set_language,
    show,
    strip_isolates,
)
from ccbs_desk.domain.money import SYO, SYP, Money, parse_amount

MOMENT = datetime(2026, 11, 23, 21, 30, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _arabic() -> Iterator[None]:
    before = language.current_language()
    set_language("ar")
    yield
    set_language(before)
    set_digits("arab")


def test_money_always_shows_both_decimals() -> None:
    assert strip_isolates(format_money(Money(123450, SYP))) == "١٬٢٣٤٫٥٠\u00a0ل.س"
    assert strip_isolates(format_money(Money(0, SYP))) == "٠٫٠٠\u00a0ل.س"
    assert strip_isolates(format_money(Money(100000, SYO))) == "١٬٠٠٠٫٠٠\u00a0ل.س قديمة"
    set_language("en")
    assert strip_isolates(format_money(Money(5, SYP))) == "0.05\u00a0SYP"
    assert strip_isolates(format_amount(Money(-123456789, SYP))) == "−1,234,567.89"


def test_the_setting_chooses_the_digits_of_arabic_and_of_nothing_else() -> None:
    set_digits("latn")
    assert strip_isolates(format_amount(Money(123450, SYP))) == "1,234.50"
    assert strip_isolates(format_date(date(2026, 1, 2))) == "02/01/2026"
    set_language("en")
    set_digits("arab")
    assert strip_isolates(format_integer(1234)) == "1,234"


def test_times_are_those_of_damascus() -> None:
    assert strip_isolates(format_datetime(MOMENT)) == "٢٤/١١/٢٠٢٦ ٠٠:٣٠"
    assert strip_isolates(format_date(MOMENT)) == "٢٤/١١/٢٠٢٦"
    assert strip_isolates(format_time(MOMENT, seconds=True)) == "٠٠:٣٠:٠٥"
    assert format_month(date(2026, 2, 1)) == "شباط ٢٠٢٦"
    assert format_month(date(2026, 1, 1)) == "كانون الثاني ٢٠٢٦"


def test_a_moment_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_time(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_damascus_is_known_without_time_zone_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_name: str) -> None:
        raise ZoneInfoNotFoundError

    monkeypatch.setattr(language, "ZoneInfo", absent)
    assert MOMENT.astimezone(language._damascus()).hour == 0


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(seconds=65), "١:٠٥"),
        (timedelta(hours=26, seconds=3), "٢٦:٠٠:٠٣"),
        (timedelta(seconds=-8), "−٠:٠٨"),
    ],
)
def test_durations(length: timedelta, shown: str) -> None:
    assert strip_isolates(format_duration(length)) == shown


def test_a_number_is_isolated_and_forced_left_to_right() -> None:
    assert format_code("011 / 2214567") == "\u2066\u202d٠١١ / ٢٢١٤٥٦٧\u202c\u2069"
    assert isolate_ltr("1") != "1"
    assert strip_isolates(isolate("اسم")) == "اسم"


def test_a_code_with_latin_letters_keeps_latin_digits() -> None:
    assert strip_isolates(format_code("0217-B-000001")) == "0217-B-000001"


def test_messages_follow_the_language_and_format_their_values() -> None:
    text = message("Till {till}", till=Code("0217"))
    assert strip_isolates(str(text)) == "الصندوق ٠٢١٧"
    set_language("en")
    assert strip_isolates(str(text)) == "Till 0217"
    assert str(pmessage("month", "May")) == "May"
    set_language("ar")
    assert str(pmessage("month", "May")) == "أيار"


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        (0, "لا عمليات غير مرسلة"),
        (1, "عملية واحدة لم تُرسل"),
        (2, "عمليتان لم تُرسلا"),
        (3, "٣ عمليات لم تُرسل"),
        (11, "١١ عملية لم تُرسل"),
        (100, "١٠٠ عملية لم تُرسل"),
        (103, "١٠٣ عمليات لم تُرسل"),
    ],
)
def test_six_arabic_plurals(n: int, shown: str) -> None:
    assert strip_isolates(str(nmessage("{n} unsent act", "{n} unsent acts", n))) == shown


def test_show_knows_every_kind_of_value() -> None:
    money = Money(150, SYP)
    shown = [show(value) for value in (money, True, False, 7, MOMENT, date(2026, 1, 2), "كما هو")]
    assert [strip_isolates(text) for text in shown] == [
        "١٫٥٠\u00a0ل.س",
        "نعم",
        "لا",
        "٧",
        "٢٤/١١/٢٠٢٦ ٠٠:٣٠",
        "٠٢/٠١/٢٠٢٦",
        "كما هو",
    ]
    wrapped = (Amount(money), Month(date(2026, 3, 1)), TimeOfDay(MOMENT))
    assert [strip_isolates(show(value)) for value in wrapped] == ["١٫٥٠", "آذار ٢٠٢٦", "٠٠:٣٠"]


def test_an_unknown_currency_keeps_its_code_and_an_unknown_text_itself() -> None:
    assert language.currency_name("EUR") == "EUR"
    assert language._("not in any catalogue") == "not in any catalogue"
    assert language.is_rtl()


@given(minor=st.integers(-(10**12), 10**12), chosen=st.sampled_from(["ar", "en"]))
def test_what_is_shown_can_be_typed_again(minor: int, chosen: Language) -> None:
    set_language(chosen)
    assert parse_amount(format_amount(Money(minor, SYP)), SYP) == Money(minor, SYP)


@given(st.text())
def test_mapping_digits_changes_nothing_else(text: str) -> None:
    assert len(map_digits(text)) == len(text)
    assert strip_isolates(isolate(isolate_ltr(text))) == strip_isolates(text)
