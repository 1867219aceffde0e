"""An upgrade has a way back: a copy taken before, put in place when it fails; a newer database is left alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DatabaseError

from ccbs_desk.domain.errors import DiskFull, Reason, StoreDamaged, StoreKeyWrong, Unavailable
from ccbs_desk.domain.store_errors import StoreNewer, StoreReadOnly, UpgradeFailed
from ccbs_desk.models import upgrade
from ccbs_desk.models.database import migration_config, revisions
from ccbs_desk.models.desk import DeskState
from ccbs_desk.models.failures import explained
from ccbs_desk.models.store import STORE_FILE, Store, open_engine
from ccbs_desk.models.upgrade import COPY
from tests.factories.desk import KEY, LONGEST_WAIT

BEFORE = ("both_0003", "desk_0001")
ROW = "INSERT INTO desk_state (key, value) VALUES ('kept', '1')"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The store of a desk of an earlier release, with a row in it."""
    with_engine(tmp_path, at_release_before)
    with_engine(tmp_path, lambda connection: connection.exec_driver_sql(ROW))
    return tmp_path


def at_release_before(connection: Connection) -> None:
    """Bring an empty database to the schema of that release."""
    for revision in BEFORE:
        command.upgrade(migration_config("desk", connection), revision)


def with_engine(folder: Path, act: Callable[[Connection], object]) -> tuple[str, ...]:
    """Do something with a database that no store has open; return how its schema stands then."""
    engine = open_engine(folder / STORE_FILE, KEY)
    try:
        with engine.begin() as connection:
            act(connection)
        return revisions(engine)
    finally:
        engine.dispose()


def standing(folder: Path) -> tuple[str, ...]:
    """Return how the schema stands."""
    return with_engine(folder, lambda connection: connection.exec_driver_sql("SELECT 1"))


def kept(connection: Connection) -> list[str]:
    """Return the row of before, if it is there."""
    return list(connection.execute(select(DeskState.key).where(DeskState.key == "kept")).scalars())


def reason_of(folder: Path) -> Reason:
    """Return why the store does not open."""
    with pytest.raises(Unavailable) as no:
        Store(folder, KEY)
    return no.value.reason


def test_the_copy_of_before_is_kept_until_the_next_start(older: Path) -> None:
    copy = older / (STORE_FILE + COPY)
    before = (older / STORE_FILE).read_bytes()
    store = Store(older, KEY)
    assert store.read(kept).result(LONGEST_WAIT) == ["kept"]
    store.close()
    assert copy.read_bytes() == before
    assert set(standing(older)).isdisjoint(BEFORE)
    Store(older, KEY).close()
    assert not copy.exists()


def half_done(engine: Engine, _side: str) -> None:
    """Be a migration that commits a part and then fails."""
    with engine.begin() as connection:
        command.upgrade(migration_config("desk", connection), "both_0004")
        connection.exec_driver_sql("DELETE FROM desk_state")
    raise ZeroDivisionError("our bug")


def test_an_upgrade_that_fails_leaves_what_was(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as bad:
        bad.setattr(upgrade, "migrate", half_done)
        assert reason_of(older) == UpgradeFailed()
    # The release of before goes on with it as if nothing had been.
    assert standing(older) == BEFORE
    assert sorted(path.name for path in older.glob(f"{STORE_FILE}*")) == [STORE_FILE]
    store = Store(older, KEY)
    assert store.read(kept).result(LONGEST_WAIT) == ["kept"]
    store.close()


def no_room(_engine: Engine, _side: str) -> None:
    """Be a migration that finds no room."""
    raise DatabaseError("CREATE", {}, Exception("database or disk is full"))


def test_an_upgrade_that_finds_no_room_says_so_and_is_done_later(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as bad:
        bad.setattr(upgrade, "migrate", no_room)
        assert reason_of(older) == DiskFull()
    assert standing(older) == BEFORE
    Store(older, KEY).close()


def test_a_copy_that_finds_no_room_changes_nothing(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Unavailable(DiskFull())

    with monkeypatch.context() as bad:
        bad.setattr(upgrade, "copy_to", full)
        assert reason_of(older) == DiskFull()
    assert standing(older) == BEFORE


def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path, KEY).close()
    newer = "UPDATE alembic_version SET version_num = 'desk_9999' WHERE version_num LIKE 'desk_%'"
    with_engine(tmp_path, lambda connection: connection.exec_driver_sql(newer))
    before = (tmp_path / STORE_FILE).read_bytes()
    assert reason_of(tmp_path) == StoreNewer()
    assert (tmp_path / STORE_FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("attempt to write a readonly database", StoreReadOnly()),
        ("unable to open database file", StoreReadOnly()),
        ("file is not a database", StoreKeyWrong()),
        ("database disk image is malformed", StoreDamaged()),
        ("database or disk is full", DiskFull()),
    ],
)
def test_what_the_database_says_is_told_as_what_it_is(text: str, reason: Reason) -> None:
    gone = explained(DatabaseError("SELECT", {}, Exception(text)))
    assert isinstance(gone, Unavailable)
    assert gone.reason == reason
