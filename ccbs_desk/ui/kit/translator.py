"""Switching the language while the windows are open."""

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from ccbs_desk.config.language import Language, _, is_rtl, set_language


class CatalogueTranslator(QTranslator):
    """Answers Qt's own look-ups from our catalogues; None for an unknown text lets the next translator try."""

    def translate(
        self, context: bytes | str, source: bytes | str, disambiguation: bytes | str | None = None, n: int = -1
    ) -> str | None:
        """Return our text, or None where we have none."""
        text = source if isinstance(source, str) else bytes(source).decode()
        found = _(text) if text else text
        return None if found == text else found

    def isEmpty(self) -> bool:  # noqa: N802 - the name is Qt's
        """Qt drops an empty translator and would then announce no change of language."""
        return False


class Translations(QObject):
    """Holds the translators of one application; `switch()` changes the language of everything that is shown."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._own = CatalogueTranslator(self)
        self._qt = QTranslator(self)

    def switch(self, language: Language) -> None:
        """Make the language current and tell every window, which retranslates itself."""
        set_language(language)
        # The direction first: what retranslates itself then sees the new one.
        self._app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if is_rtl() else Qt.LayoutDirection.LeftToRight)
        self._app.removeTranslator(self._qt)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._qt.load(f"qtbase_{language}", folder):
            self._app.installTranslator(self._qt)
        self._app.removeTranslator(self._own)
        self._app.installTranslator(self._own)
