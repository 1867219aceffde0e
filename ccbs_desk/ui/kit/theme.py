"""The theme in force: Fusion, a palette and one style sheet, all made from the tokens, switched at run time.

The sheet belongs to the windows, not to the application: under an application's sheet every widget that is put into
another is styled anew with all that is in it, so that a screen built from the inside costs five times as much.
"""

from dataclasses import dataclass, field
from weakref import WeakSet

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget
from shiboken6 import isValid

from ccbs_desk.ui.kit import fonts
from ccbs_desk.ui.kit.stylesheet import style_sheet
from ccbs_desk.ui.kit.tokens import SCHEMES, Colours, Scheme, TypeScale


@dataclass(frozen=True, slots=True)
class Theme:
    """A colour scheme and the sizes of text."""

    scheme: Scheme = Scheme.LIGHT
    scale: float = 1.0

    @property
    def colours(self) -> Colours:
        """The colours of the scheme."""
        return SCHEMES[self.scheme]

    @property
    def type(self) -> TypeScale:
        """The sizes of text."""
        return TypeScale().scaled(self.scale)


@dataclass(slots=True)
class _InForce:
    theme: Theme
    dressed: WeakSet[QWidget] = field(default_factory=WeakSet)

    @property
    def sheet(self) -> str:
        return style_sheet(self.theme.colours, self.theme.type)


_in_force = _InForce(Theme())


def current() -> Theme:
    """Return the theme in force, for widgets that paint themselves."""
    return _in_force.theme


def apply(app: QApplication, scheme: Scheme = Scheme.LIGHT, scale: float = 1.0) -> None:
    """Put the theme in force; windows that are dressed follow at once."""
    theme = Theme(scheme, scale)
    _in_force.theme = theme
    fonts.load()
    if app.style().name() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setFont(fonts.font(theme.type.body))
    app.setPalette(_palette(theme.colours))
    for window in _in_force.dressed:
        if isValid(window):
            window.setStyleSheet(_in_force.sheet)


def dress(window: QWidget) -> None:
    """Give a window, and all that is and will be in it, the theme in force and those that follow.

    What opens over it with the window as its parent is dressed too.
    """
    if window not in _in_force.dressed:
        _in_force.dressed.add(window)
        window.setStyleSheet(_in_force.sheet)


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, value in (
        (role.Window, colours.canvas),
        (role.WindowText, colours.ink),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.sunken),
        (role.Text, colours.ink),
        (role.PlaceholderText, colours.ink_faint),
        (role.Button, colours.surface),
        (role.ButtonText, colours.ink),
        (role.BrightText, colours.danger),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.accent_ink),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.ToolTipBase, colours.ink),
        (role.ToolTipText, colours.surface),
        (role.Mid, colours.line),
        (role.Accent, colours.accent),
    ):
        palette.setColor(name, QColor(value))
    for name in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.ink_faint))
    return palette
