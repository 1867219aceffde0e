"""Healing: a desk whose digests differ asks for those of parts of a table, then for the rows of the parts that differ.

Everything is read in one transaction with the feed's head, so that the desk knows of which position it is. What a desk
had to replace is kept here and told in the log: a difference that nobody hears of is never looked for.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine, Table, insert, select

from ccbs_desk.domain.digests import bucket_of, form_of, in_buckets, row_hash
from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import Mended
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.wire.digests import BucketDigest, Buckets, Digests, MendedReport, TableDigest
from ccbs_desk.wire.messages import Message
from server_stub.auth import Session
from server_stub.digests import PIECE, are_kept, kept
from server_stub.feed import Head, head_of
from server_stub.problems import CODE_OF_STATUS, RequestRefused

log = logging.getLogger(__name__)
SHOWN = 200
_MENDED = table_of(Mended)


@dataclass(frozen=True, slots=True)
class Listed:
    """A desk that had to be mended, as the list shows it."""

    device_id: UUID
    table: str
    replaced: int
    removed: int
    position: int
    at: datetime


class BucketAnswer(Message, frozen=True, kw_only=True):
    """A `wire.digests.BucketRows` whose rows are written out as the bytes that are hashed."""

    rows: list[msgspec.Raw]
    changed: int
    area_id: int | None
    head: int
    epoch: str
    server_time: datetime


class Mending:
    """Answers desks that compare themselves. Its methods ask the database: call them in a thread."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def digests(self, session: Session) -> Digests:
        """Return the digest of each table that the desk's area holds rows of; none as long as none are kept."""
        with reading(self._engine) as connection:
            head = head_of(connection)
            found = kept(connection, session.area_id) if are_kept(connection) else {}
        tables = tuple(
            TableDigest(
                table=name,
                form=form_of(SYNCED[name].columns.keys()),
                rows=one.digest.rows,
                sum=one.digest.sum,
                position=one.position,
            )
            for name, one in sorted(found.items())
            if name in SYNCED
        )
        return Digests(tables=tables, area_id=session.area_id, **_place(head, self._now()))

    def buckets(self, session: Session, table: str) -> Buckets:
        """Return the digests of the parts of a table, counted from its rows."""
        with reading(self._engine) as connection:
            head = head_of(connection)
            changed = _changed(connection, session, table)
            rows = _rows(connection, _table(table), session.area_id)
            parts = in_buckets((row["id"], row_hash(to_wire(row))) for row in rows)
        found = tuple(BucketDigest(bucket=n, rows=one.rows, sum=one.sum) for n, one in sorted(parts.items()))
        return Buckets(buckets=found, changed=changed, area_id=session.area_id, **_place(head, self._now()))

    def rows(self, session: Session, table: str, buckets: frozenset[int]) -> "BucketAnswer":
        """Return the rows of some parts of a table."""
        with reading(self._engine) as connection:
            head = head_of(connection)
            changed = _changed(connection, session, table)
            rows = _rows(connection, _table(table), session.area_id)
            found = [row for row in rows if bucket_of(row["id"]) in buckets]
        place = _place(head, self._now())
        given = [msgspec.Raw(to_wire(row)) for row in found]
        return BucketAnswer(rows=given, changed=changed, area_id=session.area_id, **place)

    def report(self, session: Session, told: MendedReport) -> None:
        """Keep what a desk had to replace."""
        now = self._now()
        _table(told.table)
        log.error(
            "device %s differed from the server in %s at %d: %d rows replaced, %d removed",
            *(session.device_id, told.table, told.position, told.replaced, told.removed),
        )
        row = {
            "id": uuid7(int(now.timestamp() * 1000), secrets.token_bytes(RANDOM_BYTES)),
            "device_id": session.device_id,
            "table_name": told.table,
            "replaced": told.replaced,
            "removed": told.removed,
            "position": told.position,
            "at": now,
        }
        with writing(self._engine) as connection:
            connection.execute(insert(_MENDED), row)


def mended(engine: Engine) -> list[Listed]:
    """Return which desks had to be mended, the last first."""
    columns = (_MENDED.c[n] for n in ("device_id", "table_name", "replaced", "removed", "position", "at"))
    with reading(engine) as connection:
        return [Listed(*row) for row in connection.execute(select(*columns).order_by(_MENDED.c.at.desc()).limit(SHOWN))]


def _place(head: Head, now: datetime) -> dict[str, Any]:
    return {"head": head.position, "epoch": head.epoch, "server_time": now}


def _table(name: str) -> Table:
    if name not in SYNCED:
        raise RequestRefused(404, CODE_OF_STATUS[404])
    return SYNCED[name]


def _changed(connection: Connection, session: Session, table: str) -> int:
    """Return the position at which the table last changed for this desk."""
    one = kept(connection, session.area_id).get(table)
    return one.position if one else 0


def _rows(connection: Connection, table: Table, area_id: int | None) -> Iterator[dict[str, Any]]:
    statement = select(table).where(in_scope(table, area_id))
    found = connection.execute(statement, execution_options={"yield_per": PIECE})
    for row in found.mappings():
        yield dict(row)
