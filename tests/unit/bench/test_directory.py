"""The bed of the directory's bench: a country that is the same each time, and queries whose right answers are right."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bench.directory import __main__ as alone
from bench.directory import canon, listings, measure, noise_final, noise_tuning, peers, wanted, words
from bench.directory.asking import Told
from bench.directory.engines import contenders
from bench.directory.listings import Listing
from bench.directory.queries import Query, queries
from bench.directory.scores import ALL, Score, score, table
from bench.directory.wanted import Wanted

ROWS = 3_000
EACH = 2


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("directory") / f"country-{ROWS}.tsv"
    listings.write(path, ROWS)
    return path


@pytest.fixture(scope="module")
def rows(country: Path) -> list[Listing]:
    header, *lines = country.read_text(encoding="utf-8").splitlines()
    assert tuple(header.split("\t")) == listings.COLUMNS
    return [Listing(*line.split("\t")) for line in lines]


def test_a_country_is_the_same_each_time(rows: list[Listing]) -> None:
    assert rows == list(listings.listings(ROWS))
    assert rows != list(listings.listings(ROWS, seed=1))
    kinds = Counter(row.kind for row in rows)
    assert kinds["emergency"] == 9
    assert 0.09 < 1 - kinds["person"] / ROWS < 0.16
    assert 0.01 < sum(row.listed == "no" for row in rows) / ROWS < 0.05
    assert len({row.number for row in rows}) == ROWS


def test_names_have_a_long_tail() -> None:
    families = words.families()
    assert len(families) > 90_000
    assert len(set(families)) == len(families)
    drawn = Counter(words.pool(families, 0.82).draw(Random(1), 20_000))
    assert drawn[families[0]] > 20 * drawn[families[5_000]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("عبد الرحمن", "عبدالرحمن"),
        ("الخطيب", "خطيب"),
        ("فاطمة", "فاطمه"),
        ("أحمد", "احمد"),
        ("نور الدين", "نورالدين"),
        ("مُحَمَّد", "محمـد"),
        ("أبو الخير", "ابو خير"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert canon.words(one) == canon.words(other)


def test_unlike_words_stay_unlike() -> None:
    assert canon.words("عبد الله") != canon.words("أبو عبد الله")
    assert canon.words("الله") != canon.words("له")
    assert canon.light("أحمد  عبد-الله") == "احمد عبد الله"


@pytest.mark.parametrize("which", ["tuning", "final"])
def test_the_right_answers_are_all_that_fit(country: Path, rows: list[Listing], which: str) -> None:
    asked = queries(country, which, EACH)
    assert asked == queries(country, which, EACH)
    assert len({query.sort for query in asked}) == 24
    named = {row.id: canon.words(f"{row.name} {row.category}") for row in rows if row.listed == "yes"}
    for query in asked:
        assert 1 <= len(query.right) <= 10
        if query.sort == "exact":
            clean = Wanted(tuple(query.clean.split()))
            assert {number for number, name in named.items() if clean.answers(name, ())} == set(query.right)


def test_the_two_makers_of_noise_share_nothing(country: Path) -> None:
    assert [sort for sort, _, _ in noise_tuning.CLASSES] == [sort for sort, _, _ in noise_final.CLASSES]
    assert noise_tuning.SEED != noise_final.SEED
    bends = {bend for _, _, bend in noise_tuning.CLASSES} & {bend for _, _, bend in noise_final.CLASSES}
    assert not bends
    asked = {which: {query.q for query in queries(country, which, EACH)} for which in ("tuning", "final")}
    assert len(asked["tuning"] & asked["final"]) < len(asked["final"]) / 10


def test_words_may_be_asked_in_order_begun_or_with_a_place() -> None:
    ordered, mixed = Wanted(("محمد", "الخطيب")), Wanted(("الخطيب", "محمد"), ordered=False)
    name = canon.words("محمد أحمد الخطيب")
    assert ordered.answers(name, ())
    assert mixed.answers(name, ())
    assert not Wanted(("الخطيب", "محمد")).answers(name, ())
    assert Wanted(("محمد", "الخطي"), begun=True).answers(name, ())
    assert not Wanted(("محمد", "الخت"), begun=True).answers(name, ())
    assert Wanted(("محمد",), ("حلب",)).answers(name, canon.words("حلب العزيزية"))
    assert not Wanted(("محمد",), ("حمص",)).answers(name, canon.words("حلب العزيزية"))


def test_scores_count_what_was_found(country: Path) -> None:
    from_first = Query("exact", "a", ("1",), "a")
    from_second = Query("exact", "b", ("2",), "b")
    told = {"a": ("1", "2"), "b": ("1", "2")}
    found = score([from_first, from_second], lambda query: Told(told[query.q], (), 1.0, 0.0, {}))
    assert (found["exact"].hit_at_1, found[ALL].recall_at_10) == (50.0, 100.0)
    assert table(found)[1].split()[:2] == ["exact", "2"]
    assert Score().hit_at_1 == 0


def test_our_engine_alone_is_scored(
    country: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(alone, "FOLDER", tmp_path)
    monkeypatch.setattr(wanted, "SPARE", 2)
    assert alone.main(["--rows", str(ROWS), "--each", "2", "--tune", "--misses"]) == 0
    assert alone.main(["--rows", str(ROWS), "--each", "2", "--only", "exact"]) == 0
    said = capsys.readouterr().out
    assert "tuning noise, 3,000 rows, warm" in said
    assert "final noise" in said


def test_sqlite_as_a_peer_answers_in_the_same_way(country: Path, tmp_path: Path) -> None:
    fts5 = next(each for each in contenders(tmp_path, tmp_path / "none", "") if each.name == "FTS5")
    fts5.build(country)
    asked = "".join(json.dumps({"q": q}) + "\n" for q in ("محمد", "", "zz"))
    done = subprocess.run(
        [sys.executable, "-m", "bench.directory.peers", "fts5", "query", fts5.index],
        input=asked, capture_output=True, text=True, check=True,
    )  # fmt: skip
    answers = [json.loads(line)["ids"] for line in done.stdout.splitlines()]
    assert len(answers[0]) == peers.LIMIT
    assert answers[1:] == [[], []]
    assert fts5.mib() > 0


def test_the_directory_is_measured_beside_its_peers(tmp_path: Path) -> None:
    report = measure.measure(tmp_path / "scratch", smoke=True)
    named = {figure.name: figure for figure in report.figures}
    assert {"R@10", "hit@1", "p50", "p99", "index", "resident", "build"} <= set(named)
    assert named["R@10"].value > named["R@10"].peer_value  # type: ignore[operator]
    assert named["R@10"].aim == "at least 98.5"
    assert any(line.startswith("pg_trgm") for line in report.notes)
