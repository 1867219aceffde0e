"""The sign-in: asks, tells, keeps what was typed, and comes up fast."""

import subprocess
import sys

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ccbs_desk.config.language import message, show
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.banner import Banner
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.fields import PasswordField, TextField
from ccbs_desk.ui.kit.labels import Label
from ccbs_desk.ui.shell.statusbar import Link
from ccbs_desk.ui.signin import text
from ccbs_desk.ui.signin.view import SignInView
from tests.factories.keys import click, press, type_text
from tests.ui.golden import settle


def _view(qtbot: QtBot) -> tuple[SignInView, TextField, PasswordField]:
    view = SignInView()
    qtbot.addWidget(view)
    view.show()
    user = next(field for field in view.findChildren(TextField) if not isinstance(field, PasswordField))
    return view, user, view.findChildren(PasswordField)[0]


def _texts(view: SignInView) -> list[str]:
    return [label.text() for label in view.findChildren(Label) if label.isVisible()]


def test_return_in_either_field_submits_both(qtbot: QtBot, look: Look) -> None:
    view, user, password = _view(qtbot)
    type_text(user, " rana ")
    type_text(password, "كلمة سر")
    for field in (user, password):
        with qtbot.waitSignal(view.submitted) as told:
            press(field, Qt.Key.Key_Return)
        assert told.args == ["rana", "كلمة سر"]


def test_what_is_missing_is_said_under_its_field(qtbot: QtBot, look: Look) -> None:
    view, user, _password = _view(qtbot)
    button = next(button for button in view.findChildren(Button) if button.property("kind") == Kind.PRIMARY.value)
    with qtbot.assertNotEmitted(view.submitted):
        click(button)
    assert {"اكتب اسم المستخدم.", "اكتب كلمة المرور."} <= set(_texts(view))
    qtbot.waitUntil(user.hasFocus)
    view.reset()
    assert "اكتب اسم المستخدم." not in _texts(view)


def test_an_error_keeps_the_name_and_asks_for_the_password_again(qtbot: QtBot, look: Look) -> None:
    view, user, password = _view(qtbot)
    view.set_user("rana")
    qtbot.waitUntil(password.hasFocus)
    type_text(password, "x")
    settle()
    top = user.mapToGlobal(user.rect().topLeft())
    view.show_busy(message("Connecting"))
    assert not password.isEnabled()
    view.show_error("كلمة المرور خاطئة", "بقيت محاولتان")
    assert view.findChildren(Banner)[0].isVisible()
    assert (user.value(), password.value()) == ("rana", "")
    qtbot.waitUntil(password.hasFocus)
    settle()
    assert user.mapToGlobal(user.rect().topLeft()) == top


def test_without_a_name_the_keyboard_is_on_the_name(qtbot: QtBot, look: Look) -> None:
    view, user, _password = _view(qtbot)
    view.set_user("")
    qtbot.waitUntil(user.hasFocus)


def test_the_link_and_the_other_language(qtbot: QtBot, look: Look) -> None:
    view, _user, _password = _view(qtbot)
    view.set_link(Link.OFFLINE)
    assert "العمل دون اتصال بالمركز" in _texts(view)
    switch = next(button for button in view.findChildren(Button) if button.text() == "English")
    with qtbot.waitSignal(view.language_wanted) as wanted:
        click(switch)
    assert wanted.args == ["en"]
    look.set_language("en")
    qtbot.waitUntil(lambda: switch.text() == "العربية")
    assert "Working without the centre" in _texts(view)


def test_it_loads_nothing_heavy() -> None:
    """The first paint waits for every import: only Qt, the kit and the formatter are worth it."""
    heavy = ("sqlalchemy", "httpx", "babel", "keyring", "asyncio", "msgspec", "ccbs_desk.services", "phonenumbers")
    code = f"import sys, ccbs_desk.ui.signin.view; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_the_link_it_is_said_who_can_sign_in_before_anybody_types(qtbot: QtBot, look: Look) -> None:
    view, _user, _password = _view(qtbot)
    said = show(text.OFFLINE)
    for link, is_said in ((Link.CONNECTING, False), (Link.OFFLINE, True), (Link.ONLINE, False)):
        view.set_link(link)
        assert (said in _texts(view)) is is_said
