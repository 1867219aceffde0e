"""Callers and telephones around a running exchange: each is a process of sipp, with a scenario of its own."""

import asyncio
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from tests.pbx.exchange import HOST, TRUNK, Exchange, free_ports
from tests.pbx.package import NoExchange

SCENARIOS = Path(__file__).resolve().parent / "sipp"
INSTALL = "sudo apt-get install --no-install-recommends sip-tester"
LONGEST_REGISTRATION = 20


class Manner(StrEnum):
    """What a telephone does when it is rung."""

    ANSWERS = "agent-answer"
    HANGS_UP = "agent-hangup"
    HOLDS = "agent-hold"
    NEVER = "agent-noanswer"
    BUSY = "agent-busy"
    REFERS = "agent-refer"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody outside who is in a call, and where he hears what he is told."""

    number: str
    call_id: str
    address: tuple[str, int]

    def hang_up(self) -> None:
        """Tell him to hang up."""
        told = f"INFO sip:caller SIP/2.0\r\nVia: SIP/2.0/UDP {HOST}\r\nFrom: <sip:hand@{HOST}>;tag=hand\r\n"
        told += f"To: <sip:caller@{HOST}>\r\nCall-ID: {self.call_id}\r\nCSeq: 1 INFO\r\nContent-Length: 0\r\n\r\n"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
            mouth.sendto(told.encode(), self.address)


class Phones:
    """Callers and telephones of one test; all of them end with it."""

    def __init__(self, exchange: Exchange) -> None:
        if shutil.which("sipp") is None:
            raise NoExchange(f"sipp is missing; this installs it: {INSTALL}")
        self.exchange = exchange
        self._folder = Path(tempfile.mkdtemp(prefix="ccbs-sipp-"))
        self._running: list[asyncio.subprocess.Process] = []

    async def agent(
        self,
        *extensions: str,
        manner: Manner = Manner.ANSWERS,
        ring_ms: int = 200,
        keys: Mapping[str, str] = MappingProxyType({}),
    ) -> int:
        """Put telephones there that all do the same; return the port that they share. `keys` fill in the scenario."""
        port = free_ports(1)[0]
        filled = (part for name, value in keys.items() for part in ("-key", name, value))
        await self._start(manner, "-d", str(ring_ms), *filled, ip=HOST, port=port)
        await self.register(dict.fromkeys(extensions, port))
        return port

    async def register(self, ports: Mapping[str, int], *, seconds: int = 3600) -> None:
        """Register telephones at the exchange, or with 0 seconds take them away."""
        secret = self.exchange.agent_secret
        rows = [
            f"{name};[authentication username={name} password={secret}];{at};{seconds}" for name, at in ports.items()
        ]
        extra = ("-inf", self._file(rows), "-m", str(len(rows)), "-r", "50", "-timeout", str(LONGEST_REGISTRATION))
        process = await self._start("agent-register", *extra, ip=HOST)
        if await asyncio.wait_for(process.wait(), LONGEST_REGISTRATION + 10) != 0:
            raise NoExchange(f"a telephone could not be registered:\n{self.complaints()}")

    async def caller(self, number: str, dialled: str, *, name: str = "", stays_ms: int | None = None) -> None:
        """Let somebody call from outside; he stays so long, or until the other side hangs up."""
        await self.callers([(number, name)], dialled, stays_ms=stays_ms)

    async def callers(
        self, people: Sequence[tuple[str, str]], dialled: str, *, stays_ms: int | None = None, per_second: float = 10
    ) -> None:
        """Let several call one after the other."""
        users = [(f"{number}@" if number else "", name) for number, name in people]
        rows = [f'{user};"{name}" ' if name else f"{user};" for user, name in users]
        stays = ("-d", str(stays_ms)) if stays_ms is not None else ()
        await self._start(
            "caller-waits" if stays_ms is None else "caller",
            *("-s", dialled, "-m", str(len(rows)), "-r", str(per_second), "-inf", self._file(rows), "-timeout", "300"),
            *stays,
            ip=self.exchange.trunk_ip,
        )

    async def told_caller(self, number: str, dialled: str, *, name: str = "") -> Caller:
        """Let somebody call who hangs up when he is told to."""
        caller = Caller(number, f"told-{secrets.token_hex(8)}", (self.exchange.trunk_ip, free_ports(1, TRUNK)[0]))
        row = f'{number}@;"{name}" ' if name else f"{number}@;"
        await self._start(
            "caller-told",
            *("-s", dialled, "-m", "1", "-inf", self._file([row]), "-cid_str", caller.call_id),
            ip=caller.address[0],
            port=caller.address[1],
        )
        return caller

    async def far_end(self, manner: Manner = Manner.HANGS_UP, *, ring_ms: int = 200) -> None:
        """Put somebody outside there who answers calls that agents place."""
        await self._start(manner, "-d", str(ring_ms), ip=self.exchange.trunk_ip, port=self.exchange.trunk_port)

    async def _start(self, scenario: str, *arguments: str, ip: str, port: int = 0) -> asyncio.subprocess.Process:
        port = port or free_ports(1, ip)[0]
        media = 34000 + 2 * secrets.randbelow(10_000)
        complaints = self._folder / f"{scenario}-{port}.err"
        process = await asyncio.create_subprocess_exec(
            *("sipp", f"{self.exchange.host}:{self.exchange.sip_port}", "-sf", str(SCENARIOS / f"{scenario}.xml")),
            *("-i", ip, "-p", str(port), "-mp", str(media), "-nostdin", "-aa", "-nd"),
            *("-trace_err", "-error_file", str(complaints), *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=self._folder,
            env={**os.environ, "TERM": "dumb"},
        )
        self._running.append(process)
        return process

    def _file(self, rows: Sequence[str]) -> str:
        handle, path = tempfile.mkstemp(".csv", dir=self._folder)
        os.close(handle)
        Path(path).write_text("SEQUENTIAL\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return path

    def complaints(self) -> str:
        """Return what sipp found wrong."""
        files = sorted(self._folder.glob("*.err"))
        return "\n".join(f"{file.name}: {file.read_text(errors='replace')[:1500]}" for file in files)

    async def stop(self) -> None:
        """End everybody."""
        for process in self._running:
            with suppress(ProcessLookupError):
                process.kill()
        for process in self._running:
            await process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
