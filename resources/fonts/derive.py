"""Derive "CCBS Sans" from IBM Plex Sans Arabic: run by hand, with fontTools, when the fonts change.

    python derive.py FOLDER    where FOLDER holds IBMPlexSansArabic-{Regular,Medium,SemiBold,Bold}.woff

Four things differ from the original: the Arabic-Indic digits have one width, so that columns of figures line up
(the Latin digits already do); the Arabic thousands separator stands high, since at the baseline it reads as the
decimal separator; the invisible marks that isolate a number inside Arabic text have an empty glyph, so
that no fallback font is looked up for them; and the name, because the licence reserves "Plex" for the original.
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

ARABIC_INDIC_DIGITS = range(0x0660, 0x066A)
DIGIT_WIDTH = 570
THOUSANDS_SEPARATOR, RISE = 0x066C, 470
INVISIBLE = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2066, 0x2067, 0x2068, 0x2069)
FAMILY = "CCBS Sans"
WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold")
FAMILY_ID, STYLE_ID, UNIQUE_ID, FULL_ID, VERSION_ID, POSTSCRIPT_ID = range(1, 7)
TRADEMARK_ID, TYPOGRAPHIC_FAMILY_ID, TYPOGRAPHIC_STYLE_ID = 7, 16, 17
VERSION = "Version 1.000; derived from IBM Plex Sans Arabic"


def even_digits(font: TTFont) -> None:
    """Give each Arabic-Indic digit one advance and put its ink in the middle."""
    glyphs, metrics, names = font["glyf"], font["hmtx"], font.getBestCmap()
    for code in ARABIC_INDIC_DIGITS:
        name = names[code]
        glyph = glyphs[name]
        shift = (DIGIT_WIDTH - (glyph.xMax - glyph.xMin)) // 2 - glyph.xMin
        if glyph.isComposite():
            for component in glyph.components:
                component.x += shift
        else:
            glyph.coordinates.translate((shift, 0))
        glyph.recalcBounds(glyphs)
        metrics[name] = (DIGIT_WIDTH, glyph.xMin)


def raise_separator(font: TTFont) -> None:
    """Lift the thousands separator to the height of the digits' heads."""
    glyph = font["glyf"][font.getBestCmap()[THOUSANDS_SEPARATOR]]
    glyph.coordinates.translate((0, RISE))
    glyph.recalcBounds(font["glyf"])


def add_invisible(font: TTFont) -> None:
    """Map the direction marks to an empty glyph without width."""
    name = "invisiblemark"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = Glyph()
    font["hmtx"][name] = (0, 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({code: name for code in INVISIBLE})


def rename(font: TTFont, weight: str) -> None:
    """Replace every name of the family, keeping copyright and licence as they are."""
    table = font["name"]
    regular_or_bold = weight in ("Regular", "Bold")
    names = {
        FAMILY_ID: FAMILY if regular_or_bold else f"{FAMILY} {weight}",
        STYLE_ID: weight if regular_or_bold else "Regular",
        UNIQUE_ID: f"{FAMILY} {weight}",
        FULL_ID: f"{FAMILY} {weight}",
        VERSION_ID: VERSION,
        POSTSCRIPT_ID: f"CCBSSans-{weight}",
    }
    if not regular_or_bold:
        names |= {TYPOGRAPHIC_FAMILY_ID: FAMILY, TYPOGRAPHIC_STYLE_ID: weight}
    for number in (*names, TRADEMARK_ID, TYPOGRAPHIC_FAMILY_ID, TYPOGRAPHIC_STYLE_ID):
        table.removeNames(nameID=number)
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)


def main(folder: Path) -> None:
    """Write CCBSSans-*.ttf beside this file."""
    for weight in WEIGHTS:
        font = TTFont(folder / f"IBMPlexSansArabic-{weight}.woff")
        font.flavor = None
        even_digits(font)
        raise_separator(font)
        add_invisible(font)
        rename(font, weight)
        font.save(Path(__file__).parent / f"CCBSSans-{weight}.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
