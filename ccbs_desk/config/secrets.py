"""The operating system's secret store, when there is a real one, and how the database key is found at a sign-in.

A secret store can hang on a prompt that nobody sees, so that every call has a time limit and none is needed to go on: a
store that does not answer is as good as none. Stores that keep plain text, or nothing, are never used.
"""

import base64
import binascii
import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend

from ccbs_desk.config.keyslots import OFFLINE_DAYS, KeyRing
from ccbs_desk.domain.errors import Refused, StoreKeyWrong, Unavailable

SERVICE = "ccbs-desk"
TIME_LIMIT = 3.0
_REAL = ("SecretService", "libsecret", "kwallet", "Windows", "macOS")
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class _TooLate(Exception):
    """The store did not answer in time, or with an error."""


def _in_time(act: Callable[[], _T], limit: float) -> _T:
    """Run the act in a thread of its own; one that hangs is left behind and ends with the program."""
    answers: queue.SimpleQueue[_T | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(act())
        except Exception as error:  # noqa: BLE001  # back-ends raise whatever their libraries do
            answers.put(error)

    threading.Thread(target=run, name="secret store", daemon=True).start()
    try:
        answer = answers.get(timeout=limit)
    except queue.Empty:
        raise _TooLate("no answer") from None
    if isinstance(answer, BaseException):
        raise _TooLate(type(answer).__name__) from answer
    return answer


def _is_real(backend: KeyringBackend) -> bool:
    return type(backend).__module__ in {f"keyring.backends.{name}" for name in _REAL}


def _find() -> KeyringBackend | None:
    """Return the machine's store if it is of a kind that encrypts what it keeps."""
    chosen = keyring.get_keyring()
    candidates = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    return next((backend for backend in candidates if _is_real(backend)), None)


@dataclass(slots=True)
class SecretStore:
    """The machine's store of secrets. Nothing here raises; once it has failed to answer it is not asked again."""

    backend: KeyringBackend
    limit: float = TIME_LIMIT
    silent: bool = False

    def read(self, name: str) -> bytes | None:
        """Return the secret of that name, None when there is none or the store does not answer."""
        text = self._ask(lambda: self.backend.get_password(SERVICE, name))
        with suppress(binascii.Error, ValueError):
            return base64.b64decode(text, validate=True) if text else None
        return None

    def write(self, name: str, secret: bytes) -> bool:
        """Keep the secret under that name; tell whether the store has it."""
        text = base64.b64encode(secret).decode()
        self._ask(lambda: self.backend.set_password(SERVICE, name, text))
        return self.read(name) == secret

    def forget(self, name: str) -> None:
        """Take the secret out, if it is there."""
        if self.read(name) is not None:
            self._ask(lambda: self.backend.delete_password(SERVICE, name))

    def _ask(self, act: Callable[[], _T]) -> _T | None:
        if self.silent:
            return None
        try:
            return _in_time(act, self.limit)
        except _TooLate as error:
            _log.warning("the secret store is left alone from now on: %s", error)
            self.silent = True
            return None


def probe(find: Callable[[], KeyringBackend | None] = _find, limit: float = TIME_LIMIT) -> SecretStore | None:
    """Return the machine's secret store if it is real and answers within the limit. Blocks that long at most."""
    try:
        backend = _in_time(find, limit)
    except _TooLate as error:
        _log.info("no secret store: %s", error)
        return None
    if backend is None:
        return None
    store = SecretStore(backend, limit)
    store.read("probe")
    return None if store.silent else store


@dataclass(frozen=True, slots=True)
class StoreKey:
    """The key of the database in one folder: where it may be found at a sign-in, and where it is kept.

    `keys = find(…) or (new_key(),)`; the first that opens the database is the key; then, at a sign-in with the link up,
    `keep` it. Only on a new desk, where `find` returns nothing, keep it first and make the database with it afterwards.
    """

    folder: Path
    ring: KeyRing
    store: SecretStore | None = None

    @property
    def _name(self) -> str:
        return f"store-key:{self.folder.resolve()}"

    def find(self, login: str, password: str, *, online: bool, server_secret: bytes | None = None) -> tuple[bytes, ...]:
        """Return the keys that may open the database, likeliest first; none on a new desk.

        Without the link the person's slot alone counts, and this raises as `KeyRing.open_all`. With it (`online`: the
        server has just let the password in) the key may also come from the machine's secret store, or be sealed for the
        server's secret of this device. Raises Unavailable(StoreKeyWrong) when others have slots here and none of these
        ways leads to the key.
        """
        if not online:
            return self.ring.open_all(login, password)
        keys = list(self._own(login, password))
        kept = self.store.read(self._name) if self.store is not None else None
        if kept is not None:
            keys.append(kept)
        unsealed = self._unsealed(server_secret) if server_secret is not None else None
        if unsealed is not None:
            keys.append(unsealed)
        if not keys and not self.ring.is_empty:
            raise Unavailable(StoreKeyWrong())
        return tuple(dict.fromkeys(keys))

    def keep(
        self,
        login: str,
        password: str,
        key: bytes,
        server_time: datetime,
        *,
        server_secret: bytes | None = None,
        offline_days: int = OFFLINE_DAYS,
    ) -> None:
        """Make the person's slot anew, and keep the key wherever else the next person can get it from."""
        self.ring.create(login, password, key, server_time, offline_days=offline_days)
        if server_secret is not None:
            self.ring.seal(server_secret, key, server_time)
        if self.store is not None:
            self.store.write(self._name, key)

    def revoke(self) -> None:
        """Take the key away from everybody: the device was revoked. What is not sent yet stays, encrypted."""
        self.ring.clear()
        if self.store is not None:
            self.store.forget(self._name)

    def _own(self, login: str, password: str) -> tuple[bytes, ...]:
        try:
            return self.ring.open_all(login, password, online=True)
        except (Refused, Unavailable):
            return ()

    def _unsealed(self, server_secret: bytes) -> bytes | None:
        """A file of slots that can't be read is no obstacle where the machine's own store has the key."""
        try:
            return self.ring.unseal(server_secret)
        except Unavailable:
            return None
