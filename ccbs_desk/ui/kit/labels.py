"""Text on screen: labels by their role, and rules between things."""

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ccbs_desk.config.language import show
from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.icons import pixmap
from ccbs_desk.ui.kit.live import Live
from ccbs_desk.ui.kit.painting import ink_of, repolish
from ccbs_desk.ui.kit.tokens import Size, Tone


class Role(StrEnum):
    """What a text is to its reader; size, weight and colour follow."""

    BODY = "body"
    SOFT = "soft"
    SMALL = "small"
    HINT = "hint"
    LABEL = "label"
    STRONG = "strong"
    TITLE = "title"
    HEADING = "heading"
    FIGURE = "figure"
    DISPLAY = "display"
    ERROR = "error"


class Label(Live, QLabel):
    """A text, a message or any value, shown as the one formatter shows it and shown anew in another language."""

    def __init__(
        self,
        content: object = "",
        role: Role = Role.BODY,
        *,
        tone: Tone | None = None,
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._content = content
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role.value)
        if tone is not None:
            self.setProperty("tone", tone.value)
        self.setWordWrap(wrap)
        if selectable:
            flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            self.setTextInteractionFlags(flags)
        self.retranslate()

    def set_content(self, content: object) -> None:
        """Show something else."""
        self._content = content
        self.retranslate()

    def set_role(self, role: Role) -> None:
        """Make the text another thing to its reader."""
        if self.property("role") != role.value:
            self.setProperty("role", role.value)
            repolish(self)

    def set_tone(self, tone: Tone | None) -> None:
        """Colour the text by what it says."""
        wanted = tone.value if tone is not None else None
        if self.property("tone") != wanted:
            self.setProperty("tone", wanted)
            repolish(self)

    def retranslate(self) -> None:
        """Format the content again."""
        self.setText("" if self._content is None else show(self._content))


class IconLabel(Live, QLabel):
    """An icon beside a text; it says nothing to a screen reader, the text does."""

    def __init__(self, name: str, tone: Tone | None = None, size: int = Size.ICON, *, accent: bool = False) -> None:
        super().__init__()
        self._name, self._tone, self._size, self._accent = name, tone, size, accent
        self.setFixedSize(size, size)
        self.restyle()

    def set_icon(self, name: str, tone: Tone | None = None) -> None:
        """Show another icon."""
        if (name, tone) != (self._name, self._tone):
            self._name, self._tone = name, tone
            self.restyle()

    def restyle(self) -> None:
        """Draw it in the colours of the theme."""
        colour = theme.current().colours.accent if self._accent else ink_of(self._tone)
        self.setPixmap(pixmap(self._name, colour, self._size))


class Rule(QFrame):
    """A hairline between two things, lying or standing."""

    def __init__(self, *, standing: bool = False) -> None:
        super().__init__()
        self.setProperty("kind", "rule")
        if standing:
            self.setFixedWidth(1)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        else:
            self.setFixedHeight(1)
