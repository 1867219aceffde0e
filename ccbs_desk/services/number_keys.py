"""What digits may mean as telephone numbers of ours: exact keys, and beginnings while a number is still being typed."""

import re
from dataclasses import dataclass
from typing import Literal

from ccbs_desk.domain.numbers import AREAS, COUNTRY, SHORT_CODES, TRUNK, BadNumber, search_keys
from ccbs_desk.domain.text import fold_digits, strip_controls

SHORTEST_BEGINNING = 4
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−/\\().]+")
LONGEST_LOCAL = max(length for area in AREAS.values() for length in area.lengths)
_LONGEST = 15

Misread = Literal["too_short", "not_fixed", "unreadable"]


@dataclass(frozen=True, slots=True)
class NumberKeys:
    """`exact` are whole numbers, `begins` are beginnings, both as digits with the country code and no plus.

    `misread` says why there is neither.
    """

    exact: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    misread: Misread | None = None


def bare_digits(text: str) -> str | None:
    """Return the typed text as Latin digits with a leading plus if it had one; None when it is no number at all."""
    bare = _SEPARATORS.sub("", fold_digits(strip_controls(text)))
    return bare if re.fullmatch(r"\+?[0-9]+", bare) else None


def keys_of(text: str, home_area: str | None) -> NumberKeys:
    """Return what the digits may mean. `text` is such that `bare_digits` reads it."""
    bare = bare_digits(text) or ""
    try:
        exact = tuple(key.removeprefix("+") for key in search_keys(text, home_area))
    except BadNumber as bad:
        begins = _beginnings(bare, home_area)
        if begins:
            return NumberKeys(begins=begins)
        short = bad.code in ("number.too_short", "number.empty") or len(bare) < SHORTEST_BEGINNING
        return NumberKeys(misread="too_short" if short else "unreadable")
    ours = tuple(key for key in exact if key.startswith(COUNTRY) and key[len(COUNTRY) :][:2] in AREAS)
    if not ours:
        return NumberKeys(misread="not_fixed")
    return NumberKeys(ours, _beginnings(bare, home_area))


def _beginnings(bare: str, home_area: str | None) -> tuple[str, ...]:
    """Return the beginnings that unfinished digits stand for: of a local number, or after 0, +963, 00963, 963."""
    digits = bare.removeprefix("+")
    if len(digits) < SHORTEST_BEGINNING or len(digits) > _LONGEST or digits in SHORT_CODES:
        return ()
    international = bare.startswith("+") or digits.startswith("00")
    if international:
        digits = digits.removeprefix("00")
        return (COUNTRY + digits.removeprefix(COUNTRY).removeprefix(TRUNK),) if digits.startswith(COUNTRY) else ()
    if digits.startswith(TRUNK):
        return (COUNTRY + digits.removeprefix(TRUNK),)
    areas = [home_area] if home_area in AREAS else list(AREAS)
    local = [f"{COUNTRY}{area}{digits}" for area in areas]
    # Without any prefix it may still be a national number that lacks its 0, or an international one that lacks its +.
    if len(digits) > LONGEST_LOCAL and digits[:2] in AREAS:
        local.append(COUNTRY + digits)
    if digits.startswith(COUNTRY):
        local.append(digits)
    return tuple(local)
