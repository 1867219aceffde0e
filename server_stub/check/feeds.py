"""The feed's positions run from 1 to the head, and what it said last of a row is the row."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Table, and_, func, or_, select

from ccbs_desk.models.central import FeedHead, FeedRow
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import from_wire, to_wire
from server_stub.check.findings import AnyRow, Check, Finding, pieces, stream


def positions_are_contiguous(connection: Connection) -> Iterator[Finding]:
    """Each position from 1 to the head is there, and none above it."""
    heads = connection.execute(select(FeedHead.position)).scalars().all()
    if len(heads) != 1:
        yield Finding("the feed has not exactly one head", f"{len(heads)} rows")
        return
    expected = 1
    for row in stream(connection, select(FeedRow.position).distinct().order_by(FeedRow.position)):
        if row.position != expected:
            yield Finding("positions of the feed are missing", f"{expected} to {row.position - 1}")
        expected = row.position + 1
    if expected - 1 != heads[0]:
        yield Finding("the feed's head is not its last position", f"head {heads[0]}, last {expected - 1}")


def last_word_is_the_row(connection: Connection) -> Iterator[Finding]:
    """What the feed said last of each id is what stands in the table. That an area no longer holds it says nothing."""
    for name in connection.execute(select(FeedRow.table_name).distinct().order_by(FeedRow.table_name)).scalars():
        table = SYNCED.get(name)
        if table is None:
            yield Finding("the feed speaks of a table that is not synced", name)
            continue
        for rows in pieces(stream(connection, _last_words(name))):
            yield from _compared(connection, table, rows)


def _last_words(name: str) -> Any:
    # Who must forget a row is told alone; that it is gone is told to everybody.
    word = and_(FeedRow.table_name == name, or_(FeedRow.row.is_not(None), FeedRow.area_id.is_(None)))
    last = (
        select(FeedRow.row_id, func.max(FeedRow.position).label("position"))
        .where(word)
        .group_by(FeedRow.row_id)
        .subquery()
    )
    same = and_(FeedRow.row_id == last.c.row_id, FeedRow.position == last.c.position, word)
    return select(FeedRow.row_id, FeedRow.position, FeedRow.row).join(last, same).order_by(FeedRow.row_id, FeedRow.n)


def _compared(connection: Connection, table: Table, rows: list[AnyRow]) -> Iterator[Finding]:
    said: dict[UUID, tuple[int, bytes | None]] = {row.row_id: (row.position, row.row) for row in rows}
    places: dict[tuple[Any, ...], list[UUID]] = {}
    for row_id, (position, raw) in list(said.items()):
        try:
            places.setdefault(_place(table, raw), []).append(row_id)
        except (msgspec.DecodeError, KeyError, ValueError):
            yield Finding("a row of the feed can't be read", f"{table.name} {row_id} at {position}")
            del said[row_id]
    stands: dict[UUID, bytes] = {}
    for place, ids in places.items():
        where = [column == value for column, value in zip(_partition(table), place, strict=False)]
        found = connection.execute(select(table).where(*where, table.c.id.in_(ids)))
        stands |= {row.id: to_wire(dict(row._mapping)) for row in found}
    for row_id, (position, raw) in said.items():
        if stands.get(row_id) != raw:
            yield Finding("the feed's last word is not the row", f"{table.name} {row_id} at {position}")


def _partition(table: Table) -> list[Column[Any]]:
    """Return what stands before the id in the table's key: by the id alone it would be read from end to end."""
    return [column for column in table.primary_key if column.name != "id"]


def _place(table: Table, raw: bytes | None) -> tuple[Any, ...]:
    if raw is None:
        return ()
    row = from_wire(table.name, msgspec.json.decode(raw))
    return tuple(row[column.name] for column in _partition(table))


CHECKS: tuple[Check, ...] = (positions_are_contiguous, last_word_is_the_row)
