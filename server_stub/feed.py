"""The change feed: positions in commit order, given under one lock, and the pages that desks read.

Every writer of synced rows, whatever process it runs in, takes the lock first and gives positions under it. So a
position is never visible before a lower one, and a reader that has seen `head` has missed nothing below it.
"""

import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, and_, insert, select, text, union, update

from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import FeedHead, FeedRow, Unpublished
from ccbs_desk.models.database import writing
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.scopes import EVERYWHERE, Scopes
from ccbs_desk.services.work import RowChange
from ccbs_desk.wire.messages import scope_name
from server_stub.digests import Tally
from server_stub.listings import went_out
from server_stub.reach import Reached, merged, reach, without
from server_stub.visitors import NO_AREA, Visitors

LOCK = 0x6363_6273_0002
CHANNEL = "ccbs_feed"
PAGE = 2_000
_FEED = table_of(FeedRow)
_PUT_BACK = (
    "device %s has followed the feed to %d, the head is %d: the database was put back; run `ccbs-server new-epoch`"
)
log = logging.getLogger(__name__)


class FeedWriter:
    """Gives positions in the caller's transaction, from taking the lock until `flush`."""

    def __init__(self, connection: Connection) -> None:
        """Take the feed lock, waiting for whoever holds it."""
        self._connection = connection
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        self.scopes = Scopes(connection)
        self.visitors = Visitors(connection)
        head, digested, counting = connection.execute(
            select(FeedHead.position, FeedHead.digested, FeedHead.counting)
        ).one()
        self.head: int = head
        self._first = self.head
        self._tally = Tally(connection) if digested or counting else None
        self._rows: list[dict[str, Any]] = []
        self._gone: list[dict[str, Any]] = []

    def publish(
        self, changes: Iterable[RowChange], *, device_id: UUID | None = None, command_id: UUID | None = None
    ) -> int | None:
        """Give one position to all changes of an act; return it, or None when nothing of it is synced.

        The rows must be written already; `before` must be there for each that the act has not added.
        """
        last = merged(changes)
        if not last:
            return None
        self.head += 1
        for reached in reach(self._connection, self.scopes, last):
            row, device = self._row_of(reached), device_id if reached.changed else None
            for area_id, sent in _sent(reached, row):
                whose = None if sent is None and row is not None else device
                self._add(reached.change, sent, area_id, whose, command_id)
            for visitor in self.visitors.of(reached.change) if reached.changed else ():
                if visitor != device and row is not None:
                    self._add(reached.change, row, NO_AREA, visitor, command_id)
        return self.head

    def _add(
        self, change: RowChange, row: bytes | None, area_id: int | None, device_id: UUID | None, command_id: UUID | None
    ) -> None:
        last = self._rows[-1] if self._rows else {"position": 0, "n": 0}
        self._rows.append(
            {
                "position": self.head,
                "n": last["n"] + 1 if last["position"] == self.head else 0,
                "table_name": change.table,
                "row_id": change.id,
                "row": row,
                "area_id": area_id,
                "device_id": device_id,
                "command_id": command_id,
            }
        )

    def _row_of(self, reached: Reached) -> bytes | None:
        """Return the bytes of the row as it is; it is counted, and a listing that is published no more is noted."""
        change = reached.change
        gone = went_out(change, self.head)
        if gone is not None:
            self._gone.append(gone)
        row = None if change.row is None else to_wire(_whole(change.table, change.row))
        if self._tally is not None:
            before = None if change.before is None else to_wire(_whole(change.table, change.before))
            self._tally.change(change.table, (before, reached.before), (row, reached.after))
        return row

    def flush(self) -> None:
        """Write what was published. The lock holds until the transaction ends; listeners hear of it then."""
        if self.head == self._first:
            return
        if self._rows:
            self._connection.execute(insert(_FEED), self._rows)
        if self._gone:
            self._connection.execute(insert(table_of(Unpublished)), self._gone)
        if self._tally is not None:
            self._tally.flush(self.head)
        self._connection.execute(update(table_of(FeedHead)).values(position=self.head))
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("SELECT pg_notify(:channel, :head)"), _told(self.head))
        self._first, self._rows, self._gone = self.head, [], []


def _told(head: int) -> dict[str, str]:
    return {"channel": CHANNEL, "head": str(head)}


def _sent(reached: Reached, row: bytes | None) -> Iterator[tuple[int | None, bytes | None]]:
    """Return which areas are told of a row, and what: its bytes, or a tombstone where it is no longer held."""
    if row is None:
        # Told to everybody: who lacks it loses nothing.
        yield from ((area_id, None) for area_id in EVERYWHERE)
        return
    came = reached.after if reached.changed else without(reached.after, reached.before)
    yield from ((area_id, row) for area_id in (*came, *reached.told))
    left = without(reached.before, reached.after)
    yield from ((area_id, None) for area_id in left if area_id not in reached.told)


def _whole(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with every column named: what an act left out is null."""
    return {column.name: row.get(column.name) for column in SYNCED[table].columns}


@contextmanager
def feeding(engine: Engine) -> Iterator[tuple[Connection, FeedWriter]]:
    """Give a transaction under the feed lock; what is published in it gets its position when the block ends."""
    with writing(engine) as connection:
        writer = FeedWriter(connection)
        yield connection, writer
        writer.flush()


@dataclass(frozen=True, slots=True)
class Head:
    """The last position that is visible, and the epoch that it belongs to."""

    position: int
    epoch: str


def head_of(connection: Connection) -> Head:
    """Return how far the feed is."""
    return Head(*connection.execute(select(FeedHead.position, FeedHead.epoch)).one())


def new_epoch(engine: Engine) -> Head:
    """Begin another run of positions, after the database was put back: desks bring again what it has forgotten."""
    with writing(engine) as connection:
        FeedWriter(connection)
        connection.execute(update(table_of(FeedHead)).values(epoch=secrets.token_hex(8)))
        return head_of(connection)


@dataclass(frozen=True, slots=True)
class Row:
    """One changed row on its way to a desk; `row` is its wire bytes, or None for a tombstone."""

    position: int
    table: str
    id: UUID
    command_id: UUID | None
    row: bytes | None


@dataclass(frozen=True, slots=True)
class Page:
    """Changes of whole positions. `reached` is where the next page begins."""

    after: int
    reached: int
    head: int
    epoch: str
    scope: str
    rows: list[Row] = field(default_factory=list)

    @property
    def more(self) -> bool:
        """Whether the feed goes on after this page."""
        return self.reached < self.head


def read_page(connection: Connection, *, after: int, limit: int, area_id: int | None, device_id: UUID) -> Page:
    """Return what changed in the scope of a device after a position: at most `limit` rows, but whole positions."""
    state = head_of(connection)
    head, known = state.position, (state.position, state.epoch, scope_name(area_id))
    if after > head:
        log.error(_PUT_BACK, device_id, after, head)
    if after >= head:
        return Page(after, after, *known)
    found = _rows(connection, after, head, area_id, device_id, limit + 1)
    if len(found) <= limit:
        return Page(after, head, *known, _distinct(found))
    cut = found[-1].position
    whole = [row for row in found if row.position < cut]
    if not whole:
        # One act alone is larger than a page: it is sent whole.
        return Page(after, cut, *known, _distinct(_rows(connection, cut - 1, cut, area_id, device_id, None)))
    return Page(after, whole[-1].position, *known, _distinct(whole))


def _rows(
    connection: Connection, after: int, upto: int, area_id: int | None, device_id: UUID, limit: int | None
) -> list[Row]:
    """Return the rows in scope, in order. Each kind of scope is read along its own index, then merged."""
    span = and_(_FEED.c.position > after, _FEED.c.position <= upto)
    scopes = [_FEED.c.area_id.is_(None), _FEED.c.device_id == device_id]
    if area_id is not None:
        scopes.append(_FEED.c.area_id == area_id)
    order = (_FEED.c.position, _FEED.c.n)
    keys = union(
        *(select(*order).where(span, scope).order_by(*order).limit(limit).subquery().select() for scope in scopes)
    ).subquery()
    statement = (
        select(_FEED.c.position, _FEED.c.table_name, _FEED.c.row_id, _FEED.c.command_id, _FEED.c.row)
        .join(keys, and_(keys.c.position == _FEED.c.position, keys.c.n == _FEED.c.n))
        .order_by(*order)
        .limit(limit)
    )
    return [Row(*row) for row in connection.execute(statement)]


def _distinct(rows: Iterable[Row]) -> list[Row]:
    """Return each row once a position: an account held by two areas was written once for each."""
    return list({(row.position, row.table, row.id): row for row in rows}.values())
