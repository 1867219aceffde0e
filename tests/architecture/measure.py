"""How much of each file the tests run, line by line and branch by branch, and how much they must.

The measure runs in pytest's own process, over a whole run only; what other processes run is not counted. It starts
before anything of the product is imported and ends in the very last test.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage import Coverage

from tests.architecture.source import ROOT

WISH = "CCBS_COVERAGE"
"""What `dev.py test` puts into the environment of a whole run."""
SLACK = 4.0
"""A floor this much below what is run is raised: threads make the figures of one file differ a little."""

MONEY = frozenset(
    f"ccbs_desk/services/{name}.py"
    for name in (
        "take_payment",
        "open_till",
        "close_till",
        "copy_receipt",
        "payment_terms",
        "accounts",
        "tills",
        "work",
        "bus",
        "desk_bus",
    )
)
# The first that fits; everything else is screens, papers, settings and tables.
GATES: tuple[tuple[str, int], ...] = (
    ("ccbs_desk/domain/", 100),
    ("ccbs_desk/services/", 95),
    ("ccbs_desk/sync/", 95),
    ("ccbs_desk/directory/", 95),
    ("ccbs_desk/telephony/", 95),
    ("server_stub/seed/", 85),
    ("server_stub/demo/", 85),
    ("server_stub/", 95),
    ("ccbs_desk/", 85),
)
# Lines that can't run here: another system's, a protocol's, a program's own start.
NEVER_RUN = (
    r'if sys\.platform == "win32":',
    r'if __name__ == "__main__":',
    r"class \w+\(.*\bProtocol\b.*\):",
    r"^\s*\.\.\.$",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was run of one file. `lacking` names the lines and branches that were not."""

    percent: float
    lacking: str


class Measure:
    """The one measure of a run."""

    def __init__(self) -> None:
        self._coverage: Coverage | None = None

    @property
    def runs(self) -> bool:
        """Whether this run is measured."""
        return self._coverage is not None

    def start(self) -> None:
        """Begin to measure."""
        source = [str(ROOT / "ccbs_desk"), str(ROOT / "server_stub")]
        self._coverage = Coverage(data_file=None, branch=True, source=source, config_file=False)
        for pattern in NEVER_RUN:
            self._coverage.exclude(pattern)
        self._coverage.start()

    def end(self, folder: Path) -> dict[str, Measured]:
        """Stop; return what was run of each file that holds any code, by its path in the project."""
        if self._coverage is None:
            raise RuntimeError("nothing was measured")
        coverage, self._coverage = self._coverage, None
        coverage.stop()
        report = folder / "coverage.json"
        coverage.json_report(outfile=str(report))
        files: dict[str, Any] = json.loads(report.read_bytes())["files"]
        return {
            (ROOT / path).relative_to(ROOT).as_posix(): Measured(_percent(file["summary"]), _lacking(file))
            for path, file in files.items()
            if file["summary"]["num_statements"]
        }


MEASURE = Measure()


def _percent(summary: Mapping[str, int]) -> float:
    whole = summary["num_statements"] + summary["num_branches"]
    return 100.0 * (summary["covered_lines"] + summary["covered_branches"]) / whole


def _lacking(file: Mapping[str, Any]) -> str:
    parts = list(_ranges(file["missing_lines"]))
    # A branch from a line that was never reached says nothing new.
    reached = [(start, to) for start, to in file["missing_branches"] if start not in file["missing_lines"]]
    parts += [f"{start}→{'end' if to < 0 else to}" for start, to in reached]
    return ", ".join(parts)


def _ranges(lines: list[int]) -> Iterator[str]:
    first = last = 0
    for line in [*lines, 0]:
        if first and line != last + 1:
            yield f"{first}-{last}" if last > first else str(first)
            first = 0
        first, last = first or line, line


def gate_of(path: str) -> int:
    """Return how many per cent of a file must be run."""
    if path in MONEY:
        return 100
    return next(gate for folder, gate in GATES if path.startswith(folder))


def verdicts(measured: Mapping[str, Measured], excepted: Mapping[str, int]) -> list[str]:
    """Return what is wrong: files below their gate or floor, floors that can be raised or taken out."""
    found = []
    for path, of_file in sorted(measured.items()):
        gate, percent = gate_of(path), of_file.percent
        wanted = excepted.get(path, gate)
        said = f"{path}: {percent:.1f} % of {wanted}"
        if percent < wanted:
            found.append(f"{said}; never run: {of_file.lacking}")
        elif path in excepted and percent >= gate:
            found.append(f"{said}: take its line out of the exceptions")
        elif path in excepted and percent - wanted >= SLACK:
            found.append(f"{said}: raise its floor to {int(percent)}")
    gone = sorted(excepted.keys() - measured.keys())
    return found + [f"{path}: no such file; take its line out of the exceptions" for path in gone]
