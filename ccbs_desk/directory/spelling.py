"""Keys under which a misspelt word still meets its term: the word itself and each spelling with one letter less.

Two words that differ by one letter, or by two that changed places, share such a key. Keys are hashed into buckets;
an entry of a bucket is the rest of the hash and a term. A wrong match by hash does no harm: costs judge the words.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final
from zlib import crc32

from ccbs_desk.directory.sounds import skeletons
from ccbs_desk.directory.words import core_of

BUCKETS: Final = 1 << 16
_ENTRY: Final = 5
_SHORTEST_CUT: Final = 3
_SHORTEST_SKELETON_CUT: Final = 4
_LONGEST: Final = 24


def cuts(word: str) -> set[str]:
    """Return the word's spellings with one letter less."""
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def letter_keys(core: str) -> set[str]:
    """Return the keys of a word's letters."""
    return {core, *cuts(core)} if _SHORTEST_CUT <= len(core) <= _LONGEST else {core}


def sound_keys(skeleton: str) -> set[str]:
    """Return the keys of a skeleton, one consonant less among them."""
    keys = {skeleton, *cuts(skeleton)} if _SHORTEST_SKELETON_CUT <= len(skeleton) <= _LONGEST else {skeleton}
    return {sound_key(key) for key in keys if key}


def sound_key(skeleton: str) -> str:
    """Return the key of a skeleton itself."""
    return f"~{skeleton}"


def keys_of(term: str) -> set[str]:
    """Return all keys under which a term stands."""
    core = core_of(term)
    return letter_keys(core).union(*(sound_keys(one) for one in skeletons(core)))


def bucket_of(key: str) -> tuple[int, bytes]:
    """Return a key's bucket and the rest of its hash."""
    value = crc32(key.encode())
    return value & 0xFFFF, (value >> 16).to_bytes(2, "little")


def entries(blob: bytes, rest: bytes) -> Iterator[int]:
    """Return the terms that a bucket holds under the rest of a hash."""
    at = blob.find(rest)
    while at >= 0:
        if at % _ENTRY == 0:
            yield int.from_bytes(blob[at + 2 : at + _ENTRY], "little")
            at += _ENTRY
        else:
            at += 1
        at = blob.find(rest, at)


def buckets_of(terms: Iterable[tuple[int, str]]) -> dict[int, bytearray]:
    """Return the buckets of these terms."""
    found: defaultdict[int, bytearray] = defaultdict(bytearray)
    for number, term in terms:
        tail = number.to_bytes(3, "little")
        for key in keys_of(term):
            bucket, rest = bucket_of(key)
            found[bucket] += rest + tail
    return found
