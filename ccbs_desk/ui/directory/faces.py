"""What can stand where the listings stand: how far they are, an advice, the question for a reason, the alarms."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal

from ccbs_desk.config.language import Text
from ccbs_desk.services.directory_alarms import AlarmView
from ccbs_desk.services.listings import Coming
from ccbs_desk.ui.directory import keys, text
from ccbs_desk.ui.directory.shown import reasons_of, who_of
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.fields import TextField
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.states import EmptyState, ProgressState
from ccbs_desk.ui.kit.table import Align, Column, Table
from ccbs_desk.ui.kit.tokens import Size, Space, Tone


class Advice(Card):
    """What to try when there is nothing to show."""

    def __init__(self) -> None:
        super().__init__(margin=Space.XL)
        self.setObjectName("directory.advice")
        self._what, self._todo = Label("", Role.STRONG), Label("", wrap=True)
        line = row(IconLabel("search", Tone.NEUTRAL, Size.ICON_LARGE), gap=Space.L)
        line.addLayout(column(self._what, self._todo, gap=Space.XS), 1)
        self.add(line)

    def tell(self, title: Text, todo: Text) -> None:
        """Say it."""
        self._what.set_content(title)
        self._todo.set_content(todo)


class OnItsWay(Card):
    """How much of the directory has come to this desk, or why no more of it comes."""

    def __init__(self) -> None:
        super().__init__(margin=Space.XL)
        self.setObjectName("directory.coming")
        self._progress = ProgressState(text.COMING, cancel=False)
        self.add(self._progress)

    def tell(self, how_far: Coming) -> None:
        """Say it."""
        title, more = text.coming(how_far)
        self._progress.set_text(title)
        known = how_far.whole or how_far.problem is not None
        self._progress.set_progress(how_far.percent, 100 if known else 0, more)


class Reason(Card):
    """Why somebody needs to know whose a number is."""

    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__(text.NUMBER_TITLE, margin=Space.XL)
        self.field = TextField(text.REASON)
        self.field.setObjectName("directory.reason")
        self.field.returnPressed.connect(lambda: self.entered.emit(self.field.value()))
        self.field.textEdited.connect(lambda _text: self.field.set_invalid(False))
        self.add(Label(text.NUMBER_TODO, wrap=True), self.field)
        self.retranslate()

    def retranslate(self) -> None:
        """Name the field for a screen reader."""
        super().retranslate()
        if hasattr(self, "field"):
            self.field.setAccessibleName(str(text.REASON))


class Alarms(Card):
    """The alarms that wait. `closed` carries an alarm, or None, and the reason."""

    closed = Signal(object, str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__(text.ALARMS_TITLE)
        self.table: Table[AlarmView] = Table(
            (
                Column("who", text.ALARM_WHO, who_of, strong=True, width=200),
                Column("asked", text.ALARM_ASKED, lambda one: one.asked, Align.FIGURE, 130),
                Column("since", text.ALARM_SINCE, lambda one: one.since, width=170),
                Column("reasons", text.ALARM_REASONS, reasons_of),
            ),
            name=text.ALARMS_TITLE,
            key=lambda one: one.alarm_id,
            empty=EmptyState(text.NO_ALARMS, icon="ok"),
        )
        self.table.setObjectName("directory.alarms")
        self.reason = TextField(text.ALARM_REASON)
        self.reason.setObjectName("directory.alarm_reason")
        self.reason.textEdited.connect(lambda _text: self.reason.set_invalid(False))
        self.reason.returnPressed.connect(self.confirm)
        self.close_button = Button(text.ALARM_CLOSE, Kind.PRIMARY, icon="check", key=keys.CLOSE_ALARM)
        self.close_button.setObjectName("directory.alarm_close")
        self.close_button.clicked.connect(self.confirm)
        self.back = Button(text.ALARM_BACK, key="Esc")
        self.back.clicked.connect(self.left)
        self.table.opened.connect(lambda _one: self.reason.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.add(self.table, row(self.reason, self.close_button, self.back))
        self.retranslate()

    def show_alarms(self, alarms: Sequence[AlarmView]) -> None:
        """Show them, the first one chosen where none was."""
        self.table.set_rows(alarms)
        if alarms and self.table.current() is None:
            self.table.select(0)

    def confirm(self) -> None:
        """Ask for the alarm that is chosen to be closed."""
        self.closed.emit(self.table.current(), self.reason.value())

    def retranslate(self) -> None:
        """Name the field for a screen reader."""
        super().retranslate()
        if hasattr(self, "reason"):
            self.reason.setAccessibleName(str(text.ALARM_REASON))
