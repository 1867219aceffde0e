"""The status bar: always tells link, unsent work, till, clock and who sits here. It is fed by one frozen value."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from ccbs_desk.config.language import (
    LANGUAGE_NAMES,
    Code,
    Language,
    Text,
    TimeOfDay,
    current_language,
    format_duration,
    isolate_ltr,
    map_digits,
    message,
    nmessage,
)
from ccbs_desk.domain.clock import offset_state
from ccbs_desk.domain.money import Money
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.layout import row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.tokens import Size, Space, Tone


class Link(Enum):
    """The link to the centre."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """Everything that the status bar shows."""

    link: Link = Link.CONNECTING
    link_since: datetime | None = None
    unsent_count: int = 0
    unsent_sum: Money | None = None
    parked_count: int = 0
    """commands that wait for a person"""
    till: str | None = None
    """the open till; None while none is open"""
    clock_offset: timedelta | None = None
    """this desk's clock minus the server's; None while it was never compared"""
    staff_name: object = ""
    centre: object = ""
    notices: int = 0
    """what the people at the till have not seen to yet"""


class StatusBar(Live, QFrame):
    """The bar at the foot; what can be pressed leads to where it is explained."""

    link_pressed = Signal()
    unsent_pressed = Signal()
    till_pressed = Signal()
    person_pressed = Signal()
    language_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setProperty("edge", "top")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(Size.STATUS_BAR)
        self._link, self._unsent, self._till, self._clock, self._person, self._language = (_item() for _ in range(6))
        for item, signal in (
            (self._link, self.link_pressed),
            (self._unsent, self.unsent_pressed),
            (self._till, self.till_pressed),
            (self._person, self.person_pressed),
        ):
            item.clicked.connect(signal)
        names = ("link", "unsent", "till", "clock", "person", "language")
        items = (self._link, self._unsent, self._till, self._clock, self._person, self._language)
        for name, item in zip(names, items, strict=True):
            item.setObjectName(f"status.{name}")
        self._language.clicked.connect(lambda: self.language_wanted.emit(other_language()))
        self._language.set_icon("globe")
        line = row(self._link, self._unsent, self._till, self._clock, None, self._person, self._language, gap=Space.XS)
        line.setContentsMargins(Space.S, 0, Space.S, 0)
        self.setLayout(line)
        self.show_facts(StatusFacts())
        self.retranslate()

    def show_facts(self, facts: StatusFacts) -> None:
        """Show the state of the desk."""
        self._link.set_icon(*LINK_SIGNS[facts.link])
        self._link.set_text(link_text(facts.link, facts.link_since))
        attention = Tone.BAD if facts.parked_count else Tone.WARN
        self._unsent.set_icon("outbox", attention if facts.unsent_count or facts.parked_count else None)
        self._unsent.set_text(_unsent_text(facts))
        self._till.set_icon("till", Tone.WARN if facts.notices else None if facts.till else Tone.NEUTRAL)
        self._till.set_text(_till_text(facts))
        self._show_clock(facts.clock_offset)
        # Names in both languages follow a switch by themselves.
        person = _Person(facts.staff_name, facts.centre)
        self._person.set_icon("person")
        self._person.set_text(person)
        self._person.setVisible(bool(str(person)))

    def retranslate(self) -> None:
        """Offer the other language by its own name."""
        self._language.set_text(LANGUAGE_NAMES[other_language()])
        self.setAccessibleName(str(message("State of the desk")))

    def _show_clock(self, offset: timedelta | None) -> None:
        wrong = offset is not None and offset_state(offset.total_seconds()) != "ok"
        self._clock.set_icon("clock", Tone.WARN if wrong else None)
        if offset is None:
            self._clock.set_text(message("Clock not compared"))
        elif wrong:
            self._clock.set_text(message("Clock off by {offset}", offset=_Length(offset)))
        else:
            self._clock.set_text(message("Clock right ({offset})", offset=_Seconds(offset)))


@dataclass(frozen=True, slots=True)
class _Person:
    name: object
    centre: object

    def __str__(self) -> str:
        return " · ".join(said for said in (str(self.name), str(self.centre)) if said)


@dataclass(frozen=True, slots=True)
class _Seconds:
    """A small offset with its sign, as far as the measurement goes."""

    offset: timedelta

    def __str__(self) -> str:
        seconds = round(self.offset.total_seconds())
        sign = "" if not seconds else "+" if seconds > 0 else "−"
        return str(message("{seconds} s", seconds=isolate_ltr(map_digits(f"{sign}{abs(seconds)}"))))


@dataclass(frozen=True, slots=True)
class _Length:
    length: timedelta

    def __str__(self) -> str:
        return format_duration(self.length)


LINK_SIGNS: dict[Link, tuple[str, Tone]] = {
    Link.CONNECTING: ("sync", Tone.INFO),
    Link.ONLINE: ("online", Tone.OK),
    Link.OFFLINE: ("offline", Tone.WARN),
}


def link_text(link: Link, since: datetime | None = None) -> Text:
    """Return the words for the state of the link."""
    if link is Link.ONLINE:
        return message("Connected to the centre")
    if link is Link.CONNECTING:
        return message("Connecting")
    if since is None:
        return message("Working without the centre")
    return message("Working without the centre since {time}", time=TimeOfDay(since))


def other_language() -> Language:
    """Return the language that the switch leads to."""
    return "en" if current_language() == "ar" else "ar"


def _item() -> Button:
    item = Button("", Kind.SMALL)
    item.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return item


def _unsent_text(facts: StatusFacts) -> Text:
    """Say how much is not at the centre yet, and how much waits for a person; neither hides the other."""
    unsent: Text = ""
    if facts.unsent_count and facts.unsent_sum is None:
        unsent = nmessage("{n} unsent act", "{n} unsent acts", facts.unsent_count)
    elif facts.unsent_count:
        unsent = nmessage("{n} unsent act, {sum}", "{n} unsent acts, {sum}", facts.unsent_count, sum=facts.unsent_sum)
    if not facts.parked_count:
        return unsent or message("All sent")
    waits = nmessage("{n} act waits for a person", "{n} acts wait for a person", facts.parked_count)
    return message("{unsent} · {waits}", unsent=unsent, waits=waits) if unsent else waits


def _till_text(facts: StatusFacts) -> Text:
    till = message("Till {till}", till=Code(facts.till)) if facts.till else message("No open till")
    if not facts.notices:
        return till
    return message("{till} · {told}", till=till, told=nmessage("{n} notice", "{n} notices", facts.notices))
