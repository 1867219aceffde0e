"""Small parts that several screens are made of."""

from PySide6.QtCore import Qt

from ccbs_desk.config.language import Text, show
from ccbs_desk.ui.kit.banner import Banner
from ccbs_desk.ui.kit.labels import Label
from ccbs_desk.ui.kit.tokens import Tone


def named(label: Label, name: str) -> Label:
    """Give a label the name by which it is found. Its text is selected by mouse; it is no stop of the Tab key."""
    label.setObjectName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class Notice(Banner):
    """A banner that is there only while it has something to say."""

    def __init__(self, tone: Tone, name: str) -> None:
        super().__init__(tone, "")
        self._of = tone
        self.setObjectName(name)
        self.hide()

    def tell(self, title: Text, more: object = "", action: Text | None = None, *, tone: Tone | None = None) -> None:
        """Say something, or with an empty title nothing any more."""
        tone = tone or self._of
        self.show_notice(tone, title, more, action)  # type: ignore[arg-type]
        # A style sheet that reaches a child by its parent's property is not worked out anew by itself.
        self._title.set_tone(tone)
        self.setVisible(bool(show(title)))
