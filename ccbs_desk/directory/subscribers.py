"""The subscribers of a store as entries of the engine: whole for a build, by account for a change.

An account has an entry with its subscriber's name for each place of it that is listed, and one with the name there, if
that is another; without any, one with the subscriber's name alone. What is unlisted is not found by its place and its
listed name; the subscriber's own name always is. Tables are known by their names only.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection

from ccbs_desk.directory.listings import LONGEST_NAME, Listing, kind_of
from ccbs_desk.directory.update import Change
from ccbs_desk.domain.text import fold

_MOST_ENTRIES: Final = 20
_LONGEST: Final = 200
_ASKED: Final = 100
_COLUMNS: Final = """account.id, subscriber.name, subscriber.kind, subscriber.category, listing.name, listing.category,
    governorate.name_ar, listing.town, address.quarter, listing.street"""
_JOINED: Final = """JOIN subscriber ON subscriber.id = account.subscriber_id
    LEFT JOIN listing ON listing.account_id = account.id AND listing.listed
    LEFT JOIN line ON line.id = listing.line_id
    LEFT JOIN address ON address.id = line.address_id
    LEFT JOIN governorate ON governorate.id = address.governorate_id"""
_SOME: Final = ",".join("?" * _ASKED)
_NEXT: Final = f"""SELECT {_COLUMNS}
    FROM (SELECT id, subscriber_id FROM account WHERE id > ? ORDER BY id LIMIT ?) AS account {_JOINED}
    ORDER BY account.id, listing.id"""  # noqa: S608 - our own constants
_THESE: Final = f"""SELECT {_COLUMNS} FROM account {_JOINED}
    WHERE account.id IN ({_SOME}) ORDER BY account.id, listing.id"""  # noqa: S608
_OWNED: Final = f"SELECT id FROM account WHERE subscriber_id IN ({_SOME})"  # noqa: S608


def pieces_of(connection: Connection, batch: int) -> Iterator[list[Listing]]:
    """Return the entries of all accounts, those of so many accounts at a time."""
    last = b""
    while True:
        rows = connection.exec_driver_sql(_NEXT, (last, batch)).all()
        if not rows:
            return
        yield [entry for _, entries in _by_account(rows) for entry in entries]
        last = rows[-1][0]


def changes_of(connection: Connection, ids: Collection[bytes]) -> list[Change]:
    """Return how the index is to have these accounts, and all accounts of these subscribers: as they stand, or not."""
    accounts = set(ids)
    for some in _asked(ids):
        accounts.update(connection.exec_driver_sql(_OWNED, some).scalars())
    changes = []
    for some in _asked(accounts):
        there = dict(_by_account(connection.exec_driver_sql(_THESE, some).all()))
        for account in dict.fromkeys(some):
            first, *more = there.get(account) or (None,)
            changes.append(Change(account.hex(), first, tuple(more)))
    return changes


def _asked(ids: Iterable[bytes]) -> Iterator[tuple[bytes, ...]]:
    """Return ids in pieces of one size, so that one statement serves them all: the last one is there several times."""
    known = sorted(ids)
    for at in range(0, len(known), _ASKED):
        some = known[at : at + _ASKED]
        yield (*some, *[some[-1]] * (_ASKED - len(some)))


def _by_account(rows: Sequence[Any]) -> Iterator[tuple[bytes, list[Listing]]]:
    for account, some in groupby(rows, key=itemgetter(0)):
        entries = dict.fromkeys(entry for row in some for entry in _entries(account.hex(), *map(_clean, row[1:])))
        yield account, list(entries)[:_MOST_ENTRIES]


def _entries(
    account: str, name: str, kind: str, category: str, listed_name: str, listed_as: str, *place: str
) -> Iterator[Listing]:
    governorate, town, quarter, street = place
    where = (governorate, town, quarter, street)
    for one in (name, "" if listed_name == name or fold(listed_name) == fold(name) else listed_name):
        if one:
            yield Listing(account, one[:LONGEST_NAME], kind_of(kind), where, "", listed_as or category, listed=True)


def _clean(text: str | None) -> str:
    return " ".join((text or "").split())[:_LONGEST]
