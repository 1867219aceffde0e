"""The hands and eyes of the walker: keys are posted to whatever has the focus, widgets are found by their names.

It sees what a person sees, text and visibility, and waits for that; it knows nothing of presenters, services or sync.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QLineEdit, QTableView, QWidget

from ccbs_desk.config.language import strip_isolates
from ccbs_desk.ui.kit.keyboard import scan_code
from ccbs_desk.ui.walker.pulse import Pulse

CEILING = 30.0
_GLANCE = 0.02

NAMED = {
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "Tab": Qt.Key.Key_Tab,
    "Down": Qt.Key.Key_Down,
    "Up": Qt.Key.Key_Up,
    "Home": Qt.Key.Key_Home,
    "Space": Qt.Key.Key_Space,
    "Del": Qt.Key.Key_Delete,
    **{f"F{n}": Qt.Key(Qt.Key.Key_F1.value + n - 1) for n in range(1, 13)},
}


class NotSeen(Exception):
    """What the walker waited for did not come; the message says what, and what was on the screen instead."""


class Hands:
    """Types, presses, looks and takes pictures."""

    def __init__(self, app: QApplication, folder: Path, pulse: Pulse) -> None:
        self._app = app
        self._folder = folder
        self._pulse = pulse
        folder.mkdir(parents=True, exist_ok=True)

    async def type(self, text: str) -> None:
        """Type a text, one key event a character, into whatever has the focus."""
        self._pulse.doing("typing")
        for character in text:
            self._post(0, Qt.KeyboardModifier.NoModifier, character)
            await asyncio.sleep(0)
        await self._drained()

    async def press(self, key: str, *, ctrl: bool = False, shift: bool = False) -> None:
        """Press a key by its legend, "F4" or "K", with modifiers."""
        self._pulse.doing(f"after {'Ctrl+' if ctrl else ''}{key}")
        held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        if shift:
            held |= Qt.KeyboardModifier.ShiftModifier
        named = NAMED.get(key)
        if named is not None:
            self._post(named.value, held, "\r" if key == "Enter" else "\t" if key == "Tab" else "")
        else:
            self._post(ord(key.upper()), held, "" if ctrl else key, scan_code(key))
        await self._drained()

    async def clear(self) -> None:
        """Empty the field that has the focus."""
        await self.press("A", ctrl=True)
        await self.press("Del")

    async def until(self, seen: Callable[[], bool], what: str, ceiling: float = CEILING) -> float:
        """Wait until something is seen; return the seconds it took. Raises NotSeen after the ceiling."""
        began = time.perf_counter()
        while not seen():
            if time.perf_counter() - began > ceiling:
                raise NotSeen(f"{what} did not come within {ceiling:.0f} s; on the screen: {self.overview()}")
            await asyncio.sleep(_GLANCE)
        await self._drained()
        return time.perf_counter() - began

    async def until_shown(self, name: str, ceiling: float = CEILING) -> float:
        """Wait until a widget of this name is visible."""
        return await self.until(lambda: self.find(name) is not None, name, ceiling)

    def find(self, name: str) -> QWidget | None:
        """Return the visible widget of this name, or None."""
        for window in self._app.topLevelWidgets():
            for widget in window.findChildren(QWidget, name):
                if isinstance(widget, QWidget) and widget.isVisible():
                    return widget
        return None

    def text(self, name: str) -> str:
        """Return what a widget shows, without direction marks; "" when it is not there."""
        widget = self.find(name)
        if isinstance(widget, QLabel | QLineEdit):
            return strip_isolates(widget.text())
        if widget is not None and hasattr(widget, "text"):
            return strip_isolates(str(widget.text()))
        return ""

    def painted(self, name: str) -> float:
        """Return when something new was last painted there, by the clock of the whole machine; 0 for never."""
        return float(getattr(self.find(name), "painted", 0.0))

    def rows(self, name: str) -> int:
        """Return how many rows a table or a list shows."""
        widget = self.find(name)
        return widget.model().rowCount() if isinstance(widget, QAbstractItemView) else 0

    def cell(self, name: str, row: int, column: int) -> str:
        """Return the text of a cell of a table."""
        widget = self.find(name)
        if not isinstance(widget, QTableView):
            return ""
        return strip_isolates(str(widget.model().index(row, column).data() or ""))

    def focus(self) -> str:
        """Return the name of the widget that has the keyboard."""
        widget = self._app.focusWidget()
        return widget.objectName() if widget else ""

    async def picture(self, name: str) -> None:
        """Keep a picture of the window as it stands."""
        await self._drained()
        window = self._app.activeWindow() or self._app.topLevelWidgets()[0]
        with self._pulse.resting():
            window.grab().save(str(self._folder / f"{name}.png"))

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, as whoever sits before it does."""
        window = self._app.activeWindow()
        if window is not None:
            window.resize(width, height)

    async def settled(self) -> None:
        """Wait a moment in which the screen reads what it shows."""
        await asyncio.sleep(0.15)

    def overview(self) -> str:
        """Return what is on the screen, for the message of a failure."""
        shown = [w for w in self._app.allWidgets() if w.isVisible() and w.objectName() and "qt_" not in w.objectName()]
        return ", ".join(sorted({f"{w.objectName()}={self.text(w.objectName())[:40]!r}" for w in shown}))

    def _post(self, key: int, held: Qt.KeyboardModifier, text: str, scan: int = 0) -> None:
        target = self._app.focusWidget() or self._app.activeWindow()
        if target is None:
            raise NotSeen(f"nothing has the keyboard; on the screen: {self.overview()}")
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.postEvent(target, QKeyEvent(kind, key, held, scan, 0, 0, text))

    async def _drained(self) -> None:
        await asyncio.sleep(0.005)
