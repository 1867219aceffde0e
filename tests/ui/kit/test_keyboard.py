"""Shortcuts by physical key: they work under an Arabic layout, and each screen has only its own."""

from functools import partial

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ccbs_desk.config.language import strip_isolates
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.kit.fields import TextField
from ccbs_desk.ui.kit.focus import focus_first
from ccbs_desk.ui.kit.keyboard import physical_key, scan_code
from ccbs_desk.ui.kit.labels import Label
from ccbs_desk.ui.kit.layout import column
from ccbs_desk.ui.kit.shortcuts import Keys
from tests.factories.keys import press, press_physical, type_text

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def _gone(widget: QWidget) -> bool:
    return not isValid(widget)


def _event(key: int, scan: int, text: str = "") -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, CONTROL, scan, 0, 0, text)


@pytest.mark.parametrize("letter", ["k", "ن"])
def test_a_shortcut_works_under_either_layout(qtbot: QtBot, look: Look, letter: str) -> None:
    field, pressed = TextField(), list[str]()
    qtbot.addWidget(field)
    field.show()
    look.shortcuts.bind(field, Keys("K", ctrl=True), lambda: pressed.append("k"))
    press_physical(field, "K", CONTROL, letter)
    assert pressed == ["k"]
    press_physical(field, "J", CONTROL, "ت")
    press_physical(field, "K", CONTROL | SHIFT, letter)
    press_physical(field, "K", Qt.KeyboardModifier.NoModifier, letter)
    assert pressed == ["k"]
    assert field.text() == letter


def test_function_and_named_keys(qtbot: QtBot, look: Look) -> None:
    field, pressed = TextField(), list[str]()
    qtbot.addWidget(field)
    field.show()
    for name in ("F8", "Esc"):
        look.shortcuts.bind(field, Keys(name), partial(pressed.append, name))
    press(field, Qt.Key.Key_F8)
    press(field, Qt.Key.Key_Escape)
    press(field, Qt.Key.Key_F7)
    assert pressed == ["F8", "Esc"]


def test_a_binding_lives_while_its_screen_is_shown_and_the_inner_one_wins(qtbot: QtBot, look: Look) -> None:
    outer, inner, field, pressed = QWidget(), QWidget(), TextField(), list[str]()
    qtbot.addWidget(outer)
    inner.setLayout(column(field))
    outer.setLayout(column(inner, Button("a")))
    outer.show()
    keys = Keys("S", ctrl=True)
    look.shortcuts.bind(outer, keys, lambda: pressed.append("outer"))
    look.shortcuts.bind(inner, keys, lambda: pressed.append("inner"))
    press_physical(field, "S", CONTROL, "س")
    inner.hide()
    press_physical(outer, "S", CONTROL, "س")
    outer.hide()
    press_physical(outer, "S", CONTROL, "س")
    assert pressed == ["inner", "outer"]


def test_another_windows_binding_is_left_alone(qtbot: QtBot, look: Look) -> None:
    one, other, pressed = QWidget(), QWidget(), list[str]()
    for window in (one, other):
        qtbot.addWidget(window)
        window.show()
    look.shortcuts.bind(one, Keys("F9"), lambda: pressed.append("one"))
    press(other, Qt.Key.Key_F9)
    assert pressed == []


def test_a_binding_goes_with_its_widget(qtbot: QtBot, look: Look) -> None:
    widget = QWidget()
    look.shortcuts.bind(widget, Keys("F9"), lambda: None)
    widget.deleteLater()
    qtbot.waitUntil(partial(_gone, widget))
    assert all(binding.scope is not widget for binding in look.shortcuts._bindings)


def test_select_all_copy_and_paste_work_under_an_arabic_layout(qtbot: QtBot, look: Look) -> None:
    field = TextField()
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.set_value("دمشق")
    press_physical(field, "A", CONTROL, "ش")
    press_physical(field, "C", CONTROL, "ؤ")
    assert QGuiApplication.clipboard().text() == "دمشق"
    press_physical(field, "X", CONTROL, "ء")
    assert field.text() == ""
    press_physical(field, "V", CONTROL, "ر")
    assert field.text() == "دمشق"


def test_keys_are_shown_as_one_unit() -> None:
    assert strip_isolates(str(Keys("K", ctrl=True, alt=True, shift=True))) == "Ctrl+Alt+Shift+K"
    assert strip_isolates(str(Keys("F8"))) == "F8"


def test_the_physical_key_is_known_with_and_without_a_scan_code(monkeypatch: pytest.MonkeyPatch, look: Look) -> None:
    arabic_n = 0x646
    assert physical_key(_event(arabic_n, scan_code("K"))) == "K"
    assert physical_key(_event(arabic_n, 0)) == "K"
    assert physical_key(_event(Qt.Key.Key_K.value, 0)) == "K"
    assert physical_key(_event(Qt.Key.Key_Shift.value, 0)) is None
    assert physical_key(_event(0, 200)) is None
    assert physical_key(_event(0x621, 0, "ء")) == "X"
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "windows")
    assert scan_code("K") == 0x25
    assert physical_key(_event(arabic_n, 0x25)) == "K"


def test_the_ring_follows_the_keyboard_to_buttons_only(qtbot: QtBot, look: Look) -> None:
    button, field, holder = Button("زر"), TextField(), QWidget()
    holder.setLayout(column(field, button))
    qtbot.addWidget(holder)
    ring = look._ring
    holder.show()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    assert ring.ringed() is button
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    assert ring.ringed() is None


def test_the_ring_outlives_the_window_that_it_was_in(qtbot: QtBot, look: Look) -> None:
    for _ in range(2):
        button = Button("زر")
        holder = QWidget()
        holder.setLayout(column(button))
        holder.show()
        button.setFocus()
        qtbot.waitUntil(button.hasFocus)
        assert look._ring.ringed() is button
        holder.deleteLater()
        qtbot.waitUntil(partial(_gone, holder))
    assert look._ring.ringed() is None


def test_a_screen_gets_the_keyboard_where_it_was_last(qtbot: QtBot, look: Look) -> None:
    window, screen = QWidget(), QWidget()
    off, first, second, outside = TextField(), TextField(), TextField(), TextField()
    off.setEnabled(False)
    screen.setLayout(column(Label("a"), off, first, second))
    window.setLayout(column(outside, screen))
    qtbot.addWidget(window)
    window.show()
    outside.setFocus()
    qtbot.waitUntil(outside.hasFocus)
    focus_first(screen)
    assert QApplication.focusWidget() is first
    second.setFocus()
    outside.setFocus()
    screen.setFocusProxy(second)
    focus_first(screen)
    assert QApplication.focusWidget() is second


def test_a_screen_without_controls_takes_nothing(qtbot: QtBot, look: Look) -> None:
    window, screen, field = QWidget(), QWidget(), TextField()
    window.setLayout(column(field, screen))
    qtbot.addWidget(window)
    window.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    focus_first(screen)
    assert field.hasFocus()


def test_typing_helper_types_arabic(qtbot: QtBot, look: Look) -> None:
    field = TextField()
    qtbot.addWidget(field)
    type_text(field, "عبد الرحمن 12")
    assert field.text() == "عبد الرحمن 12"
