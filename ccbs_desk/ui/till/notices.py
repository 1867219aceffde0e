"""What the people at a till must know, above whatever else the till shows; there only while there is something."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.icons import TONE_ICONS
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role, Rule
from ccbs_desk.ui.kit.layout import clear, column, row
from ccbs_desk.ui.kit.tokens import Space
from ccbs_desk.ui.parts import named
from ccbs_desk.ui.till import text
from ccbs_desk.ui.till.keys import SEEN_KEYS
from ccbs_desk.ui.till.shown import Told

HIGHEST = 148
"""Two notices; more of them are scrolled to, so that the count keeps its room."""


class NoticesPanel(Card):
    """The notices under one another, and the button that says that a person has seen to them."""

    def __init__(self) -> None:
        self.seen = Button(text.SEEN_TO, icon="check", key=SEEN_KEYS)
        self.seen.setObjectName("till.seen")
        super().__init__(text.NOTICES, beside=self.seen, margin=Space.M)
        self.setObjectName("till.notices")
        self.body.setSpacing(Space.S)
        self._told: tuple[Told, ...] = ()
        self._page = QWidget()
        self._blocks = QVBoxLayout(self._page)
        self._blocks.setContentsMargins(0, 0, 0, 0)
        self._blocks.setSpacing(Space.S)
        self._roll = QScrollArea()
        self._roll.setWidgetResizable(True)
        self._roll.setFrameShape(QFrame.Shape.NoFrame)
        self._roll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._roll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._roll.setAccessibleName(str(text.NOTICES))
        self._roll.setWidget(self._page)
        self.add(self._roll)
        self.hide()

    def show_told(self, told: Sequence[Told]) -> None:
        """Show these notices; without any, go away."""
        if tuple(told) != self._told:
            self._told = tuple(told)
            clear(self._blocks)
            for place, one in enumerate(told):
                if place:
                    self._blocks.addWidget(Rule())
                self._blocks.addWidget(_block(one))
            self._blocks.addStretch(1)
        self.setVisible(bool(told))
        self._roll.setFixedHeight(min(HIGHEST, self._page.sizeHint().height()))

    def retranslate(self) -> None:
        """Name the card and what is in it for a screen reader."""
        super().retranslate()
        if hasattr(self, "_roll"):
            self._roll.setAccessibleName(str(text.NOTICES))


def _block(told: Told) -> QWidget:
    title = named(Label(told.title, Role.STRONG, wrap=True), "till.notice")
    words = column(title, Label(told.text, wrap=True), named(Label(told.where, Role.SMALL), "till.notice.where"), gap=0)
    line = row(gap=Space.S)
    line.addWidget(IconLabel(TONE_ICONS[told.tone], told.tone), 0, Qt.AlignmentFlag.AlignTop)
    line.addLayout(words, 1)
    block = QWidget()
    block.setLayout(line)
    return block
