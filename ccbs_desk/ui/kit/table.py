"""The table: rows are frozen values, columns say how each is shown; it selects whole rows and obeys the keyboard."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from ccbs_desk.config.language import Text, show, strip_isolates
from ccbs_desk.ui.kit import fonts, theme
from ccbs_desk.ui.kit.badge import HEIGHT, badge_width, paint_badge
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import ink_of
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.tokens import Size, Space, Tone

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
TONE_ROLE = Qt.ItemDataRole.UserRole + 1


class Align(Enum):
    """Where the cells of a column stand."""

    START = "start"
    CENTRE = "centre"
    FIGURE = "figure"
    """at the right in either language, so that units stand under units"""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its title, what it shows of a row, and how.

    `value` may return any value that config.language.show knows. A column without width shares the room that is left.
    """

    key: str
    title: Text
    value: Callable[[Row], object]
    align: Align = Align.START
    width: int | None = None
    strong: bool = False
    tone: Callable[[Row], Tone | None] | None = None
    badge: bool = False
    """show the value as a badge in the column's tone"""

    def text(self, row: Row) -> str:
        """Return the cell of a row as it is shown; no value is an empty cell."""
        value = self.value(row)
        return "" if value is None else show(value)


_ALIGNMENT = {
    Align.START: Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter,
    Align.CENTRE: Qt.AlignmentFlag.AlignCenter,
    Align.FIGURE: Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter,
}


class _Rows(QAbstractTableModel, Generic[Row]):
    """The rows as Qt asks for them."""

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        super().__init__()
        self.columns = columns
        self.rows: Sequence[Row] = ()

    def set_rows(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - the name is Qt's
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802 - the name is Qt's
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column, row = self.columns[index.column()], self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.ToolTipRole:
                # What a narrow column cuts is read in full under the pointer.
                return column.text(row)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_ALIGNMENT[column.align])
            case Qt.ItemDataRole.FontRole if column.strong:
                return fonts.font(theme.current().type.body, QFont.Weight.DemiBold)
            case Qt.ItemDataRole.ForegroundRole if column.tone is not None:
                ink = ink_of(column.tone(row))
                return QColor(ink) if ink else None
            case role if role == TONE_ROLE:
                return column.tone(row) if column.tone is not None else None
            case _:
                return None

    def headerData(  # noqa: N802 - the name is Qt's
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return str(self.columns[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_ALIGNMENT[self.columns[section].align])
        return None


class _BadgeDelegate(QStyledItemDelegate):
    """Paints a cell as a badge."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        text, tone = index.data(), index.data(TONE_ROLE)
        super().initStyleOption(option, index)
        option.text = ""
        widget = option.widget
        widget.style().drawControl(widget.style().ControlElement.CE_ItemViewItem, option, painter, widget)
        if not text:
            return
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        width = min(badge_width(text), option.rect.width() - Space.M)
        x = option.rect.right() - Space.M - width + 1 if rtl else option.rect.left() + Space.M
        box = QRect(x, option.rect.center().y() - HEIGHT // 2 + 1, width, HEIGHT)
        painter.save()
        paint_badge(painter, box, text, tone or Tone.NEUTRAL, rtl=rtl)
        painter.restore()


class Table(Live, QTableView, Generic[Row]):
    """A table of frozen rows.

    `opened` carries the row on Return or a double click; `current_changed` the row that the keyboard is on.
    """

    opened = Signal(object)
    current_changed = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        name: Text,
        key: Callable[[Row], Hashable] = id,
        empty: EmptyState | None = None,
        least_rows: int = 4,
    ) -> None:
        super().__init__()
        self._rows: _Rows[Row] = _Rows(columns)
        self._columns, self._name, self._key, self._empty = columns, name, key, empty
        self.setModel(self._rows)
        self._behave()
        self.setMinimumHeight(Size.HEADER + least_rows * Size.ROW + 2)
        self._lay_out_columns()
        if empty is not None:
            empty.setParent(self.viewport())
        self.doubleClicked.connect(lambda index: self.opened.emit(self._rows.rows[index.row()]))
        self.selectionModel().currentRowChanged.connect(lambda _new, _old: self.current_changed.emit(self.current()))
        self.retranslate()
        self._show_empty()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the one that was current stays current if it is still there, by its key."""
        before = self.current()
        self._rows.set_rows(rows)
        keys = [self._key(row) for row in rows]
        if before is not None and self._key(before) in keys:
            self.select(keys.index(self._key(before)))
        self._show_empty()

    def select(self, number: int) -> None:
        """Put the keyboard on a row by its number from the top.

        Qt's own selectRow() does nothing in a right-to-left table that was never shown.
        """
        self.setCurrentIndex(self._rows.index(number, 0))

    def rows(self) -> Sequence[Row]:
        """Return the rows that are shown."""
        return self._rows.rows

    def current(self) -> Row | None:
        """Return the row that the keyboard is on."""
        index = self.currentIndex()
        return self._rows.rows[index.row()] if index.isValid() else None

    def retranslate(self) -> None:
        """Format every cell again and name the table for a screen reader."""
        self.setAccessibleName(str(self._name))
        self._rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Return opens the row, Home and End go to the first and the last; copy takes the row as clean text.

        Qt's own Home and End move among the cells of a row, of which only whole ones are chosen here.
        """
        row, bare = self.current(), event.modifiers() == Qt.KeyboardModifier.NoModifier
        if row is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(row)
        elif row is not None and event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.plain_row(row))
        elif row is not None and bare and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.select(0 if event.key() == Qt.Key.Key_Home else len(self._rows.rows) - 1)
        else:
            super().keyPressEvent(event)

    def plain_row(self, row: Row) -> str:
        """Return a row as it is copied."""
        return "\t".join(strip_isolates(column.text(row)) for column in self._columns)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - the name is Qt's
        """Keep the empty state in the middle."""
        super().resizeEvent(event)
        self._show_empty()

    def _behave(self) -> None:
        self.setProperty("kind", "table")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(Size.ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFixedHeight(Size.HEADER)
        self.horizontalHeader().setSectionsClickable(False)
        # Qt lets no column under the width of the font's widest letter, here 110 pixels.
        self.horizontalHeader().setMinimumSectionSize(Space.XXL)

    def _lay_out_columns(self) -> None:
        header = self.horizontalHeader()
        for number, column in enumerate(self._columns):
            if column.width is None:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(number, column.width)
            if column.badge:
                self.setItemDelegateForColumn(number, _BadgeDelegate(self))

    def _show_empty(self) -> None:
        if self._empty is not None:
            self._empty.setGeometry(self.viewport().rect())
            self._empty.setVisible(not self._rows.rows)
