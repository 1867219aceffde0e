"""From the words of a reading to the rows that may be meant: what costs least is looked for first."""

from collections.abc import Sequence
from typing import Final

from pyroaring import BitMap

from ccbs_desk.directory.slots import FAR, FIRST, LEVELS, Slot

ENOUGH: Final = 10
_SEVERAL: Final = 3
_MANY: Final = 6
_MOST_BESIDE_DROPPED: Final = 2000


class Tiers:
    """Rows in the order of what they cost roughly; a row counts in the first tier that has it."""

    def __init__(self, allowed: BitMap | None) -> None:
        self._allowed = allowed
        self.all = BitMap()
        self.tiers: list[BitMap] = []
        self.compared = False

    def add(self, rows: BitMap) -> None:
        """Add a tier behind the others."""
        if self._allowed is not None:
            rows = rows & self._allowed
        rows = rows - self.all
        if rows:
            self.tiers.append(rows)
            self.all |= rows

    def first(self, count: int, enough: int) -> list[int]:
        """Return at most so many rows, from the first two tiers at least; whole tiers until there are enough."""
        found: list[int] = []
        for number, tier in enumerate(self.tiers):
            if len(found) >= enough and number > 1:
                break
            if len(found) + len(tier) > count:
                found += tier[: count - len(found)]
                break
            found += tier
        return found


def together(slots: Sequence[Slot], levels: Sequence[int]) -> BitMap:
    """Return the rows that have all words, each within its level: from the rarest word to the most frequent."""
    found: BitMap | None = None
    for slot, level in sorted(zip(slots, levels, strict=True), key=lambda one: one[0].size(one[1])):
        found = slot.rows(level) if found is None else slot.within(found, level)
        if not found:
            break
    return found if found is not None else BitMap()


def exactly(slots: Sequence[Slot], tiers: Tiers) -> None:
    """Add the rows that have every word itself."""
    if all(slot.known for slot in slots):
        tiers.add(together(slots, [FIRST] * len(slots)))


def widened(slots: Sequence[Slot], tiers: Tiers, *, more: bool = False) -> None:
    """Add the rows that are met when one word, then every word, is taken for others that are near it.

    Until there is enough in all; with `more`, until there is enough besides what was there before.
    """
    rests = _rests(slots)
    before = len(tiers.all)
    enough = ENOUGH + before if more else ENOUGH
    for level in range(1, len(LEVELS)):
        for slot, rest in zip(slots, rests, strict=True):
            if len(slots) == 1:
                tiers.add(slot.rows(level))
            elif rest:
                tiers.add(slot.within(rest, level))
        if len(tiers.all) >= enough:
            return
    if before or (tiers.all and len(slots) >= _SEVERAL):
        return
    for level in (*range(1, len(LEVELS)), FAR) if len(slots) < _MANY else (len(LEVELS) - 1,):
        tiers.add(together(slots, [level] * len(slots)))
        if len(tiers.all) >= enough:
            return


def _rests(slots: Sequence[Slot]) -> list[BitMap]:
    """Return for each word the rows that have all the others themselves."""
    if len(slots) > _SEVERAL:
        return _rests_of_many(slots)
    found = []
    for one in slots:
        others = [slot for slot in slots if slot is not one]
        known = all(slot.known for slot in others)
        found.append(together(others, [FIRST] * len(others)) if known else BitMap())
    return found


def _rests_of_many(slots: Sequence[Slot]) -> list[BitMap]:
    """The same for many words: what all before a word have, and all behind it, each worked out once."""
    rows = [slot.rows() for slot in slots]
    before: list[BitMap | None] = [None]
    behind: list[BitMap | None] = [None]
    for some in rows[:-1]:
        before.append(_both(before[-1], some))
    for some in reversed(rows[1:]):
        behind.append(_both(behind[-1], some))
    return [_both(one, other or BitMap()) if other is not None else one or BitMap()
            for one, other in zip(before, reversed(behind), strict=True)]  # fmt: skip


def _both(one: BitMap | None, other: BitMap) -> BitMap:
    return other if one is None else one & other


def without_one(slots: Sequence[Slot], tiers: Tiers) -> None:
    """Add the rows that are met when one word is left out, those with easily dropped words first."""
    if len(slots) < 2:
        return
    rests = zip(slots, _rests(slots), strict=True)
    for one, rest in sorted(rests, key=lambda pair: pair[0].dropped):
        if len(rest) <= _MOST_BESIDE_DROPPED or one.dropped < 1:
            tiers.add(rest)
    if not tiers.all and 2 < len(slots) < _MANY:
        for one in slots:
            others = [slot for slot in slots if slot is not one]
            tiers.add(together(others, [FAR] * len(others)))
    tiers.compared = True
