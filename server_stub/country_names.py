"""Names of the whole country for look-ups: the index on a thread of its own, made when it is first asked for.

While it is made, whoever asks is told so: without an index the tables have no quick answer to a name, and a slow one is
of no use in a call. Several servers on one machine have a file each.
"""

import logging
import sqlite3
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from ccbs_desk.directory.index import NameHit
from ccbs_desk.directory.query import Hit, Query
from ccbs_desk.directory.sqlite import NotAnIndex
from ccbs_desk.domain.directory_errors import NamesBeingPrepared
from ccbs_desk.domain.errors import Refused, StoreInUse, Unavailable
from ccbs_desk.models.database import reading
from ccbs_desk.models.lock import ProfileLock
from server_stub.country_index import BuildStopped, CountryIndex, build_index
from server_stub.feed import head_of

log = logging.getLogger(__name__)

FOLDER: Final = "names"
SLOTS: Final = 16
"""Servers that one folder has room for."""
PATIENCE: Final = 2.0
"""Seconds that whoever began a build waits for it: where there are few subscribers, nobody notices it."""
PAUSE: Final = 30.0
"""Seconds after a build that failed in which none is begun."""
_BROKEN: Final = (NotAnIndex, sqlite3.Error)
_LOOSE: Final = frozenset({"spelling", "sound", "latin"})
_LEAST_SURE: Final = 0.8
"""The score below which a word was left out."""


class CountryNames:
    """A `NameIndex` over all subscribers of the server's database, listed or not. For any thread."""

    def __init__(self, engine: Engine, folder: Path, *, patience: float = PATIENCE, pause: float = PAUSE) -> None:
        self._engine = engine
        self._folder = folder / FOLDER
        self._patience, self._pause = patience, pause
        self._stopped = threading.Event()
        self._worker = ThreadPoolExecutor(1, "names")
        self._builder = ThreadPoolExecutor(1, "names-build")
        # What follows is the worker's alone.
        self._index: CountryIndex | None = None
        self._lock: ProfileLock | None = None
        self._path: Path | None = None
        self._building: Future[None] | None = None
        self._not_before = 0.0

    def find(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
        """Return at most `limit` accounts, as they stand now. Raises Refused: directory.names_being_prepared."""
        found = self._worker.submit(self._find, query, limit).result()
        if isinstance(found, Future):
            if not _ended(found, self._patience):
                raise Refused(NamesBeingPrepared())
            found = self._worker.submit(self._find, query, limit).result()
        if found is None or isinstance(found, Future):
            raise Refused(NamesBeingPrepared())
        return found

    def freshen(self) -> None:
        """Bring the index on, if it is in use; to be called from time to time, so that a search finds little to do."""
        if self._index is not None:
            self._worker.submit(self._freshen)

    def close(self) -> None:
        """End a build, and let go of the file."""
        self._stopped.set()
        self._builder.shutdown(cancel_futures=True)
        self._worker.submit(self._let_go)
        self._worker.shutdown()

    def _find(self, query: str, limit: int) -> "tuple[NameHit, ...] | Future[None] | None":
        """Return who is meant; the build, for who begins it; None when it has begun already."""
        try:
            index = self._current()
            if index is not None:
                return tuple(map(_hit, index.search(Query(query, keystroke=True, limit=limit))))
        except _BROKEN as error:
            self._damaged(error)
        return self._begun()

    def _freshen(self) -> None:
        try:
            self._current()
        except _BROKEN as error:
            self._damaged(error)
        except SQLAlchemyError as error:
            log.warning("the index of names can't be brought on: %s", type(error).__name__)

    def _current(self) -> CountryIndex | None:
        """Return the index, brought on to this moment; None when there is none that can be."""
        if self._building is not None:
            return None
        index = self._index or self._opened()
        if index is None:
            return None
        with reading(self._engine) as connection:
            head = head_of(connection)
            if index.follows(head):
                index.bring_on(connection, head)
                return index
        self._drop()
        return None

    def _opened(self) -> CountryIndex | None:
        try:
            self._index = CountryIndex(self._claimed())
        except NotAnIndex:
            return None
        return self._index

    def _claimed(self) -> Path:
        """Return the file of this server: one that no other server on this machine has. Raises Unavailable, OSError."""
        if self._path is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path = self._first_free()
        return self._path

    def _first_free(self) -> Path:
        for slot in range(SLOTS):
            lock = ProfileLock(self._folder / f"country-{slot}.lock")
            try:
                lock.take()
            except Unavailable as taken:
                if taken.reason != StoreInUse():
                    raise
                continue
            self._lock = lock
            return self._folder / f"country-{slot}.index"
        raise Unavailable(StoreInUse())

    def _begun(self) -> "Future[None] | None":
        if self._building is not None or time.monotonic() < self._not_before:
            return None
        self._building = self._builder.submit(self._build, self._claimed())
        return self._building

    def _build(self, path: Path) -> None:
        log.info("the index of names is being made")
        made = False
        try:
            log.info("%d subscribers are in the index of names", build_index(self._engine, path, self._stopped))
            made = True
        except (BuildStopped, NotAnIndex, OSError, SQLAlchemyError, sqlite3.Error) as error:
            log.warning("the index of names is not made: %s", type(error).__name__)
        finally:
            self._worker.submit(self._built, made)

    def _built(self, made: bool) -> None:
        self._building = None
        self._not_before = 0.0 if made else time.monotonic() + self._pause

    def _damaged(self, error: Exception) -> None:
        log.warning("the index of names is made anew: %s", type(error).__name__)
        self._drop()

    def _drop(self) -> None:
        self._close_file()
        self._claimed().unlink(missing_ok=True)

    def _close_file(self) -> None:
        if self._index is not None:
            with suppress(sqlite3.Error):
                self._index.close()
            self._index = None

    def _let_go(self) -> None:
        self._close_file()
        if self._lock is not None:
            self._lock.release()


def _ended(build: "Future[None]", patience: float) -> bool:
    try:
        build.result(patience)
    except TimeoutError:
        return False
    return True


def _hit(hit: Hit) -> NameHit:
    near = bool(_LOOSE.intersection(hit.why)) or hit.score < _LEAST_SURE
    return NameHit(UUID(hit.id), exact=not near and "begun" not in hit.why, near=near)
