"""The private PostgreSQL is fresh, unprivileged, alone, and gone afterwards."""

import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.factories.postgres import INSTALL, Postgres, find_programs, running_postgres


def ask(url: str, question: str) -> str:
    """Return one value from a database."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return str(connection.scalar(text(question)))
    finally:
        engine.dispose()


def test_databases_are_fresh_and_apart(postgres: Postgres) -> None:
    one, other = postgres.fresh_database("Same name"), postgres.fresh_database("Same name")
    assert one != other
    tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    assert ask(one, tables) == "0"
    assert ask(one, "SELECT pg_encoding_to_char(encoding) FROM pg_database LIMIT 1") == "UTF8"
    assert ask(one, "SHOW listen_addresses") == ""
    assert ask(one, "SHOW fsync") == "off"


def test_a_durable_cluster_ends_with_its_folder() -> None:
    with running_postgres(fsync=True) as cluster:
        assert ask(cluster.url(), "SHOW fsync") == "on"
        pid = int((cluster.socket_folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        assert (Path("/proc") / str(pid)).stat().st_uid != 0
    assert not cluster.socket_folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_missing_postgresql_is_told_with_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match=INSTALL):
        find_programs(tmp_path)


def test_the_newest_version_is_taken(tmp_path: Path) -> None:
    for version in ("9", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    (tmp_path / "18" / "bin").mkdir(parents=True)
    assert find_programs(tmp_path) == tmp_path / "17" / "bin"
