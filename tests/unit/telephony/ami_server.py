"""A manager interface made of answers: it greets, checks the secret, answers as told, and says what it is given."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from ccbs_desk.telephony.ami.client import Address
from ccbs_desk.telephony.ami.frames import Frame

HOST = "127.0.0.1"
BANNER = b"Asterisk Call Manager/11.0.0\r\n"
CHALLENGE = "12345"
SECRET = "s3cret"
Answer = Callable[[Frame], bytes | None]
"""What is said to an action; None says nothing at all."""


def frame(*pairs: tuple[str, str]) -> bytes:
    """Return a frame as bytes."""
    return "".join(f"{key}: {value}\r\n" for key, value in pairs).encode() + b"\r\n"


def event(name: str, **fields: str) -> bytes:
    """Return an event as bytes."""
    return frame(("Event", name), *((key.replace("_", "-"), value) for key, value in fields.items()))


def success(asked: Frame, *pairs: tuple[str, str]) -> bytes:
    """Return a plain answer."""
    return frame(("Response", "Success"), ("ActionID", asked.get("ActionID")), *pairs)


def error(asked: Frame, message: str) -> bytes:
    """Return a refusal."""
    return frame(("Response", "Error"), ("ActionID", asked.get("ActionID")), ("Message", message))


def listing(asked: Frame, complete: str, *rows: tuple[tuple[str, str], ...]) -> bytes:
    """Return a list as answer."""
    action_id = ("ActionID", asked.get("ActionID"))
    start = frame(("Response", "Success"), action_id, ("EventList", "start"))
    shown = b"".join(frame(*row, action_id) for row in rows)
    return start + shown + frame(("Event", complete), action_id, ("EventList", "Complete"))


def _log_in(asked: Frame) -> bytes:
    proof = hashlib.md5((CHALLENGE + SECRET).encode(), usedforsecurity=False).hexdigest()
    return success(asked) if asked.get("Key") == proof else error(asked, "Authentication failed")


def _unknown(asked: Frame) -> bytes:
    return error(asked, "Invalid/unknown command")


USUAL: Mapping[str, Answer] = {
    "Challenge": lambda asked: success(asked, ("Challenge", CHALLENGE)),
    "Login": _log_in,
    "Ping": success,
    "QueueStatus": lambda asked: listing(asked, "QueueStatusComplete", (("Event", "QueueParams"), ("Queue", "care"))),
    "CoreShowChannels": lambda asked: listing(asked, "CoreShowChannelsComplete"),
}


class AmiServer:
    """One such interface. `piece` is how many bytes go into one segment, 0 for all at once."""

    def __init__(self, answers: Mapping[str, Answer] | None = None, *, banner: bytes = BANNER, piece: int = 0) -> None:
        self.asked: list[Frame] = []
        self._banner, self._piece = banner, piece
        self._answers = {**USUAL, **(answers or {})}
        self._writers: list[asyncio.StreamWriter] = []
        self.port = 0

    @property
    def address(self) -> Address:
        """How to get in."""
        return Address(HOST, self.port, "ccbs", SECRET)

    @property
    def links(self) -> int:
        """How many links are open."""
        return len(self._writers)

    def names(self) -> list[str]:
        """Return the actions that were asked, in order."""
        return [asked.get("Action") for asked in self.asked]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["AmiServer"]:
        """Take links."""
        server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.drop()
            server.close()

    async def say(self, data: bytes) -> None:
        """Say something to everybody."""
        for writer in self._writers:
            with suppress(OSError):
                await self._write(writer, data)

    def drop(self) -> None:
        """Break every link."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        size = self._piece or len(data) or 1
        for start in range(0, len(data), size):
            writer.write(data[start : start + size])
            await writer.drain()
            if self._piece:
                # Let the piece go out as a segment of its own.
                await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._write(writer, self._banner)
            while True:
                asked = Frame((await reader.readuntil(b"\r\n\r\n"))[:-4])
                self.asked.append(asked)
                data = self._answers.get(asked.get("Action"), _unknown)(asked)
                if data is not None:
                    await self._write(writer, data)
        if writer in self._writers:
            self._writers.remove(writer)
        writer.close()
