"""A real Asterisk on loopback: written, started and ended by a test run, as an ordinary user.

Its ports are free ones, its secrets new at each start, its folder temporary. Everything is bound to 127.0.0.1; callers
come from 127.0.0.2. `docs/telephony.md` has the plan of numbers.
"""

import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypedDict

from tests.pbx.package import NoExchange

HERE = Path(__file__).resolve().parent
HOST = "127.0.0.1"
TRUNK = "127.0.0.2"
FIRST_AGENT = 1001
LONGEST_START = 60
LONGEST_END = 5
QUEUES = {"5100": "care", "5120": "faults", "5147": "directory"}
LOADERS = (
    "usr/lib64/ld-linux-*.so.*",
    "lib64/ld-linux-*.so.*",
    "usr/lib/ld-linux-*.so.*",
    "lib/ld-linux-*.so.*",
    "lib/*/ld-*.so",
    "usr/lib/*/ld-*.so*",
)
KEPT = "pbx.json"
EMPTY = ("acl", "ccss", "pjproject", "udptl", "websocket_client", "stasis")


class _Unprivileged(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A running Asterisk: where it is, and the secrets to get in."""

    root: Path
    folder: Path
    sip_port: int
    ami_port: int
    http_port: int
    trunk_port: int
    agents: int
    ring_seconds: int
    agent_secret: str
    cti_secret: str
    watch_secret: str
    ari_secret: str
    host: str = HOST
    trunk_ip: str = TRUNK
    cti_user: str = "ccbs-cti"
    watch_user: str = "ccbs-watch"
    ari_user: str = "ccbs-ari"

    def command(self, *arguments: str) -> list[str]:
        """Return Asterisk's command line; the program runs through the loader that its packages bring."""
        program = self.root / "usr" / "sbin" / "asterisk"
        return [*_loader(self.root), str(program), "-C", str(self.folder / "etc" / "asterisk.conf"), *arguments]

    def keep(self) -> Path:
        """Write down how to reach it, for its owner's eyes alone; return where."""
        kept = self.folder / KEPT
        kept.touch(mode=0o600)
        facts = {each.name: str(getattr(self, each.name)) for each in fields(self)}
        kept.write_text(json.dumps({**facts, "command": self.command()}, indent=1))
        return kept

    def console(self, command: str) -> str:
        """Give one command on the console; return what it prints."""
        done = subprocess.run(
            self.command("-rx", command), capture_output=True, text=True, timeout=20, check=False, **_unprivileged()
        )
        return done.stdout


def kept_in(folder: Path) -> Exchange:
    """Return the exchange that is up and was written down in its folder."""
    told = json.loads((folder / KEPT).read_text())
    kinds: dict[str, Callable[[str], Any]] = {each.name: _kind(each.type) for each in fields(Exchange)}
    return Exchange(**{name: kind(told[name]) for name, kind in kinds.items()})


def _kind(kind: Any) -> Callable[[str], Any]:
    made: Callable[[str], Any] = kind
    return made


@contextmanager
def running(root: Path, *, agents: int = 20, ring_seconds: int = 2) -> Iterator[Exchange]:
    """Run an exchange with so many telephones; in the queue `directory` they ring so long. Raises NoExchange."""
    identity = _unprivileged()
    folder = _make_folder(identity)
    sip, ami, http, trunk = free_ports(4)
    new = secrets.token_hex
    exchange = Exchange(
        root, folder, sip, ami, http, trunk, agents, ring_seconds, new(8), new(12), new(12), new(12)
    )  # fmt: skip
    try:
        write(exchange)
        _give(folder, identity)
        with _serving(exchange, identity):
            yield exchange
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(exchange: Exchange) -> None:
    """Write the exchange's configuration."""
    etc, modules = exchange.folder / "etc", _modules(exchange.root)
    etc.mkdir()
    values = {name.upper(): str(getattr(exchange, name)) for name in exchange.__slots__}
    values |= {"BASE": str(exchange.folder), "MODDIR": str(modules), "DATADIR": f"{exchange.root}/usr/share/asterisk"}
    values |= {"WRAPUP": "0", "RTP_FIRST": "30000", "RTP_LAST": "32000"}
    for template in sorted((HERE / "etc").glob("*.conf.in")):
        text = _once_for_each_agent(template.read_text(), exchange.agents)
        text = re.sub(r"@([A-Z_]+)@", lambda name: values[name[1]], text)
        if template.name == "modules.conf.in":
            text = _only_present(text, modules)
        (etc / template.name.removesuffix(".in")).write_text(text)
    for name in EMPTY:
        (etc / f"{name}.conf").touch()
    for name in ("var/lib/keys", "var/spool", "var/log/cdr-custom", "var/log/cel-custom", "run", "moh"):
        (exchange.folder / name).mkdir(parents=True)
    _write_tone(exchange.folder / "moh" / "tone.wav")


def _once_for_each_agent(text: str, agents: int) -> str:
    def repeat(block: re.Match[str]) -> str:
        return "".join(block[1].replace("@AGENT@", str(FIRST_AGENT + n)) for n in range(agents))

    return re.sub(r"^;;each agent\n(.*?)^;;end\n", repeat, text, flags=re.M | re.S)


def _only_present(text: str, modules: Path) -> str:
    """Leave out modules that this version does not have."""
    lines = text.splitlines(keepends=True)
    present = (line for line in lines if not line.startswith("load") or _module(line, modules).exists())
    return "".join(present)


def _module(line: str, modules: Path) -> Path:
    return modules / line.partition("=")[2].strip()


def _modules(root: Path) -> Path:
    for folder in (*root.glob("usr/lib/*/asterisk/modules"), *root.glob("usr/lib/asterisk/modules")):
        return folder
    raise NoExchange(f"{root} holds no modules of Asterisk")


def _loader(root: Path) -> list[str]:
    libraries = [*root.glob("usr/lib/*-linux-gnu*"), *root.glob("lib/*-linux-gnu*"), root / "usr" / "lib"]
    for pattern in LOADERS:
        for loader in root.glob(pattern):
            # An absolute link would point out of the folder.
            if loader.exists():
                return [str(loader), "--library-path", ":".join(str(path) for path in libraries if path.is_dir())]
    raise NoExchange(f"{root} holds no loader of programs")


def free_ports(count: int, ip: str = HOST) -> list[int]:
    """Return free ports, for TCP and UDP alike, below the range that the kernel hands out by itself."""
    found: list[int] = []
    while len(found) < count:
        port = 12000 + secrets.randbelow(16000)
        if port not in found and all(_is_free(kind, ip, port) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)):
            found.append(port)
    return found


def _is_free(kind: socket.SocketKind, ip: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((ip, port))
        except OSError:
            return False
    return True


def _write_tone(path: Path) -> None:
    """Write two seconds of a quiet tone: music on hold that nobody has to download."""
    samples = (1200 if (n // 10) % 2 else -1200 for n in range(16000))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))


def _unprivileged() -> _Unprivileged:
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _make_folder(identity: _Unprivileged) -> Path:
    """Make a folder whose path is short: that of a control socket has to fit 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="ccbs-pbx-", dir="/tmp"))
    _give(folder, identity)
    return folder


def _give(folder: Path, identity: _Unprivileged) -> None:
    for path in (folder, *folder.rglob("*")) if identity else ():
        os.chown(path, identity["user"], identity["group"])


@contextmanager
def _serving(exchange: Exchange, identity: _Unprivileged) -> Iterator[None]:
    log_path = exchange.folder / "var" / "log" / "console"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(exchange.folder), "LANG": "C.UTF-8", "TERM": "dumb"}
    setpriv = shutil.which("setpriv")
    with log_path.open("ab") as log:
        process = subprocess.Popen(
            [*([setpriv, "--pdeathsig", "KILL"] if setpriv else []), *exchange.command("-f", "-n")],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=exchange.folder, env=environment, **identity,
        )  # fmt: skip
    try:
        wait_until(lambda: _is_up(exchange, process), "Asterisk is not up", lambda: _tail(log_path))
        yield
    finally:
        _end(exchange, process)


def _tail(path: Path) -> str:
    return path.read_text(errors="replace")[-3000:]


def _is_up(exchange: Exchange, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise NoExchange(f"Asterisk ended with {process.returncode}:\n{_tail(exchange.folder / 'var/log/console')}")
    if "fully booted" not in exchange.console("core waitfullybooted"):
        return False
    with socket.create_connection((HOST, exchange.ami_port), 2) as probe:
        return probe.recv(100).startswith(b"Asterisk Call Manager")


def wait_until(
    condition: Callable[[], bool], complaint: str, more: Callable[[], str], seconds: float = LONGEST_START
) -> None:
    """Wait for a condition. Raises NoExchange with a complaint after too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise NoExchange(f"{complaint} after {seconds:.0f} s:\n{more()}")
        time.sleep(0.05)


def _end(exchange: Exchange, process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        exchange.console("core stop now")
    for kill in (signal.SIGTERM, signal.SIGKILL):
        try:
            process.wait(LONGEST_END)
            return
        except subprocess.TimeoutExpired:
            process.send_signal(kill)
    process.wait(LONGEST_END)
