"""A telephone number as it is said: in groups that a caller can write down."""

from ccbs_desk.domain.numbers import BadNumber, NumberKind, parse_number
from ccbs_desk.domain.text import fold_digits

_SHORTEST_PARTED = 5
_GROUPS = {5: (3, 2), 6: (2, 2, 2), 7: (3, 2, 2), 8: (2, 2, 2, 2), 9: (3, 3, 3)}


def spoken_groups(number: str) -> tuple[str, ...]:
    """Return the area code and then groups of two or three digits; a short number is one group."""
    digits = "".join(filter(str.isdigit, fold_digits(number)))
    try:
        parsed = parse_number(number, None)
    except BadNumber:
        return _parted(digits)
    if parsed.kind is NumberKind.FIXED:
        area, _, local = parsed.national.partition(" ")
        return area, *_parted("".join(filter(str.isdigit, local)))
    return _parted("".join(filter(str.isdigit, parsed.national)))


def _parted(digits: str) -> tuple[str, ...]:
    if len(digits) < _SHORTEST_PARTED:
        return (digits,) if digits else ()
    groups, at = [], 0
    for size in _GROUPS.get(len(digits), (4, *[3] * ((len(digits) - 2) // 3))):
        groups.append(digits[at : at + size])
        at += size
    return tuple(group for group in groups if group)
