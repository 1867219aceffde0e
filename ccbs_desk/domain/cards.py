"""Card payments: what a terminal tells of one, and what must never be typed, kept or logged (domain.md, Payments 6)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ccbs_desk.domain.text import fold_digits, strip_controls

LAST = 4
"""How many digits of a card may be known: the last ones, as the terminal prints them."""
CODE_LENGTH = 12
REFERENCE_LENGTH = 24
_HIDDEN = "****"
# As printed on cards and typed from them: in groups, with whatever stands between.
_CARD_NUMBER = re.compile(r"(?:[0-9][\s\-‐‑‒–—._/\\,،*]{0,3}){13,19}")
_CODE = re.compile(r"[0-9A-Za-z\-]+")


@dataclass(frozen=True, slots=True)
class CardSlip:
    """What the terminal answered: its approval code, its reference, and the number masked but for the last digits."""

    approval: str
    reference: str
    masked: str


def masked(last: str) -> str:
    """Return the masked form of a card by its last digits."""
    return f"{_HIDDEN}{_plain(last)}"


def last_of(form: str) -> str:
    """Return the last digits that a masked form shows."""
    return form.removeprefix(_HIDDEN)


def holds_card_number(*texts: str) -> bool:
    """Tell whether a text holds as many digits as a card number has, however they are written."""
    return any(_CARD_NUMBER.search(_plain(text)) for text in texts)


def amiss(slip: CardSlip) -> Iterable[str]:
    """Yield the parts of a slip that are none: `approval`, `reference`, `masked`."""
    if not _is_code(slip.approval, CODE_LENGTH):
        yield "approval"
    if not _is_code(slip.reference, REFERENCE_LENGTH):
        yield "reference"
    if not re.fullmatch(re.escape(_HIDDEN) + f"[0-9]{{{LAST}}}", slip.masked):
        yield "masked"


def _is_code(text: str, longest: int) -> bool:
    return len(text) <= longest and _CODE.fullmatch(text) is not None


def _plain(text: str) -> str:
    return fold_digits(strip_controls(text))
