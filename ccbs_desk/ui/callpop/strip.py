"""The strip under the screens: who calls, readable in two seconds. It covers nothing and takes no keyboard."""

import time

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ccbs_desk.config.language import show
from ccbs_desk.ui.callpop import text
from ccbs_desk.ui.callpop.shown import Account, Pop
from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.kit.icons import TONE_ICONS
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role, Rule
from ccbs_desk.ui.kit.layout import row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import repolish
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.parts import named
from ccbs_desk.ui.shell.calltabs import NEXT_KEYS

HEIGHT = 92
SIGN = 28


class _Power(QFrame):
    """Whether the line is on, in a word on its tone."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = IconLabel("neutral")
        self.word = named(Label("", Role.STRONG), "pop.power")
        line = row(self._icon, self.word, gap=Space.S)
        line.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.setLayout(line)

    def show_power(self, account: Account) -> None:
        self.setProperty("tone", account.power_tone.value)
        self._icon.set_icon(TONE_ICONS[account.power_tone], account.power_tone)
        self.word.set_content(account.power)
        self.word.set_tone(account.power_tone)
        repolish(self)


class PopStrip(Live, QFrame):
    """Shows one call; `painted` is when the last new one was on the screen, by the clock of the whole machine."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pop")
        self.setProperty("kind", "bar")
        self.setProperty("edge", "top")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.painted = 0.0
        self._fresh = False
        self._pop: Pop | None = None
        self._make_parts()
        self._go = Button(text.GO, icon="forward", key=str(NEXT_KEYS))
        self._go.setObjectName("pop.go")
        self._go.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._go.clicked.connect(self.wanted)
        self._lay_out()
        self._go.installEventFilter(self)
        self.hide()

    def show_pop(self, pop: Pop | None) -> None:
        """Show who calls, or nobody any more."""
        if pop is None:
            self._pop = None
            self.hide()
            return
        self._fresh = self._fresh or self._pop is None or self._pop.call_id != pop.call_id
        if pop != self._pop:
            self._pop = pop
            self._fill(pop)
        self.show()

    def retranslate(self) -> None:
        """Say it to a screen reader."""
        pop = self._pop
        said = (pop.state, pop.number, pop.who, pop.about) if pop is not None else ()
        self.setAccessibleName(" ".join(map(show, said)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Note when the last part of the strip is painted: then all of it is on the screen."""
        if event.type() == QEvent.Type.Paint and self._fresh:
            self._fresh, self.painted = False, time.monotonic()
        return super().eventFilter(watched, event)

    def _fill(self, pop: Pop) -> None:
        self._icon.set_icon(pop.icon, pop.tone)
        self._state.set_content(pop.state)
        self._state.set_tone(pop.tone)
        for label, content in (
            (self._number, pop.number),
            (self._queue, pop.queue),
            (self._who, pop.who),
            (self._about, pop.about),
        ):
            label.set_content(content)
        account = pop.account
        for part in self._of_account:
            part.setVisible(account is not None)
        if account is not None:
            self._power.show_power(account)
            self._owes_label.set_content(account.owes_label)
            self._owes.set_content(account.owes)
            self._owes.set_tone(account.owes_tone)
            self._overdue.set_content(account.overdue)
            self._open.set_content(account.open)
            self._open.set_tone(account.open_tone)
        self.retranslate()

    def _make_parts(self) -> None:
        self._icon = IconLabel("phone-in", Tone.WARN, SIGN)
        self._state = named(Label("", Role.STRONG), "pop.state")
        self._number = named(Label("", Role.TITLE), "pop.number")
        self._queue = named(Label("", Role.SMALL), "pop.queue")
        self._who = named(Label("", Role.HEADING), "pop.who")
        self._about = named(Label("", Role.SOFT), "pop.about")
        self._power = _Power()
        self._owes_label = Label("", Role.LABEL)
        self._owes = named(Label("", Role.HEADING), "pop.owes")
        self._overdue = named(Label("", Role.SMALL, tone=Tone.BAD), "pop.overdue")
        self._open = named(Label("", Role.STRONG), "pop.open")
        for label in (self._queue, self._who, self._about):
            # A long name loses its end before it hides a figure or the way to the call.
            label.setMinimumWidth(1)

    def _lay_out(self) -> None:
        call = _block(self._state, row(self._number, None), self._queue)
        # Each stands where the language starts, whatever its own letters are.
        who = _block(row(self._who, None), row(self._about, None))
        money = _block(self._owes_label, self._owes, self._overdue)
        state = _block(row(self._power, None), self._open)
        self._of_account: tuple[QWidget, ...] = (rule := _rule(), money, other := _rule(), state)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        line.setSpacing(Space.L)
        line.addWidget(self._icon)
        line.addWidget(call)
        line.addWidget(_rule())
        line.addWidget(who, 1)
        for part in (rule, money, other, state, self._go):
            line.addWidget(part)


def _block(*parts: object) -> QWidget:
    block = QWidget()
    inside = QVBoxLayout(block)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(0)
    inside.addStretch(1)
    for part in parts:
        if isinstance(part, QWidget):
            inside.addWidget(part)
        else:
            inside.addLayout(part)  # type: ignore[arg-type]
    inside.addStretch(1)
    return block


def _rule() -> Rule:
    rule = Rule(standing=True)
    rule.setFixedHeight(HEIGHT - 2 * Space.L)
    return rule
