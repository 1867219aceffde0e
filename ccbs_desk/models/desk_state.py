"""The single facts of a desk's store, each declared once with its type."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import DeskState

_NEW = insert(table_of(DeskState))
_PUT = _NEW.on_conflict_do_update(index_elements=["key"], set_={"value": _NEW.excluded["value"]})
_FACTS = select(DeskState.key, DeskState.value)
_FACT = select(DeskState.value).where(DeskState.key == bindparam("fact"))


class DeviceFacts(msgspec.Struct, frozen=True):
    """Which desk this is, since its enrolment. `revoked` is for ever: a desk that is let in anew has another id."""

    device_id: UUID
    area_id: int | None = None
    till_id: UUID | None = None
    revoked: bool = False


class LastAct(msgspec.Struct, frozen=True):
    """The device's last act: its sequence number and the hash that the next one builds on."""

    seq: int
    hash: bytes


class ClockFacts(msgspec.Struct, frozen=True):
    """The last measurement of this clock: the server's time then, and how far the desk was ahead of it."""

    server_time: datetime = msgspec.field(name="highest_server_time")
    offset_seconds: float

    def offset_at(self, now: datetime) -> float:
        """Return how far off this clock is, in seconds: as last measured, or less if it was set back since.

        It is never further ahead than `now` is of the measurement, since the server's time has not gone back.
        """
        return min(self.offset_seconds, (now - self.server_time).total_seconds())


class Cursor(msgspec.Struct, frozen=True):
    """How far this store has followed the feed, the head that the server last named, and the epoch of both."""

    position: int
    head: int
    epoch: str = ""


class Renewal(msgspec.Struct, frozen=True):
    """The server was put back to an earlier day; until this store is loaded anew, it follows no feed."""

    epoch: str


class Rescope(msgspec.Struct, frozen=True):
    """The device belongs to another area now; until that is loaded, this store follows no feed."""

    area_id: int | None


class LoadKey(msgspec.Struct, frozen=True):
    """The key under which the file of a load lies on this disk while it is fetched, and the name of that file."""

    name: str
    key: bytes


class MendedTable(msgspec.Struct, frozen=True):
    """What was replaced and removed in a table at a position, since it differed from the server's."""

    table: str
    replaced: int
    removed: int
    position: int


class Compared(msgspec.Struct, frozen=True):
    """When this store was last found to be what the server says, and what had to be mended before that.

    `rows` counts all rows ever mended, `untold` is what the server has not heard of yet.
    """

    at: datetime | None = None
    rows: int = 0
    mended_at: datetime | None = None
    untold: tuple[MendedTable, ...] = ()


class SeenNotices(msgspec.Struct, frozen=True):
    """The notices that the people at this desk have seen to."""

    ids: tuple[UUID, ...] = ()


class Facts(msgspec.Struct, frozen=True):
    """All that is known; None is what nobody has told this store yet."""

    device: DeviceFacts | None = None
    last_act: LastAct | None = None
    clock: ClockFacts | None = None


def put(connection: Connection, fact: msgspec.Struct) -> None:
    """Keep a fact; the one before it is replaced."""
    connection.execute(_PUT, {"key": type(fact).__name__, "value": msgspec.to_builtins(fact)})


def _get(connection: Connection, kind: type[Any]) -> Any:
    value = connection.execute(_FACT, {"fact": kind.__name__}).scalar_one_or_none()
    return None if value is None else msgspec.convert(value, kind)


def drop(connection: Connection, kind: type[msgspec.Struct]) -> None:
    """Forget a fact; harmless when it is not known."""
    table = table_of(DeskState)
    connection.execute(delete(table).where(table.c.key == kind.__name__))


def note_revoked(connection: Connection) -> None:
    """Keep that the server has shut this device out."""
    known = device(connection)
    if known is not None:
        put(connection, msgspec.structs.replace(known, revoked=True))


def facts(connection: Connection) -> Facts:
    """Return everything that an act at this desk builds on, in one look."""
    known: dict[str, Any] = {row.key: row.value for row in connection.execute(_FACTS)}
    return Facts(
        device=_typed(known, DeviceFacts),
        last_act=_typed(known, LastAct),
        clock=_typed(known, ClockFacts),
    )


def _typed(known: Mapping[str, Any], kind: type[Any]) -> Any:
    return msgspec.convert(known[kind.__name__], kind) if kind.__name__ in known else None


def device(connection: Connection) -> DeviceFacts | None:
    """Return the device of this store, or None before its enrolment."""
    found: DeviceFacts | None = _get(connection, DeviceFacts)
    return found


def last_act(connection: Connection) -> LastAct | None:
    """Return the device's last act, or None before the first."""
    found: LastAct | None = _get(connection, LastAct)
    return found


def clock(connection: Connection) -> ClockFacts | None:
    """Return what is known of the clock, or None when no server was ever reached."""
    found: ClockFacts | None = _get(connection, ClockFacts)
    return found


def cursor(connection: Connection) -> Cursor:
    """Return how far the feed was followed; (0, 0) for a new store."""
    return _get(connection, Cursor) or Cursor(0, 0)


def renewal(connection: Connection) -> Renewal | None:
    """Return what is under way since the server was put back, or None."""
    found: Renewal | None = _get(connection, Renewal)
    return found


def rescope(connection: Connection) -> Rescope | None:
    """Return the area that is to be loaded instead of the one that is here, or None."""
    found: Rescope | None = _get(connection, Rescope)
    return found


def load_key(connection: Connection) -> LoadKey | None:
    """Return the key of the file that is being fetched, or None."""
    found: LoadKey | None = _get(connection, LoadKey)
    return found


def compared(connection: Connection) -> Compared:
    """Return what is known of this store's agreement with the server."""
    return _get(connection, Compared) or Compared()


def seen_notices(connection: Connection) -> SeenNotices:
    """Return the notices that were seen to here."""
    return _get(connection, SeenNotices) or SeenNotices()


def note_server_time(connection: Connection, server_time: datetime, local_time: datetime) -> ClockFacts:
    """Keep what was just measured. It replaces what was known: a server whose clock was wrong is right again."""
    facts = ClockFacts(server_time, (local_time - server_time).total_seconds())
    put(connection, facts)
    return facts
