"""What waits for who leads a centre, as cards in the place of the listings: a table, a reason, one key."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Message
from ccbs_desk.services.directory_alarms import AlarmView
from ccbs_desk.services.taught import TaughtView
from ccbs_desk.ui.directory import keys, text
from ccbs_desk.ui.directory.shown import people_of, reasons_of, who_of
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.fields import TextField
from ccbs_desk.ui.kit.layout import row
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Align, Column, Table

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Words:
    """What such a card says."""

    title: Message
    reason: Message
    button: Message
    empty: Message


class ToJudge(Card, Generic[T]):
    """What waits. `judged` carries one of it, or None, and the reason."""

    judged = Signal(object, str)
    left = Signal()

    def __init__(
        self, name: str, words: Words, columns: Sequence[Column[T]], key: Callable[[T], Hashable], word: str
    ) -> None:
        super().__init__(words.title)
        self._words = words
        self.table: Table[T] = Table(columns, name=words.title, key=key, empty=EmptyState(words.empty, icon="ok"))
        self.table.setObjectName(f"directory.{name}s")
        self.reason = TextField(words.reason)
        self.reason.setObjectName(f"directory.{name}_reason")
        self.reason.textEdited.connect(lambda _text: self.reason.set_invalid(False))
        self.reason.returnPressed.connect(self.confirm)
        self.button = Button(words.button, Kind.PRIMARY, icon="check", key=keys.JUDGE)
        self.button.setObjectName(f"directory.{name}_{word}")
        self.button.clicked.connect(self.confirm)
        self.back = Button(text.BACK_TO_SEARCH, key="Esc")
        self.back.clicked.connect(self.left)
        self.table.opened.connect(lambda _one: self.reason.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.add(self.table, row(self.reason, self.button, self.back))
        self.retranslate()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the keyboard may be in it."""
        return self.table, self.reason

    def show_rows(self, rows: Sequence[T]) -> None:
        """Show what waits, the first one chosen where none was."""
        self.table.set_rows(rows)
        if rows and self.table.current() is None:
            self.table.select(0)

    def confirm(self) -> None:
        """Ask for the one that is chosen to be ended."""
        self.judged.emit(self.table.current(), self.reason.value())

    def reason_missing(self) -> None:
        """Mark the reason as what is missing."""
        self.reason.set_invalid(True)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def taken(self) -> None:
        """Empty the reason."""
        self.reason.set_value("")

    def retranslate(self) -> None:
        """Name the field for a screen reader."""
        super().retranslate()
        if hasattr(self, "reason"):
            self.reason.setAccessibleName(str(self._words.reason))


def alarms() -> ToJudge[AlarmView]:
    """Return the card of alarms that nobody has seen to."""
    return ToJudge(
        "alarm",
        Words(text.ALARMS_TITLE, text.ALARM_REASON, text.ALARM_CLOSE, text.NO_ALARMS),
        (
            Column("who", text.ALARM_WHO, who_of, strong=True, width=200),
            Column("asked", text.ALARM_ASKED, lambda one: one.asked, Align.FIGURE, 130),
            Column("since", text.ALARM_SINCE, lambda one: one.since, width=170),
            Column("reasons", text.ALARM_REASONS, reasons_of),
        ),
        lambda one: one.alarm_id,
        "close",
    )


def pairs() -> ToJudge[TaughtView]:
    """Return the card of spellings that picks have taught."""
    return ToJudge(
        "pair",
        Words(text.PAIRS_TITLE, text.PAIR_REASON, text.PAIR_REVOKE, text.NO_PAIRS),
        (
            Column("typed", text.PAIR_TYPED, lambda one: one.typed, strong=True, width=170),
            Column("meant", text.PAIR_MEANT, lambda one: one.meant, strong=True, width=170),
            Column("last", text.PAIR_LAST, lambda one: one.last, width=170),
            Column("who", text.PAIR_WHO, people_of),
        ),
        lambda one: (one.typed, one.meant),
        "revoke",
    )
