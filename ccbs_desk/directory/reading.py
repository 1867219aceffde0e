"""How a query may be read: its words, and other readings where words were run together or torn apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ccbs_desk.directory.sounds import is_latin
from ccbs_desk.directory.words import ARTICLE, COMPOUND_HEADS, terms_of
from ccbs_desk.domain.layouts import other_layout
from ccbs_desk.domain.text import fold

MOST_WORDS: Final = 8
LONGEST: Final = 200
_LONGEST_WORD: Final = 30
_MOST_ALIKE: Final = 2
_SHORTEST_HALF: Final = 2
_SERVANTS: Final = "abd abad abdul abdel abdal abdu abde abu abou abo ibn um umm oum al el 3abd 3abad 3abdul 3abdel"
_FAITHS: Final = "eddin eddine aldin aldeen eldin uddin addin allah ullah ddin"
_LATIN_JOINS_NEXT: Final = frozenset(_SERVANTS.split())
_LATIN_JOINS_BEFORE: Final = frozenset(_FAITHS.split())
REGROUPED: Final = 0.3
LAYOUT: Final = 0.1
LEFT_OUT: Final = 0.1


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a query as they may be meant, and what it costs to read them so."""

    words: tuple[str, ...]
    cost: float = 0.0
    meant: str | None = None


def read(text: str) -> tuple[str, ...]:
    """Return the words of a text: folded, compounds joined in both scripts, not too many and none too long."""
    words = _latin_joined(terms_of(text[:LONGEST]))
    found: list[str] = []
    for word in words:
        if found.count(word[:_LONGEST_WORD]) < _MOST_ALIKE:
            found.append(word[:_LONGEST_WORD])
    return tuple(found[:MOST_WORDS])


def _latin_joined(words: Sequence[str]) -> list[str]:
    joined: list[str] = []
    last = ""
    for word in reversed(words):
        if joined and is_latin(word) and is_latin(joined[-1]) and (
            word in _LATIN_JOINS_NEXT or last in _LATIN_JOINS_BEFORE
        ):  # fmt: skip
            joined[-1] = word + joined[-1]
        else:
            joined.append(word)
        last = joined[-1]
    return joined[::-1]


def in_other_layout(text: str) -> Reading | None:
    """Return the query as the same keys type it in the other layout."""
    meant = other_layout(text[:LONGEST])
    words = read(meant) if meant else ()
    return Reading(words, LAYOUT, fold(meant)) if meant and words else None


def halves(word: str) -> Iterator[tuple[str, str]]:
    """Return the ways in which a word may be two that were run together."""
    for at in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
        yield word[:at], word[at:]


def heads_moved(words: Sequence[str], at: int) -> Iterator[tuple[str, ...]]:
    """Return the words with a compound's head, stuck to the word before it, put where it belongs."""
    for head in COMPOUND_HEADS:
        if words[at].endswith(head) and len(words[at]) > len(head) + 1 and at + 1 < len(words):
            yield (*words[:at], words[at].removesuffix(head), head + words[at + 1], *words[at + 2 :])


def joinable(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Return the neighbours that may be one word torn apart: the place of the first, and the word."""
    for place, (one, other) in enumerate(pairwise(words)):
        yield place, one + other


def begins_with_article(word: str) -> bool:
    """Return whether a word is an article with hardly anything behind it."""
    return word == ARTICLE
