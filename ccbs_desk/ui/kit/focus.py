"""The ring around the control that has the keyboard. Fields and tables mark themselves; this is for all others."""

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFocusFrame, QWidget
from shiboken6 import isValid

from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.tokens import Radius

WIDTH = 2.0


class Ring(QFocusFrame):
    """The ring itself, a widget in the window of the control."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """Paint the ring just outside the control."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().colours.focus), WIDTH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(self.rect()).adjusted(WIDTH / 2, WIDTH / 2, -WIDTH / 2, -WIDTH / 2)
        painter.drawRoundedRect(box, Radius.CONTROL + 2, Radius.CONTROL + 2)


class FocusRing(QObject):
    """Follows the keyboard through the whole application to every widget with the property `ring`."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring = Ring()
        app.focusChanged.connect(self._follow)

    def ringed(self) -> QWidget | None:
        """Return the control that the ring is around."""
        return self._ring.widget() if isValid(self._ring) else None

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if not isValid(self._ring):
            self._ring = Ring()  # It went with the window that it was in.
        self._ring.setWidget(now if now is not None and now.property("ring") else None)  # type: ignore[arg-type]


def focus_first(screen: QWidget) -> None:
    """Put the keyboard into a screen: where it was last, else where the screen wants it, else on the first control."""
    if (last := screen.focusWidget()) is not None and last is not screen:
        last.setFocus(Qt.FocusReason.OtherFocusReason)
        return
    if screen.focusProxy() is not None:
        screen.setFocus(Qt.FocusReason.OtherFocusReason)
        return
    control = screen.nextInFocusChain()
    while control is not None and control is not screen:
        takes_tab = control.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes_tab and control.isEnabled() and screen.isAncestorOf(control) and not control.isHidden():
            control.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        control = control.nextInFocusChain()
