"""What every widget of the kit shares: it follows a switch of language or of theme while it is shown."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ccbs_desk.ui.kit import theme

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object

_STYLE_EVENTS = frozenset({QEvent.Type.StyleChange, QEvent.Type.PaletteChange, QEvent.Type.LayoutDirectionChange})


class Live(_Base):
    """Mix in before a Qt class and override one or both of the hooks."""

    def retranslate(self) -> None:
        """Set every text again; called when the language has changed."""

    def restyle(self) -> None:
        """Make again what the style sheet does not: icons, alignments; called when theme or direction has changed."""

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - the name is Qt's
        """Turn Qt's change events into the two hooks."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() in _STYLE_EVENTS:
            self.restyle()


class View(Live, QWidget):
    """The base of every screen: a plain widget that follows language and theme; alone it is a window of its own."""

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - the name is Qt's
        """Dress itself where no window around it is dressed."""
        if self.isWindow():
            theme.dress(self)
        super().showEvent(event)
