"""The row of tabs under the call bar: the desk's own work, and each call apart. It never takes the keyboard itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QWidget

from ccbs_desk.config.language import message, show, strip_isolates
from ccbs_desk.ui.kit import fonts, theme
from ccbs_desk.ui.kit.icons import pixmap
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import in_direction, rounded
from ccbs_desk.ui.kit.shortcuts import Keys
from ccbs_desk.ui.kit.tokens import Radius, Size, Space, Tone

NEXT_KEYS = Keys("F10")
HEIGHT = 36
WIDEST = 330
MARK_HEIGHT = 3


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: what it is called, its sign, and whether it asks to be looked at."""

    id: str
    text: object
    icon: str
    tone: Tone = Tone.NEUTRAL
    urgent: bool = False


class TabButton(Live, QAbstractButton):
    """A tab as it is painted: sign and words, marked where the person is, on its tone's ground where it is urgent."""

    def __init__(self, tab: Tab) -> None:
        super().__init__()
        self._tab = tab
        self.setObjectName(f"tab.{tab.id}")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # F10 leads there; a click must not take the keyboard from a field.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(HEIGHT)
        self.retranslate()

    def show_tab(self, tab: Tab) -> None:
        """Show what has become of it."""
        if tab != self._tab:
            self._tab = tab
            self.retranslate()

    def retranslate(self) -> None:
        """Set the words, and say them to a screen reader."""
        self.setText(show(self._tab.text))
        self.setAccessibleName(strip_isolates(self.text()))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - the name is Qt's
        """Room for sign and words, up to a width."""
        words = QFontMetrics(self._font()).horizontalAdvance(self.text())
        return QSize(min(WIDEST, 2 * Space.L + Size.ICON + Space.S + words + 2), HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - the name is Qt's
        """Many tabs lose the ends of their words."""
        return QSize(3 * Space.XXL, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """Paint ground, mark, sign and words."""
        colours = theme.current().colours
        painter = QPainter(self)
        here = self.isChecked()
        ground = None
        if self._tab.urgent and not here:
            ground = colours.tone(self._tab.tone).ground
        elif here or self.underMouse():
            ground = colours.accent_soft if here else colours.hover
        if ground:
            rounded(painter, self.rect().adjusted(2, 4, -2, -4), Radius.CONTROL, ground)
        if here:
            mark = QRect(Space.M, HEIGHT - MARK_HEIGHT, self.width() - 2 * Space.M, MARK_HEIGHT)
            rounded(painter, mark, MARK_HEIGHT / 2, colours.accent)
        sign = colours.ink_soft if self._tab.tone is Tone.NEUTRAL else colours.tone(self._tab.tone).ink
        box = in_direction(self, QRect(Space.L, (HEIGHT - Size.ICON) // 2, Size.ICON, Size.ICON))
        painter.drawPixmap(box.topLeft(), pixmap(self._tab.icon, sign))
        start = Space.L + Size.ICON + Space.S
        words = in_direction(self, QRect(start, 0, self.width() - start - Space.L + 2, HEIGHT))
        painter.setPen(QColor(colours.accent if here else colours.ink))
        painter.setFont(self._font())
        painter.setLayoutDirection(self.layoutDirection())
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, flags, text)

    def _font(self) -> QFont:
        strong = self._tab.urgent or self.isChecked()
        return fonts.font(theme.current().type.body, QFont.Weight.DemiBold if strong else QFont.Weight.Normal)


class CallTabs(Live, QFrame):
    """The tabs in the order in which they came; its own is always the first."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tabs")
        self.setProperty("kind", "bar")
        self.setProperty("edge", "bottom")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._buttons: dict[str, TabButton] = {}
        self._here = ""
        self._hint = Label(message("{key} next", key=NEXT_KEYS), Role.HINT)
        self._line = row(None, self._hint, gap=Space.XS)
        self._line.setContentsMargins(Space.S, 0, Space.L, 0)
        self.setLayout(self._line)
        self.retranslate()

    def show_tabs(self, tabs: Sequence[Tab]) -> None:
        """Show these tabs; those that stay keep their place."""
        wanted = {tab.id: tab for tab in tabs}
        for gone in [id_ for id_ in self._buttons if id_ not in wanted]:
            self._remove(gone)
        for place, tab in enumerate(tabs):
            button = self._buttons.get(tab.id)
            if button is None:
                self._add(tab, place)
            else:
                button.show_tab(tab)
        self._hint.setVisible(len(tabs) > 1)
        self.mark(self._here)

    def mark(self, tab_id: str) -> None:
        """Show where the person is."""
        self._here = tab_id
        for id_, button in self._buttons.items():
            button.setChecked(id_ == tab_id)
            button.updateGeometry()

    def button(self, tab_id: str) -> QWidget | None:
        """Return the button of a tab."""
        return self._buttons.get(tab_id)

    def retranslate(self) -> None:
        """Name the row for a screen reader."""
        self.setAccessibleName(str(message("Calls")))

    def _add(self, tab: Tab, place: int) -> None:
        button = TabButton(tab)
        button.clicked.connect(lambda: self._press(tab.id))
        self._buttons[tab.id] = button
        self._line.insertWidget(place, button)

    def _press(self, tab_id: str) -> None:
        # A second press on the tab where one is would uncheck it.
        self.mark(self._here)
        self.chosen.emit(tab_id)

    def _remove(self, tab_id: str) -> None:
        button = self._buttons.pop(tab_id)
        self._line.removeWidget(button)
        button.hide()
        button.deleteLater()
