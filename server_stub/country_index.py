"""The index of all subscribers' names: a file of the directory's engine in a folder of the server's own.

A file belongs to an epoch of the feed and to a position in it, which are kept inside; it is brought on from there. One
that can't be brought on is made anew. Names of the unlisted are in it, so nobody but the server may read it. It can be
lost at any time: all of it is in the database.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from ccbs_desk.directory import engine as directory
from ccbs_desk.directory.query import Hit, Query
from ccbs_desk.directory.sqlite import NotAnIndex, SqliteStorage, put_in_place
from ccbs_desk.directory.update import BATCH, Updater
from ccbs_desk.models.database import reading
from server_stub.country_rows import changed_accounts, changes_of, write_rows
from server_stub.feed import Head, head_of

log = logging.getLogger(__name__)

NOTE: Final = "feed"
MOST_BEHIND: Final = 200_000
"""Positions behind which a file is made anew: to read so much of the feed takes as long."""
KEPT_EACH: Final = 10_000
"""Positions without a change of a name after which the file is told all the same how far it is."""
REST: Final = 0.5
"""How long the reader rests after each piece, in times of what the piece took: requests come first."""
LOOK_SECONDS: Final = 0.1


class BuildStopped(Exception):
    """The server ends, or the file could not be made; it is begun anew when somebody asks."""


class CountryIndex:
    """A file that is open. For one thread."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises NotAnIndex, sqlite3.Error."""
        self._path = path
        self._storage = SqliteStorage.open(path)
        epoch, _, position = self._storage.note(NOTE).decode().partition(" ")
        if not position.isdigit():
            self._storage.close()
            raise NotAnIndex(str(path))
        self._kept = self._at = Head(int(position), epoch)
        self._engine = directory.Engine(self._storage)
        self._changing: SqliteStorage | None = None
        self._updater: Updater | None = None

    def follows(self, head: Head) -> bool:
        """Tell whether the file can be brought on to there: of this run of positions, and not too far behind."""
        return self._at.epoch == head.epoch and 0 <= head.position - self._at.position <= MOST_BEHIND

    def bring_on(self, connection: Connection, head: Head) -> int:
        """Write what the feed has told since into the file; return how many accounts were touched."""
        accounts = sorted(changed_accounts(connection, self._at.position, head.position))
        if accounts:
            changes = changes_of(connection, accounts)
            updater = self._updater_of_file()
            for at in range(0, len(changes), BATCH):
                updater.apply(changes[at : at + BATCH])
        self._at = head
        if accounts or head.position - self._kept.position >= KEPT_EACH:
            self._keep()
        return len(accounts)

    def search(self, query: Query) -> Sequence[Hit]:
        """Return who is meant, best first."""
        return self._engine.search(query).hits

    def close(self) -> None:
        """Let go of the file."""
        if self._changing is not None:
            self._changing.close()
        self._storage.close()

    def _updater_of_file(self) -> Updater:
        if self._updater is None:
            self._updater = Updater(self._to_change())
        return self._updater

    def _to_change(self) -> SqliteStorage:
        if self._changing is None:
            self._changing = SqliteStorage.open(self._path, write=True)
        return self._changing

    def _keep(self) -> None:
        """Keep how far the file is. When this is lost, the same changes are applied once more and change nothing."""
        _write_note(self._to_change(), self._at)
        self._kept = self._at


def build_index(engine: Engine, path: Path, stopped: threading.Event) -> int:
    """Make the file of all subscribers as they stand now; return how many. Raises BuildStopped, NotAnIndex, OSError.

    Its words are sorted out by a process of its own, so that requests do not wait for it.
    """
    rows, made = path.with_suffix(".rows"), path.with_suffix(".made")
    try:
        with reading(engine) as connection:
            head = head_of(connection)
            count = write_rows(connection, rows, Breath(stopped))
        _sort_out(rows, made, stopped)
        storage = SqliteStorage.open(made, write=True)
        try:
            _write_note(storage, head)
        finally:
            storage.close()
        put_in_place(made, path)
    finally:
        for aside in (rows, made, made.with_name(f"{made.name}.new"), made.with_name(f"{made.name}.rejected")):
            aside.unlink(missing_ok=True)
    return count


def _sort_out(rows: Path, made: Path, stopped: threading.Event) -> None:
    command = [sys.executable, "-m", "ccbs_desk.directory.commands", "build", str(rows), str(made), "--workers", "1"]
    # What it makes is for nobody else to read.
    mask = 0o077 if os.name == "posix" else -1
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, umask=mask) as process:
        while process.poll() is None:
            if stopped.wait(LOOK_SECONDS):
                process.terminate()
                raise BuildStopped("the server ends")
    if process.returncode:
        raise BuildStopped(f"the builder ended with {process.returncode}")


def _write_note(storage: SqliteStorage, head: Head) -> None:
    with storage.writing():
        storage.put_note(NOTE, f"{head.epoch} {head.position}".encode())


class Breath:
    """What the reader does between two pieces."""

    def __init__(self, stopped: threading.Event) -> None:
        self._stopped = stopped
        self._last = time.monotonic()

    def __call__(self) -> None:
        if self._stopped.wait((time.monotonic() - self._last) * REST):
            raise BuildStopped("the server ends")
        self._last = time.monotonic()
