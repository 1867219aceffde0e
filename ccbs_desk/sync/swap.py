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

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Table, create_engine, select, update
from sqlalchemy.pool import StaticPool

from ccbs_desk.domain.errors import StoreDamaged, StoreKeyWrong, Unavailable
from ccbs_desk.models import desk_state, undo
from ccbs_desk.models.base import table_of, tables_of
from ccbs_desk.models.desk import DeskState, Outbox, SearchDoc, Undo, UndoCurrent, Visiting
from ccbs_desk.models.money import TillJournal, TillSession
from ccbs_desk.models.registry import PERMANENT, SYNCED
from ccbs_desk.models.store import STORE_FILE, Store
from ccbs_desk.models.subscribers import AccountScope
from ccbs_desk.models.upgrade import COPY
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.pace import Pace
from ccbs_desk.sync.pull import Pull
from ccbs_desk.sync.rebase import LIVE, run_again
from ccbs_desk.sync.rescue import sweep
from ccbs_desk.sync.snapshots import FirstLoad, Told, needed

BESIDE = "beside"
REPLACED = f"{STORE_FILE}.replaced"
MADE_ANEW = frozenset(table_of(model).name for model in (Undo, UndoCurrent, SearchDoc, Visiting, DeskState))
"""What a desk alone holds and a new store makes for itself; `desk_state` is copied fact by fact."""
OF_THE_FEED = ("Cursor", "LoadKey", "Renewal", "Rescope", "Compared", "DeviceFacts")
OWN = "command_id IN (SELECT command_id FROM outbox)"
_OUTBOX, _STATE = table_of(Outbox), table_of(DeskState)
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
            if await asyncio.wrap_future(beside.read(needed)):
                await FirstLoad(beside, self._client, self._folder / "loads", self._pace).run(told)
            await Pull(beside, self._client, self._now, lambda _applied: None).to_head()
            if await asyncio.wrap_future(beside.read(desk_state.renewal)) is not None:
                # It was begun before the server was put back.
                await asyncio.to_thread(self._begun_anew, beside)
                return
            await asyncio.wrap_future(self._store.swap(partial(_build, beside=beside)))
        finally:
            await asyncio.to_thread(_closed, beside)
        await asyncio.to_thread(tidy, self._store.folder)

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
    _copy_done_here(here, there, {act.bytes for act in again})
    undo.take_back(here, [row.command_id for row in live])
    journal = table_of(TillJournal).name
    _copy(here, there, table_of(TillSession), f"till_id IN (SELECT till_id FROM {journal} WHERE {OWN})")  # noqa: S608
    for table in OWN_TABLES:
        _copy(here, there, table)
    _copy(here, there, _STATE, f"key NOT IN ({', '.join(repr(key) for key in OF_THE_FEED)})")
    desk_state.put(there, msgspec.structs.replace(desk_state.compared(here), at=None))
    home = [row.command_id for row in live if row.command_id not in again]
    there.execute(update(_OUTBOX).where(_OUTBOX.c.command_id.in_(home)).values(state="home", handled=True))
    run_again(there, again)


def _copy_done_here(here: Connection, there: Connection, again: set[bytes]) -> None:
    """Copy what this desk did beyond what the new scope brings: its receipts, its journal, the sums of its drawer.

    Of acts that run `again` only what nothing takes back.
    """
    accounts: set[bytes] = set()
    for table in SYNCED.values():
        if "command_id" not in table.columns:
            continue
        left_out = set() if table.name in PERMANENT else _acts_in(there, table) | again
        rows = [row for row in _read(here, table, OWN) if row["command_id"] not in left_out]
        _write(there, table, rows)
        accounts |= {row["account_id"] for row in rows if row.get("account_id") is not None}
    # Whose they are is known with them, so that nobody takes them for rows of this area.
    scopes = [row for row in _read(here, table_of(AccountScope)) if row["account_id"] in accounts]
    _write(there, table_of(AccountScope), scopes)


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
