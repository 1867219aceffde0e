"""The centre as it stands in a data centre: the server in a process of its own, with a bad line before it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, func, select

from ccbs_desk.domain.ledger import CASH_TILL
from ccbs_desk.models.central import AppliedCommand
from ccbs_desk.models.database import open_database, reading
from ccbs_desk.models.money import LedgerRow, Payment, Receipt
from server_stub.devices import Devices
from server_stub.users import Users
from tests.factories.link import BadLink, bad_link

READY_SECONDS = 30.0
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Effects:
    """What the server holds of one act: how many payments, receipts and cash legs, and their sum."""

    applied: int
    payments: int
    receipts: tuple[str, ...]
    cash_legs: int
    cash: int


@dataclass
class Centre:
    """A running server, its database and the line to it."""

    folder: Path
    engine: Engine
    link: BadLink
    server: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """End the server as a power cut does."""
        self.server.kill()
        self.server.wait(READY_SECONDS)

    @property
    def devices(self) -> Devices:
        """Whoever lets desks in."""
        return Devices(self.engine, utc_now, most_waiting=10)

    @property
    def users(self) -> Users:
        """Whoever keeps the staff."""
        return Users(self.engine, utc_now)

    def effects(self, command_id: UUID) -> Effects:
        """Return what has become of an act."""
        with reading(self.engine) as connection:
            applied = select(func.count()).select_from(AppliedCommand).where(AppliedCommand.command_id == command_id)
            numbers = connection.execute(select(Receipt.number).where(Receipt.command_id == command_id)).scalars().all()
            payments = select(func.count()).select_from(Payment).where(Payment.reference.in_(numbers))
            cash = select(func.count(), func.coalesce(func.sum(LedgerRow.amount_minor), 0)).where(
                LedgerRow.command_id == command_id, LedgerRow.ledger_account == CASH_TILL
            )
            legs, total = connection.execute(cash).one()
            return Effects(
                connection.execute(applied).scalar_one(),
                connection.execute(payments).scalar_one(),
                tuple(numbers),
                legs,
                int(total),
            )

    def check(self, *, strict: bool = True) -> str:
        """Run `ccbs-server check` to its end; return what it printed.

        Fails when something is broken, or, where it is `strict`, pending.
        """
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "server_stub",
                "check",
                *(["--strict"] if strict else []),
                "--database",
                str(self.engine.url),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def a_centre(country_file: Path, folder: Path, **settings: str) -> Iterator[Centre]:
    """Run a server over a country; a folder that holds one already goes on with it. `settings` are further ones."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "server.db"
    if not database.exists():
        shutil.copyfile(country_file, database)
    engine = open_database(f"sqlite:///{database}")
    port = free_port()
    with (folder / "server.log").open("a") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "server_stub", "serve", "--port", str(port)],
            env={
                **os.environ,
                "CCBS_DATABASE": str(engine.url),
                "CCBS_SNAPSHOTS": str(folder / "snapshots"),
                "CCBS_PASSWORD_MEMORY_KIB": "1024",
                "CCBS_BEAT_SECONDS": "0.5",
                **{f"CCBS_{name.upper()}": value for name, value in settings.items()},
            },
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
        try:
            _wait_until_healthy(port, server)
            with bad_link(port) as link:
                yield Centre(folder, engine, link, server)
        finally:
            server.terminate()
            server.wait(READY_SECONDS)
            engine.dispose()


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(port: int, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, "the server has ended"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/health", timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("the server did not come up")
