"""The call bar: always on top, always in its place, whatever the screen under it does.

At a counter it says that there is no call. For who answers calls it shows his own state, the call, and what may be
done with it; it never takes the keyboard.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame

from ccbs_desk.config.language import Text, format_duration, message, pmessage
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role, Rule
from ccbs_desk.ui.kit.layout import row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.shortcuts import Keys
from ccbs_desk.ui.kit.tokens import Size, Space, Tone

STATE_KEYS = Keys("F1")
ANSWER_KEYS = Keys("R", ctrl=True)
HOLD_KEYS = Keys("O", ctrl=True)
TRANSFER_KEYS = Keys("T", ctrl=True)
HANG_UP_KEYS = Keys("H", ctrl=True)
WRAP_UP_KEYS = Keys("W", ctrl=True)
SECOND_MS = 1000


@dataclass(frozen=True, slots=True)
class CallOnBar:
    """The call that the bar shows, in words."""

    state: Text
    tone: Tone
    number: object
    name: object = ""
    queue: object = ""
    since: datetime | None = None
    icon: str = "phone"


@dataclass(frozen=True, slots=True)
class BarFacts:
    """Everything that the call bar shows. Without `state` it is the plain bar of a counter.

    `actions` are those that may be done now: answer, hold, resume, transfer, hang_up, wrap_up.
    """

    state: Text | None = None
    tone: Tone = Tone.NEUTRAL
    since: datetime | None = None
    trouble: Text = ""
    trouble_tone: Tone = Tone.WARN
    call: CallOnBar | None = None
    actions: frozenset[str] = frozenset()


class Running:
    """A length of time that goes on, as of a moment."""

    def __init__(self, length: timedelta) -> None:
        self._length = max(length, timedelta(0))

    def __str__(self) -> str:
        return format_duration(self._length)


ACTIONS: tuple[tuple[str, Text, str, Keys], ...] = (
    ("answer", pmessage("call", "Answer"), "phone", ANSWER_KEYS),
    ("hold", message("Hold"), "pause", HOLD_KEYS),
    ("resume", message("Resume"), "phone", HOLD_KEYS),
    ("transfer", pmessage("call", "Transfer"), "transfer", TRANSFER_KEYS),
    ("hang_up", message("Hang up"), "phone-off", HANG_UP_KEYS),
    ("wrap_up", message("Wrap up"), "check", WRAP_UP_KEYS),
)


class CallBar(Live, QFrame):
    """Shows the call of this desk; without a telephone link it says that there is no call."""

    palette_wanted = Signal()
    state_wanted = Signal()
    acted = Signal(str)

    def __init__(self, palette_keys: Keys) -> None:
        super().__init__()
        self.setObjectName("callbar")
        self.setProperty("kind", "bar")
        self.setProperty("edge", "bottom")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(Size.CALL_BAR)
        self._facts = BarFacts()
        self._clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._make_agent()
        self._make_call()
        commands = Button(message("Commands"), Kind.SMALL, icon="command", key=str(palette_keys))
        commands.clicked.connect(self.palette_wanted)
        self._actions = {name: self._action(name, text, icon, keys) for name, text, icon, keys in ACTIONS}
        for button in (self._agent, commands, *self._actions.values()):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        line = row(self._agent, self._rule, self._icon, self._state, self._number, self._name, self._queue, gap=Space.S)
        line.addWidget(self._time)
        line.addWidget(self._trouble)
        line.addStretch(1)
        for button in (*self._actions.values(), commands):
            line.addWidget(button)
        line.setContentsMargins(Space.M, 0, Space.L, 0)
        self.setLayout(line)
        self._ticks = QTimer(self, interval=SECOND_MS)
        self._ticks.timeout.connect(self._tell_time)
        self.show_facts(BarFacts())
        self.retranslate()

    def set_clock(self, clock: Callable[[], datetime]) -> None:
        """Count running times by this clock."""
        self._clock = clock

    def show_facts(self, facts: BarFacts) -> None:
        """Show the telephone as it is now."""
        self._facts = facts
        agent = facts.state is not None
        for part in (self._agent, self._rule):
            part.setVisible(agent)
        self._agent.set_icon("headset", facts.tone)
        self._show_call(facts)
        self._trouble.set_content(facts.trouble)
        self._trouble.set_tone(facts.trouble_tone)
        self._trouble.setVisible(bool(facts.trouble))
        for name, button in self._actions.items():
            button.setVisible(name in facts.actions)
        self._tell_time()
        self._follow_time()

    def retranslate(self) -> None:
        """Name the bar for a screen reader."""
        self.setAccessibleName(str(message("Call")))
        self._tell_time()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - the name is Qt's
        """Count only while somebody can see it."""
        super().showEvent(event)
        self._follow_time()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - the name is Qt's
        """Stop counting."""
        super().hideEvent(event)
        self._ticks.stop()

    def _show_call(self, facts: BarFacts) -> None:
        call = facts.call
        self._icon.set_icon(call.icon if call else "phone-off", call.tone if call else Tone.NEUTRAL)
        self._state.set_content(call.state if call else message("No call"))
        self._state.set_tone(call.tone if call else None)
        for label, content in (
            (self._number, call.number if call else ""),
            (self._name, call.name if call else ""),
            (self._queue, call.queue if call else ""),
        ):
            label.set_content(content)
            label.setVisible(bool(label.text()))
        self._time.setVisible(call is not None and call.since is not None)

    def _follow_time(self) -> None:
        call = self._facts.call
        counting = self._facts.since is not None or (call is not None and call.since is not None)
        if counting and self.isVisible():
            self._ticks.start()
        else:
            self._ticks.stop()

    def _tell_time(self) -> None:
        facts, now = self._facts, self._clock()
        if facts.state is not None:
            self._agent.set_text(
                message("{state} · {time}", state=facts.state, time=Running(now - facts.since))
                if facts.since
                else facts.state
            )
        if facts.call is not None and facts.call.since is not None:
            self._time.set_content(Running(now - facts.call.since))

    def _make_agent(self) -> None:
        self._agent = Button("", Kind.SMALL, icon="headset", key=str(STATE_KEYS))
        self._agent.setObjectName("callbar.agent")
        self._agent.clicked.connect(self.state_wanted)
        self._rule = Rule(standing=True)
        self._rule.setFixedHeight(Size.CALL_BAR - 2 * Space.M)

    def _make_call(self) -> None:
        self._icon = IconLabel("phone-off", Tone.NEUTRAL)
        self._state = Label("", Role.SOFT)
        self._number = Label("", Role.TITLE)
        self._name = Label("", Role.STRONG)
        self._queue = Label("", Role.SOFT)
        self._time = Label("", Role.STRONG)
        self._trouble = Label("", Role.STRONG)
        names = ("state", "number", "name", "queue", "time", "trouble")
        labels = (self._state, self._number, self._name, self._queue, self._time, self._trouble)
        for name, label in zip(names, labels, strict=True):
            label.setObjectName(f"callbar.{name}")
        for label in (self._name, self._queue, self._trouble):
            # What is long loses its end before it pushes an action out of the bar.
            label.setMinimumWidth(1)

    def _action(self, name: str, text: Text, icon: str, keys: Keys) -> Button:
        button = Button(text, Kind.SMALL, icon=icon, key=str(keys))
        button.setObjectName(f"callbar.{name}")
        button.clicked.connect(lambda: self.acted.emit(name))
        return button
