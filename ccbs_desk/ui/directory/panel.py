"""Beside the listings: the number to be read out in groups, what can be done with it, and the time."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication

from ccbs_desk.config.language import is_rtl, show
from ccbs_desk.ui.directory import keys, text
from ccbs_desk.ui.directory.shown import Groups, Row
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.fields import LEFT, RIGHT, PhoneEdit
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column
from ccbs_desk.ui.kit.layout import row as line
from ccbs_desk.ui.kit.shortcuts import Keys
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.parts import named

WIDTH = 360


class Panel(Card):
    """The read-back. `sent` carries the mobile that was typed."""

    sent = Signal(str)

    def __init__(self) -> None:
        self.time = named(Label("", Role.STRONG), "directory.time")
        super().__init__(text.READ_BACK, beside=self.time)
        self.setObjectName("directory.panel")
        self.setFixedWidth(WIDTH)
        self.name = named(Label(text.CHOOSE, Role.TITLE, wrap=True), "directory.name")
        self.number = named(Label("", Role.DISPLAY), "directory.number")
        self.place = named(Label("", Role.SOFT, wrap=True), "directory.place")
        self.category = named(Label("", Role.SOFT), "directory.category")
        self.given = self._button("given", text.GIVEN, "check", Keys("Enter"), Kind.PRIMARY)
        self.copy = self._button("copy", text.COPY, "copy", keys.COPY)
        self.sms = self._button("sms", text.SMS, "out", keys.SMS)
        self.attach = self._button("attach", text.ATTACH, "link", keys.ATTACH)
        self.not_found = self._button("not_found", text.NOT_FOUND, "close", keys.NOT_FOUND)
        self.mobile_label = Label(text.SMS_TO, Role.LABEL)
        self.mobile = PhoneEdit()
        self.mobile.setObjectName("directory.mobile")
        self.mobile.returnPressed.connect(lambda: self.sent.emit(self.mobile.value()))
        self.mobile.textEdited.connect(lambda _text: self.mobile.set_invalid(False))
        self.mobile_label.setBuddy(self.mobile)
        sending = column(self.mobile_label, self.mobile, gap=Space.XS)
        self.add(self.name, line(self.number, None), self.place, self.category, sending, Space.S, self.given)
        self.add(self.copy, self.sms, self.attach, None, self.not_found)
        self.show_mobile(False)
        self.attach.hide()
        self.show_row(None)
        self.show_time("", None)
        self.retranslate()

    def show_row(self, row: Row | None) -> None:
        """Show a listing, or that none is chosen."""
        self.name.set_content(row.called if row else text.CHOOSE)
        self.name.set_role(Role.TITLE if row else Role.SOFT)
        _fill(self.number, Groups(row.number) if row else "")
        _fill(self.place, row.place if row else "")
        self.category.set_content(row.category if row else "")
        self.category.setVisible(bool(row and row.category))
        for button in (self.given, self.copy, self.sms, self.attach):
            button.setEnabled(row is not None)
        if row is None:
            self.show_mobile(False)

    def show_time(self, told: object, tone: Tone | None) -> None:
        """Show how long it takes."""
        _fill(self.time, told)
        self.time.set_tone(tone)

    def show_mobile(self, shown: bool) -> None:
        """Show the field for the mobile, or take it away."""
        self.mobile_label.setVisible(shown)
        self.mobile.setVisible(shown)
        if not shown:
            self.mobile.set_value("")
            self.mobile.set_invalid(False)

    @staticmethod
    def to_clipboard(number: str) -> None:
        """Put a number on the clipboard, as digits alone."""
        QGuiApplication.clipboard().setText(number)

    def retranslate(self) -> None:
        """Name the fields for a screen reader."""
        super().retranslate()
        if hasattr(self, "mobile"):
            self.mobile.setAccessibleName(str(text.SMS_NAME))
            for label in (self.name, self.place, self.category):
                # Qt alone would put an Arabic name at the right of an English card.
                label.setAlignment(RIGHT if is_rtl() else LEFT)

    def _button(self, name: str, words: object, icon: str, key: Keys, kind: Kind = Kind.QUIET) -> Button:
        button = Button(words, kind, icon=icon, key=key)
        button.setObjectName(f"directory.{name}")
        return button


def _fill(label: Label, content: object) -> None:
    """Let a label say something; one that says nothing keeps its room and is no place for the keyboard."""
    label.set_content(content)
    label.setEnabled(bool(show(content)))
