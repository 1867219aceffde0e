"""Asks an engine over its pipe, a query a line, as `ccbs-directory query` answers: every engine in the same way."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import resident_mib


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: the ids, best first, those that came later as similar, and the time by the wall."""

    ids: tuple[str, ...]
    similar: tuple[str, ...]
    ms: float
    similar_ms: float
    raw: Mapping[str, Any]


class Asker:
    """A running engine."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, q: str, *, keystroke: bool = False) -> Told:
        """Return what the engine answers; the time is from the query's bytes to the answer's, similar names apart."""
        line = json.dumps({"q": q, "keystroke": keystroke, "limit": 20}, ensure_ascii=False) + "\n"
        source, sink = self._process.stdout, self._process.stdin
        if source is None or sink is None:
            raise RuntimeError("an engine is asked through pipes")
        began = time.perf_counter()
        sink.write(line)
        sink.flush()
        answer = source.readline()
        took = (time.perf_counter() - began) * 1000
        if not answer:
            raise RuntimeError(f"the engine ended on {q!r}")
        told = json.loads(answer)
        later = float(told.get("similar_ms") or 0)
        similar = tuple(str(hit["id"]) for hit in told.get("similar", ()))
        return Told(tuple(map(str, told["ids"])), similar, took - later, later, told)

    def resident_mib(self) -> float:
        """Return what the engine's process holds in memory, shared pages of its files included."""
        return resident_mib(self._process.pid)


@contextmanager
def asking(command: Sequence[str]) -> Iterator[Asker]:
    """Run an engine for a while."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", bufsize=1
    ) as process:
        try:
            yield Asker(process)
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(30)


def ours(verb: str, *arguments: str) -> list[str]:
    """Return the public command of the directory, as a person types it."""
    script = Path(sys.executable).with_name("ccbs-directory")
    program = [str(script)] if script.exists() else [sys.executable, "-m", "ccbs_desk.directory.commands"]
    return [*program, verb, *arguments]
