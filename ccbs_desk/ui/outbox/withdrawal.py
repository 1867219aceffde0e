"""The question before an act is withdrawn: a person says why, or leaves the act as it is."""

import asyncio

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.fields import TextField
from ccbs_desk.ui.kit.form import Form
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.tokens import Size, Space
from ccbs_desk.ui.outbox import text

LONGEST = 200


class WithdrawalDialog(Live, QDialog):
    """Asks for the reason. `answered` carries it, or None when the act is left as it is."""

    answered = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("outbox.withdrawal")
        self.setMinimumWidth(Size.DIALOG)
        self._why: str | None = None
        self._field, self._form = TextField(), Form()
        self._field.setObjectName("outbox.why")
        self._field.setMaxLength(LONGEST)
        self._form.add("why", text.WHY, self._field, hint=text.WHY_HINT)
        keep, withdraw = Button(text.KEEP), Button(text.WITHDRAW, Kind.DANGER)
        keep.setObjectName("keep")
        withdraw.setObjectName("withdraw")
        keep.clicked.connect(self.reject)
        withdraw.clicked.connect(self._confirm)
        self._field.returnPressed.connect(self._confirm)
        # Return belongs to the field: no button takes it by itself.
        for button in (keep, withdraw):
            button.setAutoDefault(False)
        words = column(Label(text.ASK_WITHDRAW, Role.TITLE), Label(text.ASK_WITHDRAW_TEXT, wrap=True), gap=Space.S)
        self.setLayout(column(words, self._form, row(None, keep, withdraw), gap=Space.L, margin=Space.XL))
        self.finished.connect(lambda _code: self.answered.emit(self._why))
        self.retranslate()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Name the window, and make room for the words of the language once they are there."""
        self.setWindowTitle(str(text.ASK_WITHDRAW))
        if self.isVisible():
            QTimer.singleShot(0, self, self.adjustSize)

    def _confirm(self) -> None:
        why = self._field.value()
        if not why:
            self._form.show_error("why", text.WHY_MISSING)
            self._form.focus_first_error()
            return
        self._why = why
        self.accept()


async def ask_why(parent: QWidget) -> str | None:
    """Open the question and return the reason; None when the person turned away from it."""
    future: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
    dialog = WithdrawalDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.answered.connect(lambda why: None if future.done() else future.set_result(why))
    # Whoever awaits may be cancelled (the screen is gone): the question goes with him.
    future.add_done_callback(lambda done: dialog.reject() if done.cancelled() else None)
    dialog.open()
    return await future
