"""What every screen with a box and what it finds below has in common: the welcome, and whose a key is."""

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import row
from ccbs_desk.ui.kit.table import Table
from ccbs_desk.ui.kit.tokens import Space

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

Way = tuple[str, Text, Sequence[object]]
"""One way to ask: its icon, what it is, examples."""


class Ways(Card):
    """What can be typed into the box, with examples of each."""

    def __init__(self, title: Text, ways: Iterable[Way], hint: Text) -> None:
        super().__init__(title, margin=Space.XL)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.M)
        for line, (icon, what, examples) in enumerate(ways):
            grid.addWidget(IconLabel(icon), line, 0)
            grid.addWidget(Label(what), line, 1)
            grid.addLayout(row(*(Label(example, Role.SOFT) for example in examples), None, gap=Space.L), line, 2)
        grid.setColumnStretch(2, 1)
        self.add(grid, Label(hint, Role.HINT))


def at_the_top(card: QWidget) -> QWidget:
    """Return a holder in which a card stands at the top."""
    holder = QWidget()
    outer = QVBoxLayout(holder)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(card)
    outer.addStretch(1)
    return holder


def leads_to_box(event: QKeyEvent, results: Table[Any]) -> bool:
    """Tell whether a key pressed in the results leads back to the box: Escape, or up from the first row."""
    top = results.currentIndex().row() <= 0
    return event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_Up and top)


def typed_on(event: QKeyEvent, box: QLineEdit) -> bool:
    """Give a letter pressed in the results to the box; tell whether it was one.

    Who goes on typing means the box, not the table's own search by its first column.
    """
    held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
    if not event.text().strip().isalnum() or held:
        return False
    box.setFocus(Qt.FocusReason.ShortcutFocusReason)
    box.end(False)
    QApplication.sendEvent(box, event)
    return True
