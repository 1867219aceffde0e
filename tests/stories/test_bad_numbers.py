"""A number is found however it is written, and one that is none is said so in both languages, without harm."""

import pytest

from ccbs_desk.config.language import LANGUAGES, speaking, strip_isolates
from ccbs_desk.domain.errors import NumberUnreadable
from ccbs_desk.domain.numbers import BadNumber, parse_number
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.services.look_up import Found, HintCode, look_up
from ccbs_desk.ui.search import text as search_words
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.dumps import SHARED, changed, dump
from tests.factories.words import told

SPELLINGS = (
    "2214567",
    "0112214567",
    "112214567",
    "011 2214567",
    "011-221-4567",
    "011/2214567",
    "(011) 221 45 67",
    "011.221.4567",
    "+963112214567",
    "+963 11 221 4567",
    "+963 (0)11 2214567",
    "00963112214567",
    "00963 11/221-4567",
    "963112214567",
    "٠١١٢٢١٤٥٦٧",
    "٠١١ ٢٢١ ٤٥٦٧",
    "٠١١/٢٢١٤٥٦٧",
    "+٩٦٣١١٢٢١٤٥٦٧",
    "٠٠٩٦٣ ١١ ٢٢١ ٤٥٦٧",
    "۰۱۱۲۲۱۴۵۶۷",
    "  011 221–4567  ",
    "\u2066011 2214567\u2069",
    "\u200f٢٢١٤٥٦٧\u200e",
    "011\u00a02214567",
)
NONE_OF_OURS = {
    "221": HintCode.TOO_SHORT,
    "٠١": HintCode.TOO_SHORT,
    "0944 123 456": HintCode.NOT_FIXED,
    "112": HintCode.NOT_FIXED,
    "+49 30 1234567": HintCode.NOT_FIXED,
    "011 22 14 56 78 90 12 34": HintCode.NUMBER_UNREADABLE,
    "011 9999999": HintCode.NOTHING,
}
UNREADABLE = ("", "   ", "011 22a4567", "٠١١x", "0112214567890123456", "011 22", "+963")


def find(desk: Desk, text: str) -> Found:
    """Return what the search finds at a desk in Damascus."""
    return desk.read(look_up, text, home_area="11", today=desk.today)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_finds_the_same_subscriber(desk: Desk, typed: str) -> None:
    found = find(desk, typed)
    assert [hit.account_id for hit in found.hits] == [demo.ACCOUNT_ID], found
    assert found.kind == "number"
    assert found.hint_code is None


def test_a_number_of_another_area_needs_its_code_elsewhere(desk: Desk) -> None:
    found = desk.read(look_up, "2214567", home_area="21", today=desk.today)
    assert demo.ACCOUNT_ID not in [hit.account_id for hit in found.hits]
    found = desk.read(look_up, "٠١١ 2214567", home_area="21", today=desk.today)
    assert [hit.account_id for hit in found.hits] == [demo.ACCOUNT_ID]


@pytest.mark.parametrize("typed", NONE_OF_OURS, ids=repr)
def test_what_is_no_number_of_ours_gets_a_hint_in_both_languages(desk: Desk, typed: str) -> None:
    before = desk.read(dump, (*SHARED, table_of(Outbox)))
    found = find(desk, typed)
    assert found.hits == ()
    assert found.hint_code == NONE_OF_OURS[typed]
    said = set()
    for language in LANGUAGES:
        with speaking(language):
            said.add(strip_isolates(" ".join(str(text) for text in search_words.nothing(found))))
    assert len(said) == len(LANGUAGES)
    assert all(words.strip() and "look_up" not in words for words in said)
    assert changed(before, desk.read(dump, (*SHARED, table_of(Outbox)))) == set()


def test_four_digits_are_enough_as_the_hint_says(desk: Desk) -> None:
    with speaking("en"):
        assert "four digits" in str(search_words.nothing(find(desk, "221"))[1])
    assert find(desk, "2214").hits


@pytest.mark.parametrize("typed", UNREADABLE, ids=repr)
def test_a_field_that_must_hold_a_number_says_what_is_wrong(typed: str) -> None:
    with pytest.raises(BadNumber) as bad:
        parse_number(typed, "11")
    words = told(NumberUnreadable(typed, bad.value.code), typed=typed.strip())
    for language in LANGUAGES:
        assert "number." not in " ".join(words[language])
    if typed.strip():
        assert typed.strip() in words["en"][0]
