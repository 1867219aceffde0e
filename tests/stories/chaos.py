"""A centre on PostgreSQL with six counters, all in processes of their own, and somebody who kills them at random."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter as Count
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

import psycopg
from sqlalchemy import Engine, insert

from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import migrate, open_database
from ccbs_desk.models.reference import Till
from server_stub.devices import Devices
from server_stub.seed import demo, seed
from tests.factories import postgres
from tests.factories.counter import Counter
from tests.factories.link import BadLink, bad_link, lost
from tests.stories.centre import ROOT, free_port, utc_now

DESKS = 6
READY_SECONDS = 180.0
HOME_SECONDS = 400.0


@dataclass
class Database:
    """A PostgreSQL that can be killed, and comes back by itself as a supervisor would bring it back."""

    folder: Path
    identity: Any
    process: "subprocess.Popen[bytes] | None" = None

    @classmethod
    def make(cls) -> "Database":
        """Make a cluster; nothing of it runs."""
        identity = postgres._unprivileged()
        folder = postgres._make_folder(identity)
        initdb: list[str | Path] = [postgres.find_programs() / "initdb", "-D", folder / "data", "-U", "postgres"]
        postgres._run([*initdb, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], folder, identity)
        return cls(folder, identity)

    def start(self) -> None:
        """Start it; right after a kill the old one's memory may still be held for a moment."""
        command: list[str | Path] = [postgres.find_programs() / "postgres", "-D", self.folder / "data"]
        command += ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}"]
        end = time.monotonic() + READY_SECONDS
        while not self.answers():
            assert time.monotonic() < end, "PostgreSQL does not start"
            if self.process is None or self.process.poll() is not None:
                self.process = postgres._start([*command, "-c", "max_connections=100"], self.folder, self.identity)
            time.sleep(0.05)

    def answers(self) -> bool:
        """Return whether it takes connections."""
        return self.process is not None and self.process.poll() is None and postgres._answers(self.folder)

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(READY_SECONDS)

    def url(self, database: str) -> str:
        """Return SQLAlchemy's address of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"


class Desk:
    """One counter: its profile, and the process that works there. What it says is kept, life after life."""

    def __init__(self, number: int, folder: Path, address: str) -> None:
        self.number, self.address = number, address
        self.profile = folder / f"desk-{number}"
        self.login = (demo.CLERK, demo.CLERK_2)[number % 2]
        self.lives = 0
        self.told: list[str] = []
        self.process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        """Begin a life."""
        self.lives += 1
        command = [sys.executable, "-m", "tests.stories.chaos_desk", str(self.profile), self.address, self.login]
        with (self.profile.parent / f"desk-{self.number}.log").open("a") as log:
            self.process = subprocess.Popen(
                [*command, f"{self.number} {self.lives}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=ROOT,
            )
        self._reader = threading.Thread(target=self._listen, args=(self.process,), daemon=True)
        self._reader.start()

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            # What was cut off in the middle was told to nobody.
            if line.endswith("\n"):
                self.told.append(line.strip())

    def kill(self) -> None:
        """End this life as a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.join()

    def finish(self) -> None:
        """Ask it to bring everything home."""
        assert self.process is not None
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write("finish\n")
            self.process.stdin.flush()

    def join(self) -> int:
        """Wait until its process and all that it said is there; return how it ended."""
        assert self.process is not None
        assert self._reader is not None
        status = self.process.wait(HOME_SECONDS)
        self._reader.join(READY_SECONDS)
        return status

    @property
    def receipts(self) -> list[tuple[UUID, str, int]]:
        """Every receipt that a payer holds: the act, its number, and the cash."""
        lines = [line.split() for line in self.told if line.startswith("paid ")]
        return [(UUID(act), number, int(minor)) for _, act, number, minor in lines]


@dataclass
class Chaos:
    """Everything that runs, and what was done to it."""

    folder: Path
    database: Database
    engine: Engine
    port: int
    link: BadLink
    desks: list[Desk]
    random: Random
    server: "subprocess.Popen[bytes] | None" = None
    done: "Count[str]" = field(default_factory=Count)

    def start_server(self) -> None:
        """Run the server until it answers; where it finds no database and ends, it is started again, as by systemd."""
        end = time.monotonic() + READY_SECONDS
        while not self._is_healthy():
            assert time.monotonic() < end, "the server did not come up"
            if self.server is None or self.server.poll() is not None:
                self.server = self._server_process()
            time.sleep(0.1)

    def _server_process(self) -> "subprocess.Popen[bytes]":
        settings = {
            "CCBS_DATABASE": self.database.url("chaos"),
            "CCBS_SNAPSHOTS": str(self.folder / "snapshots"),
            "CCBS_PASSWORD_MEMORY_KIB": "1024",
            "CCBS_BEAT_SECONDS": "1",
        }
        command = [sys.executable, "-m", "server_stub", "serve", "--port", str(self.port)]
        with (self.folder / "server.log").open("a") as log:
            return subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log, cwd=ROOT)

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v1/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def let_in(self) -> None:
        """Enrol all desks, each with a till, let each load its area and begin to work."""
        for desk in self.desks:
            devices = Devices(self.engine, utc_now, most_waiting=10)
            asyncio.run(Counter(desk.profile, desk.address).enrol(devices))
            desk.start()
        for desk in self.desks:
            self._until(lambda desk=desk: "working" in desk.told, f"desk {desk.number} does not begin")  # type: ignore[misc]

    def _until(self, told: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + READY_SECONDS
        while not told():
            assert time.monotonic() < end, what
            time.sleep(0.05)

    def rage(self, seconds: float) -> None:
        """Do harm for so long, of each kind one at a time; nothing waits until something else has come back."""
        end = time.monotonic() + seconds
        harms = (self.kill_desk, self.kill_server, self.kill_database, self.cut, self.slow, self.lose)
        first = list(harms)
        busy: dict[str, Future[None]] = {}
        with ThreadPoolExecutor(len(harms)) as pool:
            while time.monotonic() < end:
                harm = first.pop() if first else self.random.choices(harms, (6, 2, 1, 3, 2, 3))[0]
                running = busy.get(harm.__name__)
                if running is None or running.done():
                    self.done[harm.__name__] += 1
                    busy[harm.__name__] = pool.submit(harm)
                time.sleep(self.random.expovariate(1 / 0.8))
        for harmed in busy.values():
            harmed.result()

    def kill_desk(self) -> None:
        """A counter loses its power."""
        desk = self.random.choice(self.desks)
        desk.kill()
        desk.start()

    def kill_server(self) -> None:
        """The server loses its power."""
        assert self.server is not None
        self.server.kill()
        self.server.wait(READY_SECONDS)
        time.sleep(self.random.uniform(0.0, 1.0))
        self.start_server()

    def kill_database(self) -> None:
        """The database loses its power; the server stays, and finds it again."""
        self.database.kill()
        time.sleep(self.random.uniform(0.0, 1.0))
        self.database.start()

    def cut(self) -> None:
        """The line is cut for a while."""
        self.link.cut()
        time.sleep(self.random.uniform(0.2, 2.5))
        self.link.mend()

    def slow(self) -> None:
        """The line becomes slow, or quick again."""
        self.link.delay(self.random.choice((0.0, 0.05, 0.3)))

    def lose(self) -> None:
        """Some answers never arrive; the server has done what was asked."""
        self.link.spoil("POST /v1/commands", lost, times=self.random.randint(1, 4))

    def heal(self) -> None:
        """Mend everything, and let every desk bring all home."""
        self.link.behave()
        self.link.delay(0.0)
        self.link.mend()
        self.engine.dispose()
        for desk in self.desks:
            desk.finish()
        for desk in self.desks:
            assert desk.join() == 0, f"desk {desk.number} did not come home: {desk.told[-5:]}"

    def stop(self) -> None:
        """End everything."""
        for desk in self.desks:
            if desk.process is not None and desk.process.poll() is None:
                desk.kill()
        if self.server is not None:
            self.server.terminate()
            self.server.wait(READY_SECONDS)
        self.engine.dispose()
        if self.database.process is not None:
            self.database.process.send_signal(signal.SIGINT)
            self.database.process.wait(READY_SECONDS)


def _add_tills(engine: Engine) -> None:
    """Give the demo centre as many tills as it has desks here."""
    with engine.begin() as connection:
        for number in range(DESKS):
            row = {"id": uuid5(demo.CARE_CENTRE_ID, f"chaos {number}"), "code": f"9{number:03}", "letter": "A"}
            place = {"centre_id": demo.CARE_CENTRE_ID, "area_id": demo.AREA, "device_id": None}
            connection.execute(insert(table_of(Till)), row | place)


def make_chaos(stack: ExitStack, folder: Path, chance: str, subscribers: int = 200) -> Chaos:
    """Make a centre with its desks at work; everything ends with the stack."""
    database = Database.make()
    database.start()
    with psycopg.connect(host=str(database.folder), user="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE chaos")
    engine = open_database(database.url("chaos"))
    migrate(engine, "server")
    seed(engine, subscribers=subscribers, cycles=6, seed=1)
    _add_tills(engine)
    port = free_port()
    link = stack.enter_context(bad_link(port))
    desks = [Desk(number, folder, link.address) for number in range(DESKS)]
    chaos = Chaos(folder, database, engine, port, link, desks, Random(chance))
    stack.callback(chaos.stop)
    chaos.start_server()
    chaos.let_in()
    return chaos
