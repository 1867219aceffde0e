"""Which areas a changed row goes to: those of its account, else its own; what every desk holds has none.

Scope is not the row's `area_id`: an account may be held by several areas (see `AccountScope`).
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.subscribers import Account, AccountScope

EVERYWHERE: tuple[int | None, ...] = (None,)


class Scopes:
    """Looks scopes up once a transaction. A new scope row counts from then on (`forget`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._areas: dict[UUID, tuple[int, ...]] = {}

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
        self._areas |= {account: tuple(areas) for account, areas in found.items()}

    def forget(self, account_id: UUID) -> None:
        """Look the account up again next time."""
        self._areas.pop(account_id, None)

    def areas_of(self, table: str, row: Mapping[str, Any] | None) -> tuple[int | None, ...]:
        """Return the areas that hold this row. A row that is gone is told to everybody: who lacks it loses nothing."""
        if row is None or SYNCED[table].info["sync"] == "global":
            return EVERYWHERE
        own = row.get("area_id")
        if SYNCED[table].info["own_area"]:
            return (own,)
        if table == "account":
            return self._of_account(row["id"]) or (own,)
        if table == "subscriber":
            return self._of_subscriber(row["id"], own)
        account = row.get("account_id")
        return (self._of_account(account) if account is not None else ()) or (own,)

    def _of_account(self, account_id: UUID) -> tuple[int, ...]:
        self.prefetch((account_id,))
        return self._areas[account_id]

    def _of_subscriber(self, subscriber_id: UUID, own: int | None) -> tuple[int | None, ...]:
        held = (
            select(AccountScope.area_id)
            .join(Account, Account.id == AccountScope.account_id)
            .where(Account.subscriber_id == subscriber_id)
            .distinct()
        )
        return tuple(sorted(self._connection.execute(held).scalars())) or (own,)
