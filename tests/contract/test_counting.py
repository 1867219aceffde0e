"""The first digests of a database, made while desks go on working."""

import logging
import os
import shutil
import sys
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import FeedDigest, FeedHead
from ccbs_desk.models.database import open_database, reading
from ccbs_desk.wire.messages import Answer
from server_stub import counting as counting_module
from server_stub.counting import STOPPED, Counting, Stopped, count, main
from server_stub.digests import all_kept, are_kept, computed
from server_stub.feed import feeding
from tests.factories.server import RunningServer, until


class Meanwhile(threading.Event):
    """An end that never comes; what a test does meanwhile is done at the first breath."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._acts = [act]

    def wait(self, timeout: float | None = None) -> bool:
        """Do it once."""
        if self._acts:
            self._acts.pop()()
        return super().wait(0)


@pytest.fixture
def uncounted(server: RunningServer) -> RunningServer:
    """A server whose database is from before there were digests."""
    with feeding(server.engine) as (connection, _):
        connection.execute(delete(table_of(FeedDigest)))
        connection.execute(update(table_of(FeedHead)).values(digested=False))
    return server


def is_right(server: RunningServer) -> bool:
    """Return whether what is kept is what the rows come to."""
    with reading(server.engine) as connection:
        return are_kept(connection) and all_kept(connection) == computed(connection)


def test_what_changes_meanwhile_is_counted_once(uncounted: RunningServer) -> None:
    clerk = uncounted.counter()
    answers: list[Answer] = []
    rows = count(uncounted.engine, Meanwhile(lambda: answers.extend(clerk.push(clerk.desk.do(clerk.desk.open_till())))))
    assert [answer.outcome for answer in answers] == ["applied"]
    assert rows is not None
    assert is_right(uncounted)
    assert clerk.push(clerk.desk.do(clerk.desk.payment(500)))[0].outcome == "applied"
    assert is_right(uncounted)
    assert count(uncounted.engine, threading.Event()) is None


def test_of_two_counts_the_later_one_stands(uncounted: RunningServer) -> None:
    later: list[int | None] = []
    earlier = count(uncounted.engine, Meanwhile(lambda: later.append(count(uncounted.engine, threading.Event(), 0))))
    assert earlier is None
    assert later != [None]
    assert is_right(uncounted)


def test_a_count_that_was_stopped_is_begun_anew(uncounted: RunningServer) -> None:
    ended = threading.Event()
    ended.set()
    with pytest.raises(Stopped):
        count(uncounted.engine, ended)
    assert not is_right(uncounted)
    counting = Counting(uncounted.engine)
    counting.start()
    assert until(lambda: is_right(uncounted))
    counting.stop()


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log was told of the count."""
    return [record.message for record in caplog.records if record.name == counting_module.log.name]


def test_a_server_that_ends_ends_its_count(uncounted: RunningServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "server_stub.counting")
    counting = Counting(uncounted.engine)
    counting._stopped.set()
    counting.start()
    counting.stop()
    assert said(caplog) == ["all rows are counted beside the work", "the count is begun anew at the next start"]
    assert not is_right(uncounted)


def test_the_count_is_a_process_that_ends_with_whoever_began_it(uncounted: RunningServer) -> None:
    url = uncounted.engine.url.render_as_string(hide_password=False)
    hear, tell = os.pipe()
    with os.fdopen(tell, "wb", 0) as mouth, FileIO(hear) as ear:
        mouth.write(url.encode() + b"\n")
        mouth.close()
        assert main(ear) == STOPPED
    assert not is_right(uncounted)
    hear, tell = os.pipe()
    with os.fdopen(tell, "wb", 0) as mouth, FileIO(hear) as ear:
        mouth.write(url.encode() + b"\n")
        assert main(ear) == 0
        assert is_right(uncounted)
        mouth.close()


def test_a_count_that_breaks_down_ends_no_server(
    uncounted: RunningServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "server_stub.counting")
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    counting = Counting(uncounted.engine)
    counting.start()
    assert until(lambda: len(said(caplog)) == 2)
    counting.stop()
    assert said(caplog) == ["all rows are counted beside the work", counting_module.UNCOUNTED]
    assert not is_right(uncounted)


def test_a_database_that_can_not_be_counted_ends_no_server(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    counting = Counting(engine)
    counting.start()
    counting.stop()
    engine.dispose()
    assert said(caplog) == [counting_module.UNCOUNTED]
