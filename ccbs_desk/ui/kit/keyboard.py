"""The keyboard as hardware: which physical key it was, and what it would have typed in the other layout.

Qt's shortcuts follow the character, so under an Arabic layout Ctrl+K never comes. The physical key is the same in both.
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

# Scan codes of a PC keyboard: Windows gives them as they are, X11 and Wayland add 8.
_ROWS: Final = {
    2: "1234567890-=",
    16: "qwertyuiop[]",
    30: "asdfghjkl;'",
    44: "zxcvbnm,./",
}
_KEY_OF_SCAN: Final = {first + place: key.upper() for first, keys in _ROWS.items() for place, key in enumerate(keys)}
_X11_OFFSET: Final = 8
_PLAIN_SCAN_PLATFORMS: Final = frozenset({"windows"})

# The Arabic (101) layout, key by key. The key `b` types two letters.
_LATIN_KEYS: Final = "`qwertyuiop[]asdfghjkl;'zxcvnm,./"
_ARABIC_KEYS: Final = "ذضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ"
_ARABIC_ONE_KEY: Final = {**dict(zip(_LATIN_KEYS, _ARABIC_KEYS, strict=True)), "b": "لا"}
_LATIN_ONE_KEY: Final = {letter: key for key, letter in _ARABIC_ONE_KEY.items() if len(letter) == 1} | {"ﻻ": "b"}


def physical_key(event: QKeyEvent) -> str | None:
    """Return the key by its Latin legend ("K"), whatever layout is active; None for a key that types nothing.

    Where no scan code comes along (a remote screen), the letter tells: "ن" stands on the key K.
    """
    code = event.nativeScanCode()
    if code:
        offset = 0 if QGuiApplication.platformName() in _PLAIN_SCAN_PLATFORMS else _X11_OFFSET
        return _KEY_OF_SCAN.get(code - offset)
    if Qt.Key.Key_Exclam <= event.key() <= Qt.Key.Key_AsciiTilde:
        return chr(event.key())
    key = chr(event.key()) if 0x600 <= event.key() < 0x700 else event.text()
    return _LATIN_ONE_KEY.get(key, "").upper() or None


def scan_code(key: str) -> int:
    """Return the scan code that this platform reports for a key; tests and walkers press by it."""
    plain = next(code for code, legend in _KEY_OF_SCAN.items() if legend == key.upper())
    return plain if QGuiApplication.platformName() in _PLAIN_SCAN_PLATFORMS else plain + _X11_OFFSET


def in_latin_layout(text: str) -> str:
    """Return what the same keys would have typed in a Latin layout."""
    return "".join(_LATIN_ONE_KEY.get(letter, letter) for letter in text.replace("لا", "b"))


def in_arabic_layout(text: str) -> str:
    """Return what the same keys would have typed in an Arabic layout."""
    return "".join(_ARABIC_ONE_KEY.get(letter, letter) for letter in text.lower())
