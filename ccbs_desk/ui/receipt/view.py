"""The receipts as widgets: the list, the paper, the facts. It decides nothing."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QLabel, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.kit.badge import Badge
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card, FactRow
from ccbs_desk.ui.kit.fields import Choice
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import clear, column, row
from ccbs_desk.ui.kit.live import Live, View
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.parts import Notice, named
from ccbs_desk.ui.receipt import text
from ccbs_desk.ui.receipt.keys import BACK_KEYS, CARD_KEYS, COPY_KEYS
from ccbs_desk.ui.receipt.presenter import ACCOUNT, TILL
from ccbs_desk.ui.receipt.shown import Line, Shown
from ccbs_desk.ui.values import figure

PAPER, FACTS = 396, 272
LABELS = (text.SUBSCRIBER, text.WHEN, text.CLERK, text.COPIES)


class Paper(Live, QLabel):
    """The receipt as it was printed, once it is drawn. `stale` says that it has to be drawn in another language."""

    stale = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("receipt.paper")
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.retranslate()

    def show_picture(self, picture: QImage | None) -> None:
        """Show a picture, or nothing."""
        self.setPixmap(QPixmap() if picture is None else QPixmap.fromImage(picture))
        self.setVisible(picture is not None)

    def retranslate(self) -> None:
        """Name it for a screen reader, and ask for it in the language of the interface."""
        self.setAccessibleName(str(text.PAPER))
        self.stale.emit()


class Facts(Card):
    """The number large, whether the centre has it, and who, when, how much."""

    def __init__(self) -> None:
        super().__init__(margin=Space.L)
        self.number = named(Label("", Role.FIGURE), "receipt.number")
        self.state = Badge("", Tone.NEUTRAL)
        self.state.setObjectName("receipt.state")
        self._amount = FactRow(text.PAID, role=Role.HEADING)
        self._change = FactRow(text.CHANGE, role=Role.DISPLAY)
        self._rows = [FactRow(label) for label in LABELS]
        self._given = FactRow(text.GIVEN_BACK)
        named_facts = (("amount", self._amount), ("change", self._change), ("given", self._given))
        for name, fact in (*named_facts, ("copies", self._rows[-1])):
            fact.value.setObjectName(f"receipt.{name}")
        for fact in (self._amount, self._change, self._given, *self._rows):
            fact.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._said = QVBoxLayout()
        self.copy = Button(text.COPY, Kind.PRIMARY, icon="print", key=COPY_KEYS)
        self.copy.setObjectName("receipt.copy")
        self.card = Button(text.CARD, key=CARD_KEYS)
        self.back = Button(text.BACK, key=BACK_KEYS)
        head = column(Label(text.RECEIPT, Role.LABEL), row(self.number, None), row(self.state, None), gap=Space.XS)
        facts = (self._change, self._amount, self._given, *self._rows)
        self.add(head, *facts, self._said, None, self.copy, row(self.card, None, self.back))

    def show_facts(self, receipt: Shown, *, may_copy: bool) -> None:
        """Show the facts of a receipt."""
        self.number.set_content(receipt.number)
        self.state.set_state(receipt.state, receipt.tone)
        self._amount.set_value(receipt.amount)
        self._change.setVisible(receipt.change is not None and receipt.fresh)
        self._change.set_value(receipt.change, Tone.INFO)
        self._given.setVisible(receipt.change is not None and not receipt.fresh)
        self._given.set_value(receipt.change)
        for fact, value in zip(
            self._rows, (receipt.subscriber, receipt.when, receipt.clerk, receipt.copies), strict=True
        ):
            fact.set_value(value)
        self.copy.setVisible(may_copy)
        clear(self._said)
        for said in receipt.notices:
            notice = Notice(Tone.WARN, "receipt.notice")
            notice.tell(said.title, said.more)
            self._said.addWidget(notice)


class ReceiptWidget(View):
    """The screen. `chosen` carries the id of a receipt, `scope_wanted` which ones are to be listed."""

    chosen = Signal(object)
    scope_wanted = Signal(str)
    copy_wanted = Signal()
    card_wanted = Signal()
    paper_stale = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("receipt")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._filling = False
        self._scope = Choice(((TILL, text.OF_TILL), (ACCOUNT, text.OF_ACCOUNT)))
        self._scope.setObjectName("receipt.scope")
        self.list = _list_table()
        self._paper = Paper()
        self._facts, self._roll = Facts(), QScrollArea()
        self._nothing = QWidget()
        self._faces = QStackedWidget()
        self._page = self._one()
        for face in (self._page, self._nothing):
            self._faces.addWidget(face)
        given = Card(text.LIST, beside=self._scope, margin=Space.M)
        given.body.setSpacing(Space.S)
        given.add(self.list)
        self._faces.setFixedWidth(PAPER + Space.S + FACTS)
        line = row(gap=Space.S, margin=Space.M)
        line.addWidget(given, 1)
        line.addWidget(self._faces)
        self.setLayout(line)
        self._wire()
        self.show_nothing(text.NOBODY, text.NOBODY_TODO)
        self.retranslate()

    def bind(self, shortcuts: Shortcuts) -> None:
        """Let the keys of the receipts act while they are shown."""
        shortcuts.bind(self, COPY_KEYS, self.copy_wanted.emit)
        shortcuts.bind(self, CARD_KEYS, self.card_wanted.emit)

    def show_list(self, lines: Sequence[Line], chosen: UUID | None, scope: str) -> None:
        """Show the receipts of a scope, the open one marked."""
        self._filling = True
        self._scope.set_value(scope)
        if tuple(self.list.rows()) != tuple(lines):
            self.list.set_rows(lines)
        places = [place for place, line in enumerate(lines) if line.receipt_id == chosen]
        if places:
            self.list.select(places[0])
        self._filling = False

    def show_receipt(self, receipt: Shown, *, may_copy: bool) -> None:
        """Show the facts of one receipt."""
        self._facts.show_facts(receipt, may_copy=may_copy)
        self._faces.setCurrentWidget(self._page)

    def show_paper(self, picture: object | None) -> None:
        """Show the receipt as it was printed; None while it is being drawn."""
        assert picture is None or isinstance(picture, QImage)
        self._paper.show_picture(picture)

    def show_nothing(self, title: Text, todo: Text) -> None:
        """Say that no receipt is open, and what to do."""
        self._faces.removeWidget(self._nothing)
        self._nothing.deleteLater()
        self._nothing = Card().add(EmptyState(title, todo, icon="receipt"))
        self._nothing.setObjectName("receipt.nothing")
        self._faces.addWidget(self._nothing)
        self._faces.setCurrentWidget(self._nothing)

    def show_busy(self, busy: bool) -> None:
        """A copy is being made, or not."""
        self._facts.copy.setEnabled(not busy)

    def take_keyboard(self) -> None:
        """Put the keyboard on the list."""
        # Who has gone on meanwhile keeps the keyboard where it is.
        if not self.isVisible():
            return
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def retranslate(self) -> None:
        """Name the choice and the paper for a screen reader."""
        self._scope.setAccessibleName(str(text.SCOPE))
        self._roll.setAccessibleName(str(text.PAPER))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _wire(self) -> None:
        self._scope.chosen.connect(self.scope_wanted)
        self.list.current_changed.connect(self._choose)
        self._paper.stale.connect(self.paper_stale)
        self._facts.copy.clicked.connect(self.copy_wanted)
        self._facts.card.clicked.connect(self.card_wanted)
        self._facts.back.clicked.connect(self.left)

    def _choose(self, line: Line | None) -> None:
        if line is not None and not self._filling:
            self.chosen.emit(line.receipt_id)

    def _one(self) -> QWidget:
        roll = self._roll
        roll.setWidgetResizable(True)
        roll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        roll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
        holder.setLayout(column(self._paper, None, margin=Space.M))
        roll.setWidget(holder)
        desk = Card(margin=0).add(roll)
        desk.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._facts.setFixedWidth(FACTS)
        line = row(gap=Space.S)
        line.addWidget(desk, 1)
        line.addWidget(self._facts)
        page = QWidget()
        page.setLayout(line)
        return page


def _list_table() -> Table[Line]:
    table = Table[Line](
        (
            Column("number", text.NUMBER, lambda line: line.number, width=132, strong=True),
            Column("time", text.TIME, lambda line: line.time, width=64),
            Column("who", text.WHO, lambda line: line.who),
            Column("amount", text.AMOUNT_COLUMN, lambda line: figure(line.amount), Align.FIGURE, 104),
        ),
        name=text.LIST,
        key=lambda line: line.receipt_id,
        empty=EmptyState(text.NONE, text.NONE_TODO, icon="receipt"),
    )
    table.setObjectName("receipt.list")
    return table
