"""Buttons. One primary button a screen: the eye finds the next step without reading."""

from enum import StrEnum

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton

from ccbs_desk.ui.kit import fonts, theme
from ccbs_desk.ui.kit.icons import pixmap
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import in_direction, rounded
from ccbs_desk.ui.kit.tokens import Colours, Size, Space, Tone


class Kind(StrEnum):
    """How much a button asks to be pressed."""

    PRIMARY = "primary"
    QUIET = "quiet"
    DANGER = "danger"
    PLAIN = "plain"
    SMALL = "small"


class Button(Live, QPushButton):
    """A button with an optional icon before its text and an optional key after it.

    `key` (a shortcuts.Keys, as a rule) is only shown; bind the key itself with `shortcuts.bind`.
    """

    def __init__(self, text: object, kind: Kind = Kind.QUIET, *, icon: str | None = None, key: object = None) -> None:
        super().__init__()
        self._tone: Tone | None = None
        self._text, self._kind, self._icon, self._key = text, kind, icon, key
        self.setProperty("kind", kind.value)
        self.setProperty("ring", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.retranslate()

    def set_text(self, text: object) -> None:
        """Show another text."""
        self._text = text
        self.retranslate()

    def set_icon(self, icon: str | None, tone: Tone | None = None) -> None:
        """Show another icon; a tone colours icon and text."""
        self._icon, self._tone = icon, tone
        self.updateGeometry()
        self.update()

    def retranslate(self) -> None:
        """Set the text, what a screen reader says, and the size that they need."""
        self.setText(str(self._text))
        self.setAccessibleName(str(self._text))
        self.setAccessibleDescription(str(self._key or ""))
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802 - the name is Qt's
        """Room for icon, text and key."""
        padding = Space.S if self._kind in (Kind.PLAIN, Kind.SMALL) else Space.L
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * padding
        if self._icon:
            width += Size.ICON + Space.S
        if self._key:
            width += self._key_width() + Space.M
        return QSize(width, 26 if self._kind is Kind.SMALL else Size.CONTROL)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - the name is Qt's
        """A button never loses letters."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """Paint the frame by the style sheet, then icon, text and key in the direction of the language."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        ink = self._ink(theme.current().colours)
        content = self.fontMetrics().horizontalAdvance(self.text())
        icon_room = Size.ICON + Space.S if self._icon else 0
        key_room = self._key_width() + Space.M if self._key else 0
        x = max(Space.S, (self.width() - content - icon_room - key_room) // 2)
        if self._icon:
            box = in_direction(self, QRect(x, (self.height() - Size.ICON) // 2, Size.ICON, Size.ICON))
            painter.drawPixmap(box.topLeft(), pixmap(self._icon, ink))
        painter.setPen(QColor(ink))
        box = in_direction(self, QRect(x + icon_room, 0, content + 2, self.height()))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._key:
            self._paint_key(painter, ink, x + icon_room + content + Space.M)

    def _paint_key(self, painter: QPainter, ink: str, x: int) -> None:
        box = in_direction(self, QRect(x, (self.height() - 18) // 2, self._key_width(), 18))
        painter.save()
        painter.setOpacity(0.16)
        rounded(painter, box, 4, ink)
        painter.setOpacity(1)
        painter.setPen(QColor(ink))
        painter.setFont(fonts.font(theme.current().type.small))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self._key))
        painter.restore()

    def _key_width(self) -> int:
        metrics = QFontMetrics(fonts.font(theme.current().type.small))
        return max(20, metrics.horizontalAdvance(str(self._key)) + 10)

    def _ink(self, colours: Colours) -> str:
        if not self.isEnabled():
            return colours.ink_faint
        if self._tone is not None:
            return colours.tone(self._tone).ink
        return {
            Kind.PRIMARY: colours.accent_ink,
            Kind.DANGER: colours.danger,
            Kind.QUIET: colours.ink,
            Kind.PLAIN: colours.accent,
            Kind.SMALL: colours.ink_soft,
        }[self._kind]
