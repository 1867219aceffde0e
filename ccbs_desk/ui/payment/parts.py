"""The parts of the payment: who pays, the bills with the split, the sums, and what it means for the line."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role, Rule
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Size, Space, Tone
from ccbs_desk.ui.parts import named
from ccbs_desk.ui.payment import text
from ccbs_desk.ui.payment.shown import BillLine, Shown, Who


class WhoPanel(Card):
    """Whose payment it is, and what is owed."""

    def __init__(self) -> None:
        super().__init__(margin=Space.M)
        self._name = named(Label("", Role.HEADING), "payment.who")
        self._number = named(Label("", Role.TITLE), "payment.number")
        self._account = named(Label("", Role.SOFT), "payment.account")
        self._label = named(Label("", Role.LABEL), "payment.owes.what")
        self._owes = named(Label("", Role.FIGURE), "payment.owes")
        icon = IconLabel("money", size=Size.ICON_LARGE - Space.S, accent=True)
        line = row(icon, self._name, self._number, self._account, None, self._label, self._owes, gap=Space.L)
        self.add(line)

    def show_who(self, who: Who) -> None:
        """Show whose payment it is."""
        self._name.set_content(who.name)
        self._number.set_content(who.number)
        self._account.set_content(who.account)
        self._label.set_content(who.label)
        self._owes.set_content(who.owes)
        self._owes.set_tone(who.tone)


class BillsTable(Table[BillLine]):
    """The open bills, each with its months, and what each gets. Space, or a click on the choice, names a bill."""

    toggled = Signal(object)

    def __init__(self) -> None:
        super().__init__(
            (
                Column("choice", text.CHOSEN, lambda line: line.choice, width=64, tone=lambda _: Tone.INFO, badge=True),
                Column("what", text.BILL, lambda line: line.what, tone=lambda line: line.tone),
                Column("due", text.DUE, lambda line: line.due, width=112, tone=lambda line: line.tone),
                Column("owed", text.OWED, lambda line: line.owed, Align.FIGURE, 104, tone=lambda line: line.tone),
                Column("pays", text.PAYS, lambda line: line.pays, Align.FIGURE, 104, strong=True),
                Column("left", text.REMAINS, lambda line: line.remains, Align.FIGURE, 96, tone=lambda line: line.tone),
                Column("note", text.NOTE, lambda line: line.note, width=112, tone=lambda ln: ln.note_tone, badge=True),
            ),
            name=text.BILLS,
            key=lambda line: (line.bill_id, line.part_id),
            empty=EmptyState(text.NO_BILLS, text.NO_BILLS_TODO, icon="bill"),
            least_rows=3,
        )
        self.setObjectName("payment.bills")
        self.clicked.connect(lambda index: self._toggle() if index.column() == 0 else None)

    def show_lines(self, lines: tuple[BillLine, ...]) -> None:
        """Show the bills; the row that the keyboard is on, and the scroll, stay."""
        if tuple(self.rows()) != lines:
            place = self.verticalScrollBar().value()
            self.set_rows(lines)
            self.verticalScrollBar().setValue(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Space names the bill."""
        if event.key() == Qt.Key.Key_Space:
            self._toggle()
        else:
            super().keyPressEvent(event)

    def _toggle(self) -> None:
        line = self.current()
        if line is not None:
            self.toggled.emit(line.bill_id)


class SumsPanel(QWidget):
    """What to collect, what to give back, and where the rest goes."""

    def __init__(self) -> None:
        super().__init__()
        self._collect = named(Label("", Role.FIGURE), "payment.collect")
        self._rounding = Label("", Role.SMALL)
        self._change_label = Label(text.CHANGE, Role.TITLE)
        self._change = named(Label("", Role.DISPLAY), "payment.change")
        self._credit = named(Label("", Role.STRONG, tone=Tone.INFO, wrap=True), "payment.credit")
        self._after = Label("", Role.SOFT, wrap=True)
        first = row(Label(text.COLLECT, Role.STRONG), None, self._collect)
        second = row(self._change_label, None, self._change)
        lines = (Rule(), first, self._rounding, second, Rule(), self._credit, self._after)
        self._change_line = (self._change_label, self._change)
        self.setLayout(column(*lines, gap=Space.S))

    def show_sums(self, payment: Shown) -> None:
        """Show the sums of a preview."""
        self._collect.set_content(payment.collect)
        self._rounding.set_content(payment.rounding)
        self._rounding.setVisible(bool(payment.rounding))
        self._change_label.set_content(payment.change_label)
        self._change_label.set_tone(payment.change_tone)
        self._change.set_content(payment.change)
        self._change.set_tone(payment.change_tone)
        for part in self._change_line:
            part.setVisible(not payment.by_card)
        self._credit.set_content(payment.credit)
        self._credit.setVisible(bool(payment.credit))
        self._after.set_content(payment.after)
