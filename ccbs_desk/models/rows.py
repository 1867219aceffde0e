"""Rows on the wire and back, and how the server's rows are laid into a desk's tables.

A row crosses as JSON: column name to wire value (UUID text, RFC 3339, dates, base64 bytes, integers), keys sorted.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypedDict
from uuid import UUID

import msgspec
from sqlalchemy import JSON, Column, Connection, Select, Table, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from ccbs_desk.models.registry import METADATA

_ENCODER = msgspec.json.Encoder(order="sorted")


def _python_type(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return Any
    kind: Any = column.type.python_type
    return kind | None if column.nullable else kind


@cache
def _form(name: str) -> Any:
    """Return the table's row as one type, so that a row is read in one step: every column, each of its kind."""
    columns = {column.name: _python_type(column) for column in METADATA.tables[name].columns}
    # Called by another name, since its fields are known at run time only.
    make: Any = TypedDict
    return make(name, columns)


def to_wire(row: Mapping[str, Any]) -> bytes:
    """Return the bytes of a row given by typed values."""
    return _ENCODER.encode(row)


def from_wire(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return typed values; columns that this version does not know are left out (the server may be newer).

    Raises msgspec.ValidationError when a column is missing or its value is not of its type.
    """
    values: dict[str, Any] = msgspec.convert(row, _form(table))
    return values


@cache
def _by_id(table: Table) -> Select[Any]:
    return select(table).where(table.c.id == bindparam("row"))


def fetch(connection: Connection, table: Table, row_id: UUID) -> dict[str, Any] | None:
    """Return the row of that id as it stands, or None."""
    found = connection.execute(_by_id(table), {"row": row_id}).mappings().first()
    return dict(found) if found is not None else None


def upsert(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Lay the server's rows over whatever the desk has under their keys. Desks only (SQLite)."""
    batch = [dict(row) for row in rows]
    if not batch:
        return
    keys = [column.name for column in table.primary_key]
    statement = sqlite_insert(table)
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), batch)


def remove(connection: Connection, table: Table, row_id: UUID) -> None:
    """Take a row away, as a tombstone or an undone act asks."""
    connection.execute(delete(table).where(table.c.id == row_id))
