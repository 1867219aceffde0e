"""The bundled font family. The desk never uses a font of the machine: every place shows the same figures."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from ccbs_desk.config.paths import resources

FAMILY = "CCBS Sans"


@cache
def load() -> None:
    """Make the family known to Qt, once; a missing file is a broken installation."""
    for path in sorted((resources() / "fonts").glob("CCBSSans-*.ttf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise RuntimeError(f"the font cannot be read: {path}")
    if FAMILY not in QFontDatabase.families():
        raise RuntimeError(f"the font family {FAMILY} is missing")


def font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the family at a size and a weight."""
    chosen = QFont(FAMILY)
    chosen.setPixelSize(pixels)
    chosen.setWeight(weight)
    # Whole-pixel advances keep columns of figures straight; vertical hinting alone keeps Arabic curves whole.
    chosen.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return chosen
