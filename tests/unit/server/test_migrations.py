"""The migrations make exactly the tables that the models declare, on both databases and both sides."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, inspect, select, text

from ccbs_desk.models.base import tables_of
from ccbs_desk.models.central import FeedHead
from ccbs_desk.models.database import migrate, open_database, reading, writing
from ccbs_desk.models.registry import METADATA
from tests.factories.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of either kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/50% full/server.db"
    else:
        cluster: Postgres = request.getfixturevalue("postgres")
        url = cluster.fresh_database("migrations")
    engine = open_database(url)
    yield engine
    engine.dispose()


def differences(engine: Engine, side: str) -> list[Any]:
    """Return what Alembic finds different between the database and the models of a side."""
    wanted = {table.name for table in tables_of(side)}
    metadata = MetaData(naming_convention=METADATA.naming_convention)
    for table in METADATA.sorted_tables:
        if table.name in wanted:
            table.to_metadata(metadata)
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


@pytest.mark.parametrize("side", ["server", "desk"])
def test_the_migrated_schema_equals_the_models(empty: Engine, side: str) -> None:
    assert differences(empty, side) != []
    migrate(empty, side)
    assert differences(empty, side) == []


def test_migrating_again_changes_nothing(empty: Engine) -> None:
    migrate(empty, "server")
    migrate(empty, "server")
    assert differences(empty, "server") == []


def test_the_feed_begins_at_zero(empty: Engine) -> None:
    migrate(empty, "server")
    with reading(empty) as connection:
        assert connection.execute(select(FeedHead.position)).scalars().all() == [0]


def test_tables_keyed_by_uuid_have_no_second_key_on_sqlite(tmp_path: Path) -> None:
    for side in ("server", "desk"):
        engine = open_database(f"sqlite:///{tmp_path}/{side}.db")
        migrate(engine, side)
        with engine.connect() as connection:
            found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
        made = {row.name: row.sql for row in found}
        for table in tables_of(side):
            without_rowid = "WITHOUT ROWID" in made[table.name]
            assert without_rowid is (table.dialect_options["sqlite"]["with_rowid"] is False), table.name
        engine.dispose()


def test_a_failed_migration_leaves_nothing_behind(empty: Engine) -> None:
    with writing(empty) as connection:
        # A table that the third migration wants to make is there already.
        connection.execute(text("CREATE TABLE ledger (id INTEGER)"))
    with pytest.raises(Exception, match="ledger"):
        migrate(empty, "server")
    assert inspect(empty).get_table_names() == ["ledger"]


def test_a_read_sees_one_state_of_the_database(empty: Engine) -> None:
    migrate(empty, "server")
    with reading(empty) as reader:
        before = reader.execute(select(FeedHead.position)).scalar_one()
        with writing(empty) as writer:
            writer.execute(text("UPDATE feed_head SET position = 7"))
        assert reader.execute(select(FeedHead.position)).scalar_one() == before
    with reading(empty) as reader:
        assert reader.execute(select(FeedHead.position)).scalar_one() == 7


def test_a_server_database_in_memory_is_no_database() -> None:
    with pytest.raises(ValueError, match="is a file"):
        open_database("sqlite://")
