"""Which areas hold a row: those of its account, else its own; what every desk holds has none.

Scope is not the row's `area_id`: an account may be held by several areas (see `AccountScope`). Server and desk ask the
same two questions of it: who is told of a changed row (`Scopes`), and which rows does an area hold (`in_scope`).
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, and_, false, or_, select, true

from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.subscribers import Account, AccountScope

Areas = tuple[int | None, ...]
EVERYWHERE: Areas = (None,)
NOBODY: Areas = ()


def in_scope(table: Table, area_id: int | None) -> ColumnElement[bool]:
    """Return which rows of a synced table an area holds: the same that the feed would have sent it."""
    if table.name == "device":
        return table.c.approved_at.is_not(None)
    if table.info["sync"] == "global":
        return true()
    if area_id is None:
        return false()
    held = select(AccountScope.account_id).where(AccountScope.area_id == area_id)
    own = table.c.area_id == area_id
    if table.name == "subscriber":
        owners = select(Account.subscriber_id).where(Account.id.in_(held))
        scoped = select(Account.id).join(AccountScope, AccountScope.account_id == Account.id)
        return or_(table.c.id.in_(owners), and_(own, ~scoped.where(Account.subscriber_id == table.c.id).exists()))
    if table.info["own_area"]:
        return own
    account = table.c.get("id" if table.name == "account" else "account_id")
    if account is None:
        return own
    # Money in suspense names an account that nobody knows: its rows go by their own area.
    scoped_at_all = select(AccountScope.account_id).where(AccountScope.account_id == account).exists()
    return or_(account.in_(held), and_(own, ~scoped_at_all))


class Scopes:
    """Looks scopes up once a transaction. A new scope row counts from then on (`forget`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._areas: dict[UUID, tuple[int, ...]] = {}
        self._owners: dict[UUID, tuple[int, ...]] = {}

    def prefetch(self, accounts: Iterable[UUID]) -> None:
        """Look several accounts up in one query."""
        wanted = {account for account in accounts if account not in self._areas}
        if not wanted:
            return
        found: dict[UUID, list[int]] = {account: [] for account in wanted}
        rows = self._connection.execute(
            select(AccountScope.account_id, AccountScope.area_id)
            .where(AccountScope.account_id.in_(wanted))
            .order_by(AccountScope.area_id)
        )
        for account_id, area_id in rows:
            found[account_id].append(area_id)
        self._areas |= {account: tuple(dict.fromkeys(areas)) for account, areas in found.items()}

    def prefetch_subscribers(self, subscribers: Iterable[UUID]) -> None:
        """Look several subscribers up in one query."""
        wanted = {subscriber for subscriber in subscribers if subscriber not in self._owners}
        if not wanted:
            return
        found: dict[UUID, set[int]] = {subscriber: set() for subscriber in wanted}
        rows = self._connection.execute(
            select(Account.subscriber_id, AccountScope.area_id)
            .join(AccountScope, Account.id == AccountScope.account_id)
            .where(Account.subscriber_id.in_(wanted))
            .distinct()
        )
        for subscriber_id, area_id in rows:
            found[subscriber_id].add(area_id)
        self._owners |= {subscriber: tuple(sorted(areas)) for subscriber, areas in found.items()}

    def forget(self, accounts: Iterable[UUID] = ()) -> None:
        """Look these accounts up again next time, and every subscriber."""
        for account in accounts:
            self._areas.pop(account, None)
        self._owners.clear()

    def areas_of(self, table: str, row: Mapping[str, Any]) -> Areas:
        """Return the areas that hold this row."""
        if table == "device" and row["approved_at"] is None:
            return NOBODY
        if SYNCED[table].info["sync"] == "global":
            return EVERYWHERE
        own = row.get("area_id")
        if SYNCED[table].info["own_area"]:
            return (own,)
        if table == "account":
            return self.of_account(row["id"]) or (own,)
        if table == "subscriber":
            return self.of_subscriber(row["id"]) or (own,)
        account = row.get("account_id")
        return (self.of_account(account) if account is not None else ()) or (own,)

    def of_account(self, account_id: UUID) -> tuple[int, ...]:
        """Return the areas that hold an account; none for one that nobody knows."""
        if account_id not in self._areas:
            self.prefetch((account_id,))
        return self._areas[account_id]

    def of_subscriber(self, subscriber_id: UUID) -> tuple[int, ...]:
        """Return the areas that hold any account of a subscriber."""
        self.prefetch_subscribers((subscriber_id,))
        return self._owners[subscriber_id]
