"""The frame: places, palette, keys, passing words; it knows no screen by name."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ccbs_desk.config.language import LANGUAGES, Language, message
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.fields import TextField
from ccbs_desk.ui.kit.layout import column
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.shortcuts import Keys
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.shell.matching import PaletteItem, matching
from ccbs_desk.ui.shell.navigation import Place, PlaceButton
from ccbs_desk.ui.shell.palette import CommandPalette
from ccbs_desk.ui.shell.window import Window
from tests.factories.keys import click, press, press_physical, type_text
from tests.ui.golden import settle

CONTROL = Qt.KeyboardModifier.ControlModifier


class _Screen(View):
    """A screen with one field."""

    def __init__(self) -> None:
        super().__init__()
        self.field = TextField()
        self.setLayout(column(self.field, None))


@pytest.fixture
def screens() -> dict[str, _Screen]:
    """Two screens."""
    return {"till": _Screen(), "outbox": _Screen()}


@pytest.fixture
def window(qtbot: QtBot, look: Look, screens: dict[str, _Screen]) -> Window:
    """The frame with two places, shown."""
    window = Window(look)
    qtbot.addWidget(window, before_close_func=lambda closing: closing.close_wanted.disconnect())
    window.close_wanted.connect(lambda: None)
    window.add_place(Place("till", message("No open till"), "till", screens["till"], Keys("F6")))
    window.add_place(Place("outbox", message("All sent"), "outbox", screens["outbox"], Keys("F7")))
    window.resize(1100, 700)
    window.show_frame()
    window.show()
    qtbot.waitUntil(screens["till"].field.hasFocus)
    return window


@pytest.fixture
def palette(window: Window) -> CommandPalette:
    """The window's palette."""
    (found,) = window.findChildren(CommandPalette)
    return found


def _entry(palette: CommandPalette) -> TextField:
    return palette.findChildren(TextField)[0]


def test_places_are_reached_by_key_click_and_name(qtbot: QtBot, window: Window, screens: dict[str, _Screen]) -> None:
    assert window.place() == "till"
    with qtbot.waitSignal(window.went) as went:
        press(screens["till"].field, Qt.Key.Key_F7)
    assert went.args == ["outbox"]
    qtbot.waitUntil(screens["outbox"].field.hasFocus)
    first, second = window.navigation.findChildren(PlaceButton)
    assert second.isChecked()
    click(first)
    assert window.place() == "till"
    assert (first.accessibleName(), first.text()) == ("لا صندوق مفتوح", "لا صندوق مفتوح")


def test_the_keyboard_comes_back_to_where_it_was_in_a_screen(qtbot: QtBot, window: Window) -> None:
    window.go("outbox")
    window.go("till")
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), TextField))
    assert window.place() == "till"


@pytest.mark.parametrize("letter", ["k", "ن"])
def test_the_palette_opens_runs_and_gives_the_keyboard_back(
    qtbot: QtBot, window: Window, palette: CommandPalette, screens: dict[str, _Screen], letter: str
) -> None:
    ran = list[str]()
    window.add_commands(lambda: [PaletteItem("bill.void", message("Explain"), lambda: ran.append("void"))])
    field = screens["till"].field
    press_physical(field, "K", CONTROL, letter)
    qtbot.waitUntil(_entry(palette).hasFocus)
    assert palette.titles() == ["لا صندوق مفتوح", "كل العمليات مرسلة", "التفصيل"]
    type_text(_entry(palette), "تفص")
    assert palette.titles() == ["التفصيل"]
    press(_entry(palette), Qt.Key.Key_Return)
    assert ran == ["void"]
    assert not palette.isVisible()
    assert field.hasFocus()


def test_the_palette_is_driven_by_arrows_and_left_by_escape(
    qtbot: QtBot, window: Window, palette: CommandPalette, screens: dict[str, _Screen]
) -> None:
    palette.summon()
    entry = _entry(palette)
    press(entry, Qt.Key.Key_Up)
    press(entry, Qt.Key.Key_Down)
    press(entry, Qt.Key.Key_Down)
    press(entry, Qt.Key.Key_Return)
    assert window.place() == "outbox"
    palette.summon()
    press(entry, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert screens["outbox"].field.hasFocus()
    palette.summon()
    type_text(entry, "قققق")
    press(entry, Qt.Key.Key_Down)
    press(entry, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert not palette.grab().isNull()
    palette.summon()
    assert not palette.isVisible()


def test_the_palette_shows_commands_and_keys(qtbot: QtBot, look: Look, palette: CommandPalette) -> None:
    palette.summon()
    settle()
    chosen = palette.grab().toImage()
    palette.move_choice(1)
    assert palette.grab().toImage() != chosen


def test_the_palette_closes_when_the_mouse_goes_elsewhere(qtbot: QtBot, palette: CommandPalette) -> None:
    palette.summon()
    QApplication.sendEvent(_entry(palette), QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason))
    assert palette.isVisible()
    QApplication.sendEvent(_entry(palette), QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.MouseFocusReason))
    assert not palette.isVisible()


def test_no_letter_of_a_command_goes_to_a_screen_that_has_just_loaded(
    qtbot: QtBot, window: Window, palette: CommandPalette, screens: dict[str, _Screen]
) -> None:
    window.go("till")
    palette.summon()
    screens["till"].field.setFocus(Qt.FocusReason.OtherFocusReason)
    type_text(screens["till"].field, "كل")
    press(screens["till"].field, Qt.Key.Key_F1)
    assert _entry(palette).text() == "كل"
    assert screens["till"].field.text() == ""
    qtbot.waitUntil(_entry(palette).hasFocus)
    press(_entry(palette), Qt.Key.Key_Escape)
    assert screens["till"].field.hasFocus()
    type_text(screens["till"].field, "٥")
    assert screens["till"].field.text() == "٥"


def _item(identity: str, title: str, *keywords: str) -> PaletteItem:
    return PaletteItem(identity, title, lambda: None, keywords)


COMMANDS = (
    _item("pay", "قبض دفعة", "payment", "تحصيل"),
    _item("till", "إغلاق الصندوق", "close till"),
    _item("english", "Take payment"),
    _item("bars", "رفع القطع عن الخط", "unbar"),
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["pay", "till", "english", "bars"]),
        ("قبض", ["pay"]),
        ("rfq", ["pay"]),
        ("اغلاق الصندوق", ["till"]),
        ("YgHr", ["till"]),
        ("فشنث", ["english"]),
        ("PAY", ["english", "pay"]),
        ("till close", ["till"]),
        ("لصندو", ["till"]),
        ("الخط رفع", ["bars"]),
        ("nothing of the kind", []),
    ],
)
def test_commands_are_found_in_either_layout(typed: str, found: list[str]) -> None:
    assert [item.id for item in matching(COMMANDS, typed)] == found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["search", "سثشقؤا"])
def test_the_english_name_finds_a_command_in_either_language(look: Look, language: Language, typed: str) -> None:
    look.set_language(language)
    items = (PaletteItem("search", message("Search"), lambda: None), PaletteItem("till", message("Till"), lambda: None))
    assert [item.id for item in matching(items, typed)] == ["search"]


def test_a_screen_without_room_is_filled(window: Window) -> None:
    room = window.screen().availableSize()
    window.hide()
    window.show_fitting(room.width(), room.height() - 1)
    assert window.isMaximized()
    window.showNormal()
    window.setMinimumSize(1, 1)
    window.show_fitting(room.width() - 1, room.height() - 1)
    assert not window.isMaximized()


def test_one_view_can_fill_the_window(qtbot: QtBot, window: Window, palette: CommandPalette) -> None:
    alone = _Screen()
    palette.summon()
    window.show_alone(alone)
    assert alone.isVisible()
    assert not palette.isVisible()
    assert not window.status_bar.isVisible()
    press_physical(alone.field, "K", CONTROL, "ن")
    assert not palette.isVisible()
    window.show_alone(alone)
    window.show_frame()
    assert window.status_bar.isVisible()
    assert not alone.isVisible()


def test_closing_asks_first(qtbot: QtBot, window: Window) -> None:
    with qtbot.waitSignal(window.close_wanted):
        window.close()
    assert window.isVisible()


def test_a_passing_word_leaves_the_keyboard_alone(qtbot: QtBot, window: Window, screens: dict[str, _Screen]) -> None:
    window.say(message("All sent"), Tone.OK)
    assert screens["till"].field.hasFocus()


def test_everything_follows_the_language(qtbot: QtBot, look: Look, window: Window, palette: CommandPalette) -> None:
    window.status_bar.language_wanted.emit("en")
    qtbot.waitUntil(lambda: window.windowTitle() == "CCBS Desk")
    settle()
    assert window.call_bar.accessibleName() == "Call"
    assert window.navigation.accessibleName() == "Places"
    assert palette.accessibleName() == "Commands"
    assert [button.text() for button in window.navigation.findChildren(PlaceButton)] == ["No open till", "All sent"]


def test_an_empty_frame_has_no_place(qtbot: QtBot, look: Look) -> None:
    window = Window(look)
    window.show_frame()
    assert window.place() is None
    window.deleteLater()
