"""A count by note while it is typed, and what it adds up to. Nothing here waits, reads or draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ccbs_desk.domain.money import SYP, Money, convert, total, zero
from ccbs_desk.domain.text import fold_digits
from ccbs_desk.domain.till import Note

MOST = 100_000
"""more notes of one kind fit no drawer"""


@dataclass(frozen=True, slots=True)
class CountLine:
    """One kind of note: what was typed, and what that comes to; None for what is no count."""

    note: Money
    text: str
    value: Money | None


@dataclass(frozen=True, slots=True)
class CountShown:
    """The whole count, line by line, with its sum by currency."""

    lines: tuple[CountLine, ...]
    totals: tuple[Money, ...]

    @property
    def altogether(self) -> Money:
        """What it comes to in new pounds, both families together."""
        return total((convert(sum_, SYP)[0] for sum_ in self.totals), SYP)

    @property
    def readable(self) -> bool:
        """Whether every line is a count."""
        return all(line.value is not None for line in self.lines)


@dataclass(slots=True)
class Counting:
    """A count by note. `typed` is by the key of the note; what nobody typed is none."""

    notes: Sequence[Money] = ()
    typed: dict[str, str] = field(default_factory=dict)

    def type(self, key: str, text: str) -> None:
        """Take what stands in a field now."""
        if text.strip():
            self.typed[key] = text
        else:
            self.typed.pop(key, None)

    def counted(self) -> tuple[Note, ...]:
        """Return the notes that there are, when all can be read."""
        found = ((note, number_of(self.typed.get(key_of(note), ""))) for note in self.notes)
        return tuple(Note(note.currency, note.minor, count) for note, count in found if count)

    def shown(self) -> CountShown:
        """Return the count with its sums."""
        lines = tuple(self._line(note) for note in self.notes)
        totals: dict[str, Money] = {}
        for line in lines:
            currency = line.note.currency
            totals[currency] = totals.get(currency, zero(currency)) + (line.value or zero(currency))
        return CountShown(lines, tuple(totals.values()))

    def _line(self, note: Money) -> CountLine:
        text = self.typed.get(key_of(note), "")
        count = number_of(text)
        return CountLine(note, text, None if count is None else Money(note.minor * count, note.currency))

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take what a draft kept: as it was typed here, or as an act that is to be mended was made."""
        for name in ("float_notes", "counted"):
            if name in kept:
                kept = {f"{note['currency']}.{note['minor']}": str(note["count"]) for note in kept[name]}
        known = {key_of(note) for note in self.notes}
        self.typed = {key: str(text) for key, text in kept.items() if key in known}


def key_of(note: Money) -> str:
    """Return the name of a note's field: "SYP.50000"."""
    return f"{note.currency}.{note.minor}"


def number_of(text: str) -> int | None:
    """Return a number of notes, in either digit family; nothing is none, and None is what can't be read."""
    clean = fold_digits(text).strip()
    if not clean:
        return 0
    if not (clean.isascii() and clean.isdigit()) or len(clean) > len(str(MOST)):
        return None
    return int(clean) if int(clean) <= MOST else None
