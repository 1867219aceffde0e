"""The till: receipt numbers that are valid offline, and a drawer that is counted by note."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.till import (
    LETTERS,
    BadTill,
    Note,
    Series,
    count_total,
    difference,
    needs_approval,
    next_letter,
    parse_receipt_number,
    receipt_number,
)

codes = st.integers(0, 999_999).map(lambda number: f"{number:04}")
letters = st.text(LETTERS, min_size=1, max_size=3)
series = st.builds(Series, codes, letters)


def pounds(amount: int) -> Money:
    return Money(amount * 100, SYP)


def test_the_first_receipt_of_the_second_series() -> None:
    assert receipt_number(Series("0217", "B"), 1) == "0217-B-000001"


@given(series, st.integers(1, 10**9))
def test_a_receipt_number_is_read_back(one: Series, seq: int) -> None:
    assert parse_receipt_number(receipt_number(one, seq)) == (one, seq)


@given(st.tuples(series, st.integers(1, 10**7)), st.tuples(series, st.integers(1, 10**7)))
def test_two_receipts_never_share_a_number(one: tuple[Series, int], two: tuple[Series, int]) -> None:
    assert (receipt_number(*one) == receipt_number(*two)) == (one == two)


@pytest.mark.parametrize(
    "text", ["٠٢١٧-b-٠٠٠٠٤٢", "0217 - B - 42", "\u20660217-B-000042\u2069", "0217–B–42", " ۰۲۱۷-B-۴۲\n"]
)
def test_a_receipt_number_is_read_as_people_type_it(text: str) -> None:
    assert parse_receipt_number(text) == (Series("0217", "B"), 42)


@pytest.mark.parametrize("text", ["", "0217", "0217-B", "0217-I-000001", "217-B-1", "0217-B-000000", "0217-1-1", "B-1"])
def test_what_is_no_receipt_number_is_told(text: str) -> None:
    with pytest.raises(BadTill) as caught:
        parse_receipt_number(text)
    assert (caught.value.code, caught.value.text) == ("till.bad_receipt_number", text)


@pytest.mark.parametrize("seq", [0, -1])
def test_receipts_are_numbered_from_one(seq: int) -> None:
    with pytest.raises(BadTill) as caught:
        receipt_number(Series("0217", "A"), seq)
    assert caught.value.code == "till.bad_receipt_number"


@pytest.mark.parametrize(("code", "letter"), [("217", "A"), ("02a7", "A"), ("0217", "O"), ("0217", "a"), ("0217", "")])
def test_a_series_has_a_code_and_a_letter(code: str, letter: str) -> None:
    with pytest.raises(BadTill) as caught:
        Series(code, letter)
    assert caught.value.code == "till.bad_series"


@pytest.mark.parametrize(
    ("letter", "following"),
    [("A", "B"), ("H", "J"), ("N", "P"), ("Z", "AA"), ("AA", "AB"), ("AZ", "BA"), ("ZZ", "AAA")],
)
def test_a_new_enrolment_opens_the_next_letter(letter: str, following: str) -> None:
    assert next_letter(letter) == following


@pytest.mark.parametrize("letter", ["", "I", "O", "b", "1"])
def test_there_is_nothing_after_what_is_no_letter(letter: str) -> None:
    with pytest.raises(BadTill) as caught:
        next_letter(letter)
    assert (caught.value.code, caught.value.text) == ("till.bad_series", letter)


def test_no_letter_ever_comes_twice() -> None:
    letter, seen = LETTERS[0], set()
    for _ in range(1000):
        seen.add(letter)
        letter = next_letter(letter)
    assert len(seen) == 1000


def test_old_and_new_notes_in_one_drawer_are_counted_apart() -> None:
    notes = [Note(SYP, 50_000, 3), Note(SYP, 10_000, 2), Note(SYO, 500_000, 4), Note(SYP, 50_000, 1)]
    assert count_total(notes) == {SYP: pounds(2_200), SYO: Money(2_000_000, SYO)}
    assert count_total([]) == {}


@pytest.mark.parametrize(("minor", "count"), [(0, 1), (-100, 1), (100, -1)])
def test_a_note_is_worth_something_and_is_counted_upwards(minor: int, count: int) -> None:
    with pytest.raises(BadTill) as caught:
        Note(SYP, minor, count)
    assert caught.value.code == "till.bad_note"


def test_over_is_positive_short_is_negative_and_the_limit_holds_for_both() -> None:
    over, short = difference(pounds(1_310), pounds(1_300)), difference(pounds(1_289), pounds(1_300))
    assert (over, short) == (pounds(10), pounds(-11))
    assert not needs_approval(over, limit=pounds(10))
    assert needs_approval(short, limit=pounds(10))
