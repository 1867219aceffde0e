"""The first load of a new desk: a file with all rows of its area, fetched with resume, checked, then written.

While it is fetched it lies on the disk sealed, under a key that is in the encrypted store. Nothing of a file is used
before its size and hash are right, and all of it becomes visible in one transaction, together with the position from
which the feed goes on.
"""

import asyncio
import errno
import gzip
import hashlib
import logging
import re
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, select, update

from ccbs_desk.directory import index
from ccbs_desk.domain.errors import DiskFull, LinkDown, ServerFault, SnapshotDamaged, Unavailable
from ccbs_desk.models import desk_state, undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import DeskState, Outbox
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import from_wire, upsert
from ccbs_desk.models.store import Store
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.pace import Backoff, Pace
from ccbs_desk.sync.rebase import LIVE, run_again
from ccbs_desk.sync.sealed import Seal, new_key, open_sealed
from ccbs_desk.wire.messages import SnapshotInfo

_log = logging.getLogger(__name__)

ASK_SECONDS = 1.0
_SCOPE = re.compile(r"(area-[0-9]+|country)-")
TRIES = 5
"""Failures in a row, without a byte in between, after which the download is given up for now."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a first load is: bytes while it is fetched, rows while it is written, accounts while it is indexed."""

    step: Literal["building", "fetching", "writing", "indexing"]
    done: int = 0
    whole: int = 0

    @property
    def tens(self) -> int:
        """How far this step is in hundredths, by tens: whoever looks at it has other work."""
        return self.done * 10 // self.whole * 10 if self.whole else 0


Told = Callable[[Progress], None]


class Cancelled(Exception):
    """The load was given up while it was being written; nothing of it is in the store."""


def needed(connection: Connection) -> bool:
    """Return whether this store was never loaded."""
    return connection.execute(select(DeskState.key).where(DeskState.key == "Cursor")).first() is None


def sweep(folder: Path) -> None:
    """Remove what a load has left behind, when none is needed any more."""
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)


class OtherScope(Exception):
    """The server gives this device another scope than the one that was wanted; nothing of it was fetched."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class FirstLoad:
    """Fills a new store. `folder` is where the file is kept while it is fetched; a cut goes on where it was.

    `scope` is the one that is wanted, where another must not be taken for it.
    """

    def __init__(
        self, store: Store, client: Client, folder: Path, pace: Pace | None = None, scope: str | None = None
    ) -> None:
        self._store = store
        self._client = client
        self._folder = folder
        self._pace = pace or Pace()
        self._scope = scope

    async def run(self, told: Told = lambda _: None) -> None:
        """Fetch, check, write. Cancel the task to give it up: what was fetched is kept for the next time.

        Raises Unavailable: link.down, server.fault, snapshot.damaged, store.disk_full; Refused: sign_in.needed;
        OtherScope.
        """
        info = await self._ready(told)
        part = await self._fetched(info, told)
        await self._written(part, info, told)
        part.path.unlink(missing_ok=True)

    async def _ready(self, told: Told) -> SnapshotInfo:
        while (info := await self._client.snapshot()).state != "ready":
            told(Progress("building"))
            await self._pace.sleep(ASK_SECONDS)
        if Path(info.name).name != info.name or not info.name:
            raise Unavailable(ServerFault(200))
        named = _SCOPE.match(info.name)
        if self._scope is not None and named is not None and named[1] != self._scope:
            raise OtherScope(named[1])
        return info

    async def _fetched(self, info: SnapshotInfo, told: Told) -> "_Part":
        part = await self._part(info.name)
        backoff = Backoff(self._pace)
        failures = 0
        while (size := part.size) < info.size:
            try:
                await self._fetch(info, part, size, told)
            except Unavailable as gone:
                failures = 1 if part.size > size else failures + 1
                if not isinstance(gone.reason, LinkDown | ServerFault) or failures >= TRIES:
                    raise
                await self._pace.sleep(backoff.next())
        if not await asyncio.to_thread(part.is_whole, info):
            part.path.unlink(missing_ok=True)
            await self._forget_key()
            raise Unavailable(SnapshotDamaged())
        return part

    async def _part(self, name: str) -> "_Part":
        """Return the file that is being fetched: the one begun before, if it is of this name and its key is known."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{name}.part"
        known = await asyncio.wrap_future(self._store.read(desk_state.load_key))
        if known is None or known.name != name:
            known = desk_state.LoadKey(name, new_key())
            path.unlink(missing_ok=True)
            await asyncio.wrap_future(self._store.write(partial(desk_state.put, fact=known)))
        for other in self._folder.glob("*.part"):
            if other != path:
                other.unlink(missing_ok=True)
        return _Part(path, known.key)

    async def _forget_key(self) -> None:
        await asyncio.wrap_future(self._store.write(partial(desk_state.drop, kind=desk_state.LoadKey)))

    async def _fetch(self, info: SnapshotInfo, part: "_Part", start: int, told: Told) -> None:
        done, seal = start, Seal(part.key, start)
        try:
            part.path.touch(mode=0o600)
            with part.path.open("ab") as file:
                async with aclosing(self._client.download(info.name, start)) as chunks:
                    async for chunk in chunks:
                        # No more than was announced, whatever comes.
                        await asyncio.to_thread(file.write, seal(chunk[: info.size - done]))
                        done = min(done + len(chunk), info.size)
                        told(Progress("fetching", done, info.size))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise Unavailable(DiskFull()) from error
            raise
        if done < info.size:
            raise Unavailable(LinkDown())

    async def _written(self, part: "_Part", info: SnapshotInfo, told: Told) -> None:
        loop = asyncio.get_running_loop()
        given_up = threading.Event()

        def tell(progress: Progress) -> None:
            if given_up.is_set():
                raise Cancelled
            loop.call_soon_threadsafe(told, progress)

        try:
            await asyncio.wrap_future(self._store.write(lambda connection: part.load(connection, info, tell)))
        except asyncio.CancelledError:
            given_up.set()
            raise


def load(connection: Connection, file: IO[bytes], info: SnapshotInfo, told: Told) -> None:
    """Write the rows of a checked file, the name index and the position. Raises Unavailable(SnapshotDamaged).

    A store that was another device's is emptied first; the acts of its outbox that the server has not recorded run
    again on top, so that nothing of them is lost.
    """
    live = _acts_to_carry(connection, info.position)
    for synced in SYNCED.values():
        connection.execute(delete(synced))
    rows = 0
    try:
        for table, batch in _batches(file):
            upsert(connection, SYNCED[table], batch)
            rows += len(batch)
            told(Progress("writing", rows, info.rows))
    except (OSError, EOFError, zlib.error, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unavailable(SnapshotDamaged()) from error
    index.rebuild(connection, lambda done, whole: told(Progress("indexing", done, whole)))
    run_again(connection, live)
    desk_state.put(connection, desk_state.Cursor(info.position, info.position, info.epoch))
    desk_state.drop(connection, desk_state.Renewal)
    desk_state.drop(connection, desk_state.LoadKey)


def _acts_to_carry(connection: Connection, position: int) -> list[UUID]:
    """Take back what the outbox holds of its own word; return the acts that the snapshot can't have."""
    found = connection.execute(
        select(Outbox.command_id, Outbox.position).where(Outbox.state.in_(LIVE)).order_by(Outbox.device_seq)
    ).all()
    undo.take_back(connection, [row.command_id for row in found])
    here = [row.command_id for row in found if row.position is not None and row.position <= position]
    connection.execute(update(table_of(Outbox)).where(Outbox.command_id.in_(here)).values(state="home", handled=True))
    return [row.command_id for row in found if row.command_id not in here]


class _Line(msgspec.Struct, frozen=True):
    table: str
    rows: list[dict[str, Any]]


def _batches(file: IO[bytes]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give the rows of the tables that this version knows, as they stand in the file."""
    decoder = msgspec.json.Decoder(_Line)
    with gzip.open(file) as lines:
        for raw in lines:
            line = decoder.decode(raw)
            if line.table in SYNCED:
                yield line.table, [from_wire(line.table, row) for row in line.rows]
            else:
                _log.warning("the first load has a table that this version does not know: %s", line.table)


@dataclass(frozen=True, slots=True)
class _Part:
    """The file of a load as far as it is there, and the key that it is sealed with."""

    path: Path
    key: bytes

    @property
    def size(self) -> int:
        """How many bytes are there."""
        return self.path.stat().st_size if self.path.exists() else 0

    def is_whole(self, info: SnapshotInfo) -> bool:
        """Return whether it is what the server has announced."""
        if self.size != info.size:
            return False
        with open_sealed(self.path, self.key) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == info.sha256

    def load(self, connection: Connection, info: SnapshotInfo, told: Told) -> None:
        """Write what is in it."""
        with open_sealed(self.path, self.key) as file:
            load(connection, file, info, told)
