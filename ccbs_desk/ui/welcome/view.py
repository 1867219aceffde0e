"""The first start as a person sees it: a mark to read to the supervisor, then a bar that fills. It decides nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ccbs_desk.config.language import Code, Text
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.live import View
from ccbs_desk.ui.kit.states import ErrorState, ProgressState
from ccbs_desk.ui.kit.tokens import Space
from ccbs_desk.ui.welcome import text

WIDTH = 460
MARK = 48


class WelcomeView(View):
    """Three faces: waiting for approval, loading, and stopped."""

    again = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setProperty("kind", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = Label(text.ASKING, Role.TITLE, wrap=True)
        self._hint = Label("", Role.SOFT, wrap=True)
        self._mark = Label("", Role.DISPLAY, selectable=True)
        self._mark.setObjectName("welcome.mark")
        self._progress = ProgressState(text.LOADING)
        self._progress.setObjectName("welcome.progress")
        self._progress.cancelled.connect(self.cancelled)
        self._error = ErrorState()
        self._error.setObjectName("welcome.error")
        self._error.acted.connect(self.again)
        self._faces = QStackedWidget()
        for face in (self._waiting(), self._progress, self._error):
            self._faces.addWidget(face)
        outer = QVBoxLayout(self)
        outer.addWidget(self._faces)
        self.retranslate()

    def retranslate(self) -> None:
        """Name the mark for a screen reader."""
        self._mark.setAccessibleName(str(text.MARK))

    def show_asking(self) -> None:
        """Say that the desk asks to be let in."""
        self._waiting_for(text.ASKING, "", "")

    def show_waiting(self, mark: str, *, link: bool) -> None:
        """Show the mark that a supervisor compares."""
        self._waiting_for(text.WAITING, text.WAITING_HINT if link else text.NO_LINK, mark)

    def show_progress(self, what: Text, done: int = 0, total: int = 0, detail: Text = "") -> None:
        """Show how far the first load is."""
        self._faces.setCurrentWidget(self._progress)
        self._progress.set_text(what)
        self._progress.set_progress(done, total, detail)

    def show_error(self, title: Text, kept: Text, todo: Text) -> None:
        """Say why it stopped, what was kept, and offer to go on."""
        self._error.show_error(title, kept, todo)
        self._faces.setCurrentWidget(self._error)

    def _waiting_for(self, title: Text, hint: Text, mark: str) -> None:
        self._faces.setCurrentIndex(0)
        self._title.set_content(title)
        self._hint.set_content(hint)
        self._mark.set_content(Code(mark) if mark else "")

    def _waiting(self) -> QWidget:
        card = Card(margin=Space.XL)
        card.body.setSpacing(Space.M)
        card.add(self._title, self._hint, row(self._mark, None))
        head = row(IconLabel("mark", size=MARK, accent=True), Label(text.PRODUCT, Role.HEADING), None, gap=Space.M)
        middle = QWidget()
        middle.setFixedWidth(WIDTH)
        middle.setLayout(column(head, card, gap=Space.XL))
        face = QWidget()
        face.setLayout(column(None, row(None, middle, None), None))
        return face
