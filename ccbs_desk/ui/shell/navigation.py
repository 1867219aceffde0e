"""The navigation at the side: the places of the desk, each with its key."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text, message
from ccbs_desk.ui.kit import fonts, theme
from ccbs_desk.ui.kit.icons import pixmap
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import in_direction, rounded
from ccbs_desk.ui.kit.shortcuts import Keys
from ccbs_desk.ui.kit.tokens import Radius, Size, Space

HEIGHT = 38
KEY_WIDTH = 26
MARK_WIDTH = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A screen as the frame knows it."""

    id: str
    title: Text
    icon: str
    widget: QWidget
    keys: Keys | None = None


class PlaceButton(Live, QAbstractButton):
    """One place: icon, title and key, marked where the person is."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.setCheckable(True)
        self.setProperty("ring", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the title, and say it to a screen reader."""
        self.setText(str(self._place.title))
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(str(self._place.keys or ""))

    def sizeHint(self) -> QSize:  # noqa: N802 - the name is Qt's
        """As wide as the navigation."""
        return QSize(Size.NAVIGATION - 2 * Space.S, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """Paint ground, mark, icon, title and key."""
        colours = theme.current().colours
        painter = QPainter(self)
        here = self.isChecked()
        if here or self.underMouse():
            rounded(painter, self.rect(), Radius.CONTROL, colours.accent_soft if here else colours.hover)
        if here:
            mark = in_direction(self, QRect(0, 9, MARK_WIDTH, HEIGHT - 18))
            rounded(painter, mark, MARK_WIDTH / 2, colours.accent)
        ink = colours.accent if here else colours.ink_soft
        sign = in_direction(self, QRect(Space.M, (HEIGHT - Size.ICON) // 2, Size.ICON, Size.ICON))
        painter.drawPixmap(sign.topLeft(), pixmap(self._place.icon, ink))
        painter.setPen(QColor(colours.ink if not here else colours.accent))
        weight = QFont.Weight.DemiBold if here else QFont.Weight.Normal
        painter.setFont(fonts.font(theme.current().type.body, weight))
        start = Space.M + Size.ICON + Space.M
        words = in_direction(self, QRect(start, 0, self.width() - start - KEY_WIDTH - Space.S, HEIGHT))
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, flags, self.text())
        if self._place.keys is not None:
            painter.setPen(QColor(colours.ink_faint))
            painter.setFont(fonts.font(theme.current().type.small))
            room = max(KEY_WIDTH, painter.fontMetrics().horizontalAdvance(str(self._place.keys)) + 2)
            box = in_direction(self, QRect(self.width() - room - Space.S, 0, room, HEIGHT))
            painter.drawText(box, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter, str(self._place.keys))


class Navigation(Live, QFrame):
    """The list of places."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(Size.NAVIGATION)
        self._buttons: dict[str, PlaceButton] = {}
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.S, Space.M, Space.S, Space.M)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self.retranslate()

    def add(self, place: Place) -> None:
        """Add a place at the end."""
        button = PlaceButton(place)
        self._buttons[place.id] = button
        self._group.addButton(button)
        button.clicked.connect(lambda: self.chosen.emit(place.id))
        self._column.insertWidget(self._column.count() - 1, button)

    def button(self, place_id: str) -> QWidget:
        """Return the button of a place."""
        return self._buttons[place_id]

    def clear(self) -> None:
        """Take all places away."""
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._column.removeWidget(button)
            button.deleteLater()
        self._buttons.clear()

    def mark(self, place_id: str) -> None:
        """Show where the person is; a place that is not in the list marks none."""
        button = self._buttons.get(place_id)
        if button is not None:
            button.setChecked(True)
            return
        self._group.setExclusive(False)
        for other in self._buttons.values():
            other.setChecked(False)
        self._group.setExclusive(True)

    def retranslate(self) -> None:
        """Name the list for a screen reader."""
        self.setAccessibleName(str(message("Places")))
