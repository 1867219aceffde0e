"""The rooms behind the tabs: each holds its own screens, so that nothing of one call is lost to another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtWidgets import QStackedWidget, QWidget

OWN = "desk"
"""The room of the desk's own work, which is always there."""


@dataclass(slots=True)
class _Room:
    places: dict[str, QWidget] = field(default_factory=dict)
    at: str | None = None


class Rooms(QStackedWidget):
    """Shows one place of one room, and remembers of each room which place it was."""

    def __init__(self) -> None:
        super().__init__()
        self._rooms: dict[str, _Room] = {OWN: _Room()}
        self.here = OWN

    def add(self, room: str, places: Mapping[str, QWidget]) -> None:
        """Add places to a room, which is made if it is new."""
        known = self._rooms.setdefault(room, _Room())
        for name, widget in places.items():
            known.places[name] = widget
            known.at = known.at or name
            self.addWidget(widget)

    def has(self, room: str, place: str) -> bool:
        """Tell whether a room has this place."""
        return room in self._rooms and place in self._rooms[room].places

    def place(self, room: str | None = None) -> str | None:
        """Return the place where a room is, the present one if none is named."""
        found = self._rooms.get(room or self.here)
        return found.at if found else None

    def show_place(self, room: str, place: str) -> QWidget:
        """Show a place of a room; return its widget."""
        self.here, self._rooms[room].at = room, place
        widget = self._rooms[room].places[place]
        self.setCurrentWidget(widget)
        return widget

    def remove(self, room: str) -> None:
        """Take a room away with all that is in it."""
        for widget in self._rooms.pop(room).places.values():
            self.removeWidget(widget)
            widget.deleteLater()

    def clear(self) -> None:
        """Take all of them away; an empty one stays."""
        for room in tuple(self._rooms):
            self.remove(room)
        self._rooms[OWN], self.here = _Room(), OWN
