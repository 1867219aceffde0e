"""The till as widgets. It decides nothing; what it is given has been worded by `shown`."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.counts import DIFFERENCE, EXACT, CountRow, count_columns
from ccbs_desk.ui.kit.badge import Badge
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card, FactRow, Facts
from ccbs_desk.ui.kit.dialogs import Answer, ask
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Table
from ccbs_desk.ui.kit.tokens import Size, Space, Tone
from ccbs_desk.ui.parts import Notice, named
from ccbs_desk.ui.till import text
from ccbs_desk.ui.till.counting import CountShown
from ccbs_desk.ui.till.grid import CountGrid
from ccbs_desk.ui.till.keys import BACK_KEYS, CONFIRM_KEYS, SEEN_KEYS
from ccbs_desk.ui.till.notices import NoticesPanel
from ccbs_desk.ui.till.presenter import OPENING
from ccbs_desk.ui.till.shown import ClosedShown, Head, OpenShown, Told
from ccbs_desk.ui.values import Joined

SIDE = 400


class HeadPanel(Card):
    """Which till it is and how it stands."""

    def __init__(self) -> None:
        super().__init__(margin=Space.M)
        self._name = named(Label("", Role.HEADING), "till.code")
        self._place = Label("", Role.SOFT)
        self._state = Badge("", Tone.NEUTRAL)
        self._state.setObjectName("till.state")
        icon = IconLabel("till", size=Size.ICON_LARGE - Space.S, accent=True)
        self.add(row(icon, self._name, self._place, None, self._state, gap=Space.L))

    def show_head(self, head: Head) -> None:
        """Show another state."""
        self._name.set_content(head.title)
        self._place.set_content(head.place)
        self._state.set_state(head.state, head.tone)


class CountPanel(Card):
    """The count: what it is for, the fields, and the button that confirms it."""

    def __init__(self) -> None:
        super().__init__(margin=Space.L)
        self._name = Label("", Role.TITLE)
        self._hint = Label("", Role.HINT, wrap=True)
        self.grid = CountGrid()
        self.problem = Notice(Tone.WARN, "till.problem")
        self.confirm = Button(text.CONFIRM, Kind.PRIMARY, icon="check", key=CONFIRM_KEYS)
        self.later = Button(text.LATER, key=BACK_KEYS)
        for button, name in ((self.confirm, "till.confirm"), (self.later, "till.later")):
            button.setObjectName(name)
        roll = QScrollArea()
        roll.setWidgetResizable(True)
        roll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        roll.setWidget(self.grid)
        self.body.setSpacing(Space.S)
        self.total = named(Label("", Role.FIGURE), "till.total")
        foot = row(self.confirm, self.later, None, Label(text.ALTOGETHER, Role.STRONG), self.total, gap=Space.M)
        head = row(self._name, gap=Space.L)
        head.addWidget(self._hint, 1)
        self.add(head, roll, self.problem, foot)

    def show_purpose(self, opening: bool) -> None:
        """Say what is counted for."""
        self._name.set_content(text.COUNT_FLOAT if opening else text.COUNT_CLOSE)
        self._hint.set_content(text.COUNT_FLOAT_HINT if opening else text.COUNT_CLOSE_HINT)
        self.confirm.set_text(text.OPEN_TILL if opening else text.CONFIRM)
        self.setObjectName("till.open" if opening else "till.counting")
        self.later.setVisible(not opening)

    def order_keys(self) -> None:
        """Tab goes through the notes and then to the buttons; the fields were made after them."""
        for before, after in pairwise((*self.grid.fields, self.confirm, self.later)):
            QWidget.setTabOrder(before, after)


class SessionPanel(Card):
    """The open session, without what the drawer should hold."""

    def __init__(self) -> None:
        super().__init__(margin=Space.L)
        labels = (text.HOLDER, text.SINCE, text.RECEIPTS, text.FLOAT, text.PAYMENTS_BY)
        self._facts = [FactRow(label, role=Role.STRONG) for label in labels]
        self._facts[2].value.set_role(Role.HEADING)
        for fact, name in zip(self._facts, ("holder", "since", "receipts", "float", "methods"), strict=True):
            fact.value.setObjectName(f"till.{name}")
        self.close_till = Button(text.CLOSE_TILL, Kind.PRIMARY, icon="till", key=CONFIRM_KEYS)
        self.close_till.setObjectName("till.close")
        hint = Label(text.BLIND, Role.HINT)
        self.add(Facts(*self._facts, columns=2), hint, Space.M, row(self.close_till, None), None)

    def show_session(self, session: OpenShown) -> None:
        """Show another session."""
        values = (session.holder, session.since, session.receipts, session.float_, session.methods)
        for fact, value in zip(self._facts, values, strict=True):
            fact.set_value(value)


class LastPanel(Card):
    """The session that was counted last: expected, counted, difference."""

    def __init__(self) -> None:
        super().__init__(text.LAST, margin=Space.L)
        self.setFixedWidth(SIDE)
        labels = (text.HOLDER, text.CLOSED_AT, text.RECEIPTS, text.APPROVED_BY)
        self._facts = [FactRow(label) for label in labels]
        self._waits = Badge(text.PROVISIONAL, Tone.WARN)
        self._waits.setObjectName("till.provisional")
        self._rows: Table[CountRow] = Table(
            count_columns(),
            name=text.LAST,
            key=lambda row: row.currency,
            least_rows=2,
        )
        self._rows.setFixedHeight(Size.HEADER + 2 * Size.ROW + 2)
        self._differences = Label("", Role.HEADING, wrap=True)
        self._differences.setObjectName("till.difference")
        found = column(Label(DIFFERENCE, Role.LABEL), row(self._differences, None), gap=0)
        self.add(Facts(*self._facts, columns=2), self._rows, found, row(self._waits, None), None)

    def show_last(self, last: ClosedShown) -> None:
        """Show another session."""
        values = (last.holder, last.closed_at, last.receipts, last.approved_by)
        for fact, value in zip(self._facts, values, strict=True):
            fact.set_value(value)
        self._rows.set_rows(last.rows)
        worst = max(last.rows, key=lambda row: _RANK[row.tone], default=None)
        off = tuple(row.difference for row in last.rows if row.tone is not Tone.OK)
        self._differences.set_content(Joined(off, "\n") if off else EXACT)
        self._differences.set_tone(worst.tone if worst else Tone.OK)
        self._waits.setVisible(last.provisional)


class TillWidget(View):
    """The screen. `typed` carries the note's key and the number that was typed."""

    typed = Signal(str, str)
    confirmed = Signal()
    seen_to = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("till")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._head = HeadPanel()
        self._notices = NoticesPanel()
        self.count = CountPanel()
        self._session = SessionPanel()
        self._last = LastPanel()
        self._nothing = QWidget()
        self._faces = QStackedWidget()
        for face in (self.count, self._session, self._nothing):
            self._faces.addWidget(face)
        lower = row(gap=Space.S)
        lower.addWidget(self._faces, 1)
        lower.addWidget(self._last)
        outer = column(self._head, self._notices, gap=Space.S, margin=Space.M)
        outer.addLayout(lower, 1)
        self.setLayout(outer)
        self._wire()
        self._last.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Name the screen for a screen reader."""
        self.setAccessibleName(str(text.TITLE))

    def bind(self, shortcuts: Shortcuts) -> None:
        """Let the keys of the till act while it is shown."""
        shortcuts.bind(self, CONFIRM_KEYS, self.confirmed.emit)
        shortcuts.bind(self, SEEN_KEYS, self.seen_to.emit)

    def show_head(self, head: Head) -> None:
        """Show which till it is and how it stands."""
        self._head.show_head(head)

    def show_told(self, told: Sequence[Told]) -> None:
        """Show what the people at the till must know."""
        self._notices.show_told(told)

    def show_nothing(self, title: Text, todo: Text, action: Text | None = None) -> None:
        """Say why there is no till to work at, and what can be done about it."""
        self._faces.removeWidget(self._nothing)
        self._nothing.deleteLater()
        why = EmptyState(title, todo, icon="lock", action=action, key=CONFIRM_KEYS)
        why.setObjectName("till.nothing")
        why.acted.connect(self.confirmed)
        self._nothing = Card().add(why)
        self._faces.addWidget(self._nothing)
        self._faces.setCurrentWidget(self._nothing)
        self._last.hide()

    def show_count(self, count: CountShown, purpose: str, last: ClosedShown | None, *, anew: bool) -> None:
        """Show the fields of a count."""
        if anew:
            self.count.grid.show_count(count)
            self.count.total.set_content(count.altogether)
            self.count.show_purpose(purpose == OPENING)
            self.count.order_keys()
        self._last.setVisible(last is not None)
        if last is not None:
            self._last.show_last(last)
        self._faces.setCurrentWidget(self.count)

    def show_totals(self, count: CountShown) -> None:
        """Show what the count comes to so far."""
        self.count.grid.show_totals(count)
        self.count.total.set_content(count.altogether)

    def show_session(self, session: OpenShown) -> None:
        """Show the open session."""
        self._session.show_session(session)
        self._last.hide()
        self._faces.setCurrentWidget(self._session)

    def show_problem(self, title: Text, todo: Text = "") -> None:
        """Say what stands against it."""
        self.count.problem.tell(title, todo)

    async def may_open_empty(self) -> bool:
        """Ask whether the till is really to be opened without a float."""
        answers = (Answer("count", text.COUNT_FIRST, Kind.PRIMARY), Answer("open", text.OPEN_EMPTY))
        chosen = await ask(self, text.NO_FLOAT_ASK, text.NO_FLOAT_ASK_TEXT, answers, tone=Tone.WARN)
        return chosen == "open"

    def show_busy(self, busy: bool) -> None:
        """The act is being recorded, or not."""
        self.count.confirm.setEnabled(not busy)

    def take_keyboard(self) -> None:
        """Put the keyboard where the work begins."""
        # Who has gone on meanwhile keeps the keyboard where it is.
        if not self.isVisible():
            return
        if self._faces.currentWidget() is self.count:
            self.count.grid.enter()
        elif self._faces.currentWidget() is self._session:
            self._session.close_till.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def go_to_error(self) -> None:
        """Put the keyboard on the first number that can't be read."""
        self.count.grid.enter_invalid()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _wire(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        panel = self.count
        panel.grid.typed.connect(self.typed)
        panel.grid.finished.connect(lambda: panel.confirm.setFocus(Qt.FocusReason.TabFocusReason))
        for button in (panel.confirm, self._session.close_till):
            button.clicked.connect(self.confirmed)
        panel.later.clicked.connect(self.left)
        self._notices.seen.clicked.connect(self.seen_to)


_RANK = {Tone.OK: 0, Tone.WARN: 1, Tone.BAD: 2}
