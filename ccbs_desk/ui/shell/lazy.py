"""Screens that are built when they are first needed, in places that are there from the start."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

from ccbs_desk.ui.kit.layout import column
from ccbs_desk.ui.shell.screen import Screen

S = TypeVar("S", bound=Screen)
Places = dict[str, QWidget]
"""Where screens stand, or will, by their names."""


class Lazy(Generic[S]):
    """One screen and its place."""

    def __init__(self, build: Callable[[], S]) -> None:
        self._build = build
        self.made: S | None = None
        self.place = QWidget()
        self._inside = column()
        self.place.setLayout(self._inside)

    def get(self) -> S:
        """Return the screen, built now if it was not."""
        if self.made is None:
            self.made = self._build()
            self._inside.addWidget(self.made.widget)
        return self.made
