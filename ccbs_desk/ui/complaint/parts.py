"""The parts that the complaints are read in: the list, the categories, and what was said."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from ccbs_desk.config.language import is_rtl
from ccbs_desk.domain.text import fold_digits
from ccbs_desk.ui.complaint import text
from ccbs_desk.ui.complaint.shown import CategoryRow, ComplaintRow, NoteShown
from ccbs_desk.ui.kit.fields import LEFT, RIGHT
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import clear, column
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Space

DIGITS = 9


def complaints_table() -> Table[ComplaintRow]:
    """Return the table of an account's complaints."""
    return Table(
        (
            Column("category", text.CATEGORY, lambda one: one.category, strong=True),
            Column("state", text.STATE, lambda one: one.state, width=130, tone=lambda one: one.tone, badge=True),
            Column("opened", text.OPENED, lambda one: one.opened, width=150),
            Column("due", text.DUE, lambda one: one.due, width=230, tone=lambda one: one.tone if one.is_open else None),
        ),
        name=text.TITLE,
        key=lambda one: one.complaint_id,
        empty=EmptyState(text.NONE_YET, icon="check"),
        least_rows=3,
    )


class CategoriesTable(Table[CategoryRow]):
    """The categories; `picked` carries the one whose number was pressed, or that was opened."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__(
            (
                Column("rank", text.RANK, lambda one: one.rank, Align.CENTRE, 52),
                Column("name", text.CATEGORY, lambda one: one.name, strong=True),
                Column("level", text.LEVEL, lambda one: one.level, width=150),
            ),
            name=text.CATEGORIES,
            key=lambda one: one.code,
            least_rows=4,
        )
        self.setObjectName("complaints.categories")
        self.opened.connect(self.picked)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """A digit chooses, whichever family the layout types."""
        digit = fold_digits(event.text())
        if digit.isdigit() and 1 <= int(digit) <= min(DIGITS, len(self.rows())):
            self.select(int(digit) - 1)
            self.picked.emit(self.rows()[int(digit) - 1])
        else:
            super().keyPressEvent(event)


class Said(Live, QScrollArea):
    """What was said on a complaint, the last word first."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("complaints.said")
        self.setWidgetResizable(True)
        self.setProperty("ring", True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: tuple[NoteShown, ...] = ()
        self._labels: list[Label] = []
        inside = QWidget()
        self._notes = column(gap=Space.M)
        outer = column(gap=0)
        outer.addLayout(self._notes)
        outer.addStretch(1)
        inside.setLayout(outer)
        self.setWidget(inside)
        self.retranslate()

    def show_notes(self, notes: Sequence[NoteShown]) -> None:
        """Show these."""
        if tuple(notes) == self._shown:
            return
        self._shown = tuple(notes)
        clear(self._notes)
        self._labels = []
        for note in notes:
            words = QWidget()
            head, body = Label(note.head, Role.SMALL, wrap=True), Label(note.text, wrap=True)
            words.setLayout(column(head, body, gap=2))
            self._labels += [head, body]
            self._notes.addWidget(words)
        self.retranslate()

    def retranslate(self) -> None:
        """Name it for a screen reader; words of either direction stand where the language starts."""
        self.setAccessibleName(str(text.SAID))
        for label in self._labels:
            label.setAlignment(RIGHT if is_rtl() else LEFT)
