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
from ccbs_desk.directory.words import ARTICLE, ASKING, TITLES

LEVELS: Final = (0.2, 0.6, 1.0, costs.TOO_MUCH)
DROPPED: Final = 1.6
_EASILY_DROPPED: Final = 0.35
_BEGUN: Final = 0.28
_BEGUN_LETTER: Final = 0.03
_BEGUN_TYPING: Final = 0.1
_MOST_BEGUN: Final = 48
_SHORTEST_BEGUN: Final = 2
_LATIN_SPREAD: Final = 0.2


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
        self._rows: dict[int, BitMap] = {}
        self._near: tuple[Spelling, ...] | None = None
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
    def known(self) -> bool:
        """Whether the index has the word itself."""
        return bool(self._first)

    def _learn(self, spellings: tuple[Spelling, ...]) -> None:
        for spelling in spellings:
            if spelling.cost < self.costs.get(spelling.term, costs.TOO_MUCH * 2):
                self.costs[spelling.term] = spelling.cost

    def _beginnings(self, base: float) -> tuple[Spelling, ...]:
        found: dict[int, float] = {}
        rest = self.word.removeprefix(ARTICLE)
        for prefix in dict.fromkeys((self.word, rest)):
            if len(prefix) < _SHORTEST_BEGUN:
                continue
            neighbours, added = self._vocabulary.beginning_with(prefix)
            for term in (*self._vocabulary.most_frequent(neighbours, _MOST_BEGUN), *added[:_MOST_BEGUN]):
                missing = len(self._vocabulary.terms[term]) - len(prefix)
                if term not in self.costs and missing:
                    found.setdefault(term, base + _BEGUN_LETTER * min(missing, 5))
        self.begun |= found.keys()
        return tuple(Spelling(cost, term) for term, cost in found.items())

    def near(self) -> tuple[Spelling, ...]:
        """Return all terms that the word may stand for."""
        if self._near is None:
            found = self._speller.near(self.word)
            if self._last and not self._typing:
                found += self._beginnings(_BEGUN)
            self._near = self._first + found
            self._learn(found)
        return self._near

    def first_rows(self) -> BitMap:
        """Return the rows that have the word itself, or as it is begun."""
        return self._union(-1, self._first)

    def rows(self, level: int) -> BitMap:
        """Return the rows that have a term which costs no more than a level."""
        if level not in self._rows:
            self._union(level, tuple(one for one in self.near() if one.cost <= LEVELS[level]) + self._first)
        return self._rows[level]

    def _union(self, level: int, spellings: tuple[Spelling, ...]) -> BitMap:
        found = self._rows.get(level)
        if found is None:
            keys = []
            for term in dict.fromkeys(spelling.term for spelling in spellings):
                fields = self._vocabulary.fields(term)
                keys += [posting_key(term, field) for field in range(FIELDS) if fields >> field & 1]
            sets = self._shelf.postings(keys)
            found = sets[0] if len(sets) == 1 else BitMap.union(*sets) if sets else BitMap()
            self._rows[level] = found
        return found
