"""Who held a row before an act and who holds it after: what a change of scope sends, and what it takes away.

Most acts change no scope. One that does (an account comes to an area, leaves one, goes to another subscriber) moves
rows that it has not changed: the feed sends all of them to whom they come, and tombstones where they left.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.models.base import table_of
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import fetch
from ccbs_desk.models.scopes import Areas, Scopes
from ccbs_desk.models.subscribers import Account, Subscriber
from ccbs_desk.services.work import RowChange

MOVERS = ("account_scope", "account")
_ACCOUNT, _SUBSCRIBER = table_of(Account), table_of(Subscriber)
OF_ACCOUNT = tuple(
    table
    for table in SYNCED.values()
    if table.info["sync"] == "area" and not table.info["own_area"] and "account_id" in table.columns
)
"""Tables whose rows go where their account goes."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A row of an act, and the areas that held it and that hold it now. `changed`: it is not only its scope.

    `told` are areas that hear of it without holding it: where an account has gone to is kept where it was, so that what
    is left of it there is known to be another's.
    """

    change: RowChange
    before: Areas
    after: Areas
    changed: bool = True
    told: Areas = ()


def merged(changes: Iterable[RowChange]) -> list[RowChange]:
    """Return one change a row: from what stood before the act to what stands after it."""
    last: dict[tuple[str, UUID], RowChange] = {}
    for change in changes:
        if change.table in SYNCED:
            key = change.table, change.id
            first = last.get(key, change)
            last[key] = RowChange(change.table, change.id, change.row, first.before)
    return list(last.values())


def reach(connection: Connection, scopes: Scopes, changes: list[RowChange]) -> Iterator[Reached]:
    """Return every row that an act changed or moved. The act must have written its rows already."""
    movers = [change for change in changes if change.table in MOVERS]
    if not movers:
        for change in changes:
            yield _reached(change, scopes, scopes)
        return
    scopes.forget(account for change in movers for account in _accounts_of(change))
    before = _Before(connection, scopes, movers)
    for change in changes:
        yield _reached(change, before, scopes)
    here = {(change.table, change.id) for change in changes}
    for table, row in _moved(connection, before, scopes):
        if (table, row["id"]) not in here:
            still = RowChange(table, row["id"], row, row)
            found = _reached(still, before, scopes, changed=False)
            if set(found.before) != set(found.after):
                yield found


def _reached(change: RowChange, before: Scopes, after: Scopes, *, changed: bool = True) -> Reached:
    held = before.areas_of(change.table, change.before) if change.before is not None else ()
    holds = after.areas_of(change.table, change.row) if change.row is not None else ()
    told: Areas = ()
    if change.table == "account_scope" and change.row is not None:
        told = without(before.of_account(change.row["account_id"]), holds)
    return Reached(change, held, holds, changed, told)


def without(areas: Areas, others: Areas) -> Areas:
    """Return the areas that are not among the others."""
    return tuple(area_id for area_id in areas if area_id not in others)


class _Before(Scopes):
    """The scopes as they were before an act that has changed some."""

    def __init__(self, connection: Connection, after: Scopes, movers: list[RowChange]) -> None:
        super().__init__(connection)
        self.after = after
        self.came: dict[UUID, set[int]] = {}
        self.left: dict[UUID, set[int]] = {}
        self.owners: dict[UUID, UUID | None] = {}
        """Whose each account of the act was; None of a new one."""
        for change in movers:
            if change.table == "account":
                self.owners[change.id] = change.before["subscriber_id"] if change.before else None
                continue
            for row, found in ((change.row, self.came), (change.before, self.left)):
                if row is not None:
                    found.setdefault(row["account_id"], set()).add(row["area_id"])
        self.new = {account for account, owner in self.owners.items() if owner is None}
        now = {change.row["subscriber_id"] for change in movers if change.table == "account" and change.row}
        self.subscribers = now | {owner for owner in self.owners.values() if owner is not None}
        """Whose accounts the act has changed."""

    def of_account(self, account_id: UUID) -> tuple[int, ...]:
        """Return the areas that held the account."""
        now = set(self.after.of_account(account_id))
        return tuple(sorted((now - self.came.get(account_id, set())) | self.left.get(account_id, set())))

    def of_subscriber(self, subscriber_id: UUID) -> tuple[int, ...]:
        """Return the areas that held any account which was the subscriber's."""
        owned = select(Account.id).where(Account.subscriber_id == subscriber_id)
        accounts = set(self._connection.execute(owned).scalars()) - set(self.owners)
        accounts |= {account for account, owner in self.owners.items() if owner == subscriber_id}
        return tuple(sorted({area for account in accounts for area in self.of_account(account)}))


def _accounts_of(change: RowChange) -> set[UUID]:
    column = "id" if change.table == "account" else "account_id"
    return {row[column] for row in (change.row, change.before) if row is not None}


def _moved(connection: Connection, before: _Before, after: Scopes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the rows that may have moved with an account, or with one of its subscriber's."""
    subscribers = set(before.subscribers)
    for account in {*before.came, *before.left} - before.new:
        if before.of_account(account) == tuple(sorted(after.of_account(account))):
            continue
        row = fetch(connection, _ACCOUNT, account)
        if row is not None:
            subscribers.add(row["subscriber_id"])
            yield _ACCOUNT.name, row
        for table in OF_ACCOUNT:
            for found in connection.execute(select(table).where(table.c.account_id == account)).mappings().all():
                yield table.name, dict(found)
    for subscriber in subscribers:
        row = fetch(connection, _SUBSCRIBER, subscriber)
        if row is not None:
            yield _SUBSCRIBER.name, row
