"""Frames of the manager interface: bytes in, frames out, and actions as bytes.

A frame is lines of `Key: value`, ended by an empty line. Keys repeat (one `ChanVariable` for each variable), values may
hold any text, and a segment of TCP may end anywhere, in the middle of a letter too: so bytes are kept until a frame is
whole, and only then are they text. Nothing with a line break is ever sent: a name typed by hand could otherwise add a
header, and with it an act, of its own.
"""

import re
from collections.abc import Iterable

MAX_FRAME = 256 * 1024
MAX_BANNER = 200
_END = b"\r\n\r\n"
_LINE = b"\r\n"
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class Garbage(Exception):
    """What comes in is no manager interface: no end of a line or a frame for too long."""


class Frame:
    """One frame: its keys and values in the order in which they came."""

    __slots__ = ("_first", "pairs")

    def __init__(self, raw: bytes) -> None:
        pairs = []
        # Not every network sends UTF-8; a letter that can't be read must not cost the call.
        for line in raw.decode("utf-8", "replace").split("\r\n"):
            key, colon, value = line.partition(":")
            if colon:
                pairs.append((key, value.removeprefix(" ")))
        self.pairs = tuple(pairs)
        # The first of a repeated key counts, so that nothing further down replaces it.
        self._first = dict(reversed(pairs))

    def __repr__(self) -> str:
        return f"Frame({self.pairs!r})"

    def get(self, key: str) -> str:
        """Return the value of a key, its first one, or nothing."""
        return self._first.get(key, "")

    def all(self, key: str) -> list[str]:
        """Return every value of a key."""
        return [value for name, value in self.pairs if name == key]

    @property
    def event(self) -> str:
        """The name of the event; an answer has none. `OriginateResponse` is an event with a `Response`."""
        return self.get("Event")


class Splitter:
    """Cuts a stream of bytes into its banner and its frames."""

    def __init__(self) -> None:
        self.banner: str | None = None
        self._rest = bytearray()
        self._searched = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes; return the frames that are whole now. Raises Garbage."""
        self._rest += data
        if self.banner is None and not self._cut_banner():
            return []
        frames = []
        # An end may lie across two segments: look again at the last three bytes.
        while (end := self._rest.find(_END, max(self._searched - len(_END) + 1, 0))) >= 0:
            self._too_long(end)
            frames.append(Frame(bytes(self._rest[:end])))
            del self._rest[: end + len(_END)]
            self._searched = 0
        self._searched = len(self._rest)
        self._too_long(self._searched)
        return frames

    def _too_long(self, length: int) -> None:
        if length > MAX_FRAME:
            raise Garbage("a frame has no end")

    def _cut_banner(self) -> bool:
        end = self._rest.find(_LINE)
        if (len(self._rest) if end < 0 else end) > MAX_BANNER:
            raise Garbage("no banner")
        if end < 0:
            return False
        self.banner = self._rest[:end].decode("utf-8", "replace")
        del self._rest[: end + len(_LINE)]
        return True


def action(name: str, action_id: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """Return an action as bytes. Raises ValueError for a line break or another control character anywhere."""
    lines = [("Action", name), ("ActionID", action_id), *fields]
    for key, value in lines:
        if _UNSENDABLE.search(key) or ":" in key or _UNSENDABLE.search(value):
            raise ValueError(f"not to be sent in {key!r}")
    return "".join(f"{key}: {value}\r\n" for key, value in lines).encode() + _LINE


def sendable(text: str, longest: int) -> str:
    """Return what a person typed as one line of at most so many bytes: breaks and controls become spaces.

    The exchange keeps names and reasons in so many bytes and would cut through a letter.
    """
    line = " ".join(_UNSENDABLE.sub(" ", text).split()).encode("utf-8", "ignore")
    return line[:longest].decode("utf-8", "ignore").rstrip()
