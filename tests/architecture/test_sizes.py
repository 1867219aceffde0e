"""Files, functions and classes stay small; the tail decides."""

from collections.abc import Sequence

import pytest

from tests.architecture.exceptions import RECORDS, SIZES, judge
from tests.architecture.source import Source, parse, sources

FILE, FILE_P90 = 400, 300
FUNCTION, FUNCTION_P90 = 50, 25
CLASS = 250


def file_lines(source: Source) -> int:
    """Return how long a file is."""
    return len(source.text.splitlines())


def function_lines(source: Source) -> dict[str, int]:
    """Return how long each function of a file is; those of mere records do not count."""
    if source.path.startswith(RECORDS):
        return {}
    return {f"{source.path}::{d.name}": d.lines for d in source.definitions() if not is_class(d.node)}


def class_lines(source: Source) -> dict[str, int]:
    """Return how long each class of a file is."""
    return {f"{source.path}::{d.name}": d.lines for d in source.definitions() if is_class(d.node)}


def is_class(node: object) -> bool:
    """Tell a class from a function."""
    return type(node).__name__ == "ClassDef"


def percentile_90(values: Sequence[int]) -> int:
    """Return the value that nine in ten do not exceed."""
    return sorted(values)[max(0, -(-len(values) * 9 // 10) - 1)]


def test_nothing_is_too_long() -> None:
    too_long: dict[str, str] = {}
    for source in sources():
        measured = [
            ({source.path: file_lines(source)}, FILE),
            (function_lines(source), FUNCTION),
            (class_lines(source), CLASS),
        ]
        for sizes, limit in measured:
            too_long |= {place: f"{lines} lines of {limit}" for place, lines in sizes.items() if lines > limit}
    judge(too_long, SIZES)


def test_nine_files_in_ten_are_short() -> None:
    assert percentile_90([file_lines(source) for source in sources()]) <= FILE_P90


def test_nine_functions_in_ten_are_short() -> None:
    assert percentile_90([lines for source in sources() for lines in function_lines(source).values()]) <= FUNCTION_P90


def test_the_measure_counts_definitions_inside_definitions() -> None:
    sample = parse("class A:\n    def b(self):\n        def c():\n            pass\n        return c\n")
    assert function_lines(sample) == {"sample.py::A.b": 4, "sample.py::A.b.<locals>.c": 2}
    assert class_lines(sample) == {"sample.py::A": 5}
    assert file_lines(sample) == 5


@pytest.mark.parametrize(("values", "expected"), [([7], 7), (list(range(1, 11)), 9), (list(range(1, 101)), 90)])
def test_percentile(values: list[int], expected: int) -> None:
    assert percentile_90(values) == expected


def test_an_exception_that_nothing_needs_fails() -> None:
    with pytest.raises(AssertionError, match="take its line out"):
        judge({}, {"gone.py": "was long once"})
    with pytest.raises(AssertionError, match=r"long\.py  401 lines of 400"):
        judge({"long.py": "401 lines of 400"}, {})
    judge({"long.py": "401 lines of 400"}, {"long.py": "a table that reads best in one piece"})
