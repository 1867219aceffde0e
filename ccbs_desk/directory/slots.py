"""A word of a query with the terms that it may stand for, and the rows that have them, by how far one goes."""

from typing import Final

from pyroaring import BitMap

from ccbs_desk.directory import costs
from ccbs_desk.directory.postings import FIELDS, posting_key
from ccbs_desk.directory.shelf import Shelf
from ccbs_desk.directory.sounds import is_latin
from ccbs_desk.directory.speller import Speller, Spelling
from ccbs_desk.directory.synonyms import SYNONYMS
from ccbs_desk.directory.vocabulary import Vocabulary
from ccbs_desk.directory.words import ARTICLE, ASKING, STREETS, TITLES

LEVELS: Final = (0.2, 0.65, 1.15, costs.TOO_MUCH)
DROPPED: Final = 1.6
_EASILY_DROPPED: Final = 0.35
_BEGUN: Final = 0.22
_BEGUN_LETTER: Final = 0.03
_BEGUN_TYPING: Final = 0.1
_MOST_BEGUN: Final = 48
_MOST_BEGUN_BARE: Final = 24
_SHORTEST_BEGUN: Final = 2
_LATIN_SPREAD: Final = 0.2
_NAME_ONLY: Final = 1
FIRST: Final = -1
FAR: Final = len(LEVELS)


class Slot:
    """One word of a reading. Nothing is looked for before it is asked for."""

    def __init__(
        self, word: str, speller: Speller, shelf: Shelf, vocabulary: Vocabulary, *, last: bool, typing: bool
    ) -> None:
        self.word = word
        self.latin = is_latin(word)
        self.dropped = _EASILY_DROPPED if word in TITLES or word in ASKING else DROPPED
        self._speller, self._shelf, self._vocabulary = speller, shelf, vocabulary
        self._last, self._typing = last, typing
        self._sets: dict[int, list[BitMap]] = {}
        self._near: tuple[Spelling, ...] | None = None
        self._far: tuple[Spelling, ...] | None = None
        self.placed = False
        self.in_street = False
        """Whether the word follows one that says what sort of street is named."""
        self.begun: set[int] = set()
        self.costs: dict[int, float] = {}
        self._first = self._firstly()
        self._learn(self._first)

    def _firstly(self) -> tuple[Spelling, ...]:
        if self.latin:
            near = self._speller.near(self.word)
            limit = near[0].cost + _LATIN_SPREAD if near and near[0].cost > costs.SAME_CORE else LEVELS[0]
            found = tuple(spelling for spelling in near if spelling.cost <= limit)
        else:
            found = self._speller.exact([self.word])[self.word]
            synonyms = SYNONYMS.get(self.word, ())
            for some in self._speller.exact(synonyms).values():
                found += tuple(Spelling(spelling.cost + costs.SYNONYM, spelling.term) for spelling in some)
        if self._typing and self._last:
            found += self._beginnings(_BEGUN_TYPING)
        return found

    @property
    def of_street(self) -> bool:
        """Whether the word belongs to a street's name."""
        return self.in_street or self.word in STREETS

    @property
    def known(self) -> bool:
        """Whether the index has the word itself."""
        return bool(self._first)

    def _learn(self, spellings: tuple[Spelling, ...]) -> None:
        for spelling in spellings:
            self.placed = self.placed or self._vocabulary.fields(spelling.term) > _NAME_ONLY
            if spelling.cost < self.costs.get(spelling.term, costs.TOO_MUCH * 2):
                self.costs[spelling.term] = spelling.cost

    def _beginnings(self, base: float) -> tuple[Spelling, ...]:
        found: dict[int, float] = {}
        rest = self.word.removeprefix(ARTICLE)
        # Many a family's name is printed with an article and said without.
        prefixes = (self.word, rest) if rest != self.word or self.latin else (self.word, ARTICLE + self.word)
        for prefix in dict.fromkeys(prefixes):
            if len(prefix) < _SHORTEST_BEGUN:
                continue
            most = _MOST_BEGUN if len(prefix) <= len(self.word) else _MOST_BEGUN_BARE
            neighbours, added = self._vocabulary.beginning_with(prefix)
            for term in (*self._vocabulary.most_frequent(neighbours, most), *added[:most]):
                text = self._vocabulary.terms[term]
                missing = len(text) - len(prefix)
                if term not in self.costs and missing and text not in STREETS:
                    found.setdefault(term, base + _BEGUN_LETTER * min(missing, 5))
        self.begun |= found.keys()
        return tuple(Spelling(cost, term) for term, cost in found.items())

    def near(self, level: int) -> tuple[Spelling, ...]:
        """Return all terms that the word may stand for at no more than a level's cost."""
        if self._near is None:
            self._near = self._beginnings(_BEGUN) if self._last and not self._typing else ()
            self._near += self._speller.near(self.word)
            self._learn(self._near)
        if level < FAR:
            limit = LEVELS[level]
            return tuple(one for one in (*self._first, *self._near) if one.cost <= limit)
        if self._far is None:
            self._far = self._speller.far(self.word)
            self._learn(self._far)
        return (*self._first, *self._near, *self._far)

    def sets(self, level: int = FIRST) -> list[BitMap]:
        """Return the rows of each term that costs no more than a level; of the word itself for FIRST."""
        if level not in self._sets:
            keys = []
            spellings = self._first if level == FIRST else self.near(level)
            for term in dict.fromkeys(spelling.term for spelling in spellings):
                fields = self._vocabulary.fields(term)
                keys += [posting_key(term, field) for field in range(FIELDS) if fields >> field & 1]
            self._sets[level] = self._shelf.postings(keys)
        return self._sets[level]

    def size(self, level: int = FIRST) -> int:
        """Return how many rows that may be at most."""
        return sum(map(len, self.sets(level)))

    def rows(self, level: int = FIRST) -> BitMap:
        """Return these rows in one set."""
        sets = self.sets(level)
        return sets[0] if len(sets) == 1 else BitMap.union(*sets) if sets else BitMap()

    def within(self, rows: BitMap, level: int = FIRST) -> BitMap:
        """Return those of the given rows that have a term which costs no more than a level."""
        found = BitMap()
        for some in self.sets(level):
            found |= rows & some
        return found
