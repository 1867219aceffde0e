"""Looks at a window as people who hear it, use keys alone or read one language do, and says what is wrong with it."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTableView,
    QWidget,
)

from ccbs_desk.config.language import strip_isolates
from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.shell.navigation import PlaceButton
from tests.factories.keys import press

# What is Latin in an Arabic window too: the product's name, technical names (those of queues are the exchange's own),
# keys, and the other language by its own.
LATIN = frozenset({"CCBS", "Desk", "ADSL", "Ctrl", "Esc", "Enter", "Tab", "Shift", "Del", "English", "PDF", "care"})
WORD = re.compile(r"[A-Za-z]{2,}")
KEY = re.compile(r"F\d{1,2}")
CELL_PADDING = 8
MOST_STEPS = 400


def name_of(widget: QWidget) -> str:
    """Return a widget's place: its class and the names above it."""
    names = []
    at: QWidget | None = widget
    while at is not None:
        if at.objectName() and not at.objectName().startswith("qt_"):
            names.append(at.objectName())
        at = at.parentWidget()
    return f"{type(widget).__name__} in {' < '.join(names) or 'no place'}"


def seen(window: QWidget) -> list[QWidget]:
    """Return every widget that is there to be seen."""
    return [widget for widget in window.findChildren(QWidget) if widget.isVisibleTo(window) and widget.width() > 0]


def unnamed(window: QWidget) -> Iterator[str]:
    """Say which widgets take the keyboard and tell a screen reader nothing."""
    for widget in seen(window):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isEnabled():
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        if told is None or not strip_isolates(told.text(QAccessible.Text.Name)).strip():
            yield f"{name_of(widget)} has no name for a screen reader"


def reachable(window: QWidget) -> list[QWidget]:
    """Return what Tab must reach."""
    return [w for w in seen(window) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled()]


def group_of(widget: QWidget) -> object:
    """Return the buttons that a button stands for: of those of which one is down, Tab reaches one, arrows the rest."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group if group is not None and group.exclusive() else widget


def unreached(window: QWidget) -> Iterator[str]:
    """Press Tab until it comes round, and say what it never reached; it must come round."""
    wanted = reachable(window)
    if not wanted:
        return
    # Tab wraps round within the window; it begins wherever the keyboard is.
    first = window.focusWidget() or window
    visited: list[QWidget | None] = []
    for _ in range(MOST_STEPS):
        press(window.focusWidget() or window, Qt.Key.Key_Tab)
        QApplication.processEvents()
        now = window.focusWidget()
        if now in visited:
            break
        visited.append(now)
    else:
        yield "Tab never comes round"
    reached = [group_of(widget) for widget in visited if widget is not None]
    for widget in wanted:
        if group_of(widget) not in reached:
            yield f"{name_of(widget)} is not reached by Tab"
    if first is not window:
        first.setFocus()


def clipped(window: QWidget) -> Iterator[str]:
    """Say which texts do not fit their widgets, or stand outside what shows them."""
    for widget in seen(window):
        said = _too_small(widget)
        if said:
            yield f"{name_of(widget)} {said}"
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit) and not _may_scroll(widget):
            hidden = _cut_off(widget, window)
            if hidden:
                yield f"{name_of(widget)} “{_text(widget)}” is cut off: {hidden}"


def _too_small(widget: QWidget) -> str:
    match widget:
        case QLabel() if widget.text() and widget.wordWrap():
            wanted = widget.heightForWidth(widget.width())
            return f"“{widget.text()}” needs {wanted} px of height, has {widget.height()}" * (wanted > widget.height())
        case QLabel() if widget.text():
            need, has = widget.sizeHint(), widget.size()
            short = need.width() > has.width() or need.height() > has.height() + 1
            return f"“{widget.text()}” needs {need.width()}x{need.height()}, has {has.width()}x{has.height()}" * short
        case Button():
            need, has = widget.sizeHint(), widget.size()
            short = need.width() > has.width() or need.height() > has.height()
            return f"“{widget.text()}” needs {need.width()} px, has {has.width()}" * short
        case PlaceButton():
            room = widget.width() - 2 * widget.height()
            return f"“{widget.text()}” is too long" * (_width(widget, widget.text()) > room)
        case QComboBox():
            room = widget.width() - widget.height()
            return f"“{widget.currentText()}” does not fit" * (_width(widget, widget.currentText()) > room)
        case QLineEdit() if not widget.text():
            return f"“{widget.placeholderText()}” does not fit" * (
                _width(widget, widget.placeholderText()) > widget.width()
            )
        case QTableView():
            return "; ".join(_narrow_columns(widget))
        case _:
            return ""


def _narrow_columns(table: QTableView) -> Iterator[str]:
    """Yield the columns whose title, or one of whose figures, is wider than they are."""
    header, model = table.horizontalHeader(), table.model()
    if header.isHidden():
        return
    for column in range(model.columnCount()):
        room = header.sectionSize(column) - CELL_PADDING
        title = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        if _width(header, title) > room:
            yield f"the title “{title}” does not fit {room} px"
        for row in range(model.rowCount()):
            index = model.index(row, column)
            alignment = index.data(Qt.ItemDataRole.TextAlignmentRole) or 0
            text = str(index.data() or "")
            if alignment & Qt.AlignmentFlag.AlignAbsolute.value and _width(table, text) > room:
                yield f"the figure “{text}” does not fit {room} px"


def _width(widget: QWidget, text: str) -> int:
    return QFontMetrics(widget.font()).horizontalAdvance(strip_isolates(text))


def _cut_off(widget: QWidget, window: QWidget) -> str:
    """Return what hides a part of a widget: a parent that is smaller."""
    at = widget.parentWidget()
    while at is not None:
        box = QRect(widget.mapTo(at, widget.rect().topLeft()), widget.size())
        if not at.rect().contains(box):
            return f"{name_of(at)} shows {at.width()}x{at.height()}, it is at {box.getRect()}"
        if at is window:
            break
        at = at.parentWidget()
    return ""


def _may_scroll(widget: QWidget) -> bool:
    at = widget.parentWidget()
    while at is not None:
        if isinstance(at, QScrollArea | QAbstractScrollArea):
            return True
        at = at.parentWidget()
    return False


def texts(window: QWidget) -> Iterator[tuple[str, str]]:
    """Yield every text that is shown or read out, with its place."""
    for widget in (window, *seen(window)):
        place = name_of(widget)
        told = (_text(widget), widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
        yield from ((place, text) for text in told)
        if isinstance(widget, QComboBox):
            yield from ((place, widget.itemText(n)) for n in range(widget.count()))
        if isinstance(widget, QTableView) and not isinstance(widget, QHeaderView):
            yield from ((place, text) for text in _cells(widget))


def _text(widget: QWidget) -> str:
    match widget:
        case QLabel() | QAbstractButton():
            return widget.text()
        case QLineEdit():
            return f"{widget.text()} {widget.placeholderText()}"
        case _:
            return widget.windowTitle()


def _cells(table: QTableView) -> Iterator[str]:
    model = table.model()
    for column in range(model.columnCount()):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        yield from (str(model.index(row, column).data() or "") for row in range(model.rowCount()))


def latin(window: QWidget, known: frozenset[str] = frozenset()) -> Iterator[str]:
    """Say which Latin words an Arabic window shows that are no names. `known` are those of this window alone."""
    for place, text in texts(window):
        words = {word for word in WORD.findall(strip_isolates(text)) if not KEY.fullmatch(word)}
        strange = words - LATIN - known
        if strange:
            yield f"{place} says “{text.strip()}”: {', '.join(sorted(strange))}"
