"""The directory's engine: a query in, the best listings out, in a few milliseconds and whatever was typed.

Normalise, look words up with their spellings, intersect sets of rows, cheapest first (`cascade.py`), then judge the
rows that are left by their own words (`ranking.py`). One engine a thread; it notices when its index was changed.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from pyroaring import BitMap

from ccbs_desk.directory import cascade
from ccbs_desk.directory.answers import hits_of
from ccbs_desk.directory.cascade import Tiers
from ccbs_desk.directory.filling import hash_of
from ccbs_desk.directory.listings import digits_of
from ccbs_desk.directory.postings import PLACES, Field, posting_key
from ccbs_desk.directory.query import Answer, Hint, Hit, Pair, Query
from ccbs_desk.directory.ranking import Judged, Words, judge
from ccbs_desk.directory.reading import (
    LEFT_OUT,
    REGROUPED,
    Reading,
    begins_with_article,
    halves,
    heads_moved,
    in_other_layout,
    joinable,
    read,
)
from ccbs_desk.directory.rows import Row
from ccbs_desk.directory.shelf import Shelf
from ccbs_desk.directory.slots import Slot
from ccbs_desk.directory.speller import Speller
from ccbs_desk.directory.storage import Storage
from ccbs_desk.directory.vocabulary import Vocabulary
from ccbs_desk.directory.words import ASKING, STREETS, TITLES, terms_of
from ccbs_desk.domain.text import fold, strip_controls

_MOST_JUDGED: Final = 400
_ENOUGH_JUDGED: Final = 40
_MOST_NUMBERED: Final = 2000
_MOST_READINGS: Final = 4
_SHORTEST: Final = 2
_NUMBER: Final = re.compile(r"[\d\s+()/.-]{3,}")
_SEVERAL: Final = 3
_NEAR: Final = 0.01
_MOST_LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class _Found:
    """What a reading gave: its words with their spellings, and the rows, best first."""

    reading: Reading
    slots: tuple[Slot, ...]
    judged: tuple[Judged, ...]
    more: bool

    @property
    def sure(self) -> bool:
        """Whether what was found is surely what was meant: enough of it, or all of several words."""
        good = [one for one in self.judged[: cascade.ENOUGH] if one.plain]
        return len(good) >= cascade.ENOUGH or (bool(good) and len(self.slots) >= _SEVERAL)


class Engine:
    """Searches an index."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._learned: dict[str, dict[str, int]] = {}
        self._version = storage.version()
        self.vocabulary = Vocabulary(storage)
        self._load()

    def _load(self) -> None:
        self._numbered: dict[str, tuple[int, ...]] = {"": ()}
        self.shelf = Shelf(self._storage)
        self._speller = Speller(self._storage, self.vocabulary)
        self._speller.learned = self._learned

    def learn(self, pairs: Iterable[Pair]) -> None:
        """Take these spellings as known from now on, and no others: what is revoked is left out."""
        self._learned = {}
        for pair in pairs:
            typed, meant = read(pair.typed), read(pair.meant)
            if len(typed) == len(meant) == 1 and typed != meant and pair.times > 0:
                self._learned.setdefault(typed[0], {})[meant[0]] = pair.times
        self._speller = Speller(self._storage, self.vocabulary)
        self._speller.learned = self._learned

    def search(self, query: Query) -> Answer:
        """Return the listings that are meant, best first. Never raises for anything typed."""
        with self._storage.reading():
            self._refresh()
            return self._search(query)

    def _search(self, query: Query) -> Answer:
        words = read(query.text)
        hint = _unreadable(query.text, words)
        if hint is not None:
            return Answer(hint=hint)
        allowed = self._allowed(query)
        if allowed is not None and not allowed:
            return Answer(hint=Hint.PLACE_UNKNOWN)
        found = self._best(Reading(words), query, allowed)
        limit = max(1, min(query.limit, _MOST_LIMIT))
        hits = self._hits(found, found.judged[:limit])
        more = found.more or len(found.judged) > limit
        return Answer(
            hits, (Hint.MORE if more else None) if hits else Hint.NOTHING, found.reading.meant if hits else None
        )

    def similar(self, query: Query, known: Collection[str] = ()) -> tuple[Hit, ...]:
        """Return listings of similar names, best first, without those that are shown already."""
        with self._storage.reading():
            self._refresh()
            return self._similar(query, set(known))

    def _similar(self, query: Query, known: set[str]) -> tuple[Hit, ...]:
        words = read(query.text)
        if _unreadable(query.text, words) is not None:
            return ()
        slots, tiers = self._slots(words, query), Tiers(self._allowed(query))
        cascade.exactly(slots, tiers)
        exact = len(tiers.tiers)
        cascade.widened(slots, tiers, more=True)
        if len(tiers.tiers) == exact:
            cascade.without_one(slots, tiers)
        del tiers.tiers[:exact]
        found = self._judged(Reading(words), slots, tiers, query)
        hits = self._hits(found, found.judged[: query.limit + len(known)])
        return tuple(hit for hit in hits if hit.id not in known)[: query.limit]

    def by_number(self, number: str) -> tuple[Hit, ...]:
        """Return the listings of a telephone number. The right to ask and the reason are for the caller to check."""
        return self._under("number", digits_of(strip_controls(number)))

    def by_id(self, identity: str) -> Hit | None:
        """Return the listing of an id."""
        return next(iter(self._under("identity", identity)), None)

    def _under(self, table: str, text: str) -> tuple[Hit, ...]:
        with self._storage.reading():
            self._refresh()
            return self._found_under(table, text)

    def _found_under(self, table: str, text: str) -> tuple[Hit, ...]:
        rows = self.shelf.under_hash(table, hash_of(text)) if text else []
        extras = self.shelf.extras(rows)
        right = [
            row for row in rows if text == (digits_of(extras[row].number) if table == "number" else extras[row].id)
        ]
        judged = tuple(Judged(row, 0.0, ()) for row in right)
        return self._hits(_Found(Reading(()), (), judged, more=False), judged)

    def _refresh(self) -> None:
        version = self._storage.version()
        if version != self._version:
            self._version = version
            self.vocabulary.refresh(self._storage)
            self._load()

    def _slots(self, words: Sequence[str], query: Query) -> tuple[Slot, ...]:
        last = len(words) - 1
        self._speller.exact(words)
        slots = tuple(
            Slot(word, self._speller, self.shelf, self.vocabulary, last=place == last, typing=query.keystroke)
            for place, word in enumerate(words)
        )
        for one, other in pairwise(slots):
            other.in_street = one.word in STREETS
        return slots

    def _allowed(self, query: Query) -> BitMap | None:
        allowed: BitMap | None = None
        for field, text in zip(PLACES, (query.governorate, query.town, query.area, query.street), strict=True):
            for word in terms_of(text):
                rows = self._having(word, field)
                allowed = rows if allowed is None else allowed & rows
        return allowed

    def _having(self, word: str, field: Field) -> BitMap:
        for spellings in (self._speller.exact([word])[word], self._speller.near(word)):
            terms = [one.term for one in spellings if self.vocabulary.fields(one.term) >> field & 1]
            sets = self.shelf.postings([posting_key(term, field) for term in terms])
            if sets:
                return BitMap.union(*sets)
        return BitMap()

    def _best(self, reading: Reading, query: Query, allowed: BitMap | None) -> _Found:
        layout = in_other_layout(query.text)
        if layout is not None and all(self._speller.exact(layout.words).values()):
            meant = self._exactly(layout, query, allowed)
            if meant is not None:
                return meant
        slots, tiers = self._slots(reading.words, query), Tiers(allowed)
        cascade.exactly(slots, tiers)
        found = self._judged(reading, slots, tiers, query)
        if found.sure:
            return found
        if not tiers.all:
            for other in self._readings(slots):
                meant = self._exactly(other, query, allowed)
                if meant is not None:
                    return meant
        cascade.widened(slots, tiers)
        if len(tiers.all) < _SHORTEST:
            cascade.without_one(slots, tiers)
        return self._judged(reading, slots, tiers, query)

    def _exactly(self, reading: Reading, query: Query, allowed: BitMap | None) -> _Found | None:
        """Return what a reading finds with every word as it is; None when that is nothing."""
        slots, tiers = self._slots(reading.words, query), Tiers(allowed)
        cascade.exactly(slots, tiers)
        return self._judged(reading, slots, tiers, query) if tiers.all else None

    def _readings(self, slots: Sequence[Slot]) -> list[Reading]:
        """Return the other ways to read the query whose words the index all has."""
        found: list[Reading] = []
        words = tuple(slot.word for slot in slots)
        bare = tuple(word for word in words if word not in ASKING and word not in TITLES)
        if bare and bare != words:
            found.append(Reading(bare, LEFT_OUT * (len(words) - len(bare))))
        joined = list(joinable(words))
        known = self._speller.exact(word for _, word in joined)
        found += [
            Reading((*words[:at], word, *words[at + 2 :]), REGROUPED) for at, word in joined if known[word]
        ]  # fmt: skip
        for at, slot in enumerate(slots):
            if not slot.known and not slot.latin:
                found += [Reading((*words[:at], *two, *words[at + 1 :]), REGROUPED) for two in self._halves(slot.word)]
                found += [Reading(regrouped, REGROUPED) for regrouped in heads_moved(words, at)]
        return found[:_MOST_READINGS]

    def _halves(self, word: str) -> list[tuple[str, str]]:
        pairs = list(halves(word))
        known = self._speller.exact(half for pair in pairs for half in pair)
        weight = {
            half: max((self.vocabulary.frequency(s.term) for s in some), default=0) for half, some in known.items()
        }
        usable = [pair for pair in pairs if weight[pair[0]] and weight[pair[1]]]
        return sorted(usable, key=lambda pair: -min(weight[pair[0]], weight[pair[1]]))[:2]

    def _judged(self, reading: Reading, slots: tuple[Slot, ...], tiers: Tiers, query: Query) -> _Found:
        numbers = tiers.first(max(_MOST_JUDGED, query.limit), max(_ENOUGH_JUDGED, query.limit))
        rows = self.shelf.rows(numbers)
        places = self.shelf.places({row.place for row in rows.values()})
        near = set(terms_of(query.near))
        judged = []
        for number, row in rows.items():
            one = judge(number, self._words(row, places[row.place]), slots, self.vocabulary, direct=tiers.compared)
            bonus = _NEAR if near and near <= {word for name in places[row.place] for word in terms_of(name)} else 0.0
            judged.append(one._replace(cost=one.cost + reading.cost - bonus))
        judged.sort(key=lambda one: (round(one.cost, 6), one.row))
        return _Found(reading, slots, tuple(judged), more=len(tiers.all) > len(numbers))

    def _words(self, row: Row, place: tuple[str, str, str, str]) -> Words:
        terms = self.vocabulary.part_terms
        category = self._numbers(self.vocabulary.categories[row.category]) if row.category is not None else ()
        return Words([terms(part) for part in row.parts], category, lambda: [self._numbers(name) for name in place])

    def _numbers(self, text: str) -> tuple[int, ...]:
        found = self._numbered.get(text)
        if found is None:
            if len(self._numbered) >= _MOST_NUMBERED:
                self._numbered.clear()
            numbers = map(self.vocabulary.number, terms_of(text))
            found = self._numbered[text] = tuple(number for number in numbers if number is not None)
        return found

    def _hits(self, found: _Found, judged: Sequence[Judged]) -> tuple[Hit, ...]:
        return hits_of(judged, found.slots, self.shelf, self.vocabulary)


@lru_cache(maxsize=256)
def _unreadable(text: str, words: tuple[str, ...]) -> str | None:
    """Return why a text can't be looked for; None when it can."""
    if not words:
        return Hint.EMPTY
    if all(map(begins_with_article, words)):
        return Hint.ONLY_ARTICLE
    if _NUMBER.fullmatch(fold(text[:60])):
        return Hint.NUMBER
    return Hint.TOO_SHORT if sum(map(len, words)) < _SHORTEST else None
