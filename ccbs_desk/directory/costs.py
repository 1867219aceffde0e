"""What it costs to take one word for another: 0 for the same, about 1 for one wrong letter.

Slips of the ear (another letter of one sound, a vowel) and of the finger (letters that changed places, a doubled
letter, a neighbouring key) are cheaper than others; in short words each costs more, since much else is one letter away.
"""

from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA, Levenshtein

from ccbs_desk.directory.sounds import coarse_trace, trace
from ccbs_desk.directory.words import core_of

SAME_CORE: Final = 0.05
ARTICLE_ADDED: Final = 0.1
"""The same core, but an article was typed that is not there."""
SYNONYM: Final = 0.15
TOO_MUCH: Final = 1.7
_SOUND: Final = 0.38
_SWAP: Final = 0.55
_DOUBLED: Final = 0.4
_KEY: Final = 0.6
_LETTER: Final = 0.75
_SECOND: Final = 1.5
_MOST_TRACE: Final = 5
_LATIN: Final = 0.14
_LATIN_BASE: Final = 0.1
_LATIN_LENGTH: Final = 8
_SCALE: Final = {0: 2.0, 1: 2.0, 2: 1.8, 3: 1.25, 4: 1.1}
_LAM: Final = "ل"
_RAREST: Final = 20
_RARITY: Final = 0.012

_ROWS: Final = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرىةوزظ")


def _neighbours() -> frozenset[tuple[str, str]]:
    found = set()
    for y, row in enumerate(_ROWS):
        for x, letter in enumerate(row):
            for other_y in (y - 1, y, y + 1):
                for other_x in (x - 1, x, x + 1):
                    if 0 <= other_y < len(_ROWS) and 0 <= other_x < len(_ROWS[other_y]):
                        found.add((letter.replace("ى", "ا").replace("ة", "ه"), _ROWS[other_y][other_x]))
    return frozenset(found | {(b, a) for a, b in found})


_NEIGHBOURS: Final = _neighbours()


def word_cost(word: str, term: str) -> float:
    """Return the cost of taking an Arabic word for a term; TOO_MUCH or more is no match."""
    core, other = core_of(word), core_of(term)
    if other == core:
        return SAME_CORE
    if _other_head(core, other):
        return TOO_MUCH
    cost = _cost(core, other)
    if (word == core) != (term == other) or core.startswith(_LAM) or other.startswith(_LAM):
        # What looks like an article may be none: a letter of it was lost, or came in.
        cost = min(cost, _cost(word, term))
    return cost


def _cost(core: str, other: str) -> float:
    sound = Levenshtein.distance(trace(core), trace(other), score_cutoff=_MOST_TRACE)
    if sound <= 1:
        return _SOUND * sound * _SCALE.get(min(len(core), len(other)), 1.0)
    letters = OSA.distance(core, other, score_cutoff=2)
    cost = min(_SOUND * sound, _letter_cost(core, other) if letters == 1 else _SECOND if letters == 2 else TOO_MUCH)
    return cost * _SCALE.get(min(len(core), len(other)), 1.0)


def _other_head(core: str, other: str) -> bool:
    """Return whether one is somebody's servant and the other somebody's father: these are never confused."""
    return (core.startswith("عبد") and other.startswith("ابو")) or (core.startswith("ابو") and other.startswith("عبد"))


def _letter_cost(core: str, other: str) -> float:
    if len(core) == len(other):
        at = next(place for place, letter in enumerate(core) if letter != other[place])
        if core[at + 1 :] != other[at + 1 :]:
            return _SWAP
        return _KEY if (core[at], other[at]) in _NEIGHBOURS else _LETTER
    short, long = sorted((core, other), key=len)
    at = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    return _DOUBLED if at and long[at] == long[at - 1] else _LETTER


def latin_cost(word_trace: str, term: str) -> float:
    """Return the cost of taking a Latin word, given by its trace, for a term."""
    distance = Levenshtein.distance(word_trace, coarse_trace(core_of(term)), score_cutoff=12)
    return _LATIN_BASE + _LATIN * distance * (_LATIN_LENGTH / max(_LATIN_LENGTH, len(word_trace)))


@lru_cache(maxsize=64)
def _rarity(bits: int) -> float:
    return _RARITY * max(0, _RAREST - bits)


def rarity(frequency: int) -> float:
    """Return what is added to the cost of a misspelt word for a rare term: what many bear is meant more often."""
    return _rarity(frequency.bit_length())
