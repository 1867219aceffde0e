"""The spellings that a typed word may stand for: terms of the index with the cost of each."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ccbs_desk.directory import costs
from ccbs_desk.directory.sounds import is_latin, latin_bare, latin_skeletons, latin_trace, skeletons
from ccbs_desk.directory.spelling import bucket_of, entries, letter_keys, sound_key, sound_keys
from ccbs_desk.directory.storage import Storage
from ccbs_desk.directory.vocabulary import Vocabulary
from ccbs_desk.directory.words import STREETS, core_of

MOST: Final = 64
_MOST_COMPARED: Final = 600
_KEPT: Final = 150
_PREFIXED: Final = ("ب", "و", "ل")
_SHORTEST_PREFIXED: Final = 4
_CHEAPER: Final = 0.3


@dataclass(frozen=True, slots=True)
class Spelling:
    """A term that a word may stand for."""

    cost: float
    term: int


class Speller:
    """Finds the spellings of words; what was found for a word is kept for a while."""

    def __init__(self, storage: Storage, vocabulary: Vocabulary) -> None:
        self._storage = storage
        self._vocabulary = vocabulary
        self._exact: OrderedDict[str, tuple[Spelling, ...]] = OrderedDict()
        self._near: OrderedDict[str, tuple[Spelling, ...]] = OrderedDict()
        self.learned: dict[str, dict[str, int]] = {}

    def exact(self, words: Iterable[str]) -> dict[str, tuple[Spelling, ...]]:
        """Return for each word the terms that are the same but for the article."""
        words = tuple(words)
        found = {word: self._exact[word] for word in words if word in self._exact}
        todo = [word for word in words if word not in found]
        if todo:
            terms = self._terms_under([core_of(word) for word in todo])
            for word in todo:
                found[word] = self._same(word, terms[core_of(word)])
                _keep(self._exact, word, found[word])
        return found

    def _same(self, word: str, terms: Iterable[int]) -> tuple[Spelling, ...]:
        core, text = core_of(word), self._vocabulary.terms
        same = {}
        for term in terms:
            other = text[term]
            if other == word:
                same[term] = 0.0
            elif core_of(other) == core:
                same[term] = costs.SAME_CORE if word == core else costs.ARTICLE_ADDED
        for meant in self.learned.get(word, ()):
            same.update({one: costs.SAME_CORE * 2 for one in self._terms_under([core_of(meant)])[core_of(meant)]
                         if core_of(text[one]) == core_of(meant)})  # fmt: skip
        return tuple(sorted((Spelling(cost, term) for term, cost in same.items()), key=_order))

    def near(self, word: str) -> tuple[Spelling, ...]:
        """Return the terms that a word may stand for, cheapest first: one letter off, or of the same sound."""
        found = self._near.get(word)
        if found is None:
            found = self._latin(word, _itself) if is_latin(word) else self._arabic(word)
            _keep(self._near, word, found)
        return found

    def far(self, word: str) -> tuple[Spelling, ...]:
        """Return terms further off: nearly of the same sound."""
        if is_latin(word):
            return self._latin(word, sound_keys)
        core = core_of(word)
        keys = set().union(*(sound_keys(one) for one in skeletons(core)))
        return _cheapest(self._judged(word, self._under(keys)))

    def _arabic(self, word: str) -> tuple[Spelling, ...]:
        core = core_of(word)
        keys = letter_keys(core) | {sound_key(one) for one in skeletons(core)}
        if word != core:
            keys |= letter_keys(word)
        found = self._judged(word, self._under(keys))
        found.update((spelling.term, spelling.cost) for spelling in self.exact([word])[word])
        if len(word) >= _SHORTEST_PREFIXED and word.startswith(_PREFIXED):
            for spelling in self.exact([word[1:]])[word[1:]]:
                found[spelling.term] = min(found.get(spelling.term, costs.TOO_MUCH), spelling.cost + _CHEAPER)
        return _cheapest(found)

    def _judged(self, word: str, terms: Iterable[int]) -> dict[int, float]:
        found = {}
        text, frequency = self._vocabulary.terms, self._vocabulary.frequency
        for term in terms:
            cost = costs.word_cost(word, text[term]) if text[term] not in STREETS else costs.TOO_MUCH
            if cost < costs.TOO_MUCH:
                found[term] = cost + costs.rarity(frequency(term))
        return found

    def _under(self, keys: Iterable[str]) -> Iterable[int]:
        terms = {term for some in self._terms_under(keys).values() for term in some}
        if len(terms) <= _MOST_COMPARED:
            return terms
        return sorted(terms, key=lambda term: (-self._vocabulary.frequency(term), term))[:_MOST_COMPARED]

    def _latin(self, word: str, keys_of: Callable[[str], set[str]]) -> tuple[Spelling, ...]:
        found = {spelling.term: spelling.cost for spelling in self.exact([word])[word]}
        bare = latin_bare(word)
        for spelled in (word, bare) if bare else (word,):
            keys: set[str] = set()
            for skeleton in latin_skeletons(spelled):
                keys |= keys_of(skeleton)
            sound = latin_trace(spelled)
            for term in self._under(keys):
                cost = costs.latin_cost(sound, self._vocabulary.terms[term])
                cost += costs.rarity(self._vocabulary.frequency(term))
                if cost < found.get(term, costs.TOO_MUCH):
                    found[term] = cost
        return _cheapest(found)

    def _terms_under(self, keys: Iterable[str]) -> dict[str, list[int]]:
        places = {key: bucket_of(key) for key in keys if key}
        blobs = self._storage.get("spelling", sorted({bucket for bucket, _ in places.values()})) if places else {}
        found: dict[str, list[int]] = {"": []}
        for key, (bucket, rest) in places.items():
            blob = blobs.get(bucket)
            found[key] = list(entries(blob, rest)) if blob else []
        return found


def _itself(skeleton: str) -> set[str]:
    return {sound_key(skeleton)}


def _keep(kept: OrderedDict[str, tuple[Spelling, ...]], word: str, found: tuple[Spelling, ...]) -> None:
    kept[word] = found
    if len(kept) > _KEPT:
        kept.popitem(last=False)


def _order(spelling: Spelling) -> tuple[float, int]:
    return spelling.cost, spelling.term


def _cheapest(found: dict[int, float]) -> tuple[Spelling, ...]:
    spellings: Sequence[Spelling] = sorted((Spelling(cost, term) for term, cost in found.items()), key=_order)
    return tuple(spellings[:MOST])
