"""The ring around the control that has the keyboard. Fields and tables mark themselves; this is for all others."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFocusFrame, QWidget

from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.tokens import Radius

WIDTH = 2.0


class FocusRing(QFocusFrame):
    """One ring for the whole application; it follows the keyboard to every widget with the property `ring`."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        app.focusChanged.connect(self._follow)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """Paint the ring just outside the control."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().colours.focus), WIDTH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(self.rect()).adjusted(WIDTH / 2, WIDTH / 2, -WIDTH / 2, -WIDTH / 2)
        painter.drawRoundedRect(box, Radius.CONTROL + 2, Radius.CONTROL + 2)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        self.setWidget(now if now is not None and now.property("ring") else None)  # type: ignore[arg-type]
