"""To whom a call goes: queues and free colleagues to choose from by a digit, and what the next one is to know.

Like the list of callers: digits choose, letters go into the box and make the list shorter. It decides nothing.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from ccbs_desk.config.language import Text, show
from ccbs_desk.domain.text import fold_digits
from ccbs_desk.ui.agent import text
from ccbs_desk.ui.agent.shown import Target
from ccbs_desk.ui.agent.small import MOST_KEYS, SmallDialog
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.fields import TextField
from ccbs_desk.ui.kit.form import Form
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.tokens import Space


class TransferDialog(SmallDialog):
    """To whom the call goes, and what he is to know."""

    entered = Signal(str, str)

    def __init__(self, parent: QWidget, targets: Sequence[Target]) -> None:
        super().__init__(parent, "agent.transfer", text.TRANSFER)
        self._targets = tuple(targets)
        self._shown: tuple[Target, ...] = ()
        self._chosen: Target | None = None
        self._to, self._note, self._form = TextField(), TextField(), Form()
        self._to.setObjectName("agent.transfer.to")
        self._note.setObjectName("agent.transfer.note")
        self._form.add("to", text.TO, self._to, hint=text.TO_HINT)
        self._form.add("note", text.NOTE, self._note, hint=text.NOTE_HINT)
        self._buttons = [self._button(place) for place in range(min(MOST_KEYS, len(self._targets)))]
        go, close = Button(text.HAND_OVER, Kind.PRIMARY), Button(text.CLOSE, key="Esc")
        go.clicked.connect(self._enter)
        close.clicked.connect(self.reject)
        self._to.textEdited.connect(self._narrow)
        self._to.returnPressed.connect(self._settle)
        self._note.returnPressed.connect(self._enter)
        head = column(Label(text.TRANSFER, Role.TITLE), Label(text.CHOOSE_TARGET, Role.HINT), gap=Space.XS)
        choices = column(*self._buttons, gap=Space.XS)
        foot = row(None, close, go)
        self.setLayout(column(head, self.problem, choices, self._form, foot, gap=Space.L, margin=Space.XL))
        self._narrow()
        (self._buttons[0] if self._buttons else self._to).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """A digit chooses, whichever family the layout types; letters make the list shorter."""
        digit = fold_digits(event.text())
        if digit.isdigit() and 1 <= int(digit) <= len(self._buttons):
            self._pick(int(digit) - 1)
        elif event.text().isalpha():
            self._to.setFocus(Qt.FocusReason.ShortcutFocusReason)
            QApplication.sendEvent(self._to, event)
        else:
            super().keyPressEvent(event)

    def _button(self, place: int) -> Button:
        button = Button("", Kind.QUIET, key=str(place + 1))
        button.setObjectName(f"agent.transfer.target.{place + 1}")
        button.clicked.connect(lambda: self._pick(place))
        return button

    def _narrow(self, asked: str = "") -> None:
        """Show those whom the text in the box fits; whoever was chosen before is not any more."""
        self._chosen = None
        self._shown = tuple(one for one in self._targets if one.fits(asked.strip()))[: len(self._buttons)]
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(self._shown))
            if place < len(self._shown):
                button.set_text(self._shown[place].words)
        self._mark()
        QTimer.singleShot(0, self, self.adjustSize)

    def _mark(self) -> None:
        for button, target in zip(self._buttons, self._shown, strict=False):
            chosen = target == self._chosen
            button.set_icon("check" if chosen else target.icon)
            button.setAccessibleDescription(show(text.CHOSEN) if chosen else "")

    def _pick(self, place: int) -> None:
        if place < len(self._shown):
            self._chosen = self._shown[place]
            self._form.show_error("to", None)
            self._mark()
            self._note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _settle(self) -> None:
        """Go on from the box: to the only one whom it fits, else with what was typed."""
        if len(self._shown) == 1:
            self._pick(0)
        else:
            self._enter()

    def _enter(self) -> None:
        typed = fold_digits(self._to.value())
        to = self._chosen.to if self._chosen else typed
        missing: Text | None = None if to else text.TO_MISSING
        self._form.show_error("to", missing)
        if to:
            self.entered.emit(to, self._note.value())
        else:
            self._form.focus_first_error()
