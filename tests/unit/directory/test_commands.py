"""The public commands: build, query, update and stats, as a program uses them."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ccbs_desk.directory.commands import asked, main
from ccbs_desk.directory.query import Query
from tests.unit.directory.country import HEADER, ROWS, write


class Pipe:
    """What stands behind a line of text on stdin."""

    def __init__(self, *lines: str) -> None:
        self.buffer = io.BytesIO("\n".join(lines).encode())


def built(folder: Path, *more: str) -> Path:
    index = folder / "directory.index"
    assert main(["build", str(write(folder / "listings.tsv", (*ROWS, *more))), str(index), "--workers", "1"]) == 0
    return index


def test_build_tells_bad_rows_with_their_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = built(tmp_path, "no tabs", "\tبلا رقم" + "\t" * 8, "11\tسامر تمام" + "\t" * 8, "", "12\t\t" + "\t" * 7)
    told = capsys.readouterr()

    assert json.loads(told.out)["rows"] == 10
    assert json.loads(told.out)["rejected"] == 3
    assert "100 %" in told.err
    bad = (tmp_path / "directory.index.rejected").read_text(encoding="utf-8").splitlines()
    assert [line.split("\t")[0] for line in bad] == ["line", "12", "13", "16"]
    assert index.exists()


def test_queries_are_answered_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = built(tmp_path)
    capsys.readouterr()
    monkeypatch.setattr(
        sys, "stdin", Pipe("فاطمة الحلبي", '{"q": "الخطيب", "governorate": "حماة", "limit": 1}', "{broken", "")
    )

    assert main(["query", str(index), "--limit", "5", "--similar"]) == 0

    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["ids"] == ["3"]
    assert first["hits"][0]["why"] == ["exact", "exact"]
    assert first["ms"] > 0
    assert first["similar_ms"] >= 0
    assert second["ids"] == ["9"]
    assert third["ids"] == []


def test_update_and_stats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = built(tmp_path)
    changes = write(tmp_path / "changes.tsv", ["remove\t1" + "\t" * 9], f"change\t{HEADER}")
    capsys.readouterr()

    assert main(["update", str(index), str(changes)]) == 0
    assert main(["stats", str(index)]) == 0

    done, stats = map(json.loads, capsys.readouterr().out.splitlines())
    assert done["removed"] == 1
    assert stats["rows"] == 8
    assert stats["file_bytes"] > stats["index_bytes"] > 0


@pytest.mark.parametrize("verb", ["query", "stats"])
def test_what_is_no_index_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    (tmp_path / "text").write_text("not an index, and long enough to be looked at as a database file" * 9)

    assert main([verb, str(tmp_path / "text")]) == 1
    assert main([verb, str(tmp_path / "nowhere")]) == 1
    assert "NotAnIndex" in capsys.readouterr().err


def test_a_file_without_a_name_column_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "listings.tsv", ["1\tx"], "id\ttitle")

    assert main(["build", str(source), str(tmp_path / "index")]) == 1
    assert "no column name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("محمد", Query("محمد", limit=7)),
        ('{"q": "محمد", "keystroke": true, "near": "المزة"}', Query("محمد", keystroke=True, near="المزة", limit=7)),
        ('{"q": 5}', Query('{"q": 5}', limit=7)),
        ("[" * 20, Query("[" * 20, limit=7)),
        ('{"q": "س", "limit": -1, "town": 3}', Query("س", limit=7)),
    ],
)
def test_a_line_is_a_query(line: str, query: Query) -> None:
    assert asked(line, 7) == query


def test_who_asks_sees_what_another_process_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = built(tmp_path)
    row = "add\t77\tزكريا المستجد\tperson\tحلب\tحلب\t\t\t\t\tyes"
    changes = write(tmp_path / "changes.tsv", [row], f"change\t{HEADER}")
    command = [sys.executable, "-m", "ccbs_desk.directory.commands", "query", str(index)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as asked:
        assert asked.stdin is not None
        assert asked.stdout is not None

        def ids(text: str) -> list[str]:
            assert asked.stdin is not None
            assert asked.stdout is not None
            asked.stdin.write(f"{text}\n")
            asked.stdin.flush()
            return list(json.loads(asked.stdout.readline())["ids"])

        assert ids("زكريا المستجد") == []
        assert main(["update", str(index), str(changes)]) == 0
        assert ids("زكريا المستجد") == ["77"]
        assert ids("فاطمة الحلبي") == ["3"]
        asked.stdin.close()
        assert asked.wait(30) == 0
