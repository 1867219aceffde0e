"""All subscribers of the country as the directory's engine takes them: whole for a build, by account for a change.

One row an account, listed or not: the subscriber's name and where the first line ends. Numbers are not among them; they
are found in their own tables.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Executable, Select, select

from ccbs_desk.directory.listings import BadRow, Listing, listing_of
from ccbs_desk.directory.update import Change
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import FeedRow
from ccbs_desk.models.reference import Governorate
from ccbs_desk.models.subscribers import Account, Address, Line, Subscriber

COLUMNS: Final = ("id", "name", "kind", "governorate", "town", "area", "street", "category")
READ: Final = 5_000
"""Rows that are read before the reader takes breath."""
ASKED: Final = 500
_ROWS = (
    select(
        Account.id,
        Subscriber.name,
        Subscriber.kind,
        Governorate.name_ar,
        Address.town,
        Address.quarter,
        Address.street,
        Subscriber.category,
    )
    .join(Subscriber, Subscriber.id == Account.subscriber_id)
    .outerjoin(Line, Line.account_id == Account.id)
    .outerjoin(Address, Address.id == Line.address_id)
    .outerjoin(Governorate, Governorate.id == Address.governorate_id)
    .order_by(Account.id, Line.state != "active", Line.state == "cancelled", Line.installed_on, Line.id)
)
# The accounts that a changed row of these tables may be found under.
_ACCOUNTS: Final[dict[str, Callable[[Sequence[UUID]], Select[UUID]]]] = {
    "subscriber": lambda ids: select(Account.id).where(Account.subscriber_id.in_(ids)),
    "line": lambda ids: select(Line.account_id).where(Line.id.in_(ids)),
    "address": lambda ids: select(Address.account_id).where(Address.id.in_(ids)),
}


def write_rows(connection: Connection, path: Path, breathe: Callable[[], None], each: int = READ) -> int:
    """Write every subscriber into a file that nobody else may read; return how many.

    `breathe` is called after so many of `each`.
    """
    count = 0
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for count, cells in enumerate(_first_of_each(connection, _ROWS.execution_options(yield_per=each)), 1):
            file.write("\t".join(cells) + "\n")
            if not count % each:
                breathe()
    return count


def changed_accounts(connection: Connection, after: int, head: int) -> set[UUID]:
    """Return the accounts whose names or places the feed has touched, from behind a position up to another."""
    feed = table_of(FeedRow)
    touched: dict[str, list[UUID]] = {}
    asked = select(feed.c.table_name, feed.c.row_id).where(
        feed.c.position > after, feed.c.position <= head, feed.c.table_name.in_(("account", *_ACCOUNTS))
    )
    for table, row_id in connection.execute(asked.distinct()):
        touched.setdefault(table, []).append(row_id)
    # An account that is gone is in no table any more, but its id is what it is found under.
    found = set(touched.get("account", ()))
    for table, accounts_of in _ACCOUNTS.items():
        for some in _pieces(touched.get(table, ())):
            found |= set(connection.execute(accounts_of(some)).scalars())
    return found


def changes_of(connection: Connection, account_ids: Iterable[UUID]) -> list[Change]:
    """Return how the index is to have these accounts: as they stand now, or no more."""
    changes = []
    for some in _pieces(list(account_ids)):
        there = {cells[0]: cells for cells in _first_of_each(connection, _ROWS.where(Account.id.in_(some)))}
        changes += [Change(str(account_id), _listing(there.get(str(account_id)))) for account_id in some]
    return changes


def _pieces(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[at : at + ASKED] for at in range(0, len(ids), ASKED))


def _listing(cells: Sequence[str] | None) -> Listing | None:
    try:
        return None if cells is None else listing_of(dict(zip(COLUMNS, cells, strict=True)))
    except BadRow:
        return None


def _first_of_each(connection: Connection, statement: Executable) -> Iterator[tuple[str, ...]]:
    """Return the first row of each account: that of the line that a look-up shows."""
    last = None
    for account_id, *texts in connection.execute(statement):
        if account_id != last:
            last = account_id
            yield str(account_id), *(" ".join((text or "").split()) for text in texts)
