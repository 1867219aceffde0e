"""A person's VNC viewer, as far as hands go: it joins a served screen and presses keys (RFC 6143)."""

import socket
import struct
from collections.abc import Sequence
from types import TracebackType
from typing import Self

CONTROL, ENTER, ESCAPE = 0xFFE3, 0xFF0D, 0xFF1B
_VERSION, _NO_SECURITY, _KEY_EVENT = b"RFB 003.008\n", b"\x01", 4


class Viewer:
    """One connection to a screen that is served on loopback. Raises OSError when nobody serves it."""

    def __init__(self, port: int) -> None:
        self._line = socket.create_connection(("127.0.0.1", port), timeout=30)

    def __enter__(self) -> Self:
        self._take(len(_VERSION))
        self._line.sendall(_VERSION)
        (kinds,) = self._take(1)
        assert _NO_SECURITY in self._take(kinds)
        self._line.sendall(_NO_SECURITY)
        assert self._take(4) == bytes(4)
        self._line.sendall(b"\x01")
        (name_length,) = struct.unpack(">20xI", self._take(24))
        self._take(name_length)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._line.close()

    def press(self, *symbols: int) -> None:
        """Press keys one upon the other, as in Ctrl+K, and let them go."""
        for symbol, down in [*((symbol, 1) for symbol in symbols), *((symbol, 0) for symbol in reversed(symbols))]:
            self._line.sendall(struct.pack(">BBxxI", _KEY_EVENT, down, symbol))

    def write(self, text: str) -> None:
        """Press the key of each letter."""
        for symbol in _symbols(text):
            self.press(symbol)

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            part = self._line.recv(count - len(taken))
            assert part, "the screen went away"
            taken += part
        return taken


def _symbols(text: str) -> Sequence[int]:
    return [code if (code := ord(letter)) < 0x100 else 0x1000000 + code for letter in text]
