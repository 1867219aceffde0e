"""Beside the tables: the lines with their features and bars, the open complaints, the notices."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.card import text
from ccbs_desk.ui.card.rows import LineShown, NoteShown
from ccbs_desk.ui.kit.badge import Badge
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.icons import TONE_ICONS
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role, Rule
from ccbs_desk.ui.kit.layout import clear, column, row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.tokens import Space


def line_block(line: LineShown) -> QWidget:
    """Return a line as a block of a few rows."""
    head = row(Label(line.number, Role.STRONG), None, Badge(line.power, line.tone), gap=Space.S)
    rows: list[QWidget] = [Label(bar, Role.ERROR, wrap=True) for bar in line.bars]
    rows.append(Label(line.place, Role.SMALL, wrap=True))
    rows.append(Label(line.features, Role.SMALL, wrap=True))
    rows.extend(Label(former, Role.HINT, wrap=True) for former in line.former)
    block = QWidget()
    block.setLayout(column(head, *rows, gap=2))
    return block


def note_block(note: NoteShown) -> QWidget:
    """Return a complaint or a notice: its sign, its title, a line under it."""
    words = column(Label(note.title, Role.STRONG, wrap=True), Label(note.text, Role.SMALL, wrap=True), gap=0)
    line = row(gap=Space.S)
    line.addWidget(IconLabel(TONE_ICONS[note.tone], note.tone), 0, Qt.AlignmentFlag.AlignTop)
    line.addLayout(words, 1)
    block = QWidget()
    block.setLayout(line)
    return block


class Blocks(Card):
    """A card with blocks under one another, hairlines between them."""

    def __init__(self, title: Text, empty: Text | None = None) -> None:
        super().__init__(title, margin=Space.M)
        self._empty = empty
        self.body.setSpacing(Space.S)
        self._blocks = QVBoxLayout()
        self._blocks.setSpacing(Space.S)
        self.add(self._blocks)

    def show_blocks(self, blocks: Sequence[QWidget]) -> None:
        """Show these blocks; without any, say so, or go away where there is nothing to say."""
        clear(self._blocks)
        for place, block in enumerate(blocks):
            if place:
                self._blocks.addWidget(Rule())
            self._blocks.addWidget(block)
        if not blocks and self._empty is not None:
            self._blocks.addWidget(Label(self._empty, Role.SOFT))
        self.setVisible(bool(blocks) or self._empty is not None)


class Aside(Live, QScrollArea):
    """Lines, complaints and notices; as high as they are, and scrolled where they are higher than their room."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setObjectName("card.aside")
        self._shown: object = None
        self._lines = Blocks(text.LINES)
        self._lines.setObjectName("card.lines")
        self._complaints = Blocks(text.COMPLAINTS, text.NO_COMPLAINTS)
        self._complaints.setObjectName("card.complaints")
        self._notices = Blocks(text.NOTICES)
        self._notices.setObjectName("card.notices")
        self._page = QWidget()
        self._page.setLayout(column(self._notices, self._lines, self._complaints, None, gap=Space.S))
        self._page.installEventFilter(self)
        self.setWidget(self._page)
        self.retranslate()

    def retranslate(self) -> None:
        """Name it for a screen reader."""
        self.setAccessibleName(str(text.ASIDE))

    def show_aside(
        self, lines: Sequence[LineShown], complaints: Sequence[NoteShown], notices: Sequence[NoteShown]
    ) -> None:
        """Show them, at the same place of the scroll bar as before."""
        shown = tuple(lines), tuple(complaints), tuple(notices)
        if shown == self._shown:
            return
        self._shown = shown
        before = self.verticalScrollBar().value()
        self._lines.show_blocks(tuple(map(line_block, lines)))
        self._complaints.show_blocks(tuple(map(note_block, complaints)))
        self._notices.show_blocks(tuple(map(note_block, notices)))
        self._fit()
        self.verticalScrollBar().setValue(before)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Follow the height of what is inside."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - the name is Qt's
        """Another width breaks lines elsewhere."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self._page.layout()
        if layout is not None:
            self.setMaximumHeight(max(layout.totalHeightForWidth(self.width()), layout.totalMinimumSize().height()))
