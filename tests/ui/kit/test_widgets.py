"""What the widgets do: errors stay under their field, tables keep their row, questions answer, toasts take no focus."""

import asyncio
from dataclasses import dataclass
from typing import TypeVar

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from ccbs_desk.config.language import Amount, Code, message, strip_isolates
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.badge import Badge
from ccbs_desk.ui.kit.banner import Banner, Toast
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card, FactRow, Facts
from ccbs_desk.ui.kit.dialogs import Answer, Question, ask
from ccbs_desk.ui.kit.fields import Choice, TextField
from ccbs_desk.ui.kit.form import Form, Labels
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role, Rule
from ccbs_desk.ui.kit.layout import column
from ccbs_desk.ui.kit.shortcuts import Keys
from ccbs_desk.ui.kit.states import EmptyState, ErrorState, ProgressState
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Scheme, Size, Tone
from tests.factories.keys import click, press, type_text
from tests.ui.golden import settle

ANSWERS = (Answer("void", message("Try again"), Kind.DANGER), Answer("no", message("Cancel")))


@dataclass(frozen=True, slots=True)
class Bill:
    """A row of the tables here."""

    number: str
    left: Money
    note: str | None = None


BILLS = tuple(Bill(f"11-{number}", Money(number * 100, SYP)) for number in range(1, 6))


Child = TypeVar("Child", bound=QObject)


def _child(parent: QWidget, kind: type[Child]) -> Child:
    """Return the first child of a kind, which must be there."""
    return parent.findChildren(kind)[0]


def _tone(bill: Bill) -> Tone | None:
    return Tone.BAD if bill.left.minor > 300 else None


def _table(qtbot: QtBot, empty: EmptyState | None = None) -> Table[Bill]:
    table: Table[Bill] = Table(
        (
            Column("number", message("Call"), lambda bill: Code(bill.number), width=120),
            Column("left", message("Cancel"), lambda bill: Amount(bill.left), Align.FIGURE, strong=True, tone=_tone),
            Column("note", message("Password"), lambda bill: bill.note, Align.CENTRE),
            Column("state", message("Places"), lambda _bill: message("Yes"), width=90, badge=True),
        ),
        name=message("Commands"),
        key=lambda bill: bill.number,
        empty=empty,
    )
    qtbot.addWidget(table)
    table.resize(600, 300)
    table.show()
    return table


def test_an_error_stays_under_its_field_until_the_value_changes(qtbot: QtBot, look: Look) -> None:
    form, field = Form(), TextField()
    qtbot.addWidget(form)
    form.add("user", message("User name"), field, hint=message("No call"))
    form.show()
    hint = form._entries["user"].hint
    form.show_error("user", message("Type your user name."))
    assert (hint.text(), hint.property("role")) == ("اكتب اسم المستخدم.", Role.ERROR.value)
    assert field.property("invalid") is True
    assert field.accessibleDescription() == "خطأ: اكتب اسم المستخدم."
    look.set_language("en")
    qtbot.waitUntil(lambda: field.accessibleDescription() == "Error: Type your user name.")
    type_text(field, "r")
    assert hint.text() == "No call"
    assert field.property("invalid") is False
    assert (field.accessibleName(), field.accessibleDescription()) == ("User name", "No call")


def test_the_keyboard_goes_to_the_first_error(qtbot: QtBot, look: Look) -> None:
    form, right, wrong, choice = Form(Labels.BESIDE), TextField(), TextField(), Choice((("a", "A"), ("b", "B")))
    qtbot.addWidget(form)
    for key, field in (("right", right), ("wrong", wrong), ("choice", choice)):
        form.add(key, key, field)
    wrong.set_value("قيمة")
    form.show()
    form.focus_first_error()
    form.show_error("wrong", "x")
    form.show_error("choice", "x")
    form.focus_first_error()
    qtbot.waitUntil(wrong.hasFocus)
    assert wrong.selectedText() == "قيمة"
    form.show_error("wrong", None)
    form.focus_first_error()
    qtbot.waitUntil(choice.hasFocus)
    choice.setCurrentIndex(1)
    assert choice.property("invalid") is False
    form.show_error("right", "x")
    form.clear_errors()
    assert form.field("right").property("invalid") is False


def test_a_table_is_driven_by_the_keyboard(qtbot: QtBot, look: Look) -> None:
    table = _table(qtbot)
    table.set_rows(BILLS)
    assert table.current() is None
    press(table, Qt.Key.Key_Return)
    table.select(0)
    with qtbot.waitSignal(table.current_changed) as moved:
        press(table, Qt.Key.Key_Down)
    assert moved.args == [BILLS[1]]
    with qtbot.waitSignal(table.opened) as opened:
        press(table, Qt.Key.Key_Return)
    assert opened.args == [BILLS[1]]
    press(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "١١-٢\t٢٫٠٠\t\tنعم"
    assert table.rows() == BILLS
    with qtbot.waitSignal(table.opened):
        table.doubleClicked.emit(table.model().index(3, 0))


def test_a_table_keeps_its_row_by_key(qtbot: QtBot, look: Look) -> None:
    table = _table(qtbot)
    table.set_rows(BILLS)
    table.select(2)
    changed = tuple(Bill(bill.number, Money(0, SYP)) for bill in reversed(BILLS))
    table.set_rows(changed)
    assert table.current() == changed[2]
    table.set_rows(BILLS[:1])
    assert table.current() is None


def test_a_table_says_what_it_is_in_either_language(qtbot: QtBot, look: Look) -> None:
    table = _table(qtbot)
    table.set_rows(BILLS)
    settle()
    model = table.model()
    assert model.headerData(0, Qt.Orientation.Horizontal) == "المكالمة"
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) is None
    figure = Qt.AlignmentFlag(model.data(model.index(0, 1), Qt.ItemDataRole.TextAlignmentRole))
    assert figure & Qt.AlignmentFlag.AlignAbsolute
    assert figure & Qt.AlignmentFlag.AlignRight
    assert strip_isolates(str(model.data(model.index(4, 1)))) == "٥٫٠٠"
    assert model.data(model.index(0, 1), Qt.ItemDataRole.ForegroundRole) is None
    assert model.data(model.index(4, 1), Qt.ItemDataRole.ForegroundRole) is not None
    look.set_language("en")
    qtbot.waitUntil(lambda: table.accessibleName() == "Commands")
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Cancel"
    assert not table.grab().isNull()


def test_an_empty_table_says_so(qtbot: QtBot, look: Look) -> None:
    empty = EmptyState(message("No call"), message("Try again"), action=message("Commands"))
    table = _table(qtbot, empty)
    assert empty.isVisible()
    with qtbot.waitSignal(empty.acted):
        click(_child(empty, Button))
    table.set_rows(BILLS)
    assert not empty.isVisible()


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("enabled", [True, False])
def test_a_button_shows_all_its_letters(qtbot: QtBot, look: Look, kind: Kind, enabled: bool) -> None:
    button = Button(message("Try again"), kind, icon="sync", key=Keys("F8"))
    qtbot.addWidget(button)
    bare = Button(message("Try again"), kind)
    qtbot.addWidget(bare)
    button.setEnabled(enabled)
    button.show()
    assert button.sizeHint().width() > bare.sizeHint().width() > bare.fontMetrics().horizontalAdvance(bare.text())
    assert button.minimumSizeHint() == button.sizeHint()
    assert strip_isolates(button.accessibleDescription()) == "F8"
    assert not button.grab().isNull()


def test_a_button_changes_its_face(qtbot: QtBot, look: Look) -> None:
    button = Button("أ")
    qtbot.addWidget(button)
    button.show()
    before = button.grab().toImage()
    button.set_icon("sync", Tone.WARN)
    with_icon = button.grab().toImage()
    button.set_text("ب")
    assert len({before.cacheKey(), with_icon.cacheKey(), button.grab().toImage().cacheKey()}) == 3
    assert before != with_icon


def test_states_tell_and_act(qtbot: QtBot, look: Look) -> None:
    error = ErrorState(message("No call"), message("All sent"), message("Try again"))
    qtbot.addWidget(error)
    error.show_error("عنوان", "محفوظ", "افعل", "زر")
    assert [label.text() for label in error.findChildren(Label)] == ["عنوان", "محفوظ", "افعل"]
    with qtbot.waitSignal(error.acted):
        _child(error, Button).click()
    progress = ProgressState(message("Connecting"))
    qtbot.addWidget(progress)
    bar = _child(progress, QProgressBar)
    assert bar.maximum() == 0
    progress.set_progress(3, 10, "٣ من ١٠")
    progress.set_text("آخر")
    assert (bar.value(), bar.maximum()) == (3, 10)
    with qtbot.waitSignal(progress.cancelled):
        _child(progress, Button).click()
    endless = ProgressState("", cancel=False)
    qtbot.addWidget(endless)
    assert endless.findChild(Button) is None


def test_a_banner_says_and_acts(qtbot: QtBot, look: Look) -> None:
    banner = Banner(Tone.WARN, "تنبيه", "نص", action="افعل")
    qtbot.addWidget(banner)
    banner.show()
    assert banner.accessibleName() == "تنبيه نص"
    with qtbot.waitSignal(banner.acted):
        _child(banner, Button).click()
    banner.show_notice(Tone.OK, "تم")
    assert banner.accessibleName() == "تم"
    assert not _child(banner, Button).isVisible()


def test_a_toast_takes_no_focus_and_stays_at_the_foot(qtbot: QtBot, look: Look) -> None:
    window, field = QWidget(), TextField()
    window.setLayout(column(field, None))
    qtbot.addWidget(window)
    window.resize(600, 400)
    toast = Toast(window)
    window.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    toast.say(message("All sent"), Tone.OK)
    assert toast.isVisible()
    assert field.hasFocus()
    window.resize(800, 700)
    settle()
    assert toast.geometry().bottom() < 700 - Size.STATUS_BAR
    assert abs(toast.geometry().center().x() - 400) <= 1
    toast._timer.timeout.emit()
    assert not toast.isVisible()


def test_facts_can_be_copied_and_explained(qtbot: QtBot, look: Look) -> None:
    fact = FactRow(message("Call"), Money(150, SYP), role=Role.FIGURE, tone=Tone.BAD, explain=True)
    plain = FactRow(message("Call"))
    card = Card(message("Places"), beside=Badge(message("Yes"), Tone.OK)).add(Facts(fact, plain), Rule(standing=True))
    qtbot.addWidget(card)
    assert fact.plain_value() == "١٫٥٠\u00a0ل.س"
    with qtbot.waitSignal(fact.explained):
        _child(fact, Button).click()
    fact.set_value(None)
    assert fact.plain_value() == ""
    assert fact.value.property("tone") is None


def test_a_badge_says_its_state_and_takes_its_room(qtbot: QtBot, look: Look) -> None:
    badge = Badge(message("Yes"), Tone.OK)
    qtbot.addWidget(badge)
    narrow = badge.width()
    badge.set_state(message("Connected to the centre"), Tone.WARN)
    badge.show()
    assert badge.accessibleName() == "متصل بالمركز"
    assert badge.width() > narrow
    look.set_scheme(Scheme.LIGHT, 1.5)
    settle()
    assert badge.width() > narrow * 1.5
    assert not badge.grab().isNull()


def test_a_label_changes_its_role_once(qtbot: QtBot, look: Look) -> None:
    label, sign = Label("أ", tone=Tone.OK), IconLabel("ok", Tone.OK)
    qtbot.addWidget(label)
    qtbot.addWidget(sign)
    label.set_role(Role.TITLE)
    label.set_role(Role.TITLE)
    theme.dress(label)
    label.show()
    assert label.font().pixelSize() == 16
    before = sign.pixmap().toImage()
    sign.set_icon("error", Tone.BAD)
    assert sign.pixmap().toImage() != before


def _question(qtbot: QtBot) -> Question:
    question = Question(None, message("Try again"), "نص", ANSWERS, body=Label("تفصيل"))
    qtbot.addWidget(question)
    question.open()
    qtbot.waitUntil(lambda: question.focusWidget() is not None)
    return question


def test_the_keyboard_is_on_the_answer_that_destroys_nothing(qtbot: QtBot, look: Look) -> None:
    question = _question(qtbot)
    focused = question.focusWidget()
    assert focused is not None
    assert focused.objectName() == "no"
    with qtbot.waitSignal(question.answered) as told:
        press(question, Qt.Key.Key_Return)
    assert told.args == ["no"]


def test_escape_answers_nothing(qtbot: QtBot, look: Look) -> None:
    question = _question(qtbot)
    with qtbot.waitSignal(question.answered) as told:
        press(question, Qt.Key.Key_Escape)
    assert told.args == [None]


def test_a_question_answers_through_a_future(qtbot: QtBot, look: Look) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()

    async def answered() -> str | None:
        future = ask(window, "سؤال", "نص", ANSWERS, tone=Tone.WARN)
        (question,) = window.findChildren(Question)
        next(button for button in question.findChildren(Button) if button.objectName() == "void").click()
        return await future

    async def abandoned() -> bool:
        future = ask(window, "سؤال", "نص", ANSWERS)
        question = window.findChildren(Question)[-1]
        future.cancel()
        await asyncio.sleep(0)
        return not question.isVisible()

    assert asyncio.run(answered()) == "void"
    assert asyncio.run(abandoned())


def test_a_question_of_one_dangerous_answer_still_has_the_keyboard(qtbot: QtBot, look: Look) -> None:
    question = Question(None, "أ", "ب", ANSWERS[:1])
    qtbot.addWidget(question)
    question.open()
    assert question.focusWidget() is question.findChild(Button, "void")
