"""A count of cash as it is shown: expected, counted and the difference by currency, each in its tone."""

from dataclasses import dataclass, replace

from ccbs_desk.config.language import Amount, Text, currency_name, pmessage
from ccbs_desk.domain.money import Money
from ccbs_desk.services.close_till import Count
from ccbs_desk.ui.kit.table import Align, Column
from ccbs_desk.ui.kit.tokens import Tone

CURRENCY = pmessage("column", "Currency")
EXPECTED = pmessage("till", "Expected")
COUNTED = pmessage("till", "Counted")
DIFFERENCE = pmessage("till", "Difference")
EXACT = pmessage("till", "Exact")
OVER = pmessage("till", "Over by {amount}")
SHORT = pmessage("till", "Short by {amount}")
FIGURE = 112


@dataclass(frozen=True, slots=True)
class CountRow:
    """One currency of a count."""

    currency: str
    expected: Money
    counted: Money
    difference: Text
    tone: Tone


def count_row(count: Count) -> CountRow:
    """Return one currency of a count with its difference in words."""
    found = count.difference
    word, tone = EXACT, Tone.OK
    if found.minor:
        word = replace(OVER if found.minor > 0 else SHORT, values=(("amount", abs(found)),))
        tone = Tone.WARN if found.minor > 0 else Tone.BAD
    return CountRow(found.currency, count.expected, count.counted, word, tone)


def count_columns() -> tuple[Column[CountRow], ...]:
    """Return the columns that every table of a count has."""
    return (
        Column("currency", CURRENCY, lambda row: _Currency(row.currency)),
        Column("expected", EXPECTED, lambda row: Amount(row.expected), Align.FIGURE, FIGURE),
        Column("counted", COUNTED, lambda row: Amount(row.counted), Align.FIGURE, FIGURE),
    )


@dataclass(frozen=True, slots=True)
class _Currency:
    """The short name of a currency, in the language of the moment."""

    code: str

    def __str__(self) -> str:
        return currency_name(self.code)
