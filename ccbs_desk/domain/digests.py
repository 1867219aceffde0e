"""Digests: how many rows there are and the sum of their hashes, so that two stores are compared without their rows.

A row's hash is taken over its bytes on the wire. Sums are kept modulo 2^64, so that a row is added or taken away
without a look at the others, in any order, and both sides come to the same.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

MODULUS = 1 << 64
BUCKETS = 4_096
"""Parts into which a table is cut where it differs. A part of the largest area's largest table is some hundred rows."""


@dataclass(frozen=True, slots=True)
class Digest:
    """How many rows, and the sum of their hashes."""

    rows: int = 0
    sum: int = 0

    def __add__(self, other: "Digest") -> "Digest":
        """Return both together."""
        return Digest(self.rows + other.rows, (self.sum + other.sum) % MODULUS)

    def __sub__(self, other: "Digest") -> "Digest":
        """Return this one without the other."""
        return Digest(self.rows - other.rows, (self.sum - other.sum) % MODULUS)


def row_hash(wire: bytes) -> int:
    """Return the hash of a row given by its bytes on the wire."""
    return int.from_bytes(hashlib.blake2b(wire, digest_size=8).digest(), "big")


def of_row(wire: bytes) -> Digest:
    """Return the digest of one row."""
    return Digest(1, row_hash(wire))


def bucket_of(row_id: UUID) -> int:
    """Return the part of its table that a row belongs to: by the end of its id, which is random in every kind of id."""
    return row_id.int % BUCKETS


def in_buckets(hashes: Iterable[tuple[UUID, int]]) -> dict[int, Digest]:
    """Return the digest of each part that has rows."""
    found: dict[int, Digest] = {}
    for row_id, hashed in hashes:
        bucket = bucket_of(row_id)
        found[bucket] = found.get(bucket, Digest()) + Digest(1, hashed)
    return found


def form_of(columns: Iterable[str]) -> str:
    """Return a mark of a table's columns: rows of two releases are compared only where it is the same."""
    return hashlib.blake2b("\n".join(sorted(columns)).encode(), digest_size=8).hexdigest()
