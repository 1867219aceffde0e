"""The declarative base, the column types that are alike on both databases, and what each table says of itself.

A table's `info` carries: `sync` ("global", "area" or "" for not synced), `permanent` (rows that are never undone
nor changed: receipts, journals, audit), `side` ("both", "server" or "desk") and `own_area` (rows that go by their own
area, whichever account they name).
"""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, Dialect, LargeBinary, MetaData, String, Table
from sqlalchemy import Uuid as PlainUuid
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_new, _put, _UNKNOWN = uuid.UUID.__new__, object.__setattr__, uuid.SafeUUID.unknown


def _id_of(value: Any) -> uuid.UUID | None:
    """Return the id of 16 bytes. UUID's own constructor looks at six ways to be called: it costs four times as much."""
    if value is None:
        return None
    made = _new(uuid.UUID)
    _put(made, "int", int.from_bytes(value, "big"))
    _put(made, "is_safe", _UNKNOWN)
    return made


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _instant_of(value: Any) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)


class Id(TypeDecorator[uuid.UUID]):
    """A UUID: native on PostgreSQL, its 16 bytes on SQLite (half the size of text in every index)."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(PlainUuid() if dialect.name == "postgresql" else LargeBinary(16))

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], uuid.UUID | None] | None:
        """Return what makes an id of a column's value; on PostgreSQL the driver has done it."""
        return None if dialect.name == "postgresql" else _id_of

    @property
    def python_type(self) -> type[Any]:
        return uuid.UUID


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: timestamptz on PostgreSQL, whole microseconds since 1970 on SQLite."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone has no place in the store")
        return value if dialect.name == "postgresql" else (value - _EPOCH) // _MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Return what makes a moment in UTC of a column's value."""
        return _in_utc if dialect.name == "postgresql" else _instant_of

    @property
    def python_type(self) -> type[Any]:
        return datetime


_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table. Keys between subscriber-owned rows are not enforced by the database.

    A desk holds a part of the country only, and rows arrive in feed order; `ccbs-server check` verifies them instead.
    """

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy as a class attribute
        uuid.UUID: Id,
        datetime: Instant,
        date: Date,
        int: BigInteger,
        bytes: LargeBinary,
        str: String,
    }


def table_of(model: type[Base]) -> Table:
    """Return the Core table of a model."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table")
    return table


def told(
    sync: str, *, permanent: bool = False, side: str = "both", own_area: bool = False, more: tuple[Any, ...] = ()
) -> tuple[Any, ...]:
    """Return the `__table_args__` that declare what the table says of itself."""
    info = {"sync": sync, "permanent": permanent, "side": side, "own_area": own_area}
    return (*more, {"info": info, "sqlite_with_rowid": False})


def currency_check(column: str = "currency") -> CheckConstraint:
    """Return the check that a currency is one that this operator knows."""
    return CheckConstraint(f"{column} IN ('SYP', 'SYO')", name=column)


def synced_tables() -> list[Table]:
    """Return the tables whose rows travel to desks, by name."""
    return [t for t in Base.metadata.sorted_tables if t.info.get("sync")]


def tables_of(side: str) -> list[Table]:
    """Return the tables of the `desk` or the `server`."""
    return [t for t in Base.metadata.sorted_tables if t.info["side"] in (side, "both")]
