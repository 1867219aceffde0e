"""An index says itself where it came from and how far it is."""

from datetime import UTC, datetime
from pathlib import Path

from ccbs_desk.directory.origin import Origin, origin_of, put_origin
from ccbs_desk.directory.sqlite import SqliteStorage
from tests.unit.directory.country import engine_of

WHERE = Origin("country", 7, "epoch", datetime(2026, 11, 24, 6, tzinfo=UTC))


def test_an_index_that_was_built_by_hand_came_from_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "directory.index"
    assert origin_of(path) is None
    engine_of(tmp_path)
    assert origin_of(path) is None
    storage = SqliteStorage.open(path, write=True)
    with storage.writing():
        put_origin(storage, WHERE)
    storage.close()
    assert origin_of(path) == WHERE
