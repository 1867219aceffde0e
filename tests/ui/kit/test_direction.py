"""Both directions: what is copied is clean, what is typed is understood, a switch reaches everything."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ccbs_desk.config.language import Code, message, set_digits
from ccbs_desk.domain.money import SYO, SYP, BadAmount, Money
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.kit.card import Card, FactRow
from ccbs_desk.ui.kit.fields import AmountEdit, Choice, PasswordField, PhoneEdit, SearchField, TextField
from ccbs_desk.ui.kit.labels import Label
from ccbs_desk.ui.kit.layout import clear, column
from ccbs_desk.ui.kit.translator import CatalogueTranslator
from tests.factories.keys import press, type_text

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_what_is_copied_from_a_label_has_no_marks(qtbot: QtBot, look: Look) -> None:
    label = Label(message("Till {till}", till=Code("0217")), selectable=True)
    qtbot.addWidget(label)
    label.show()
    label.setFocus()
    label.setSelection(0, len(label.text()))
    assert "\u2066" in label.selectedText()
    press(label, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "الصندوق ٠٢١٧"


def test_the_selection_that_the_middle_button_pastes_is_clean_where_there_is_one(look: Look) -> None:
    clipboard = QGuiApplication.clipboard()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
        if mode == QClipboard.Mode.Clipboard or clipboard.supportsSelection():
            clipboard.setText("\u2066\u202d11\u202c\u2069", mode)
            assert clipboard.text(mode) == "11"


def test_what_another_program_copied_is_left_as_it_is(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("\u206611\u2069")
    assert clipboard.text() == "\u206611\u2069"
    assert not look._clipboard._is_ours(QClipboard.Mode.Selection)


def test_what_is_pasted_into_a_field_loses_its_marks(qtbot: QtBot, look: Look) -> None:
    field = TextField()
    qtbot.addWidget(field)
    field.setText(" \u2067أحمد\u2069 ")
    assert field.text() == " أحمد "
    assert field.value() == "أحمد"


def test_the_caret_stays_behind_what_was_pasted(qtbot: QtBot, look: Look) -> None:
    field = TextField()
    qtbot.addWidget(field)
    field.setText("أب")
    field.setCursorPosition(1)
    field.insert("\u2066ج\u2069")
    assert (field.text(), field.cursorPosition()) == ("أجب", 2)


@pytest.mark.parametrize("typed", ["٠١١/٢٢١٤٥٦٧", "011/2214567", "۰۱۱/۲۲۱۴۵۶۷"])
def test_a_phone_number_is_typed_in_any_digits(qtbot: QtBot, look: Look, typed: str) -> None:
    field = PhoneEdit()
    qtbot.addWidget(field)
    type_text(field, typed)
    assert field.value() == "011/2214567"


def test_a_field_stands_where_the_language_starts_whatever_is_in_it(qtbot: QtBot, look: Look) -> None:
    field = TextField()
    qtbot.addWidget(field)
    field.resize(300, 34)
    for text in ("", "rana", "رنا"):
        field.setText(text)
        field.grab()  # Qt places the caret when it paints.
        assert field.cursorRect().center().x() > 240
    look.set_language("en")
    qtbot.waitUntil(lambda: bool(field.alignment() & Qt.AlignmentFlag.AlignLeft))


def test_figures_run_left_to_right_and_stand_where_the_language_starts(qtbot: QtBot, look: Look) -> None:
    field = PhoneEdit()
    qtbot.addWidget(field)
    assert field.layoutDirection() == Qt.LayoutDirection.LeftToRight
    assert field.alignment() & Qt.AlignmentFlag.AlignRight
    look.set_language("en")
    qtbot.waitUntil(lambda: bool(field.alignment() & Qt.AlignmentFlag.AlignLeft))


@pytest.mark.parametrize("typed", ["1250.5", "١٢٥٠٫٥", "1,250.50", "١٬٢٥٠٫٥"])
def test_an_amount_is_typed_in_either_family_and_shown_in_one(qtbot: QtBot, look: Look, typed: str) -> None:
    field, other = AmountEdit(), TextField()
    holder = QWidget()
    holder.setLayout(column(field, other))
    qtbot.addWidget(holder)
    holder.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    with qtbot.waitSignal(field.changed):
        type_text(field, typed)
    other.setFocus()
    assert field.text() == "١٬٢٥٠٫٥٠"
    assert field.money() == Money(125050, SYP)
    look.set_language("en")
    qtbot.waitUntil(lambda: field.text() == "1,250.50")


def test_what_is_no_amount_stays_as_it_was_typed(qtbot: QtBot, look: Look) -> None:
    set_digits("latn")
    field = AmountEdit(SYO)
    qtbot.addWidget(field)
    type_text(field, "12x")
    field.clearFocus()
    assert field.text() == "12x"
    with pytest.raises(BadAmount):
        field.money()
    field.set_money(None)
    assert field.text() == ""


def test_texts_follow_a_switch_while_they_are_shown(qtbot: QtBot, look: Look) -> None:
    label, button = Label(message("Password")), Button(message("Cancel"))
    field = TextField(message("User name"))
    choice = Choice((("a", message("Yes")), ("b", message("No"))))
    choice.set_value("b")
    holder = Card(message("Sign in")).add(label, button, field, choice, FactRow(message("Call"), True))
    qtbot.addWidget(holder)
    holder.show()
    assert (label.text(), button.text()) == ("كلمة المرور", "إلغاء")
    look.set_language("en")
    qtbot.waitUntil(lambda: label.text() == "Password")
    assert (button.text(), button.accessibleName(), field.placeholderText()) == ("Cancel", "Cancel", "User name")
    assert (choice.currentText(), choice.value(), holder.accessibleName()) == ("No", "b", "Sign in")
    assert holder.layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_the_translator_answers_none_for_what_it_does_not_know(look: Look) -> None:
    translator = CatalogueTranslator()
    assert translator.translate("QDialog", "Cancel") == "إلغاء"
    assert translator.translate("QDialog", "never heard of") is None
    assert translator.translate("QDialog", "") is None
    assert not translator.isEmpty()


def test_a_choice_keeps_its_value_when_the_options_change(qtbot: QtBot, look: Look) -> None:
    choice = Choice((("a", "A"), ("b", "B")))
    qtbot.addWidget(choice)
    choice.set_value("b")
    choice.set_options((("c", "C"), ("b", "B")))
    assert choice.value() == "b"
    choice.set_value("unknown")
    assert choice.value() == "b"
    with qtbot.waitSignal(choice.chosen) as told:
        choice.activated.emit(1)
    assert told.args == ["b"]
    choice.set_options(())
    assert choice.value() == ""


def test_a_password_is_given_as_typed_and_shown_on_wish(qtbot: QtBot, look: Look) -> None:
    field = PasswordField()
    qtbot.addWidget(field)
    type_text(field, " سر ")
    assert field.value() == " سر "
    assert field.echoMode() == PasswordField.EchoMode.Password
    eye = field.actions()[0]
    assert eye.toolTip() == "إظهار كلمة المرور"
    eye.trigger()
    assert field.echoMode() == PasswordField.EchoMode.Normal
    assert eye.toolTip() == "إخفاء كلمة المرور"


def test_the_search_field_makes_room_for_its_sign_where_the_language_starts(qtbot: QtBot, look: Look) -> None:
    field = SearchField()
    qtbot.addWidget(field)
    assert field.textMargins().right() > field.textMargins().left()
    look.set_language("en")
    qtbot.waitUntil(lambda: field.textMargins().left() > field.textMargins().right())


def test_a_cleared_column_is_empty(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    line = column(Label("a"), 8, Label("b"), None)
    holder.setLayout(line)
    clear(line)
    assert line.count() == 0
