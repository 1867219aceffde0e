"""A private PostgreSQL for the tests: made by Debian's programs in a temporary folder, gone afterwards.

It listens on a unix socket only, so it meets no other server on the machine. PostgreSQL refuses to run as root;
then it runs as the user that Debian's package made for it.
"""

import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import psycopg
import pytest
from psycopg import sql

INSTALL = "sudo apt-get install --no-install-recommends postgresql"
LONGEST_SOCKET_FOLDER = 80
LONGEST_WAIT = 30


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running cluster; every test that wants one makes its own databases in it."""

    socket_folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str = "postgres") -> str:
        """Return SQLAlchemy's address of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def fresh_database(self, name: str) -> str:
        """Make an empty database, named after its purpose, and return its address."""
        database = f"{re.sub(r'[^a-z0-9]+', '_', name.lower())[:40]}_{next(self._numbers)}"
        with psycopg.connect(host=str(self.socket_folder), user="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.url(database)


class _Unprivileged(TypedDict, total=False):
    """What makes `subprocess` start a program as another user."""

    user: int
    group: int
    extra_groups: list[int]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One cluster for the whole run; what it writes is not flushed to the disk, since no test outlives it."""
    with running_postgres() as cluster:
        yield cluster


@contextmanager
def running_postgres(*, fsync: bool = False, connections: int = 200) -> Iterator[Postgres]:
    """Run a private cluster; with `fsync` its commits are as durable, and as slow, as in production."""
    programs = find_programs()
    identity = _unprivileged()
    folder = _make_folder(identity)
    try:
        data = folder / "data"
        _run([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
              "--no-sync"], folder, identity)  # fmt: skip
        settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
        settings += ["-c", f"max_connections={connections}"]
        if not fsync:
            settings += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        with _serving([programs / "postgres", "-D", data, *settings], folder, identity):
            yield Postgres(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs(debian: Path = Path("/usr/lib/postgresql")) -> Path:
    """Return the folder of the newest installed PostgreSQL's programs."""
    found = [folder for folder in debian.glob("*/bin") if (folder / "initdb").exists()]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    elsewhere = shutil.which("initdb")
    if elsewhere:
        return Path(elsewhere).parent
    pytest.fail(f"PostgreSQL is missing; this installs it: {INSTALL}", pytrace=False)


def _unprivileged() -> _Unprivileged:
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _make_folder(identity: _Unprivileged) -> Path:
    """Make a folder that is the server's own; a socket's path has to be short."""
    shared = Path(tempfile.gettempdir())
    reachable = all(parent.stat().st_mode & 0o005 == 0o005 for parent in (shared, *shared.parents))
    if not reachable or len(str(shared)) > LONGEST_SOCKET_FOLDER:
        shared = Path("/tmp")
    folder = Path(tempfile.mkdtemp(prefix="ccbs-postgres-", dir=shared))
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    return folder


def _run(command: list[str | Path], folder: Path, identity: _Unprivileged) -> None:
    with _start(command, folder, identity) as process:
        if process.wait(LONGEST_WAIT) != 0:
            pytest.fail(f"{command[0]} failed:\n{_log(folder)}", pytrace=False)


def _start(command: list[str | Path], folder: Path, identity: _Unprivileged) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **identity
        )


def _log(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")[-4000:]


@contextmanager
def _serving(command: list[str | Path], folder: Path, identity: _Unprivileged) -> Iterator[None]:
    """Run the server from the moment when it answers; it ends with this process too, be that killed."""
    setpriv = shutil.which("setpriv")
    with _start([setpriv, "--pdeathsig", "INT", *command] if setpriv else command, folder, identity) as process:
        try:
            deadline = time.monotonic() + LONGEST_WAIT
            while not _answers(folder):
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"PostgreSQL does not start:\n{_log(folder)}", pytrace=False)
                time.sleep(0.02)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(LONGEST_WAIT)


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
