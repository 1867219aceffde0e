"""The complaints as widgets: the list and what was said, beside them the form. It decides nothing."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.complaint import text
from ccbs_desk.ui.complaint.forms import AboutForm, NewForm
from ccbs_desk.ui.complaint.keys import BACK_KEYS, CONFIRM_KEYS, NEW_KEYS, RESOLVE_KEYS
from ccbs_desk.ui.complaint.parts import Said, complaints_table
from ccbs_desk.ui.complaint.shown import CategoryRow, ComplaintRow, NoteShown
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.parts import Notice, named

SIDE = 470


class ComplaintsWidget(View):
    """The screen. `typed` carries field and text of a new complaint, `commented` the words about an old one."""

    chosen = Signal(object)
    new_wanted = Signal()
    category_chosen = Signal(object)
    typed = Signal(str, str)
    commented = Signal(str)
    confirmed = Signal()
    resolved = Signal()
    all_the_same = Signal()
    search_wanted = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("complaints")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._who = named(Label("", Role.HEADING), "complaints.who")
        self._who.setMinimumWidth(1)
        self.complaints = complaints_table()
        self.complaints.setObjectName("complaints.list")
        self._said = Said()
        self.new, self.about = NewForm(), AboutForm()
        self._forms = QStackedWidget()
        for form in (self.new, self.about):
            self._forms.addWidget(form)
        self._problem = Notice(Tone.WARN, "complaints.problem")
        self._make_buttons()
        self._nobody = QWidget()
        self._faces = QStackedWidget()
        self._page = self._lay_out()
        for face in (self._page, self._nobody):
            self._faces.addWidget(face)
        self.setLayout(column(self._faces))
        self._wire()
        self.show_nobody(text.NOBODY, text.NOBODY_TODO)

    def bind(self, shortcuts: Shortcuts) -> None:
        """Let the keys of the complaints act while they are shown."""
        for keys, run in (
            (CONFIRM_KEYS, self.confirmed.emit),
            (NEW_KEYS, self.new_wanted.emit),
            (RESOLVE_KEYS, self.resolved.emit),
        ):
            shortcuts.bind(self, keys, run)

    def show_nobody(self, title: Text, todo: Text) -> None:
        """Say that there is no account to show."""
        self._faces.removeWidget(self._nobody)
        self._nobody.deleteLater()
        empty = EmptyState(title, todo, icon="complaint", action=text.SEARCH)
        empty.acted.connect(self.search_wanted)
        self._nobody = empty
        self._faces.addWidget(empty)
        self._faces.setCurrentWidget(empty)

    def show_account(self, who: object, lines: Sequence[tuple[str, Text]]) -> None:
        """Show whose complaints they are, and what a new one may be about."""
        self._who.set_content(who)
        self.new.line.set_options(lines)
        self._said.show_notes(())
        self._faces.setCurrentWidget(self._page)

    def show_complaints(self, rows: Sequence[ComplaintRow], chosen: UUID | None) -> None:
        """Show the complaints, the open ones first."""
        with QSignalBlocker(self.complaints):
            if tuple(rows) != tuple(self.complaints.rows()):
                self.complaints.set_rows(rows)
            ids = [one.complaint_id for one in rows]
            current = self.complaints.current()
            if chosen in ids and (current is None or current.complaint_id != chosen):
                self.complaints.select(ids.index(chosen))

    def show_notes(self, notes: Sequence[NoteShown]) -> None:
        """Show what was said on the chosen one."""
        self._said.show_notes(notes)

    def show_new(self, categories: Sequence[CategoryRow], typed: Mapping[str, str]) -> None:
        """Show the form of a new complaint with what was typed in it."""
        self.new.show_form(categories, typed)
        self.confirm.set_text(text.CONFIRM)
        self.resolve.hide()
        self._forms.setCurrentWidget(self.new)

    def show_existing(self, typed: str, *, is_open: bool, may_resolve: bool) -> None:
        """Show what can be said on the chosen complaint."""
        self.about.show_form(typed, is_open=is_open)
        self.confirm.set_text(text.COMMENT)
        self.resolve.setVisible(may_resolve)
        self._forms.setCurrentWidget(self.about)

    def show_problem(self, problem: Text, action: Text | None = None) -> None:
        """Say what is missing or was refused."""
        self._problem.tell(problem, "", action)

    def show_ready(self, ready: bool) -> None:
        """Let it be confirmed, or not."""
        for button in (self.confirm, self.resolve):
            button.setEnabled(ready)

    def enter_form(self) -> None:
        """Put the keyboard where one goes on: on the categories, or on the words."""
        if self._forms.currentWidget() is self.new and not self.new.has_category():
            self.new.categories.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.enter_words()

    def enter_words(self) -> None:
        """Put the keyboard on the words."""
        words = self.new.words if self._forms.currentWidget() is self.new else self.about.words
        words.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def enter_list(self) -> None:
        """Put the keyboard on the complaints."""
        self.complaints.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _make_buttons(self) -> None:
        self.confirm = Button(text.CONFIRM, Kind.PRIMARY, icon="check", key=CONFIRM_KEYS)
        self.confirm.setObjectName("complaints.confirm")
        self.resolve = Button(text.RESOLVE, key=RESOLVE_KEYS)
        self.resolve.setObjectName("complaints.resolve")
        self.back = Button(text.BACK, key=BACK_KEYS)
        self.begin = Button(text.NEW, Kind.SMALL, icon="plus", key=NEW_KEYS)
        self.begin.setObjectName("complaints.new")

    def _wire(self) -> None:
        self.complaints.current_changed.connect(self.chosen)
        self.complaints.opened.connect(self._opened)
        self.new.category_chosen.connect(self.category_chosen)
        self.new.typed.connect(self.typed)
        self.about.words.edited.connect(self.commented)
        self.confirm.clicked.connect(self.confirmed)
        self.resolve.clicked.connect(self.resolved)
        self.begin.clicked.connect(self.new_wanted)
        self.back.clicked.connect(self.left)
        self._problem.acted.connect(self.all_the_same)

    def _opened(self, complaint: ComplaintRow) -> None:
        self.chosen.emit(complaint)
        self.enter_words()

    def _lay_out(self) -> QWidget:
        head = Card(margin=Space.M)
        head.add(row(IconLabel("complaint", accent=True), self._who, None, gap=Space.M))
        listed = Card(text.TITLE, beside=self.begin, margin=Space.M)
        listed.body.setSpacing(Space.S)
        listed.add(self.complaints)
        said = Card(text.SAID, margin=Space.M)
        said.body.setSpacing(Space.S)
        said.add(self._said)
        main = column(gap=Space.S)
        main.addWidget(listed, 1)
        main.addWidget(said, 1)
        side = Card(margin=Space.L)
        side.setFixedWidth(SIDE)
        buttons = row(gap=Space.S)
        buttons.addWidget(self.confirm, 1)
        buttons.addWidget(self.back)
        side.body.addWidget(self._forms, 1)
        side.add(self._problem, self.resolve, buttons)
        lower = row(gap=Space.S)
        lower.addLayout(main, 1)
        lower.addWidget(side)
        page = QWidget()
        outer = column(head, gap=Space.S, margin=Space.M)
        outer.addLayout(lower, 1)
        page.setLayout(outer)
        return page
