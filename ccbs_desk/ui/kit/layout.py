"""Rows and columns in one line of code; distances come from the tokens."""

from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from ccbs_desk.ui.kit.tokens import Space

Box = TypeVar("Box", bound=QBoxLayout)
Part = QWidget | QLayout | int | None
"""A widget, a layout, a distance in pixels, or None for the room that is left."""


def row(*parts: Part, gap: int = Space.S, margin: int = 0) -> QHBoxLayout:
    """Return the parts side by side, in the direction of the language."""
    return _filled(QHBoxLayout(), parts, gap, margin)


def column(*parts: Part, gap: int = Space.M, margin: int = 0) -> QVBoxLayout:
    """Return the parts one under the other."""
    return _filled(QVBoxLayout(), parts, gap, margin)


def fill(box: Box, *parts: Part) -> Box:
    """Add parts to a row or a column."""
    for part in parts:
        match part:
            case None:
                box.addStretch(1)
            case int():
                box.addSpacing(part)
            case QWidget():
                box.addWidget(part)
            case _:
                box.addLayout(part)
    return box


def clear(box: QBoxLayout) -> None:
    """Take every widget out of a row or a column and let it go."""
    while (item := box.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()


def _filled(box: Box, parts: tuple[Part, ...], gap: int, margin: int) -> Box:
    box.setSpacing(gap)
    box.setContentsMargins(margin, margin, margin, margin)
    return fill(box, *parts)
