"""A file that grows at its end and means nothing to whoever has not its key.

AES-256 in counter mode: byte n of the file depends on the key and on n alone, so that a download goes on where it was
cut. Who changes a byte unseen is found by the hash of the whole that the server has named; that is no work of this.
"""

import io
import os
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_BYTES = 32
_BLOCK = 16
_READ = 1 << 16


def new_key() -> bytes:
    """Return a key. It must never serve for another file: two files under one key show what differs in them."""
    return os.urandom(KEY_BYTES)


class Seal:
    """Seals and opens bytes by their place in the file; with a counter both are the same."""

    def __init__(self, key: bytes, place: int) -> None:
        blocks, inside = divmod(place, _BLOCK)
        cipher = Cipher(algorithms.AES256(key), modes.CTR(blocks.to_bytes(_BLOCK, "big")))
        self._stream = cipher.encryptor()
        self._stream.update(bytes(inside))

    def __call__(self, data: bytes) -> bytes:
        """Return the next bytes, sealed or opened."""
        return self._stream.update(data)


class SealedReader(io.RawIOBase):
    """Reads a sealed file from its beginning, as the bytes that were sealed."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file, self._seal = file, Seal(key, 0)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill a buffer; return how many bytes came, 0 at the end."""
        data = self._seal(self._file.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file with itself."""
        self._file.close()
        super().close()


def open_sealed(path: Path, key: bytes) -> io.BufferedReader:
    """Open a sealed file for reading. Raises OSError."""
    return io.BufferedReader(SealedReader(path.open("rb"), key), _READ)
