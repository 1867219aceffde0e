"""The two forms at the side: a new complaint, and a word on one that is there."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ccbs_desk.ui.complaint import text
from ccbs_desk.ui.complaint.parts import CategoriesTable
from ccbs_desk.ui.complaint.shown import CategoryRow
from ccbs_desk.ui.kit.fields import Choice
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.notes import NoteField
from ccbs_desk.ui.kit.tokens import Space

CATEGORY, WORDS, LINE = "category", "words", "line"


class NewForm(Live, QWidget):
    """A new complaint: what it is about, of which kind, and the subscriber's words."""

    category_chosen = Signal(object)
    typed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.line = Choice()
        self.line.setObjectName("complaints.line")
        self.categories = CategoriesTable()
        self.words = NoteField(text.WORDS, lines=3)
        self.words.setObjectName("complaints.words")
        self._category = ""
        outer = column(Label(text.NEW_TITLE, Role.TITLE), Label(text.CHOOSE, Role.HINT), gap=Space.S)
        outer.addWidget(self.line)
        outer.addWidget(self.categories, 3)
        outer.addWidget(Label(text.WORDS, Role.LABEL))
        outer.addWidget(self.words, 1)
        self.setLayout(outer)
        self.line.chosen.connect(lambda line: self.typed.emit(LINE, line))
        self.words.edited.connect(lambda words: self.typed.emit(WORDS, words))
        self.categories.picked.connect(self._pick)
        self.retranslate()

    def show_form(self, categories: Sequence[CategoryRow], typed: Mapping[str, str]) -> None:
        """Show it with what was typed."""
        if tuple(categories) != tuple(self.categories.rows()):
            self.categories.set_rows(categories)
        self._category = typed.get(CATEGORY, "")
        codes = [one.code for one in categories]
        if self._category in codes:
            self.categories.select(codes.index(self._category))
        else:
            self.categories.selectionModel().clear()
        self.line.set_value(typed.get(LINE, str(self.line.itemData(0) or "")))
        self.words.set_value(typed.get(WORDS, ""))

    def has_category(self) -> bool:
        """Tell whether a category was chosen."""
        return bool(self._category)

    def retranslate(self) -> None:
        """Name the choice for a screen reader."""
        self.line.setAccessibleName(str(text.LINE))

    def _pick(self, category: CategoryRow) -> None:
        self._category = category.code
        self.category_chosen.emit(category)


class AboutForm(QWidget):
    """A word on a complaint that is there."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Label(text.ABOUT_TITLE, Role.TITLE)
        self.words = NoteField(text.COMMENT_WORDS, lines=5)
        self.words.setObjectName("complaints.comment")
        outer = column(self._title, Label(text.COMMENT_WORDS, Role.LABEL), gap=Space.S)
        outer.addWidget(self.words, 1)
        outer.addStretch(1)
        self.setLayout(outer)

    def show_form(self, typed: str, *, is_open: bool) -> None:
        """Show it with what was typed."""
        self._title.set_content(text.ABOUT_TITLE if is_open else text.ABOUT_CLOSED)
        self.words.set_value(typed)
