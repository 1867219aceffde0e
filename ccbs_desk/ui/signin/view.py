"""The sign-in window: who sits down, and whether the centre can be reached. It decides nothing."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from ccbs_desk.config.language import LANGUAGE_NAMES, Text
from ccbs_desk.ui.kit.banner import Banner
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.fields import PasswordField, TextField
from ccbs_desk.ui.kit.form import Form
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.shell.statusbar import LINK_SIGNS, Link, link_text, other_language
from ccbs_desk.ui.signin import text

WIDTH = 400
HEIGHT = 500
MARK = 48


class SignInView(View):
    """Asks for name and password; `submitted` carries both, once neither is empty."""

    submitted = Signal(str, str)
    language_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "canvas")
        self._user = TextField()
        self._password = PasswordField()
        self._user.setObjectName("signin.user")
        self._password.setObjectName("signin.password")
        self._form = Form()
        self._form.add("user", text.USER, self._user)
        self._form.add("password", text.PASSWORD, self._password)
        self._error = Banner(Tone.BAD, "")
        self._error.setObjectName("signin.error")
        self._error.hide()
        self._busy = Label("", Role.SMALL)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._submit = Button(text.SIGN_IN, Kind.PRIMARY)
        self._submit.clicked.connect(self._try)
        for field in (self._user, self._password):
            field.returnPressed.connect(self._try)
        self._link_sign = IconLabel(*LINK_SIGNS[Link.CONNECTING])
        self._link = Label(link_text(Link.CONNECTING), Role.SMALL)
        self._offline = Label(text.OFFLINE, Role.SMALL, wrap=True)
        self._offline.setObjectName("signin.offline")
        self._offline.hide()
        self._language = Button("", Kind.SMALL, icon="globe")
        self._language.clicked.connect(lambda: self.language_wanted.emit(other_language()))
        self._lay_out()
        self._set_busy(None)
        self.retranslate()
        self.setFocusProxy(self._user)

    def set_user(self, user: str) -> None:
        """Fill in who signed in last here; the password comes next."""
        self._user.set_value(user)
        proxy = self._password if user else self._user
        self.setFocusProxy(proxy)
        proxy.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_link(self, link: Link, since: datetime | None = None) -> None:
        """Show whether the centre can be reached, and who can sign in where it can't."""
        self._link_sign.set_icon(*LINK_SIGNS[link])
        self._link.set_content(link_text(link, since))
        self._offline.setVisible(link is Link.OFFLINE)

    def show_error(self, title: Text, hint: Text = "") -> None:
        """Say why nobody was signed in; the name stays, the password is typed again."""
        self._set_busy(None)
        self._error.show_notice(Tone.BAD, title, hint)
        self._error.show()
        self._password.clear()
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_busy(self, what: Text) -> None:
        """Say what is being done; nothing can be typed meanwhile."""
        self._error.hide()
        self._set_busy(what)

    def show_ready(self) -> None:
        """Take the progress away; what is said and typed stays."""
        self._set_busy(None)

    def reset(self) -> None:
        """Take error, progress and password away."""
        self._error.hide()
        self._form.clear_errors()
        self._password.clear()
        self._set_busy(None)

    def retranslate(self) -> None:
        """Offer the other language by its own name."""
        self._language.set_text(LANGUAGE_NAMES[other_language()])

    def _try(self) -> None:
        user, password = self._user.value(), self._password.value()
        self._form.show_error("user", None if user else text.USER_MISSING)
        self._form.show_error("password", None if password else text.PASSWORD_MISSING)
        if user and password:
            self.submitted.emit(user, password)
        else:
            self._form.focus_first_error()

    def _set_busy(self, what: Text | None) -> None:
        self._busy.set_content(what)
        for part in (self._busy, self._bar):
            part.setVisible(what is not None)
        for control in (self._form, self._submit):
            control.setEnabled(what is None)

    def _lay_out(self) -> None:
        mark = IconLabel("mark", size=MARK, accent=True)
        names = column(Label(text.PRODUCT, Role.HEADING), Label(text.PURPOSE, Role.SOFT), gap=0)
        head = row(mark, names, None, gap=Space.M)
        card = Card(margin=Space.XL)
        card.body.setSpacing(Space.L)
        card.add(Label(text.TITLE, Role.TITLE), self._form, self._error, self._submit, self._bar, self._busy)
        foot = row(Space.S, self._link_sign, self._link, None, self._language, gap=Space.S)
        # A height of its own, and errors below the fields: what the eye is on never moves.
        middle = QWidget()
        middle.setFixedWidth(WIDTH)
        middle.setMinimumHeight(HEIGHT)
        middle.setLayout(column(head, card, column(foot, row(Space.S, self._offline)), None, gap=Space.XL))
        self.setLayout(column(None, row(None, middle, None), None))
