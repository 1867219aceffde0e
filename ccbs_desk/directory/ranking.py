"""How well a row meets a query: the sum of what its words cost, the order they stand in, and what else is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from ccbs_desk.directory import costs
from ccbs_desk.directory.slots import Slot
from ccbs_desk.directory.vocabulary import Vocabulary

Where = Literal["name", "category", "place", "nowhere"]
_TURNED: Final = 0.08
_BESIDE: Final = 0.03
_MOST_BESIDE: Final = 4
_NOT_FIRST: Final = 0.02
_CATEGORY: Final = 0.02
_PLACES: Final = (0.04, 0.04, 0.04, 0.25)
_PLACE_FACTOR: Final = 2.0
_ADDED: Final = 0.4
_STREET: Final = 3
_AFTER_STREET: Final = 0.2
_PLAIN: Final = 0.15
_IN_PART: Final = 0.15
_BETWEEN: Final = 0.15
_WORST: Final = 4.0
DIRECT: Final = 1.3


class Met(NamedTuple):
    """Where a word of the query was met: in which part of a name, or which field of a place; and the term."""

    where: Where
    cost: float
    part: int = -1
    term: int = -1


class Judged(NamedTuple):
    """A row with its cost and where each word was met."""

    row: int
    cost: float
    met: tuple[Met, ...]
    plain: bool = False
    """Every word was met as it was typed."""

    @property
    def score(self) -> float:
        """1 for just what was asked, 0 for nothing of it."""
        return round(max(0.0, 1 - self.cost / _WORST), 4)


@dataclass(frozen=True, slots=True)
class Words:
    """The terms of a row: one tuple a part of its name, those of its category, and of each field of its place."""

    parts: Sequence[Sequence[int]]
    category: Sequence[int]
    place: Callable[[], Sequence[Sequence[int]]]


def judge(row: int, words: Words, slots: Sequence[Slot], vocabulary: Vocabulary, *, direct: bool) -> Judged:
    """Return how well a row meets the words; `direct`: what no spelling met is compared with each word of the row."""
    used: set[int] = set()
    met: list[Met | None] = []
    for slot in slots:
        found = _in_name(slot, words.parts, used)
        if slot.placed and (found is None or found.cost > costs.SAME_CORE):
            found = _elsewhere(slot, words, found)
        if found is not None and found.where == "name":
            used.add(found.part)
        met.append(found)
    told = []
    for slot, one in zip(slots, met, strict=True):
        if one is None and direct:
            one = _compared(slot, words, used, vocabulary)
            if one is not None:
                used.add(one.part)
        told.append(one or Met("nowhere", slot.dropped))
    cost = sum(one.cost for one in told) + _order_cost(told, len(words.parts), used)
    plain = all(one.cost <= _PLAIN for one in told)
    if any(one.where == "place" for one in told):
        more = _place_cost(told, words.place())
        cost += more
        plain = plain and more <= 0
    return Judged(row, cost, tuple(told), plain)


def _in_name(slot: Slot, parts: Sequence[Sequence[int]], used: set[int]) -> Met | None:
    known = slot.costs
    best: Met | None = None
    for part, terms in enumerate(parts):
        for term in terms:
            cost = known.get(term)
            if cost is not None and part not in used and (best is None or cost < best.cost):
                best = Met("name", cost + (_AFTER_STREET if slot.in_street else 0.0), part, term)
    return best


def _elsewhere(slot: Slot, words: Words, best: Met | None) -> Met | None:
    for term in words.category:
        cost = slot.costs.get(term)
        if cost is not None and (best is None or cost + _CATEGORY < best.cost):
            best = Met("category", cost + _CATEGORY, -1, term)
    for field, terms in enumerate(words.place()):
        for term in terms:
            cost = slot.costs.get(term)
            if cost is None:
                continue
            cost = (_ADDED if cost == costs.ARTICLE_ADDED else cost * _PLACE_FACTOR) + (
                0.0 if slot.of_street and field == _STREET else _PLACES[field]
            )
            if best is None or cost < best.cost:
                best = Met("place", cost, field, term)
    return best


def _place_cost(met: Sequence[Met], place: Sequence[Sequence[int]]) -> float:
    """Return what is added when a place's name was said in part only, or among the words of a name."""
    fields = {one.part for one in met if one.where == "place"}
    said = {one.term for one in met if one.where == "place"}
    cost = 0.0 if any(set(place[field]) <= said for field in fields - {_STREET}) else _IN_PART
    if fields != {_STREET} and _STREET in fields:
        cost -= _PLACES[_STREET] / 2
    where = [one.where == "name" for one in met]
    first, last = (where.index(True), len(where) - 1 - where[::-1].index(True)) if any(where) else (0, 0)
    between = sum(1 for one in met[first:last] if one.where == "place")
    return cost + _BETWEEN * between


def _compared(slot: Slot, words: Words, used: set[int], vocabulary: Vocabulary) -> Met | None:
    if slot.latin:
        return None
    best: Met | None = None
    for part, terms in enumerate(words.parts):
        if part in used:
            continue
        for term in terms:
            cost = costs.word_cost(slot.word, vocabulary.terms[term])
            if cost < DIRECT and (best is None or cost < best.cost):
                best = Met("name", cost, part, term)
    return best


def _order_cost(met: Sequence[Met], parts: int, used: set[int]) -> float:
    order = [one.part for one in met if one.where == "name"]
    turned = sum(1 for place, part in enumerate(order) for later in order[place + 1 :] if later < part)
    first = _NOT_FIRST if order and min(order) > 0 else 0.0
    return _TURNED * turned + _BESIDE * min(_MOST_BESIDE, parts - len(used)) + first
