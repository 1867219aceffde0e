"""Invisible direction marks stay inside the desk: whatever is copied or pasted is clean text."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard, QGuiApplication

from ccbs_desk.config.language import strip_isolates

# These platforms have no other program beside this one, and never say that it owns the clipboard.
_ALONE = frozenset({"offscreen", "minimal", "vnc"})


class CleanClipboard(QObject):
    """Takes the direction marks out of everything that this program puts on the clipboard, whichever widget it was.

    One place instead of an override in each label, table and field, none of which could be forgotten.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._clipboard.changed.connect(self._clean)

    def _clean(self, mode: QClipboard.Mode) -> None:
        if not self._is_ours(mode):
            return
        text = self._clipboard.text(mode)
        clean = strip_isolates(text)
        if clean != text:
            self._clipboard.setText(clean, mode)

    def _is_ours(self, mode: QClipboard.Mode) -> bool:
        """What another program has copied is left as it is."""
        if QGuiApplication.platformName() in _ALONE:
            return True
        if mode == QClipboard.Mode.Selection:
            return self._clipboard.ownsSelection()
        return self._clipboard.ownsClipboard()
