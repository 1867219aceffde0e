"""The directory finds whom a caller means, however it was heard and typed, and is never stopped by what is typed."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccbs_desk.directory.engine import Engine
from ccbs_desk.directory.query import Hint, Pair, Query
from tests.unit.directory.country import engine_of


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine_of(tmp_path_factory.mktemp("directory"))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("محمد عبد الرحمن الخطيب", "1"),
        ("محمد عبدالرحمن خطيب", "1"),
        ("الخطيب محمد عبد الرحمن", "1"),
        ("محمد الخطيب حلب", "1"),
        ("حلب العزيزية محمد", "1"),
        ("مُحَمَّد احمد الخطيب", "2"),
        ("فاطمه الحلبي", "3"),
        ("ابوخالد قاسم", "4"),
        ("سمر قاصم", "9"),
        ("فاطمة الحبلي", "3"),
        ("فاطمة الحلبيي", "3"),
        ("فاتمة الحلبي", "3"),
        ("mohammad ahmad alkhatib", "2"),
        ("mohamed a7med al khateeb", "2"),
        ("youssef salah eddin", "7"),
        ("abdullah khaled", "10"),
        ("صيدلية حلب", "5"),
        ("اجزاخانة حلب", "5"),
        ("مشفى الرازي", "6"),
        ("فاطمةعلي الحلبي", "3"),
        ("فاط مة الحلبي", "3"),
        ("th'lm hgpgfd", "3"),
        ("دكتور فاطمة الحلبي", "3"),
        ("لو سمحت رقم فاطمة الحلبي", "3"),
        ("محمد الخطيب بحلب", "1"),
        ("يوسف ضاه", "7"),
        ("يوسف داهر", "7"),
    ],
)
def test_whom_a_caller_means(engine: Engine, text: str, first: str) -> None:
    answer = engine.search(Query(text))

    assert answer.ids[:1] == (first,), answer


def test_servant_and_father_are_never_one_another(engine: Engine) -> None:
    assert "10" not in engine.search(Query("أبو الله")).ids
    assert engine.search(Query("عبد خالد سمير")).ids[:1] != ("4",)


def test_an_unlisted_entry_is_not_there(engine: Engine) -> None:
    assert "8" not in engine.search(Query("سري محجوب")).ids
    assert engine.by_number("0212345608") == ()


def test_a_hit_says_what_matched_and_why(engine: Engine) -> None:
    hit = engine.search(Query("محمد خطيب العزيزية")).hits[0]

    assert hit.why == ("exact", "exact", "place")
    assert [hit.name[start:end] for start, end in hit.spans] == ["محمد", "الخطيب"]
    assert (hit.number, hit.governorate, hit.kind) == ("0212345601", "حلب", "person")
    assert 0.9 < hit.score <= 1


def test_places_as_filters(engine: Engine) -> None:
    assert engine.search(Query("الخطيب", governorate="حماه")).ids == ("9",)
    assert engine.search(Query("محمد", town="دمشق", area="مزة", street="الجلاء")).ids == ("2",)
    assert engine.search(Query("محمد", governorate="أطلنطس")).hint == Hint.PLACE_UNKNOWN
    assert engine.search(Query("محمد", street="حلب")).hint == Hint.PLACE_UNKNOWN


def test_near_the_caller_comes_first(engine: Engine) -> None:
    assert engine.search(Query("محمد الخطيب", near="المزة")).ids[0] == "2"
    assert engine.search(Query("محمد الخطيب", near="العزيزية")).ids[0] == "1"


def test_each_letter_that_is_typed(engine: Engine) -> None:
    name = "فاطمة الحلبي"
    for length in range(3, len(name) + 1):
        assert "3" in engine.search(Query(name[:length], keystroke=True)).ids, name[:length]


def test_similar_names_come_besides(engine: Engine) -> None:
    query = Query("سمير قاسم", limit=1)
    shown = engine.search(query).ids

    assert shown == ("4",)
    assert [hit.id for hit in engine.similar(query, shown)] == ["9"]


def test_search_by_number(engine: Engine) -> None:
    assert [hit.id for hit in engine.by_number("٠٢١ ٢٣٤٥٦٠٤")] == ["4"]
    assert engine.by_number("") == ()
    assert engine.search(Query("0212345604")).hint == Hint.NUMBER


def test_an_entry_by_its_id(engine: Engine) -> None:
    hit = engine.by_id("5")

    assert hit is not None
    assert hit.name == "صيدلية الشفاء"
    assert engine.by_id("55") is None


def test_what_was_picked_teaches_and_can_be_taken_back(engine: Engine) -> None:
    assert engine.search(Query("بنش")).ids == ()
    engine.learn([Pair("بنش", "قاسم")])
    assert engine.search(Query("بنش")).ids == ("4", "9")
    engine.learn([])
    assert engine.search(Query("بنش")).ids == ()


@pytest.mark.parametrize(
    ("text", "hint"),
    [("", Hint.EMPTY), (" \t", Hint.EMPTY), ("؟!", Hint.EMPTY), ("م", Hint.TOO_SHORT), ("ال", Hint.ONLY_ARTICLE)],
)
def test_what_can_not_be_looked_for_gets_a_hint(engine: Engine, text: str, hint: str) -> None:
    assert engine.search(Query(text)).hint == hint
    assert engine.similar(Query(text)) == ()


NASTY = (
    "x" * 10_000, "محمد " * 2_000, "\0\x01\x02", "😀😀 محمد", "'; DROP TABLE posting; --", '"محمد" NEAR(a b)* OR ^',
    "محمدmohammad123", "١٢٣ محمد", "ا" * 300, "% _ \\ {}", "\ud800", "الا", "ع" * 25 + " " + "غ" * 25, "{", "َ" * 50,
)  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_is_typed_is_an_error_or_slow(engine: Engine, text: str) -> None:
    engine.search(Query("محمد"))
    began = time.process_time()

    answer = engine.search(Query(text, keystroke=True))

    assert answer.hits or answer.hint
    assert time.process_time() - began < 0.2


@settings(deadline=None, max_examples=200)
@given(text=st.text(max_size=60), keystroke=st.booleans())
def test_any_text_gets_an_answer(engine: Engine, text: str, keystroke: bool) -> None:
    answer = engine.search(Query(text, keystroke=keystroke))

    assert answer.hits or answer.hint
    engine.similar(Query(text))


def test_a_far_more_frequent_neighbour_is_told_beside_many_exact_hits(tmp_path: Path) -> None:
    rare = [f"{n}\tسامر حسان\tperson\tحلب\tحلب\t\t\t\t\tyes" for n in range(15)]
    frequent = [f"{n}\tسامر حسن\tperson\tحلب\tحلب\t\t\t\t\tyes" for n in range(100, 140)]
    engine = engine_of(tmp_path, [*rare, *frequent])
    query = Query("سامر حسان", limit=10)

    answer = engine.search(query)
    similar = engine.similar(query, answer.ids)

    assert answer.hint == Hint.MORE
    assert {hit.name for hit in answer.hits} == {"سامر حسان"}
    assert {hit.name for hit in similar} == {"سامر حسن"}
    assert {hit.why[1] for hit in similar} == {"sound"}
