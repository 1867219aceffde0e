"""The index of names: which accounts a few words mean. `NameIndex` is what look-up relies on; engines may change."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection

Progress = Callable[[int, int], None]
"""Told while an index is built: how many accounts are in it, and how many there are."""


@dataclass(frozen=True, slots=True)
class NameHit:
    """An account that the words mean. `exact` is false when the last word was only begun."""

    account_id: UUID
    exact: bool


class NameIndex(Protocol):
    """Finds accounts by words of names and places, best first."""

    def find(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
        """Return at most `limit` accounts in which every word of the query stands; the last may be a beginning."""
        ...


class FtsIndex:
    """A `NameIndex` on SQLite's full-text search: folded words, nothing forgiven beyond that."""

    def find(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
        """Return at most `limit` accounts, those with all words complete first."""
        raise NotImplementedError


def install(connection: Connection) -> None:
    """Create the index's own table if it is not there; called after the migrations."""
    raise NotImplementedError


def reindex(connection: Connection, ids: Collection[UUID]) -> None:
    """Bring the index up to date for these accounts and for all accounts of these subscribers."""
    raise NotImplementedError


def rebuild(connection: Connection, progress: Progress | None = None) -> None:
    """Build the index anew from all accounts of this store, after a first load."""
    raise NotImplementedError
