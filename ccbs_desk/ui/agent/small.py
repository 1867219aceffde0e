"""What the agent's small dialogs share."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.tokens import Size, Tone
from ccbs_desk.ui.parts import Notice

MOST_KEYS = 9
"""So many may be chosen by a digit."""


class SmallDialog(Live, QDialog):
    """A dialog with a title, a place for what was refused, and its buttons."""

    def __init__(self, parent: QWidget, name: str, title: Text) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._title = title
        self.setMinimumWidth(Size.DIALOG)
        # The keyboard goes back to where it was, also where no window manager sees to it.
        self.finished.connect(lambda _code: parent.activateWindow())
        self.problem = Notice(Tone.BAD, f"{name}.problem")
        self.retranslate()

    def show_problem(self, problem: Text) -> None:
        """Say why it was refused; what was typed stays."""
        self.problem.tell(problem)
        QTimer.singleShot(0, self, self.adjustSize)

    def finish(self) -> None:
        """Close it."""
        self.accept()

    def retranslate(self) -> None:
        """Name the window, and make room for the words of the language once they are there."""
        self.setWindowTitle(str(self._title))
        if self.isVisible():
            QTimer.singleShot(0, self, self.adjustSize)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Return presses the button that has the keyboard."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, Button):
            focused.click()
        else:
            super().keyPressEvent(event)
