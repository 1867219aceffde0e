"""The card as widgets. It decides nothing; what it is given has been worded by `shown`."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.domain.money import Money
from ccbs_desk.ui.call_dialog import CallDialog
from ccbs_desk.ui.call_record import CallRecord
from ccbs_desk.ui.card import text
from ccbs_desk.ui.card.aside import Aside
from ccbs_desk.ui.card.bills import BillRow
from ccbs_desk.ui.card.explanation import Explanation
from ccbs_desk.ui.card.keys import DIAL_KEYS, EXPLAIN_ANYWHERE_KEYS, EXPLAIN_KEY, PAY_KEYS, RECEIPT_KEYS
from ccbs_desk.ui.card.parts import BalancePanel, HeadPanel, WaitingStrip, yielding
from ccbs_desk.ui.card.rows import LedgerRow
from ccbs_desk.ui.card.shown import Shown
from ccbs_desk.ui.card.tables import bills_table, events_table, payments_table
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Row, Table
from ccbs_desk.ui.kit.tokens import Space

MAIN_SHARE, ASIDE_SHARE = 5, 2


class CardWidget(View):
    """The screen. Its signals are wishes; `receipt_wanted` carries the chosen payment, or None."""

    pay_wanted = Signal()
    receipt_wanted = Signal(object)
    explain_wanted = Signal()
    call_wanted = Signal(object)
    dial_wanted = Signal()
    search_wanted = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._head = HeadPanel()
        self._balance = BalancePanel()
        self._waiting = WaitingStrip()
        self.bills = bills_table()
        self.payments = payments_table()
        self.events = events_table()
        self._months = Label("", Role.SMALL)
        self._months.setObjectName("card.months")
        yielding(self._months)
        self._aside = Aside()
        self._provisional = False
        self._nobody = QWidget()
        self._faces = QStackedWidget()
        self._page = self._lay_out()
        for face in (self._page, self._nobody):
            self._faces.addWidget(face)
        self.setLayout(column(self._faces))
        self._wire()
        self.show_nobody(text.NOBODY, text.NOBODY_TODO)

    def bind(self, shortcuts: Shortcuts) -> None:
        """Let the keys of the card act while it is shown, before those of the window."""
        shortcuts.bind(self, PAY_KEYS, self.pay_wanted.emit)
        shortcuts.bind(self, RECEIPT_KEYS, self._want_receipt)
        shortcuts.bind(self, DIAL_KEYS, self.dial_wanted.emit)
        shortcuts.bind(self, EXPLAIN_ANYWHERE_KEYS, self.explain_wanted.emit)

    def show_card(self, card: Shown, *, may_pay: bool, anew: bool) -> None:
        """Show a card; unless it is another subscriber's, choice, focus and scroll stay as they are."""
        self._provisional = card.waiting is not None
        self._head.show_head(card.head, may_pay=may_pay)
        self._balance.show_balance(card.balance, provisional=self._provisional)
        self._waiting.show_waiting(card.waiting)
        _refill(self.bills, card.bills, anew=anew)
        _refill(self.payments, card.payments, anew=anew)
        _refill(self.events, card.events, anew=anew)
        if self.bills.current() is None and card.bills:
            self.bills.select(_first_open(card.bills))
        self._tell_months()
        self._aside.show_aside(card.lines, card.complaints, card.notices)
        self._faces.setCurrentWidget(self._page)

    def show_dial(self, may: bool) -> None:
        """Offer to call the number, or not."""
        self._head.dial.setVisible(may)

    def show_nobody(self, title: Text, todo: Text) -> None:
        """Say that there is no card to show."""
        self._faces.removeWidget(self._nobody)
        self._nobody.deleteLater()
        empty = EmptyState(title, todo, icon="card", action=text.SEARCH)
        empty.acted.connect(self.search_wanted)
        self._nobody = empty
        self._faces.addWidget(empty)
        self._faces.setCurrentWidget(empty)

    def show_explanation(self, lines: Sequence[LedgerRow], balance: Money) -> None:
        """Show what the balance is made of."""
        Explanation(self, lines, balance, provisional=self._provisional).open()

    def show_call(self, record: CallRecord) -> None:
        """Show what was spoken and done in a call."""
        CallDialog(self, record).open()

    def take_keyboard(self) -> None:
        """Put the keyboard on the bills, so that arrows and Enter work at once."""
        # Who has gone on meanwhile keeps the keyboard where it is.
        if not self.isVisible():
            return
        if self.bills.rows():
            self.bills.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._head.pay.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Escape goes back; the key E explains, whichever letter the layout makes of it."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif EXPLAIN_KEY.matches(event):
            self.explain_wanted.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Take the key E from the tables, which would search their first column by it."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and EXPLAIN_KEY.matches(event):
            self.explain_wanted.emit()
            return True
        return super().eventFilter(watched, event)

    def _want_receipt(self) -> None:
        self.receipt_wanted.emit(self.payments.current() if self.payments.hasFocus() else None)

    def _tell_months(self) -> None:
        bill: BillRow | None = self.bills.current()
        self._months.set_content(bill.months_told if bill is not None else "")

    def _wire(self) -> None:
        self._head.pay.clicked.connect(self.pay_wanted)
        self._head.dial.clicked.connect(self.dial_wanted)
        self._head.receipts.clicked.connect(self._want_receipt)
        self._balance.explain.clicked.connect(self.explain_wanted)
        self.bills.opened.connect(lambda _bill: self.pay_wanted.emit())
        self.bills.current_changed.connect(lambda _bill: self._tell_months())
        self.payments.opened.connect(self.receipt_wanted)
        self.events.opened.connect(lambda event: self.call_wanted.emit(event.call_id))
        for table in (self.bills, self.payments, self.events):
            table.installEventFilter(self)

    def _lay_out(self) -> QWidget:
        bills = Card(text.BILLS, beside=self._months, margin=Space.M)
        payments = Card(text.PAYMENTS, margin=Space.M)
        events = Card(text.TIMELINE, margin=Space.M)
        for card, table in ((bills, self.bills), (payments, self.payments), (events, self.events)):
            card.body.setSpacing(Space.S)
            card.add(table)
        main = column(gap=Space.S)
        main.addWidget(bills, 3)
        main.addWidget(payments, 2)
        beside = column(gap=Space.S)
        beside.addWidget(self._aside, 3)
        beside.addWidget(events, 2)
        lower = row(gap=Space.S)
        lower.addLayout(main, MAIN_SHARE)
        lower.addLayout(beside, ASIDE_SHARE)
        page = QWidget()
        outer = column(self._head, self._waiting, self._balance, gap=Space.S, margin=Space.M)
        outer.addLayout(lower, 1)
        page.setLayout(outer)
        return page


def _refill(table: Table[Row], rows: Sequence[Row], *, anew: bool) -> None:
    """Fill a table; the same rows leave it untouched."""
    if anew:
        table.set_rows(())
    if tuple(table.rows()) != tuple(rows):
        place = table.verticalScrollBar().value()
        table.set_rows(rows)
        table.verticalScrollBar().setValue(place)


def _first_open(bills: Sequence[BillRow]) -> int:
    """Return the place of the first bill that still owes, else the first."""
    return next((place for place, bill in enumerate(bills) if bill.remaining.minor > 0), 0)
