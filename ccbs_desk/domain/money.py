"""Money: whole minor units and a currency, never a float (domain.md, Money 1).

The Syrian pound was re-based on 1 January 2026, 100 old to 1 new, so that every amount says which pound it means. Both
have hundredths as their minor unit. Whatever rounds here rounds once, half up and away from zero: a refund undoes a
payment to the last unit.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from ccbs_desk.domain.text import fold_digits, strip_controls

SYP = "SYP"
"""The new Syrian pound, since 1 January 2026."""
SYO = "SYO"
"""The old Syrian pound, 100 of them to one new."""
CURRENCIES = frozenset({SYP, SYO})
OLD_IN_NEW = 100
"""How many old pounds make one new pound (the law of the re-basing)."""
MINOR_IN_MAJOR = 100
"""How many minor units make one pound, in either currency."""
MAX_MINOR = 10**15
"""The largest amount that can be typed, either sign, in minor units: far above any bill, far below 64 bits."""


class BadMoney(ValueError):
    """Amounts that can't be made or mixed. Codes: `money.unknown_currency`, `money.mixed_currencies`."""

    def __init__(self, code: str, *currencies: str) -> None:
        super().__init__(f"{code}: {', '.join(currencies)}")
        self.code = code
        self.currencies = currencies


class BadAmount(ValueError):
    """Typed text that is no amount.

    Codes: `amount.empty`, `amount.not_a_number`, `amount.too_many_decimals`, `amount.too_large`.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` hundredths of the pound that `currency` names. Compares and adds within one currency only."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise BadMoney("money.unknown_currency", self.currency)
        if type(self.minor) is not int:
            raise TypeError(f"minor units are whole: {self.minor!r}")

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise BadMoney("money.mixed_currencies", self.currency, other.currency)
        return other.minor

    def __add__(self, other: "Money") -> Self:
        return type(self)(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> Self:
        return type(self)(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __abs__(self) -> Self:
        return type(self)(abs(self.minor), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)


def zero(currency: str) -> Money:
    """Return no money at all, in a currency."""
    return Money(0, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum of amounts that are all in `currency`; nothing adds up to zero."""
    result = zero(currency)
    for amount in amounts:
        result += amount
    return result


def _round_half_up(minor: int, step: int) -> int:
    """Return how many steps come nearest to `minor`, a half counting away from zero."""
    steps = (2 * abs(minor) + step) // (2 * step)
    return steps if minor >= 0 else -steps


def convert(amount: Money, to: str) -> tuple[Money, Money]:
    """Return the amount in currency `to`, and what the rounding left over in the currency it came from.

    The second value is exact and may be negative: 1.49 old pounds are 0.01 new ones and 0.49 old left over; 1.50 old
    are 0.02 new and -0.50 old. Converting the first value back and adding the second gives the amount again. Convert
    once, at the transaction, never line by line (domain.md, Money 1).
    """
    if to == amount.currency:
        return amount, zero(to)
    if to == SYO:
        return Money(amount.minor * OLD_IN_NEW, to), zero(amount.currency)
    converted = Money(_round_half_up(amount.minor, OLD_IN_NEW), to)
    return converted, Money(amount.minor - converted.minor * OLD_IN_NEW, amount.currency)


def round_cash(amount: Money, smallest: Money) -> tuple[Money, Money]:
    """Return the amount as it can be paid in cash, and the difference that goes to the rounding account.

    `smallest` is the smallest coin or note in use (a policy value). The difference is rounded minus amount: positive
    when the customer pays more than is owed. Half a coin rounds up, away from zero (domain.md, Money 1).
    """
    if smallest <= zero(amount.currency):
        raise ValueError(f"the smallest coin must be worth something: {smallest}")
    rounded = Money(_round_half_up(amount.minor, smallest.minor) * smallest.minor, amount.currency)
    return rounded, rounded - amount


_SPACES = str.maketrans({"\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\t": " ", "،": ",", "−": "-"})
_GROUPED = r"[1-9][0-9]{0,2}(?:(?P<mark>[%s])[0-9]{3})(?:(?P=mark)[0-9]{3})*"
_POINT_DECIMAL = re.compile(rf"(?P<whole>[0-9]+|{_GROUPED % ' ,٬'})?(?:[.٫](?P<part>[0-9]+))?")
_COMMA_DECIMAL = re.compile(rf"(?P<whole>[0-9]+|{_GROUPED % ' ٬'}),(?P<part>[0-9]+)")


def parse_amount(text: str, currency: str, decimals: int = 2) -> Money:
    """Read an amount as a person types it, in Latin, Arabic-Indic or Persian digits. Raises BadAmount.

    Thousands may be set apart by `,`, `٬` or spaces, in threes; the decimal mark is `.`, `٫`, or a single comma that
    can't be read as thousands: "1,500" is fifteen hundred, "1,5" one and a half. What could be meant in two ways
    ("1.500", "1500,000") is refused, never guessed. `decimals` is how many the currency allows on input, at most two.
    Zero and negative amounts are read; whether they make sense is the caller's rule.
    """
    clean = fold_digits(strip_controls(text)).translate(_SPACES).strip()
    if not clean:
        raise BadAmount("amount.empty", text)
    body = clean[1:].lstrip() if clean[0] in "+-" else clean
    match = _POINT_DECIMAL.fullmatch(body) or _COMMA_DECIMAL.fullmatch(body)
    if match is None or not body:
        raise BadAmount("amount.not_a_number", text)
    whole = re.sub(r"[ ,٬]", "", match["whole"] or "").lstrip("0")
    part = match["part"] or ""
    if len(part) > decimals:
        raise BadAmount("amount.too_many_decimals", text)
    if len(whole) > len(str(MAX_MINOR)) or (minor := int(whole + part.ljust(2, "0"))) > MAX_MINOR:
        raise BadAmount("amount.too_large", text)
    return Money(-minor if clean[0] == "-" else minor, currency)
