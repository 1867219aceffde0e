"""The one window. Before sign-in a single view fills it; after it the frame holds the screens.

Screens are added by the composition root as places; the window knows only their titles, icons and keys. A place may
stand in several rooms, one behind each tab, with a screen of its own in each.
"""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text, message
from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.banner import Toast
from ccbs_desk.ui.kit.focus import focus_first
from ccbs_desk.ui.kit.icons import icon
from ccbs_desk.ui.kit.labels import Rule
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.shortcuts import Keys
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.shell.callbar import CallBar
from ccbs_desk.ui.shell.calltabs import CallTabs
from ccbs_desk.ui.shell.matching import PaletteItem
from ccbs_desk.ui.shell.navigation import Navigation, Place
from ccbs_desk.ui.shell.palette import CommandPalette
from ccbs_desk.ui.shell.rooms import OWN, Rooms
from ccbs_desk.ui.shell.statusbar import StatusBar, other_language

PALETTE_KEYS = Keys("K", ctrl=True)
LANGUAGE_KEYS = Keys("F12")
SMALLEST = (1024, 640)
MARK_SIZE = 64


class Window(Live, QMainWindow):
    """The frame of the desk."""

    went = Signal(str)
    entered = Signal(str)
    close_wanted = Signal()
    language_changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._places: dict[str, Place] = {}
        self._commands: list[Callable[[], Sequence[PaletteItem]]] = []
        self._layers = QStackedWidget()
        self.setCentralWidget(self._layers)
        self.setMinimumSize(*SMALLEST)
        self.setWindowIcon(icon("mark", "#0b666a", MARK_SIZE))
        self.call_bar = CallBar(PALETTE_KEYS)
        self.tabs = CallTabs()
        self.tabs.hide()
        self.navigation = Navigation()
        self.status_bar = StatusBar()
        self._rooms = Rooms()
        self._foot = QVBoxLayout()
        self._frame = self._make_frame()
        self._layers.addWidget(self._frame)
        self._toast = Toast(self)
        self._palette: CommandPalette | None = None
        self.call_bar.palette_wanted.connect(self._summon_palette)
        self.navigation.chosen.connect(self.go)
        self.tabs.chosen.connect(self.enter)
        self.status_bar.language_wanted.connect(look.set_language)
        look.shortcuts.bind(self._frame, PALETTE_KEYS, self._summon_palette)
        look.shortcuts.bind(self, LANGUAGE_KEYS, lambda: look.set_language(other_language()))
        self.retranslate()
        # Last: what is built into a dressed window is styled piece by piece.
        theme.dress(self)

    def show_fitting(self, width: int, height: int) -> None:
        """Show it at this size, or over all of a screen that has no more room than that."""
        self.resize(width, height)
        room = self.screen().availableSize()
        if room.width() <= width or room.height() <= height:
            self.showMaximized()
        else:
            self.show()

    def show_alone(self, view: QWidget) -> None:
        """Fill the whole window with one view: sign-in, or the lock."""
        if self._layers.indexOf(view) < 0:
            self._layers.addWidget(view)
        if self._palette is not None:
            self._palette.hide()
        self._layers.setCurrentWidget(view)

    def show_frame(self) -> None:
        """Show the frame with its screens; the keyboard is in the screen."""
        self._layers.setCurrentWidget(self._frame)
        self._ready_palette()
        current = self._rooms.currentWidget()
        if current is not None:
            focus_first(current)

    def add_place(self, place: Place) -> None:
        """Add a screen to navigation, palette and keys."""
        self._places[place.id] = place
        self._rooms.add(OWN, {place.id: place.widget})
        self.navigation.add(place)
        if place.keys is not None:
            # Bound to an anchor inside the frame that goes with the place, so that the key goes with it too.
            self._look.shortcuts.bind(self.navigation.button(place.id), place.keys, lambda: self.go(place.id))
        if len(self._places) == 1:
            self.navigation.mark(place.id)

    def add_room(self, room: str, places: Mapping[str, QWidget]) -> None:
        """Add a room with its own screens of these places; the first is shown when it is entered."""
        self._rooms.add(room, places)

    def remove_room(self, room: str) -> None:
        """Take a room away; who is in it stands in the desk's own room then."""
        if self._rooms.here == room:
            self.enter(OWN)
        self._rooms.remove(room)

    def set_foot(self, widget: QWidget) -> None:
        """Give a widget its place under the screens."""
        self._foot.addWidget(widget)

    def clear_places(self) -> None:
        """Take all screens and their commands out: the person who used them has left."""
        self._rooms.clear()
        while (item := self._foot.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._places.clear()
        self._commands.clear()
        self.navigation.clear()
        self.tabs.show_tabs(())
        self.tabs.hide()

    def add_commands(self, offer: Callable[[], Sequence[PaletteItem]]) -> None:
        """Let a screen offer commands; it is asked each time the palette opens."""
        self._commands.append(offer)

    def go(self, place_id: str) -> None:
        """Show a screen of the room where one is, and tell that the person went there."""
        self.show_place(place_id)
        self.went.emit(place_id)

    def enter(self, room: str) -> None:
        """Show a room as it was left, the keyboard where it was there."""
        place = self._rooms.place(room)
        if place is not None:
            self.show_place(place, room)
            self.entered.emit(room)

    def show_place(self, place_id: str, room: str | None = None) -> None:
        """Show a screen; what a room does not have is in the desk's own."""
        # What was said in passing belonged to the screen that is left.
        self._toast.hide()
        room = room or self._rooms.here
        screen = self._rooms.show_place(room if self._rooms.has(room, place_id) else OWN, place_id)
        self.navigation.mark(place_id)
        self.tabs.mark(self._rooms.here)
        focus_first(screen)

    def place(self) -> str | None:
        """Return the id of the screen that is shown."""
        return self._rooms.place()

    def room(self) -> str:
        """Return the room that is shown."""
        return self._rooms.here

    def say(self, text: Text, tone: Tone = Tone.NEUTRAL) -> None:
        """Show a passing word; it never takes the keyboard."""
        self._toast.say(text, tone)

    def retranslate(self) -> None:
        """Name the window, and let whoever feeds it know."""
        self.language_changed.emit()
        self.setWindowTitle(str(message("CCBS Desk")))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - the name is Qt's
        """Ask the composition root, which first brings everything to disk and then ends the loop."""
        event.ignore()
        self.close_wanted.emit()

    def _ready_palette(self) -> CommandPalette:
        """Return the palette, made with the frame's first use: the sign-in, which paints first, has none."""
        if self._palette is None:
            self._palette = CommandPalette(self, self._offered)
        return self._palette

    def _summon_palette(self) -> None:
        self._ready_palette().summon()

    def _offered(self) -> list[PaletteItem]:
        places = [
            PaletteItem(f"place.{place.id}", place.title, lambda place=place: self.go(place.id), shortcut=place.keys)  # type: ignore[misc]
            for place in self._places.values()
        ]
        return [*places, *(item for offer in self._commands for item in offer())]

    def _make_frame(self) -> QWidget:
        frame = QWidget()
        frame.setProperty("kind", "canvas")
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.navigation)
        middle.addWidget(Rule(standing=True))
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addWidget(self._rooms, 1)
        beside.addLayout(self._foot)
        middle.addLayout(beside, 1)
        outer = QVBoxLayout(frame)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.call_bar)
        outer.addWidget(self.tabs)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status_bar)
        return frame
