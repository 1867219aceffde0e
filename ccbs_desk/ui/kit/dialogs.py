"""Questions to a person. A question opens over its window and answers through a future; no nested event loop ever."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.kit.buttons import Button, Kind
from ccbs_desk.ui.kit.icons import TONE_ICONS
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.tokens import Size, Space, Tone

SIGN = 28


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers to a question: what it is called in code, what stands on its button, how it looks."""

    id: str
    text: Text
    kind: Kind = Kind.QUIET


class Question(Live, QDialog):
    """A modal question. The first answer that destroys nothing has the keyboard; Escape answers None."""

    answered = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        title: Text,
        text: Text,
        answers: Sequence[Answer],
        *,
        tone: Tone = Tone.INFO,
        body: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = Label(title, Role.TITLE, wrap=True)
        self._answer: str | None = None
        self._asked = title
        self.retranslate()
        self.setMinimumWidth(Size.DIALOG)
        words = column(self._title, Label(text, wrap=True), gap=Space.S)
        if body is not None:
            words.addWidget(body)
        top = QHBoxLayout()
        top.setSpacing(Space.L)
        top.addWidget(IconLabel(TONE_ICONS[tone], tone, SIGN), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        self._buttons = [self._button(answer) for answer in answers]
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        outer.setSpacing(Space.XL)
        outer.addLayout(top)
        outer.addLayout(row(None, *reversed(self._buttons)))
        self.finished.connect(lambda _code: self.answered.emit(self._answer))
        safe = (place for place, answer in enumerate(answers) if answer.kind is not Kind.DANGER)
        self._buttons[next(safe, 0)].setFocus()

    def retranslate(self) -> None:
        """Name the window, and make room for the words of the language once they are there."""
        self.setWindowTitle(str(self._asked))
        if self.isVisible():
            QTimer.singleShot(0, self, self.adjustSize)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """Return presses the button that has the keyboard."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, Button):
            focused.click()
        else:
            super().keyPressEvent(event)

    def _button(self, answer: Answer) -> Button:
        button = Button(answer.text, answer.kind)
        button.setObjectName(answer.id)
        button.clicked.connect(lambda: self._choose(answer.id))
        return button

    def _choose(self, answer: str) -> None:
        self._answer = answer
        self.accept()


def ask(
    parent: QWidget,
    title: Text,
    text: Text,
    answers: Sequence[Answer],
    *,
    tone: Tone = Tone.INFO,
    body: QWidget | None = None,
) -> "asyncio.Future[str | None]":
    """Open a question and return the future of its answer's id; None when the person turned away from it."""
    future: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
    question = Question(parent, title, text, answers, tone=tone, body=body)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def settle(answer: str | None) -> None:
        if not future.done():
            future.set_result(answer)

    question.answered.connect(settle)
    # Whoever awaits may be cancelled (the screen is gone): the question goes with him.
    future.add_done_callback(lambda done: question.reject() if done.cancelled() else None)
    question.open()
    return future
