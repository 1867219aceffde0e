"""A build gives the same index with any number of processes, and knows names that are written in unusual ways."""

from pathlib import Path

import pytest

from ccbs_desk.directory.build import Built, build
from ccbs_desk.directory.engine import Engine
from ccbs_desk.directory.query import Query
from ccbs_desk.directory.sqlite import SqliteStorage
from tests.unit.directory.country import HEADER, ROWS, engine_of, write


def test_two_processes_build_what_one_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccbs_desk.directory.reading_rows.PIECE", 200)
    source = write(tmp_path / "listings.tsv")
    told: list[float] = []

    assert build(source, tmp_path / "one", workers=1) == build(source, tmp_path / "two", told.append, workers=2)

    one, two = SqliteStorage.open(tmp_path / "one"), SqliteStorage.open(tmp_path / "two")
    for table in ("spelling", "posting", "listing", "extra", "place", "identity", "number"):
        keys = one.keys(table)
        assert one.get(table, keys) == two.get(table, keys)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_what_a_killed_update_left_beside_an_index_is_not_played_into_the_next(tmp_path: Path) -> None:
    source, target = write(tmp_path / "listings.tsv"), tmp_path / "directory.index"
    build(source, target, workers=1)
    killed = SqliteStorage.open(target, write=True)
    with killed.writing():
        killed.put_note("feed", b"7" * 100_000)
    journal = target.with_name(f"{target.name}-wal")
    left = journal.read_bytes()
    killed.close()
    journal.write_bytes(left)

    build(source, target, workers=1)

    storage = SqliteStorage.open(target)
    assert storage.note("feed") == b""
    assert Engine(storage).search(Query("فاطمة الحلبي")).ids[0] == "3"


def test_names_that_are_written_in_unusual_ways(tmp_path: Path) -> None:
    rows = ["1\tعبد-الرحمن  الشامي", "2\tشركة النور-للسفر", "3\t... جورج", "4\tآل الجندي\t", "5\tأبو عبد الله الثريا"]
    engine = engine_of(tmp_path, ["\t".join((*row.rstrip().split("\t"), *[""] * 8)) for row in rows])

    assert engine.search(Query("عبدالرحمن الشامي")).ids == ("1",)
    assert engine.search(Query("النور للسفر")).ids == ("2",)
    assert engine.search(Query("جورج")).ids == ("3",)
    assert engine.search(Query("الجندي")).ids == ("4",)
    assert engine.search(Query("ابو عبدالله التريا")).ids == ("5",)


def test_a_file_that_is_no_text_is_told_line_by_line(tmp_path: Path) -> None:
    source = write(tmp_path / "listings.tsv")
    source.write_bytes(source.read_bytes() + b"30\t\xff\xfe\t\t\t\t\t\t\t\t\n31\tok\r\n")

    built = build(source, tmp_path / "index", workers=1)

    assert built == Built(rows=len(ROWS) - 1, unlisted=1, rejected=2)


def test_nothing_but_a_header(tmp_path: Path) -> None:
    source = write(tmp_path / "listings.tsv", [], HEADER)

    assert build(source, tmp_path / "index", workers=1) == Built(0, 0, 0)
    assert Engine(SqliteStorage.open(tmp_path / "index")).search(Query("محمد")).ids == ()


def test_an_id_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    source = write(tmp_path / "listings.tsv", (*ROWS, ROWS[0].replace("الخطيب", "الثاني"), "\tx" + "\t" * 8))

    built = build(source, tmp_path / "index", workers=1)

    assert (built.rows, built.rejected) == (len(ROWS) - 1, 2)
    kept = Engine(SqliteStorage.open(tmp_path / "index")).by_id("1")
    assert kept is not None
    assert kept.name == "محمد عبد الرحمن الخطيب"
    bad = (tmp_path / "index.rejected").read_text(encoding="utf-8").splitlines()
    assert bad[1].split("\t") == [str(len(ROWS) + 2), "the id is that of line 2", "1"]
    assert bad[2].startswith(f"{len(ROWS) + 3}\tno id")


def test_numbers_and_ids_however_they_are_written(tmp_path: Path) -> None:
    rows = [
        "1\tسامر تمام\t\t\t\t\t\t(021) 234-5601\t\t",
        " 2 \tرامي تمام\t\t\t\t\t\t٠٢١٢٣٤٥٦٠٢\t\t1",
        " \tبلا\t\t\t\t\t\t\t\t",
        "3\t \t\t\t\t\t\t\t\t",
    ]
    engine = engine_of(tmp_path, rows)

    assert [hit.id for hit in engine.by_number("021 2345601")] == ["1"]
    assert [hit.id for hit in engine.by_number("0212345602")] == ["2"]
    assert engine.search(Query("تمام")).ids == ("1", "2")


def test_lines_that_end_as_on_other_systems(tmp_path: Path) -> None:
    source = write(tmp_path / "listings.tsv")
    source.write_bytes(source.read_bytes().replace(b"\n", b"\r\n"))

    assert build(source, tmp_path / "index", workers=1) == Built(len(ROWS) - 1, 1, 0)
