"""The digests of what each area holds, kept with every position of the feed and made anew by `ccbs-server check`.

They are kept in the transaction that publishes the rows, under the feed lock. A digest says at which position it last
changed: a desk that has followed the feed at least so far, and no further than the head it was read under, must come
to the same.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from ccbs_desk.domain.digests import MODULUS, Digest, of_row, row_hash
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import FeedDigest, FeedHead
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.scopes import Areas, Scopes

log = logging.getLogger(__name__)

EVERYBODY = -1
"""Stands in the key where the feed has no area."""
PIECE = 2_000
_DIGEST = table_of(FeedDigest)
_HALF = MODULUS >> 1
# One statement for every batch, however many digests it changes: written out it would be compiled each time.
_NAMED = select(_DIGEST).where(
    _DIGEST.c.area_id.in_(bindparam("areas", expanding=True)),
    _DIGEST.c.table_name.in_(bindparam("tables", expanding=True)),
)
_CHANGE = (
    update(_DIGEST)
    .where(_DIGEST.c.area_id == bindparam("new_area_id"), _DIGEST.c.table_name == bindparam("new_table_name"))
    .values({name: bindparam(f"new_{name}") for name in ("row_count", "hash_sum", "position")})
)

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a table in an area, and the position at which it last changed."""

    digest: Digest
    position: int


def key_of(area_id: int | None, table: str) -> Key:
    """Return what a digest is kept under."""
    return EVERYBODY if area_id is None else area_id, table


class Tally:
    """What the acts of one transaction add to the digests and take away."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changes: dict[Key, Digest] = defaultdict(Digest)

    def change(self, table: str, before: tuple[bytes | None, Areas], after: tuple[bytes | None, Areas]) -> None:
        """Count a row that was `before` in some areas, and is `after` in others; no bytes where it was or is not."""
        if before == after:
            return
        (old, held), (new, holds) = before, after
        if old is not None:
            digest = of_row(old)
            for area_id in held:
                self._changes[key_of(area_id, table)] -= digest
        if new is not None:
            digest = of_row(new)
            for area_id in holds:
                self._changes[key_of(area_id, table)] += digest

    def flush(self, position: int) -> None:
        """Write what was counted."""
        if not self._changes:
            return
        named = {"areas": {area for area, _ in self._changes}, "tables": {name for _, name in self._changes}}
        known = {(row.area_id, row.table_name): _kept(row).digest for row in self._connection.execute(_NAMED, named)}
        fresh, changed = [], []
        for key, change in self._changes.items():
            if key in known:
                values = _values(key, known[key] + change, position)
                changed.append({f"new_{name}": value for name, value in values.items()})
            else:
                fresh.append(_values(key, change, position))
        if fresh:
            self._connection.execute(insert(_DIGEST), fresh)
        if changed:
            self._connection.execute(_CHANGE, changed)
        self._changes.clear()


def kept(connection: Connection, area_id: int | None) -> dict[str, Kept]:
    """Return the digests of what a desk of this area holds, by table; empty as long as none are kept."""
    areas = {EVERYBODY, EVERYBODY if area_id is None else area_id}
    return {row.table_name: _kept(row) for row in _read(connection, _DIGEST.c.area_id.in_(areas))}


def all_kept(connection: Connection) -> dict[Key, Digest]:
    """Return every digest that is kept and not of nothing."""
    found = {(row.area_id, row.table_name): _kept(row).digest for row in _read(connection)}
    return {key: digest for key, digest in found.items() if digest != Digest()}


def are_kept(connection: Connection) -> bool:
    """Return whether digests are kept in this database yet."""
    return any(connection.execute(select(FeedHead.digested)).scalars())


def keep(connection: Connection) -> int:
    """Make all digests anew from the rows; the caller holds the feed lock. Returns how many rows were read."""
    made = computed(connection)
    enter(connection, made)
    return sum(digest.rows for digest in made.values())


def begin(connection: Connection, name: str) -> None:
    """Let every writer count from now on what it changes; the caller holds the feed lock."""
    connection.execute(delete(_DIGEST))
    connection.execute(update(table_of(FeedHead)).values(digested=False, counting=name))


def begun(connection: Connection) -> str:
    """Return the name of the count that is under way, or nothing."""
    return connection.execute(select(FeedHead.counting)).scalar_one()


def enter(connection: Connection, made: Mapping[Key, Digest]) -> None:
    """Keep these digests from now on, in place of all others; the caller holds the feed lock."""
    position = connection.execute(select(FeedHead.position)).scalar_one()
    connection.execute(delete(_DIGEST))
    rows = [_values(key, digest, position) for key, digest in made.items()]
    if rows:
        connection.execute(insert(_DIGEST), rows)
    connection.execute(update(table_of(FeedHead)).values(digested=True, counting=""))


def computed(connection: Connection, between: Callable[[], None] = lambda: None) -> dict[Key, Digest]:
    """Return the digests as they follow from the rows, read as a stream; `between` is called after each piece."""
    found: dict[Key, Digest] = {}
    scopes = Scopes(connection)
    for table in SYNCED.values():
        counts: dict[int | None, list[int]] = defaultdict(lambda: [0, 0])
        for row in _rows(connection, table, scopes, between):
            hashed = row_hash(to_wire(row))
            for area_id in scopes.areas_of(table.name, row):
                count = counts[area_id]
                count[0] += 1
                count[1] += hashed
        for area_id, (rows, total) in counts.items():
            found[key_of(area_id, table.name)] = Digest(rows, total % MODULUS)
    return found


def _rows(
    connection: Connection, table: Table, scopes: Scopes, between: Callable[[], None]
) -> Iterator[dict[str, Any]]:
    found = connection.execute(select(table), execution_options={"yield_per": PIECE})
    names = tuple(found.keys())
    for piece in found.partitions(PIECE):
        rows = [dict(zip(names, row, strict=True)) for row in piece]
        if table.name == "subscriber":
            scopes.prefetch_subscribers(row["id"] for row in rows)
        elif table.name == "account":
            scopes.prefetch(row["id"] for row in rows)
        elif "account_id" in table.columns and not table.info["own_area"]:
            scopes.prefetch(row["account_id"] for row in rows if row["account_id"] is not None)
        yield from rows
        between()


def _read(connection: Connection, *where: Any) -> list[Any]:
    return list(connection.execute(select(_DIGEST).where(*where)).all())


def _kept(row: Any) -> Kept:
    return Kept(Digest(row.row_count, row.hash_sum % MODULUS), row.position)


def _values(key: Key, digest: Digest, position: int) -> dict[str, Any]:
    # The databases count to 2^63 only, below zero as well.
    signed = digest.sum - MODULUS if digest.sum >= _HALF else digest.sum
    return {
        "area_id": key[0],
        "table_name": key[1],
        "row_count": digest.rows,
        "hash_sum": signed,
        "position": position,
    }
