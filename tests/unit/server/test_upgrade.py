"""A country that is older than the codes gets them once, in the feed; what an operator made of them stays."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select, update

from ccbs_desk.models.calls import CallQueue, PauseReason, WrapUpCode
from ccbs_desk.models.care import ComplaintCategory
from ccbs_desk.models.central import FeedRow
from ccbs_desk.models.database import open_database
from ccbs_desk.models.registry import METADATA
from server_stub.check.feeds import last_word_is_the_row
from server_stub.seed.codes import CODES
from server_stub.upgrade import upgrade
from tests.factories.postgres import Postgres

MODELS = (ComplaintCategory, WrapUpCode, PauseReason, CallQueue)


@pytest.fixture
def older(country_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """The demo country as it was before there were codes."""
    shutil.copyfile(country_file, tmp_path / "server.db")
    engine = open_database(f"sqlite:///{tmp_path / 'server.db'}")
    with engine.begin() as connection:
        for model in MODELS:
            connection.execute(delete(model))
    yield engine
    engine.dispose()


def rows(engine: Engine, table: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        wanted = METADATA.tables[table]
        return [tuple(row) for row in connection.execute(select(wanted).order_by(*wanted.primary_key))]


def test_an_older_country_gets_the_codes_of_a_new_one_and_every_desk_hears_of_them(
    older: Engine, country_file: Path
) -> None:
    upgrade(older)
    fresh = open_database(f"sqlite:///{country_file}")
    for table, codes in CODES.items():
        assert rows(older, table) == rows(fresh, table)
        assert len(rows(older, table)) == len(codes)
    with older.connect() as connection:
        told = connection.execute(select(FeedRow.area_id, func.count()).group_by(FeedRow.area_id)).all()
        assert [tuple(row) for row in told] == [(None, sum(map(len, CODES.values())))]
        assert list(last_word_is_the_row(connection)) == []
    fresh.dispose()


def test_doing_it_again_changes_nothing_and_the_operators_own_codes_stay(older: Engine) -> None:
    upgrade(older)
    with older.begin() as connection:
        connection.execute(update(ComplaintCategory).where(ComplaintCategory.code == "noise").values(priority=9))
        connection.execute(delete(ComplaintCategory).where(ComplaintCategory.code == "nuisance"))
    before = {table: rows(older, table) for table in (*CODES, "feed")}
    upgrade(older)
    assert {table: rows(older, table) for table in (*CODES, "feed")} == before


def test_an_empty_database_is_left_empty_for_the_seed(tmp_path: Path, postgres: Postgres) -> None:
    for url in (f"sqlite:///{tmp_path / 'empty.db'}", postgres.fresh_database("upgrade")):
        engine = open_database(url)
        upgrade(engine)
        assert [rows(engine, table) for table in CODES] == [[] for _ in CODES]
        assert rows(engine, "feed") == []
        engine.dispose()


def test_every_code_has_its_names_and_is_there_once() -> None:
    for table, codes in CODES.items():
        assert len({row[0] for row in codes}) == len(codes), table
        assert all(row[1].strip() and row[2].strip() for row in codes), table
