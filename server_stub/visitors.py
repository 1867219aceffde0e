"""Which desks an account visits: they are told of its changed rows beside the areas that hold it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.models.central import Visit
from ccbs_desk.models.money import Receipt
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.subscribers import Account
from ccbs_desk.services.work import RowChange

NO_AREA = 0
"""Stands in the feed where a row is for one desk alone; areas are counted from 1."""
NOBODY: tuple[UUID, ...] = ()


class Visitors:
    """Looks visits up once a transaction, under the feed lock; where nobody visits at all that is one look."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._any: bool | None = None
        self._devices: dict[UUID, tuple[UUID, ...]] = {}

    def prefetch(self, accounts: Iterable[UUID]) -> None:
        """Look several accounts up in one query."""
        wanted = {account for account in accounts if account not in self._devices}
        if not wanted:
            return
        if self._any is None:
            self._any = self._connection.execute(select(Visit.account_id).limit(1)).first() is not None
        if not self._any:
            return
        found: dict[UUID, tuple[UUID, ...]] = dict.fromkeys(wanted, NOBODY)
        rows = select(Visit.account_id, Visit.device_id).where(Visit.account_id.in_(wanted))
        for account_id, device_id in self._connection.execute(rows.order_by(Visit.device_id)):
            found[account_id] = (*found[account_id], device_id)
        self._devices |= found

    def of(self, change: RowChange) -> tuple[UUID, ...]:
        """Return the desks that are told of a changed row since its account visits them."""
        table, row = change.table, change.row or change.before
        if row is None or SYNCED[table].info["sync"] == "global" or SYNCED[table].info["own_area"]:
            return NOBODY
        account_ids = self._accounts(table, row)
        self.prefetch(account_ids)
        return tuple(dict.fromkeys(device for one in account_ids for device in self._devices.get(one, NOBODY)))

    def _accounts(self, table: str, row: Mapping[str, Any]) -> list[UUID]:
        if self._any is False:
            return []
        if table == "account":
            return [row["id"]]
        if table == "subscriber":
            which = select(Account.id).where(Account.subscriber_id == row["id"])
            return list(self._connection.execute(which).scalars())
        if table == "receipt_copy":
            which = select(Receipt.account_id).where(Receipt.id == row["receipt_id"])
            return list(self._connection.execute(which).scalars())
        account = row.get("account_id")
        return [account] if account is not None else []
