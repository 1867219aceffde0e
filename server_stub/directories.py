"""The published directory for desks: one index file for the country or a governorate, built aside, then its changes.

Several server processes may share the folder: one of them builds at a time, and all give what is there.

The index is made by a process of its own, so that no request waits for it, and kept until it is some days old. Which
listings a desk carries follows from its centre: those of its governorate, or for a call centre those of the country.
"""

import gzip
import hashlib
import logging
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from ccbs_desk.directory.origin import Origin, put_origin
from ccbs_desk.directory.sqlite import SqliteStorage
from ccbs_desk.directory.storage import FORMAT
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.errors import NotAllowed, Refused, Unavailable
from ccbs_desk.domain.permissions import DIRECTORY_LOOK_UP
from ccbs_desk.models.database import reading
from ccbs_desk.models.lock import ProfileLock
from ccbs_desk.models.reference import Centre, Device
from ccbs_desk.services.bus import rules_on
from ccbs_desk.wire.directory import COUNTRY, DirectoryChanges, DirectoryInfo
from server_stub.auth import Session
from server_stub.feed import Head, head_of
from server_stub.listings import changed_listings, write_listings

log = logging.getLogger(__name__)

KEPT: Final = 2
"""Files kept for a scope: one may still be on its way to a desk while the next one is there."""
REST: Final = timedelta(minutes=1)
"""A build that failed is not begun again before: many desks ask, and each every few seconds."""
SPAN: Final = 50_000
"""Positions that one answer looks at, so that no desk that was away for long makes the server work for long."""
LOCK: Final = "building.lock"
PART: Final = "part-"
SCOPE_RULE: Final = "directory.care_scope"
_NAME = re.compile(r"(?P<scope>country|[0-9a-f]{32})-[0-9]{1,18}-[0-9a-f]{8}\.index\.gz")
_FAILURES = (OSError, subprocess.SubprocessError, DBAPIError)


@dataclass(frozen=True, slots=True)
class Carried:
    """Which listings a desk carries: those of a governorate, or all."""

    governorate_id: UUID | None

    @property
    def name(self) -> str:
        """What the scope is called between desk and server."""
        return self.governorate_id.hex if self.governorate_id else COUNTRY


def carried(connection: Connection, session: Session, now: datetime) -> Carried:
    """Return which listings a desk carries. Raises Refused: NotAllowed, for who may not look anything up."""
    if not session.may(DIRECTORY_LOOK_UP):
        raise Refused(NotAllowed(DIRECTORY_LOOK_UP))
    centre = connection.execute(
        select(Centre.kind, Centre.governorate_id)
        .join(Device, Device.centre_id == Centre.id)
        .where(Device.id == session.device_id)
    ).one()
    whole = centre.kind == "call" or rules_on(connection, damascus_date(now)).text(SCOPE_RULE) == COUNTRY
    return Carried(None if whole else centre.governorate_id)


class Directories:
    """Builds and finds the files. Building runs beside the requests, one file at a time."""

    def __init__(self, engine: Engine, folder: Path, now: Callable[[], datetime], days: int) -> None:
        self._engine, self._folder, self._now = engine, folder, now
        self._oldest = timedelta(days=days)
        self._builder = ThreadPoolExecutor(1, "directory")
        self._building: dict[Carried, Future[None]] = {}
        self._failed: dict[Carried, datetime] = {}
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def ask(self, session: Session) -> DirectoryInfo:
        """Return the file that a desk is to have, or that it is being built. Raises Refused: NotAllowed.

        A file that has grown old is given until the next one is there: what changed since is told all the same.
        """
        now = self._now()
        with reading(self._engine) as connection:
            scope, head = carried(connection, session, now), head_of(connection)
        ready = self._newest(scope, head)
        if self._is_old(ready, now):
            self._begin(scope)
        if ready is not None:
            return msgspec.structs.replace(ready, server_time=now)
        return DirectoryInfo(name="", state="building", scope=scope.name, built_at=now, server_time=now)

    def path(self, name: str, session: Session) -> Path | None:
        """Return the file of that name when the desk carries it and it is still there. Raises Refused: NotAllowed."""
        with reading(self._engine) as connection:
            scope = carried(connection, session, self._now())
        match = _NAME.fullmatch(name)
        if match is None or match["scope"] != scope.name:
            return None
        path = self._folder / name
        return path if path.is_file() else None

    def changes(self, session: Session, after: int) -> DirectoryChanges:
        """Return what changed of the desk's listings after a position. Raises Refused: NotAllowed."""
        now = self._now()
        with reading(self._engine) as connection:
            scope, head = carried(connection, session, now), head_of(connection)
            reached = min(head.position, after + SPAN)
            changed = changed_listings(connection, after, reached, scope.governorate_id)
        return DirectoryChanges(
            after=after,
            reached=reached,
            head=head.position,
            epoch=head.epoch,
            scope=scope.name,
            changes=changed,
            server_time=now,
        )

    def build(self, scope: Carried) -> DirectoryInfo:
        """Build a file now. Raises Unavailable: store.in_use, while another process builds in this folder."""
        with self._alone():
            return self._build(scope)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder: one file is built in it at a time, by whichever process; a dead one's leavings go."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = ProfileLock(self._folder / LOCK)
        lock.take()
        try:
            for left in self._folder.glob(f"{PART}*"):
                shutil.rmtree(left, ignore_errors=True)
            yield
        finally:
            lock.release()

    def _build(self, scope: Carried) -> DirectoryInfo:
        with tempfile.TemporaryDirectory(prefix=PART, dir=self._folder) as aside:
            listings, index, packed = (Path(aside) / name for name in ("listings.tsv", "index", "index.gz"))
            built_at = self._now()
            with reading(self._engine) as connection:
                head = head_of(connection)
                write_listings(connection, listings, scope.governorate_id)
            self._index(listings, index)
            _sign(index, Origin(scope.name, head.position, head.epoch, built_at))
            with index.open("rb") as plain, gzip.open(packed, "wb", compresslevel=6) as into:
                shutil.copyfileobj(plain, into, 1 << 20)
            info = DirectoryInfo(
                name=f"{scope.name}-{head.position}-{uuid4().hex[:8]}.index.gz",
                state="ready",
                scope=scope.name,
                position=head.position,
                epoch=head.epoch,
                format=FORMAT.decode(),
                size=packed.stat().st_size,
                sha256=_sha256(packed),
                built_at=built_at,
                server_time=built_at,
            )
            packed.rename(self._folder / info.name)
            # Whoever asks meanwhile finds what is told of the file whole, or not at all.
            listings.write_bytes(msgspec.json.encode(info))
            listings.rename(self._folder / f"{info.name}.json")
        self._clear(scope, head)
        return info

    def close(self) -> None:
        """Build no more; what is being built is begun anew by whoever needs it next."""
        with self._lock:
            self._closed = True
            if self._child is not None:
                self._child.terminate()
        self._builder.shutdown(cancel_futures=True)

    def _begin(self, scope: Carried) -> None:
        failed = self._failed.get(scope)
        if failed is not None and self._now() - failed < REST:
            return
        with self._lock:
            running = self._building.get(scope)
            if not self._closed and (running is None or running.done()):
                self._building[scope] = self._builder.submit(self._build_safely, scope)

    def _build_safely(self, scope: Carried) -> None:
        try:
            with self._alone():
                # Another process may have built it while this one waited for its turn.
                with reading(self._engine) as connection:
                    head = head_of(connection)
                if self._is_old(self._newest(scope, head), self._now()):
                    self._build(scope)
        except Unavailable as no:
            log.debug("the directory of %s is not built here now: %s", scope.name, no.reason.code)
        except _FAILURES:
            self._failed[scope] = self._now()
            log.exception("the directory of %s could not be built; it is tried again when a desk asks", scope.name)

    def _newest(self, scope: Carried, head: Head) -> DirectoryInfo | None:
        return next((info for info in self._ready(scope) if _is_of(info, head)), None)

    def _is_old(self, ready: DirectoryInfo | None, now: datetime) -> bool:
        return ready is None or now - ready.built_at > self._oldest

    def _index(self, listings: Path, index: Path) -> None:
        """Make the index in a process of its own, on one core: the others are for the requests."""
        command = [sys.executable, "-m", "ccbs_desk.directory.commands", "build", str(listings), str(index)]
        with self._lock:
            if self._closed:
                raise InterruptedError("the server is going")
            child = self._child = subprocess.Popen([*command, "--workers", "1"], stderr=subprocess.DEVNULL)
        status = child.wait()
        self._child = None
        if status:
            raise subprocess.CalledProcessError(status, command)

    def _ready(self, scope: Carried) -> list[DirectoryInfo]:
        """Return the files of a scope that are there, the newest first."""
        found = []
        for path in self._folder.glob(f"{scope.name}-*.index.gz.json"):
            try:
                info: Any = msgspec.json.decode(path.read_bytes(), type=DirectoryInfo)
            except FileNotFoundError:
                # A newer one is there since.
                continue
            if info.format == FORMAT.decode() and (self._folder / info.name).is_file():
                found.append(info)
        return sorted(found, key=lambda info: info.built_at, reverse=True)

    def _clear(self, scope: Carried, head: Head) -> None:
        good = [info.name for info in self._ready(scope) if _is_of(info, head)][:KEPT]
        for path in self._folder.glob(f"{scope.name}-*.index.gz*"):
            if path.name.removesuffix(".json") not in good:
                path.unlink(missing_ok=True)


def _is_of(info: DirectoryInfo, head: Head) -> bool:
    """Return whether the file shows what this feed has told, nothing that a restored database has forgotten."""
    return info.epoch == head.epoch and info.position <= head.position


def _sign(index: Path, origin: Origin) -> None:
    storage = SqliteStorage.open(index, write=True)
    with storage.writing():
        put_origin(storage, origin)
    storage.close()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
