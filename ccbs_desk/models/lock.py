"""One program a profile: a lock of the operating system on a file, gone by itself when the program dies."""

import os
import sys
from pathlib import Path

from ccbs_desk.domain.errors import StoreInUse, Unavailable
from ccbs_desk.models.store_files import told

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProfileLock:
    """Held from `take` to `release`, or until the process ends in whatever way."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock. Raises Unavailable: store.in_use when another program has it, store.read_only."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise told(error) from error
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            raise Unavailable(StoreInUse()) from error
        self._handle = handle

    def release(self) -> None:
        """Let the lock go; harmless when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
