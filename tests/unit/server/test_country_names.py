"""The centre's index of names: made aside, kept over a start, never one that is behind or another's."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text, update

from ccbs_desk.directory.sqlite import SqliteStorage
from ccbs_desk.domain.directory_errors import NamesBeingPrepared
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import FeedHead
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.lock import ProfileLock
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import fetch
from ccbs_desk.models.subscribers import Account, Line, Subscriber
from ccbs_desk.services.work import RowChange
from server_stub.country_index import KEPT_EACH, MOST_BEHIND, Breath, BuildStopped
from server_stub.country_names import SLOTS, CountryNames
from server_stub.country_rows import changed_accounts, changes_of, write_rows
from server_stub.feed import feeding, head_of
from server_stub.seed import demo
from tests.factories.server import until

LONG = 30.0


@contextmanager
def names_of(engine: Engine, folder: Path, patience: float = LONG, pause: float = LONG) -> Iterator[CountryNames]:
    """Give the names of a database, and let go of them."""
    names = CountryNames(engine, folder, patience=patience, pause=pause)
    try:
        yield names
    finally:
        names.close()


def ids(engine: Engine, names: CountryNames, query: str) -> list[UUID]:
    """Return the accounts that a name means."""
    with reading(engine) as connection:
        return [hit.account_id for hit in names.find(connection, query, 20)]


def renamed(engine: Engine, name: str) -> None:
    """Give the demo's subscriber another name."""
    table = table_of(Subscriber)
    with feeding(engine) as (connection, writer):
        chosen = select(Account.subscriber_id).where(Account.id == demo.ACCOUNT_ID)
        before = fetch(connection, SYNCED["subscriber"], connection.execute(chosen).scalar_one())
        assert before is not None
        connection.execute(update(table).where(table.c.id == before["id"]).values(name=name))
        writer.publish([RowChange("subscriber", before["id"], before | {"name": name}, before)])


def moved_on(engine: Engine, positions: int) -> None:
    """Let the feed go on by acts that touch no name."""
    with writing(engine) as connection:
        connection.execute(update(table_of(FeedHead)).values(position=FeedHead.position + positions))


def made_at(folder: Path) -> int:
    """Return when the file of the first server was last written."""
    return (folder / "names" / "country-0.index").stat().st_mtime_ns


def test_who_asks_meanwhile_is_told_so(country: Engine, tmp_path: Path) -> None:
    with names_of(country, tmp_path, patience=0.0) as names:
        for _ in range(2):
            with pytest.raises(Refused) as told:
                ids(country, names, demo.NAME)
            assert told.value.reason == NamesBeingPrepared()

        def there() -> bool:
            with suppress(Refused):
                return demo.ACCOUNT_ID in ids(country, names, demo.NAME)
            return False

        until(there)


def test_what_was_made_is_there_after_a_start_and_brought_on(country: Engine, tmp_path: Path) -> None:
    with names_of(country, tmp_path) as names:
        assert demo.ACCOUNT_ID in ids(country, names, demo.NAME)
    before = made_at(tmp_path)
    with names_of(country, tmp_path, patience=0.0) as names:
        assert demo.ACCOUNT_ID in ids(country, names, demo.NAME)
    assert made_at(tmp_path) == before
    renamed(country, "ثروت الصهيوني")
    with names_of(country, tmp_path, patience=0.0) as names:
        assert ids(country, names, "الصهيوني ثروت") == [demo.ACCOUNT_ID]


def test_a_subscriber_without_a_name_is_found_by_none(country: Engine, tmp_path: Path) -> None:
    with names_of(country, tmp_path) as names:
        assert demo.ACCOUNT_ID in ids(country, names, demo.NAME)
        renamed(country, "")
        assert demo.ACCOUNT_ID not in ids(country, names, demo.NAME)


def test_it_is_brought_on_between_the_questions(
    country: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with names_of(country, tmp_path) as names:
        names.freshen()
        assert not (tmp_path / "names").exists()
        ids(country, names, demo.NAME)
        renamed(country, "ثروت الصهيوني")
        assert ids(country, names, "ثروت الصهيوني") == [demo.ACCOUNT_ID]
        renamed(country, "بهجت الكفرسوساني")
        names.freshen()
        with writing(country) as connection:
            connection.execute(text("ALTER TABLE feed_head RENAME TO feed_head_gone"))
        names.freshen()
        until(lambda: "can't be brought on" in caplog.text)
        with writing(country) as connection:
            connection.execute(text("ALTER TABLE feed_head_gone RENAME TO feed_head"))
        assert ids(country, names, "بهجت الكفرسوساني") == [demo.ACCOUNT_ID]


def test_what_nobody_asked_for_is_not_made(country: Engine, tmp_path: Path) -> None:
    with names_of(country, tmp_path):
        pass
    assert not (tmp_path / "names").exists()


def test_how_far_it_is_is_kept_although_no_name_changed(country: Engine, tmp_path: Path) -> None:
    with names_of(country, tmp_path) as names:
        ids(country, names, demo.NAME)
        moved_on(country, MOST_BEHIND)
        ids(country, names, demo.NAME)
        moved_on(country, KEPT_EACH - 1)
        ids(country, names, demo.NAME)
    with names_of(country, tmp_path, patience=0.0) as names:
        moved_on(country, MOST_BEHIND - KEPT_EACH)
        assert demo.ACCOUNT_ID in ids(country, names, demo.NAME)


def test_a_file_that_is_too_far_behind_or_ahead_is_made_anew(country: Engine, tmp_path: Path) -> None:
    with names_of(country, tmp_path) as names:
        for positions in (MOST_BEHIND + 1, -1):
            ids(country, names, demo.NAME)
            before = made_at(tmp_path)
            moved_on(country, positions)
            assert demo.ACCOUNT_ID in ids(country, names, demo.NAME)
            assert made_at(tmp_path) > before


def test_a_damaged_file_is_made_anew(country: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "names" / "country-0.index"

    def damage() -> None:
        path.write_bytes(b"\xff" * path.stat().st_size)

    def found_again(name: str) -> bool:
        with suppress(Refused):
            return demo.ACCOUNT_ID in ids(country, names, name)
        return False

    with names_of(country, tmp_path) as names:
        assert found_again(demo.NAME)
        damage()
        until(lambda: found_again(demo.NAME))
        assert "made anew" in caplog.text
        caplog.clear()
        damage()
        renamed(country, "ثروت الصهيوني")
        names.freshen()
        until(lambda: "made anew" in caplog.text)
        until(lambda: found_again("ثروت الصهيوني"))
    damage()
    with names_of(country, tmp_path) as names:
        assert found_again("ثروت الصهيوني")


def test_an_index_that_follows_no_feed_is_made_anew(country: Engine, tmp_path: Path) -> None:
    path = tmp_path / "names" / "country-0.index"
    with names_of(country, tmp_path) as names:
        ids(country, names, demo.NAME)
    from_elsewhere(path)
    with names_of(country, tmp_path) as names:
        assert demo.ACCOUNT_ID in ids(country, names, demo.NAME)


def from_elsewhere(path: Path) -> None:
    """Let the index say nothing of a feed."""
    storage = SqliteStorage.open(path, write=True)
    with storage.writing():
        storage.put_note("feed", b"")
    storage.close()


def test_servers_of_one_folder_have_a_file_each(country: Engine, tmp_path: Path) -> None:
    with names_of(country, tmp_path) as one, names_of(country, tmp_path) as other:
        assert ids(country, one, demo.NAME) == ids(country, other, demo.NAME)
        files = sorted(path.name for path in (tmp_path / "names").glob("*.index"))
        assert files == ["country-0.index", "country-1.index"]


def test_a_folder_has_room_for_so_many_servers(country: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    locks = [ProfileLock(folder / f"country-{slot}.lock") for slot in range(SLOTS)]
    for lock in locks:
        lock.take()
    with names_of(country, tmp_path) as names:
        with pytest.raises(Unavailable):
            ids(country, names, demo.NAME)
        locks[0].release()
        assert demo.ACCOUNT_ID in ids(country, names, demo.NAME)
    for lock in locks[1:]:
        lock.release()


def test_a_folder_that_can_not_be_written_to_is_said(country: Engine, tmp_path: Path) -> None:
    (tmp_path / "names" / "country-0.lock").mkdir(parents=True)
    with names_of(country, tmp_path) as names, pytest.raises(OSError, match="country-0"):
        ids(country, names, demo.NAME)


@pytest.mark.parametrize("blocked", ["country-0.rows", "country-0.made.new"])
def test_a_build_that_fails_is_tried_again_later(country: Engine, tmp_path: Path, blocked: str) -> None:
    obstacle = tmp_path / "names" / blocked
    obstacle.mkdir(parents=True)
    with names_of(country, tmp_path) as names:
        for _ in range(2):
            with pytest.raises(Refused):
                ids(country, names, demo.NAME)
    with names_of(country, tmp_path, pause=0.0) as names:
        with pytest.raises(Refused):
            ids(country, names, demo.NAME)
        obstacle.rmdir()

        def there() -> bool:
            with suppress(Refused):
                return demo.ACCOUNT_ID in ids(country, names, demo.NAME)
            return False

        until(there)


def test_a_server_that_ends_waits_for_no_build(country: Engine, tmp_path: Path) -> None:
    with names_of(country, tmp_path, patience=0.0) as names, pytest.raises(Refused):
        ids(country, names, demo.NAME)
    assert {path.suffix for path in (tmp_path / "names").iterdir()} == {".lock"}


def test_the_reader_rests_and_ends_when_the_server_does(country: Engine, tmp_path: Path) -> None:
    stopped, breaths = threading.Event(), list[int]()
    with reading(country) as connection:
        whole = connection.execute(select(func.count()).select_from(Account)).scalar_one()
        assert write_rows(connection, tmp_path / "rows", lambda: breaths.append(1), each=50) == whole
    assert len(breaths) == whole // 50
    breathe = Breath(stopped)
    breathe()
    stopped.set()
    with pytest.raises(BuildStopped):
        breathe()


def test_what_touches_a_line_touches_its_account(country: Engine) -> None:
    with feeding(country) as (connection, writer):
        before = head_of(connection).position
        line = fetch(connection, SYNCED["line"], demo.LINE_ID)
        assert line is not None
        writer.publish([RowChange("line", demo.LINE_ID, line, line)])
    with reading(country) as connection:
        whose = connection.execute(select(Line.account_id).where(Line.id == demo.LINE_ID)).scalar_one()
        found = changed_accounts(connection, before, head_of(connection).position)
        assert found == {whose}
        (change,) = changes_of(connection, found)
    assert change.listing is not None
    assert (change.id, change.listing.name) == (str(whose), demo.NAME)
