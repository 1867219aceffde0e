"""A small demo country: built once a run, copied for every test that wants to write into it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ccbs_desk.models.database import migrate, open_database
from server_stub.digests import keep
from server_stub.feed import feeding
from server_stub.seed import seed

SUBSCRIBERS, CYCLES, SEED = 200, 6, 1


@pytest.fixture(scope="session")
def country_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file of a server with 200 subscribers and six cycles of bills. Not to be written: copy it."""
    path = tmp_path_factory.mktemp("country") / "country.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine, "server")
    seed(engine, subscribers=SUBSCRIBERS, cycles=CYCLES, seed=SEED)
    with feeding(engine) as (connection, _):
        keep(connection)
    engine.dispose()
    return path


@pytest.fixture
def country(country_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """A server's database of the test's own, with the demo country in it."""
    path = tmp_path / "server.db"
    shutil.copyfile(country_file, path)
    engine = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()
