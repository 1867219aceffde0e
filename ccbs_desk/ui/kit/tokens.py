"""The design tokens: the only place where a colour or a size is written down.

Colours are named by what they are for, never by how they look, and each scheme gives all of them. Text and signs on
their own backgrounds keep a contrast of at least 4.5, outlines of controls at least 3; a test computes it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Scheme(StrEnum):
    """The colour schemes that a person can choose from."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Tone(StrEnum):
    """What a sign says at a glance; each tone has its own colours and its own icon, never colour alone."""

    NEUTRAL = "neutral"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour for text and signs, and the soft ground that they stand on."""

    ink: str
    ground: str


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme."""

    canvas: str
    """behind everything"""
    surface: str
    """cards, tables, fields"""
    sunken: str
    """headers of tables, read-only fields, the bars of the frame"""
    hover: str
    """a row or a quiet button under the pointer"""
    ink: str
    """text"""
    ink_soft: str
    """labels, second lines"""
    ink_faint: str
    """hints, placeholders"""
    line: str
    """hairlines between things"""
    outline: str
    """the border of a control"""
    handle: str
    """the handle of a scroll bar"""
    accent: str
    """the one main action, the selected place, the focused field"""
    accent_hover: str
    accent_press: str
    accent_ink: str
    """text on accent"""
    accent_soft: str
    """the selected row"""
    danger: str
    """the action that destroys or reverses"""
    focus: str
    """the ring around the focused control"""
    neutral: Pair
    info: Pair
    ok: Pair
    warn: Pair
    bad: Pair

    def tone(self, tone: Tone) -> Pair:
        """Return the two colours of a tone."""
        return {
            Tone.NEUTRAL: self.neutral,
            Tone.INFO: self.info,
            Tone.OK: self.ok,
            Tone.WARN: self.warn,
            Tone.BAD: self.bad,
        }[tone]


LIGHT = Colours(
    canvas="#edf0f0",
    surface="#ffffff",
    sunken="#f6f8f8",
    hover="#eef3f3",
    ink="#15242b",
    ink_soft="#465860",
    ink_faint="#5a6b73",
    line="#d9e0e1",
    outline="#839298",
    handle="#bcc7ca",
    accent="#0b666a",
    accent_hover="#095659",
    accent_press="#074548",
    accent_ink="#ffffff",
    accent_soft="#dceeed",
    danger="#a8281f",
    focus="#0b3a5c",
    neutral=Pair("#465860", "#e8edee"),
    info=Pair("#1d5690", "#e4eef9"),
    ok=Pair("#186239", "#e0f2e7"),
    warn=Pair("#7d4a00", "#fdf0d9"),
    bad=Pair("#a0241b", "#fce8e6"),
)

DARK = Colours(
    canvas="#10171a",
    surface="#192226",
    sunken="#141c20",
    hover="#202b30",
    ink="#e4ebec",
    ink_soft="#aebcc1",
    ink_faint="#8fa0a6",
    line="#2b383d",
    outline="#6c7f86",
    handle="#43535a",
    accent="#4fb9b4",
    accent_hover="#68c9c4",
    accent_press="#3fa39e",
    accent_ink="#062526",
    accent_soft="#173d3f",
    danger="#f0857b",
    focus="#a9d3f5",
    neutral=Pair("#b9c6ca", "#28343a"),
    info=Pair("#93c3f2", "#1a3148"),
    ok=Pair("#7fd6a1", "#15382a"),
    warn=Pair("#f0c274", "#3d2f14"),
    bad=Pair("#f5a199", "#45201e"),
)

CONTRAST = Colours(
    canvas="#000000",
    surface="#000000",
    sunken="#000000",
    hover="#1f1f1f",
    ink="#ffffff",
    ink_soft="#ffffff",
    ink_faint="#d9d9d9",
    line="#8c8c8c",
    outline="#ffffff",
    handle="#ffffff",
    accent="#5ee7ff",
    accent_hover="#a8f2ff",
    accent_press="#33c9e6",
    accent_ink="#000000",
    accent_soft="#003c47",
    danger="#ff9c94",
    focus="#ffff00",
    neutral=Pair("#ffffff", "#2b2b2b"),
    info=Pair("#9fd0ff", "#001c38"),
    ok=Pair("#8dffb5", "#00290f"),
    warn=Pair("#ffe08a", "#332400"),
    bad=Pair("#ffb3ad", "#3d0500"),
)

SCHEMES = {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK, Scheme.CONTRAST: CONTRAST}


@dataclass(frozen=True, slots=True)
class TypeScale:
    """Sizes of text in pixels. Arabic needs a size more than Latin to be read as easily: nothing is under 12."""

    small: int = 12
    body: int = 14
    title: int = 16
    heading: int = 20
    figure: int = 24
    display: int = 30

    def scaled(self, factor: float) -> "TypeScale":
        """Return the scale for a person who wants larger text."""
        return TypeScale(
            *(round(size * factor) for size in (self.small, self.body, self.title)),
            *(round(size * factor) for size in (self.heading, self.figure, self.display)),
        )


class Space:
    """Distances in pixels, all of them multiples of four."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 40


class Size:
    """Heights and widths of what recurs."""

    CONTROL = 34
    ROW = 34
    HEADER = 32
    ICON = 18
    ICON_LARGE = 40
    CALL_BAR = 44
    STATUS_BAR = 34
    NAVIGATION = 168
    DIALOG = 460


class Radius:
    """Round corners."""

    CONTROL = 6
    CARD = 10
    PILL = 11
