"""The search as widgets: the box, what may be typed, the results. It decides nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.look_up import Hit
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.fields import SearchField
from ccbs_desk.ui.kit.finding import ENTER, Ways, at_the_top, leads_to_box, typed_on
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Size, Space, Tone
from ccbs_desk.ui.search import text
from ccbs_desk.ui.values import Phone, figure


def results_table() -> Table[Hit]:
    """Return the table of results."""
    return Table(
        (
            Column("name", text.NAME, lambda hit: hit.name, strong=True),
            Column("number", text.NUMBER, lambda hit: Phone(hit.e164), width=128),
            Column("place", text.PLACE, text.place),
            Column("state", text.STATE, text.state, width=116, tone=text.tone, badge=True),
            Column("owes", text.OWES, lambda hit: figure(hit.owes), Align.FIGURE, 128, tone=_owes_tone),
            Column("why", text.WHY, text.why, width=250),
        ),
        name=text.RESULTS,
        key=lambda hit: (hit.account_id, hit.line_id),
    )


def _owes_tone(hit: Hit) -> Tone | None:
    if hit.owes.minor == 0:
        return None
    return Tone.WARN if hit.owes.minor > 0 else Tone.OK


class Advice(Card):
    """What to try when nobody was found."""

    def __init__(self, todo: Text) -> None:
        super().__init__(margin=Space.XL)
        line = row(IconLabel("search", Tone.NEUTRAL, Size.ICON_LARGE), gap=Space.L)
        line.addWidget(Label(todo, wrap=True), 1)
        self.add(line)


class SearchWidget(View):
    """The screen. `typed` carries the text of the box, `opened` the row that was chosen."""

    typed = Signal(str)
    entered = Signal()
    left = Signal()
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("search")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.box = SearchField(text.BOX)
        self.box.setObjectName("search.box")
        self.hint = Label("", Role.SOFT)
        self.hint.setObjectName("search.hint")
        self.keys = Label("", Role.HINT)
        self.results = results_table()
        self.results.setObjectName("search.results")
        self._welcome = at_the_top(Ways(text.WELCOME, text.WAYS, text.KEYS_BOX))
        self._nothing: QWidget = QWidget()
        self._stack = QStackedWidget()
        for face in (self._welcome, self.results, self._nothing):
            self._stack.addWidget(face)
        below = row(self.hint, None, self.keys)
        self.setLayout(column(self.box, below, self._stack, gap=Space.S, margin=Space.L))
        self._wire()
        self.setFocusProxy(self.box)
        self.retranslate()
        self.show_welcome()

    def set_text(self, asked: str) -> None:
        """Put a text into the box as if it had been typed."""
        if self.box.value() != asked:
            self.box.set_value(asked)

    def show_welcome(self) -> None:
        """Show what can be asked for."""
        self._say("", "")
        self.results.set_rows(())
        self._stack.setCurrentWidget(self._welcome)

    def show_hits(self, hits: Sequence[Hit], hint: object) -> None:
        """Show who may be meant; the row that was chosen stays chosen."""
        self._say(hint, text.KEYS_RESULTS if self.results.hasFocus() else text.KEYS_BOX)
        self.results.set_rows(hits)
        self._stack.setCurrentWidget(self.results)

    def show_nothing(self, title: Text, todo: Text) -> None:
        """Say that nobody was found, and what to try."""
        self._say(title, "")
        self.results.set_rows(())
        self._stack.removeWidget(self._nothing)
        self._nothing.deleteLater()
        self._nothing = at_the_top(Advice(todo))
        self._stack.addWidget(self._nothing)
        self._stack.setCurrentWidget(self._nothing)

    def enter_results(self) -> None:
        """Put the keyboard on the results, on the first where none is chosen."""
        if not self.results.rows():
            return
        if self.results.current() is None:
            self.results.select(0)
        self.results.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_box(self) -> None:
        """Put the keyboard into the box, with its text selected."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def retranslate(self) -> None:
        """Name the box for a screen reader."""
        self.box.setAccessibleName(str(text.BOX_NAME))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Lead the keyboard between box and results."""
        if event.type() == QEvent.Type.FocusIn and self.results.rows():
            self.keys.set_content(text.KEYS_RESULTS if watched is self.results else text.KEYS_BOX)
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if watched is self.box:
            return self._key_in_box(event)
        return self._key_in_results(event)

    def _key_in_box(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Down:
            self.enter_results()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in ENTER:
            self.entered.emit()
        else:
            return False
        return True

    def _key_in_results(self, event: QKeyEvent) -> bool:
        if leads_to_box(event, self.results):
            self.focus_box()
            return True
        return typed_on(event, self.box)

    def _wire(self) -> None:
        self.box.textChanged.connect(lambda _text: self.typed.emit(self.box.value()))
        self.results.opened.connect(self.opened)
        for part in (self.box, self.results):
            part.installEventFilter(self)

    def _say(self, hint: object, keys: Text) -> None:
        self.hint.set_content(hint)
        self.keys.set_content(keys)
