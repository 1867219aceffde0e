"""The form: labels, hints and errors in their places. An error stays under its field until the value is changed."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text, _
from ccbs_desk.ui.kit.fields import Choice, Field
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.tokens import Space

NARROWEST = 96


class Labels(Enum):
    """Where the labels of a form stand."""

    ABOVE = "above"
    BESIDE = "beside"


@dataclass(slots=True)
class _Entry:
    label: Text
    field: Field
    title: Label
    hint: Label
    hint_text: Text
    error: Text | None = None
    shown: bool = True


class Form(Live, QWidget):
    """Fields under one another, each known by its key."""

    def __init__(self, labels: Labels = Labels.ABOVE) -> None:
        super().__init__()
        self._entries: dict[str, _Entry] = {}
        self._labels = labels
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.M)
        self._grid.setColumnStretch(1, 1)

    def add(self, key: str, label: Text, field: Field, *, hint: Text = "") -> None:
        """Add a field with its label and a hint that stands under it."""
        if not isinstance(field, Choice):
            # What is typed scrolls; a field must not push its form beyond the room that there is.
            field.setMinimumWidth(NARROWEST)
        title = Label(label, Role.LABEL)
        title.setBuddy(field)
        entry = _Entry(label, field, title, Label(hint, Role.HINT, wrap=True), hint)
        self._entries[key] = entry
        (field.currentIndexChanged if isinstance(field, Choice) else field.textEdited).connect(
            lambda _value: self.show_error(key, None)
        )
        below = QVBoxLayout()
        below.setSpacing(Space.XS)
        line = self._grid.rowCount()
        if self._labels is Labels.BESIDE:
            self._grid.addWidget(title, line, 0, Qt.AlignmentFlag.AlignTop)
        else:
            below.addWidget(title)
        below.addWidget(field)
        below.addWidget(entry.hint)
        self._grid.addLayout(below, line, 1)
        self._refresh(entry)

    def field(self, key: str) -> Field:
        """Return a field by its key."""
        return self._entries[key].field

    def show_error(self, key: str, text: Text | None) -> None:
        """Say under a field what is wrong with its value; None takes it back."""
        entry = self._entries[key]
        entry.error = text
        self._refresh(entry)

    def show_field(self, key: str, visible: bool) -> None:
        """Show a field with its label, or take both away."""
        entry = self._entries[key]
        entry.shown = visible
        entry.title.setVisible(visible)
        entry.field.setVisible(visible)
        self._refresh(entry)

    def clear_errors(self) -> None:
        """Take every error back."""
        for key in self._entries:
            self.show_error(key, None)

    def focus_first_error(self) -> None:
        """Put the keyboard where the first error is, with the value selected."""
        for entry in self._entries.values():
            if entry.error is not None:
                entry.field.setFocus(Qt.FocusReason.OtherFocusReason)
                if not isinstance(entry.field, Choice):
                    entry.field.selectAll()
                return

    def retranslate(self) -> None:
        """Say everything again to a screen reader; the labels follow by themselves."""
        for entry in self._entries.values():
            self._refresh(entry)

    def restyle(self) -> None:
        """Let each label beside a field stand in the middle of it, as high as the style makes it."""
        if self._labels is Labels.BESIDE:
            for entry in self._entries.values():
                entry.field.ensurePolished()
                entry.title.setMinimumHeight(entry.field.sizeHint().height())

    def _refresh(self, entry: _Entry) -> None:
        wrong = entry.error is not None
        entry.hint.set_content(entry.error if wrong else entry.hint_text)
        entry.hint.set_role(Role.ERROR if wrong else Role.HINT)
        entry.hint.setVisible(entry.shown and bool(entry.hint.text()))
        entry.field.set_invalid(wrong)
        entry.field.setAccessibleName(str(entry.label))
        said = _("Error: {text}").format(text=entry.error) if wrong else str(entry.hint_text)
        entry.field.setAccessibleDescription(said)
