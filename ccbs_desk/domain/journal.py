"""A till's journal: each row carries the hash of the row before it (domain.md, Tills).

A changed row breaks the chain; a missing one leaves a hole in the numbering. The two are told apart, because a hole may
still arrive (a parked command holds back nothing but itself), while a broken row never mends. A journal belongs to one
series of the till (see `till`) and begins anew with each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

HASH_BYTES = 32
GENESIS = bytes(HASH_BYTES)
"""What stands in for the row before the first one."""
_TAG = b"ccbs.journal.1"


class BadEntry(ValueError):
    """Material that can't be hashed. Codes: `journal.bad_hash`, `journal.bad_seq`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a till's journal as it was recorded: its number from 1, the row before's hash, and its own."""

    till_id: UUID
    seq: int
    command_id: UUID
    body_hash: bytes
    prev: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Hole:
    """Missing numbers, `first` to `last`, both included."""

    first: int
    last: int


def entry_hash(prev: bytes, till_id: UUID, seq: int, command_id: UUID, body_hash: bytes) -> bytes:
    """Return the hash of a journal row, 32 bytes.

    SHA-256 over a tag, `prev` (32 bytes), the till's id (16), the number (8, big-endian), the command's id (16) and the
    SHA-256 of its body (32): all of fixed width, so that no two rows share an encoding.
    """
    if len(prev) != HASH_BYTES or len(body_hash) != HASH_BYTES:
        raise BadEntry("journal.bad_hash")
    if not 1 <= seq < 1 << 63:
        raise BadEntry("journal.bad_seq")
    return sha256(_TAG + prev + till_id.bytes + seq.to_bytes(8, "big") + command_id.bytes + body_hash).digest()


def append(till_id: UUID, last: Entry | None, command_id: UUID, body_hash: bytes) -> Entry:
    """Return the row that follows `last` (None: the first row) for a command."""
    seq, prev = (last.seq + 1, last.hash) if last else (1, GENESIS)
    return Entry(till_id, seq, command_id, body_hash, prev, entry_hash(prev, till_id, seq, command_id, body_hash))


def verify(chain: Iterable[Entry]) -> int | None:
    """Return the number of the first broken row of one till's series, or None. The order of `chain` does not matter.

    A row is broken when its own hash is wrong, when it is not chained to the row before it, when its number was used
    before, or when it is another till's. After a hole only the row's own hash can be checked: see `holes`.
    """
    before: Entry | None = None
    for entry in sorted(chain, key=lambda entry: entry.seq):
        if not _sound(entry) or not _follows(entry, before):
            return entry.seq
        before = entry
    return None


def _sound(entry: Entry) -> bool:
    """Tell whether a row's hash is the one that its contents give."""
    try:
        return entry.hash == entry_hash(entry.prev, entry.till_id, entry.seq, entry.command_id, entry.body_hash)
    except BadEntry:
        return False


def _follows(entry: Entry, before: Entry | None) -> bool:
    """Tell whether a row may stand after `before`, the nearest row below it that is there."""
    if before is None:
        return entry.seq > 1 or entry.prev == GENESIS
    if entry.till_id != before.till_id or entry.seq == before.seq:
        return False
    return entry.seq > before.seq + 1 or entry.prev == before.hash


def holes(seqs: Iterable[int], last: int | None = None) -> tuple[Hole, ...]:
    """Return the numbers missing from 1 on, up to the highest there is, or up to `last` where that is known.

    A till's close names its last number: the close is confirmed only when no hole is left.
    """
    found = []
    expected = 1
    for seq in sorted(set(seqs)):
        if seq > expected:
            found.append(Hole(expected, seq - 1))
        expected = seq + 1
    if last is not None and last >= expected:
        found.append(Hole(expected, last))
    return tuple(found)
