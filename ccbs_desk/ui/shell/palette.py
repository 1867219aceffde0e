"""The command palette: every command by a few letters. It lies over the window and gives the keyboard back."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QFocusEvent, QHideEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ccbs_desk.config.language import message
from ccbs_desk.ui.kit import fonts, theme
from ccbs_desk.ui.kit.fields import SearchField
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import rounded
from ccbs_desk.ui.kit.tokens import Radius, Size, Space
from ccbs_desk.ui.shell.matching import PaletteItem, matching

WIDTH = 560
ROW = 38
ROWS = 9
_KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.InputMethod})
ITEM_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class _Items(QAbstractListModel):
    """The commands that fit, as Qt asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.items: Sequence[PaletteItem] = ()

    def show(self, items: Sequence[PaletteItem]) -> None:
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - the name is Qt's
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(item.title)
        return item if role == ITEM_ROLE else None


class _ItemDelegate(QStyledItemDelegate):
    """Paints a command with its keys."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - the name is Qt's
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = theme.current().colours
        item: PaletteItem = index.data(ITEM_ROLE)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            rounded(painter, option.rect, Radius.CONTROL, colours.accent_soft)
        painter.setPen(QColor(colours.ink))
        box: QRect = option.rect.adjusted(Space.M, 0, -Space.M, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, str(item.title))
        if item.shortcut is not None:
            painter.setPen(QColor(colours.ink_soft))
            painter.setFont(fonts.font(theme.current().type.small))
            painter.drawText(box, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter, str(item.shortcut))
        painter.restore()


class _Entry(SearchField):
    """The palette's line: arrows move the choice below while the keyboard stays here."""

    def __init__(self, palette: "CommandPalette") -> None:
        super().__init__(message("Type a command"))
        self._palette = palette

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        match event.key():
            case Qt.Key.Key_Down:
                self._palette.move_choice(1)
            case Qt.Key.Key_Up:
                self._palette.move_choice(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._palette.run_choice()
            case Qt.Key.Key_Escape:
                self._palette.dismiss()
            case _:
                super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - the name is Qt's
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason):
            self._palette.hide()
        elif event.reason() == Qt.FocusReason.OtherFocusReason:
            # A screen that has just loaded wants the keyboard; it gets it when the palette is done with it.
            QTimer.singleShot(0, self._palette.keep_keyboard)


class CommandPalette(Live, QFrame):
    """Opens over its window with the commands that `offer` returns at that moment."""

    def __init__(self, window: QWidget, offer: Callable[[], Sequence[PaletteItem]]) -> None:
        super().__init__(window)
        self._window, self._offer = window, offer
        self._items: Sequence[PaletteItem] = ()
        self._before: QWidget | None = None
        self._leading = False
        app = QApplication.instance()
        if app is None:
            raise RuntimeError("a palette needs its application")
        self._app = app
        self.setProperty("kind", "palette")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = _Items()
        self._list = QListView()
        self._list.setObjectName("palette.commands")
        self._list.setModel(self._model)
        self._list.setItemDelegate(_ItemDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(lambda _index: self.run_choice())
        self._entry = _Entry(self)
        self._entry.textChanged.connect(lambda _text: self._find())
        self._nothing = Label(message("No command fits. Try another word."), Role.SOFT)
        self.setLayout(column(self._entry, self._nothing, self._list, gap=Space.S, margin=Space.M))
        self.retranslate()
        self.hide()

    def summon(self) -> None:
        """Open with an empty line, or close when it is open."""
        if self.isVisible():
            self.dismiss()
            return
        self._before = QApplication.focusWidget()
        self._items = self._offer()
        self._entry.clear()
        self._find()
        # The height stays while a person types: what is chosen does not jump.
        self._list.setFixedHeight(ROW * min(ROWS, max(1, len(self._items))))
        self.setFixedWidth(min(WIDTH, self._window.width() - 2 * Space.XL))
        self.adjustSize()
        self.move((self._window.width() - self.width()) // 2, Size.CALL_BAR + Space.XL)
        self.show()
        self.raise_()
        self._entry.setFocus(Qt.FocusReason.PopupFocusReason)
        self._app.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - the name is Qt's
        """Let the keys go where they belong, however it was closed."""
        self._app.removeEventFilter(self)
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Lead every key into the line: a screen that has just loaded may have asked for the keyboard meanwhile."""
        if event.type() not in _KEYS or watched is self._entry or not isinstance(watched, QWidget):
            return False
        # What the line leaves alone goes on to its parents; it must not come round again.
        if self._leading or watched is self or self.isAncestorOf(watched) or watched.window() is not self.window():
            return False
        self._leading = True
        try:
            QApplication.sendEvent(self._entry, event)
        finally:
            self._leading = False
        return True

    def dismiss(self) -> None:
        """Close and give the keyboard back to where it was."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def keep_keyboard(self) -> None:
        """Take the keyboard back from a screen that asked for it meanwhile; it comes next."""
        focused = QApplication.focusWidget()
        if self.isVisible() and focused is not self._entry:
            self._before = focused
            self._entry.setFocus(Qt.FocusReason.PopupFocusReason)

    def move_choice(self, step: int) -> None:
        """Choose the next or the previous command, around the ends."""
        count = self._model.rowCount()
        if count:
            self._list.setCurrentIndex(self._model.index((self._list.currentIndex().row() + step) % count))

    def run_choice(self) -> None:
        """Close, then run the chosen command."""
        index = self._list.currentIndex()
        if index.isValid():
            item = self._model.items[index.row()]
            self.dismiss()
            item.run()

    def titles(self) -> list[str]:
        """Return the titles that are offered now, best first."""
        return [str(item.title) for item in self._model.items]

    def retranslate(self) -> None:
        """Name the palette for a screen reader."""
        self.setAccessibleName(str(message("Commands")))
        self._entry.setAccessibleName(str(message("Type a command")))

    def _find(self) -> None:
        found = matching(self._items, self._entry.text())
        self._model.show(found)
        self._nothing.setVisible(not found)
        if found:
            self._list.setCurrentIndex(self._model.index(0))
