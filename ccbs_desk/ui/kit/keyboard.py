"""The keyboard as hardware: which physical key it was.

Qt's shortcuts follow the character, so under an Arabic layout Ctrl+K never comes. The physical key is the same in both.
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from ccbs_desk.domain.layouts import key_of

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
    return key_of(key).upper() or None


def scan_code(key: str) -> int:
    """Return the scan code that this platform reports for a key; tests and walkers press by it."""
    plain = next(code for code, legend in _KEY_OF_SCAN.items() if legend == key.upper())
    return plain if QGuiApplication.platformName() in _PLAIN_SCAN_PLATFORMS else plain + _X11_OFFSET
