"""The small dialogs of the agent: another state, telephone and queues, to whom a call goes. They decide nothing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.domain.text import fold_digits
from ccbs_desk.ui.agent import text
from ccbs_desk.ui.agent.presenter import READY, WRAP_UP, Choice, Dialog
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.fields import PhoneEdit, TextField
from ccbs_desk.ui.kit.form import Form
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.tokens import Size, Space, Tone
from ccbs_desk.ui.parts import Notice

MOST_KEYS = 9


class _Small(Live, QDialog):
    """A dialog with a title, a place for what was refused, and its buttons."""

    def __init__(self, parent: QWidget, name: str, title: Text) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._title = title
        self.setMinimumWidth(Size.DIALOG)
        # The keyboard goes back to where it was, also where no window manager sees to it.
        self.finished.connect(lambda _code: parent.activateWindow())
        self.problem = Notice(Tone.BAD, f"{name}.problem")
        self.retranslate()

    def show_problem(self, problem: Text) -> None:
        """Say why it was refused; what was typed stays."""
        self.problem.tell(problem)
        QTimer.singleShot(0, self, self.adjustSize)

    def finish(self) -> None:
        """Close it."""
        self.accept()

    def retranslate(self) -> None:
        """Name the window, and make room for the words of the language once they are there."""
        self.setWindowTitle(str(self._title))
        if self.isVisible():
            QTimer.singleShot(0, self, self.adjustSize)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Return presses the button that has the keyboard."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, Button):
            focused.click()
        else:
            super().keyPressEvent(event)


class StateDialog(_Small):
    """The states that may be chosen, each with a number to press."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget, current: Text, choices: Sequence[Choice]) -> None:
        super().__init__(parent, "agent.state", text.TITLE)
        self._choices = choices
        hint = text.CHOOSE if choices else text.IN_CALL
        inside = column(Label(text.TITLE, Role.TITLE), Label(current, Role.SOFT), gap=Space.S)
        buttons = column(gap=Space.S)
        for place, choice in enumerate(choices, start=1):
            key = str(place) if place <= MOST_KEYS else None
            button = Button(choice.text, Kind.PRIMARY if choice.id in (READY, WRAP_UP) else Kind.QUIET, key=key)
            button.setObjectName(f"agent.choice.{choice.id}")
            button.clicked.connect(lambda _down=False, choice=choice: self.chosen.emit(choice.id))
            buttons.addWidget(button)
        close = Button(text.CLOSE, Kind.PLAIN, key="Esc")
        close.clicked.connect(self.reject)
        foot = row(Label(hint, Role.HINT), None, close)
        self.setLayout(column(inside, self.problem, buttons, foot, gap=Space.L, margin=Space.XL))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """A digit chooses, whichever family the layout types."""
        digit = fold_digits(event.text())
        if digit.isdigit() and 1 <= int(digit) <= min(len(self._choices), MOST_KEYS):
            self.chosen.emit(self._choices[int(digit) - 1].id)
        else:
            super().keyPressEvent(event)


class LogInDialog(_Small):
    """Telephone and queues."""

    entered = Signal(str, str)

    def __init__(self, parent: QWidget, extension: str, queues: str) -> None:
        super().__init__(parent, "agent.log_in", text.LOG_IN)
        self._extension, self._queues, self._form = PhoneEdit(), TextField(), Form()
        self._extension.setObjectName("agent.extension")
        self._queues.setObjectName("agent.queues")
        self._form.add("extension", text.EXTENSION, self._extension, hint=text.EXTENSION_HINT)
        self._form.add("queues", text.QUEUES, self._queues, hint=text.QUEUES_HINT)
        self._extension.set_value(extension)
        self._queues.set_value(queues)
        go, close = Button(text.LOG_IN, Kind.PRIMARY), Button(text.CLOSE, key="Esc")
        go.setObjectName("agent.log_in.confirm")
        go.clicked.connect(self._enter)
        close.clicked.connect(self.reject)
        for field in (self._extension, self._queues):
            field.returnPressed.connect(self._enter)
        head = Label(text.LOG_IN, Role.TITLE)
        foot = row(None, close, go)
        self.setLayout(column(head, self.problem, self._form, foot, gap=Space.L, margin=Space.XL))
        self._extension.setFocus(Qt.FocusReason.OtherFocusReason)
        self._extension.selectAll()

    def _enter(self) -> None:
        extension = self._extension.value()
        self._form.show_error("extension", None if extension else text.EXTENSION_MISSING)
        if extension:
            self.entered.emit(extension, self._queues.value())
        else:
            self._form.focus_first_error()


class TransferDialog(_Small):
    """To whom the call goes, and what he is to know."""

    entered = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "agent.transfer", text.TRANSFER)
        self._to, self._note, self._form = PhoneEdit(), TextField(), Form()
        self._to.setObjectName("agent.transfer.to")
        self._note.setObjectName("agent.transfer.note")
        self._form.add("to", text.TO, self._to, hint=text.TO_HINT)
        self._form.add("note", text.NOTE, self._note, hint=text.NOTE_HINT)
        go, close = Button(text.HAND_OVER, Kind.PRIMARY), Button(text.CLOSE, key="Esc")
        go.clicked.connect(self._enter)
        close.clicked.connect(self.reject)
        for field in (self._to, self._note):
            field.returnPressed.connect(self._enter)
        head = Label(text.TRANSFER, Role.TITLE)
        self.setLayout(column(head, self.problem, self._form, row(None, close, go), gap=Space.L, margin=Space.XL))
        self._to.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter(self) -> None:
        to = self._to.value()
        self._form.show_error("to", None if to else text.TO_MISSING)
        if to:
            self.entered.emit(to, self._note.value())
        else:
            self._form.focus_first_error()


class OverWindow:
    """Opens the dialogs over one window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def ask_state(self, current: Text, choices: Sequence[Choice], chosen: Callable[[Dialog, str], None]) -> None:
        """Ask for another state."""
        dialog = StateDialog(self._window, current, choices)
        dialog.chosen.connect(lambda choice: chosen(dialog, choice))
        dialog.open()

    def ask_log_in(self, extension: str, queues: str, entered: Callable[[Dialog, str, str], None]) -> None:
        """Ask for telephone and queues."""
        dialog = LogInDialog(self._window, extension, queues)
        dialog.entered.connect(lambda phone, wanted: entered(dialog, phone, wanted))
        dialog.open()

    def ask_transfer(self, entered: Callable[[Dialog, str, str], None]) -> None:
        """Ask to whom the call goes, and what he is to know."""
        dialog = TransferDialog(self._window)
        dialog.entered.connect(lambda to, note: entered(dialog, to, note))
        dialog.open()
