"""The two keyboard layouts of this country, key by key: what was typed in the one and meant in the other.

Who forgets to switch types the right keys and gets the wrong letters: "lpl]" is محمد.
"""

import re
from typing import Final

# The Arabic (101) layout. The key `b` types two letters, as some keys do with Shift.
_LATIN_KEYS: Final = "`qwertyuiop[]asdfghjkl;'zxcvnm,./"
_ARABIC_KEYS: Final = "ذضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ"
_ARABIC_OF_KEY: Final = {**dict(zip(_LATIN_KEYS, _ARABIC_KEYS, strict=True)), "b": "لا"}
_ARABIC_WITH_SHIFT: Final = {"H": "أ", "Y": "إ", "N": "آ", "G": "لأ", "T": "لإ", "B": "لآ"}
_KEY_OF_ARABIC: Final = {
    **{letter: key for key, letter in _ARABIC_OF_KEY.items() if len(letter) == 1},
    **{letter: key.lower() for key, letter in _ARABIC_WITH_SHIFT.items() if len(letter) == 1},
    "ﻻ": "b",
}
_TWO_LETTERS: Final = {"لا": "b", **{two: key.lower() for key, two in _ARABIC_WITH_SHIFT.items() if len(two) == 2}}
_TWO: Final = re.compile("|".join(_TWO_LETTERS))
_LATIN: Final = re.compile("[A-Za-z]")
_ARABIC: Final = re.compile("[\u0621-\u064a\ufefb]")


def key_of(letter: str) -> str:
    """Return the key, by its Latin legend, that types an Arabic letter; empty for a letter that no key types."""
    return _KEY_OF_ARABIC.get(letter, "")


def in_latin_layout(text: str) -> str:
    """Return what the same keys would have typed in a Latin layout."""
    single = _TWO.sub(lambda two: _TWO_LETTERS[two[0]], text)
    return "".join(_KEY_OF_ARABIC.get(letter, letter) for letter in single)


def in_arabic_layout(text: str) -> str:
    """Return what the same keys would have typed in an Arabic layout."""
    return "".join(_ARABIC_WITH_SHIFT.get(key) or _ARABIC_OF_KEY.get(key.lower(), key) for key in text)


def other_layout(text: str) -> str | None:
    """Return the text as the same keys type it in the other layout; None where nobody can tell in which it was."""
    latin, arabic = _LATIN.search(text), _ARABIC.search(text)
    if bool(latin) == bool(arabic):
        return None
    if arabic:
        return in_latin_layout(text)
    # Capitals alone come from Caps Lock, which an Arabic layout does not know.
    return in_arabic_layout(text.lower() if text.isupper() else text)
