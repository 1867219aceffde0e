"""What is this desk's own in a damaged database, read as far as it can be, and sealed in a file beside it.

The subscribers' data comes from the centre again. What the centre may not have is here alone: the outbox, the drafts,
and who and how far this desk is. A damaged page takes with it what stands on it and no more, so that rows are asked for
around it. Whoever reads must know whether all was read: a desk that does not know which number it gave last must never
give the next one.
"""

import contextlib
import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as sqlcipher
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection

from ccbs_desk.config.private_file import write_private
from ccbs_desk.domain.errors import StoreDamaged, StoreKeyWrong, Unavailable
from ccbs_desk.models.store_files import STORE_FILE

_log = logging.getLogger(__name__)

FILE = "salvaged.sealed"
NUMBERED = "device_seq"
OWN = {"outbox": NUMBERED, "draft": "command_id", "desk_state": "key"}
"""The tables that are this desk's own, and the key by which each is laid out."""
FACTS = ("DeviceFacts", "LastAct", "ClockFacts")
"""The facts that outlive the database. How far the feed was followed is none: the data is loaded anew."""
PROBES = 1_000
"""So often a part is asked for around damage; what is not found by then counts as lost."""
_NONCE = 12

Row = dict[str, Any]
Key = Any
"""A number, a text or bytes, as the table has it."""


class Salvaged(msgspec.Struct, frozen=True):
    """The rows of each table by their key, and the tables of which not every row could be read."""

    tables: dict[str, dict[Key, Row]]
    torn: frozenset[str] = frozenset()

    @property
    def acts(self) -> int:
        """How many acts of the outbox there are."""
        return len(self.tables.get("outbox", {}))

    @property
    def whole(self) -> bool:
        """Whether this desk can go on as the same one: every act is here, and it is known which was the last."""
        known = {row["key"] for row in self.tables.get("desk_state", {}).values()}
        return "outbox" not in self.torn and {"DeviceFacts", "LastAct"} <= known

    def united(self, other: "Salvaged") -> "Salvaged":
        """Return what one or the other has; a disk that fails gives more at one time than at another."""
        tables = {name: {**other.tables.get(name, {}), **self.tables.get(name, {})} for name in OWN}
        return Salvaged(tables, self.torn & other.torn)


def read(path: Path, key: bytes) -> Salvaged:
    """Return what can be read of a damaged database. Raises Unavailable(StoreKeyWrong) when it does not open at all."""
    with _opened(path, key) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlcipher.DatabaseError as error:
            if "not a database" in str(error):
                raise Unavailable(StoreKeyWrong()) from error
    tables: dict[str, dict[Key, Row]] = {}
    torn = set()
    for name in OWN:
        tables[name], is_whole = _Table(path, key, name).rows()
        if not is_whole:
            torn.add(name)
    _log.warning("saved from the damaged database: %s", {name: len(rows) for name, rows in tables.items()})
    return Salvaged(tables, frozenset(torn))


class _Table:
    """Reads the rows of one table around what is damaged. Each failure ends a connection, so that each has its own."""

    def __init__(self, path: Path, key: bytes, name: str) -> None:
        self._path, self._key, self._name, self._by = path, key, name, OWN[name]
        self._found: dict[Key, Row] = {}
        self._probes = 0

    def rows(self) -> tuple[dict[Key, Row], bool]:
        """Return the rows by their key, and whether that is every one of them."""
        if self._read(f"ORDER BY {self._by}"):
            return self._found, True
        before = set(self._found)
        self._read(f"ORDER BY {self._by} DESC")
        numbers = [key for key in self._found if isinstance(key, int)]
        after = max((key for key in numbers if key in before), default=0)
        end = min((key for key in numbers if key not in before), default=None)
        if self._by == NUMBERED:
            self._around(after + 1, end)
        return self._found, False

    def _around(self, low: int, end: int | None) -> None:
        """Look for the numbers from `low` on, before `end`; where the end is damaged too, further and further."""
        width = end - low if end is not None else 1
        while self._probes < PROBES and (end is None or low < end):
            self._between(low, low + width - 1)
            low, width = low + width, 2 * width

    def _between(self, low: int, high: int) -> None:
        if low > high or self._probes >= PROBES:
            return
        self._probes += 1
        if not self._read(f"WHERE {self._by} BETWEEN {low} AND {high}") and low < high:
            middle = (low + high) // 2
            self._between(low, middle)
            self._between(middle + 1, high)

    def _read(self, which: str) -> bool:
        """Keep the rows that come; return whether all of these did."""
        with _opened(self._path, self._key) as connection:
            try:
                # The names are ours, the numbers numbers.
                cursor = connection.execute(f'SELECT * FROM "{self._name}" {which}')  # noqa: S608
                names = [about[0] for about in cursor.description]
                for values in cursor:
                    row = dict(zip(names, values, strict=True))
                    self._found[row[self._by]] = row
            except sqlcipher.DatabaseError:
                return False
        return True


@contextmanager
def _opened(path: Path, key: bytes) -> Iterator[Any]:
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as connection:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        with contextlib.suppress(sqlcipher.DatabaseError):
            # It tells of each damaged page at length.
            connection.execute("PRAGMA cipher_log_level = NONE")
        yield connection


def save(folder: Path, keys: Iterable[bytes]) -> bytes:
    """Seal in a file what can be read of the folder's database, with what was saved before; return the key of both.

    Raises Unavailable: store.key_wrong when no key opens it, store.disk_full, store.read_only.
    """
    for key in keys:
        try:
            found = read(folder / STORE_FILE, key)
        except Unavailable as gone:
            if gone.reason != StoreKeyWrong():
                raise
            continue
        before = None
        with contextlib.suppress(Unavailable):
            before = saved(folder, key)
        write_private(folder / FILE, _sealed(found.united(before) if before else found, key))
        return key
    raise Unavailable(StoreKeyWrong())


def saved(folder: Path, key: bytes) -> Salvaged | None:
    """Return what the file in a folder holds, None when there is none. Raises Unavailable(StoreDamaged)."""
    try:
        content = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return None
    try:
        opened = ChaCha20Poly1305(_file_key(key)).decrypt(content[:_NONCE], content[_NONCE:], None)
        return msgspec.msgpack.decode(opened, type=Salvaged)
    except (InvalidTag, msgspec.DecodeError, ValueError) as error:
        raise Unavailable(StoreDamaged()) from error


def restore(connection: Connection, found: Salvaged) -> None:
    """Put what was saved into a new database. Again does nothing."""
    raw: Any = connection.connection.driver_connection
    for name in OWN:
        known = {about[1] for about in raw.execute(f'PRAGMA table_info("{name}")')}
        for row in found.tables.get(name, {}).values():
            if name == "desk_state" and row["key"] not in FACTS:
                continue
            # A column that this release does not have any more is left out; it has a value for those that are new.
            columns = [column for column in row if column in known]
            names = ", ".join(f'"{column}"' for column in columns)
            marks = ", ".join("?" for _ in columns)
            statement = f'INSERT OR IGNORE INTO "{name}" ({names}) VALUES ({marks})'  # noqa: S608 - names of ours
            raw.execute(statement, [row[column] for column in columns])


def _sealed(found: Salvaged, key: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + ChaCha20Poly1305(_file_key(key)).encrypt(nonce, msgspec.msgpack.encode(found), None)


def _file_key(key: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"ccbs-desk salvage").derive(key)
