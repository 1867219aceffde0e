"""Small files that hold secrets: readable by their owner alone, and always whole, whatever happens while writing."""

import contextlib
import errno
import os
import sys
from pathlib import Path

from ccbs_desk.domain.errors import DiskFull, Unavailable
from ccbs_desk.domain.store_errors import StoreReadOnly

_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


def write_private(path: Path, content: bytes) -> None:
    """Replace the file in one step; after the return it is on the disk.

    Raises Unavailable: store.disk_full, store.read_only; OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        # A part that a crash left behind may have other rights: begin with a new file.
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise Unavailable(DiskFull()) from error
        if error.errno in _READ_ONLY:
            raise Unavailable(StoreReadOnly()) from error
        raise


def _sync_folder(folder: Path) -> None:
    # Windows can't open a folder; there the replacement is in the journal of NTFS.
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
