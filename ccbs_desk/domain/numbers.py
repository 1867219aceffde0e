"""Telephone numbers of Syria: read in any spelling, kept as E.164, shown as people write them.

The numbering plan (area codes and the length of local numbers) follows the metadata of `phonenumbers`, held here as a
table because the desk needs it by area, for prompts and for local numbers without an area; a test compares both. The
trunk prefix is 0, the country code +963. Short codes are in no public plan and have their own table. Numbers of other
countries are left to `phonenumbers`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from ccbs_desk.domain.text import fold_digits, strip_controls

COUNTRY = "963"
TRUNK = "0"


class BadNumber(ValueError):
    """Text that is no telephone number; `lengths` are the local lengths that the area has, where it is known.

    Codes: `number.empty`, `number.not_a_number`, `number.too_short`, `number.too_long`, `number.unknown_area`.
    """

    def __init__(self, code: str, text: str, lengths: tuple[int, ...] = ()) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code = code
        self.text = text
        self.lengths = lengths


@dataclass(frozen=True, slots=True)
class Area:
    """An area code, the lengths that local numbers have there, and its main place in Arabic and English."""

    code: str
    lengths: tuple[int, ...]
    arabic: str
    english: str


AREAS: Mapping[str, Area] = MappingProxyType(
    {
        area.code: area
        for area in (
            Area("11", (7,), "دمشق وريفها", "Damascus and Rural Damascus"),
            Area("12", (6,), "النبك", "An Nabk"),
            Area("13", (6,), "الزبداني", "Az Zabadani"),
            Area("14", (7,), "القنيطرة", "Quneitra"),
            Area("15", (6,), "درعا", "Daraa"),
            Area("16", (6,), "السويداء", "As Suwayda"),
            Area("17", (7,), "اللاذقية", "Latakia"),
            Area("18", (7,), "طرطوس", "Tartus"),
            Area("21", (6, 7), "حلب", "Aleppo"),
            Area("22", (6,), "الرقة", "Ar Raqqah"),
            Area("23", (6,), "إدلب", "Idlib"),
            Area("24", (6,), "دير الزور", "Deir ez-Zor"),
            Area("25", (6,), "منبج", "Manbij"),
            Area("31", (7,), "حمص", "Homs"),
            Area("33", (7,), "حماة", "Hama"),
            Area("34", (6,), "تدمر", "Palmyra"),
            Area("41", (6,), "اللاذقية", "Latakia"),
            Area("43", (6,), "طرطوس", "Tartus"),
            Area("44", (6,), "حماة", "Hama"),
            Area("51", (6,), "دير الزور", "Deir ez-Zor"),
            Area("52", (6,), "الحسكة", "Al Hasakah"),
            Area("53", (6,), "القامشلي", "Qamishli"),
        )
    }
)
_MAX_LOCAL = max(length for area in AREAS.values() for length in area.lengths)
_MIN_LOCAL = min(length for area in AREAS.values() for length in area.lengths)


class ShortKind(StrEnum):
    """What a short code is for. Dunning never bars EMERGENCY and OPERATOR (domain.md, Dunning and bars)."""

    EMERGENCY = "emergency"
    OPERATOR = "operator"


SHORT_CODES: Mapping[str, ShortKind] = MappingProxyType(
    {
        "110": ShortKind.EMERGENCY,  # ambulance
        "112": ShortKind.EMERGENCY,  # police
        "113": ShortKind.EMERGENCY,  # fire brigade
        "115": ShortKind.EMERGENCY,  # traffic police
        "118": ShortKind.OPERATOR,  # complaints and faults
        "147": ShortKind.OPERATOR,  # directory enquiries
    }
)


class NumberKind(StrEnum):
    """What sort of number was read."""

    FIXED = "fixed"
    MOBILE = "mobile"
    SHORT = "short"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Number:
    """A fixed-line number: area code without the trunk prefix, and local number. Both are digits, checked."""

    area: str
    local: str

    def __post_init__(self) -> None:
        spelled = f"{self.area} {self.local}"
        if self.area not in AREAS:
            raise BadNumber("number.unknown_area", spelled)
        lengths = AREAS[self.area].lengths
        if not re.fullmatch("[0-9]*", self.local):
            raise BadNumber("number.not_a_number", spelled, lengths)
        if len(self.local) not in lengths:
            short = len(self.local) < lengths[0]
            raise BadNumber("number.too_short" if short else "number.too_long", spelled, lengths)

    @property
    def e164(self) -> str:
        """The key under which a number is kept and searched: "+963112214567"."""
        return f"+{COUNTRY}{self.area}{self.local}"

    @property
    def national(self) -> str:
        """As written inside the country: "011 2214567"."""
        return f"{TRUNK}{self.area} {self.local}"

    @property
    def international(self) -> str:
        """As written abroad: "+963 11 2214567"."""
        return f"+{COUNTRY} {self.area} {self.local}"


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """A number that was read: its kind, its E.164 key (short codes have none), and how it is shown here and abroad.

    `number` is set for fixed lines only.
    """

    kind: NumberKind
    e164: str | None
    national: str
    international: str
    number: Number | None = None


_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−/\\().]+")
_SIGNIFICANT = 9
_MAX_E164 = 15
_MOBILE = re.compile(r"(?:9[0-9]|50)[0-9]*")


def parse_number(text: str, home_area: str | None) -> ParsedNumber:
    """Read a number in any spelling. Raises BadNumber.

    Digits may be Latin, Arabic-Indic or Persian, with spaces, slashes, dashes, points and brackets. Understood are
    +963, 00963 and 963 (also with the trunk 0 left in behind them), the trunk 0, mobiles and nine-digit numbers with or
    without it, short codes, and other countries with + or 00. What has no area is a local number of `home_area`; with
    `home_area` None it is refused as `number.unknown_area`: see `search_keys`.
    """
    digits, international = _digits(text)
    try:
        return _read(digits, international, home_area)
    except BadNumber as bad:
        raise BadNumber(bad.code, text, bad.lengths) from None


def search_keys(text: str, home_area: str | None) -> tuple[str, ...]:
    """Return the E.164 keys that the typed text may mean, for a look-up by number. Raises BadNumber.

    A local number means the one in `home_area` when its length fits there; otherwise every area where it fits. Eight
    digits may lack only their 0. Short codes have no key: nothing is found under them.
    """
    digits, international = _digits(text)
    if international or digits.startswith(TRUNK) or digits in SHORT_CODES:
        parsed = parse_number(text, home_area)
        return (parsed.e164,) if parsed.e164 else ()
    home = AREAS.get(home_area or "")
    if home and len(digits) in home.lengths:
        return (Number(home.code, digits).e164,)
    fitting = tuple(Number(code, digits).e164 for code, area in AREAS.items() if len(digits) in area.lengths)
    if fitting:
        return fitting
    parsed = parse_number(text, None)
    return (parsed.e164,) if parsed.e164 else ()


def _digits(text: str) -> tuple[str, bool]:
    """Return the bare digits and whether they begin with a country code; + and 00 are taken off."""
    bare = _SEPARATORS.sub("", fold_digits(strip_controls(text)))
    if not bare:
        raise BadNumber("number.empty", text)
    if not re.fullmatch(r"\+?[0-9]+", bare):
        raise BadNumber("number.not_a_number", text)
    international = bare.startswith(("+", "00"))
    digits = bare.removeprefix("+").removeprefix("00") if international else bare
    if len(digits) > _MAX_E164:
        raise BadNumber("number.too_long", text)
    return digits, international


def _read(digits: str, international: bool, home_area: str | None) -> ParsedNumber:
    if international:
        if digits.startswith(COUNTRY):
            return _national(digits.removeprefix(COUNTRY).removeprefix(TRUNK))
        return _foreign(digits)
    if digits in SHORT_CODES:
        return ParsedNumber(NumberKind.SHORT, None, digits, digits)
    if digits.startswith(TRUNK):
        return _national(digits.removeprefix(TRUNK))
    if digits.startswith(COUNTRY) and len(digits) >= len(COUNTRY) + _SIGNIFICANT - 1:
        return _national(digits.removeprefix(COUNTRY).removeprefix(TRUNK))
    if len(digits) == _SIGNIFICANT or (home_area is None and len(digits) > _MAX_LOCAL):
        return _national(digits)
    if home_area is None:
        raise BadNumber("number.too_short" if len(digits) < _MIN_LOCAL else "number.unknown_area", digits)
    return _fixed(Number(home_area, digits))


def _national(significant: str) -> ParsedNumber:
    """Read a number without country code and trunk prefix."""
    if _MOBILE.fullmatch(significant):
        return _mobile(significant)
    if len(significant) < 2:
        raise BadNumber("number.too_short", significant)
    return _fixed(Number(significant[:2], significant[2:]))


def _fixed(number: Number) -> ParsedNumber:
    return ParsedNumber(NumberKind.FIXED, number.e164, number.national, number.international, number)


def _mobile(significant: str) -> ParsedNumber:
    if len(significant) != _SIGNIFICANT:
        code = "number.too_short" if len(significant) < _SIGNIFICANT else "number.too_long"
        raise BadNumber(code, significant, (_SIGNIFICANT,))
    grouped = f"{significant[:3]} {significant[3:6]} {significant[6:]}"
    return ParsedNumber(
        NumberKind.MOBILE, f"+{COUNTRY}{significant}", f"{TRUNK}{grouped}", f"+{COUNTRY} {grouped}", None
    )


_FOREIGN_REASONS: Mapping[int, str] = MappingProxyType(
    {
        ValidationResult.INVALID_COUNTRY_CODE: "number.unknown_area",
        ValidationResult.TOO_LONG: "number.too_long",
        ValidationResult.INVALID_LENGTH: "number.too_long",
        ValidationResult.TOO_SHORT: "number.too_short",
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "number.too_short",
    }
)


def _foreign(digits: str) -> ParsedNumber:
    """Read a number of another country. Its length is checked, its ranges are not: they change without us."""
    try:
        number = phonenumbers.parse(f"+{digits}")
    except NumberParseException as error:
        unknown = error.error_type == NumberParseException.INVALID_COUNTRY_CODE
        raise BadNumber("number.unknown_area" if unknown else "number.too_short", digits) from None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason in _FOREIGN_REASONS:
        raise BadNumber(_FOREIGN_REASONS[reason], digits)
    shown = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return ParsedNumber(
        NumberKind.FOREIGN, phonenumbers.format_number(number, PhoneNumberFormat.E164), shown, shown, None
    )
