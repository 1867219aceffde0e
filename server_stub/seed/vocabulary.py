"""The words of the demo country: names, places, streets, shops. Composed for this product, from general knowledge.

Frequencies follow Zipf's law: a few names are borne by very many. Each pool is a table of 2^n entries in which a
word stands as often as it is frequent, so that picking one costs a few random bits and nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
DATA = Path(__file__).parent / "data"
POOL_BITS = 15
_SPREAD = 2.7
_GIVEN_SLOPE = 1.05
_FAMILY_SLOPE = 0.75
_STREET_SLOPE = 0.5
_ABU_GIVEN = 90
_FORBIDDEN = ("\t", "\n", "\\")


@dataclass(frozen=True, slots=True)
class Organisation:
    """A sort of organisation: its category, its customer class and the pattern of its name."""

    category: str
    customer_class: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Word:
    """A name in Arabic, and in Latin letters where staff may bear it."""

    ar: str
    en: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that is named at random. Tuples that end in `_pool` have 2^POOL_BITS entries."""

    men: tuple[Word, ...]
    women: tuple[Word, ...]
    families: tuple[Word, ...]
    men_pool: tuple[str, ...]
    women_pool: tuple[str, ...]
    family_pool: tuple[str, ...]
    street_pool: tuple[str, ...]
    organisation_pool: tuple[Organisation, ...]
    quarters: tuple[str, ...]
    words: tuple[str, ...]
    heroes: tuple[str, ...]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once."""
    given = [(sex, Word(ar, en)) for sex, ar, en in table("given.tsv")]
    men = tuple(word for sex, word in given if sex == "m")
    women = tuple(word for sex, word in given if sex == "f")
    families = tuple(_families(men))
    kinds = [
        (Organisation(category, group, name), int(weight))
        for category, group, weight, name in table("organisations.tsv")
    ]
    return Vocabulary(
        men=men,
        women=women,
        families=families,
        men_pool=zipf_pool([word.ar for word in men], _GIVEN_SLOPE),
        women_pool=zipf_pool([word.ar for word in women], _GIVEN_SLOPE),
        family_pool=zipf_pool([word.ar for word in families], _FAMILY_SLOPE),
        street_pool=zipf_pool(lines("streets.txt"), _STREET_SLOPE),
        organisation_pool=weighted_pool([kind for kind, _ in kinds], [weight for _, weight in kinds]),
        quarters=lines("quarters.txt"),
        words=lines("words.txt"),
        heroes=lines("heroes.txt"),
    )


def _families(men: Sequence[Word]) -> Iterator[Word]:
    """Return every family name once: as listed, with and without the article, after أبو, and names of forefathers."""
    known: dict[str, Word] = {}
    for kind, ar, en in table("family.tsv"):
        forms = {"plain": (ar,), "stem": (f"ال{ar}", ar), "abu": (f"أبو {ar}",)}[kind]
        for form in forms:
            known.setdefault(form, Word(form, en))
    for forefather in (word.ar for word in men if " " in word.ar):
        known.setdefault(forefather, Word(forefather, ""))
    for son in [word.ar for word in men if " " not in word.ar][:_ABU_GIVEN]:
        known.setdefault(f"أبو {son}", Word(f"أبو {son}", ""))
    yield from known.values()


def table(name: str) -> Iterator[tuple[str, ...]]:
    """Return the rows of a tab-separated file of words, comments left out."""
    return (tuple(line.split("\t")) for line in _lines(name))


def lines(name: str) -> tuple[str, ...]:
    """Return the lines of a file of words, comments left out."""
    return tuple(_lines(name))


def _lines(name: str) -> Iterator[str]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def zipf_pool(words: Sequence[str], slope: float) -> tuple[str, ...]:
    """Return a pool in which the n-th word stands about 1/n^slope as often as the first; every word is in it."""
    if any(mark in word for word in words for mark in _FORBIDDEN):
        raise ValueError("a word of the vocabulary holds a mark that bulk loading gives a meaning")
    return weighted_pool(words, [(rank + _SPREAD) ** -slope for rank in range(len(words))])


def weighted_pool(items: Sequence[T], weights: Sequence[float]) -> tuple[T, ...]:
    """Return 2^POOL_BITS entries in which each item stands by its weight, at least once."""
    size = 1 << POOL_BITS
    free = size - len(items)
    whole = sum(weights)
    pool: list[T] = []
    reached = 0.0
    for n, (item, weight) in enumerate(zip(items, weights, strict=True), 1):
        reached += weight
        pool += [item] * (n + round(free * reached / whole) - len(pool))
    return tuple(pool)
