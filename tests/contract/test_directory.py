"""The directory answers alike on SQLite and on PostgreSQL: the same rows, in the same order, for the same reasons."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ccbs_desk.directory.engine import Engine
from ccbs_desk.directory.listings import Listing
from ccbs_desk.directory.postgres import PostgresStorage, copied
from ccbs_desk.directory.query import Query
from ccbs_desk.directory.sqlite import SqliteStorage
from ccbs_desk.directory.storage import Storage
from ccbs_desk.directory.update import Change, Updater
from tests.factories.postgres import Postgres
from tests.unit.directory.country import engine_of

GIVEN = ("محمد", "أحمد", "فاطمة", "سمير", "سمر", "عبد الرحمن", "أبو خالد", "يوسف", "ليلى", "عمر")
FAMILY = ("الخطيب", "الحلبي", "قاسم", "ضاهر", "الشامي", "صلاح الدين", "الأسعد", "حداد", "النجار", "درويش")
PLACES = (("حلب", "حلب", "العزيزية", "شارع فيصل"), ("دمشق", "دمشق", "المزة", "شارع الجلاء"), ("حمص", "حمص", "", ""))
QUERIES = (
    "محمد أحمد الخطيب", "سمر قاسم", "سمير قاصم", "فاطمه حلبي", "عبدالرحمن ضاهر", "ابوخالد", "mohammad alkhatib",
    "yousef", "محمد حلب", "الخط", "صلاح الد", "لحلبي", "حداد دمشق", "قسم", "عمر درويس", "ليلا النجار", "مزة الشامي",
    "", "ال", "0212345601", "محمداحمد", "lpl] hgo'df", "شارع فيصل", "حمص",
)  # fmt: skip


def rows() -> list[str]:
    found = []
    for n in range(400):
        name = f"{GIVEN[n % 10]} {GIVEN[n // 10 % 10]} {FAMILY[(n * 7 + n // 30) % 10]}"
        place = "\t".join(PLACES[n % 3])
        found.append(f"{n}\t{name}\tperson\t{place}\t0{n:09}\t\tyes")
    return found


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[tuple[Storage, Storage]]:
    folder = tmp_path_factory.mktemp("directory")
    engine_of(folder, rows())
    here = SqliteStorage.open(Path(folder / "directory.index"), write=True)
    url = postgres.fresh_database("directory").replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        there = PostgresStorage.create(connection)
        copied(here, there)
        yield here, there
    here.close()


def told(storage: Storage, query: Query) -> tuple[object, ...]:
    engine = Engine(storage)
    answer = engine.search(query)
    return answer, engine.similar(query, answer.ids)


@pytest.mark.parametrize("keystroke", [False, True])
@pytest.mark.parametrize("text", QUERIES)
def test_the_same_answers(engines: tuple[Storage, Storage], text: str, keystroke: bool) -> None:
    here, there = (told(storage, Query(text, keystroke=keystroke)) for storage in engines)

    assert here == there


def test_the_same_blobs_and_sizes(engines: tuple[Storage, Storage]) -> None:
    here, there = engines

    assert here.sizes() == {**there.sizes(), "note": there.sizes()["note"] - len(there.note("version"))}
    assert here.keys("listing") == there.keys("listing")
    assert here.get("listing", []) == there.get("listing", []) == {}


def test_the_same_after_changes_seen_by_an_engine_that_was_open(engines: tuple[Storage, Storage]) -> None:
    added = Listing("900", "زكريا المستجد", 0, ("حلب", "حلب", "الفرقان", ""), "0999", "", listed=True)
    for storage in engines:
        engine = Engine(storage)
        assert engine.search(Query("زكريا المستجد")).ids != ("900",)
        Updater(storage).apply([Change("900", added), Change("0", None)])

    here, there = (Engine(storage) for storage in engines)
    assert here.search(Query("زكريا المستجد")).ids == ("900",)
    assert there.search(Query("زكريا المستجد")).ids == ("900",)
    assert here.by_id("0") is there.by_id("0") is None
    assert here.by_number("0999") == there.by_number("0999") != ()
