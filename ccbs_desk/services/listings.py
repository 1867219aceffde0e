"""The published directory on this desk: one engine on a thread of its own, asked without ever waiting for the store.

Answers come in the order of the questions; a question whose asker has gone on is not asked any more.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ccbs_desk.directory.engine import Engine
from ccbs_desk.directory.query import Answer, Hit, Pair, Query
from ccbs_desk.directory.sqlite import NotAnIndex, SqliteStorage, put_in_place
from ccbs_desk.domain.directory_errors import DirectoryAbsent
from ccbs_desk.domain.errors import Reason, Unavailable

T = TypeVar("T")
DIRECTORY_FILE = "directory.index"
"""Where in a desk's profile the index is."""


@dataclass(frozen=True, slots=True)
class Coming:
    """How much of the directory has come, in bytes; `problem` is why no more of it comes for now."""

    done: int = 0
    whole: int = 0
    problem: Reason | None = None

    @property
    def percent(self) -> int:
        """How much has come, in hundredths."""
        return self.done * 100 // self.whole if self.whole else 0


class Listings:
    """Asks the index in a file. It is opened when it is first asked, so that a desk starts no later for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="directory")
        self._storage: SqliteStorage | None = None
        self._engine: Engine | None = None
        self._taught: tuple[Pair, ...] = ()
        self._unreadable = False
        self.coming = Coming()
        """For who waits for the directory: how far it is."""

    @property
    def is_there(self) -> bool:
        """Whether this desk has a directory, as far as is known without opening it."""
        return self.path.exists() and not self._unreadable

    async def search(self, query: Query) -> Answer:
        """Return who is meant, best first. Raises Unavailable: directory.absent."""
        return await self._ask(lambda engine: engine.search(query))

    async def similar(self, query: Query, known: Collection[str]) -> tuple[Hit, ...]:
        """Return similar names, none of the known. Raises Unavailable: directory.absent."""
        return await self._ask(lambda engine: engine.similar(query, known))

    async def learn(self, pairs: Sequence[Pair]) -> None:
        """Take these spellings as known, and no others. Raises Unavailable: directory.absent."""
        self._taught = tuple(pairs)
        await self._ask(lambda engine: engine.learn(pairs))

    async def by_number(self, number: str) -> tuple[Hit, ...]:
        """Return whose a number is; that one may ask is for the caller to see to. Raises Unavailable."""
        return await self._ask(lambda engine: engine.by_number(number))

    async def replace(self, index: Path) -> None:
        """Put another index in the place of this one; the next question is asked there. Raises NotAnIndex, OSError."""
        await asyncio.wrap_future(self._thread.submit(self._replace, index))

    def close(self) -> None:
        """Let go of the file, once what is being asked is answered."""
        self._thread.submit(self._close)
        self._thread.shutdown(wait=True, cancel_futures=False)

    async def _ask(self, act: Callable[[Engine], T]) -> T:
        return await asyncio.wrap_future(self._thread.submit(lambda: act(self._opened())))

    def _opened(self) -> Engine:
        if self._engine is None:
            try:
                self._storage = SqliteStorage.open(self.path)
            except (NotAnIndex, OSError) as error:
                # As after an upgrade whose indexes are of another format: it is waited for like one that never came.
                self._unreadable = self.path.exists()
                raise Unavailable(DirectoryAbsent()) from error
            self._engine = Engine(self._storage)
            self._engine.learn(self._taught)
        return self._engine

    def _replace(self, index: Path) -> None:
        SqliteStorage.open(index).close()
        self._close()
        with contextlib.suppress(NotAnIndex):
            # What was changed in it lies beside it until it is closed by its last user, who writes.
            SqliteStorage.open(self.path, write=True).close()
        put_in_place(index, self.path)
        self._unreadable = False

    def _close(self) -> None:
        if self._storage is not None:
            self._storage.close()
        self._storage = self._engine = None
