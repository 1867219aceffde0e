"""Compare this store with the server, table by table, and mend what differs: with a report, never in silence.

A table's digest on the server says at which position it last changed. What was counted here at a position between that
and the head must come to the same. Where it does not, the parts of the table are compared, and of the parts that differ
the rows: only a row that is another than the server's is replaced, under what is unsent here.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from ccbs_desk.domain.digests import Digest, form_of, row_hash
from ccbs_desk.models import desk_state
from ccbs_desk.models.registry import PERMANENT, SYNCED
from ccbs_desk.models.rows import from_wire, to_wire
from ccbs_desk.models.store import Store
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.digests import REST_SECONDS, Counted, Given, count
from ccbs_desk.sync.rebase import Applied, lay_over
from ccbs_desk.wire.digests import BucketRows, Buckets, Digests, MendedReport, TableDigest
from ccbs_desk.wire.messages import Change

_log = logging.getLogger(__name__)

ROUNDS = 3
"""How often a table is counted again that changes all the while; then it is left for the next time."""
PARTS = 64
"""Parts of a table whose rows are asked for at a time."""
NOTHING = TableDigest(table="", form="", rows=0, sum=0, position=0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a comparison came to: `agreed` when every table was compared and is now the server's; rows mended."""

    agreed: bool
    mended: tuple[desk_state.MendedTable, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the server's answer stands in the feed."""

    changed: int
    head: int
    epoch: str
    area_id: int | None

    def holds(self, position: int, epoch: str, area_id: int | None) -> bool:
        """Return whether what a store of an area holds at a position must be what this answer says."""
        return (epoch, area_id) == (self.epoch, self.area_id) and self.changed <= position <= self.head


class Comparing:
    """Compares one desk with the server. `told` hears of everything that was mended here."""

    def __init__(
        self,
        store: Store,
        client: Client,
        now: Callable[[], datetime],
        told: Callable[[Applied], None] = lambda _applied: None,
        rest: float = REST_SECONDS,
    ) -> None:
        self._store = store
        self._client = client
        self._now = now
        self._told = told
        self._rest = rest

    async def run(self) -> Outcome:
        """Compare all tables and mend what differs. Raises Unavailable, Refused."""
        await self._tell_server()
        open_tables = [f"{name}" for name in SYNCED]
        mended: list[desk_state.MendedTable] = []
        for _ in range(ROUNDS):
            counts = await self._counted(open_tables)
            answer = await self._client.digests()
            if not answer.tables or answer.area_id != await self._area():
                return Outcome(agreed=False, mended=tuple(mended))
            done = {name for name, one in counts.items() if await self._agrees(name, one, answer, mended)}
            open_tables = [name for name in open_tables if name not in done]
            if not open_tables:
                break
        await self._tell_server()
        if not open_tables:
            await self._write(partial(_note_agreed, at=self._now()))
        return Outcome(agreed=not open_tables, mended=tuple(mended))

    async def _area(self) -> int | None:
        device = await asyncio.wrap_future(self._store.read(desk_state.device))
        return device.area_id if device else None

    async def _counted(self, tables: Iterable[str]) -> dict[str, Counted]:
        found = {}
        for table in tables:
            counted = await self._count(table)
            if counted is not None:
                found[table] = counted
        return found

    async def _count(self, table: str, wanted: frozenset[int] = frozenset()) -> Counted | None:
        act = partial(count, table=table, wanted=wanted, rest=self._rest)
        try:
            return await asyncio.to_thread(self._store.aside, act)
        except Given:
            return None

    async def _agrees(self, name: str, counted: Counted, answer: Digests, mended: list[desk_state.MendedTable]) -> bool:
        """Return whether a table is the server's, or was made so; false when it must be counted again."""
        said = next((one for one in answer.tables if one.table == name), NOTHING)
        if said.form not in ("", form_of(SYNCED[name].columns.keys())):
            # Another release: its rows have other columns, so that nothing can be said.
            return True
        place = _Place(said.position, answer.head, answer.epoch, answer.area_id)
        if not place.holds(counted.position, counted.epoch, counted.area_id):
            return False
        if counted.whole == Digest(said.rows, said.sum):
            return True
        return await self._mend(name, counted, mended)

    async def _mend(self, name: str, counted: Counted, mended: list[desk_state.MendedTable]) -> bool:
        parts = await self._client.buckets(name)
        if not _place(parts).holds(counted.position, counted.epoch, counted.area_id):
            return False
        theirs = {one.bucket: Digest(one.rows, one.sum) for one in parts.buckets}
        differing = sorted(
            bucket
            for bucket in theirs.keys() | counted.buckets.keys()
            if theirs.get(bucket, Digest()) != counted.buckets.get(bucket, Digest())
        )
        _log.error("%s differs from the server's in %d parts", name, len(differing))
        done = True
        for start in range(0, len(differing), PARTS):
            done = await self._mend_parts(name, differing[start : start + PARTS], mended) and done
        return done

    async def _mend_parts(self, name: str, buckets: Sequence[int], mended: list[desk_state.MendedTable]) -> bool:
        answer = await self._client.bucket_rows(name, buckets)
        counted = await self._count(name, frozenset(buckets))
        place = _place(answer)
        if counted is None or not place.holds(counted.position, counted.epoch, counted.area_id):
            return False
        changes = list(_differences(name, counted, answer))
        if not changes:
            return True
        applied = await self._write(partial(_replace, name=name, changes=changes, place=place, at=self._now()))
        if applied is None:
            return False
        table, what = applied
        mended.append(table)
        self._told(what)
        return True

    async def _tell_server(self) -> None:
        """Tell the server what was mended, until it has heard of all."""
        known = await asyncio.wrap_future(self._store.read(desk_state.compared))
        for table in known.untold:
            await self._client.tell_mended(msgspec.convert(msgspec.to_builtins(table), MendedReport))
            await self._write(partial(_note_told, table=table))

    async def _write(self, act: Callable[[Connection], Any]) -> Any:
        return await asyncio.wrap_future(self._store.write(act))


def _place(answer: Buckets | BucketRows) -> _Place:
    return _Place(answer.changed, answer.head, answer.epoch, answer.area_id)


def _differences(name: str, counted: Counted, answer: BucketRows) -> Iterable[Change]:
    """Give the rows that are others than the server's; a row that is here alone is given as a tombstone."""
    theirs: dict[UUID, dict[str, Any]] = {}
    for row in answer.rows:
        typed = from_wire(name, row)
        theirs[typed["id"]] = row
        if counted.hashes.get(typed["id"]) != row_hash(to_wire(typed)):
            yield Change(position=counted.position, table=name, id=typed["id"], row=row)
    if name in PERMANENT:
        # A receipt or a line of a journal is never taken away, whatever is known of it elsewhere.
        return
    for row_id in counted.hashes.keys() - theirs.keys():
        yield Change(position=counted.position, table=name, id=row_id, row=None)


def _replace(
    connection: Connection, name: str, changes: Sequence[Change], place: _Place, at: datetime
) -> tuple[desk_state.MendedTable, Applied] | None:
    """Write the server's rows and keep that it was done; None when the feed has gone on meanwhile."""
    cursor, device = desk_state.cursor(connection), desk_state.device(connection)
    area_id = device.area_id if device else None
    if not place.holds(cursor.position, cursor.epoch, area_id):
        return None
    applied = lay_over(connection, changes)
    removed = sum(change.row is None for change in changes)
    mended = desk_state.MendedTable(name, len(changes) - removed, removed, cursor.position)
    known = desk_state.compared(connection)
    known = msgspec.structs.replace(known, rows=known.rows + len(changes), mended_at=at, untold=(*known.untold, mended))
    desk_state.put(connection, known)
    return mended, applied


def _note_told(connection: Connection, table: desk_state.MendedTable) -> None:
    known = desk_state.compared(connection)
    untold = tuple(one for one in known.untold if one != table)
    desk_state.put(connection, msgspec.structs.replace(known, untold=untold))


def _note_agreed(connection: Connection, at: datetime) -> None:
    desk_state.put(connection, msgspec.structs.replace(desk_state.compared(connection), at=at))
