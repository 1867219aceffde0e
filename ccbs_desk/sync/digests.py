"""What this store comes to, as the server counts it: the rows of the desk's area without this desk's own unsent word.

Read aside, over one unchanging state of the file, a little at a time: a counter at work does not notice it.
"""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from ccbs_desk.domain.digests import Digest, bucket_of, row_hash
from ccbs_desk.models import desk_state, undo
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.registry import PERMANENT, SYNCED
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.scopes import Scopes, in_scope
from ccbs_desk.sync.rebase import LIVE

SLICE = 200
"""Rows that are read in one go: some milliseconds."""
REST_SECONDS = 0.015

Stop = Callable[[], bool]


class Given(Exception):
    """The file was wanted for something else; what was counted is of no use."""


@dataclass(slots=True)
class Counted:
    """What a table comes to in an area, at a position. `hashes` are of the rows of those parts alone that were asked
    for."""

    position: int
    epoch: str
    area_id: int | None
    buckets: dict[int, Digest] = field(default_factory=dict)
    hashes: dict[UUID, int] = field(default_factory=dict)

    @property
    def whole(self) -> Digest:
        """The digest of the table."""
        return sum(self.buckets.values(), Digest())


def count(connection: Connection, stop: Stop, table: str, wanted: Collection[int] = (), rest: float = 0.0) -> Counted:
    """Count a table; `wanted` are parts whose rows are named. Raises Given when `stop` says so."""
    device, cursor = desk_state.device(connection), desk_state.cursor(connection)
    area_id = device.area_id if device else None
    counted = Counted(cursor.position, cursor.epoch, area_id)
    for row in _server_rows(connection, SYNCED[table], area_id, lambda: _breathe(stop, rest)):
        bucket, hashed = bucket_of(row["id"]), row_hash(to_wire(row))
        counted.buckets[bucket] = counted.buckets.get(bucket, Digest()) + Digest(1, hashed)
        if bucket in wanted:
            counted.hashes[row["id"]] = hashed
    return counted


def _breathe(stop: Stop, rest: float) -> None:
    if stop():
        raise Given
    time.sleep(rest)


def _server_rows(
    connection: Connection, table: Table, area_id: int | None, between: Callable[[], None]
) -> Iterator[dict[str, Any]]:
    """Give the rows as the server's word has them: without what acts of this desk have changed since."""
    changed = undo.standing(connection, table.name)
    own = _unconfirmed(connection) if table.name in PERMANENT else frozenset()
    found = connection.execute(
        select(table).where(in_scope(table, area_id)), execution_options={"yield_per": SLICE}
    ).mappings()
    for rows in found.partitions():
        for row in rows:
            if row["id"] not in changed and not (own and row["command_id"] in own):
                yield dict(row)
        between()
    scopes = Scopes(connection)
    for before in changed.values():
        if before is not None and {area_id, None} & set(scopes.areas_of(table.name, before)):
            yield before


def _unconfirmed(connection: Connection) -> frozenset[UUID]:
    """Return the acts whose permanent rows are this desk's own word: nothing takes them back, so nothing tells."""
    return frozenset(connection.execute(select(Outbox.command_id).where(Outbox.state.in_(LIVE))).scalars())
