"""Typing as a person types: one posted key event a character, shortcuts by the physical key.

pytest-qt's keyClicks aborts on Arabic letters, and knows no scan codes.
"""

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from ccbs_desk.ui.kit.keyboard import scan_code

NO_MODIFIER = Qt.KeyboardModifier.NoModifier


def type_text(widget: QWidget, text: str) -> None:
    """Type the text into the widget, letter by letter."""
    for letter in text:
        _press(widget, _key_of(letter), NO_MODIFIER, 0, letter)


def press(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Press a key that every layout has: Return, Escape, Tab, an arrow, a function key."""
    _press(widget, key.value, modifiers, 0, "\r" if key == Qt.Key.Key_Return else "")


def click(widget: QWidget) -> None:
    """Press the left mouse button on the middle of the widget."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def press_physical(widget: QWidget, key: str, modifiers: Qt.KeyboardModifier, letter: str = "") -> None:
    """Press the key with this Latin legend while the layout makes another letter of it."""
    typed = letter or key.lower()
    _press(widget, _key_of(typed), modifiers, scan_code(key), typed)


def _press(widget: QWidget, key: int, modifiers: Qt.KeyboardModifier, scan: int, text: str) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, modifiers, scan, 0, 0, text)
        QCoreApplication.sendEvent(widget, event)


def _key_of(letter: str) -> int:
    return ord(letter.upper()) if ord(letter) < 0x80 or ord(letter) >= 0x600 else Qt.Key.Key_unknown.value
