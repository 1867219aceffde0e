"""The parts of the card above its tables: who it is, whether the line is on, and what is owed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.card import text
from ccbs_desk.ui.card.keys import DIAL_KEYS, EXPLAIN_KEY, PAY_KEYS, RECEIPT_KEYS
from ccbs_desk.ui.card.shown import Balance, Head
from ccbs_desk.ui.kit.badge import Badge
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.icons import TONE_ICONS
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role, Rule
from ccbs_desk.ui.kit.layout import column, fill, row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import repolish
from ccbs_desk.ui.kit.tokens import Size, Space, Tone


def named(label: Label, name: str) -> Label:
    """Give a label the name by which it is found; the mouse selects its text, the Tab key does not stop at it."""
    label.setObjectName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def yielding(*labels: Label) -> None:
    """Let labels lose their ends where there is no room: a long name never widens the window nor hides an action."""
    for label in labels:
        label.setMinimumWidth(1)


class PowerSign(QFrame):
    """Whether the line is on, large enough to be seen before anything is read."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = IconLabel(TONE_ICONS[Tone.NEUTRAL], Tone.NEUTRAL, Size.ICON + 4)
        self._word = Label("", Role.TITLE)
        self._word.setObjectName("card.state")
        line = row(self._icon, self._word, gap=Space.S)
        line.setContentsMargins(Space.M, Space.S, Space.L, Space.S)
        self.setLayout(line)

    def show_power(self, word: Text, tone: Tone) -> None:
        """Show the state in a word, its colour and its sign."""
        self._icon.set_icon(TONE_ICONS[tone], tone)
        self._word.set_content(word)
        self._word.set_tone(tone)
        if self.property("tone") != tone.value:
            self.setProperty("tone", tone.value)
            repolish(self)


class HeadPanel(Card):
    """Who it is, and the actions beside it."""

    def __init__(self) -> None:
        super().__init__(margin=Space.M)
        self._icon = IconLabel("person", size=Size.ICON_LARGE, accent=True)
        self.name = named(Label("", Role.HEADING), "card.name")
        self._about = Label("", Role.SOFT)
        self.number = named(Label("", Role.TITLE), "card.number")
        self.account = named(Label("", Role.SOFT), "card.account")
        self._place = Label("", Role.SOFT)
        self.power = PowerSign()
        self.pay = Button(text.PAY, Kind.PRIMARY, icon="money", key=str(PAY_KEYS))
        self.pay.setObjectName("card.pay")
        self.receipts = Button(text.RECEIPTS, icon="receipt", key=str(RECEIPT_KEYS))
        self.receipts.setObjectName("card.receipts")
        self.dial = Button(text.DIAL, Kind.SMALL, icon="phone", key=str(DIAL_KEYS))
        self.dial.setObjectName("card.dial")
        self.dial.hide()
        yielding(self.name, self._about, self.account, self._place)
        first = row(self.name, self._about, None, gap=Space.M)
        second = row(self.number, self.dial, self.account, self._place, None, gap=Space.L)
        words = QWidget()
        words.setLayout(column(first, second, gap=Space.XS))
        line = row(self._icon, gap=Space.L)
        line.addWidget(words, 1)
        for part in (self.power, self.receipts, self.pay):
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self.add(line)

    def show_head(self, head: Head, *, may_pay: bool) -> None:
        """Show who it is."""
        self._icon.set_icon("building" if head.organisation else "person")
        for label, content in (
            (self.name, head.name),
            (self._about, head.about),
            (self.number, head.number),
            (self.account, head.account),
            (self._place, head.place),
        ):
            label.set_content(content)
        self.power.show_power(head.power, head.power_tone)
        self.pay.setVisible(may_pay)


class WaitingStrip(Live, QFrame):
    """Says what of the card is this desk's own word, not yet the centre's."""

    def __init__(self) -> None:
        super().__init__()
        self._said: Text = ""
        self.setObjectName("card.provisional")
        self.setProperty("kind", "banner")
        self.setProperty("tone", Tone.INFO.value)
        self._what = Label("", Role.STRONG)
        self._what.setObjectName("card.provisional.what")
        line = row(
            IconLabel("sync", Tone.INFO), self._what, Label(text.PROVISIONAL_TEXT, Role.SMALL), None, gap=Space.S
        )
        line.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        self.setLayout(line)

    def show_waiting(self, what: Text | None) -> None:
        """Say what waits; without anything, go away."""
        self._what.set_content(what)
        self._said = what or ""
        self.retranslate()
        self.setVisible(what is not None)

    def retranslate(self) -> None:
        """Say it to a screen reader."""
        self.setAccessibleName(str(self._said))


class _Fact(QWidget):
    """A figure of the strip: what it is, the figure, and a small line under it."""

    def __init__(self, label: Text, name: str, role: Role = Role.HEADING) -> None:
        super().__init__()
        self.label = Label(label, Role.LABEL)
        self.value = named(Label("", role), name)
        self.small = Label("", Role.SMALL)
        self.label.setBuddy(self.value)
        yielding(self.small)
        self.beside = QHBoxLayout()
        self.beside.setSpacing(Space.M)
        self.beside.addWidget(self.value)
        self.beside.addStretch(1)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(2)
        fill(self._outer, self.label, self.beside, self.small, None)

    def put_under(self, part: QWidget) -> None:
        """Put a widget where the small line would be."""
        self.small.hide()
        self._outer.insertLayout(2, row(part, None))

    def show_fact(self, value: object, small: object = "", tone: Tone | None = None) -> None:
        """Show another figure."""
        self.value.set_content(value)
        self.value.set_tone(tone)
        self.small.set_content(small)


class BalancePanel(Card):
    """What is owed, what of it is overdue, the credit, and until when the line stays on."""

    def __init__(self) -> None:
        super().__init__(margin=Space.M)
        self.owes = _Fact(text.OWES, "card.balance", Role.FIGURE)
        self.overdue = _Fact(text.OVERDUE, "card.overdue")
        self.credit = _Fact(text.CREDIT, "card.credit")
        self.line = _Fact(text.STAYS_ON_UNTIL, "card.outlook")
        self.explain = Button(text.EXPLAIN, Kind.SMALL, icon="info", key=str(EXPLAIN_KEY))
        self.explain.setObjectName("card.explain")
        self.waits = Badge(text.WAITS, Tone.INFO)
        self.owes.beside.insertWidget(1, self.explain)
        self.owes.put_under(self.waits)
        line = row(gap=Space.L)
        for place, (fact, share) in enumerate(((self.owes, 5), (self.overdue, 3), (self.credit, 2), (self.line, 5))):
            if place:
                line.addWidget(Rule(standing=True))
            line.addWidget(fact, share)
        self.add(line)

    def show_balance(self, balance: Balance, *, provisional: bool) -> None:
        """Show the figures; `provisional` marks them as not yet the centre's."""
        self.owes.label.set_content(balance.owes_label)
        self.owes.show_fact(balance.owes, tone=balance.owes_tone)
        self.waits.setVisible(provisional)
        self.overdue.show_fact(balance.overdue, balance.oldest, balance.overdue_tone)
        self.credit.show_fact(balance.credit, balance.disputed)
        self.line.label.set_content(balance.line_label)
        self.line.show_fact(balance.line, balance.why, balance.line_tone)
