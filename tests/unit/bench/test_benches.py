"""Every bench runs, in a size that only shows that it does, and yields its figures."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bench import __main__ as benches
from bench import loop, memory, payment, pop, push, seed, startup, sync
from bench.country import SMOKE_SUBSCRIBERS
from bench.figures import Report
from tests.factories.country import SUBSCRIBERS

LIFE = {"life": "first", "ticks": 900, "p50": 0.1, "p99": 4.5, "max": 41.0, "over_33": 1, "longest": ["41 ms after F9"]}


@pytest.fixture(scope="module")
def folder(country_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is seeded is shared by all of them."""
    assert SMOKE_SUBSCRIBERS == SUBSCRIBERS
    made = tmp_path_factory.mktemp("bench")
    shutil.copyfile(country_file, made / f"country-{SUBSCRIBERS}.db")
    return made


@pytest.fixture(scope="module")
def walked(folder: Path) -> Path:
    """A journey that has been walked already."""
    journey = folder / "journey"
    journey.mkdir()
    (journey / "journey.json").write_text(json.dumps({"loop_gaps_ms": [LIFE, {"life": "second", "ticks": 0}]}))
    return journey


def names(report: Report) -> list[str]:
    assert all(figure.value > 0 for figure in report.figures)
    return [figure.name for figure in report.figures]


def test_a_payment_is_measured_beside_bare_transactions_of_the_rows_that_it_wrote(folder: Path) -> None:
    report = payment.measure(folder, smoke=True)
    assert [figure.peer for figure in report.figures] == ["bare, by a thread", "bare, in this thread"]
    assert all(figure.ratio for figure in report.figures)
    assert report.figures[0].aim == "ratio under 3"
    assert report.on["database"].startswith("SQLCipher")


def test_few_and_many_desks_are_measured_and_a_new_one_beside_them(folder: Path) -> None:
    report = sync.measure(folder, smoke=True)
    found = names(report)
    assert found[:4] == ["push, 1 desk", "an act's wait, p99, 1 desk", "push, 3 desks", "an act's wait, p99, 3 desks"]
    assert found[-1] == "catch-up after 10 acts"
    assert [bool(figure.aim) for figure in report.figures[:4]] == [True, False, True, True]


def test_push_is_measured_on_both_databases(folder: Path) -> None:
    report = push.measure(folder, smoke=True)
    # So few acts are over within one tick of the clock that counts a process's time.
    measured = replace(report, figures=tuple(f for f in report.figures if "CPU" not in f.name))
    assert names(measured) == [
        "acts a second, SQLite",
        "acts a second, PostgreSQL",
        "server's memory after it, SQLite",
        "server's memory after it, PostgreSQL",
    ]
    assert all(figure.ratio for figure in report.figures[:2])
    assert len(report.figures) == 6


def test_start_up_is_measured_beside_a_bare_window(folder: Path) -> None:
    report = startup.measure(folder, smoke=True)
    assert names(report) == ["sign-in painted", "work ready (store and all screens, painted)"]
    assert {figure.peer for figure in report.figures} == {"bare window"}


def test_desk_and_server_are_weighed(folder: Path) -> None:
    assert names(memory.measure(folder, smoke=True)) == [
        "desk, sign-in painted",
        "desk, store of area 1 and all screens open",
        "server, 8 payments pushed",
    ]


def test_the_gaps_of_the_loop_are_those_that_each_life_counted(walked: Path) -> None:
    report = loop.measure(walked.parent, smoke=True)
    assert [(figure.name, figure.value, figure.met) for figure in report.figures] == [
        ("sign-in to receipt, link lost: p99", 4.5, True),
        ("sign-in to receipt, link lost: longest", 41.0, False),
    ]
    assert report.notes[-1] == "sign-in to receipt, link lost: 41 ms after F9"


def test_the_seed_is_measured_on_both_databases(folder: Path) -> None:
    assert names(seed.measure(folder, smoke=True)) == [
        "SQLite: rows a second",
        "SQLite: the whole country",
        "PostgreSQL: rows a second",
        "PostgreSQL: the whole country",
    ]


def test_the_command_names_every_bench_and_refuses_others(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["payment", "push", "sync", "pop", "ring", "startup", "memory", "loop", "seed", "directory"]
    assert list(benches.BENCHES) == wanted
    with pytest.raises(SystemExit):
        benches.main(["payment", "paiment"])
    assert "no such bench: paiment" in capsys.readouterr().err


def test_the_command_prints_and_keeps_the_figures(
    walked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scratch = tmp_path / "scratch"
    shutil.copytree(walked, scratch / "journey")
    monkeypatch.setattr(benches, "OUT", tmp_path)
    assert benches.main(["loop", "--smoke"]) == 0
    assert not scratch.exists()
    printed = capsys.readouterr().out
    assert "fdatasync p50" in printed
    assert "sign-in to receipt, link lost: p99" in printed
    kept = json.loads((tmp_path / "smoke" / "loop.json").read_text())
    assert kept["figures"][0]["value"] == 4.5
    assert kept["machine"]["cores"] > 0


def test_a_pop_is_measured_with_the_parts_of_its_way(folder: Path) -> None:
    told = names(pop.measure(folder, smoke=True))
    assert told[0] == "AMI bytes to painted card, p50"
    assert "AMI bytes to painted card, offered at once, p99" in told
    assert {"of it: match", "of it: card query", "of it: paint"} <= set(told)
