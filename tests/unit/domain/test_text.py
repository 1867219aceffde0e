"""Text: one spelling for what means the same, and never one for what does not."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccbs_desk.domain.text import fold, fold_digits, index_tokens, search_tokens, strip_controls, tokens

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
MARKS = "ًٌٍَُِّْٰٓـ\u200f\u2066\u2069\u200c"
words = st.text(LETTERS, min_size=2, max_size=7)
names = st.lists(words, min_size=1, max_size=4).map(" ".join)


def test_digits_of_every_family_become_latin() -> None:
    assert fold_digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ 0123456789") == "0123456789 0123456789 0123456789"


def test_what_only_steers_the_drawing_is_taken_out() -> None:
    assert strip_controls("\u2066+963 11\u2069\u200e\u200f\u202b\u202e\u061c\ufeff\u200b\u00ad") == "+963 11"
    assert strip_controls("أحمد Omar") == "أحمد Omar"


@pytest.mark.parametrize(
    "spellings",
    [
        ("أحمد", "احمد", "إحمد", "آحمد", "ٱحمد", "أَحْمَد", "احـــمد", "\u0627\u0654حمد"),
        ("فاطمة", "فاطمه", "فَاطِمَة", "\u2067فاطمة\u2069"),
        ("هدى", "هدي", "هدی"),
        ("مؤمن", "مومن"),
        ("رائد", "رايد"),
        ("علاء", "علا"),
        ("رحمٰن", "رحمن"),
        ("كريم", "کریم"),
        ("سلام", "ﺳﻼم"),
        ("Café  DAMAS", " cafe\u00a0damas\n", "cafe\u0301 Damas"),
        ("بناء ١٢", "بنا 12", "بناء ۱۲"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_word_fold_together(spellings: tuple[str, ...]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


def test_what_is_written_with_other_letters_stays_apart() -> None:
    different = ["سمير", "سمر", "تامر", "ثامر", "حسن", "حسين", "حسّون", "ضياء", "ظياء"]
    assert len({fold(name) for name in different}) == len(different)


@given(st.text(max_size=40))
@example("İß\u0345ﷺ")
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert tokens(once) == tokens(text)
    assert not any(unicodedata.category(letter) == "Mn" for letter in once)


@given(st.text([chr(code) for code in (*range(0x20, 0x7F), *range(0x600, 0x700))], max_size=20))
def test_the_short_way_for_common_letters_gives_what_the_long_way_gives(text: str) -> None:
    assert fold(text) == fold(f"é {text}").removeprefix("e").strip()


@given(names, st.data())
def test_marks_between_the_letters_do_not_matter(name: str, data: st.DataObject) -> None:
    dressed = "".join(letter + data.draw(st.text(MARKS, max_size=2)) for letter in name)
    assert fold(dressed) == fold(name)


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        ("عبد الرحمن", "عبدالرحمن"),
        ("عبد الله", "عبدالله"),
        ("أبو الخير", "ابوالخير"),
        ("أم كلثوم", "امكلثوم"),
        ("ابن سينا", "ابنسينا"),
        ("نور الدين", "نورالدين"),
        ("علاء الدين", "علاءالدين"),
        ("فضل الله", "فضلالله"),
        ("أبو عبد الله", "ابوعبدالله"),
        ("عبد-الرحمن", "عبدالرحمن"),
        ("عبد ال رحمن", "عبدالرحمن"),
    ],
)
def test_a_compound_is_one_word_however_it_is_spaced(apart: str, together: str) -> None:
    assert tokens(apart) == tokens(together)
    assert len(tokens(apart)) == 1
    assert search_tokens(f"محمد {apart} حداد") == search_tokens(f"محمد {together} حداد")


def test_words_beside_a_compound_stay_words_of_their_own() -> None:
    assert tokens("محمد عبد الرحمن الحمصي، أبو علي") == ("محمد", "عبدالرحمن", "الحمصي", "ابوعلي")
    assert tokens("نور الدين صلاح الدين") == ("نورالدين", "صلاحالدين")


def test_a_compound_part_with_nothing_to_join_stays_alone() -> None:
    assert tokens("عبد") == ("عبد",)
    assert tokens("خالد عبد") == ("خالد", "عبد")
    assert tokens("الدين") == ("الدين",)
    assert tokens("") == tokens(" ،؟!") == ()


@given(words)
def test_abu_and_abd_are_never_taken_for_one_another(name: str) -> None:
    abd = {*index_tokens(f"عبد {name}"), *index_tokens(f"عبد{name}")}
    for spelling in (f"أبو {name}", f"ابو{name}", f"أبو ال{name}"):
        assert not abd & set(index_tokens(spelling))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الحمصي", "حمصي"),
        ("عبد الرحمن", "عبد رحمن"),
        ("أبو الخير", "أبو خير"),
        ("أبو عبد الرحمن", "ابوعبدرحمن"),
        ("آل سعود", "سعود"),
        ("السعود", "آل سعود"),
    ],
)
def test_the_article_is_no_difference_when_searching(one: str, other: str) -> None:
    assert search_tokens(one) == search_tokens(other)
    assert set(search_tokens(one)) <= set(index_tokens(other))


def test_a_short_word_keeps_what_looks_like_an_article() -> None:
    assert search_tokens("علي الله") == ("عليالله",)
    assert search_tokens("الما") == ("الما",)
    assert search_tokens("أمال") == ("امال",)


def test_a_word_still_being_typed_is_found_with_and_without_its_article() -> None:
    keys = index_tokens("محل الدباغ")
    assert keys == ("محل", "الدباغ", "دباغ")
    for typed in ("ال", "الد", "الدب", "الدبا", "دبا"):
        (prefix,) = search_tokens(typed)
        assert any(key.startswith(prefix) for key in keys), typed


@given(names)
def test_every_text_is_found_by_itself(name: str) -> None:
    assert set(search_tokens(name)) <= set(index_tokens(name))
    assert set(tokens(name)) <= set(index_tokens(name))
    assert len(set(index_tokens(name))) == len(index_tokens(name))
    assert index_tokens(name) == index_tokens(f"  {name}.")


def test_latin_names_and_house_numbers_are_tokens_too() -> None:
    assert search_tokens("Al-Hourani, Bldg. ١٢/ب") == ("al", "hourani", "bldg", "12", "ب")
