"""Server-sent events out of a stream of bytes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

LONGEST_EVENT = 1_048_576


class StreamGarbage(Exception):
    """What comes is no stream of events: it goes on and on without the end of one."""


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event: its data and, where it has one, its number."""

    data: bytes
    id: str | None


async def events(chunks: AsyncIterator[bytes]) -> AsyncIterator[StreamEvent]:
    """Give the events of a stream, cut anywhere into chunks. Raises StreamGarbage when one has no end."""
    rest = b""
    async for chunk in chunks:
        rest = (rest + chunk).replace(b"\r\n", b"\n")
        *whole, rest = rest.split(b"\n\n")
        for text in whole:
            event = _event(text)
            if event is not None:
                yield event
        if len(rest) > LONGEST_EVENT:
            raise StreamGarbage


def _event(text: bytes) -> StreamEvent | None:
    """Return the event of these lines; comments, names and fields of no use here are passed over."""
    data: list[bytes] = []
    number: str | None = None
    for line in text.split(b"\n"):
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            data.append(value)
        elif name == b"id":
            number = value.decode(errors="replace")
    return StreamEvent(b"\n".join(data), number) if data else None
