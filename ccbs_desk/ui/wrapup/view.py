"""The wrap-up as widgets: what was done, beside it the results, the notes and what comes next. It decides nothing."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from ccbs_desk.config.language import Text
from ccbs_desk.domain.text import fold_digits
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.fields import Choice
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.notes import NoteField
from ccbs_desk.ui.kit.shortcuts import Keys, Shortcuts
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.parts import Notice, named
from ccbs_desk.ui.wrapup import text
from ccbs_desk.ui.wrapup.shown import CodeRow, DoneRow

CONFIRM_KEYS, BACK_KEYS = Keys("F9"), Keys("Esc")
SIDE = 440
DIGITS = 9


class CodesTable(Table[CodeRow]):
    """The results; `picked` carries the one whose number was pressed, or that was opened. Zero is the tenth."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__(
            (
                Column("rank", text.RANK, lambda one: one.rank, Align.CENTRE, 52),
                Column("name", text.CODE, lambda one: one.name, strong=True),
            ),
            name=text.CODES,
            key=lambda one: one.code,
            least_rows=5,
        )
        self.setObjectName("wrapup.codes")
        self.opened.connect(self.picked)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """A digit chooses, whichever family the layout types."""
        digit = fold_digits(event.text())
        place = (int(digit) or DIGITS + 1) - 1 if digit.isdigit() else len(self.rows())
        if place < len(self.rows()):
            self.select(place)
            self.picked.emit(self.rows()[place])
        else:
            super().keyPressEvent(event)


class WrapUpWidget(View):
    """The screen. `typed` carries field and text."""

    picked = Signal(object)
    typed = Signal(str, str)
    confirmed = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("wrapup")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._who = named(Label("", Role.HEADING), "wrapup.who")
        self._who.setMinimumWidth(1)
        self.codes = CodesTable()
        self.notes = NoteField(text.NOTES, lines=3)
        self.notes.setObjectName("wrapup.notes")
        self._notes_label = Label(text.NOTES, Role.LABEL)
        self.then = Choice()
        self.then.setObjectName("wrapup.then")
        self.done: Table[DoneRow] = Table(
            (
                Column("at", text.AT, lambda one: one.at, width=110),
                Column("what", text.WHAT, lambda one: one.what, strong=True),
            ),
            name=text.DONE,
            key=lambda one: one.command_id,
            empty=EmptyState(text.NOTHING_DONE),
        )
        self.done.setObjectName("wrapup.done")
        self._problem = Notice(Tone.WARN, "wrapup.problem")
        self.confirm = Button(text.CONFIRM, Kind.PRIMARY, icon="check", key=CONFIRM_KEYS)
        self.confirm.setObjectName("wrapup.confirm")
        self.back = Button(text.BACK, key=BACK_KEYS)
        self.setLayout(self._lay_out())
        self.codes.picked.connect(self.picked)
        self.notes.edited.connect(lambda words: self.typed.emit("notes", words))
        self.then.chosen.connect(lambda then: self.typed.emit("then", then))
        self.confirm.clicked.connect(self.confirmed)
        self.back.clicked.connect(self.left)
        self.retranslate()

    def bind(self, shortcuts: Shortcuts) -> None:
        """Let its key act while it is shown."""
        shortcuts.bind(self, CONFIRM_KEYS, self.confirmed.emit)

    def show_call(self, who: object) -> None:
        """Show which call it is."""
        self._who.set_content(who)

    def show_form(self, codes: Sequence[CodeRow], then: Sequence[tuple[str, Text]], typed: Mapping[str, str]) -> None:
        """Show the form with what was typed in it."""
        if tuple(codes) != tuple(self.codes.rows()):
            self.codes.set_rows(codes)
        known = [one.code for one in codes]
        if typed.get("code") in known:
            self.codes.select(known.index(typed["code"]))
        self.notes.set_value(typed.get("notes", ""))
        self.then.set_options(then)
        self.then.set_value(typed.get("then", then[0][0]))

    def show_done(self, rows: Sequence[DoneRow]) -> None:
        """Show what was done in the call."""
        if tuple(rows) != tuple(self.done.rows()):
            self.done.set_rows(rows)

    def show_needs(self, *, notes: bool) -> None:
        """Say whether notes are needed."""
        self._notes_label.set_content(text.NOTES_NEEDED if notes else text.NOTES)

    def show_problem(self, problem: Text) -> None:
        """Say what is missing or was refused."""
        self._problem.tell(problem)

    def show_ready(self, ready: bool) -> None:
        """Let it be confirmed, or not."""
        self.confirm.setEnabled(ready)

    def enter_codes(self) -> None:
        """Put the keyboard on the results, none of them chosen by that."""
        chosen = self.codes.currentIndex().isValid()
        self.codes.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not chosen:
            self.codes.selectionModel().clear()

    def enter_notes(self) -> None:
        """Put the keyboard on the notes."""
        self.notes.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def retranslate(self) -> None:
        """Name the choice for a screen reader."""
        self.then.setAccessibleName(str(text.THEN))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> QVBoxLayout:
        head = Card(margin=Space.M)
        head.add(row(IconLabel("check", accent=True), Label(text.TITLE, Role.TITLE), self._who, None, gap=Space.M))
        done = Card(text.DONE, margin=Space.M)
        done.body.setSpacing(Space.S)
        done.add(self.done)
        side = Card(text.CODES, margin=Space.L)
        side.setFixedWidth(SIDE)
        side.body.setSpacing(Space.S)
        buttons = row(gap=Space.S)
        buttons.addWidget(self.confirm, 1)
        buttons.addWidget(self.back)
        side.add(Label(text.CHOOSE, Role.HINT))
        side.body.addWidget(self.codes, 3)
        side.add(self._notes_label)
        side.body.addWidget(self.notes, 1)
        then = row(Label(text.THEN, Role.LABEL), gap=Space.M)
        then.addWidget(self.then, 1)
        side.add(then, self._problem, buttons)
        lower = row(gap=Space.S)
        lower.addWidget(done, 1)
        lower.addWidget(side)
        outer = column(head, gap=Space.S, margin=Space.M)
        outer.addLayout(lower, 1)
        return outer
