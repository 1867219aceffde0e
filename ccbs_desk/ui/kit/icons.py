"""The icon set: line drawings in one weight, coloured by the theme, mirrored where they point in reading direction."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ccbs_desk.config.paths import resources
from ccbs_desk.ui.kit import theme
from ccbs_desk.ui.kit.tokens import Size, Tone

DIRECTIONAL = frozenset({"forward", "back", "undo", "out", "list", "complaint"})
TONE_ICONS = {
    Tone.NEUTRAL: "neutral",
    Tone.INFO: "info",
    Tone.OK: "ok",
    Tone.WARN: "warning",
    Tone.BAD: "error",
}


@cache
def _source(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _drawn(name: str, colour: str, ground: str, size: int, ratio: float, mirrored: bool) -> QPixmap:
    picture = QPixmap(QSize(size, size) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    if mirrored:
        painter.translate(size, 0)
        painter.scale(-1, 1)
    drawing = QSvgRenderer(
        QByteArray(_source(name).replace("currentColor", colour).replace("groundColor", ground).encode())
    )
    drawing.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def pixmap(name: str, colour: str | None = None, size: int = Size.ICON) -> QPixmap:
    """Return the icon in a colour of the theme (ink, where none is given), sharp on this screen."""
    mirrored = name in DIRECTIONAL and QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    colours = theme.current().colours
    return _drawn(name, colour or colours.ink_soft, colours.accent_ink, size, ratio, mirrored)


def icon(name: str, colour: str | None = None, size: int = Size.ICON) -> QIcon:
    """Return the icon for an action of a field or a menu."""
    return QIcon(pixmap(name, colour, size))
