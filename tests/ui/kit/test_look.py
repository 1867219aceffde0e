"""Colours that can be read, figures that line up, pictures that exist."""

import gc
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QRawFont
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ccbs_desk.config.paths import resources
from ccbs_desk.ui.kit import fonts, icons, theme
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.tokens import SCHEMES, Colours, Scheme, Tone, TypeScale

FONT_FILES = sorted((resources() / "fonts").glob("*.ttf"))
WEIGHTS = (QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold, QFont.Weight.Bold)


def _brightness(name: str) -> float:
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _channels(name)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _channels(name: str) -> tuple[float, float, float]:
    colour = QColor(name)
    return colour.redF(), colour.greenF(), colour.blueF()


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG counts it."""
    darker, lighter = sorted((_brightness(one), _brightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _text_pairs(colours: Colours) -> list[tuple[str, str]]:
    grounds = (colours.canvas, colours.surface, colours.sunken, colours.hover, colours.accent_soft)
    pairs = [(ink, ground) for ink in (colours.ink, colours.ink_soft) for ground in grounds]
    pairs += [(colours.ink_faint, ground) for ground in (colours.surface, colours.sunken, colours.canvas)]
    pairs += [(colours.accent_ink, accent) for accent in (colours.accent, colours.accent_hover, colours.accent_press)]
    pairs += [(colours.accent, ground) for ground in (colours.surface, colours.accent_soft)]
    pairs += [(colours.danger, colours.surface), (colours.danger, colours.bad.ground)]
    for tone in Tone:
        pair = colours.tone(tone)
        pairs += [(pair.ink, pair.ground), (pair.ink, colours.surface), (colours.ink, pair.ground)]
    return pairs


@pytest.mark.parametrize("scheme", Scheme)
def test_text_can_be_read(scheme: Scheme) -> None:
    weak = [(ink, ground) for ink, ground in _text_pairs(SCHEMES[scheme]) if contrast(ink, ground) < 4.5]
    assert weak == []


@pytest.mark.parametrize("scheme", Scheme)
def test_outlines_and_the_ring_can_be_seen(scheme: Scheme) -> None:
    colours = SCHEMES[scheme]
    for sign in (colours.outline, colours.focus, colours.accent):
        assert contrast(sign, colours.surface) >= 3
    assert contrast(colours.focus, colours.canvas) >= 3


def test_the_scale_grows_as_a_whole() -> None:
    assert TypeScale().scaled(1.5) == TypeScale(18, 21, 24, 30, 36, 45)


@pytest.mark.parametrize("path", FONT_FILES, ids=lambda path: path.stem)
def test_the_font_has_every_sign_that_we_show(qapp: object, path: Path) -> None:
    font = QRawFont(str(path), 14)
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئ" + "abcxyzABCXYZéèçœ"
    marks = "0123456789٠١٢٣٤٥٦٧٨٩/+()-−.,٫٬:·،؛؟%«»…\u00a0\u2066\u2067\u2068\u2069\u202a\u202c\u202d\u200e\u200f"
    assert [sign for sign in letters + marks if not font.supportsCharacter(ord(sign))] == []


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("digits", ["0123456789", "٠١٢٣٤٥٦٧٨٩"])
def test_digits_have_one_width(look: Look, weight: QFont.Weight, digits: str) -> None:
    metrics = QFontMetricsF(fonts.font(14, weight))
    assert len({metrics.horizontalAdvance(digit) for digit in digits}) == 1


def test_a_broken_installation_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: Look) -> None:
    (tmp_path / "fonts").mkdir()
    monkeypatch.setattr(fonts, "resources", lambda: tmp_path)
    monkeypatch.setattr(fonts, "FAMILY", "No Such Family")
    with pytest.raises(RuntimeError, match="No Such Family"):
        fonts.load.__wrapped__()
    (tmp_path / "fonts" / "CCBSSans-Broken.ttf").write_bytes(b"no font")
    with pytest.raises(RuntimeError, match="cannot be read"):
        fonts.load.__wrapped__()


def test_the_fonts_are_small_and_carry_their_licence() -> None:
    assert len(FONT_FILES) == 4
    assert sum(path.stat().st_size for path in FONT_FILES) < 2_000_000
    assert "SIL Open Font License" in (resources() / "fonts" / "OFL.txt").read_text()


def test_every_icon_can_be_drawn_in_each_direction(look: Look) -> None:
    for path in sorted((resources() / "icons").glob("*.svg")):
        assert not icons.pixmap(path.stem).isNull()
    right_to_left = icons.pixmap("forward").toImage()
    look.set_language("en")
    assert icons.pixmap("forward").toImage() != right_to_left


def test_the_theme_is_in_force_at_once(qtbot: QtBot, look: Look) -> None:
    look.set_scheme(Scheme.DARK, 1.25)
    assert theme.current().type.body == 18
    assert QApplication.palette().window().color().name() == SCHEMES[Scheme.DARK].canvas
    assert QWidget().font().pixelSize() == 18
    look.set_scheme(Scheme.LIGHT)


def test_void_calls_keep_their_none(qtbot: QtBot) -> None:
    """Some releases of PySide lose a reference to None at each void call and abort after thousands of them."""
    widget = QWidget()
    qtbot.addWidget(widget)
    gc.collect()
    before = sys.getrefcount(None)
    for _ in range(1000):
        widget.update()
    assert abs(sys.getrefcount(None) - before) < 100
