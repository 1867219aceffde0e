"""The features as widgets: the list, the side with the charge, the orders. It decides nothing."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.features import text
from ccbs_desk.ui.features.keys import BACK_KEYS, CONFIRM_KEYS
from ccbs_desk.ui.features.shown import Detail, FeatureRow, OrderRow
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.fields import Choice
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role, Rule
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.parts import Notice, named

SIDE = 340
LINE_WIDTH = 200
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def features_table() -> Table[FeatureRow]:
    """Return the table of features."""
    return Table(
        (
            Column("name", text.FEATURE, lambda one: one.name, width=210, strong=True),
            Column("monthly", text.MONTHLY, lambda one: one.monthly, Align.FIGURE, 100),
            Column("state", text.STATE, lambda one: one.state, width=140, tone=lambda one: one.tone, badge=True),
            Column("note", text.NOTE, lambda one: one.note),
        ),
        name=text.LISTED,
        key=lambda one: one.feature_id,
    )


def orders_table() -> Table[OrderRow]:
    """Return the table of orders."""
    return Table(
        (
            Column("what", text.WHAT, lambda one: one.what),
            Column("state", text.STATE, lambda one: one.state, width=130, tone=lambda one: one.tone, badge=True),
            Column("holder", text.HOLDER, lambda one: one.holder, width=110),
            Column("since", text.SINCE, lambda one: one.since, width=150),
            Column("from", text.FROM, lambda one: one.effective, width=110),
            Column("charge", text.CHARGE, lambda one: one.charge, Align.FIGURE, 110),
        ),
        name=text.ORDERS,
        key=lambda one: one.order_id,
        empty=EmptyState(text.NO_ORDERS),
        least_rows=3,
    )


class FeaturesWidget(View):
    """The screen. `chosen` carries the feature that the keyboard is on."""

    chosen = Signal(object)
    line_chosen = Signal(str)
    day_chosen = Signal(str)
    confirmed = Signal()
    search_wanted = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("features")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._who = named(Label("", Role.HEADING), "features.who")
        self._who.setMinimumWidth(1)
        self.line, self.day = Choice(), Choice()
        self.line.setObjectName("features.line")
        self.line.setMinimumWidth(LINE_WIDTH)
        self.day.setObjectName("features.day")
        self.features, self.orders = features_table(), orders_table()
        self.features.setObjectName("features.list")
        self.orders.setObjectName("features.orders")
        self._day_name: Text = text.DAY
        self._make_side()
        self._nobody = QWidget()
        self._faces = QStackedWidget()
        self._page = self._lay_out()
        for face in (self._page, self._nobody):
            self._faces.addWidget(face)
        self.setLayout(column(self._faces))
        self._wire()
        self.show_nobody(text.NOBODY, text.NOBODY_TODO)
        self.retranslate()

    def bind(self, shortcuts: Shortcuts) -> None:
        """Let the keys of the features act while they are shown."""
        shortcuts.bind(self, CONFIRM_KEYS, self._confirm)

    def show_nobody(self, title: Text, todo: Text) -> None:
        """Say that there is no line to show."""
        self._faces.removeWidget(self._nobody)
        self._nobody.deleteLater()
        empty = EmptyState(title, todo, icon="feature", action=text.SEARCH)
        empty.acted.connect(self.search_wanted)
        self._nobody = empty
        self._faces.addWidget(empty)
        self._faces.setCurrentWidget(empty)

    def show_line(self, who: object, lines: Sequence[tuple[str, Text]], line: str) -> None:
        """Show whose lines they are, and which one is shown."""
        self._who.set_content(who)
        self.line.set_options(lines)
        self.line.set_value(line)
        self._faces.setCurrentWidget(self._page)

    def show_features(self, rows: Sequence[FeatureRow], chosen: UUID | None) -> None:
        """Show the features; the one chosen stays so."""
        with QSignalBlocker(self.features):
            if tuple(rows) != tuple(self.features.rows()):
                place = self.features.verticalScrollBar().value()
                self.features.set_rows(rows)
                self.features.verticalScrollBar().setValue(place)
            ids = [one.feature_id for one in rows]
            current = self.features.current()
            if chosen in ids and (current is None or current.feature_id != chosen):
                self.features.select(ids.index(chosen))

    def show_detail(self, detail: Detail | None, days: Sequence[tuple[str, Text]], day: str) -> None:
        """Show what the change would be, and from when."""
        for part in self._of_detail:
            part.setVisible(detail is not None)
        if detail is None:
            self._title.set_content(text.CHOOSE)
            self._against.tell("")
            return
        self._title.set_content(detail.title)
        self.day.set_options(days)
        self.day.set_value(day)
        self._day_name = text.LAST_DAY if detail.removal else text.DAY
        self._day_label.set_content(self._day_name)
        self._charge_label.set_content(detail.charge_label)
        self._charge.set_content(detail.charge)
        self._days.set_content(detail.days)
        self._monthly.set_content(detail.monthly)
        self._after.set_content(detail.after)
        self.confirm.set_text(detail.confirm)
        self._against.tell(detail.against)
        self.retranslate()

    def show_orders(self, rows: Sequence[OrderRow]) -> None:
        """Show the orders of the line."""
        if tuple(rows) != tuple(self.orders.rows()):
            self.orders.set_rows(rows)

    def show_problem(self, problem: Text) -> None:
        """Say why it was refused."""
        self._problem.tell(problem)

    def show_ready(self, ready: bool) -> None:
        """Let it be ordered, or not."""
        self.confirm.setEnabled(ready)

    def take_keyboard(self) -> None:
        """Put the keyboard on the features."""
        # Who has gone on meanwhile keeps the keyboard where it is.
        if not self.isVisible():
            return
        self.features.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def retranslate(self) -> None:
        """Name the choices for a screen reader."""
        self.line.setAccessibleName(str(text.LINE))
        self.day.setAccessibleName(str(self._day_name))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Enter on the day goes on to the button."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _ENTER:
            if watched is self.confirm:
                self._confirm()
            else:
                self.confirm.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().eventFilter(watched, event)

    def _confirm(self) -> None:
        if self._faces.currentWidget() is self._page:
            self.confirmed.emit()

    def _make_side(self) -> None:
        self._title = named(Label(text.CHOOSE, Role.TITLE, wrap=True), "features.title")
        self._day_label = Label(text.DAY, Role.LABEL)
        self._charge_label = Label("", Role.LABEL)
        self._charge = named(Label("", Role.FIGURE), "features.charge")
        self._days = named(Label("", Role.SMALL), "features.days")
        self._monthly_label = Label(text.PER_MONTH, Role.LABEL)
        self._monthly = named(Label("", Role.STRONG), "features.monthly")
        self._after = Label("", Role.HINT, wrap=True)
        self._against = Notice(Tone.WARN, "features.against")
        self._problem = Notice(Tone.BAD, "features.problem")
        self.confirm = Button(text.CONFIRM_ADD, Kind.PRIMARY, icon="check", key=CONFIRM_KEYS)
        self.confirm.setObjectName("features.confirm")
        self.back = Button(text.BACK, key=BACK_KEYS)
        self._of_detail: tuple[QWidget, ...] = (
            self._day_label,
            self.day,
            self._charge_label,
            self._charge,
            self._days,
            self._monthly_label,
            self._monthly,
            self._after,
        )

    def _wire(self) -> None:
        self.features.current_changed.connect(self.chosen)
        self.features.opened.connect(lambda _row: self.confirm.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.line.chosen.connect(self.line_chosen)
        self.day.chosen.connect(self.day_chosen)
        self.confirm.clicked.connect(self._confirm)
        self.back.clicked.connect(self.left)
        for part in (self.day, self.confirm):
            part.installEventFilter(self)

    def _lay_out(self) -> QWidget:
        head = Card(margin=Space.M)
        line = row(IconLabel("feature", accent=True), self._who, None, Label(text.LINE, Role.LABEL), gap=Space.M)
        line.addWidget(self.line)
        head.add(line)
        main = column(gap=Space.S)
        for title, table, share in ((text.LISTED, self.features, 5), (text.ORDERS, self.orders, 2)):
            card = Card(title, margin=Space.M)
            card.body.setSpacing(Space.S)
            card.add(table)
            main.addWidget(card, share)
        side = Card(margin=Space.L)
        side.setFixedWidth(SIDE)
        buttons = row(gap=Space.S)
        buttons.addWidget(self.confirm, 1)
        buttons.addWidget(self.back)
        charge = column(self._charge_label, self._charge, self._days, gap=2)
        monthly = column(self._monthly_label, self._monthly, gap=2)
        day = column(self._day_label, self.day, gap=Space.XS)
        side.add(self._title, day, Rule(), charge, monthly, self._after, None, self._against, self._problem, buttons)
        lower = row(gap=Space.S)
        lower.addLayout(main, 1)
        lower.addWidget(side)
        page = QWidget()
        outer = column(head, gap=Space.S, margin=Space.M)
        outer.addLayout(lower, 1)
        page.setLayout(outer)
        return page
