"""Make a QApplication ours: theme, fonts, language, clipboard, shortcuts, focus ring. The first thing at start."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from ccbs_desk.config.language import Language, current_language
from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.bidi import CleanClipboard
from ccbs_desk.ui.kit.focus import FocusRing
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.kit.tokens import Scheme
from ccbs_desk.ui.kit.translator import Translations


class Look(QObject):
    """What the whole application shares. Made once by the composition root and passed to whoever switches or binds.

    `switched` carries language and scheme after a person has changed one of them.
    """

    switched = Signal(str, str)

    def __init__(self, app: QApplication, language: Language = "ar", scheme: Scheme = Scheme.LIGHT) -> None:
        super().__init__(app)
        self._app = app
        self._translations = Translations(app)
        self._translations.switch(language)
        theme.apply(app, scheme)
        self.shortcuts = Shortcuts(app)
        self._clipboard = CleanClipboard(app)
        self._ring = FocusRing(app)

    def set_language(self, language: Language) -> None:
        """Switch the language of everything that is shown."""
        self._translations.switch(language)
        self._tell()

    def set_scheme(self, scheme: Scheme, scale: float = 1.0) -> None:
        """Switch the colours and the size of text of everything that is shown."""
        theme.apply(self._app, scheme, scale)
        self._tell()

    def _tell(self) -> None:
        self.switched.emit(current_language(), theme.current().scheme.value)
