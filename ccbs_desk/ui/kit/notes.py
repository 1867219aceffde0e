"""The field for a few sentences. Enter begins a line; Tab goes on, as in every field."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from ccbs_desk.config.language import Text, is_rtl, strip_isolates
from ccbs_desk.ui.kit.fields import LEFT, RIGHT
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.tokens import Space

LINES = 4


class NoteField(Live, QPlainTextEdit):
    """Several lines of text. `edited` carries the clean text whenever the person has changed it."""

    edited = Signal(str)

    def __init__(self, name: Text, placeholder: Text = "", *, lines: int = LINES) -> None:
        super().__init__()
        self._name, self._placeholder, self._quiet = name, placeholder, False
        self.setTabChangesFocus(True)
        height = lines * self.fontMetrics().lineSpacing() + 2 * Space.M
        self.setMinimumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.textChanged.connect(self._changed)
        self.retranslate()

    def value(self) -> str:
        """Return what was typed, clean."""
        return strip_isolates(self.toPlainText()).strip()

    def set_value(self, text: str) -> None:
        """Show a text that nobody typed now; where it stands already, caret and selection stay."""
        if text != self.toPlainText():
            self._quiet = True
            self.setPlainText(text)
            self.moveCursor(QTextCursor.MoveOperation.End)
            self._quiet = False

    def retranslate(self) -> None:
        """Set the placeholder again, and name the field for a screen reader."""
        self.setPlaceholderText(str(self._placeholder))
        self.setAccessibleName(str(self._name))
        # Qt alone would follow the first letter, and an empty Arabic field would have its caret at the left.
        option = self.document().defaultTextOption()
        option.setAlignment(RIGHT if is_rtl() else LEFT)
        self.document().setDefaultTextOption(option)

    def _changed(self) -> None:
        if not self._quiet:
            self.edited.emit(self.value())
