"""Which rows of the synced tables belong to one account: what a desk of another place fetches, and lets go again."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select

from ccbs_desk.models.money import Receipt, ReceiptCopy
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.subscribers import Account, Address, Line, LineBar, LineFeature, LineNumber, Subscriber

# What has no index by account is read along the account's lines: in a whole country nothing else is quick.
_ALONG_LINES = frozenset(model.__tablename__ for model in (LineNumber, LineFeature, LineBar))


def rows_of_account(account_id: UUID) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Give each table that can hold rows of an account, with what chooses them.

    Rows that go by their own area, as calls do, are no account's.
    """
    for table in SYNCED.values():
        chosen = _chosen(table, account_id)
        if chosen is not None:
            yield table, chosen


def _chosen(table: Table, account_id: UUID) -> ColumnElement[bool] | None:
    if table.info["sync"] != "area" or table.info["own_area"]:
        return None
    lines = select(Line.id).where(Line.account_id == account_id)
    if table.name == Account.__tablename__:
        return table.c.id == account_id
    if table.name == Subscriber.__tablename__:
        return table.c.id.in_(select(Account.subscriber_id).where(Account.id == account_id))
    if table.name == Address.__tablename__:
        return table.c.id.in_(select(Line.address_id).where(Line.account_id == account_id))
    if table.name in _ALONG_LINES:
        return table.c.line_id.in_(lines)
    if table.name == ReceiptCopy.__tablename__:
        return table.c.receipt_id.in_(select(Receipt.id).where(Receipt.account_id == account_id))
    return table.c.account_id == account_id if "account_id" in table.c else None
