"""The small dialogs of the agent: another state, telephone and queues, to whom a call goes. They decide nothing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.domain.text import fold_digits
from ccbs_desk.ui.agent import text
from ccbs_desk.ui.agent.presenter import READY, WRAP_UP, Choice, Dialog, LoggedIn
from ccbs_desk.ui.agent.shown import QueueChoice, Target
from ccbs_desk.ui.agent.small import MOST_KEYS, SmallDialog
from ccbs_desk.ui.agent.transfer import TransferDialog
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.fields import PhoneEdit
from ccbs_desk.ui.kit.form import Form
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.parts import Notice


class StateDialog(SmallDialog):
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


class LogInDialog(SmallDialog):
    """The telephone, and the queues to take calls from."""

    entered = Signal(str, object)

    def __init__(self, parent: QWidget, extension: str, queues: Sequence[QueueChoice]) -> None:
        super().__init__(parent, "agent.log_in", text.LOG_IN)
        self._extension, self._form = PhoneEdit(), Form()
        self._extension.setObjectName("agent.extension")
        self._form.add("extension", text.EXTENSION, self._extension, hint=text.EXTENSION_HINT)
        self._extension.set_value(extension)
        self._queues = tuple(queues)
        self._wanted = {queue.code for queue in queues if queue.wanted}
        self._buttons = [self._button(place, queue) for place, queue in enumerate(queues, start=1)]
        go, close = Button(text.LOG_IN, Kind.PRIMARY), Button(text.CLOSE, key="Esc")
        go.setObjectName("agent.log_in.confirm")
        go.clicked.connect(self._enter)
        close.clicked.connect(self.reject)
        self._extension.returnPressed.connect(self._enter)
        self._missing = Notice(Tone.BAD, "agent.queues.missing")
        title, hint = Label(text.QUEUES, Role.LABEL), Label(text.QUEUES_HINT, Role.HINT)
        choices = (column(title, *self._buttons, hint, gap=Space.XS), self._missing) if queues else ()
        head, foot = Label(text.LOG_IN, Role.TITLE), row(None, close, go)
        self.setLayout(column(head, self.problem, self._form, *choices, foot, gap=Space.L, margin=Space.XL))
        self._mark()
        self._extension.setFocus(Qt.FocusReason.OtherFocusReason)
        self._extension.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """A digit takes a queue in or leaves it out, whichever family the layout types; Enter logs in."""
        digit = fold_digits(event.text())
        if digit.isdigit() and 1 <= int(digit) <= min(len(self._buttons), MOST_KEYS):
            self._toggle(self._queues[int(digit) - 1].code)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.focusWidget() in self._buttons:
            self._enter()
        else:
            super().keyPressEvent(event)

    def _button(self, place: int, queue: QueueChoice) -> Button:
        button = Button(queue.name, Kind.QUIET, key=str(place) if place <= MOST_KEYS else None)
        button.setObjectName(f"agent.queue.{queue.code}")
        button.setCheckable(True)
        button.clicked.connect(lambda: self._toggle(queue.code))
        return button

    def _toggle(self, code: str) -> None:
        self._wanted ^= {code}
        self._missing.tell("")
        self._mark()

    def _mark(self) -> None:
        for button, queue in zip(self._buttons, self._queues, strict=True):
            wanted = queue.code in self._wanted
            button.setChecked(wanted)
            button.set_icon("check" if wanted else "neutral", Tone.OK if wanted else Tone.NEUTRAL)

    def _enter(self) -> None:
        extension = self._extension.value()
        self._form.show_error("extension", None if extension else text.EXTENSION_MISSING)
        if not extension:
            self._form.focus_first_error()
        elif self._queues and not self._wanted:
            self._missing.tell(text.QUEUES_MISSING)
            QTimer.singleShot(0, self, self.adjustSize)
        else:
            self.entered.emit(extension, tuple(queue.code for queue in self._queues if queue.code in self._wanted))


class OverWindow:
    """Opens the dialogs over one window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def ask_state(self, current: Text, choices: Sequence[Choice], chosen: Callable[[Dialog, str], None]) -> None:
        """Ask for another state."""
        dialog = StateDialog(self._window, current, choices)
        dialog.chosen.connect(lambda choice: chosen(dialog, choice))
        dialog.open()

    def ask_log_in(self, extension: str, queues: Sequence[QueueChoice], entered: LoggedIn) -> None:
        """Ask for telephone and queues."""
        dialog = LogInDialog(self._window, extension, queues)
        dialog.entered.connect(lambda phone, wanted: entered(dialog, phone, wanted))
        dialog.open()

    def ask_transfer(self, targets: Sequence[Target], entered: Callable[[Dialog, str, str], None]) -> None:
        """Ask to whom the call goes, and what he is to know."""
        dialog = TransferDialog(self._window, targets)
        dialog.entered.connect(lambda to, note: entered(dialog, to, note))
        dialog.open()
