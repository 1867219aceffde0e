"""What was typed in the one keyboard layout is understood in the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.domain.layouts import in_arabic_layout, in_latin_layout, key_of, other_layout


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [("kft", "نبف"), ("pay", "حشغ"), ("b", "لا"), ("sign", "سهلى"), ("lpl]", "محمد"), ("hgpgfd", "الحلبي")],
)
def test_either_layout_is_understood(latin: str, arabic: str) -> None:
    assert in_arabic_layout(latin) == arabic
    assert in_latin_layout(arabic) == latin


@pytest.mark.parametrize(
    ("typed", "meant"), [("Hpl]", "أحمد"), ("Yfvhidl", "إبراهيم"), ("Nghx", "آلاء"), ("HPL]", "أحمد")]
)
def test_letters_with_shift_are_those_of_the_keys(typed: str, meant: str) -> None:
    assert in_arabic_layout(typed) == meant


def test_two_letters_of_one_key_are_one_key_again() -> None:
    assert in_latin_layout("لألإلآلاﻻ") == "gtbbb"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lpl] hgpgfd", "محمد الحلبي"),
        ("YFV QG", "غبر ضل"),
        ("Yfv", "إبر"),
        ("0001-ش-000001", "0001-a-000001"),
        ("2214567", None),
        ("", None),
        ("محمد abc", None),
        ("[];", None),
    ],
)
def test_what_nobody_can_tell_has_no_other_layout(typed: str, meant: str | None) -> None:
    assert other_layout(typed) == meant


@given(st.text(st.sampled_from("qwertyuiop[]asdfghjkl;'zxcvbnm,./ 0123456789")))
def test_back_and_forth_is_what_was_typed(text: str) -> None:
    # ا after ل is one key, wherever it came from.
    assert in_latin_layout(in_arabic_layout(text)) == text.replace("gh", "b")


@pytest.mark.parametrize(("letter", "key"), [("ن", "k"), ("أ", "h"), ("ﻻ", "b"), ("چ", "")])
def test_the_key_of_a_letter(letter: str, key: str) -> None:
    assert key_of(letter) == key
