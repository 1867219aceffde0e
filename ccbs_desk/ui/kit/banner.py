"""Notices: the banner, which stays in its place, and the toast, which passes."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ccbs_desk.config.language import Text, show
from ccbs_desk.ui.kit.buttons import Button
from ccbs_desk.ui.kit.icons import TONE_ICONS
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import row
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import repolish
from ccbs_desk.ui.kit.tokens import Size, Space, Tone

TOAST_SECONDS = 5


class Banner(Live, QFrame):
    """A notice that stays until what it says is over, with at most one action."""

    acted = Signal()

    def __init__(self, tone: Tone, title: Text, text: Text = "", *, action: Text | None = None) -> None:
        super().__init__()
        self._words: tuple[Text, Text] = (title, text)
        self.setProperty("kind", "banner")
        self._icon = IconLabel(TONE_ICONS[tone], tone)
        self._title = Label(title, Role.STRONG, wrap=True)
        self._text = Label(text, Role.BODY, wrap=True)
        self._button = Button(action or "")
        self._button.clicked.connect(self.acted)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._text)
        line = QHBoxLayout(self)
        line.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        line.setSpacing(Space.M)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_notice(tone, title, text, action)

    def show_notice(self, tone: Tone, title: Text, text: Text = "", action: Text | None = None) -> None:
        """Say something else."""
        self.setProperty("tone", tone.value)
        self._icon.set_icon(TONE_ICONS[tone], tone)
        self._title.set_content(title)
        self._text.set_content(text)
        self._text.setVisible(bool(self._text.text()))
        self._button.set_text(action or "")
        self._button.setVisible(action is not None)
        self._words = (title, text)
        self.retranslate()
        repolish(self)

    def retranslate(self) -> None:
        """Say it to a screen reader."""
        self.setAccessibleName(" ".join(show(words) for words in self._words).strip())


class Toast(Live, QFrame):
    """A word that something was done. It lies over the window's foot, takes no focus and goes by itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("kind", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._icon = IconLabel("info")
        self._label = Label()
        line = row(self._icon, self._label, gap=Space.S)
        line.setContentsMargins(Space.L, Space.S + 2, Space.L, Space.S + 2)
        self.setLayout(line)
        self._timer = QTimer(self, singleShot=True, interval=TOAST_SECONDS * 1000)
        self._timer.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def say(self, text: Text, tone: Tone = Tone.NEUTRAL) -> None:
        """Show the word for a few seconds, instead of the one before."""
        self._label.set_content(text)
        self._icon.set_icon(TONE_ICONS[tone], tone)
        self._icon.setVisible(tone is not Tone.NEUTRAL)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self._label.text()))

    def retranslate(self) -> None:
        """Say it in the other language, and take the room of its words."""
        self._label.retranslate()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        """Stay over the foot when the window changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.adjustSize()
        x = (self._window.width() - self.width()) // 2
        self.move(x, self._window.height() - self.height() - Size.STATUS_BAR - Space.L)
