"""What a terminal's slip is, and what must never be typed."""

import pytest

from ccbs_desk.domain.cards import CardSlip, amiss, holds_card_number, last_of, masked

GOOD = CardSlip("482913", "501234567890", masked("4417"))


def test_a_slip_shows_the_last_digits_alone() -> None:
    assert GOOD.masked == "****4417"
    assert last_of(GOOD.masked) == "4417"
    assert masked("٤٤١٧") == "****4417"
    assert list(amiss(GOOD)) == []


@pytest.mark.parametrize(
    ("slip", "parts"),
    [
        (CardSlip("", "", ""), ["approval", "reference", "masked"]),
        (CardSlip("48 29", "5012", masked("4417")), ["approval"]),
        (CardSlip("4" * 13, "5" * 25, masked("4417")), ["approval", "reference"]),
        (CardSlip("482913", "5012\n", masked("441")), ["reference", "masked"]),
        (CardSlip("482913", "5012", "4417"), ["masked"]),
        (CardSlip("482913", "5012", masked("44177")), ["masked"]),
    ],
)
def test_what_is_no_slip_is_told_part_by_part(slip: CardSlip, parts: list[str]) -> None:
    assert list(amiss(slip)) == parts


@pytest.mark.parametrize(
    "typed",
    [
        "4539578763621486",
        "4539 5787 6362 1486",
        "4539-5787-6362-1486",
        "رقم البطاقة ٤٥٣٩ ٥٧٨٧ ٦٣٦٢ ١٤٨٦",
        "card 4539\u200e57876362148",
        "6304000000000000000",
        "4539 - 5787 / 6362 . 148",
    ],
)
def test_a_card_number_is_known_however_it_is_written(typed: str) -> None:
    assert holds_card_number("", typed)


@pytest.mark.parametrize(
    "typed", ["", "482913", "501234567890", "****4417", "فاتورة 0010000016", "0112214567 ثم 0933123456"]
)
def test_what_has_fewer_digits_in_a_row_is_none(typed: str) -> None:
    assert not holds_card_number(typed)
