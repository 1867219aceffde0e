"""The badge: a state in a word, with its colour and its sign."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import show
from ccbs_desk.ui.kit import fonts, theme
from ccbs_desk.ui.kit.icons import TONE_ICONS, pixmap
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import in_direction, rounded
from ccbs_desk.ui.kit.tokens import Radius, Space, Tone

HEIGHT = 2 * Radius.PILL
SIGN = 14


def badge_font() -> QFont:
    """Return the font of every badge, in tables too."""
    return fonts.font(theme.current().type.small, QFont.Weight.DemiBold)


def badge_width(text: str) -> int:
    """Return the room that a badge with this text needs."""
    return QFontMetrics(badge_font()).horizontalAdvance(text) + SIGN + Space.XS + 2 * Space.S


def paint_badge(painter: QPainter, box: QRect, text: str, tone: Tone, *, rtl: bool) -> None:
    """Paint a badge that fills the box."""
    pair = theme.current().colours.tone(tone)
    rounded(painter, box, Radius.PILL, pair.ground)
    top = box.top() + (box.height() - SIGN) // 2
    start = box.right() - Space.S - SIGN + 1 if rtl else box.left() + Space.S
    painter.drawPixmap(start, top, pixmap(TONE_ICONS[tone], pair.ink, SIGN))
    painter.setFont(badge_font())
    painter.setPen(QColor(pair.ink))
    room = Space.S + SIGN + Space.XS
    words = box.adjusted(0, 0, -room, 0) if rtl else box.adjusted(room, 0, 0, 0)
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    painter.drawText(words, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, text)


class Badge(Live, QWidget):
    """A state in a word: on, off, owes, open."""

    def __init__(self, text: object, tone: Tone = Tone.NEUTRAL) -> None:
        super().__init__()
        self._text, self._tone = text, tone
        self.retranslate()

    def set_state(self, text: object, tone: Tone) -> None:
        """Show another state."""
        self._text, self._tone = text, tone
        self.retranslate()
        self.update()

    def retranslate(self) -> None:
        """Take the room of the word, and say it to a screen reader."""
        self.setAccessibleName(show(self._text))
        self.setFixedSize(self.sizeHint())

    def restyle(self) -> None:
        """Take the room of the word at another size of text."""
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:  # noqa: N802 - the name is Qt's
        """Room for sign and word."""
        return QSize(badge_width(show(self._text)), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """Paint ground, sign and word."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        paint_badge(QPainter(self), in_direction(self, self.rect()), show(self._text), self._tone, rtl=rtl)
