"""Values as several screens show them; each formats itself whenever it is shown, in the language of the moment."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from ccbs_desk.config.language import Amount, Message, TimeOfDay, format_code, is_rtl, isolate, message, pmessage, show
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.numbers import BadNumber, parse_number
from ccbs_desk.domain.receipts import Bilingual

METHODS: dict[str, Message] = {
    "cash": pmessage("method", "Cash"),
    "cheque": pmessage("method", "Cheque"),
    "bank": pmessage("method", "Bank notice"),
    "bank_notice": pmessage("method", "Bank notice"),
    "card": pmessage("method", "Card"),
    "electronic": pmessage("method", "Electronic payment"),
}
OTHER_METHOD = pmessage("method", "Other")


def filled(template: Message, **values: object) -> Message:
    """Return the text with these values in it, each of which is shown in the language of the moment."""
    return replace(template, values=tuple(values.items()))


@dataclass(frozen=True, slots=True)
class Named:
    """A name that is kept in both languages."""

    name: Bilingual

    def __str__(self) -> str:
        return self.name.ar if is_rtl() else self.name.en


@dataclass(frozen=True, slots=True)
class Name:
    """A person's or a place's own name inside a sentence of either direction."""

    text: object

    def __str__(self) -> str:
        return isolate(str(self.text))


@dataclass(frozen=True, slots=True)
class Code:
    """An extension or another code, in the digits of the language."""

    text: str

    def __str__(self) -> str:
        return format_code(self.text)


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number, given as E.164, as people of this country write it; nothing where there is none."""

    e164: str

    def __str__(self) -> str:
        if not self.e164:
            return ""
        try:
            return format_code(parse_number(self.e164, None).national)
        except BadNumber:
            return format_code(self.e164)


@dataclass(frozen=True, slots=True)
class Joined:
    """Several values in one line, parted by a point; what is empty is left out."""

    parts: tuple[object, ...]
    mark: str = " · "

    def __str__(self) -> str:
        return self.mark.join(said for part in self.parts if part is not None and (said := show(part)))


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing to show where a figure or a date would stand."""

    def __str__(self) -> str:
        return "—"


def figure(money: Money) -> object:
    """Return an amount for a column: without its currency, unless it is another one than today's pound."""
    return Amount(money) if money.currency == SYP else money


def month_of(text: str) -> date:
    """Return the first day of a month that is kept as "2026-05"."""
    return date.fromisoformat(f"{text}-01")


def in_call(at: datetime) -> Message:
    """Say in which call something was done."""
    return message("in the call of {time}", time=TimeOfDay(at))


def method(code: str) -> Message:
    """Return the words for a method of payment."""
    return METHODS.get(code, OTHER_METHOD)
