"""Code 128: the receipt's number as bars, so that a copy or a refund begins with one beep instead of typing.

Printable ASCII alone; runs of digits are packed in pairs (set C), which keeps the bars of a till's number wide enough
for a thermal printer.
"""

import re

QUIET_ZONE = 10
"""Modules of white that a scanner needs on either side."""

_CODE_B, _CODE_C = 100, 99
_START_B, _START_C, _STOP = 104, 105, 106
_CHECK = 103
# Widths of three bars and three spaces, by symbol value (ISO/IEC 15417); the stop has a bar more.
_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
# Four digits or more are shorter in pairs, even with the change of set before and after them.
_RUNS = re.compile(r"(?:[0-9]{2}){2,}|.", re.DOTALL)


def symbols(text: str) -> list[int]:
    """Return the symbol values from start to stop. Raises ValueError for an empty or non-ASCII text."""
    if not text or not all(" " <= letter <= "~" for letter in text):
        raise ValueError(f"no Code 128: {text!r}")
    values: list[int] = []
    current = None
    for run in _RUNS.findall(text):
        wanted = _CODE_C if len(run) > 1 else _CODE_B
        if current is None:
            values.append(_START_C if wanted == _CODE_C else _START_B)
        elif wanted != current:
            values.append(wanted)
        current = wanted
        if wanted == _CODE_C:
            values += [int(run[at : at + 2]) for at in range(0, len(run), 2)]
        else:
            values.append(ord(run) - ord(" "))
    check = values[0] + sum(place * value for place, value in enumerate(values))
    return [*values, check % _CHECK, _STOP]


def _widths(value: int) -> str:
    # All symbols but the stop, which is the last, are six figures and a space long.
    return _WIDTHS[7 * value :] if value == _STOP else _WIDTHS[7 * value : 7 * value + 6]


def bars(text: str) -> tuple[int, ...]:
    """Return the widths in modules of bar, space, bar … from the first bar to the last, without the quiet zones."""
    return tuple(int(width) for value in symbols(text) for width in _widths(value))
