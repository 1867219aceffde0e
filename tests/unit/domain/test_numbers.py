"""Telephone numbers: one number in every spelling, and a clear word for what is none."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from ccbs_desk.domain.numbers import (
    AREAS,
    SHORT_CODES,
    BadNumber,
    Number,
    NumberKind,
    ParsedNumber,
    parse_number,
    search_keys,
)

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
DAMASCUS = Number("11", "2214567")


@st.composite
def numbers(draw: st.DrawFn) -> Number:
    area = AREAS[draw(st.sampled_from(sorted(AREAS)))]
    length = draw(st.sampled_from(area.lengths))
    first = draw(st.sampled_from("23456789"))
    return Number(area.code, first + draw(st.text("0123456789", min_size=length - 1, max_size=length - 1)))


def fixed(number: Number) -> ParsedNumber:
    return ParsedNumber(NumberKind.FIXED, number.e164, number.national, number.international, number)


def test_a_number_is_shown_here_and_abroad() -> None:
    assert (DAMASCUS.e164, DAMASCUS.national, DAMASCUS.international) == (
        "+963112214567",
        "011 2214567",
        "+963 11 2214567",
    )


@pytest.mark.parametrize(
    "text",
    [
        "2214567",
        "221-4567",
        "٢٢١٤٥٦٧",
        "0112214567",
        "011 2214567",
        "011/2214567",
        "(011) 221.45.67",
        "٠١١/٢٢١٤٥٦٧",
        "۰۱۱ ۲۲۱۴۵۶۷",
        "112214567",
        "963112214567",
        "00963112214567",
        "00 963 11 2214567",
        "+963112214567",
        "+963 (0)11 221 4567",
        "009630112214567",
        "9630112214567",
        "\u2066+963 11 221–4567\u2069",
        "\u200f٠٠٩٦٣ ١١ ٢٢١٤٥٦٧\u00a0",
    ],
)
def test_one_damascus_number_in_every_spelling(text: str) -> None:
    assert parse_number(text, "11") == fixed(DAMASCUS)
    assert search_keys(text, "11") == (DAMASCUS.e164,)


@given(numbers(), st.sampled_from(["", " ", "-", "/", "\u00a0"]), st.sampled_from([None, ARABIC, PERSIAN]))
def test_every_number_is_read_back_from_every_spelling(
    number: Number, separator: str, family: dict[int, int] | None
) -> None:
    head, tail = number.local[:3], number.local[3:]
    for prefix in (
        f"0{number.area}",
        f"+963{number.area}",
        f"00963{number.area}",
        f"963{number.area}",
        "+963(0)11"[:0],
    ):
        home = None if prefix else number.area
        text = f"{prefix}{separator}{head}{separator}{tail}".translate(family or {})
        assert parse_number(text, home) == fixed(number)
        assert search_keys(text, home) == (number.e164,)
    for shown in (number.e164, number.national, number.international):
        assert parse_number(shown, None).number == number


def test_the_plan_agrees_with_the_public_metadata() -> None:
    """Every two-digit area and every local length, by the metadata: ours are those and no others."""
    for code in (f"{value:02}" for value in range(10, 60)):
        lengths = tuple(
            length
            for length in range(4, 10)
            if phonenumbers.number_type(phonenumbers.parse(f"+963{code}{'234567890'[:length]}"))
            == PhoneNumberType.FIXED_LINE
        )
        assert lengths == (AREAS[code].lengths if code in AREAS else ()), code


@pytest.mark.parametrize("text", ["0933123456", "933 123 456", "+963 933 123 456", "٠٩٣٣١٢٣٤٥٦", "963933123456"])
@pytest.mark.parametrize("home", ["11", "43", None])
def test_a_mobile_is_recognised_wherever_it_is_typed(text: str, home: str | None) -> None:
    parsed = parse_number(text, home)
    assert parsed == ParsedNumber(NumberKind.MOBILE, "+963933123456", "0933 123 456", "+963 933 123 456")
    assert search_keys(text, home) == ("+963933123456",)


def test_a_mobile_may_begin_like_the_country_code() -> None:
    assert parse_number("963123456", "11").e164 == "+963963123456"
    assert parse_number("0501234567", None).kind is NumberKind.MOBILE


@pytest.mark.parametrize("code", sorted(SHORT_CODES))
def test_a_short_code_is_no_subscriber(code: str) -> None:
    for home in ("11", None):
        assert parse_number(code, home) == ParsedNumber(NumberKind.SHORT, None, code, code)
        assert search_keys(code.translate(ARABIC), home) == ()


def test_a_caller_from_abroad_is_recognised() -> None:
    for text in ("+961 1 234 567", "009611234567"):
        parsed = parse_number(text, "11")
        assert parsed == ParsedNumber(NumberKind.FOREIGN, "+9611234567", "+961 1 234 567", "+961 1 234 567")
        assert search_keys(text, None) == ("+9611234567",)


@pytest.mark.parametrize(
    ("text", "home", "code"),
    [
        ("", "11", "number.empty"),
        (" - \u200f", None, "number.empty"),
        ("+", "11", "number.not_a_number"),
        ("++963112214567", "11", "number.not_a_number"),
        ("22145x7", "11", "number.not_a_number"),
        ("سامر", "11", "number.not_a_number"),
        ("*21#", "11", "number.not_a_number"),
        ("२२१४५६७", "11", "number.not_a_number"),
        ("0", "11", "number.too_short"),
        ("00", "11", "number.too_short"),
        ("+963", None, "number.too_short"),
        ("+9631", None, "number.too_short"),
        ("12345", None, "number.too_short"),
        ("011 221456", None, "number.too_short"),
        ("221456", "11", "number.too_short"),
        ("093312345", "11", "number.too_short"),
        ("+961 1", "11", "number.too_short"),
        ("+96", "11", "number.too_short"),
        ("+1 5551234", "11", "number.too_short"),
        ("22145678", "11", "number.too_long"),
        ("011 22145678", None, "number.too_long"),
        ("09331234567", None, "number.too_long"),
        ("+961 1 234 567 890", None, "number.too_long"),
        ("1234567890123456", "11", "number.too_long"),
        ("+963112214567890123", "11", "number.too_long"),
        ("2214567", None, "number.unknown_area"),
        ("2214567", "99", "number.unknown_area"),
        ("019 2214567", "11", "number.unknown_area"),
        ("+963 61 221456", None, "number.unknown_area"),
        ("+999 1234567", None, "number.unknown_area"),
    ],
)
def test_what_is_no_number_says_why(text: str, home: str | None, code: str) -> None:
    with pytest.raises(BadNumber) as caught:
        parse_number(text, home)
    assert (caught.value.code, caught.value.text) == (code, text)


def test_a_wrong_length_tells_which_lengths_the_area_has() -> None:
    for text, lengths in (("011 221456", (7,)), ("021 22145", (6, 7)), ("0933 12", (9,))):
        with pytest.raises(BadNumber) as caught:
            parse_number(text, None)
        assert caught.value.lengths == lengths


def test_a_number_built_by_hand_holds_digits_only() -> None:
    with pytest.raises(BadNumber) as caught:
        Number("11", "221456x")
    assert caught.value.code == "number.not_a_number"


def test_a_local_number_without_an_area_may_be_in_several() -> None:
    keys = search_keys("٢٢١٤٥٦", None)
    assert "+96343221456" in keys
    assert "+96321221456" in keys
    assert set(keys) == {Number(code, "221456").e164 for code, area in AREAS.items() if 6 in area.lengths}
    assert search_keys("221456", "43") == ("+96343221456",)
    assert search_keys("221456", "11") == keys
    assert search_keys("221456", "99") == keys


def test_eight_digits_may_lack_only_their_trunk_zero() -> None:
    assert search_keys("43221456", "11") == ("+96343221456",)


@pytest.mark.parametrize("text", ["", "سامر", "12345", "2214567890", "019 2214567"])
def test_a_search_for_no_number_says_why(text: str) -> None:
    with pytest.raises(BadNumber):
        search_keys(text, "11")


@given(st.text(max_size=20) | st.text("0123456789+٠١٢ /-()", max_size=18), st.sampled_from([None, "11", "43"]))
def test_any_text_is_a_number_or_a_clear_refusal(text: str, home: str | None) -> None:
    try:
        outcome: ParsedNumber | str = parse_number(text, home)
    except BadNumber as bad:
        outcome = bad.code
    if isinstance(outcome, str):
        assert outcome.startswith("number.")
    elif outcome.e164:
        assert parse_number(outcome.e164, None).e164 == outcome.e164
        assert parse_number(outcome.international, None) == outcome
