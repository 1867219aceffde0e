"""What can stand where the listings stand: how far they are, an advice, the question for a reason."""

from PySide6.QtCore import Signal

from ccbs_desk.config.language import Text
from ccbs_desk.services.listings import Coming
from ccbs_desk.ui.directory import text
from ccbs_desk.ui.kit.card import Card
from ccbs_desk.ui.kit.fields import TextField
from ccbs_desk.ui.kit.labels import IconLabel, Label, Role
from ccbs_desk.ui.kit.layout import column, row
from ccbs_desk.ui.kit.states import ProgressState
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
