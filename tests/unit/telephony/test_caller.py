"""Caller ids as networks send them: everything that comes becomes something that can be shown and searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.telephony.caller import LONGEST_NAME, LONGEST_NUMBER, read_caller
from ccbs_desk.telephony.model import Caller, Presentation
from ccbs_desk.telephony.numbers import is_dialable, is_extension

ALLOWED, WITHHELD, UNAVAILABLE = Presentation.ALLOWED, Presentation.WITHHELD, Presentation.UNAVAILABLE


@pytest.mark.parametrize(
    ("number", "name", "expected"),
    [
        ("0112345678", "سامر الحلبي", Caller("0112345678", "سامر الحلبي", ALLOWED)),
        ("+963112345678", "", Caller("+963112345678", "", ALLOWED)),
        ("٠١١٢٣٤٥٦٧٨", "", Caller("٠١١٢٣٤٥٦٧٨", "", ALLOWED)),
        ("0112345678", "0112345678", Caller("0112345678", "", ALLOWED)),
        ("0112345678", "<unknown>", Caller("0112345678", "", ALLOWED)),
        ("", "", Caller("", "", UNAVAILABLE)),
        ("<unknown>", "<unknown>", Caller("", "", UNAVAILABLE)),
        ("unknown", "unknown", Caller("", "", UNAVAILABLE)),
        ("", "سامر", Caller("", "سامر", UNAVAILABLE)),
        ("ahmad", "", Caller("", "ahmad", UNAVAILABLE)),
        ("anonymous", "Anonymous", Caller("", "", WITHHELD)),
        ("Restricted", "سامر", Caller("", "", WITHHELD)),
        ("1" * 30, "", Caller("1" * 30, "", ALLOWED)),
        ("0112345678", "a\r\nAction: Logoff\0\u202eb", Caller("0112345678", "a Action: Logoffb", ALLOWED)),
        ("011\r\n234", "", Caller("011 234", "", ALLOWED)),
        ("011", "سام\ufffd", Caller("011", "سام", ALLOWED)),
    ],
)
def test_a_caller_is_read(number: str, name: str, expected: Caller) -> None:
    assert read_caller(number, name) == expected


def test_a_number_that_may_not_be_shown_is_not_kept() -> None:
    assert read_caller("0112345678", "سامر", WITHHELD) == Caller("", "", WITHHELD)


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_comes_is_short_and_of_one_line(number: str, name: str) -> None:
    caller = read_caller(number, name)
    assert len(caller.number) <= LONGEST_NUMBER
    assert len(caller.name) <= LONGEST_NAME
    assert "\n" not in caller.number + caller.name
    assert "\r" not in caller.number + caller.name


@pytest.mark.parametrize("text", ["1001", "100", "999999"])
def test_extensions(text: str) -> None:
    assert is_extension(text)


@pytest.mark.parametrize("text", ["", "10", "0112345678", "1001\n", "1001 ", "١٠٠١", "1001&1002", "*72"])
def test_what_is_no_extension(text: str) -> None:
    assert not is_extension(text)


@pytest.mark.parametrize("text", ["112", "0113334444", "00963113334444"])
def test_dialable(text: str) -> None:
    assert is_dialable(text)


@pytest.mark.parametrize("text", ["", "11", "+963113334444", "0113334444\n", "011 333", "٠١١٣٣٣", "1" * 21])
def test_what_is_not_dialable(text: str) -> None:
    assert not is_dialable(text)
