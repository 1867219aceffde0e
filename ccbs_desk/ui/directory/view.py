"""The directory as widgets: the box, its fields, the listings, and beside them the read-back. It decides nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.listings import Coming
from ccbs_desk.ui.directory import keys, text
from ccbs_desk.ui.directory.panel import Panel
from ccbs_desk.ui.directory.shown import Row
from ccbs_desk.ui.directory.stack import Face, Stack
from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.kit.dialogs import Answer, ask
from ccbs_desk.ui.kit.fields import SearchField, TextField
from ccbs_desk.ui.kit.finding import ENTER, leads_to_box, typed_on
from ccbs_desk.ui.kit.labels import Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.kit.tokens import Space, Tone
from ccbs_desk.ui.parts import Notice

_SECOND = 1_000


class DirectoryWidget(View):
    """The screen. `typed` carries the text of the box, `slot_typed` a field and its text, `given` a listing."""

    typed = Signal(str)
    slot_typed = Signal(str, str)
    entered = Signal()
    left = Signal()
    chosen = Signal(object)
    given = Signal(object)
    reason_entered = Signal(str)
    ticked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("directory")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.box = SearchField(text.BOX)
        self.box.setObjectName("directory.box")
        self.slots = {key: self._slot(key, label) for key, label in text.SLOTS}
        self.hint, self.keys = Label("", Role.SOFT), Label("", Role.HINT)
        self.hint.setObjectName("directory.hint")
        self._stack, self.panel = Stack(), Panel()
        self.results, self.alarms, self.pairs = self._stack.results, self._stack.alarms, self._stack.pairs
        self.advice, self.reason = self._stack.advice, self._stack.reason
        self.notice = Notice(Tone.WARN, "directory.notice")
        self._clock = QTimer(self)
        self._clock.timeout.connect(self.ticked)
        self._clock.start(_SECOND)
        self.taught = Button(text.SHOW_PAIRS, key=keys.PAIRS)
        self.taught.setObjectName("directory.taught")
        self.taught.hide()
        below = row(self.hint, None, self.keys, self.taught)
        body = row(gap=Space.M)
        body.addWidget(self._stack, 1)
        body.addWidget(self.panel)
        self.setLayout(
            column(self.notice, self.box, row(*self.slots.values()), below, body, gap=Space.S, margin=Space.L)
        )
        self._wire()
        self.setFocusProxy(self.box)
        # Tab never comes to what stands before the box, to which the screen itself leads.
        QWidget.setTabOrder(self.taught, *self.notice.findChildren(Button))
        self.retranslate()
        self.show_welcome()

    def bind(self, shortcuts: Shortcuts) -> None:
        """Let its keys act while it is shown."""
        for key, button in (
            (keys.COPY, self.panel.copy),
            (keys.SMS, self.panel.sms),
            (keys.ATTACH, self.panel.attach),
            (keys.NOT_FOUND, self.panel.not_found),
        ):
            shortcuts.bind(self, key, button.click)
        for card in (self.alarms, self.pairs):
            shortcuts.bind(card, keys.JUDGE, card.confirm)

    # The presenter's view

    def clear_fields(self) -> None:
        """Empty box and fields, without asking anything."""
        for field in (self.box, *self.slots.values()):
            before = field.blockSignals(True)
            field.set_value("")
            field.blockSignals(before)

    def focus_box(self) -> None:
        """Put the keyboard into the box, with its text selected."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def enter_results(self) -> None:
        """Put the keyboard on the listings, on the first where none is chosen."""
        if self.results.rows():
            if self.results.current() is None:
                self.results.select(0)
            self.results.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_welcome(self) -> None:
        """Show what can be asked for, or how far the directory is."""
        self._show(self._stack.at_rest)
        self.results.set_rows(())

    def show_coming(self, how_far: Coming) -> None:
        """Say how far the directory is; what was found otherwise, as a prepared number, stays."""
        self._stack.wait(how_far)

    def show_came(self) -> None:
        """Say again what can be asked for."""
        self._stack.wait(None)

    def show_rows(self, rows: Sequence[Row], hint: object) -> None:
        """Show listings; the one that is chosen stays chosen, and those that come later move nothing."""
        self._show("results", hint, text.KEYS_RESULTS if self.results.hasFocus() else text.KEYS_BOX)
        self.results.show_rows(rows)
        if self.results.current() is None and rows:
            self.results.select(0)
        self.chosen.emit(self.results.current())

    def show_advice(self, title: Text, todo: Text) -> None:
        """Say that there is nothing to show, and what to try."""
        self.advice.tell(title, todo)
        self._show("advice")
        self.results.set_rows(())

    def ask_reason(self) -> None:
        """Ask why somebody needs to know whose a number is; the keyboard stays where one types the number."""
        self.reason.field.set_value("")
        self._show("reason")
        self.results.set_rows(())

    def reason_missing(self) -> None:
        """Mark the reason as what is missing."""
        self.reason.field.set_invalid(True)
        self.reason.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_read_back(self, row: Row | None) -> None:
        """Show a listing's number to be read out, or nothing."""
        self.panel.show_row(row)

    def show_time(self, told: object, tone: Tone | None) -> None:
        """Show how long the look-up takes."""
        self.panel.show_time(told, tone)

    def may_attach(self, may: bool) -> None:
        """Offer to keep the listing with the call, or do not."""
        self.panel.attach.setVisible(may)

    def copy(self, number: str) -> None:
        """Put a number on the clipboard."""
        self.panel.to_clipboard(number)

    def ask_mobile(self) -> None:
        """Ask for the mobile that the message goes to."""
        self.panel.show_mobile(True)
        self.panel.mobile.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def mobile_taken(self) -> None:
        """The message is on its way."""
        self.panel.show_mobile(False)
        self.enter_results()

    def mobile_wrong(self) -> None:
        """Mark what was typed as no mobile's number."""
        self.panel.mobile.set_invalid(True)

    async def ask_why(self) -> str | None:
        """Ask why nobody was found."""
        answers = tuple(Answer(code, words) for code, words in text.REASONS)
        return await ask(self, text.NOT_FOUND_ASK, text.NOT_FOUND_TEXT, answers)

    # The alarms' view

    def show_alarm_count(self, count: int) -> None:
        """Say how many alarms wait."""
        self.notice.tell(text.waiting(count) if count else "", "", text.SHOW_ALARMS if count else None)

    def open_alarms(self) -> None:
        """Put the alarms in the place of the listings."""
        self._show("alarms")
        self.alarms.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def may_judge(self, may: bool) -> None:
        """Offer the spellings that picks have taught, or do not."""
        self.taught.setVisible(may)

    def open_pairs(self) -> None:
        """Put the spellings that picks have taught in the place of the listings."""
        self._show("pairs")
        self.pairs.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def retranslate(self) -> None:
        """Name the fields for a screen reader."""
        self.box.setAccessibleName(str(text.BOX_NAME))
        for key, label in text.SLOTS:
            self.slots[key].setAccessibleName(str(label))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Lead the keyboard between fields and listings."""
        if event.type() == QEvent.Type.FocusIn and self.results.rows():
            self.keys.set_content(text.KEYS_RESULTS if watched is self.results else text.KEYS_BOX)
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if watched is self.results:
            return self._key_in_results(event)
        if event.key() == Qt.Key.Key_Escape:
            return self._escaped(watched)
        if watched is self.box or watched in self.slots.values():
            return self._key_in_fields(event)
        return False

    def _escaped(self, watched: QObject) -> bool:
        if watched in (self.panel.mobile, self.reason.field, *self.alarms.stops, *self.pairs.stops):
            self.panel.show_mobile(False)
            if self._stack.judges:
                self._show("results" if self.results.rows() else self._stack.at_rest)
            self.focus_box()
        else:
            self.left.emit()
        return True

    def _key_in_fields(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Down or event.key() in ENTER:
            if self._stack.shows("reason"):
                self.reason.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            else:
                self.entered.emit()
            return True
        return False

    def _key_in_results(self, event: QKeyEvent) -> bool:
        if leads_to_box(event, self.results):
            self.focus_box()
            return True
        return typed_on(event, self.box)

    def _wire(self) -> None:
        self.box.textChanged.connect(lambda _text: self.typed.emit(self.box.value()))
        self.results.opened.connect(self.given)
        self.results.current_changed.connect(self.chosen)
        self.panel.given.clicked.connect(lambda: self.given.emit(self.results.current()))
        self.reason.entered.connect(self.reason_entered)
        watched: tuple[QWidget, ...] = (
            *(self.box, self.results, self.panel.mobile, self.reason.field, *self.alarms.stops, *self.pairs.stops),
            *self.slots.values(),
        )
        for part in watched:
            part.installEventFilter(self)
        for card in (self.alarms, self.pairs):
            card.left.connect(lambda: self._escaped(self.alarms.table))

    def _slot(self, key: str, label: Text) -> TextField:
        field = TextField(label)
        field.setObjectName(f"directory.slot.{key}")
        field.textChanged.connect(lambda _text: self.slot_typed.emit(key, field.value()))
        return field

    def _show(self, face: Face, hint: object = "", told: Text = "") -> None:
        self.hint.set_content(hint)
        self.keys.set_content(told)
        self._stack.put(face)
        self.panel.setVisible(not self._stack.judges)
        self.panel.not_found.setEnabled(face in ("results", "advice"))
