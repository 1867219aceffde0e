"""The first digests of a database that has none yet: made beside the work, which waits for nothing.

A reader sees the rows as they stand at one moment, when no writer is under way. From that moment on every writer counts
what it changes (`digests.Tally`), as if there had been nothing before. At the end both are added, under the feed lock.
A count that is cut short is begun anew at the next start; of two at the same time the later one counts.
"""

import logging
import os
import secrets
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from io import FileIO
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ccbs_desk.domain.digests import Digest
from ccbs_desk.models.database import open_database, reading
from server_stub.digests import all_kept, are_kept, begin, begun, computed, enter
from server_stub.feed import feeding

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.2
"""How often the server looks whether the count has come to its end."""
NICE: Final = 10
"""How much the count gives way to all else on its machine."""
STOPPED: Final = 3
"""The status of a count that was told to end."""
UNCOUNTED: Final = "the rows can't be counted; it is tried again at the next start"
REST: Final = 3.0
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
    """The count in a process of its own, for as long as the server runs: its sums leave the requests their turn."""

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
            with reading(self._engine) as connection:
                if are_kept(connection):
                    return
        except SQLAlchemyError:
            log.exception(UNCOUNTED)
            return
        log.info("all rows are counted beside the work")
        status = self._count(self._engine.url.render_as_string(hide_password=False))
        if self._stopped.is_set():
            log.info("the count is begun anew at the next start")
        elif status:
            log.error(UNCOUNTED)
        else:
            log.info("all rows are counted")

    def _count(self, url: str) -> int:
        command = [sys.executable, "-m", "server_stub.counting"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0) as process:
            assert process.stdin is not None
            with suppress(BrokenPipeError):
                # Never among the arguments, which everybody on the machine may read: it may hold a password.
                process.stdin.write(url.encode() + b"\n")
            while process.poll() is None and not self._stopped.wait(LOOK_SECONDS):
                pass
        # Whoever leaves closes the pipe, which is what the other one ends for.
        return process.returncode


def main(told: FileIO) -> int:
    """Count the database whose address is the first line told, until there is nobody who tells; return the status."""
    url = told.readline().decode().strip()
    stopped = threading.Event()

    def hear_the_end() -> None:
        told.read()
        stopped.set()

    threading.Thread(target=hear_the_end, name="the end", daemon=True).start()
    engine = open_database(url)
    try:
        count(engine, stopped)
    except Stopped:
        return STOPPED
    finally:
        engine.dispose()
    return 0


if __name__ == "__main__":
    if os.name == "posix":
        os.nice(NICE)
    # Without a buffer, whose lock nobody could take at the end while the other thread still listens.
    raise SystemExit(main(FileIO(sys.stdin.fileno(), closefd=False)))
