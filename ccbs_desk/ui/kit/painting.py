"""Small helpers of the widgets that paint themselves."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QWidget

from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.tokens import Tone


def ink_of(tone: Tone | None) -> str | None:
    """Return the colour of signs in a tone, in the theme in force; None stays None."""
    return None if tone is None else theme.current().colours.tone(tone).ink


def repolish(widget: QWidget) -> None:
    """Make the style sheet look at the widget's properties again."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def in_direction(widget: QWidget, rect: QRect) -> QRect:
    """Return the rectangle, thought from left to right, where it lies in the widget's own direction."""
    return QStyle.visualRect(widget.layoutDirection(), widget.rect(), rect)


def rounded(painter: QPainter, rect: QRect | QRectF, radius: float, fill: str) -> None:
    """Fill a rectangle with round corners."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(QRectF(rect), radius, radius)
