"""Load this desk's scope anew beside the store that is at work, then let it take that store's place.

The new store is fetched, written and brought to the head of the feed in a folder of its own, while the counter works
on. Then, in one short pause on the store's thread: what is this desk's own is copied, acts that the server's rows do
not show yet run again on top, and the new file takes the old one's name in one step of the file system. Whenever the
program dies on the way, the one store or the other is there, whole; what was fetched is gone on with. The file before
is kept until the new one was found to be what the server says (`agreement`).
"""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Table, create_engine, delete, select, update
from sqlalchemy.pool import StaticPool

from ccbs_desk.domain.errors import StoreDamaged, StoreKeyWrong, Unavailable
from ccbs_desk.models import desk_state, undo
from ccbs_desk.models.base import table_of, tables_of
from ccbs_desk.models.desk import DeskState, NameBlob, NameNote, Outbox, Undo, UndoCurrent, Visiting
from ccbs_desk.models.money import TillJournal, TillSession
from ccbs_desk.models.registry import PERMANENT, SYNCED
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.models.store import STORE_FILE, Store
from ccbs_desk.models.subscribers import AccountScope
from ccbs_desk.models.upgrade import COPY
from ccbs_desk.sync import anew
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.pace import Pace
from ccbs_desk.sync.pull import Pull
from ccbs_desk.sync.rebase import AT_A_TIME, LIVE, run_again
from ccbs_desk.sync.rescue import sweep
from ccbs_desk.sync.snapshots import FirstLoad, OtherScope, Told, needed
from ccbs_desk.wire.messages import scope_name

BESIDE = "beside"
REPLACED = f"{STORE_FILE}.replaced"
MADE_ANEW = frozenset(table_of(model).name for model in (Undo, UndoCurrent, NameBlob, NameNote, Visiting, DeskState))
"""What a desk alone holds and a new store makes for itself; `desk_state` is copied fact by fact."""
OF_THE_FEED = ("Cursor", "LoadKey", "Renewal", "Rescope", "Compared", "DeviceFacts")
OWN = "command_id IN (SELECT command_id FROM outbox)"
OF_OWN_TILLS = f"till_id IN (SELECT till_id FROM {table_of(TillJournal).name} WHERE {OWN})"  # noqa: S608 - names of ours
NO_AREA = 0
"""Stands for the area of an account that has left this desk's, nobody here knows where to."""
_OUTBOX, _STATE, _SCOPE = table_of(Outbox), table_of(DeskState), table_of(AccountScope)
OWN_TABLES = tuple(t for t in tables_of("desk") if t.name not in SYNCED and t.name not in MADE_ANEW)
"""Outbox, drafts, the audit chain: what no server can give again."""


def forget_replaced(folder: Path) -> None:
    """Let go of the store that was replaced, since the one in its place is what the server says."""
    (folder / REPLACED).unlink(missing_ok=True)


def tidy(folder: Path) -> None:
    """Remove what a swap has left behind, when none is needed any more."""
    shutil.rmtree(folder / BESIDE, ignore_errors=True)


def forget_others(folder: Path) -> None:
    """Let go of every copy of the data but the store that is open."""
    forget_replaced(folder)
    tidy(folder)
    shutil.rmtree(folder / "loads", ignore_errors=True)
    sweep(folder)
    (folder / (STORE_FILE + COPY)).unlink(missing_ok=True)


class Swap:
    """Replaces the replica of one desk. All acts must have been sent before, as far as the server takes them."""

    def __init__(self, store: Store, client: Client, now: Callable[[], datetime], pace: Pace | None = None) -> None:
        self._store = store
        self._client = client
        self._now = now
        self._pace = pace or Pace()
        self._folder = store.folder / BESIDE

    async def run(self, device: desk_state.DeviceFacts, told: Told = lambda _: None) -> None:
        """Load the area of `device` and let it take the store's place. Raises Unavailable, Refused: try again."""
        beside = await asyncio.to_thread(self._opened, device)
        try:
            if not await self._is_brought_up(beside, device, told):
                return
            await asyncio.wrap_future(self._store.swap(partial(_build, beside=beside)))
        finally:
            await asyncio.to_thread(_closed, beside)
        await asyncio.to_thread(tidy, self._store.folder)

    async def _is_brought_up(self, beside: Store, device: desk_state.DeviceFacts, told: Told) -> bool:
        """Bring the store beside to the head of the feed.

        Return false when something else is wanted by now, which is kept where the next try finds it: the device belongs
        to yet another area, or the server was put back, so that everything has to be sent first.
        """
        try:
            if await asyncio.wrap_future(beside.read(needed)):
                load = FirstLoad(beside, self._client, self._folder / "loads", self._pace, scope_name(device.area_id))
                await load.run(told)
        except OtherScope as other:
            scope = other.scope
            await asyncio.wrap_future(self._store.write(lambda here: anew.note_scope(here, scope)))
            await asyncio.to_thread(self._begun_anew, beside)
            return False
        await Pull(beside, self._client, self._now, lambda _applied: None).to_head()
        found = await asyncio.wrap_future(beside.read(desk_state.cursor))
        moved = await asyncio.wrap_future(beside.read(desk_state.rescope))
        if moved is not None:
            await asyncio.wrap_future(self._store.write(partial(desk_state.put, fact=moved)))
        if await asyncio.wrap_future(beside.read(anew.is_due)):
            await asyncio.to_thread(self._begun_anew, beside)
            return False
        before = await asyncio.wrap_future(self._store.read(desk_state.cursor))
        if before.epoch and before.epoch != found.epoch:
            # Nothing has told this store yet: what it counts as home may be forgotten there.
            await asyncio.wrap_future(self._store.write(partial(anew.note, epoch=found.epoch)))
            return False
        return True

    def _opened(self, device: desk_state.DeviceFacts) -> Store:
        """Open the store beside: the one that was begun, if it is for this device and area."""
        try:
            beside = self._store.beside(self._folder)
        except Unavailable as gone:
            if gone.reason not in (StoreKeyWrong(), StoreDamaged()):
                raise
            # It was begun under another key, or lies on a bad place of the disk: nothing of it is missed.
            tidy(self._store.folder)
            beside = self._store.beside(self._folder)
        begun = beside.read(desk_state.device).result()
        if begun is not None and begun != device:
            self._begun_anew(beside)
            beside = self._store.beside(self._folder)
        beside.write(partial(desk_state.put, fact=device)).result()
        return beside

    def _begun_anew(self, beside: Store) -> None:
        beside.close()
        tidy(self._store.folder)


def _closed(beside: Store) -> None:
    # A swap that was done has closed it already.
    with contextlib.suppress(RuntimeError):
        beside.read(lambda _connection: None).result()
        beside.close()


def _build(raw: Any, fresh: Path, beside: Store) -> None:
    """Bring over what is this desk's own and put the new file where the store looks for it."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, module=sqlcipher)
    with engine.connect() as here:
        here.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            beside.write(lambda there: carry_over(here, there)).result()
        finally:
            # The old store stays as it is, whatever was taken back in it to see what the server's word was.
            here.exec_driver_sql("ROLLBACK")
    beside.close()
    _keep_replaced(fresh.with_name(STORE_FILE))
    (beside.folder / STORE_FILE).replace(fresh)


def _keep_replaced(path: Path) -> None:
    kept = path.with_name(REPLACED)
    kept.unlink(missing_ok=True)
    # A second name of the same file: nothing is copied. Where there is no such thing, nothing is kept.
    with contextlib.suppress(OSError):
        os.link(path, kept)


def carry_over(here: Connection, there: Connection) -> None:
    """Copy from one open store to another what is this desk's own; acts that are not home run again there."""
    position = desk_state.cursor(there).position
    live = here.execute(
        select(_OUTBOX.c.command_id, _OUTBOX.c.position).where(_OUTBOX.c.state.in_(LIVE)).order_by(_OUTBOX.c.device_seq)
    ).all()
    again = [row.command_id for row in live if row.position is None or row.position > position]
    _copy_done_here(here, there, [row.command_id for row in live], {act.bytes for act in again})
    for table in OWN_TABLES:
        _copy(here, there, table)
    _copy(here, there, _STATE, f"key NOT IN ({', '.join(repr(key) for key in OF_THE_FEED)})")
    desk_state.put(there, msgspec.structs.replace(desk_state.compared(here), at=None))
    home = [row.command_id for row in live if row.command_id not in again]
    there.execute(update(_OUTBOX).where(_OUTBOX.c.command_id.in_(home)).values(state="home", handled=True))
    run_again(there, again)


def _copy_done_here(here: Connection, there: Connection, live: Sequence[UUID], again: set[bytes]) -> None:
    """Copy what this desk did beyond what the new scope brings: its receipts, its journal, the sums of its drawer.

    Of acts that run `again` only what nothing takes back; all that are `live` are taken back here on the way. Of what
    the new scope holds the server's word is whole.
    """
    device = desk_state.device(there)
    area_id = device.area_id if device else None
    accounts: set[bytes] = set()
    copied: dict[Table, list[dict[str, Any]]] = {}
    for table in SYNCED.values():
        if "command_id" not in table.columns:
            continue
        left_out = set() if table.name in PERMANENT else _acts_in(there, table) | again
        copied[table] = [row for row in _read(here, table, OWN) if row["command_id"] not in left_out]
        accounts |= {row["account_id"] for row in copied[table] if row.get("account_id") is not None}
    undo.take_back(here, live)
    sessions = table_of(TillSession)
    known = set(there.exec_driver_sql(f'SELECT id FROM "{sessions.name}"').scalars())  # noqa: S608 - a name of ours
    copied[sessions] = [row for row in _read(here, sessions, OF_OWN_TILLS) if row["id"] not in known]
    _write(there, _SCOPE, _scopes_beyond(here, there, accounts, area_id))
    for table, rows in copied.items():
        _write(there, table, rows)
        if table.name not in PERMANENT:
            _remove_held(there, table, [row["id"] for row in rows], area_id)


def _scopes_beyond(
    here: Connection, there: Connection, accounts: set[bytes], area_id: int | None
) -> list[dict[str, Any]]:
    """Return whose these accounts are that the new scope does not hold, so that nobody takes them for rows of it.

    Where this desk last knew that they were its area's, all that is known is that they no longer are.
    """
    held = set(there.exec_driver_sql(f'SELECT account_id FROM "{_SCOPE.name}"').scalars())  # noqa: S608 - a name of ours
    rows = [row for row in _read(here, _SCOPE) if row["account_id"] in accounts - held]
    return [{**row, "area_id": NO_AREA if row["area_id"] == area_id else row["area_id"]} for row in rows]


def _remove_held(there: Connection, table: Table, ids: Sequence[bytes], area_id: int | None) -> None:
    """Remove rows that the new scope would hold if the server had them."""
    for start in range(0, len(ids), AT_A_TIME):
        some = [UUID(bytes=row_id) for row_id in ids[start : start + AT_A_TIME]]
        there.execute(delete(table).where(table.c.id.in_(some), in_scope(table, area_id)))


def _acts_in(there: Connection, table: Table) -> set[bytes]:
    return set(there.exec_driver_sql(f'SELECT DISTINCT command_id FROM "{table.name}"').scalars())  # noqa: S608


def _copy(here: Connection, there: Connection, table: Table, where: str = "1") -> None:
    _write(there, table, _read(here, table, where))


def _read(here: Connection, table: Table, where: str = "1") -> list[dict[str, Any]]:
    """Return rows as the file holds them."""
    found = here.exec_driver_sql(f'SELECT * FROM "{table.name}" WHERE {where}')  # noqa: S608 - names of ours
    return [dict(row) for row in found.mappings()]


def _write(there: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows that are not there; those that the server has sent stay as they are."""
    if not rows:
        return
    columns = [column.name for column in table.columns]
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" for _ in columns)
    statement = f'INSERT OR IGNORE INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names of ours
    there.exec_driver_sql(statement, [tuple(row[name] for name in columns) for row in rows])
