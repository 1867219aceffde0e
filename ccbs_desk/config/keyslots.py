"""The slots of the database key: how a person opens this desk's store with no server in reach.

The key is random. Each person who signed in here with the link up has a slot that holds it, wrapped for the password;
that the slot opens is the proof of the password, there is no other verifier. Wrong tries are counted in the file before
the password is tried, so that pulling the plug does not give another one. A slot's age is counted from the latest
moment that this desk knows of: the highest server time ever stored, or a later clock at a sign-in that was let in. A
clock that is set back gains nothing.

Whoever can write the file can put an old one back; what guards against guessing at leisure is Argon2id, not the count.
"""

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ccbs_desk.config.private_file import write_private
from ccbs_desk.config.slots import KEY_BYTES, Cost, Slot, slot_from
from ccbs_desk.domain.errors import (
    CredentialsWrong,
    LockedOut,
    OfflineSignInExpired,
    OfflineSignInUnknown,
    Refused,
    StoreKeyWrong,
    Unavailable,
)

FILE = "keyslots.json"
OFFLINE_DAYS = 14
MAX_FAILURES = 5
LOCK_OUT = timedelta(minutes=5)
_WORTH_WRITING = timedelta(minutes=1)
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def new_key() -> bytes:
    """Return a key for a new store."""
    return secrets.token_bytes(KEY_BYTES)


def utc_now() -> datetime:
    """Return this machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Tries:
    """Wrong tries of one person since the last right one."""

    failures: int = 0
    locked_until: datetime | None = None


@dataclass(slots=True)
class _Book:
    """What the file holds. `latest` is the latest moment that this desk knows of."""

    slots: dict[str, Slot] = field(default_factory=dict)
    sealed: Slot | None = None
    tries: dict[str, _Tries] = field(default_factory=dict)
    server_time: datetime = _BEGINNING
    latest: datetime = _BEGINNING

    def to_bytes(self) -> bytes:
        """Return the file."""
        tries = {
            login: [tries.failures, tries.locked_until.isoformat() if tries.locked_until else None]
            for login, tries in self.tries.items()
        }
        form = {
            "version": 1,
            "server_time": self.server_time.isoformat(),
            "latest": self.latest.isoformat(),
            "slots": {login: slot.to_json() for login, slot in self.slots.items()},
            "sealed": self.sealed.to_json() if self.sealed else None,
            "tries": tries,
        }
        return json.dumps(form, ensure_ascii=False, indent=1).encode()


def _book_from(raw: bytes) -> _Book:
    """Return what a file holds. Raises KeyError, TypeError or ValueError for what is none of ours."""
    form: dict[str, Any] = json.loads(raw)
    tries = {
        login: _Tries(int(failures), datetime.fromisoformat(until) if until else None)
        for login, (failures, until) in form["tries"].items()
    }
    return _Book(
        slots={login: slot_from(kept) for login, kept in form["slots"].items()},
        sealed=slot_from(form["sealed"]) if form["sealed"] else None,
        tries=tries,
        server_time=datetime.fromisoformat(form["server_time"]),
        latest=datetime.fromisoformat(form["latest"]),
    )


class KeyRing:
    """The slots in one folder. Safe from several threads; making or opening a slot takes a moment, on purpose."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime] = utc_now, cost: Cost | None = None) -> None:
        self._path = folder / FILE
        self._clock = now
        self._cost = cost or Cost()
        self._lock = threading.RLock()
        self._heard = _BEGINNING
        self._written = _BEGINNING

    @property
    def people(self) -> tuple[str, ...]:
        """The logins that can sign in here without the server."""
        with self._lock:
            return tuple(self._load().slots)

    @property
    def is_empty(self) -> bool:
        """Whether no slot at all is here, as on a new desk."""
        with self._lock:
            book = self._load()
            return not book.slots and book.sealed is None

    @property
    def highest_server_time(self) -> datetime | None:
        """The highest server time ever stored here; a clock behind it is wrong."""
        with self._lock:
            stored = self._load().server_time
            return None if stored == _BEGINNING else stored

    def create(
        self, login: str, password: str, key: bytes, server_time: datetime, *, offline_days: int = OFFLINE_DAYS
    ) -> None:
        """Make the person's slot anew, at a sign-in that the server has just let in.

        Raises Unavailable(DiskFull). A file that can't be read is put aside, never overwritten.
        """
        with self._lock:
            book = self._load_or_put_aside()
            known = book.slots.get(login)
            slot = Slot(
                holder=login,
                made_at=known.made_at if known else server_time,
                last_online=server_time,
                offline_days=offline_days,
                cost=self._cost,
            )
            book.slots[login] = slot.with_keys(password.encode(), key)
            book.tries.pop(login, None)
            self._advance(book, server_time)
            self._store(book)

    def open(self, login: str, password: str, *, online: bool = False) -> bytes:
        """Return the key: the first of `open_all`, which tells more."""
        return self.open_all(login, password, online=online)[0]

    def open_all(self, login: str, password: str, *, online: bool = False) -> tuple[bytes, ...]:
        """Return the key, and behind it the one before while a change of keys is under way.

        `online` says that the server has just let this password in: then neither age nor wrong tries count. Raises
        Refused with OfflineSignInUnknown, CredentialsWrong, LockedOut or OfflineSignInExpired; Unavailable with
        StoreKeyWrong when the file can't be read, with DiskFull when a try can't be counted.
        """
        with self._lock:
            book = self._load()
            slot = book.slots.get(login)
            if slot is None:
                raise Refused(OfflineSignInUnknown())
            if not online:
                return self._open_offline(book, slot, password)
            keys = slot.unwrap(password.encode())
            if keys is None:
                raise Refused(CredentialsWrong())
            return keys

    def _open_offline(self, book: _Book, slot: Slot, password: str) -> tuple[bytes, ...]:
        now = max(self._clock(), book.latest)
        tries = self._count_try(book, slot.holder, now)
        keys = slot.unwrap(password.encode())
        if keys is None:
            raise Refused(LockedOut(tries.locked_until) if tries.locked_until else CredentialsWrong())
        book.tries.pop(slot.holder)
        expired = now - slot.last_online > timedelta(days=slot.offline_days)
        if not expired:
            # Only a sign-in that was let in moves the time: a clock far ahead shuts nobody out for good.
            book.latest = now
        self._store(book)
        if expired:
            raise Refused(OfflineSignInExpired(slot.last_online))
        return keys

    def _count_try(self, book: _Book, login: str, now: datetime) -> _Tries:
        """Put one more try into the file before it is made. Raises Refused(LockedOut)."""
        tries = book.tries.get(login, _Tries())
        if tries.locked_until is not None:
            # A lock that was set while the clock was ahead lasts no longer than any other.
            until = min(tries.locked_until, now + LOCK_OUT)
            if now < until:
                book.tries[login] = replace(tries, locked_until=until)
                self._store(book)
                raise Refused(LockedOut(until))
            tries = _Tries()
        failures = tries.failures + 1
        tries = _Tries(failures, now + LOCK_OUT if failures >= MAX_FAILURES else None)
        book.tries[login] = tries
        self._store(book)
        return tries

    def rotate(self, login: str, password: str, key: bytes, server_time: datetime) -> None:
        """Begin a change of keys: the person's slot holds the new key and the old one, all other slots go.

        Do this first, then give the store its new key, then `create` with the new key alone: whatever happens between,
        one of the two opens the store. The others get their slots at their next sign-in with the link up.
        """
        with self._lock:
            before = self.open(login, password, online=True)
            book = self._load()
            slot = replace(book.slots[login], last_online=server_time, cost=self._cost)
            book.slots = {login: slot.with_keys(password.encode(), key, before)}
            book.sealed = None
            book.tries = {}
            self._advance(book, server_time)
            self._store(book)

    def seal(self, secret: bytes, key: bytes, server_time: datetime) -> None:
        """Keep the key for the next person too: wrapped for a random secret that only the server holds.

        The server hands the secret to this device after a sign-in, so that a person who is new here gets the store open
        on a machine without a secret store of its own; a stolen disk does not hold it.
        """
        with self._lock:
            book = self._load_or_put_aside()
            slot = Slot(holder="", made_at=server_time, last_online=server_time, offline_days=0, cost=None)
            book.sealed = slot.with_keys(secret, key)
            self._advance(book, server_time)
            self._store(book)

    def unseal(self, secret: bytes) -> bytes | None:
        """Return the key that was sealed for the server's secret; None when there is none or the secret is another."""
        with self._lock:
            sealed = self._load().sealed
            keys = sealed.unwrap(secret) if sealed else None
            return keys[0] if keys else None

    def remove(self, login: str) -> None:
        """Take a person's slot away; harmless when there is none."""
        with self._lock:
            book = self._load()
            book.tries.pop(login, None)
            if book.slots.pop(login, None) is not None:
                self._store(book)

    def clear(self) -> None:
        """Take every slot away, for a device that was revoked. The highest server time stays known."""
        with self._lock:
            book = self._load_or_put_aside()
            book.slots, book.sealed, book.tries = {}, None, {}
            self._store(book)

    def note_server_time(self, server_time: datetime) -> None:
        """Remember the server's time if it is the highest so far. Once a minute this writes to the disk."""
        self._heard = max(self._heard, server_time)
        if self._heard - self._written < _WORTH_WRITING:
            return
        # While a password is being tried, the next answer of the server will do as well.
        if not self._lock.acquire(blocking=False):
            return
        try:
            book = self._load()
            # Without a slot there is nothing to guard yet.
            if book.slots or book.sealed:
                self._store(book)
        finally:
            self._lock.release()

    def _advance(self, book: _Book, server_time: datetime) -> None:
        book.server_time = max(book.server_time, server_time)
        # The server knows better: a clock that was ahead when somebody signed in is forgotten here.
        book.latest = book.server_time

    def _load(self) -> _Book:
        try:
            book = _book_from(self._path.read_bytes())
        except FileNotFoundError:
            book = _Book()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unavailable(StoreKeyWrong()) from error
        self._written = book.server_time
        if self._heard > book.server_time:
            self._advance(book, self._heard)
        return book

    def _load_or_put_aside(self) -> _Book:
        try:
            return self._load()
        except Unavailable:
            number = 1
            while (aside := self._path.with_name(f"{FILE}.damaged-{number}")).exists():
                number += 1
            self._path.replace(aside)
            return self._load()

    def _store(self, book: _Book) -> None:
        write_private(self._path, book.to_bytes())
        self._written = book.server_time
