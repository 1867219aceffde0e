"""The column types refuse what would be read differently later, and every table says what it is."""

import pickle
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from ccbs_desk.models.base import Base, Id, Instant, table_of, tables_of
from ccbs_desk.models.registry import METADATA, PERMANENT, SYNCED
from tests.factories.desk import MORNING

POSTGRES, SQLITE = postgresql.dialect(), sqlite.dialect()  # type: ignore[no-untyped-call]
ONE = UUID("01900000-0000-7000-8000-000000000001")


def test_a_moment_without_a_zone_has_no_place() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(MORNING.replace(tzinfo=None), SQLITE)


def read_as(kind: TypeEngine[Any], dialect: Dialect, value: object) -> Any:
    """Return what a column of this type makes of what the database gives."""
    processor = kind.result_processor(dialect, None)
    return value if processor is None else processor(value)


def test_moments_are_kept_to_the_microsecond_in_utc() -> None:
    there = MORNING.astimezone(timezone(timedelta(hours=3))) + timedelta(microseconds=1)
    kept = Instant().process_bind_param(there, SQLITE)
    assert read_as(Instant(), SQLITE, kept) == there
    assert Instant().process_bind_param(there, POSTGRES) is there
    read = read_as(Instant(), POSTGRES, there)
    assert read is not None
    assert (read, read.utcoffset()) == (there, timedelta(0))
    assert Instant().process_bind_param(None, SQLITE) is read_as(Instant(), SQLITE, None) is None
    assert Instant().python_type is datetime


def test_ids_are_bytes_on_sqlite_and_native_on_postgresql() -> None:
    assert Id().process_bind_param(ONE, SQLITE) == ONE.bytes
    assert Id().process_bind_param(ONE, POSTGRES) is ONE
    made = read_as(Id(), SQLITE, ONE.bytes)
    assert (made, hash(made), repr(made), made.version, made.is_safe) == (ONE, hash(ONE), repr(ONE), 7, ONE.is_safe)
    assert pickle.loads(pickle.dumps(made)) == read_as(Id(), POSTGRES, ONE) == ONE
    assert Id().process_bind_param(None, SQLITE) is read_as(Id(), SQLITE, None) is None


def test_every_table_says_what_it_is() -> None:
    for table in METADATA.sorted_tables:
        assert table.info["sync"] in ("global", "area", "")
        assert table.info["side"] in ("both", "server", "desk")
        if table.info["sync"]:
            assert "id" in table.c
            assert (table.info["sync"] == "area") == (
                "area_id" in table.c and table.name not in ("centre", "exchange", "device", "till")
            )
    assert set(SYNCED) < {table.name for table in tables_of("desk")} & {table.name for table in tables_of("server")}
    assert {"receipt", "till_journal", "audit"} <= PERMANENT
    assert "outbox" not in {table.name for table in tables_of("server")}


def test_only_tables_are_tables() -> None:
    class Strange(Base):
        __abstract__ = True
        __table__ = "none"  # type: ignore[assignment]

    with pytest.raises(TypeError):
        table_of(Strange)
