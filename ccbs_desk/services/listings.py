"""The published directory on this desk: one engine on a thread of its own, asked without ever waiting for the store.

Answers come in the order of the questions; a question whose asker has gone on is not asked any more.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from ccbs_desk.directory.engine import Engine
from ccbs_desk.directory.query import Answer, Hit, Pair, Query
from ccbs_desk.directory.sqlite import NotAnIndex, SqliteStorage
from ccbs_desk.domain.directory_errors import DirectoryAbsent
from ccbs_desk.domain.errors import Unavailable

T = TypeVar("T")
DIRECTORY_FILE = "directory.index"
"""Where in a desk's profile the index is."""


class Listings:
    """Asks the index in a file. It is opened when it is first asked, so that a desk starts no later for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="directory")
        self._storage: SqliteStorage | None = None
        self._engine: Engine | None = None

    async def search(self, query: Query) -> Answer:
        """Return who is meant, best first. Raises Unavailable: directory.absent."""
        return await self._ask(lambda engine: engine.search(query))

    async def similar(self, query: Query, known: Collection[str]) -> tuple[Hit, ...]:
        """Return similar names, none of the known. Raises Unavailable: directory.absent."""
        return await self._ask(lambda engine: engine.similar(query, known))

    async def learn(self, pairs: Sequence[Pair]) -> None:
        """Take these spellings as known, and no others. Raises Unavailable: directory.absent."""
        await self._ask(lambda engine: engine.learn(pairs))

    async def by_number(self, number: str) -> tuple[Hit, ...]:
        """Return whose a number is; that one may ask is for the caller to see to. Raises Unavailable."""
        return await self._ask(lambda engine: engine.by_number(number))

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
                raise Unavailable(DirectoryAbsent()) from error
            self._engine = Engine(self._storage)
        return self._engine

    def _close(self) -> None:
        if self._storage is not None:
            self._storage.close()
        self._storage = self._engine = None
