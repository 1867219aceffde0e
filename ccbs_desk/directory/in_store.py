"""An index in tables of the desk's own encrypted store: it is written and read in the transactions of its rows.

It knows these tables by their names only, as it knows the rows that it is made of.
"""

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from sqlalchemy import Connection

from ccbs_desk.directory.storage import TABLES, Table

_KEY_BITS: Final = 40
_KEY: Final = (1 << _KEY_BITS) - 1
_NUMBER: Final = {table: number << _KEY_BITS for number, table in enumerate(TABLES)}
_STATE: Final = "state"
_HALF: Final = 8
# A list of keys is one value: the driver keeps every statement that it has prepared, so there must be few of them.
_SOME: Final = "SELECT id, data FROM name_blob WHERE id IN (SELECT value FROM json_each(?))"
_ONE: Final = "SELECT id, data FROM name_blob WHERE id = ?"
_OF_TABLE: Final = "SELECT id FROM name_blob WHERE id BETWEEN ? AND ? ORDER BY id"
_SIZE: Final = "SELECT coalesce(sum(length(data)), 0) FROM name_blob WHERE id BETWEEN ? AND ?"
_PUT: Final = "INSERT INTO name_blob (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data"
_PUT_NOTE: Final = (
    "INSERT INTO name_note (name, data) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET data = excluded.data"
)


class StoreStorage:
    """`Storage` in the store, for the transaction that `enter` names. For the store's own thread.

    `built` tells one build from another; `version` one state from another. Both come by chance: after a transaction
    that was taken back no number may stand for two states.
    """

    def __init__(self) -> None:
        self._connection: Connection
        self.built = b""
        self._version = b""

    def enter(self, connection: Connection) -> None:
        """Read and write in this transaction from now on."""
        self._connection = connection
        state = self.note(_STATE)
        self.built, self._version = state[:_HALF], state[_HALF:]

    def begin_anew(self) -> None:
        """Empty the index: what is written from now on is another build."""
        self._connection.exec_driver_sql("DELETE FROM name_blob")
        self._connection.exec_driver_sql("DELETE FROM name_note")
        self.built = os.urandom(_HALF)
        self.changed()

    def changed(self) -> None:
        """Keep that the index was written."""
        self._version = os.urandom(_HALF)
        self.put_note(_STATE, self.built + self._version)

    def get(self, table: Table, keys: Sequence[int]) -> dict[int, bytes]:
        """Return the blobs that are there, by key."""
        if not keys:
            return {}
        first = _NUMBER[table]
        asked = (_ONE, (first + keys[0],)) if len(keys) == 1 else (_SOME, (json.dumps([first + key for key in keys]),))
        return {row[0] & _KEY: row[1] for row in self._connection.exec_driver_sql(*asked)}

    def put(self, table: Table, blobs: Iterable[tuple[int, bytes]]) -> None:
        """Write blobs, in place of those that were there."""
        rows = [(_NUMBER[table] + key, blob) for key, blob in blobs]
        if rows:
            self._connection.exec_driver_sql(_PUT, rows)

    def note(self, name: str) -> bytes:
        """Return a named blob, empty when it is not there."""
        found = self._connection.exec_driver_sql("SELECT data FROM name_note WHERE name = ?", (name,))
        return found.scalar_one_or_none() or b""

    def put_note(self, name: str, blob: bytes) -> None:
        """Write a named blob."""
        self._connection.exec_driver_sql(_PUT_NOTE, (name, blob))

    def keys(self, table: Table) -> list[int]:
        """Return the keys of a table."""
        first = _NUMBER[table]
        return [row[0] & _KEY for row in self._connection.exec_driver_sql(_OF_TABLE, (first, first + _KEY))]

    def notes(self) -> list[str]:
        """Return the names of the named blobs."""
        return list(self._connection.exec_driver_sql("SELECT name FROM name_note ORDER BY name").scalars())

    def reading(self) -> AbstractContextManager[None]:
        """What is read inside stands at one moment: that of the transaction."""
        return nullcontext()

    def writing(self) -> AbstractContextManager[None]:
        """What is written becomes durable with the transaction."""
        return nullcontext()

    def version(self) -> int:
        """Return a number that changes when the index was written."""
        return int.from_bytes(self._version, "little")

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each table."""
        size = self._connection.exec_driver_sql
        notes = size("SELECT coalesce(sum(length(data)), 0) FROM name_note").scalar_one()
        tables = {str(table): size(_SIZE, (first, first + _KEY)).scalar_one() for table, first in _NUMBER.items()}
        return {**tables, "note": notes}
