"""What an index is packed into comes out as it went in."""

from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from ccbs_desk.directory.listings import BadRow, Header, kind_of
from ccbs_desk.directory.postings import pack, pack_set, unpack
from ccbs_desk.directory.rows import (
    BLOCK,
    Extra,
    Row,
    numbers,
    pack_extras,
    pack_rows,
    unpack_extras,
    unpack_row,
)
from ccbs_desk.directory.rows import number as packed
from ccbs_desk.directory.shelf import Shelf
from ccbs_desk.directory.sqlite import SqliteStorage
from ccbs_desk.directory.vocabulary import Vocabulary
from tests.unit.directory.country import engine_of

NUMBERS = st.integers(0, 1 << 30)
ROW = st.builds(
    Row, st.integers(0, 3), st.none() | NUMBERS, NUMBERS, st.lists(NUMBERS, max_size=60).map(tuple)
)  # fmt: skip


@settings(deadline=None)
@given(rows=st.lists(ROW | st.none(), min_size=1, max_size=BLOCK))
def test_rows(rows: list[Row | None]) -> None:
    blob = pack_rows(rows)

    assert [unpack_row(blob, place) for place in range(BLOCK)] == rows + [None] * (BLOCK - len(rows))


@settings(deadline=None)
@given(values=st.lists(NUMBERS))
def test_numbers(values: list[int]) -> None:
    blob = b"".join(map(packed, values))

    assert numbers(blob, 0, len(blob)) == values


@settings(deadline=None)
@given(rows=st.sets(st.integers(0, 1 << 22)))
def test_postings(rows: set[int]) -> None:
    assert set(unpack(pack(array("I", sorted(rows))))) == rows
    assert unpack(pack_set(BitMap(rows))) == BitMap(rows)


def test_a_range_takes_hardly_any_room() -> None:
    assert len(pack_set(BitMap(range(1_000_000)))) < 300


def test_extras() -> None:
    extras = [Extra("1", "0112345601"), Extra("ب", ""), Extra("", "")]

    assert unpack_extras(pack_extras(extras)) == extras


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1\tx\tyes\tz", "fields"),
        ("\tx\tyes", "no id"),
        ("1" * 101 + "\tx\tyes", "id that is too long"),
        ("1\t\tyes", "no name"),
        ("1\t" + "x" * 301 + "\tyes", "name that is too long"),
        ("1\tx\0y\tyes", "can't be read"),
        ("1\tx\tperhaps", "neither yes nor no"),
    ],
)
def test_a_bad_row_is_told_why(row: str, reason: str) -> None:
    with pytest.raises(BadRow, match=reason):
        Header("id\tname\tlisted").listing(row)


def test_a_field_that_is_too_long() -> None:
    with pytest.raises(BadRow, match="field that is too long"):
        Header("id\tname\tstreet").listing("1\tx\t" + "y" * 201)


def test_kinds() -> None:
    assert [kind_of(kind) for kind in ("person", "Business", "gov", "whatever")] == [0, 1, 2, 0]


def test_what_is_kept_in_memory_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine_of(tmp_path)
    storage = SqliteStorage.open(tmp_path / "directory.index")
    shelf = Shelf(storage)
    monkeypatch.setattr("ccbs_desk.directory.shelf._MOST_BYTES", 1000)
    keys = storage.keys("posting")

    first = [shelf.postings([key])[0] for key in keys]

    assert [shelf.postings([key])[0] for key in reversed(keys)] == first[::-1]


def test_the_most_frequent_of_neighbouring_terms(tmp_path: Path) -> None:
    engine_of(tmp_path)
    vocabulary = Vocabulary(SqliteStorage.open(tmp_path / "directory.index"))
    terms = range(len(vocabulary.terms))

    found = vocabulary.most_frequent(terms, 2)

    assert [vocabulary.terms[term] for term in found] == ["الخطيب", "سمير"]
    assert vocabulary.number("الخطيب") == found[0]
    assert vocabulary.number("خطيبب") is None
