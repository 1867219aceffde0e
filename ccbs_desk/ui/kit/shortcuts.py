"""Shortcuts by physical key, so that they work under an Arabic layout as under a Latin one."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from ccbs_desk.config.language import isolate_ltr
from ccbs_desk.ui.kit.keyboard import physical_key

_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
# The editing keys that Qt itself knows only by their Latin letter.
_EDITING = {
    "A": Qt.Key.Key_A,
    "C": Qt.Key.Key_C,
    "V": Qt.Key.Key_V,
    "X": Qt.Key.Key_X,
    "Y": Qt.Key.Key_Y,
    "Z": Qt.Key.Key_Z,
}
_NAMED = {
    "Esc": Qt.Key.Key_Escape,
    "Enter": Qt.Key.Key_Return,
    "Del": Qt.Key.Key_Delete,
    **{f"F{number}": Qt.Key(Qt.Key.Key_F1.value + number - 1) for number in range(1, 13)},
}


@dataclass(frozen=True, slots=True)
class Keys:
    """A key by its legend, "K" or "F8" or "Esc", with its modifiers."""

    key: str
    ctrl: bool = False
    alt: bool = False
    shift: bool = False

    def __str__(self) -> str:
        """Return the keys as they are shown beside an action."""
        held = [name for name, on in (("Ctrl", self.ctrl), ("Alt", self.alt), ("Shift", self.shift)) if on]
        return isolate_ltr("+".join([*held, self.key]))

    def matches(self, event: QKeyEvent) -> bool:
        """Return whether these keys were pressed."""
        if event.modifiers() & _MODIFIERS != self._modifiers():
            return False
        named = _NAMED.get(self.key)
        return event.key() == named if named is not None else physical_key(event) == self.key.upper()

    def _modifiers(self) -> Qt.KeyboardModifier:
        held = Qt.KeyboardModifier.NoModifier
        for modifier, on in (
            (Qt.KeyboardModifier.ControlModifier, self.ctrl),
            (Qt.KeyboardModifier.AltModifier, self.alt),
            (Qt.KeyboardModifier.ShiftModifier, self.shift),
        ):
            held |= modifier if on else Qt.KeyboardModifier.NoModifier
        return held


@dataclass(frozen=True, slots=True)
class _Binding:
    scope: QWidget
    keys: Keys
    run: Callable[[], object]


class Shortcuts(QObject):
    """All bindings of one application. A binding acts while its widget is visible in the active window.

    Where two bindings match, the one made for the inner widget wins.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._bindings: list[_Binding] = []
        # Whoever has the keyboard is heard, and whoever stands in when nothing in a window has it. A filter over the
        # whole application would see every event of every widget, which costs a third of building a screen.
        self._heard: QWidget | None = None
        app.focusChanged.connect(self._follow)

    def bind(self, scope: QWidget, keys: Keys, run: Callable[[], object]) -> None:
        """Run a function when the keys are pressed anywhere in the scope's window while the scope is shown."""
        self._bindings.append(_Binding(scope, keys, run))
        scope.window().installEventFilter(self)
        scope.destroyed.connect(lambda: self._forget(scope))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """See each key press before the widget that has the keyboard."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(watched, QWidget) or not isinstance(event, QKeyEvent):
            return False
        binding = self._find(watched, event)
        if binding is not None:
            binding.run()
            return True
        return self._press_latin(watched, event)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._heard is not None and isValid(self._heard) and not self._heard.isWindow():
            self._heard.removeEventFilter(self)
        self._heard = now
        if now is not None:
            # A filter that is there already is not put in twice, only first.
            now.installEventFilter(self)

    def _find(self, watched: QWidget, event: QKeyEvent) -> _Binding | None:
        window = watched.window()
        fitting = [
            binding
            for binding in self._bindings
            if binding.keys.matches(event) and binding.scope.window() is window and binding.scope.isVisible()
        ]
        if not fitting:
            return None
        return max(fitting, key=lambda binding: _depth(binding.scope))

    def _press_latin(self, watched: QWidget, event: QKeyEvent) -> bool:
        """Give the widget Ctrl+C and its like by the Latin letter, where the layout typed another one."""
        if event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier != Qt.KeyboardModifier.ControlModifier:
            return False
        wanted = _EDITING.get(physical_key(event) or "")
        if wanted is None or event.key() == wanted or event.key() < Qt.Key.Key_AsciiTilde:
            return False
        QApplication.sendEvent(watched, QKeyEvent(QEvent.Type.KeyPress, wanted, event.modifiers()))
        return True

    def _forget(self, scope: QWidget) -> None:
        self._bindings = [binding for binding in self._bindings if binding.scope is not scope]


def _depth(widget: QWidget) -> int:
    depth, above = 0, widget.parentWidget()
    while above is not None:
        depth, above = depth + 1, above.parentWidget()
    return depth
