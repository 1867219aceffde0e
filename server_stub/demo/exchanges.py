"""The telephone exchange of a demo: the simulator inside the server, or a real Asterisk with telephones around it.

The real one belongs to the tests and is in the source tree alone, so it is a process of its own.
"""

import contextlib
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

KINDS = ("simulator", "asterisk")
LONGEST = 30.0
SOURCES = Path(__file__).resolve().parents[2]
SECRET = "CCBS_PBX_SECRET"  # noqa: S105  # the name of a variable
NO_SOURCES = (
    "a real exchange is run by the tests of CCBS Desk, and this installation has none of its sources: "
    "run it from a checkout, or take --pbx simulator"
)


class Failed(Exception):
    """A part of the demo did not do what it must; the message says which."""


class Exchange(Protocol):
    """What the world moves when somebody calls, answers or hangs up."""

    arguments: list[str]
    environment: dict[str, str]
    server_port: int

    def move(self, act: str, facts: dict[str, str]) -> float:
        """Do `call`, `answer` or `hang-up`; return when, by the clock of the whole machine. Raises Failed."""
        ...


class Simulated:
    """The simulator inside the server. A call's time is when the simulator is asked for it."""

    def __init__(self) -> None:
        self.arguments = ["--pbx", "simulator"]
        self.environment: dict[str, str] = {}
        self.server_port = 0

    def move(self, act: str, facts: dict[str, str]) -> float:
        """Ask the server's simulator. Raises Failed."""
        server = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=LONGEST)
        told = time.monotonic()
        with contextlib.closing(server):
            headers = {"Content-Type": "application/json"}
            server.request("POST", f"/v1/simulator/{act}", json.dumps(facts), headers=headers)
            answer = server.getresponse()
            if answer.status not in (200, 204):
                raise Failed(f"the exchange did not {act} {facts}: {answer.status} {answer.read()!r}")
        return told


class Asterisk:
    """A real exchange in a process of its own. A call's time is when its INVITE comes to the telephone."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        where = self._hear()
        self.arguments = ["--pbx", "ami", "--pbx-name", "journey", "--pbx-user", str(where["user"])]
        self.arguments += ["--pbx-host", str(where["host"]), "--pbx-port", str(where["port"])]
        self.environment = {SECRET: str(where["secret"])}
        self.server_port = 0

    def move(self, act: str, facts: dict[str, str]) -> float:
        """Tell the process that moves telephone and callers. Raises Failed."""
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps({**facts, "act": act}) + "\n")
            self._process.stdin.flush()
        return float(str(self._hear()["at"]))

    def _hear(self) -> dict[str, object]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise Failed("the exchange has ended; see exchange.log")
        told: dict[str, object] = json.loads(line)
        if "error" in told:
            raise Failed(f"the exchange: {told['error']}")
        return told


@contextlib.contextmanager
def exchange_of(kind: str, joined: Path | None, log: IO[str]) -> Iterator[Exchange]:
    """Run the exchange of this kind; a real one may be up already in a folder that is joined then. Raises Failed."""
    if kind == "simulator":
        yield Simulated()
        return
    if not (SOURCES / "tests" / "pbx" / "__main__.py").is_file():
        raise Failed(NO_SOURCES)
    command = [sys.executable, "-m", "tests.pbx", "obey", *(["--exchange", str(joined)] if joined else [])]
    with subprocess.Popen(
        command, cwd=SOURCES, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
    ) as process:
        try:
            yield Asterisk(process)
        finally:
            # The end of its input is what it ends itself by.
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(timeout=LONGEST)
            except subprocess.TimeoutExpired:
                process.terminate()
