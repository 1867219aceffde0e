"""The first digests of a database that has none yet: made beside the work, which waits for nothing.

A reader sees the rows as they stand at one moment, when no writer is under way. From that moment on every writer counts
what it changes (`digests.Tally`), as if there had been nothing before. At the end both are added, under the feed lock.
A count that is cut short is begun anew at the next start; of two at the same time the later one counts.
"""

import logging
import secrets
import threading
import time
from contextlib import ExitStack

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ccbs_desk.domain.digests import Digest
from ccbs_desk.models.database import reading
from server_stub.digests import all_kept, are_kept, begin, begun, computed, enter
from server_stub.feed import feeding

log = logging.getLogger(__name__)

REST = 3.0
"""How long the count rests after each piece, in times of what the piece took: requests come first."""


class Stopped(Exception):
    """The server ends; the count is begun anew at the next start."""


def count(engine: Engine, stopped: threading.Event, rest: float = REST) -> int | None:
    """Make the digests unless they are kept; return how many rows were read, or None. Raises Stopped."""
    name = secrets.token_hex(8)
    with ExitStack() as seen:
        with feeding(engine) as (connection, _):
            if are_kept(connection):
                return None
            rows = seen.enter_context(reading(engine))
            # The reader's moment is that of its first question, while nobody else can write.
            begun(rows)
            begin(connection, name)
        log.info("all rows are counted beside the work")
        made = computed(rows, _Breath(stopped, rest))
    with feeding(engine) as (connection, _):
        if begun(connection) != name:
            return None
        since = all_kept(connection)
        enter(
            connection, {key: made.get(key, Digest()) + since.get(key, Digest()) for key in made.keys() | since.keys()}
        )
    return sum(digest.rows for digest in made.values())


class _Breath:
    """What the count does between two pieces."""

    def __init__(self, stopped: threading.Event, rest: float) -> None:
        self._stopped, self._rest = stopped, rest
        self._last = time.monotonic()

    def __call__(self) -> None:
        if self._stopped.wait((time.monotonic() - self._last) * self._rest):
            raise Stopped
        self._last = time.monotonic()


class Counting:
    """The count in a thread of its own, for as long as the server runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="counting", daemon=True)

    def start(self) -> None:
        """Begin, unless digests are kept already."""
        self._thread.start()

    def stop(self) -> None:
        """End it and wait for its end; what was counted is lost."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            rows = count(self._engine, self._stopped)
            if rows is not None:
                log.info("%d rows are counted", rows)
        except Stopped:
            log.info("the count is begun anew at the next start")
        except SQLAlchemyError:
            log.exception("the rows can't be counted; it is tried again at the next start")
