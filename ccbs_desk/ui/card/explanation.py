"""The dialog that shows what the balance is made of."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from ccbs_desk.domain.money import Money
from ccbs_desk.ui.card import text
from ccbs_desk.ui.card.parts import named
from ccbs_desk.ui.card.rows import LedgerRow
from ccbs_desk.ui.card.tables import ledger_table
from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.tokens import Space

SIZE = (920, 560)


class Explanation(QDialog):
    """The lines of the account's ledger, oldest first, and their sum. Escape closes it."""

    def __init__(self, parent: QWidget, lines: Sequence[LedgerRow], balance: Money, *, provisional: bool) -> None:
        super().__init__(parent)
        self.setObjectName("card.explanation")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(str(text.EXPLAIN_TITLE))
        self.setModal(True)
        self.table = ledger_table()
        self.table.set_rows(lines)
        label = text.IN_CREDIT if balance.minor < 0 else text.OWES
        self.total = named(Label(abs(balance), Role.FIGURE), "card.explanation.total")
        close = Button(text.CLOSE, key="Esc")
        close.clicked.connect(self.close)
        hint = Label(text.EXPLAIN_PROVISIONAL if provisional else text.EXPLAIN_TEXT, Role.SOFT, wrap=True)
        foot = row(Label(label, Role.STRONG), self.total, None, close, gap=Space.M)
        title = Label(text.EXPLAIN_TITLE, Role.TITLE)
        self.setLayout(column(title, hint, self.table, foot, gap=Space.M, margin=Space.L))
        self.resize(*SIZE)
        if lines:
            self.table.select(len(lines) - 1)
            self.table.scrollToBottom()
        self.table.setFocus()
