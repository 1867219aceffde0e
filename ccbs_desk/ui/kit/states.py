"""The three states of a place that has nothing to show yet: empty, failed, working."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text, message
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import Part, fill, row
from ccbs_desk.ui.kit.shortcuts import Keys
from ccbs_desk.ui.kit.tokens import Size, Space, Tone

WIDTH = 420


class _Centred(QWidget):
    """A narrow column in the middle of whatever room there is."""

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        middle = QWidget()
        middle.setMaximumWidth(WIDTH)
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(middle)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(Space.S)
        fill(outer, None, row(middle), None)

    def add(self, *parts: Part) -> None:
        """Add parts under one another, each in the middle."""
        for part in parts:
            if isinstance(part, Label):
                # An aligned label does not tell its layout how high it is when its text wraps.
                self.column.addWidget(part)
            elif isinstance(part, QWidget):
                self.column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
            else:
                fill(self.column, part)


def _centred(content: object, role: Role) -> Label:
    label = Label(content, role, wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


class EmptyState(_Centred):
    """Nothing here, and what to do next; `key` stands on the button where one does the same."""

    acted = Signal()

    def __init__(
        self,
        title: Text,
        text: Text = "",
        *,
        icon: str = "empty",
        action: Text | None = None,
        key: Keys | None = None,
    ) -> None:
        super().__init__()
        self.add(IconLabel(icon, Tone.NEUTRAL, Size.ICON_LARGE), Space.XS, _centred(title, Role.STRONG))
        if text:
            self.add(_centred(text, Role.SOFT))
        if action is not None:
            self.button = Button(action, key=key)
            self.button.clicked.connect(self.acted)
            self.add(Space.S, self.button)


class ErrorState(_Centred):
    """What failed, what was kept, what to do, and one action that does it."""

    acted = Signal()

    def __init__(self, title: Text = "", kept: Text = "", todo: Text = "", *, action: Text | None = None) -> None:
        super().__init__()
        self._title = _centred(title, Role.TITLE)
        self._kept = _centred(kept, Role.BODY)
        self._todo = _centred(todo, Role.SOFT)
        self._button = Button(action or message("Try again"), Kind.PRIMARY)
        self._button.clicked.connect(self.acted)
        self.add(IconLabel("error", Tone.BAD, Size.ICON_LARGE), Space.XS)
        self.add(self._title, self._kept, self._todo, Space.S, self._button)

    def show_error(self, title: Text, kept: Text, todo: Text, action: Text | None = None) -> None:
        """Tell another failure."""
        self._title.set_content(title)
        self._kept.set_content(kept)
        self._todo.set_content(todo)
        self._button.set_text(action or message("Try again"))


class ProgressState(_Centred):
    """Work under way: how far, where that is known, and a way out."""

    cancelled = Signal()

    def __init__(self, text: Text, *, cancel: bool = True) -> None:
        super().__init__()
        self._text = _centred(text, Role.STRONG)
        self._detail = _centred("", Role.SOFT)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setFixedWidth(WIDTH // 2)
        self.add(self._text, Space.XS, self._bar, Space.XS, self._detail)
        if cancel:
            button = Button(message("Cancel"))
            button.clicked.connect(self.cancelled)
            self.add(Space.S, button)

    def set_progress(self, done: int, total: int, detail: Text = "") -> None:
        """Show how far it is; a total of 0 means that nobody knows."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._detail.set_content(detail)

    def set_text(self, text: Text) -> None:
        """Say what is being done now."""
        self._text.set_content(text)
