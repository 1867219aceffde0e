"""The index of names: which accounts a few words mean. `NameIndex` is what look-up relies on; engines may change.

A desk's own subscribers are found by the directory's engine, as listings are. Its index lies in the encrypted store
(`in_store.py`) and changes in the transaction that changes their rows (`subscribers.py`); the engine and its dictionary
are kept with the connection that they read from, and end with it.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.directory.build import build_from
from ccbs_desk.directory.engine import Engine
from ccbs_desk.directory.in_store import StoreStorage
from ccbs_desk.directory.postings import unpack
from ccbs_desk.directory.query import Answer, Hit, Query
from ccbs_desk.directory.reading import read
from ccbs_desk.directory.reading_rows import Piece, piece_of
from ccbs_desk.directory.subscribers import changes_of, pieces_of
from ccbs_desk.directory.update import BATCH as CHANGES
from ccbs_desk.directory.update import Updater

Progress = Callable[[int, int], None]
"""Told while an index is built: how many accounts are in it, and how many there are."""

BATCH = 2_000
ENOUGH: Final = 10
"""Who is found as it was typed, from which on nobody is shown who is only like it."""
MOST_NEAR: Final = 20
_MOST_WORN: Final = 2_000
"""Entries that went, from which on an index of fewer that stand is built anew."""
_KEPT: Final = "ccbs names"
_LOOSE: Final = frozenset({"spelling", "sound", "latin"})
_LEAST_SURE: Final = 0.8
"""The score below which a word was left out."""
_LEAST_LIKE: Final = 0.4
_LEAST_ALONE: Final = 0.5
"""The scores below which hardly anything is alike: of several words, of one."""


@dataclass(frozen=True, slots=True)
class NameHit:
    """An account that the words mean. `exact` is false when the last word was only begun, or a word is only near.

    `near`: some word stands there only for one that it may be misheard or misspelt for, or not at all. `meant` is what
    the same keys type in the other keyboard layout, where that was understood.
    """

    account_id: UUID
    exact: bool
    near: bool = False
    meant: str | None = None


class NameIndex(Protocol):
    """Finds accounts by words of names and places, best first."""

    def find(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
        """Return at most `limit` accounts that the words may mean; the last word may be a beginning."""
        ...


class StoreIndex:
    """A `NameIndex` over the subscribers of a desk's store."""

    def find(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
        """Return at most `limit` accounts: those that fit, then, where they are few, those whose names are like it."""
        engine = _kept_with(connection).engine(connection)
        if engine is None:
            return ()
        # An account may have several entries.
        answer = engine.search(Query(query, keystroke=True, limit=2 * limit))
        found = _hits_of(answer, alone=len(read(query)) < 2)
        sure = [hit for hit in found if not hit.near]
        near = [hit for hit in found if hit.near]
        return tuple(sure if len(sure) >= ENOUGH else [*sure, *near[: MOST_NEAR - len(sure)]])[:limit]


def _hits_of(answer: Answer, *, alone: bool) -> list[NameHit]:
    """Return the accounts of an answer, each once; `alone` when one word was asked.

    Who lacks a word that others have is not meant, nor who has but one of several.
    """
    most = max((len(hit.why) for hit in answer.hits), default=0)
    least = _LEAST_ALONE if alone else _LEAST_LIKE if most > 1 else 1.0
    found: dict[UUID, NameHit] = {}
    for hit in answer.hits:
        one = _hit(hit, answer.meant)
        if not one.near or (len(hit.why) == most and hit.score >= least):
            found.setdefault(one.account_id, one)
    return list(found.values())


def _hit(hit: Hit, meant: str | None) -> NameHit:
    near = bool(_LOOSE.intersection(hit.why)) or hit.score < _LEAST_SURE
    return NameHit(UUID(hit.id), exact=not near and "begun" not in hit.why, near=near, meant=meant)


class _Kept:
    """What is kept with a connection: the engine, and what changes its index, as long as they are of its build."""

    def __init__(self) -> None:
        self.storage = StoreStorage()
        self._engine: Engine | None = None
        self._built = b""
        self._updater: tuple[int, Updater] | None = None

    def engine(self, connection: Connection) -> Engine | None:
        """Return the engine, at what stands in this transaction; None when there is no index."""
        self.storage.enter(connection)
        if not self.storage.built:
            return None
        if self._engine is None or self._built != self.storage.built:
            self._engine, self._built = Engine(self.storage), self.storage.built
        return self._engine

    def change(self, connection: Connection, ids: Collection[bytes]) -> None:
        """Bring these accounts and subscribers up to date."""
        kept, self._updater = self._updater, None
        version = self.storage.version()
        # One that has seen a transaction which was taken back is of no state that there ever was.
        updater = kept[1] if kept is not None and kept[0] == version else Updater(self.storage)
        changes = changes_of(connection, ids)
        for at in range(0, len(changes), CHANGES):
            done = updater.apply(changes[at : at + CHANGES])
            if done.same < len(changes[at : at + CHANGES]):
                self.storage.changed()
        self._updater = (self.storage.version(), updater)


def _kept_with(connection: Connection) -> _Kept:
    kept = connection.info.get(_KEPT)
    if not isinstance(kept, _Kept):
        kept = connection.info[_KEPT] = _Kept()
    return kept


def ensure(connection: Connection) -> None:
    """Build the index if there is none, or if most of what it has once had is gone; called when a store was opened."""
    storage = _kept_with(connection).storage
    storage.enter(connection)
    gone, rows = unpack(storage.note("gone") or b"l"), int(storage.note("rows") or b"0")
    if not storage.built or len(gone) > max(_MOST_WORN, rows):
        rebuild(connection)


def reindex(connection: Connection, ids: Collection[UUID]) -> None:
    """Bring the index up to date for these accounts and for all accounts of these subscribers."""
    if not ids:
        return
    kept = _kept_with(connection)
    kept.storage.enter(connection)
    if kept.storage.built:
        kept.change(connection, {one.bytes for one in ids})
    else:
        rebuild(connection)


def rebuild(connection: Connection, progress: Progress | None = None, *, batch: int = BATCH) -> None:
    """Build the index anew from all accounts of this store, `batch` at a time, after a first load."""
    connection.info.pop(_KEPT, None)
    storage = _kept_with(connection).storage
    storage.enter(connection)
    storage.begin_anew()
    build_from(_pieces(connection, progress, batch), storage)


def _pieces(connection: Connection, progress: Progress | None, batch: int) -> Iterator[Piece]:
    whole = connection.exec_driver_sql("SELECT count(*) FROM account").scalar_one()
    done = 0
    for listings in pieces_of(connection, batch):
        yield piece_of(listings)
        done = min(done + batch, whole)
        if progress is not None:
            progress(done, whole)
