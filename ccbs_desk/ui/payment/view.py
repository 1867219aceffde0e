"""The payment as widgets. It decides nothing; what it is given has been worded by `shown`."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.fields import AmountEdit, TextField
from ccbs_desk.ui.kit.form import Form, Labels
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.parts import Notice
from ccbs_desk.ui.payment import text
from ccbs_desk.ui.payment.form import (
    AMOUNT,
    APPROVAL,
    CARD_FIELDS,
    CASH_FIELDS,
    LAST_DIGITS,
    REASON,
    REFERENCE,
    TENDERED,
    TENDERED_OLD,
)
from ccbs_desk.ui.payment.keys import BACK_KEYS, CONFIRM_KEYS, METHOD_KEYS
from ccbs_desk.ui.payment.parts import BillsTable, SumsPanel, WhoPanel
from ccbs_desk.ui.payment.shown import Shown, Who

SIDE = 380
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PaymentWidget(View):
    """The screen. `edited` carries the field and its text, `toggled` the bill that was named."""

    edited = Signal(str, str)
    toggled = Signal(object)
    confirmed = Signal()
    start_over_wanted = Signal()
    method_wanted = Signal()
    till_wanted = Signal()
    search_wanted = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("payment")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._who = WhoPanel()
        self._till = Notice(Tone.WARN, "payment.till")
        self._note = Notice(Tone.INFO, "payment.note")
        self.bills = BillsTable()
        self._outlook = Notice(Tone.OK, "payment.outlook")
        self._make_fields()
        self._sums = SumsPanel()
        self._problem = Notice(Tone.BAD, "payment.problem")
        self.confirm = Button(text.CONFIRM, Kind.PRIMARY, icon="print", key=CONFIRM_KEYS)
        self.confirm.setObjectName("payment.confirm")
        self.back = Button(text.BACK, key=BACK_KEYS)
        self.method = Button(text.BY_CARD, Kind.SMALL, key=METHOD_KEYS)
        self.method.setObjectName("payment.method")
        # Its key leads there; Tab and Shift+Tab go between what is typed and the bills.
        self.method.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nobody = QWidget()
        self._faces = QStackedWidget()
        self._page = self._lay_out()
        for face in (self._page, self._nobody):
            self._faces.addWidget(face)
        self.setLayout(column(self._faces))
        self._wire()
        self.show_nobody(text.NOBODY, text.NOBODY_TODO)

    def bind(self, shortcuts: Shortcuts) -> None:
        """Let the keys of the payment act while it is shown."""
        shortcuts.bind(self, CONFIRM_KEYS, self._confirm)
        shortcuts.bind(self, METHOD_KEYS, self.method.click)

    def show_nobody(self, title: Text, todo: Text) -> None:
        """Say that there is nobody to take a payment from."""
        self._faces.removeWidget(self._nobody)
        self._nobody.deleteLater()
        empty = EmptyState(title, todo, icon="money", action=text.SEARCH)
        empty.acted.connect(self.search_wanted)
        self._nobody = empty
        self._faces.addWidget(empty)
        self._faces.setCurrentWidget(empty)

    def show_form(self, who: Who, typed: Mapping[str, str]) -> None:
        """Show whose payment it is, with what was typed before."""
        self._who.show_who(who)
        for name, field in self._fields.items():
            field.set_value(typed.get(name, ""))
            field.retranslate()
        self.bills.set_rows(())
        self.show_errors({})
        self.show_ready(False)
        self._faces.setCurrentWidget(self._page)

    def show_method(self, *, by_card: bool, may_choose: bool) -> None:
        """Show the fields of a method, and the way to the other one where the person may take both."""
        for name in CASH_FIELDS:
            self._form.show_field(name, not by_card)
        for name in CARD_FIELDS:
            self._form.show_field(name, by_card)
        self.method.set_text(text.IN_CASH if by_card else text.BY_CARD)
        self.method.setVisible(may_choose)

    def show_amount(self, amount: Money) -> None:
        """Put what is due into the amount; where the keyboard is on it, it stays selected."""
        self._put(self.amount, amount)

    def show_preview(self, payment: Shown) -> None:
        """Show what the payment would come to."""
        self.bills.show_lines(payment.lines)
        if not payment.rest_typed:
            self._put(self.tendered, payment.rest)
        self._sums.show_sums(payment)
        self._reason.setVisible(payment.needs_reason)
        self._outlook.tell(payment.outlook, payment.outlook_text, tone=payment.outlook_tone)

    def show_errors(self, errors: Mapping[str, Text]) -> None:
        """Say under each field what is wrong with it."""
        for name in self._fields:
            self._form_of(name).show_error(name, errors.get(name))

    def show_problem(self, title: Text, todo: Text = "") -> None:
        """Say what stands against it, where no field can."""
        self._problem.tell(title, todo)

    def show_till(self, title: Text, todo: Text, action: Text | None) -> None:
        """Say what is wrong with the till."""
        self._till.tell(title, todo, action)

    def show_note(self, note: Text) -> None:
        """Say where what stands in the form comes from."""
        self._note.tell(note, "", text.START_OVER)

    def show_ready(self, ready: bool) -> None:
        """Let it be confirmed, or not."""
        self.confirm.setEnabled(ready)

    def take_keyboard(self) -> None:
        """Put the keyboard on the amount, selected."""
        # Who has gone on meanwhile keeps the keyboard where it is.
        if not self.isVisible():
            return
        _enter(self.amount)

    def go_to_error(self) -> None:
        """Put the keyboard where the first error is."""
        self._form.focus_first_error()
        self._reason.focus_first_error()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Enter goes on to the next field, and presses the button at their end."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _ENTER:
            self._go_on(watched)
            return True
        return super().eventFilter(watched, event)

    def _go_on(self, field: QObject) -> None:
        if field is self.confirm:
            self._confirm()
            return
        stops = [one for one in (*self._fields.values(), self.confirm) if one.isVisibleTo(self)]
        after = stops[stops.index(field) + 1]  # type: ignore[arg-type]
        if isinstance(after, TextField):
            _enter(after)
        else:
            after.setFocus(Qt.FocusReason.TabFocusReason)

    def _confirm(self) -> None:
        if self._faces.currentWidget() is self._page:
            self.confirmed.emit()

    def _put(self, field: AmountEdit, amount: Money | None) -> None:
        """Show a figure that nobody typed; selected, where the keyboard is, so that typing replaces it."""
        field.set_money(amount)
        if field.hasFocus():
            field.selectAll()

    def _make_fields(self) -> None:
        self.amount, self.tendered = AmountEdit(SYP, large=True), AmountEdit(SYP)
        self.tendered_old, self.reason = AmountEdit(SYO), TextField()
        self._card = {name: TextField() for name in CARD_FIELDS}
        self._fields: dict[str, TextField] = {
            AMOUNT: self.amount,
            TENDERED: self.tendered,
            TENDERED_OLD: self.tendered_old,
            **self._card,
            REASON: self.reason,
        }
        self._form, self._reason = Form(Labels.BESIDE), Form()
        self._form.add(AMOUNT, text.AMOUNT, self.amount)
        self._form.add(TENDERED, text.TENDERED, self.tendered)
        self._form.add(TENDERED_OLD, text.TENDERED_OLD, self.tendered_old)
        labels = {APPROVAL: text.APPROVAL, REFERENCE: text.REFERENCE, LAST_DIGITS: text.LAST_DIGITS}
        for name, field in self._card.items():
            hint = text.NEVER_TYPED if name == LAST_DIGITS else ""
            self._form.add(name, labels[name], field, hint=hint)
        self._reason.add(REASON, text.REASON, self.reason, hint=text.REASON_HINT)
        self._reason.hide()

    def _form_of(self, name: str) -> Form:
        return self._reason if name == REASON else self._form

    def _wire(self) -> None:
        for name, field in self._fields.items():
            field.setObjectName(f"payment.{name}")
            field.textEdited.connect(lambda _text, name=name, field=field: self.edited.emit(name, field.value()))
            field.installEventFilter(self)
        self.confirm.installEventFilter(self)
        self.confirm.clicked.connect(self._confirm)
        self.back.clicked.connect(self.left)
        self.method.clicked.connect(self.method_wanted)
        self.bills.toggled.connect(self.toggled)
        self.bills.opened.connect(lambda _line: _enter(self.amount))
        self._till.acted.connect(self.till_wanted)
        self._note.acted.connect(self.start_over_wanted)

    def _lay_out(self) -> QWidget:
        bills = Card(text.BILLS, beside=Label(text.CHOOSE, Role.HINT), margin=Space.M)
        bills.body.setSpacing(Space.S)
        bills.add(self.bills)
        main = column(gap=Space.S)
        main.addWidget(bills, 1)
        main.addWidget(self._outlook)
        side = Card(margin=Space.L)
        side.setFixedWidth(SIDE)
        buttons = row(gap=Space.S)
        buttons.addWidget(self.confirm, 1)
        buttons.addWidget(self.back)
        side.add(row(None, self.method), self._form, self._reason, self._sums, None, self._problem, buttons)
        lower = row(gap=Space.S)
        lower.addLayout(main, 1)
        lower.addWidget(side)
        page = QWidget()
        outer = column(self._who, self._till, self._note, gap=Space.S, margin=Space.M)
        outer.addLayout(lower, 1)
        page.setLayout(outer)
        return page


def _enter(field: TextField) -> None:
    field.setFocus(Qt.FocusReason.ShortcutFocusReason)
    field.selectAll()
