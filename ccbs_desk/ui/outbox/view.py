"""The outbox as widgets: how much waits, the acts, and one of them in full. It decides nothing."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.kit.badge import Badge
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card, FactRow
from ccbs_desk.ui.kit.fields import Choice
from ccbs_desk.ui.kit.labels import Label, Role, Rule
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.notes import NoteField
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.outbox import text
from ccbs_desk.ui.outbox.keys import MAIN_KEYS
from ccbs_desk.ui.outbox.shown import Detail, Line, SummaryShown
from ccbs_desk.ui.outbox.withdrawal import ask_why
from ccbs_desk.ui.parts import Notice, named
from ccbs_desk.ui.values import Absent

SIDE = 340


class DetailPanel(Card):
    """One act: what was meant, how it stands, what was kept, what to do."""

    def __init__(self) -> None:
        super().__init__(margin=Space.L)
        self.setObjectName("outbox.detail")
        self._what = named(Label("", Role.TITLE, wrap=True), "outbox.what")
        self._state = Badge("", Tone.NEUTRAL)
        self._state.setObjectName("outbox.state")
        self._told = Label("", Role.STRONG, wrap=True)
        self._kept = Label("", wrap=True)
        self._todo = Label("", Role.SOFT, wrap=True)
        labels = (text.SUBSCRIBER, text.AMOUNT, text.RECEIPT, text.BY_WHOM)
        self._facts = [FactRow(label) for label in labels]
        self._words_label = Label(text.WORDS, Role.LABEL)
        self._words = NoteField(text.WORDS)
        self._words.setReadOnly(True)
        self._words.setObjectName("outbox.words")
        self.amend = Button(text.AMEND, Kind.PRIMARY, icon="undo", key=MAIN_KEYS)
        self.retry = Button(text.RETRY, Kind.PRIMARY, icon="sync", key=MAIN_KEYS)
        self.handled = Button(text.HANDLED, icon="check")
        self.withdraw = Button(text.WITHDRAW, Kind.DANGER)
        self.card = Button(text.CARD, icon="card")
        for name in ("amend", "retry", "handled", "withdraw", "card"):
            getattr(self, name).setObjectName(f"outbox.{name}")
        head = row(self._what, gap=Space.S)
        head.addWidget(self._state, 0, Qt.AlignmentFlag.AlignTop)
        head.setStretch(0, 1)
        self.add(head, self._told, self._kept, self._todo, Rule(), Label(text.MEANT, Role.LABEL), *self._facts)
        self.add(column(self._words_label, self._words, gap=0), None)
        self.add(self.amend, self.retry, row(self.handled, None, self.withdraw), self.card)
        for button in (self.amend, self.retry, self.handled, self.withdraw):
            button.hide()

    def show_detail(self, detail: Detail) -> None:
        """Show another act."""
        self._what.set_content(detail.what)
        self._state.set_state(detail.state, detail.tone)
        for label, content in ((self._told, detail.title), (self._kept, detail.kept), (self._todo, detail.todo)):
            label.set_content(content)
            label.setVisible(bool(label.text()))
        for fact, value in zip(self._facts, detail.facts, strict=True):
            fact.set_value(value)
            # The words need the room of what there is not.
            fact.setVisible(not (detail.words and isinstance(value, Absent)))
        self._words.set_value(detail.words)
        for part in (self._words_label, self._words):
            part.setVisible(bool(detail.words))
        self.amend.setVisible(detail.can_amend)
        self.retry.setVisible(detail.can_retry)
        self.handled.setVisible(detail.can_note)
        self.withdraw.setVisible(detail.can_withdraw)
        self.card.setVisible(detail.account_id is not None)


class OutboxWidget(View):
    """The screen. `chosen` carries the id of an act, or None; `filtered` which acts are wanted."""

    chosen = Signal(object)
    filtered = Signal(str)
    main_wanted = Signal()
    amend_wanted = Signal()
    retry_wanted = Signal()
    withdraw_wanted = Signal()
    note_wanted = Signal()
    card_wanted = Signal()
    more_wanted = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("outbox")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._filling = False
        self._summary = Notice(Tone.OK, "outbox.summary")
        self.filter = Choice(
            (("unsent", text.WAITING), ("attention", text.ATTENTION), ("done", text.DONE), ("all", text.ALL))
        )
        self.filter.setObjectName("outbox.filter")
        self.table = _table()
        self._part = named(Label("", Role.SMALL), "outbox.part")
        self.detail = DetailPanel()
        self._nothing = Card().add(EmptyState(text.NOTHING_CHOSEN, text.NOTHING_CHOSEN_TODO, icon="outbox"))
        self._details = QStackedWidget()
        self._details.setFixedWidth(SIDE)
        for face in (self._nothing, self.detail):
            self._details.addWidget(face)
        self._lay_out()
        self._wire()
        self.retranslate()

    def bind(self, shortcuts: Shortcuts) -> None:
        """Let the keys of the outbox act while it is shown."""
        shortcuts.bind(self, MAIN_KEYS, self.main_wanted.emit)

    def show_summary(self, summary: SummaryShown) -> None:
        """Show how much waits."""
        self._summary.tell(summary.title, summary.more, tone=summary.tone)

    def show_lines(self, lines: Sequence[Line], chosen: UUID | None, shown: str, part: Text) -> None:
        """Show the acts of a filter; choice and scroll stay."""
        self._filling = True
        self.filter.set_value(shown)
        if tuple(self.table.rows()) != tuple(lines):
            place = self.table.verticalScrollBar().value()
            self.table.set_rows(lines)
            self.table.verticalScrollBar().setValue(place)
        places = [place for place, line in enumerate(lines) if line.command_id == chosen]
        if places:
            self.table.select(places[0])
        self._filling = False
        self._part.set_content(part)
        self._part.setVisible(bool(part))

    def show_detail(self, detail: Detail | None) -> None:
        """Show one act, or that none is chosen."""
        if detail is not None:
            self.detail.show_detail(detail)
        self._details.setCurrentWidget(self._nothing if detail is None else self.detail)

    def take_keyboard(self) -> None:
        """Put the keyboard on the table."""
        # Who has gone on meanwhile keeps the keyboard where it is.
        if not self.isVisible():
            return
        target = self.table if self.table.rows() else self.filter
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    async def why_withdraw(self) -> str | None:
        """Ask whether the act is really to be taken back, and why."""
        return await ask_why(self)

    def retranslate(self) -> None:
        """Name the filter for a screen reader."""
        self.filter.setAccessibleName(str(text.FILTER))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self, line: Line | None) -> None:
        if not self._filling:
            self.chosen.emit(line.command_id if line is not None else None)

    def _scrolled(self, place: int) -> None:
        bar = self.table.verticalScrollBar()
        if not self._filling and place > bar.maximum() - bar.pageStep():
            self.more_wanted.emit()

    def _wire(self) -> None:
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.filter.chosen.connect(self.filtered)
        self.table.current_changed.connect(self._choose)
        self.table.opened.connect(lambda _line: self.main_wanted.emit())
        for button, signal in (
            (self.detail.amend, self.amend_wanted),
            (self.detail.retry, self.retry_wanted),
            (self.detail.handled, self.note_wanted),
            (self.detail.withdraw, self.withdraw_wanted),
            (self.detail.card, self.card_wanted),
        ):
            button.clicked.connect(signal)

    def _lay_out(self) -> None:
        acts = Card(text.ACTS, beside=self.filter, margin=Space.M)
        acts.body.setSpacing(Space.S)
        acts.add(self.table, self._part)
        lower = row(gap=Space.S)
        lower.addWidget(acts, 1)
        lower.addWidget(self._details)
        outer = column(self._summary, gap=Space.S, margin=Space.M)
        outer.addLayout(lower, 1)
        self.setLayout(outer)


def _table() -> Table[Line]:
    table = Table[Line](
        (
            Column("when", text.WHEN, lambda line: line.when, width=148),
            Column("what", text.WHAT, lambda line: line.what, width=184),
            Column("who", text.WHO, lambda line: line.who),
            Column("by", text.BY, lambda line: line.by, width=108),
            Column("sum", text.SUM, lambda line: line.sum, Align.FIGURE, 96, strong=True),
            Column("state", text.STATE, lambda line: line.state, width=132, tone=lambda line: line.tone, badge=True),
        ),
        name=text.ACTS,
        key=lambda line: line.command_id,
        empty=EmptyState(text.EMPTY, text.EMPTY_TODO, icon="outbox"),
    )
    table.setObjectName("outbox.table")
    return table
