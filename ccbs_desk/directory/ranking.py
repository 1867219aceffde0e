"""How well a row meets a query: the sum of what its words cost, the order they stand in, and what else is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ccbs_desk.directory import costs
from ccbs_desk.directory.slots import Slot
from ccbs_desk.directory.vocabulary import Vocabulary
from ccbs_desk.directory.words import core_of

Where = Literal["name", "category", "place", "nowhere"]
_TURNED: Final = 0.08
_BESIDE: Final = 0.03
_MOST_BESIDE: Final = 4
_NOT_FIRST: Final = 0.02
_PLACE: Final = 0.02
_WORST: Final = 4.0
DIRECT: Final = 1.3


@dataclass(frozen=True, slots=True)
class Met:
    """Where a word of the query was met: for a name, in which part; and the term."""

    where: Where
    cost: float
    part: int = -1
    term: int = -1


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with its cost and where each word was met."""

    row: int
    cost: float
    met: tuple[Met, ...]

    @property
    def score(self) -> float:
        """1 for just what was asked, 0 for nothing of it."""
        return round(max(0.0, 1 - self.cost / _WORST), 4)


@dataclass(frozen=True, slots=True)
class Words:
    """The terms of a row: one tuple a part of its name, those of its category, those of its place."""

    parts: Sequence[Sequence[int]]
    category: Sequence[int]
    place: Callable[[], Sequence[int]]


def judge(row: int, words: Words, slots: Sequence[Slot], vocabulary: Vocabulary, *, direct: bool) -> Judged:
    """Return how well a row meets the words; `direct`: what no spelling met is compared with each word of the row."""
    used: set[int] = set()
    met: list[Met | None] = []
    for slot in slots:
        found = _met(slot, words, used)
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
    return Judged(row, sum(one.cost for one in told) + _order_cost(told, len(words.parts), used), tuple(told))


def _met(slot: Slot, words: Words, used: set[int]) -> Met | None:
    known = slot.costs
    best: Met | None = None
    for part, terms in enumerate(words.parts):
        if part in used:
            continue
        for term in terms:
            cost = known.get(term)
            if cost is not None and (best is None or cost < best.cost):
                best = Met("name", cost, part, term)
    if best is not None and best.cost <= costs.SAME_CORE:
        return best
    for where, terms in (("category", words.category), ("place", words.place())):
        for term in terms:
            cost = known.get(term)
            if cost is not None and (best is None or cost + _PLACE < best.cost):
                best = Met("category" if where == "category" else "place", cost + _PLACE, -1, term)
    return best


def _compared(slot: Slot, words: Words, used: set[int], vocabulary: Vocabulary) -> Met | None:
    if slot.latin:
        return None
    core = core_of(slot.word)
    best: Met | None = None
    for part, terms in enumerate(words.parts):
        if part in used:
            continue
        for term in terms:
            cost = costs.word_cost(core, vocabulary.terms[term])
            if cost < DIRECT and (best is None or cost < best.cost):
                best = Met("name", cost, part, term)
    return best


def _order_cost(met: Sequence[Met], parts: int, used: set[int]) -> float:
    order = [one.part for one in met if one.where == "name"]
    turned = sum(1 for place, part in enumerate(order) for later in order[place + 1 :] if later < part)
    first = _NOT_FIRST if order and min(order) > 0 else 0.0
    return _TURNED * turned + _BESIDE * min(_MOST_BESIDE, parts - len(used)) + first
