"""Golden images: what a screen looked like when somebody last looked at it and found it good.

A picture that differs fails the test and is written, with the difference, into build/golden. Look at it; if it is as
it should be, accept it: `UPDATE_GOLDEN=1 .venv/bin/pytest tests/ui`, look again, commit.
"""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ccbs_desk.ui.kit import theme

KEPT = Path(__file__).parent / "golden"
FAILED = Path(__file__).parents[2] / "build" / "golden"
SIZES = ((1366, 768), (1920, 1080))
PIXEL_TOLERANCE = 24
"""how far a channel may differ before a pixel counts: rasters differ a little between processors"""
SHARE_TOLERANCE = 0.0005
"""which share of the pixels may count before the picture does"""


def assert_golden(widget: QWidget, name: str, size: tuple[int, int]) -> None:
    """Compare the widget, at this size, with the kept picture of this name."""
    picture = photograph(widget, size)
    kept = KEPT / f"{name}.{size[0]}x{size[1]}.png"
    if os.environ.get("UPDATE_GOLDEN"):
        save(picture, kept)
        return
    wanted = QImage(str(kept))
    if wanted.isNull():
        _fail(picture, None, kept, "there is no such picture yet")
    share = difference(picture, wanted)
    if share > SHARE_TOLERANCE:
        _fail(picture, wanted, kept, f"{share:.2%} of the picture differs")


def photograph(widget: QWidget, size: tuple[int, int]) -> QImage:
    """Return the widget as a picture, its caret on."""
    QApplication.setCursorFlashTime(0)
    theme.dress(widget.window())
    widget.resize(QSize(*size))
    widget.show()
    # The ring around the control with the keyboard is part of the picture.
    widget.activateWindow()
    assert QTest.qWaitForWindowActive(widget, 30_000)
    settle()
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    assert (image.width(), image.height()) == size, f"the content does not fit: {image.width()}x{image.height()}"
    return image


def settle() -> None:
    """Let every posted event arrive, layouts that follow from layouts included."""
    for _round in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def difference(one: QImage, other: QImage) -> float:
    """Return the share of pixels that differ by more than the tolerance; all of them where the sizes differ."""
    if one.size() != other.size():
        return 1.0
    first, second = _pixels(one), _pixels(other)
    if first == second:
        return 0.0
    far = {place // 3 for place, (a, b) in enumerate(zip(first, second, strict=True)) if abs(a - b) > PIXEL_TOLERANCE}
    return len(far) / (one.width() * one.height())


def save(picture: QImage, path: Path) -> None:
    """Write a picture as small as PNG can be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = QImageWriter(str(path), b"png")
    writer.setCompression(100)
    assert writer.write(picture), writer.errorString()


def _pixels(image: QImage) -> bytes:
    """Return the bytes of the pixels without the padding at the end of each line."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    line, data = rgb.bytesPerLine(), bytes(rgb.constBits())
    return b"".join(data[y * line : y * line + rgb.width() * 3] for y in range(rgb.height()))


def _fail(picture: QImage, wanted: QImage | None, kept: Path, why: str) -> None:
    actual = FAILED / f"{kept.stem}.actual.png"
    save(picture, actual)
    if wanted is not None and wanted.size() == picture.size():
        save(_marked(picture, wanted), FAILED / f"{kept.stem}.diff.png")
    pytest.fail(f"{kept.name}: {why}. Look at {actual}; accept it with UPDATE_GOLDEN=1.", pytrace=False)


def _marked(picture: QImage, wanted: QImage) -> QImage:
    """Return what differs, on black."""
    marked = picture.copy()
    painter = QPainter(marked)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(0, 0, wanted)
    painter.end()
    return marked
