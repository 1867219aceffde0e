"""A telephone in the hand: it rings until it is told to answer, and knows by its own clock when it was rung."""

import asyncio
import re
import time
from typing import Self

from tests.pbx.exchange import HOST

LINE = "\r\n"
ALLOW = "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY"
ECHOED = ("via", "from", "to", "call-id", "cseq")
SPEECH = ("v=0", "o=hand 1 1 IN IP4 {host}", "s=-", "c=IN IP4 {host}", "t=0 0", "m=audio {port} RTP/AVP 8 0", "")
CALLER = re.compile(r"sips?:([^@;>]*)@")


class Telephone(asyncio.DatagramProtocol):
    """One telephone on loopback, for one call at a time. What it is asked in a call it just agrees to."""

    def __init__(self) -> None:
        self.port = 0
        self._transport: asyncio.DatagramTransport
        self.rang_at = 0.0
        self.caller = ""
        self.talks = False
        self._invite = ""
        self._from: tuple[str, int] = ("", 0)
        self._changed = asyncio.Event()

    @classmethod
    async def on_its_place(cls) -> Self:
        """Return a telephone with a port of its own, in the running loop."""
        transport, telephone = await asyncio.get_running_loop().create_datagram_endpoint(cls, (HOST, 0))
        telephone._transport = transport
        telephone.port = transport.get_extra_info("sockname")[1]
        return telephone

    @property
    def busy(self) -> bool:
        """Whether it rings or is off the hook."""
        return bool(self._invite)

    async def rung(self) -> float:
        """Wait until it rings; return since when, by the clock of the whole machine."""
        while not self.busy:
            self._changed.clear()
            await self._changed.wait()
        return self.rang_at

    async def left(self) -> None:
        """Wait until the other party has gone from the call that is on it."""
        call = self._invite
        while call and self._invite == call:
            self._changed.clear()
            await self._changed.wait()

    def answer(self) -> None:
        """Take it off the hook. Raises LookupError when it does not ring."""
        if not self.busy or self.talks:
            raise LookupError("the telephone does not ring")
        self.talks = True
        self._reply(self._invite, "200 OK", self._from, speech=True)

    def close(self) -> None:
        """Take the telephone away."""
        self._transport.close()

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        """Do what the exchange asks."""
        at, request = time.monotonic(), data.decode(errors="replace")
        method = request.partition(" ")[0]
        own = bool(self._invite) and header(request, "call-id") == header(self._invite, "call-id")
        match method:
            case "INVITE" if not self.busy:
                self._rings(request, address, at)
            case "INVITE" if not own:
                self._reply(request, "486 Busy Here", address)
            case "INVITE":
                self._reply(request, "200 OK" if self.talks else "180 Ringing", address, speech=self.talks)
            case "CANCEL" if own and not self.talks:
                self._reply(request, "200 OK", address)
                self._reply(self._invite, "487 Request Terminated", address)
                self._is_free()
            case "BYE":
                self._reply(request, "200 OK", address)
                if own:
                    self._is_free()
            case "ACK":
                pass
            case _ if not method.startswith("SIP/"):
                self._reply(request, "200 OK", address)

    def _rings(self, request: str, address: tuple[str, int], at: float) -> None:
        self._invite, self._from, self.rang_at = request, address, at
        found = CALLER.search(header(request, "from"))
        self.caller = found[1] if found else ""
        self._reply(request, "180 Ringing", address)
        self._changed.set()

    def _is_free(self) -> None:
        self._invite, self.caller, self.talks = "", "", False
        self._changed.set()

    def _reply(self, request: str, status: str, address: tuple[str, int], *, speech: bool = False) -> None:
        echoed = [line for line in request.split(LINE) if line.partition(":")[0].strip().lower() in ECHOED]
        lines = [line if ";tag=" in line or not _is_to(line) else f"{line};tag=hand{self.port}" for line in echoed]
        body = LINE.join(SPEECH).format(host=HOST, port=self.port // 2 * 2) if speech else ""
        kind = ["Content-Type: application/sdp"] if speech else []
        contact = f"Contact: <sip:hand@{HOST}:{self.port}>"
        head = [f"SIP/2.0 {status}", *lines, contact, ALLOW, *kind, f"Content-Length: {len(body)}", "", body]
        self._transport.sendto(LINE.join(head).encode(), address)


def _is_to(line: str) -> bool:
    return line.partition(":")[0].strip().lower() == "to"


def header(message: str, name: str) -> str:
    """Return the first header of a SIP message with this name; empty when there is none."""
    for line in message.split(LINE):
        key, _, value = line.partition(":")
        if key.strip().lower() == name:
            return value.strip()
        if not line:
            break
    return ""
