"""The fields of a count: one for each kind of note, family beside family; Enter goes down."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ccbs_desk.config.language import Amount, Message, currency_name, map_digits
from ccbs_desk.domain.money import MINOR_IN_MAJOR, SYO, SYP, Money
from ccbs_desk.ui.kit.fields import TextField
from ccbs_desk.ui.kit.labels import Label, Role, Rule
from ccbs_desk.ui.kit.layout import clear, row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.parts import named
from ccbs_desk.ui.till import text
from ccbs_desk.ui.till.counting import CountLine, CountShown, key_of
from ccbs_desk.ui.values import Absent, filled

FIELD = 88
VALUE = 120
FAMILIES: Mapping[str, Message] = {SYP: text.NEW_POUNDS, SYO: text.OLD_POUNDS}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FIGURE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


class CountField(TextField):
    """A number of notes, in the digits of the language."""

    def __init__(self, note: Money) -> None:
        super().__init__()
        self._note = note
        self.setObjectName(f"till.count.{key_of(note)}")
        self.setFixedWidth(FIELD)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.retranslate()

    def retranslate(self) -> None:
        """Say which note it counts, and show the digits of the language."""
        super().retranslate()
        self.setAccessibleName(str(filled(text.NOTE_COUNT, note=self._note)))
        self._clean(self.text())

    def _shown(self, text: str) -> str:
        return map_digits(text)


class _Family(QWidget):
    """The notes of one currency, largest first, and their sum."""

    def __init__(self, currency: str, lines: tuple[CountLine, ...]) -> None:
        super().__init__()
        self.fields: dict[str, CountField] = {}
        self._values: dict[str, Label] = {}
        self._currency = currency
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        title = FAMILIES.get(currency, currency_name(currency))
        self._grid.addWidget(Label(title, Role.STRONG), 0, 0, 1, 3)
        for place, line in enumerate(lines, start=1):
            self._add(place, line)
        self._total = named(Label("", Role.HEADING), f"till.total.{currency}")
        self._total.setAlignment(_FIGURE)
        last = len(lines) + 1
        self._grid.addWidget(Rule(), last, 0, 1, 3)
        self._grid.addWidget(Label(text.TOTAL, Role.STRONG), last + 1, 0)
        self._grid.addWidget(self._total, last + 1, 1, 1, 2)
        self._grid.setRowStretch(last + 2, 1)
        self._grid.setColumnStretch(3, 1)

    def show_totals(self, lines: tuple[CountLine, ...], total: Money) -> None:
        """Show what each line and the family come to."""
        for line in lines:
            key = key_of(line.note)
            empty = line.value is not None and line.value.minor == 0
            self._values[key].set_content(Absent() if line.value is None or empty else Amount(line.value))
            self._values[key].set_tone(Tone.NEUTRAL if empty else None)
            self.fields[key].set_invalid(line.value is None)
        self._total.set_content(total)

    def _add(self, place: int, line: CountLine) -> None:
        key = key_of(line.note)
        field, value = CountField(line.note), Label("")
        value.setAlignment(_FIGURE)
        value.setFixedWidth(VALUE)
        self.fields[key], self._values[key] = field, value
        note = Label(_worth(line.note))
        note.setAlignment(_FIGURE)
        note.setBuddy(field)
        for column, part in enumerate((note, field, value)):
            self._grid.addWidget(part, place, column)


class CountGrid(Live, QWidget):
    """All families side by side. `typed` carries the note's key and the text; `finished` that Enter left the last."""

    typed = Signal(str, str)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("till.count")
        self._line = row(gap=Space.XXL)
        self.setLayout(self._line)
        self._families: dict[str, _Family] = {}
        self._fields: list[CountField] = []

    @property
    def fields(self) -> tuple[CountField, ...]:
        """The fields, in the order in which they are counted."""
        return tuple(self._fields)

    def show_count(self, count: CountShown) -> None:
        """Make the fields, with what was typed before."""
        clear(self._line)
        by_currency: dict[str, list[CountLine]] = {}
        for line in count.lines:
            by_currency.setdefault(line.note.currency, []).append(line)
        self._families = {currency: _Family(currency, tuple(lines)) for currency, lines in by_currency.items()}
        self._fields = []
        for currency, family in self._families.items():
            self._line.addWidget(family, 1)
            for line in by_currency[currency]:
                self._wire(family.fields[key_of(line.note)], line)
        self.show_totals(count)

    def show_totals(self, count: CountShown) -> None:
        """Show what it comes to so far."""
        for total in count.totals:
            lines = tuple(line for line in count.lines if line.note.currency == total.currency)
            self._families[total.currency].show_totals(lines, total)

    def enter(self) -> None:
        """Put the keyboard on the first field."""
        if self._fields:
            self._go_to(self._fields[0])

    def enter_invalid(self) -> None:
        """Put the keyboard on the first field that can't be read."""
        wrong = next((field for field in self._fields if field.property("invalid")), None)
        if wrong is not None:
            self._go_to(wrong)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Enter and the arrows go up and down."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched in self._fields:
            place = self._fields.index(watched)
            if event.key() in _ENTER and place == len(self._fields) - 1:
                self.finished.emit()
                return True
            if event.key() in (*_ENTER, Qt.Key.Key_Down):
                self._go_to(self._fields[min(place + 1, len(self._fields) - 1)])
                return True
            if event.key() == Qt.Key.Key_Up:
                self._go_to(self._fields[max(place - 1, 0)])
                return True
        return super().eventFilter(watched, event)

    def _wire(self, field: CountField, line: CountLine) -> None:
        key = key_of(line.note)
        field.set_value(line.text)
        field.textEdited.connect(lambda _text: self.typed.emit(key, field.value()))
        field.installEventFilter(self)
        self._fields.append(field)

    def _go_to(self, field: CountField) -> None:
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()


def _worth(note: Money) -> object:
    """Return what stands on a note: whole pounds, as a rule."""
    whole, rest = divmod(note.minor, MINOR_IN_MAJOR)
    return Amount(note) if rest else whole
