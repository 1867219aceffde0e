"""The world that the demo runs in: folder, country, server, link and desks, each a process that this one ends."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from server_stub.demo.exchanges import Exchange, Failed, exchange_of
from server_stub.demo.link import Link
from server_stub.seed.demo import CARE_CENTRE_CODE, PASSWORD

READY_SECONDS = 30.0


class World:
    """One demo country with its server. `folder` holds all that belongs to it."""

    def __init__(self, folder: Path, pbx: str = "simulator", joined: Path | None = None) -> None:
        self.folder, self.pbx, self.joined = folder, pbx, joined
        self.database = f"sqlite:///{folder / 'country.db'}"
        self._exchange: Exchange | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def seed(self, subscribers: int, cycles: int) -> bool:
        """Make the country unless it is there; return whether it was made now."""
        mark = self.folder / "seeded.json"
        if mark.exists():
            return False
        (self.folder / "country.db").unlink(missing_ok=True)
        arguments = ["--subscribers", str(subscribers), "--cycles", str(cycles), "--seed", "1"]
        self.server_command("seed", *arguments)
        mark.write_text(json.dumps({"subscribers": subscribers, "cycles": cycles}))
        return True

    def server_command(self, *arguments: str) -> str:
        """Run a sub-command of ccbs-server to its end; return what it printed. Raises Failed."""
        done = subprocess.run(
            [sys.executable, "-m", "server_stub", *arguments, "--database", self.database],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Failed(f"ccbs-server {arguments[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    @contextlib.contextmanager
    def serving(self) -> Iterator[Link]:
        """Run the exchange, the server at it, and a link before that; yield the link. Raises Failed."""
        port = free_port()
        with (self.folder / "exchange.log").open("a") as told, exchange_of(self.pbx, self.joined, told) as exchange:
            exchange.server_port, self._exchange = port, exchange
            with (self.folder / "server.log").open("a") as log, self._server(port, exchange, log) as server:
                try:
                    _wait_until_healthy(port, server)
                    with Link(port) as link:
                        yield link
                finally:
                    self._exchange = None
                    server.terminate()
                    server.wait(timeout=20)

    def _server(self, port: int, exchange: Exchange, log: IO[str]) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "server_stub", "serve", "--database", self.database, "--port", str(port)]
        command += ["--snapshots", str(self.folder / "snapshots"), "--provisioning", "simulator", *exchange.arguments]
        return subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **exchange.environment}
        )

    def telephone(self, act: str, **facts: str) -> float:
        """Let somebody `call`, `answer` or `hang-up`; return when, by the clock of the whole machine. Raises Failed."""
        if self._exchange is None:
            raise Failed(f"nobody can {act}: the exchange is not up")
        return self._exchange.move(act, facts)

    def approve_waiting(self) -> None:
        """Do what a supervisor does when a new desk asks to be let in."""
        for device in json.loads(self.server_command("device", "list", "--json")):
            if device["state"] == "waiting":
                self.server_command("device", "approve", device["id"])

    def is_enrolled(self, profile: str) -> bool:
        """Return whether a desk of this world was let in."""
        kept = self.folder / profile / "enrolment.json"
        return kept.exists() and json.loads(kept.read_text())["state"] == "approved"

    def desk_command(
        self, profile: str, server_port: int, *arguments: str, centre: str = CARE_CENTRE_CODE
    ) -> list[str]:
        """Return the command line of a desk."""
        return [
            *(sys.executable, "-m", "ccbs_desk"),
            *("--profile", str(self.folder / profile)),
            *("--server", f"http://127.0.0.1:{server_port}"),
            *("--centre", centre),
            *("--printer", str(self.folder / profile / "paper")),
            *arguments,
        ]


class Desk:
    """One life of a walking desk: its steps come as lines of JSON, its wishes are granted by the caller."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: IO[str]) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **environment},
        )

    def lines(self) -> Iterator[dict[str, object]]:
        """Yield what the desk tells, until it ends."""
        for line in self.process.stdout or ():
            if line.startswith("{"):
                yield json.loads(line)

    def done(self, **facts: object) -> None:
        """Tell the desk that its wish was granted, with what is to be known of it."""
        if self.process.stdin is not None:
            self.process.stdin.write(f"done {json.dumps(facts)}\n")
            self.process.stdin.flush()

    def kill(self) -> None:
        """End the desk as a power cut does."""
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Wait for the desk's own end; return its exit status."""
        return self.process.wait(timeout=30)


def demo_environment() -> dict[str, str]:
    """Return what a walking desk needs to know: the demo password, and a platform without a screen."""
    return {"CCBS_DEMO_PASSWORD": PASSWORD, "QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6"}


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise Failed(f"the server ended with {server.returncode}; see server.log")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/health", timeout=2):
            return
        time.sleep(0.05)
    raise Failed("the server did not answer in time; see server.log")
