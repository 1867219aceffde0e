"""The table of listings. Names show which of their parts met the query."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ccbs_desk.config.language import is_rtl
from ccbs_desk.ui.directory import text
from ccbs_desk.ui.directory.shown import Row, Written
from ccbs_desk.ui.kit import fonts, theme
from ccbs_desk.ui.kit.table import Align, Column, Index, Table
from ccbs_desk.ui.kit.tokens import Space, Tone


class _Marked(QStyledItemDelegate):
    """Paints a name with the parts that met the query on a soft ground."""

    def __init__(self, table: "Listings") -> None:
        super().__init__(table)
        self._listings = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._listings.rows()[index.row()]
        super().initStyleOption(option, index)
        option.text = ""
        widget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        room = option.rect.adjusted(Space.M, 0, -Space.M, 0)
        painter.save()
        painter.setClipRect(room)
        self._paint_name(painter, row, room)
        painter.restore()

    def _paint_name(self, painter: QPainter, row: Row, room: QRect) -> None:
        colours = theme.current().colours
        name = str(row.called)
        layout = QTextLayout(name, fonts.font(theme.current().type.body, QFont.Weight.DemiBold))
        layout.setTextOption(_option())
        layout.setFormats(_formats(row.spans, len(name)))
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(room.width())
        layout.endLayout()
        painter.setPen(QColor(colours.ink_soft if row.similar else colours.ink))
        layout.draw(painter, QPointF(room.left(), room.top() + (room.height() - line.height()) / 2))


def _option() -> QTextOption:
    option = QTextOption(Qt.AlignmentFlag.AlignRight if is_rtl() else Qt.AlignmentFlag.AlignLeft)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if is_rtl() else Qt.LayoutDirection.LeftToRight)
    # Aligned as said, not as the text's own direction has it.
    option.setAlignment(
        (Qt.AlignmentFlag.AlignRight if is_rtl() else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignAbsolute
    )
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    return option


def _formats(spans: Sequence[tuple[int, int]], length: int) -> list[QTextLayout.FormatRange]:
    ranges = []
    for start, end in spans:
        marked = QTextLayout.FormatRange()
        marked.start, marked.length = start, max(0, min(end, length) - start)
        look = QTextCharFormat()
        look.setBackground(QColor(theme.current().colours.tone(Tone.WARN).ground))
        marked.format = look
        ranges.append(marked)
    return ranges


class Listings(Table[Row]):
    """Listings, best first, and under them those of similar names."""

    def __init__(self) -> None:
        super().__init__(
            (
                Column("name", text.NAME, lambda row: row.called),
                Column("number", text.NUMBER, lambda row: Written(row.number), Align.START, 132, strong=True),
                Column("place", text.PLACE, lambda row: row.place),
                Column("why", text.WHY, lambda row: row.why, width=128, tone=_why_tone),
            ),
            name=text.RESULTS,
            key=lambda row: row.id,
        )
        self.setObjectName("directory.results")
        self.setItemDelegateForColumn(0, _Marked(self))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show rows; where those that were shown are still the first, nothing moves under the eyes."""
        before, bar = self.rows(), self.verticalScrollBar()
        kept = [row.id for row in before] == [row.id for row in rows[: len(before)]]
        at = bar.value() if kept else 0
        self.set_rows(rows)
        bar.setValue(at)


def _why_tone(row: Row) -> Tone | None:
    return Tone.NEUTRAL if row.similar else None
