"""Before-images of provisional rows: SQLite triggers made from the metadata, and the way back.

While `undo_current` names an act, every change of a synced row leaves its before-image in `undo`, whether it came by
Core, by the ORM or by hand. Permanent tables (receipts, journals, audit) have no triggers: they are never undone.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, LargeBinary, Table, delete, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator

from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Undo, UndoCurrent
from ccbs_desk.models.registry import METADATA, PERMANENT, SYNCED

_BEGIN = insert(table_of(UndoCurrent))
_END = delete(table_of(UndoCurrent))
_STANDING = text(r"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'undo\_%' ESCAPE '\'")


def _is_binary(column: Any) -> bool:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(kind, LargeBinary)


def _image(row: str, columns: Iterable[Column[Any]]) -> str:
    """Return the expression for these columns of `OLD` or `NEW` as one JSON object."""
    parts = []
    for column in columns:
        value = f'{row}."{column.name}"'
        parts.append(f"'{column.name}', " + (f"hex({value})" if _is_binary(column) else value))
    return f"json_object({', '.join(parts)})"


@cache
def triggers() -> Mapping[str, str]:
    """Return the statement that creates each trigger, by its name: three for every synced table that can be undone."""
    statements = {}
    for table in SYNCED.values():
        if table.name in PERMANENT:
            continue
        for event, row, before in (
            ("INSERT", "NEW", "NULL"),
            ("UPDATE", "OLD", _image("OLD", table.columns)),
            ("DELETE", "OLD", _image("OLD", table.columns)),
        ):
            name = f"undo_{table.name}_{event.lower()}"
            statements[name] = (
                f'CREATE TRIGGER {name} AFTER {event} ON "{table.name}" '
                f"WHEN EXISTS (SELECT 1 FROM undo_current) BEGIN "
                f"INSERT INTO undo (command_id, table_name, row_id, key, before) SELECT command_id, "
                f"'{table.name}', {row}.id, {_image(row, table.primary_key)}, {before} FROM undo_current; END"
            )
    return statements


def install(connection: Connection) -> None:
    """Make the triggers fit the tables of this version; nothing is written where they do."""
    wanted, standing = triggers(), {row.name: row.sql for row in connection.execute(_STANDING)}
    for name in standing.keys() | wanted.keys():
        if standing.get(name) == wanted.get(name):
            continue
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        if name in wanted:
            connection.exec_driver_sql(wanted[name])


def begin(connection: Connection, command_id: UUID) -> None:
    """From here on, changes of synced rows belong to this act."""
    connection.execute(_BEGIN, {"one": 1, "command_id": command_id})


def end(connection: Connection) -> None:
    """Changes are nobody's provisional act any more."""
    connection.execute(_END)


def touched(connection: Connection, command_ids: Collection[UUID]) -> dict[UUID, set[tuple[str, UUID]]]:
    """Return which rows (table, id) each of these acts changed."""
    rows = connection.execute(
        select(Undo.command_id, Undo.table_name, Undo.row_id).where(Undo.command_id.in_(command_ids))
    )
    found: dict[UUID, set[tuple[str, UUID]]] = {command_id: set() for command_id in command_ids}
    for command_id, table_name, row_id in rows:
        found[command_id].add((table_name, row_id))
    return found


def take_back(connection: Connection, command_ids: Collection[UUID]) -> None:
    """Put back what stood before these acts, newest change first, and forget the images."""
    rows = connection.execute(
        select(Undo.table_name, Undo.key, Undo.before).where(Undo.command_id.in_(command_ids)).order_by(Undo.n.desc())
    ).all()
    for table_name, key, before in rows:
        table = METADATA.tables[table_name]
        if before is None:
            _remove(connection, table, json.loads(key))
        else:
            _restore(connection, table, json.loads(before))
    forget(connection, command_ids)


def forget(connection: Connection, command_ids: Collection[UUID]) -> None:
    """The rows of these acts are no longer provisional."""
    connection.execute(delete(table_of(Undo)).where(table_of(Undo).c.command_id.in_(command_ids)))


def _values(columns: Iterable[Column[Any]], image: dict[str, Any]) -> dict[str, Any]:
    """Return the image as the database holds it; a column newer than the image is left out and gets its default."""
    values = {}
    for column in columns:
        if column.name in image:
            value = image[column.name]
            if _is_binary(column):
                value = None if value == "" and column.nullable else bytes.fromhex(value)
            values[f'"{column.name}"'] = value
    return values


def _remove(connection: Connection, table: Table, key: dict[str, Any]) -> None:
    values = _values(table.primary_key, key)
    where = " AND ".join(f"{name} = ?" for name in values)
    connection.exec_driver_sql(f'DELETE FROM "{table.name}" WHERE {where}', tuple(values.values()))


def _restore(connection: Connection, table: Table, image: dict[str, Any]) -> None:
    values = _values(table.columns, image)
    marks = ", ".join("?" * len(values))
    connection.exec_driver_sql(
        f'INSERT OR REPLACE INTO "{table.name}" ({", ".join(values)}) VALUES ({marks})',
        tuple(values.values()),
    )


def standing(connection: Connection, table: str) -> dict[UUID, dict[str, Any] | None]:
    """Return what the server's word is on each row of a table that provisional acts have changed; None: no row."""
    images = connection.execute(
        select(Undo.row_id, Undo.before).where(Undo.table_name == table).order_by(Undo.n.desc())
    ).all()
    # The oldest image comes last and stays.
    return {row_id: None if before is None else _typed(METADATA.tables[table], before) for row_id, before in images}


def _typed(table: Table, before: str) -> dict[str, Any]:
    """Return an image as the row that it is of."""
    image, dialect = json.loads(before), sqlite.dialect()
    row = {}
    for column in table.columns:
        value = image.get(column.name)
        if _is_binary(column) and value is not None:
            value = None if value == "" and column.nullable else bytes.fromhex(value)
        read = column.type.dialect_impl(dialect).result_processor(dialect, None)
        row[column.name] = read(value) if read else value
    return row


def is_provisional(connection: Connection, table: str, row_id: UUID) -> bool:
    """Return whether the server has not yet spoken on this row."""
    found = connection.execute(select(Undo.n).where(Undo.table_name == table, Undo.row_id == row_id).limit(1)).first()
    return found is not None
