"""A desk that is brought to a release with new tables loads its scope anew: their rows were passed over until then."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, insert, inspect

from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import migrate, migration_config, open_database
from ccbs_desk.models.desk import DeskState


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Engine]:
    """The database of a desk from before there were calls."""
    engine = open_database(f"sqlite:///{tmp_path}/desk.db")
    with engine.begin() as connection:
        for revision in ("both_0003", "desk_0001"):
            command.upgrade(migration_config("desk", connection), revision)
    yield engine
    engine.dispose()


def test_a_desk_that_followed_the_feed_loads_its_scope_anew_and_keeps_its_place(before: Engine) -> None:
    with before.begin() as connection:
        # As such a desk kept it: without an epoch.
        connection.execute(insert(table_of(DeskState)), {"key": "Cursor", "value": {"position": 7, "head": 9}})
    assert "call" not in inspect(before).get_table_names()
    migrate(before, "desk")
    with before.begin() as connection:
        assert desk_state.renewal(connection) == desk_state.Renewal("")
        assert desk_state.cursor(connection).position == 7
    assert {"call", "call_link", "service_order", "complaint_note"} <= set(inspect(before).get_table_names())


def test_a_desk_that_was_never_loaded_is_loaded_anyway(before: Engine) -> None:
    migrate(before, "desk")
    with before.begin() as connection:
        assert desk_state.renewal(connection) is None


def test_what_was_due_already_stays_due(before: Engine) -> None:
    with before.begin() as connection:
        desk_state.put(connection, desk_state.Cursor(7, 9, "one"))
        desk_state.put(connection, desk_state.Renewal("two"))
    migrate(before, "desk")
    with before.begin() as connection:
        assert desk_state.renewal(connection) == desk_state.Renewal("two")


def test_the_index_of_names_of_before_goes(before: Engine) -> None:
    with before.begin() as connection:
        # As the first load made it, beside the migrations.
        connection.exec_driver_sql("CREATE VIRTUAL TABLE search_fts USING fts5(tokens, content='')")
        connection.exec_driver_sql("INSERT INTO search_fts (rowid, tokens) VALUES (1, 'محمد')")
    migrate(before, "desk")
    names = set(inspect(before).get_table_names())
    assert not [name for name in names if name.startswith("search_")]
    assert {"name_blob", "name_note"} <= names
