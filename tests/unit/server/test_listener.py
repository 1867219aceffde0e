"""LISTEN and NOTIFY: the head is heard from another connection, also after the line to the database broke."""

import queue
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from ccbs_desk.models.database import migrate, open_database, writing
from ccbs_desk.services.work import RowChange
from server_stub import listener as listener_module
from server_stub.feed import feeding
from server_stub.listener import Listener
from tests.factories.postgres import Postgres
from tests.factories.server import CEILING_SECONDS, until


@pytest.fixture
def engine(postgres: Postgres) -> Iterator[Engine]:
    """An empty server's database on PostgreSQL."""
    engine = open_database(postgres.fresh_database("listener"))
    migrate(engine, "server")
    yield engine
    engine.dispose()


def move(engine: Engine) -> int:
    """Move the feed by one."""
    with feeding(engine) as (_, writer):
        writer.publish([RowChange("complaint", uuid4(), None)])
    return writer.head


def listening(engine: Engine) -> bool:
    """Tell whether somebody listens."""
    with engine.connect() as connection:
        statement = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        return bool(connection.execute(text(statement)).scalar_one())


def test_a_move_is_heard_also_after_the_line_broke(engine: Engine) -> None:
    heard: queue.Queue[int] = queue.Queue()
    listener = Listener(engine, heard.put)
    listener.start()
    try:
        until(lambda: listening(engine))
        moved = move(engine)
        assert heard.get(timeout=CEILING_SECONDS) == moved
        with writing(engine) as connection:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            connection.execute(text(cut))
        until(lambda: not listening(engine))
        until(lambda: listening(engine))
        moved = move(engine)
        assert heard.get(timeout=CEILING_SECONDS) == moved
    finally:
        listener.stop()
    assert not listening(engine)


def test_one_word_a_transaction(engine: Engine) -> None:
    heard: queue.Queue[int] = queue.Queue()
    listener = Listener(engine, heard.put)
    listener.start()
    try:
        until(lambda: listening(engine))
        with feeding(engine) as (_, writer):
            for _ in range(50):
                writer.publish([RowChange("complaint", uuid4(), None)])
        assert heard.get(timeout=CEILING_SECONDS) == 50
        assert move(engine) == 51
        assert heard.get(timeout=CEILING_SECONDS) == 51
        assert heard.empty()
    finally:
        listener.stop()


def test_the_end_is_not_waited_for(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener_module, "LOOK_SECONDS", 10 * CEILING_SECONDS)
    listener = Listener(engine, lambda _head: None)
    listener.start()
    until(lambda: listening(engine))
    began = time.monotonic()
    listener.stop()
    assert time.monotonic() - began < CEILING_SECONDS
