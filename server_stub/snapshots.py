"""The first load of a desk: a file with all rows of an area at one position, built aside, fetched with resume.

JSON lines, gzip: `{"table": "bill", "rows": [...]}`. Built in one read transaction, so that the position read inside
it is exactly what the rows show; kept and given to every desk of the area until the feed has moved on too far.
"""

import gzip
import hashlib
import logging
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, select

from ccbs_desk.models.database import reading
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.wire.messages import SnapshotInfo, scope_name
from server_stub.feed import Head, head_of

log = logging.getLogger(__name__)

ROWS_A_LINE = 500
KEPT = 2
"""Files kept for an area: one may still be on its way to a desk while the next one is there."""
_NAME = re.compile(r"(?P<scope>area-[0-9]+|country)-[0-9]{1,18}-[0-9a-f]{1,32}\.jsonl\.gz")


def lines_of(connection: Connection, area_id: int | None) -> Iterator[tuple[int, bytes]]:
    """Return the lines of a snapshot, each with its count of rows."""
    for table in SYNCED.values():
        statement = select(table).where(in_scope(table, area_id)).order_by(*table.primary_key)
        found = connection.execution_options(yield_per=ROWS_A_LINE).execute(statement)
        for rows in found.mappings().partitions(ROWS_A_LINE):
            body = b",".join(to_wire(dict(row)) for row in rows)
            yield len(rows), b'{"table":"%s","rows":[%s]}\n' % (table.name.encode(), body)


class Snapshots:
    """Builds and finds the files. Building runs in a thread of its own, one file at a time."""

    def __init__(self, engine: Engine, folder: Path, now: Callable[[], datetime], lag: int) -> None:
        self._engine = engine
        self._folder = folder
        self._now = now
        self._lag = lag
        self._builder = ThreadPoolExecutor(1, "snapshot")
        self._building: dict[int | None, Future[None]] = {}
        self._lock = threading.Lock()

    def ask(self, area_id: int | None) -> SnapshotInfo:
        """Return a file that is fresh enough, or begin to build one and say so."""
        with reading(self._engine) as connection:
            head = head_of(connection)
        ready = self._newest(area_id, head)
        if ready is not None and head.position - ready.position <= self._lag:
            return msgspec.structs.replace(ready, server_time=self._now())
        with self._lock:
            running = self._building.get(area_id)
            if running is None or running.done():
                self._building[area_id] = self._builder.submit(self._build_safely, area_id)
        return SnapshotInfo(name="", state="building", server_time=self._now())

    def path(self, name: str, area_id: int | None) -> Path | None:
        """Return the file of that name when it is of this scope and still there."""
        match = _NAME.fullmatch(name)
        if match is None or match["scope"] != scope_name(area_id):
            return None
        path = self._folder / name
        return path if path.is_file() else None

    def build(self, area_id: int | None) -> SnapshotInfo:
        """Build the file of an area now."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{scope_name(area_id)}.part"
        rows = 0
        with reading(self._engine) as connection, part.open("wb") as file:
            head = head_of(connection)
            with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, filename="", mtime=0) as packed:
                for count, line in lines_of(connection, area_id):
                    rows += count
                    packed.write(line)
        info = SnapshotInfo(
            name=f"{scope_name(area_id)}-{head.position}-{head.epoch}.jsonl.gz",
            state="ready",
            position=head.position,
            epoch=head.epoch,
            size=part.stat().st_size,
            rows=rows,
            sha256=_sha256(part),
            server_time=self._now(),
        )
        part.rename(self._folder / info.name)
        # Whoever asks meanwhile finds what is told of the file whole, or not at all.
        part.write_bytes(msgspec.json.encode(info))
        part.rename(self._folder / f"{info.name}.json")
        self._clear(area_id, head)
        return info

    def close(self) -> None:
        """Let the file being built be finished, and build no more."""
        self._builder.shutdown(cancel_futures=True)

    def _build_safely(self, area_id: int | None) -> None:
        try:
            self.build(area_id)
        except Exception:  # the builder outlives a failure; the desk asks again and it is tried again
            log.exception("the first load of %s could not be built", scope_name(area_id))

    def _ready(self, area_id: int | None) -> list[SnapshotInfo]:
        """Return the files of an area that are there, the furthest first."""
        found = []
        for path in self._folder.glob(f"{scope_name(area_id)}-*.jsonl.gz.json"):
            info: Any = msgspec.json.decode(path.read_bytes(), type=SnapshotInfo)
            if self.path(info.name, area_id) is not None:
                found.append(info)
        return sorted(found, key=lambda info: info.position, reverse=True)

    def _newest(self, area_id: int | None, head: Head) -> SnapshotInfo | None:
        return next((info for info in self._ready(area_id) if _is_of(info, head)), None)

    def _clear(self, area_id: int | None, head: Head) -> None:
        ready = self._ready(area_id)
        good = [info for info in ready if _is_of(info, head)]
        for old in (info for info in ready if info not in good[:KEPT]):
            (self._folder / f"{old.name}.json").unlink(missing_ok=True)
            (self._folder / old.name).unlink(missing_ok=True)


def _is_of(info: SnapshotInfo, head: Head) -> bool:
    """Return whether the file shows what this feed has told, nothing that a restored database has forgotten."""
    return info.epoch == head.epoch and info.position <= head.position


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
