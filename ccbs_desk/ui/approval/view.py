"""The approval as two people see it: what is asked, who asks, and a place for the second person's name and password."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from ccbs_desk.config.language import Text, message
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.services.close_till import Count
from ccbs_desk.ui.approval import text
from ccbs_desk.ui.counts import DIFFERENCE, CountRow, count_columns, count_row
from ccbs_desk.ui.kit.banner import Banner
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.fields import PasswordField, TextField
from ccbs_desk.ui.kit.form import Form
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.table import Column, Table
from ccbs_desk.ui.kit.tokens import Size, Space, Tone
from ccbs_desk.ui.values import Named

WIDE = 560


class ApprovalDialog(Live, QDialog):
    """Asks; `submitted` carries name and password. It decides nothing and keeps nothing.

    What is shown to the approver alone comes after his password; then `approved` is his word.
    """

    submitted = Signal(str, str)
    approved = Signal()

    def __init__(self, parent: QWidget | None, who: Text, act: Text, amount: Text) -> None:
        super().__init__(parent)
        self.setObjectName("approval")
        self.retranslate()
        self.setMinimumWidth(Size.DIALOG)
        self._problem = Banner(Tone.BAD, "")
        self._problem.setObjectName("approval.problem")
        self._problem.hide()
        self._offline = Label(text.OFFLINE, Role.SOFT, wrap=True)
        self._offline.setObjectName("approval.offline")
        self._offline.hide()
        self._user, self._password, self._form = TextField(), PasswordField(), Form()
        self._user.setObjectName("approval.user")
        self._password.setObjectName("approval.password")
        self._form.add("user", text.USER, self._user)
        self._form.add("password", text.PASSWORD, self._password, hint=text.HINT)
        self._counts = _CountPanel()
        self._busy = Label("", Role.SMALL)
        self._approve = Button(text.APPROVE, Kind.PRIMARY)
        self._approve.setObjectName("approval.confirm")
        self._cancel = Button(text.CANCEL)
        self._approve.clicked.connect(self._try)
        self._cancel.clicked.connect(self.reject)
        for field in (self._user, self._password):
            field.returnPressed.connect(self._try)
        # Return belongs to the fields: no button takes it by itself.
        for button in (self._approve, self._cancel):
            button.setAutoDefault(False)
        words = column(Label(who, Role.SOFT), Label(act, Role.STRONG, wrap=True), gap=Space.XS)
        if amount:
            words.addWidget(Label(amount, Role.STRONG))
        head = Label(text.TITLE, Role.TITLE)
        foot = row(self._busy, None, self._cancel, self._approve)
        told = head, words, self._offline, self._problem, self._form, self._counts
        self.setLayout(column(*told, foot, gap=Space.L, margin=Space.XL))
        self._user.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_offline(self) -> None:
        """Say who can approve while the centre is out of reach."""
        self._offline.show()

    def retranslate(self) -> None:
        """Name the window, and make room for the words of the language once they are there."""
        self.setWindowTitle(str(text.TITLE))
        if self.isVisible():
            QTimer.singleShot(0, self, self.adjustSize)

    def show_problem(self, title: Text, todo: Text = "") -> None:
        """Say why it does not count; the name stays, the password is typed again."""
        self.show_busy("")
        self._problem.show_notice(Tone.BAD, title, todo)
        self._problem.show()
        self._password.clear()
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_busy(self, what: Text) -> None:
        """Say what is being done; nothing can be typed meanwhile."""
        self._busy.set_content(what)
        for control in (self._form, self._approve):
            control.setEnabled(not what)

    def show_counts(self, approver: Bilingual, counts: Sequence[Count]) -> None:
        """Show the approver what he approves, in the place of his name and password."""
        self.show_busy("")
        for part in (self._offline, self._problem, self._form):
            part.hide()
        self._counts.show_counts(approver, counts)
        self._counts.show()
        # What was typed or pressed for the password must not approve by itself.
        self._cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self.adjustSize)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Return presses the button that has the keyboard."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, Button):
            focused.click()
        else:
            super().keyPressEvent(event)

    def _try(self) -> None:
        if self._counts.isVisibleTo(self):
            self.approved.emit()
            return
        user, password = self._user.value(), self._password.value()
        self._form.show_error("user", None if user else text.USER_MISSING)
        self._form.show_error("password", None if password else text.PASSWORD_MISSING)
        if user and password:
            self.submitted.emit(user, password)
        else:
            self._form.focus_first_error()


class _CountPanel(QWidget):
    """Expected, counted and the difference, for the approver alone."""

    def __init__(self) -> None:
        super().__init__()
        self._who = Label("", Role.SOFT)
        self._rows: Table[CountRow] = Table(
            (
                *count_columns(),
                Column("difference", DIFFERENCE, lambda row: row.difference, strong=True, tone=lambda row: row.tone),
            ),
            name=text.COUNT,
            key=lambda row: row.currency,
            least_rows=2,
        )
        self._rows.setObjectName("approval.counts")
        self._rows.setFixedHeight(Size.HEADER + 2 * Size.ROW + 2)
        self._rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setLayout(column(self._who, self._rows, Label(text.COUNT_HINT, Role.HINT, wrap=True), gap=Space.S))
        self.setMinimumWidth(WIDE)
        self.hide()

    def show_counts(self, approver: Bilingual, counts: Sequence[Count]) -> None:
        """Show a count."""
        self._who.set_content(message(text.APPROVED_BY.msgid, name=Named(approver)))
        self._rows.set_rows(tuple(map(count_row, counts)))
