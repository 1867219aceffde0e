"""The store: one thread, writes in order, the newest read first, errors to whoever asked."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DatabaseError

from ccbs_desk.domain.errors import DiskFull, LinkDown, Refused, StoreInUse, StoreKeyWrong, TillClosed, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import DeskState
from ccbs_desk.models.failures import explained
from ccbs_desk.models.lock import ProfileLock
from ccbs_desk.models.store import Store
from tests.factories.desk import KEY, LONGEST_WAIT


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    own = Store(tmp_path / "store", KEY)
    yield own
    own.close()


def put(connection: Connection, key: str, value: object = 1) -> None:
    connection.execute(insert(table_of(DeskState)), {"key": key, "value": value})


def keys(connection: Connection) -> list[str]:
    return list(connection.execute(select(DeskState.key).order_by(DeskState.key)).scalars())


class Busy:
    """Holds the store's thread until it is let go, so that what is asked meanwhile waits."""

    def __init__(self, store: Store) -> None:
        self._began, self._end = threading.Event(), threading.Event()
        self.future = store.write(self._wait)
        assert self._began.wait(LONGEST_WAIT)

    def _wait(self, _connection: Connection) -> None:
        self._began.set()
        assert self._end.wait(LONGEST_WAIT)

    def let_go(self) -> None:
        self._end.set()


def test_writes_run_in_order_and_the_newest_read_first(store: Store) -> None:
    busy = Busy(store)
    order: list[str] = []

    def note(name: str) -> Callable[[Connection], None]:
        return lambda _connection: order.append(name)

    futures = [store.write(note("write 1")), store.read(note("read 1"))]
    futures += [store.write(note("write 2")), store.read(note("read 2"))]
    busy.let_go()
    for future in futures:
        future.result(LONGEST_WAIT)
    assert order == ["read 2", "read 1", "write 1", "write 2"]


def test_a_read_that_nobody_waits_for_is_not_run(store: Store) -> None:
    busy = Busy(store)
    ran: list[int] = []
    unwanted = store.read(lambda _connection: ran.append(1))
    assert unwanted.cancel()
    busy.let_go()
    store.read(lambda _connection: None).result(LONGEST_WAIT)
    assert ran == []


def test_what_fails_is_rolled_back_and_the_thread_lives_on(store: Store) -> None:
    def fail(error: Exception) -> None:
        def act(connection: Connection) -> None:
            put(connection, "half")
            raise error

        with pytest.raises(type(error)) as raised:
            store.write(act).result(LONGEST_WAIT)
        assert raised.value is error

    for error in (Refused(TillClosed("0001")), Unavailable(LinkDown()), ZeroDivisionError("our bug")):
        fail(error)
    assert store.read(keys).result(LONGEST_WAIT) == []
    store.write(lambda connection: put(connection, "whole")).result(LONGEST_WAIT)
    assert store.read(keys).result(LONGEST_WAIT) == ["whole"]


def test_what_was_asked_before_the_end_is_done(tmp_path: Path) -> None:
    store = Store(tmp_path, KEY)
    busy = Busy(store)
    for n in range(20):
        store.write(lambda connection, n=n: put(connection, f"{n:02}"))  # type: ignore[misc]
    closing = threading.Thread(target=store.close)
    closing.start()
    busy.let_go()
    closing.join(LONGEST_WAIT)
    with pytest.raises(RuntimeError):
        store.read(keys)
    again = Store(tmp_path, KEY)
    assert len(again.read(keys).result(LONGEST_WAIT)) == 20
    again.close()


def test_a_write_is_durable_and_the_file_says_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path, KEY)
    store.write(lambda connection: put(connection, "secret", "0112214567")).result(LONGEST_WAIT)
    pragma = store.read(lambda c: c.execute(text("PRAGMA synchronous")).scalar_one()).result(LONGEST_WAIT)
    store.close()
    assert pragma == 2
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert b"secret" not in content
        assert b"0112214567" not in content
        assert not content.startswith(b"SQLite format 3")


def test_a_wrong_key_opens_nothing_and_harms_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path, KEY)
    store.write(lambda connection: put(connection, "kept")).result(LONGEST_WAIT)
    store.close()
    with pytest.raises(Unavailable) as no:
        Store(tmp_path, bytes(32))
    assert no.value.reason == StoreKeyWrong()
    again = Store(tmp_path, KEY)
    assert again.read(keys).result(LONGEST_WAIT) == ["kept"]
    again.close()


def test_one_program_a_profile(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as no:
        Store(tmp_path / "store", KEY)
    assert no.value.reason == StoreInUse()


def test_letting_go_of_what_is_not_held_is_harmless(tmp_path: Path) -> None:
    lock = ProfileLock(tmp_path / "lock")
    lock.release()
    lock.take()
    lock.release()
    lock.release()


def _take(folder: str, ready: "multiprocessing.synchronize.Event", go: "multiprocessing.synchronize.Event") -> None:
    store = Store(Path(folder), KEY)
    ready.set()
    go.wait(LONGEST_WAIT)
    del store


def test_a_program_that_died_holds_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, go = context.Event(), context.Event()
    process = context.Process(target=_take, args=(str(tmp_path), ready, go))
    process.start()
    assert ready.wait(LONGEST_WAIT)
    with pytest.raises(Unavailable):
        Store(tmp_path, KEY)
    process.kill()
    process.join(LONGEST_WAIT)
    Store(tmp_path, KEY).close()


def test_a_full_disk_records_nothing_and_says_so(store: Store) -> None:
    """A ceiling on the pages of the file stands in for the disk: root writes over file modes and quotas."""
    pages = store.read(lambda c: c.execute(text("PRAGMA page_count")).scalar_one()).result(LONGEST_WAIT)
    store.write(lambda c: c.execute(text(f"PRAGMA max_page_count = {pages + 2}")).scalar_one()).result(LONGEST_WAIT)
    with pytest.raises(Unavailable) as no:
        store.write(lambda connection: put(connection, "large", "x" * 1_000_000)).result(LONGEST_WAIT)
    assert no.value.reason == DiskFull()
    assert store.read(keys).result(LONGEST_WAIT) == []
    store.write(lambda c: c.execute(text("PRAGMA max_page_count = 1000000")).scalar_one()).result(LONGEST_WAIT)
    store.write(lambda connection: put(connection, "large", "x" * 1_000_000)).result(LONGEST_WAIT)
    assert store.read(keys).result(LONGEST_WAIT) == ["large"]


def test_an_error_of_ours_stays_one() -> None:
    ours = DatabaseError("SELECT", {}, sqlcipher.DatabaseError("no such table: x"))
    assert explained(ours) is ours


def test_errors_name_no_values(store: Store) -> None:
    def twice(connection: Connection) -> None:
        put(connection, "number", "0112214567")
        put(connection, "number", "0112214567")

    with pytest.raises(DatabaseError) as error:
        store.write(twice).result(LONGEST_WAIT)
    assert "0112214567" not in str(error.value)


def test_statements_are_prepared_once_however_many_were_run_before(store: Store) -> None:
    prepared: list[tuple[object, ...]] = []

    def allow(*asked: object) -> int:
        prepared.append(asked)
        return int(sqlcipher.SQLITE_OK)

    def look(connection: Connection) -> int:
        driver = connection.connection.driver_connection
        assert driver is not None
        for n in range(300):
            connection.exec_driver_sql(f"SELECT {n}").all()
        # SQLite asks its authorizer whenever it prepares a statement; it also prepares all anew when it gets one.
        driver.set_authorizer(allow)
        keys(connection)
        desk_state.facts(connection)
        first = len(prepared)
        keys(connection)
        desk_state.facts(connection)
        driver.set_authorizer(None)
        return first

    first = store.read(look).result(LONGEST_WAIT)
    assert 0 < first == len(prepared)
