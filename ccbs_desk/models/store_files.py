"""The files of a desk's store: the database beside what SQLite keeps with it, copied, exchanged and put aside whole."""

import contextlib
import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path

from ccbs_desk.domain.errors import DiskFull, Unavailable
from ccbs_desk.domain.store_errors import StoreReadOnly

STORE_FILE = "desk.db"
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite may keep beside a database; never to be found beside another one."""
DAMAGED = "damaged"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def told(error: OSError) -> Exception:
    """Return the failure of the environment behind an error of the operating system, or the error itself."""
    if error.errno in FULL:
        return Unavailable(DiskFull())
    return Unavailable(StoreReadOnly()) if error.errno in READ_ONLY else error


def must_be_writable(folder: Path) -> None:
    """Raise Unavailable(StoreReadOnly) when nothing can be written in a folder; a full disk is another matter."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        if error.errno not in FULL:
            raise told(error) from error


def sync_file(path: Path) -> None:
    """Have a file on the disk before anything else is done."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Have the names of a folder on the disk."""
    # Windows can't open a folder; there a change of name is in the journal of NTFS.
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def take_place(fresh: Path, path: Path) -> None:
    """Let a whole, closed database take the place of another closed one, in one step of the file system."""
    sync_file(fresh)
    for ending in BESIDE:
        # What belongs to the one before would be read as if it belonged to the new one.
        path.with_name(path.name + ending).unlink(missing_ok=True)
    fresh.replace(path)
    sync_folder(path.parent)


def copy_to(path: Path, copy: Path) -> None:
    """Copy a database that nobody writes to and that has nothing beside it. Raises Unavailable(DiskFull)."""
    part = copy.with_name(copy.name + ".part")
    try:
        shutil.copyfile(path, part)
        sync_file(part)
        part.replace(copy)
        sync_folder(copy.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise told(error) from error


def put_aside(folder: Path) -> Path:
    """Move the database of a folder, with all beside it, where nothing opens it; return that folder."""
    number = 1
    while (aside := folder / f"{DAMAGED}-{number}").exists() and (aside / STORE_FILE).exists():
        number += 1
    aside.mkdir(mode=0o700, exist_ok=True)
    # The database goes last: cut before that, the whole is done again.
    for name in (*(STORE_FILE + ending for ending in BESIDE), STORE_FILE):
        with contextlib.suppress(FileNotFoundError):
            (folder / name).replace(aside / name)
    sync_folder(folder)
    return aside
