"""Disks that run full: a ceiling on the pages of a store, and a small file system of the test's own where root may."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import text

from ccbs_desk.models.store import Store
from tests.factories.desk import LONGEST_WAIT

SIZE = "24m"
CHUNK = 64 * 1024


class Disk(Protocol):
    """Where a store lies, and the room there."""

    folder: Path

    def fill(self, store: Store) -> None:
        """Leave no room."""

    def free(self, store: Store) -> None:
        """Make room again."""


@dataclass
class Ceiling:
    """A store that may have no more pages than it has. Root writes over file modes and quotas, but not over this."""

    folder: Path

    def fill(self, store: Store) -> None:
        """Leave no room."""
        pages = store.read(lambda c: c.execute(text("PRAGMA page_count")).scalar_one()).result(LONGEST_WAIT)
        _most(store, int(pages))

    def free(self, store: Store) -> None:
        """Make room again."""
        _most(store, 1 << 30)


def _most(store: Store, pages: int) -> None:
    store.write(lambda c: c.execute(text(f"PRAGMA max_page_count = {pages}")).scalar_one()).result(LONGEST_WAIT)


@dataclass
class SmallDisk:
    """A file system of a few megabytes, filled by a file."""

    folder: Path

    def fill(self, store: Store | None = None, *, room: int = 0) -> None:
        """Leave only so many bytes of room."""
        handle = os.open(self.folder / "filler", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            for chunk in (CHUNK, 4096, 1):
                self._write(handle, bytes(chunk))
        finally:
            os.close(handle)
        filler = self.folder / "filler"
        os.truncate(filler, filler.stat().st_size - room)

    def _write(self, handle: int, chunk: bytes) -> None:
        while True:
            try:
                if os.write(handle, chunk) < len(chunk):
                    return
            except OSError:
                return

    def free(self, store: Store | None = None) -> None:
        """Make room again."""
        (self.folder / "filler").unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Mount a small file system, and take it away again. Skips the test where that is not allowed."""
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mount.returncode != 0:
        pytest.skip(f"no disk can be mounted here ({mount.stderr.strip()}): only the ceiling on pages was tried")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
