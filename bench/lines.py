"""Lines of many counters to one server, as cheap as they can be: the server is what is measured, not its clients."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from bench.serving import body_of, tokens_of
from ccbs_desk.wire.messages import PushAnswer
from tests.factories.field_desk import FieldDesk


class _Named(msgspec.Struct):
    id: UUID


def act_id(act: bytes) -> UUID:
    """Return the id of an act's bytes."""
    return msgspec.json.decode(act, type=_Named).id


@dataclass(frozen=True, slots=True)
class Line:
    """One connection, kept open, and who is signed in over it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    access: str

    async def push(self, act: bytes) -> None:
        """Send one act and wait until it is durable. Raises RuntimeError when it was not applied."""
        body = body_of([act])
        head = (
            f"POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.access}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answered = await self.reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in answered.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        answer = await self.reader.readexactly(length)
        if b" 200 " not in answered.partition(b"\r\n")[0]:
            raise RuntimeError(f"the server said {answered[:40]!r} {answer[:200]!r}")
        outcome = msgspec.json.decode(answer, type=PushAnswer).answers[0].outcome
        if outcome != "applied":
            raise RuntimeError(f"an act was {outcome}: {answer[:300]!r}")

    def close(self) -> None:
        """Hang up."""
        self.writer.close()


async def lines_to(url: str, desks: Sequence[FieldDesk]) -> list[Line]:
    """Sign a clerk in at every desk."""
    host, port = url.removeprefix("http://").split(":")
    lines = []
    for desk in desks:
        access = await asyncio.to_thread(tokens_of, url, desk)
        reader, writer = await asyncio.open_connection(host, int(port))
        lines.append(Line(reader, writer, access))
    return lines
