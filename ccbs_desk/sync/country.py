"""The published directory comes to this desk and stays fresh, beside all other work and never before it.

One file of an index, fetched with resume, used only when its hash is right, and put in place by a rename. From then on
the listings that changed since are written into it. The index says itself how far it is (`directory/origin.py`), so
that file and position are never of two minds; a change that comes twice changes nothing.
"""

import asyncio
import contextlib
import errno
import gzip
import hashlib
import logging
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import msgspec

from ccbs_desk.directory.listings import BadRow, listing_of
from ccbs_desk.directory.origin import Origin, origin_of, put_origin
from ccbs_desk.directory.sqlite import NotAnIndex, SqliteStorage
from ccbs_desk.directory.storage import FORMAT
from ccbs_desk.directory.update import Change, Updater
from ccbs_desk.domain.errors import DiskFull, LinkDown, NewerServer, Refused, ServerFault, SnapshotDamaged, Unavailable
from ccbs_desk.services.listings import Coming, Listings
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.pace import Backoff, Pace
from ccbs_desk.wire.directory import DirectoryInfo, ListingChange

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)

FRESH_SECONDS: Final = 1800.0
"""How often it is asked what has changed."""
LOOK_SECONDS: Final = 2.0
"""How often it is looked whether the link is up, or the file is built."""
LONGEST_SECONDS: Final = 300.0
"""How long it is waited at most after a failure: what is large is not asked for again and again."""
OLD: Final = timedelta(days=30)
"""An index that was built longer ago is fetched anew: rows that came since are not sorted by place."""
FILES: Final = "/directory/files"


class CountryDirectory:
    """Keeps this desk's directory. `folder` is where the file is while it is fetched; a cut goes on where it was."""

    def __init__(self, client: Client, listings: Listings, folder: Path, pace: Pace | None = None) -> None:
        self._client, self._listings, self._folder = client, listings, folder
        self._pace = replace(pace or Pace(), first=LOOK_SECONDS, longest=LONGEST_SECONDS)
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin. Harmless when it runs already."""
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._serve())

    async def stop(self) -> None:
        """End; what was fetched is kept for the next time."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    async def refresh(self) -> None:
        """Bring the directory here, or what has changed of it.

        Raises Unavailable: link.down, server.fault, snapshot.damaged, store.disk_full, unknown (a format that this
        version can't read); Refused: sign_in.needed, permission; NotAnIndex.
        """
        origin = await asyncio.to_thread(origin_of, self._listings.path)
        try:
            stays = origin is not None and await self._follow(origin)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                # The disk is full, or somebody has the file: the index itself is well.
                raise
            _log.warning("the directory is damaged on this disk, it is fetched anew: %s", error)
            origin, stays = None, False
        if not stays:
            await self._fetch(origin)

    async def _serve(self) -> None:
        backoff = Backoff(self._pace)
        while True:
            wait = LOOK_SECONDS
            if self._client.signed_in:
                try:
                    await self.refresh()
                    self._listings.coming = Coming()
                    backoff.reset()
                    wait = FRESH_SECONDS
                except (Unavailable, Refused) as no:
                    self._failed(no)
                    wait = backoff.next()
                except (OSError, NotAnIndex, sqlite3.Error):
                    _log.exception("the directory can't be kept here")
                    self._listings.coming = Coming(problem=SnapshotDamaged())
                    wait = LONGEST_SECONDS
            await self._pace.sleep(wait)

    def _failed(self, no: Unavailable | Refused) -> None:
        if not isinstance(no.reason, LinkDown):
            _log.warning("the directory does not come: %s", no.reason)
        self._listings.coming = replace(self._listings.coming, problem=no.reason)

    # What has changed

    async def _follow(self, origin: Origin) -> bool:
        """Write what has changed; return whether the index that is here is to stay."""
        while True:
            news = await self._client.directory_changes(origin.position)
            if (news.scope, news.epoch) != (origin.scope, origin.epoch) or news.head < origin.position:
                return False
            reached = replace(origin, position=news.reached)
            if reached != origin:
                await _whole(_write, self._listings.path, news.changes, reached)
            if news.reached >= news.head:
                return news.server_time - origin.built_at <= OLD
            if reached == origin:
                raise Unavailable(ServerFault(200))
            origin = reached

    # The file

    async def _fetch(self, origin: Origin | None) -> None:
        info = await self._ready()
        if origin is not None and _same_run(origin, info) and info.built_at <= origin.built_at:
            return
        if info.format != FORMAT.decode():
            _log.warning("the directory is of a format that this version can't read: %s", info.format)
            if origin is None:
                raise Unavailable(NewerServer("directory.format"))
            return
        part = await asyncio.to_thread(self._part, info)
        await self._fetched(info, part)
        if not await asyncio.to_thread(_is_whole, part, info):
            part.unlink(missing_ok=True)
            raise Unavailable(SnapshotDamaged())
        fresh = self._folder / "index.new"
        try:
            await _whole(_unpack, part, fresh)
            await self._listings.replace(fresh)
        except (NotAnIndex, Unavailable) as no:
            if not (isinstance(no, Unavailable) and isinstance(no.reason, DiskFull)):
                # Whole, but of no use: it would be of no use again.
                part.unlink(missing_ok=True)
            raise
        finally:
            fresh.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
        _log.info("the directory is here: %s up to %d", info.scope, info.position)
        reached = Origin(info.scope, info.position, info.epoch, info.built_at)
        await self._follow(reached)

    async def _ready(self) -> DirectoryInfo:
        while (info := await self._client.directory()).state != "ready":
            self._listings.coming = Coming()
            await self._pace.sleep(LOOK_SECONDS)
        if Path(info.name).name != info.name or not info.name:
            raise Unavailable(ServerFault(200))
        return info

    def _part(self, info: DirectoryInfo) -> Path:
        """Return where the file is fetched to; what was begun of another one goes."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{info.name}.part"
        for other in self._folder.iterdir():
            if other != path:
                other.unlink(missing_ok=True)
        path.touch(mode=0o600)
        return path

    async def _fetched(self, info: DirectoryInfo, part: Path) -> None:
        done = part.stat().st_size
        if done >= info.size:
            return
        self._listings.coming = Coming(done, info.size)
        try:
            with part.open("ab") as file:
                async with aclosing(self._client.download(info.name, done, FILES)) as chunks:
                    async for chunk in chunks:
                        # No more than was announced, whatever comes.
                        await _whole(file.write, chunk[: info.size - done])
                        done = min(done + len(chunk), info.size)
                        self._listings.coming = Coming(done, info.size)
        except OSError as error:
            raise _of_the_disk(error) from error
        if done < info.size:
            raise Unavailable(LinkDown())


async def _whole(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something with files in a thread; who stops meanwhile waits for its end, and nobody meets it at work."""
    doing = asyncio.ensure_future(asyncio.to_thread(act, *args, **kwargs))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait({doing})
        raise


def _same_run(origin: Origin, info: DirectoryInfo) -> bool:
    return (origin.scope, origin.epoch) == (info.scope, info.epoch)


def _write(path: Path, changes: tuple[ListingChange, ...], reached: Origin) -> None:
    """Write changes into an index, then how far it is: cut in between, the changes come once more."""
    storage = SqliteStorage.open(path, write=True)
    try:
        if changes:
            Updater(storage).apply([_change_of(change) for change in changes])
        with storage.writing():
            put_origin(storage, reached)
    finally:
        storage.close()


def _change_of(change: ListingChange) -> Change:
    if change.listing is None:
        return Change(change.id, None)
    try:
        return Change(change.id, listing_of({"id": change.id, **msgspec.structs.asdict(change.listing)}))
    except BadRow as bad:
        # No index would have been built with it either.
        _log.warning("a listing that can't be read: %s", bad)
        return Change(change.id, None)


def _is_whole(part: Path, info: DirectoryInfo) -> bool:
    if part.stat().st_size != info.size:
        return False
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == info.sha256


def _unpack(part: Path, target: Path) -> None:
    """Write the index that a checked file holds. Raises Unavailable: snapshot.damaged, store.disk_full."""
    try:
        with gzip.open(part) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Unavailable(SnapshotDamaged()) from error
    except OSError as error:
        raise _of_the_disk(error) from error


def _of_the_disk(error: OSError) -> Exception:
    return Unavailable(DiskFull()) if error.errno in (errno.ENOSPC, errno.EDQUOT) else error
