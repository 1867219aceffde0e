"""The language of the interface, and the one formatter of figures, money and time for the whole program.

Three things to know:
* `_()`, `ngettext()` and `pgettext()` look up now; `message()` and its kin are looked up each time they are shown, so
  that a text declared once in a screen's text.py follows a switch of language.
* Digits are mapped by us and by nobody else: Arabic shows Arabic-Indic digits unless the setting says otherwise.
* A figure inside Arabic text is wrapped in marks that keep its order; `strip_isolates` takes them out for the
  clipboard, exports and searches.
"""

import gettext as _gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ccbs_desk.config.paths import translations
from ccbs_desk.domain.money import MINOR_IN_MAJOR, SYO, SYP, Money

Language = Literal["ar", "en"]
DigitFamily = Literal["arab", "latn"]

LANGUAGES: Final[tuple[Language, ...]] = ("ar", "en")
LANGUAGE_NAMES: Final[dict[Language, str]] = {"ar": "العربية", "en": "English"}
DOMAIN: Final = "messages"

_LATIN: Final = "0123456789"
_ARABIC_INDIC: Final = "٠١٢٣٤٥٦٧٨٩"
_PERSIAN: Final = "۰۱۲۳۴۵۶۷۸۹"
_TO_ARABIC_INDIC: Final = str.maketrans(_LATIN, _ARABIC_INDIC)
_TO_LATIN: Final = str.maketrans(_ARABIC_INDIC + _PERSIAN, _LATIN * 2)
_TO_ARABIC_NUMBER: Final = str.maketrans(_LATIN + ",.", _ARABIC_INDIC + "٬٫")

# An isolate alone does not keep Arabic-Indic digits in order across a space or a slash: they pull neutral
# characters to the right-to-left side. The override inside the isolate does.
_OPEN_LTR: Final = "\u2066\u202d"
_CLOSE_LTR: Final = "\u202c\u2069"
_FIRST_STRONG: Final = "\u2068"
_POP: Final = "\u2069"
_LEFT_TO_RIGHT: Final = "\u2066"
_RIGHT_TO_LEFT: Final = "\u2067"
_MARKS: Final = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])

_MINUS: Final = "\u2212"
_NO_BREAK_SPACE: Final = "\u00a0"


def _damascus() -> tzinfo:
    try:
        return ZoneInfo("Asia/Damascus")
    except ZoneInfoNotFoundError:
        # A machine without time-zone data: Syria has kept +03 all year since October 2022.
        return timezone(timedelta(hours=3))


LOCAL_TIME: Final = _damascus()


@dataclass(slots=True)
class _State:
    language: Language = "en"
    digits: dict[Language, DigitFamily] = field(default_factory=lambda: {"ar": "arab", "en": "latn"})
    catalogues: dict[Language, _gettext.NullTranslations] = field(default_factory=dict)


_state = _State()
_speaking: ContextVar[Language | None] = ContextVar("speaking", default=None)


# --- The current language ---------------------------------------------------------------------------------------------


def set_language(language: Language) -> None:
    """Make this the language of every look-up from now on."""
    _state.language = language


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Use another language meanwhile, for a paper in the reader's own; the interface and other threads keep theirs."""
    token = _speaking.set(language)
    try:
        yield
    finally:
        _speaking.reset(token)


def current_language() -> Language:
    """Return the language of the interface, or of the paper that is being made."""
    return _speaking.get() or _state.language


def is_rtl() -> bool:
    """Return whether the current language runs from right to left."""
    return current_language() == "ar"


def set_digits(family: DigitFamily, language: Language = "ar") -> None:
    """Choose the digits which a language shows: `arab` (٠١٢) or `latn` (012)."""
    _state.digits[language] = family


def current_digits() -> DigitFamily:
    """Return the digits which the current language shows."""
    return _state.digits[current_language()]


def _catalogue() -> _gettext.NullTranslations:
    language = current_language()
    loaded = _state.catalogues.get(language)
    if loaded is None:
        loaded = _gettext.translation(DOMAIN, translations(), [language], fallback=True)
        _state.catalogues[language] = loaded
    return loaded


# --- Texts, looked up now ---------------------------------------------------------------------------------------------


def _(msgid: str) -> str:
    """Return the text in the current language."""
    return _catalogue().gettext(msgid)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Return the form of the text that fits `n` in the current language; the figure itself is not filled in."""
    return _catalogue().ngettext(singular, plural, n)


def pgettext(context: str, msgid: str) -> str:
    """Return the text in the current language, told apart from equal words by its context."""
    return _catalogue().pgettext(context, msgid)


# --- Texts, looked up whenever they are shown -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """A text that is translated, and its values formatted, each time `str()` is taken of it."""

    msgid: str
    plural: str | None = None
    n: int = 0
    context: str | None = None
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        if self.plural is not None:
            template = ngettext(self.msgid, self.plural, self.n)
        elif self.context is not None:
            template = pgettext(self.context, self.msgid)
        else:
            template = _(self.msgid)
        shown = {name: show(value) for name, value in self.values}
        if self.plural is not None:
            shown.setdefault("n", format_integer(self.n))
        return template.format(**shown) if shown else template


Text = str | Message


def message(msgid: str, /, **values: object) -> Message:
    """Return a text for later; `{name}` in it is filled with the formatted value of that name."""
    return Message(msgid, values=tuple(values.items()))


def nmessage(singular: str, plural: str, n: int, /, **values: object) -> Message:
    """Return a counted text for later; `{n}` in it is the figure."""
    return Message(singular, plural=plural, n=n, values=tuple(values.items()))


def pmessage(context: str, msgid: str, /, **values: object) -> Message:
    """Return a text for later, told apart from equal words by its context."""
    return Message(msgid, context=context, values=tuple(values.items()))


def show(value: object) -> str:
    """Return any value as the interface shows it: money, figures, dates and texts each by their own rule."""
    match value:
        case Money():
            return format_money(value)
        case bool():
            return _("Yes") if value else _("No")
        case int():
            return format_integer(value)
        case datetime():
            return format_datetime(value)
        case date():
            return format_date(value)
        case _:
            return str(value)


# Values that say by their type how they are shown, for labels and tables, which take any value.


@dataclass(frozen=True, slots=True)
class Code:
    """A telephone, account or receipt number."""

    text: str

    def __str__(self) -> str:
        return format_code(self.text)


@dataclass(frozen=True, slots=True)
class Amount:
    """Money without its currency, where a heading names it."""

    money: Money

    def __str__(self) -> str:
        return format_amount(self.money)


@dataclass(frozen=True, slots=True)
class Month:
    """A month and its year."""

    day: date

    def __str__(self) -> str:
        return format_month(self.day)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """The time of a moment, without its day."""

    moment: datetime

    def __str__(self) -> str:
        return format_time(self.moment)


# --- Marks around figures ---------------------------------------------------------------------------------------------


def isolate(text: str) -> str:
    """Wrap a name or a sentence, so that its direction does not disturb the text around it."""
    return f"{_FIRST_STRONG}{text}{_POP}"


def isolate_ltr(text: str) -> str:
    """Wrap a figure or a code, so that it reads from left to right whatever stands around it."""
    return f"{_OPEN_LTR}{text}{_CLOSE_LTR}"


def _phrase(text: str) -> str:
    """Wrap figures and words that follow one another in the direction of the language, wherever they are put."""
    return f"{_RIGHT_TO_LEFT if is_rtl() else _LEFT_TO_RIGHT}{text}{_POP}"


def strip_isolates(text: str) -> str:
    """Return the text without any invisible direction mark."""
    return text.translate(_MARKS)


# --- Figures ----------------------------------------------------------------------------------------------------------


def map_digits(text: str) -> str:
    """Return the text with its digits in the current family."""
    return text.translate(_TO_ARABIC_INDIC if current_digits() == "arab" else _TO_LATIN)


def latin_digits(text: str) -> str:
    """Return what was typed with every digit in the Latin family, whichever it was typed in."""
    return text.translate(_TO_LATIN)


def _number(text: str) -> str:
    return isolate_ltr(text.translate(_TO_ARABIC_NUMBER) if current_digits() == "arab" else text)


def format_integer(value: int) -> str:
    """Return a count with its thousands parted."""
    return _number(f"{_MINUS if value < 0 else ''}{abs(value):,}")


def format_amount(value: Money) -> str:
    """Return an amount without its currency, always with both decimals."""
    whole, minor = divmod(abs(value.minor), MINOR_IN_MAJOR)
    return _number(f"{_MINUS if value.minor < 0 else ''}{whole:,}.{minor:02}")


def format_money(value: Money) -> str:
    """Return an amount with the short name of its currency."""
    return _phrase(f"{format_amount(value)}{_NO_BREAK_SPACE}{currency_name(value.currency)}")


def currency_name(code: str) -> str:
    """Return the short name of a currency; one that we have no name for keeps its code."""
    return {SYP: pgettext("currency", "SYP"), SYO: pgettext("currency", "SYP old")}.get(code, code)


def format_code(text: str) -> str:
    """Return a telephone number, account or receipt number as one left-to-right unit.

    A code that holds Latin letters keeps Latin digits, as it is printed that way.
    """
    return isolate_ltr(text if any("A" <= letter.upper() <= "Z" for letter in text) else map_digits(text))


# --- Dates and times --------------------------------------------------------------------------------------------------


def _month_name(month: int) -> str:
    return (
        pgettext("month", "January"),
        pgettext("month", "February"),
        pgettext("month", "March"),
        pgettext("month", "April"),
        pgettext("month", "May"),
        pgettext("month", "June"),
        pgettext("month", "July"),
        pgettext("month", "August"),
        pgettext("month", "September"),
        pgettext("month", "October"),
        pgettext("month", "November"),
        pgettext("month", "December"),
    )[month - 1]


def local(moment: datetime) -> datetime:
    """Return the moment on the wall clock of Damascus; a moment without its zone is a bug and raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone")
    return moment.astimezone(LOCAL_TIME)


def format_date(value: date) -> str:
    """Return day, month and year in figures; a moment counts on the Damascus calendar."""
    day = local(value) if isinstance(value, datetime) else value
    return isolate_ltr(map_digits(f"{day:%d/%m/%Y}"))


def format_month(value: date) -> str:
    """Return the month and its year, as a bill's part is named."""
    return f"{_month_name(value.month)} {map_digits(str(value.year))}"


def format_time(moment: datetime, *, seconds: bool = False) -> str:
    """Return the time of day in Damascus, by twenty-four hours."""
    return isolate_ltr(map_digits(f"{local(moment):{'%H:%M:%S' if seconds else '%H:%M'}}"))


def format_datetime(moment: datetime) -> str:
    """Return date and time of day in Damascus."""
    return _phrase(f"{format_date(moment)} {format_time(moment)}")


def format_duration(length: timedelta) -> str:
    """Return a length as minutes and seconds, or hours, minutes and seconds; a negative one keeps its sign."""
    total = round(abs(length.total_seconds()))
    hours, minutes, seconds = total // 3600, total // 60 % 60, total % 60
    text = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return isolate_ltr(map_digits(f"{_MINUS if length < timedelta(0) else ''}{text}"))
