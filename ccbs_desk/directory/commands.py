"""`ccbs-directory`: build an index, ask it, change it, tell about it. Answers are JSON, one line each."""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TextIO

from ccbs_desk.directory.build import build
from ccbs_desk.directory.engine import Engine
from ccbs_desk.directory.listings import BadFile
from ccbs_desk.directory.query import LIMIT, Hit, Query
from ccbs_desk.directory.sqlite import NotAnIndex, SqliteStorage
from ccbs_desk.directory.update import update

_BAR: Final = 40
_TEXTS: Final = ("governorate", "town", "area", "street", "near")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except (BadFile, NotAnIndex, OSError) as error:
        print(f"ccbs-directory: {type(error).__name__}: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ccbs-directory", description=__doc__)
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("build", help="make an index of listings (UTF-8 with tabs and a header)")
    verb.add_argument("listings", type=Path)
    verb.add_argument("index", type=Path)
    verb.add_argument("--workers", type=int, help="processes; as many as there are cores otherwise")
    verb.set_defaults(run=_build)
    verb = verbs.add_parser("query", help="answer queries from stdin, one a line, plain or JSON")
    verb.add_argument("index", type=Path)
    verb.add_argument("--limit", type=int, default=LIMIT)
    verb.add_argument("--similar", action="store_true", help="similar names too")
    verb.set_defaults(run=_query)
    verb = verbs.add_parser("update", help="apply additions, changes and removals in place")
    verb.add_argument("index", type=Path)
    verb.add_argument("changes", type=Path)
    verb.set_defaults(run=_update)
    verb = verbs.add_parser("stats", help="tell what is in an index")
    verb.add_argument("index", type=Path)
    verb.set_defaults(run=_stats)
    return parser


def _build(given: argparse.Namespace) -> int:
    bar = _Bar(sys.stderr)
    began = time.perf_counter()
    built = build(given.listings, given.index, bar.show, workers=given.workers)
    bar.end()
    _tell({**asdict(built), "seconds": round(time.perf_counter() - began, 1)})
    return 0


def _query(given: argparse.Namespace) -> int:
    engine = Engine(SqliteStorage.open(given.index))
    for line in sys.stdin.buffer:
        _tell(answered(engine, line.decode(errors="replace").rstrip("\r\n"), given.limit, similar=given.similar))
    return 0


def answered(engine: Engine, line: str, limit: int, *, similar: bool = False) -> dict[str, Any]:
    """Return the answer to a line, as it is told: milliseconds are those of the search itself."""
    query = asked(line, limit)
    began = time.perf_counter()
    answer = engine.search(query)
    took = time.perf_counter() - began
    told = {
        "q": query.text,
        "ids": list(answer.ids),
        "hits": [_told(hit) for hit in answer.hits],
        "hint": answer.hint,
        "meant": answer.meant,
        "ms": round(took * 1000, 3),
    }
    if similar:
        began = time.perf_counter()
        told["similar"] = [_told(hit) for hit in engine.similar(query, answer.ids)]
        told["similar_ms"] = round((time.perf_counter() - began) * 1000, 3)
    return told


def asked(line: str, limit: int) -> Query:
    """Return the query of a line: JSON with a `q`, or the line as it is."""
    try:
        told = json.loads(line) if line.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, Mapping) or not isinstance(told.get("q"), str):
        return Query(line, limit=limit)
    texts = {name: told[name] for name in _TEXTS if isinstance(told.get(name), str)}
    given = told.get("limit")
    wanted = given if isinstance(given, int) and given > 0 else limit
    return Query(told["q"], limit=wanted, keystroke=told.get("keystroke") is True, **texts)


def _told(hit: Hit) -> dict[str, Any]:
    place = "، ".join(part for part in (hit.governorate, hit.town, hit.area, hit.street) if part)
    return {
        "id": hit.id, "name": hit.name, "score": hit.score, "why": hit.why, "spans": hit.spans, "number": hit.number,
        "place": place, "category": hit.category, "kind": hit.kind,
    }  # fmt: skip


def _update(given: argparse.Namespace) -> int:
    began = time.perf_counter()
    done = update(given.index, given.changes)
    _tell({**asdict(done), "seconds": round(time.perf_counter() - began, 3)})
    return 0


def _stats(given: argparse.Namespace) -> int:
    storage = SqliteStorage.open(given.index)
    engine = Engine(storage)
    sizes = storage.sizes()
    searched = ("spelling", "posting", "fresh", "listing", "note")
    _tell(
        {
            "rows": int(storage.note("rows") or b"0"),
            "terms": len(engine.vocabulary.terms),
            "parts": len(engine.vocabulary.parts),
            "file_bytes": given.index.stat().st_size,
            "index_bytes": sum(sizes[table] for table in searched),
            "bytes": sizes,
        }
    )
    return 0


def _tell(answer: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class _Bar:
    """A bar of progress on a terminal, a line every tenth elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._shown = -1

    def show(self, part: float) -> None:
        step = int(part * 100) if self._out.isatty() else int(part * 10) * 10
        if step != self._shown:
            self._shown = step
            filled = int(part * _BAR)
            end = "\r" if self._out.isatty() else "\n"
            self._out.write(f"[{'#' * filled}{'.' * (_BAR - filled)}] {step:3d} %{end}")
            self._out.flush()

    def end(self) -> None:
        if self._out.isatty():
            self._out.write("\n")


if __name__ == "__main__":
    sys.exit(main())
