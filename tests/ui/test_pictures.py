"""The kit, the frame and the sign-in, looked at by eye and kept."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ccbs_desk.config.language import Language
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.tokens import Scheme
from ccbs_desk.ui.shell.statusbar import Link
from ccbs_desk.ui.signin.view import SignInView
from tests.ui.desk_picture import desk
from tests.ui.gallery import States
from tests.ui.golden import SIZES, assert_golden, difference, photograph

LANGUAGES: tuple[Language, ...] = ("ar", "en")


def _desk(look: Look) -> QWidget:
    window = desk(look)
    window.show_frame()
    return window


def _sign_in(look: Look) -> QWidget:
    view = SignInView()
    view.set_link(Link.ONLINE)
    view.set_user("rana")
    return view


def _states(look: Look) -> QWidget:
    return States()


PICTURES: dict[str, Callable[[Look], QWidget]] = {"desk": _desk, "signin": _sign_in, "states": _states}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PICTURES)
def test_light(qtbot: QtBot, look: Look, name: str, language: Language, size: tuple[int, int]) -> None:
    look.set_language(language)
    widget = PICTURES[name](look)
    qtbot.addWidget(widget)
    assert_golden(widget, f"{name}.{language}", size)


@pytest.mark.parametrize("scheme", [Scheme.DARK, Scheme.CONTRAST])
def test_other_schemes(qtbot: QtBot, look: Look, scheme: Scheme) -> None:
    look.set_scheme(scheme)
    widget = _desk(look)
    qtbot.addWidget(widget)
    assert_golden(widget, f"desk.ar.{scheme.value}", SIZES[0])


def test_switched_while_shown_equals_made_anew(qtbot: QtBot, look: Look) -> None:
    switched = _desk(look)
    qtbot.addWidget(switched)
    photograph(switched, SIZES[0])
    look.set_language("en")
    look.set_scheme(Scheme.DARK)
    after = photograph(switched, SIZES[0])
    fresh = _desk(look)
    qtbot.addWidget(fresh)
    assert difference(after, photograph(fresh, SIZES[0])) == 0


def test_a_small_change_is_seen(qtbot: QtBot, look: Look) -> None:
    view = SignInView()
    qtbot.addWidget(view)
    before = photograph(view, SIZES[0])
    view.show_error("!")
    assert difference(before, photograph(view, SIZES[0])) > 0.001
