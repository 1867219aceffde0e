"""Code 128 as a scanner reads it: widths back to symbols, symbols back to text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.domain.till import FIRST_LETTER, Series, receipt_number
from ccbs_desk.printing.barcode import bars, symbols

START_B, START_C, STOP, CODE_B, CODE_C = 104, 105, 106, 100, 99


def read(values: list[int]) -> str:
    """Return the text of the symbols as a scanner understands them."""
    in_pairs = values[0] == START_C
    text = ""
    for value in values[1:-2]:
        if value == (CODE_B if in_pairs else CODE_C):
            in_pairs = not in_pairs
        else:
            text += f"{value:02}" if in_pairs else chr(value + 32)
    return text


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1))
def test_a_scanner_reads_what_was_asked_for(text: str) -> None:
    values = symbols(text)
    assert read(values) == text
    assert values[0] in (START_B, START_C)
    assert values[-1] == STOP
    assert values[-2] == (values[0] + sum(place * value for place, value in enumerate(values[:-2]))) % 103


def test_a_published_example() -> None:
    assert symbols("PJJ123C") == [START_B, 48, 42, 42, 17, 18, 19, 35, 55, STOP]


def test_each_symbol_is_eleven_modules_and_no_two_are_alike() -> None:
    letters = [bars(chr(code))[6:12] for code in range(32, 127)]
    pairs = [bars(f"{pair:02}00")[6:12] for pair in range(100)]
    assert {sum(symbol) for symbol in letters + pairs} == {11}
    assert len(set(letters)) == len(letters)
    assert len(set(pairs)) == len(pairs)
    assert pairs[:95] == letters, "the two sets share their symbols"
    assert {sum(symbol[::2]) % 2 for symbol in letters + pairs} == {0}, "the bars of a symbol are an even width"


def test_the_bars_end_in_the_stop_that_begins_none() -> None:
    assert bars("0217")[-7:] == (2, 3, 3, 1, 1, 1, 2)
    assert bars("0217")[:6] == (2, 1, 1, 2, 3, 2)
    assert len(bars("0217")) % 2 == 1, "first and last are bars"


def test_digits_are_packed_so_that_a_receipt_fits_in_wide_bars() -> None:
    number = receipt_number(Series("0217", FIRST_LETTER), 148)
    assert sum(bars(number)) == 145
    assert read(symbols("12345")) == "12345"


@pytest.mark.parametrize("text", ["", "إيصال", "a\n", "٠١"])
def test_what_has_no_bars_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no Code 128"):
        symbols(text)
