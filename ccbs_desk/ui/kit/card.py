"""Cards, and the facts on them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text, message, strip_isolates
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import Part, fill
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.tokens import Space, Tone


class Card(Live, QFrame):
    """A surface that holds what belongs together, with an optional title and what stands beside the title."""

    def __init__(self, title: Text | None = None, *, beside: QWidget | None = None, margin: int = Space.L) -> None:
        super().__init__()
        self._title = title
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(Space.M)
        self.head = QHBoxLayout()
        if title is not None or beside is not None:
            fill(self.head, Label(title or "", Role.TITLE), None)
            if beside is not None:
                self.head.addWidget(beside)
            self.body.addLayout(self.head)
        self.retranslate()

    def add(self, *parts: Part) -> "Card":
        """Add parts under one another and return the card."""
        fill(self.body, *parts)
        return self

    def retranslate(self) -> None:
        """Name the card for a screen reader."""
        self.setAccessibleName(str(self._title or ""))


class FactRow(QWidget):
    """A fact: what it is, and its value, which can be selected and copied without marks.

    With `explain=True` a button asks what the figure is made of (`explained`).
    """

    explained = Signal()

    def __init__(
        self,
        label: Text,
        value: object = "",
        *,
        role: Role = Role.BODY,
        tone: Tone | None = None,
        explain: bool = False,
    ) -> None:
        super().__init__()
        self.label = Label(label, Role.LABEL)
        self.value = Label(value, role, tone=tone, selectable=True)
        self.label.setBuddy(self.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.label)
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self.value)
        if explain:
            button = Button(message("Explain"), Kind.SMALL, icon="info")
            button.clicked.connect(self.explained)
            line.addWidget(button)
        line.addStretch(1)
        column.addLayout(line)

    def set_value(self, value: object, tone: Tone | None = None) -> None:
        """Show another value."""
        self.value.set_content(value)
        self.value.set_tone(tone)

    def plain_value(self) -> str:
        """Return the value as it would be copied."""
        return strip_isolates(self.value.text())


class Facts(QWidget):
    """Several facts in even columns."""

    def __init__(self, *facts: FactRow, columns: int = 2) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.XL)
        grid.setVerticalSpacing(Space.M)
        for index, fact in enumerate(facts):
            grid.addWidget(fact, index // columns, index % columns, Qt.AlignmentFlag.AlignTop)
        for number in range(columns):
            grid.setColumnStretch(number, 1)
