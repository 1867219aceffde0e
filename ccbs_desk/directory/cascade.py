"""From the words of a reading to the rows that may be meant: what costs least is looked for first."""

from collections.abc import Sequence
from typing import Final

from pyroaring import BitMap

from ccbs_desk.directory.slots import LEVELS, Slot

ENOUGH: Final = 10
_SURE: Final = 3
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

    def first(self, count: int) -> list[int]:
        """Return at most so many rows, from the first tiers."""
        found: list[int] = []
        for tier in self.tiers:
            if len(found) + len(tier) > count:
                found += tier[: count - len(found)]
                break
            found += tier
        return found


def together(sets: Sequence[BitMap]) -> BitMap:
    """Return the rows that are in all sets, the smallest first."""
    found: BitMap | None = None
    for rows in sorted(sets, key=len):
        found = rows if found is None else found & rows
        if not found:
            break
    return found if found is not None else BitMap()


def exactly(slots: Sequence[Slot], tiers: Tiers) -> None:
    """Add the rows that have every word itself."""
    if all(slot.known for slot in slots):
        tiers.add(together([slot.first_rows() for slot in slots]))


def sure(slots: Sequence[Slot], tiers: Tiers) -> bool:
    """Return whether what was found is surely what was meant: enough of it, or by several words at once."""
    found = len(tiers.all)
    return found >= ENOUGH or (found > 0 and len(slots) >= _SURE and not slots[0].latin)


def widened(slots: Sequence[Slot], tiers: Tiers) -> None:
    """Add the rows that are met when one word, then every word, is taken for others that are near it."""
    for level in range(1, len(LEVELS)):
        for one in slots:
            others = [slot for slot in slots if slot is not one]
            if all(slot.known for slot in others):
                rest = together([slot.first_rows() for slot in others]) if others else None
                if rest is None:
                    tiers.add(one.rows(level))
                elif rest:
                    tiers.add(rest & one.rows(level))
        if len(tiers.all) >= ENOUGH:
            return
    for level in range(1, len(LEVELS)):
        tiers.add(together([slot.rows(level) for slot in slots]))
        if len(tiers.all) >= ENOUGH:
            return


def without_one(slots: Sequence[Slot], tiers: Tiers) -> None:
    """Add the rows that are met when one word is left out, those with easily dropped words first."""
    if len(slots) < 2:
        return
    for one in sorted(slots, key=lambda slot: slot.dropped):
        others = [slot for slot in slots if slot is not one]
        if all(slot.known for slot in others):
            rows = together([slot.first_rows() for slot in others])
            if len(rows) <= _MOST_BESIDE_DROPPED or one.dropped < 1:
                tiers.add(rows)
    if not tiers.all and len(slots) > 2:
        for one in slots:
            tiers.add(together([slot.rows(len(LEVELS) - 1) for slot in slots if slot is not one]))
    tiers.compared = True
