"""The caller's place as widgets: what is known of him, who he may be, a box to search in. It decides nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.domain.text import fold_digits
from ccbs_desk.ui.callpop import text
from ccbs_desk.ui.callpop.shown import Row
from ccbs_desk.ui.kit.banner import Banner
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.fields import SearchField
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Size, Space, Tone
from ccbs_desk.ui.parts import named

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
DIGITS = 9


class CallersTable(Table[Row]):
    """Those who may be calling; when the keyboard comes, nobody is chosen by that."""

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - the name is Qt's
        """Take back the first row, which Qt would make the current one."""
        before = self.currentIndex()
        super().focusInEvent(event)
        if not before.isValid():
            self.selectionModel().clear()


def callers_table() -> CallersTable:
    """Return the table of those who may be calling."""
    return CallersTable(
        (
            Column("rank", text.RANK, lambda one: one.rank, Align.CENTRE, 64),
            Column("name", text.NAME, lambda one: one.name, strong=True),
            Column("number", text.NUMBER, lambda one: one.number, width=140),
            Column("place", text.PLACE, lambda one: one.place),
            Column("why", text.WHY, lambda one: one.why, width=180),
        ),
        name=text.RESULTS,
        key=lambda one: (one.account_id, one.line_id),
    )


class ChooserWidget(View):
    """The screen. `typed` carries the text of the box, `picked` the row that the person chose."""

    typed = Signal(str)
    entered = Signal()
    picked = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("caller")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._number = named(Label("", Role.HEADING), "caller.number")
        self._state = named(Label("", Role.STRONG), "caller.state")
        self._about = named(Label("", Role.SOFT), "caller.about")
        self._about.setMinimumWidth(1)
        self._told = Banner(Tone.INFO, "")
        self._told.setObjectName("caller.told")
        self.box = SearchField(text.BOX)
        self.box.setObjectName("caller.box")
        self.results = callers_table()
        self.results.setObjectName("caller.results")
        self._hint = named(Label("", Role.SOFT), "caller.hint")
        self.setLayout(self._lay_out())
        self.box.textChanged.connect(lambda _text: self.typed.emit(self.box.value()))
        self.results.opened.connect(self.picked)
        for part in (self.box, self.results):
            part.installEventFilter(self)
        self.setFocusProxy(self.box)
        self.retranslate()

    def show_call(self, number: object, state: Text, tone: Tone, about: object) -> None:
        """Show what the exchange tells of the caller."""
        self._number.set_content(number)
        self._state.set_content(state)
        self._state.set_tone(tone)
        self._about.set_content(about)

    def show_told(self, title: Text, todo: Text, tone: Tone) -> None:
        """Say what is known of who he is, and what to do."""
        self._told.show_notice(tone, title, todo)

    def show_rows(self, rows: Sequence[Row], hint: Text) -> None:
        """Show who he may be; nobody is chosen by us."""
        if tuple(rows) != tuple(self.results.rows()):
            self.results.set_rows(rows)
        self._hint.set_content(hint)

    def take_keyboard(self, *, results: bool) -> None:
        """Put the keyboard on the list, with nothing chosen, or into the box."""
        target: QWidget = self.results if results else self.box
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def enter_results(self) -> None:
        """Go from the box into the list."""
        if self.results.rows():
            if self.results.current() is None:
                self.results.select(0)
            self.results.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def retranslate(self) -> None:
        """Name the box for a screen reader."""
        self.box.setAccessibleName(str(text.BOX_NAME))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Lead the keyboard between box and list; a digit in the list chooses by rank."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        return self._key_in_box(event) if watched is self.box else self._key_in_list(event)

    def _key_in_box(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Down:
            self.enter_results()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _ENTER:
            self.entered.emit()
        else:
            return False
        return True

    def _key_in_list(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.take_keyboard(results=False)
            return True
        typed = event.text().strip()
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        digit = fold_digits(typed)
        if digit.isdigit() and 1 <= int(digit) <= min(DIGITS, len(self.results.rows())):
            self.picked.emit(self.results.rows()[int(digit) - 1])
            return True
        if typed.isalpha():
            # Who goes on typing means the box, not the table's own search by its first column.
            self.take_keyboard(results=False)
            QApplication.sendEvent(self.box, event)
            return True
        return False

    def _lay_out(self) -> QVBoxLayout:
        words = column(row(self._number, self._state, None, gap=Space.M), row(self._about, None), gap=Space.XS)
        head = Card(margin=Space.M)
        line = row(IconLabel("phone-in", size=Size.ICON_LARGE, accent=True), gap=Space.L)
        line.addLayout(words, 1)
        head.add(line)
        below = row(self._hint, None, Label(text.KEYS, Role.HINT))
        outer = column(head, self._told, self.box, below, gap=Space.S, margin=Space.L)
        outer.addWidget(self.results, 1)
        return outer
