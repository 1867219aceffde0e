"""The till: receipt series, counting cash, and what a drawer should hold (domain.md, Tills; Bills 4).

A till gives its own receipt numbers, without gaps, so that they are valid offline. A series belongs to one till on one
enrolled device and has a letter: "0217-B-000001" is the first receipt of till 0217 in its second series. Loss, restore
or new enrolment opens the next letter and never continues a series.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ccbs_desk.domain.money import Money, zero
from ccbs_desk.domain.text import fold_digits, strip_controls

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of series; I and O are left out, since they read as 1 and 0."""
FIRST_LETTER = LETTERS[0]

_CODE = re.compile(r"[0-9]{4,6}")
_SERIES_LETTER = re.compile(rf"[{LETTERS}]{{1,3}}")
_NUMBER = re.compile(rf"(?P<code>{_CODE.pattern})-(?P<letter>{_SERIES_LETTER.pattern})-(?P<seq>[0-9]{{1,12}})")
_DASHES = str.maketrans("‐‑‒–—−", "------")


class BadTill(ValueError):
    """Till data that makes no sense; `text` is what was given.

    Codes: `till.bad_series`, `till.bad_receipt_number`, `till.bad_note`.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Series:
    """A receipt series: the till's code (four to six digits) and the series letter."""

    till_code: str
    letter: str

    def __post_init__(self) -> None:
        if not (_CODE.fullmatch(self.till_code) and _SERIES_LETTER.fullmatch(self.letter)):
            raise BadTill("till.bad_series", f"{self.till_code}-{self.letter}")


def receipt_number(series: Series, seq: int) -> str:
    """Return the number of the `seq`-th receipt of a series, from 1: "0217-B-000001"."""
    if seq < 1:
        raise BadTill("till.bad_receipt_number", str(seq))
    return f"{series.till_code}-{series.letter}-{seq:06}"


def parse_receipt_number(text: str) -> tuple[Series, int]:
    """Read a receipt number as a person types it: any digit family, small letters, spaces, without leading zeros."""
    clean = fold_digits(strip_controls(text)).translate(_DASHES).upper()
    match = _NUMBER.fullmatch("".join(clean.split()))
    if match is None or not (seq := int(match["seq"])):
        raise BadTill("till.bad_receipt_number", text)
    return Series(match["code"], match["letter"]), seq


def next_letter(letter: str) -> str:
    """Return the letter of the series after this one: A, B ... Z, then AA, AB, so that no till ever runs out."""
    head, last = letter[:-1], letter[-1:]
    if not _SERIES_LETTER.fullmatch(letter):
        raise BadTill("till.bad_series", letter)
    if last != LETTERS[-1]:
        return head + LETTERS[LETTERS.index(last) + 1]
    return (next_letter(head) if head else FIRST_LETTER) + FIRST_LETTER


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a cash count: `count` notes or coins, each worth `minor` minor units of `currency`.

    Which denominations are valid, and until when, is policy; a till counts both families while both are.
    """

    currency: str
    minor: int
    count: int

    def __post_init__(self) -> None:
        if self.minor < 1 or self.count < 0:
            raise BadTill("till.bad_note", f"{self.count} x {self.minor} {self.currency}")

    @property
    def value(self) -> Money:
        """What these notes are worth together."""
        return Money(self.minor * self.count, self.currency)


def count_total(notes: Iterable[Note]) -> dict[str, Money]:
    """Return what a count adds up to, by currency; a currency of which nothing was listed is absent."""
    totals: dict[str, Money] = {}
    for note in notes:
        totals[note.currency] = totals.get(note.currency, zero(note.currency)) + note.value
    return totals


def difference(counted: Money, expected: Money) -> Money:
    """Return what the drawer holds too much (positive, over) or too little (negative, short)."""
    return counted - expected


def needs_approval(found: Money, limit: Money) -> bool:
    """Tell whether a difference, over or short, is above the limit that a clerk may accept alone (a policy value)."""
    return abs(found) > limit
