"""A real server process, and counters signed in at it over real HTTP."""

import base64
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from bench.machine import cpu_seconds, resident_mib
from ccbs_desk.wire.codec import encode
from ccbs_desk.wire.messages import Answer, Challenge, PushAnswer, PushRequest, SignInRequest, Tokens
from server_stub.auth import signed_text
from server_stub.seed import demo
from tests.factories.field_desk import FieldDesk

READY_SECONDS = 60.0
LONGEST_ANSWER = 120.0


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A server that answers."""

    url: str
    pid: int

    def resident_mib(self) -> float:
        """Return how much of it is in memory."""
        return resident_mib(self.pid)

    def cpu_seconds(self) -> float:
        """Return how long it has kept a core busy."""
        return cpu_seconds(self.pid)


@contextlib.contextmanager
def serving(
    database: str, folder: Path, *options: str, environment: Mapping[str, str] | None = None
) -> Iterator[ServerProcess]:
    """Run `ccbs-server serve` over a database, with more options if wanted; it ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "server_stub", "serve", "--database", database, "--port", str(port)]
    command += ["--snapshots", str(folder / "snapshots"), *options]
    variables = {**os.environ, **(environment or {})}
    with (
        (folder / "server.log").open("ab") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=variables) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_healthy(url, process)
            yield ServerProcess(url, process.pid)
        finally:
            process.terminate()
            process.wait(READY_SECONDS)


def _wait_until_healthy(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{url}/v1/health", timeout=5).is_success:
                return
        time.sleep(0.05)
    raise TimeoutError("the server did not answer in time; see server.log")


def tokens_of(url: str, desk: FieldDesk, login: str = demo.CLERK) -> str:
    """Sign a clerk in at a desk; return the access token."""
    with httpx.Client(base_url=url, timeout=LONGEST_ANSWER) as http:
        return _signed_in(http, desk, login)


def _signed_in(http: httpx.Client, desk: FieldDesk, login: str) -> str:
    nonce = msgspec.json.decode(http.post("/v1/session/challenge").content, type=Challenge).nonce
    asked = SignInRequest(
        login=login,
        password=demo.PASSWORD,
        device_id=desk.device_id,
        nonce=nonce,
        signature=base64.urlsafe_b64encode(desk.key.sign(signed_text(nonce, login))).rstrip(b"=").decode(),
    )
    answer = http.post("/v1/session", content=encode(asked)).raise_for_status()
    return msgspec.json.decode(answer.content, type=Tokens).access


class Counter:
    """A clerk signed in at a desk: one connection that pushes."""

    def __init__(self, server: ServerProcess, desk: FieldDesk, login: str = demo.CLERK) -> None:
        self._http = httpx.Client(base_url=server.url, timeout=LONGEST_ANSWER)
        self._http.headers["authorization"] = f"Bearer {_signed_in(self._http, desk, login)}"

    def push(self, body: bytes) -> tuple[Answer, ...]:
        """Send one batch; return the answers."""
        answer = self._http.post("/v1/commands", content=body).raise_for_status()
        return msgspec.json.decode(answer.content, type=PushAnswer).answers

    def close(self) -> None:
        """Hang up."""
        self._http.close()


def body_of(acts: Sequence[bytes]) -> bytes:
    """Return what a push of these acts sends."""
    return encode(PushRequest(commands=[msgspec.Raw(act) for act in acts]))
