"""A desk whose database is damaged: what is its own is saved, a new database takes the place, the rest is loaded anew.

1. What can be read of outbox, drafts and the desk's own facts is sealed in a file (`models/salvage.py`).
2. The damaged database is put aside, never over-written.
3. A new one is made and filled from that file; the first load and the push do the rest.

Each step may be cut at any moment and is gone on with at the next start. Where not every act could be read, nobody
knows which numbers this desk gave last: it forgets who it is and is let in anew, and what was saved waits for a person.
"""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.secrets import SecretStore
from ccbs_desk.directory import index
from ccbs_desk.domain.errors import StoreDamaged, StoreKeyWrong, Unavailable
from ccbs_desk.models import desk_state, salvage
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.lock import ProfileLock
from ccbs_desk.models.store import LOCK, MARK, STORE_FILE, Store
from ccbs_desk.models.store_files import DAMAGED, put_aside
from ccbs_desk.sync.enrol import FILE as ENROLMENT_FILE
from ccbs_desk.sync.enrol import begin_anew

PART = "salvaged-part.sealed"


@dataclass(frozen=True, slots=True)
class Rescued:
    """A new store with what was saved; `whole` when every act was, so that this desk goes on as the same one."""

    store: Store
    key: bytes
    saved: int
    whole: bool


def save(folder: Path, keys: tuple[bytes, ...]) -> bytes:
    """Seal what can be read of the damaged database; it stays where it is. Return its key. Raises Unavailable."""
    lock = ProfileLock(folder / LOCK)
    lock.take()
    try:
        return salvage.save(folder, keys)
    finally:
        lock.release()


def rescue(folder: Path, keys: tuple[bytes, ...]) -> Rescued:
    """Put a new database in the place of the damaged one, with what could be saved of it. Raises Unavailable."""
    key = save(folder, keys)
    found = salvage.saved(folder, key)
    put_aside(folder)
    (folder / MARK).unlink(missing_ok=True)
    store, key = open_store(folder, (key,))
    return Rescued(store, key, found.acts if found else 0, found is not None and found.whole)


def open_store(folder: Path, keys: tuple[bytes, ...]) -> tuple[Store, bytes]:
    """Open the store of a folder with the first key that fits. Raises Unavailable as `Store`; takes a moment.

    Of one that is damaged it saves at once what it can: a disk that fails may give less tomorrow.
    """
    if not (folder / STORE_FILE).exists():
        keys = _keys_of_saved(folder, keys)
    try:
        return _first_that_fits(folder, keys)
    except Unavailable as gone:
        if gone.reason == StoreDamaged():
            with contextlib.suppress(Unavailable):
                save(folder, keys)
        raise


def _first_that_fits(folder: Path, keys: tuple[bytes, ...]) -> tuple[Store, bytes]:
    for key in keys[:-1]:
        try:
            return _filled(folder, key), key
        except Unavailable as gone:
            if gone.reason != StoreKeyWrong():
                raise
    return _filled(folder, keys[-1]), keys[-1]


def _keys_of_saved(folder: Path, keys: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """A new database is made with the key of what was saved, if anything was."""
    for key in keys:
        try:
            if salvage.saved(folder, key) is None:
                return keys
        except Unavailable as gone:
            if gone.reason != StoreDamaged():
                raise
        else:
            return (key,)
    raise Unavailable(StoreKeyWrong())


def _filled(folder: Path, key: bytes) -> Store:
    """Return the open store, with what was saved of the one before, if that is not in it yet."""
    store = Store(folder, key)
    # After an upgrade the names are to be sorted anew: nobody waits for it but the next write.
    store.write(index.ensure)
    try:
        found = salvage.saved(folder, key)
        if found is not None:
            store.write(lambda connection: _fill(connection, found)).result()
            _put_by(folder, found)
    except BaseException:
        store.close()
        raise
    return store


def _put_by(folder: Path, found: salvage.Salvaged) -> None:
    """Put the file to the database that it comes from; without one, the damage was none."""
    asides = sorted(folder.glob(f"{DAMAGED}-*"), key=lambda aside: aside.stat().st_mtime_ns)
    if asides:
        (folder / salvage.FILE).replace(asides[-1] / (salvage.FILE if found.whole else PART))
    else:
        (folder / salvage.FILE).unlink()


def _fill(connection: Connection, found: salvage.Salvaged) -> None:
    """Fill a new database; one that was at work is the desk's own, and the damage was none."""
    acts = connection.execute(select(func.count()).select_from(Outbox)).scalar_one()
    if acts or desk_state.facts(connection) != desk_state.Facts():
        return
    salvage.restore(connection, found)
    if not found.whole:
        begin_anew(connection)
        desk_state.drop(connection, desk_state.DeviceFacts)


def forget_device(folder: Path, secrets: SecretStore | None) -> None:
    """Give up who this desk is, so that it is let in anew over what was saved. The people's slots stay."""
    DeviceIdentity.forget(folder, secrets)
    (folder / ENROLMENT_FILE).unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Everything is home: remove the damaged databases of which all was saved. Of others the support may save more."""
    for aside in folder.glob(f"{DAMAGED}-*"):
        if not (aside / PART).exists():
            shutil.rmtree(aside, ignore_errors=True)
