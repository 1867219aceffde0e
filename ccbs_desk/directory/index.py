"""The index of names: which accounts a few words mean. `NameIndex` is what look-up relies on; engines may change.

The engine here is SQLite's full-text search over the folded words of `domain.text`: every word of a query must stand
in the names and places of an account, the last one may be a beginning. It forgives spelling variants, spacing of
compounds and the article; where that finds nobody, the words that a query's words may be misheard or misspelt for are
looked for instead, at the costs of the country's index. It knows the desk's tables by their names only.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.directory.reading import begins_with_article, read
from ccbs_desk.directory.respelling import respelled
from ccbs_desk.domain.text import index_tokens, search_tokens

Progress = Callable[[int, int], None]
"""Told while an index is built: how many accounts are in it, and how many there are."""

BATCH = 2_000

_CREATE = """CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(
    tokens, content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='2 3')"""
# What is unlisted is not found by its place and its listed name; the account's own name always is.
_NAMES = """SELECT account.id, subscriber.name || char(10) || subscriber.category || coalesce((
        SELECT group_concat(concat_ws(char(10), '', name, category, town, street), '')
        FROM listing WHERE listing.account_id = account.id AND listing.listed), '')
    FROM account JOIN subscriber ON subscriber.id = account.subscriber_id"""
# Of this connection alone: the distinct words of the index, and in how many accounts each stands.
_CREATE_WORDS = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_words USING fts5vocab(main, search_fts, row)"
_ELSEWHERE = 1.5
_FIND = """SELECT search_doc.account_id, subscriber.name FROM search_fts
    JOIN search_doc ON search_doc.doc = search_fts.rowid
    JOIN account ON account.id = search_doc.account_id JOIN subscriber ON subscriber.id = account.subscriber_id
    WHERE search_fts MATCH ?"""


@dataclass(frozen=True, slots=True)
class NameHit:
    """An account that the words mean. `exact` is false when the last word was only begun, or a word is only near.

    `near` is said by an index that finds both: some word stands there only for one that it may be misspelt for.
    """

    account_id: UUID
    exact: bool
    near: bool = False


class NameIndex(Protocol):
    """Finds accounts by words of names and places, best first."""

    def find(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
        """Return at most `limit` accounts in which every word of the query stands; the last may be a beginning."""
        ...


class FtsIndex:
    """A `NameIndex` on SQLite's full-text search: folded words, nothing forgiven beyond that."""

    def find(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
        """Return at most `limit` accounts. Complete words come first, then words of the name before those of a place.

        All matches are ranked before the rest is cut off, so that the right one is not lost among many.
        """
        words = search_tokens(query)
        if not words:
            return ()
        complete = set(connection.exec_driver_sql(_FIND, (_match(words, begun=False),)).scalars())
        begun = connection.exec_driver_sql(_FIND, (_match(words, begun=True),)).all()
        ranked = sorted((key not in complete, *_rank(words, name), name, key) for key, name in begun)
        return tuple(NameHit(UUID(bytes=key), not only_begun) for only_begun, *_, key in ranked[:limit])

    def near(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
        """Return at most `limit` accounts in which for every word one stands that it may be misheard or misspelt for.

        For a query that finds nobody as it is typed.
        """
        words = read(query)
        if not words or any(map(begins_with_article, words)):
            return ()
        connection.exec_driver_sql(_CREATE_WORDS)
        known = {row.term: row.doc for row in connection.exec_driver_sql("SELECT term, doc FROM temp.search_words")}
        spelled = [respelled(word, known) for word in words]
        if not all(spelled):
            return ()
        found = connection.exec_driver_sql(_FIND, (_match_any(spelled),)).all()
        ranked = sorted((_cost(spelled, name), name, key) for key, name in found)
        return tuple(NameHit(UUID(bytes=key), exact=False) for *_, key in ranked[:limit])


def _match_any(spelled: Sequence[Mapping[str, float]]) -> str:
    """Return the full-text query for one of several spellings of each word."""
    return " AND ".join(f"({' OR '.join(map(_quoted, some))})" for some in spelled)


def _quoted(word: str) -> str:
    return f'"{word}"'


def _cost(spelled: Sequence[Mapping[str, float]], name: str) -> float:
    """Return what the spellings that stand in a name cost; what stands elsewhere costs more."""
    own = _words(name)
    return round(sum(min((some[word] for word in own if word in some), default=_ELSEWHERE) for some in spelled), 6)


def _match(words: Sequence[str], *, begun: bool) -> str:
    """Return the full-text query. Words are letters and digits only; quoted, none of them is an operator."""
    quoted = " AND ".join(f'"{word}"' for word in words)
    return f"{quoted} *" if begun else quoted


def _rank(words: Sequence[str], name: str) -> tuple[int, int, int]:
    """Return how far a name is from the query: words that stand elsewhere, where it begins, how many words it has."""
    own = _words(name)
    begun = [place for place, word in enumerate(own) if word.startswith(words[-1])]
    elsewhere = sum(word not in own for word in words[:-1]) + (not begun)
    first = own.index(words[0]) if words[0] in own else min(begun, default=len(own))
    return elsewhere, first, len(own)


@lru_cache(maxsize=1 << 15)
def _words(name: str) -> tuple[str, ...]:
    return index_tokens(name)


def install(connection: Connection) -> None:
    """Create the index's own table if it is not there; called after the migrations."""
    connection.exec_driver_sql(_CREATE)


def reindex(connection: Connection, ids: Collection[UUID]) -> None:
    """Bring the index up to date for these accounts and for all accounts of these subscribers."""
    if ids:
        install(connection)
    for one in sorted(ids):
        accounts = {one.bytes}
        owned = connection.exec_driver_sql("SELECT id FROM account WHERE subscriber_id = ?", (one.bytes,))
        accounts.update(owned.scalars())
        for account in sorted(accounts):
            _forget(connection, account)
            _add(connection, connection.exec_driver_sql(f"{_NAMES} WHERE account.id = ?", (account,)).all())


def rebuild(connection: Connection, progress: Progress | None = None, *, batch: int = BATCH) -> None:
    """Build the index anew from all accounts of this store, `batch` at a time, after a first load."""
    connection.exec_driver_sql("INSERT INTO search_fts(search_fts) VALUES ('delete-all')")
    connection.exec_driver_sql("DELETE FROM search_doc")
    whole = connection.exec_driver_sql("SELECT count(*) FROM account").scalar_one()
    done = 0
    for rows in _batches(connection, batch):
        _add(connection, rows)
        done += len(rows)
        if progress is not None:
            progress(done, whole)


def _batches(connection: Connection, size: int) -> Iterator[Sequence[Any]]:
    last = b""
    while True:
        query = f"{_NAMES} WHERE account.id > ? ORDER BY account.id LIMIT ?"
        rows = connection.exec_driver_sql(query, (last, size)).all()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _add(connection: Connection, rows: Sequence[Any]) -> None:
    """Add accounts given as (id, names and places, one a line: a compound never reaches over a line's end)."""
    first = connection.exec_driver_sql("SELECT coalesce(max(doc), 0) + 1 FROM search_doc").scalar_one()
    docs, texts = [], []
    for doc, (account, names) in enumerate(rows, first):
        docs.append((doc, account))
        tokens = dict.fromkeys(token for line in names.split("\n") for token in index_tokens(line))
        texts.append((doc, " ".join(tokens)))
    if docs:
        connection.exec_driver_sql("INSERT INTO search_doc (doc, account_id) VALUES (?, ?)", docs)
        connection.exec_driver_sql("INSERT INTO search_fts (rowid, tokens) VALUES (?, ?)", texts)


def _forget(connection: Connection, account: bytes) -> None:
    found = connection.exec_driver_sql("SELECT doc FROM search_doc WHERE account_id = ?", (account,))
    for doc in found.scalars().all():
        connection.exec_driver_sql("DELETE FROM search_fts WHERE rowid = ?", (doc,))
        connection.exec_driver_sql("DELETE FROM search_doc WHERE doc = ?", (doc,))
