"""What subscribers have: one line as a rule, some a second account, organisations up to four lines.

The shapes recur every hundred subscribers, so that accounts, lines and numbers of an area can be counted before it is
filled: number ranges and bill numbers are given out from these counts.
"""

from dataclasses import dataclass
from itertools import accumulate

from server_stub.seed.chance import chance_of

_ROUND = 100
_EARLIER_EVERY = 25
"""One line in so many had another number before."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What one subscriber has: the number of lines of each account."""

    organisation: bool
    accounts: tuple[int, ...]


def _round() -> tuple[Shape, ...]:
    """Return the shapes of a hundred subscribers in their order; the first is a person with one line."""
    person, pair, shop = Shape(False, (1,)), Shape(False, (1, 1)), Shape(True, (1,))
    rest = [person] * 84 + [pair] * 3 + [shop] * 7 + [Shape(True, (2,))] * 3 + [Shape(True, (3,)), Shape(True, (1, 3))]
    chance_of("shapes").shuffle(rest)
    return (person, *rest)


SHAPES = _round()
_ACCOUNTS = (0, *accumulate(len(shape.accounts) for shape in SHAPES))
_LINES = (0, *accumulate(sum(shape.accounts) for shape in SHAPES))


def shape_of(n: int) -> Shape:
    """Return the shape of an area's `n`-th subscriber, from 0."""
    return SHAPES[n % _ROUND]


def accounts_in(subscribers: int) -> int:
    """Return how many accounts so many subscribers have."""
    return subscribers // _ROUND * _ACCOUNTS[-1] + _ACCOUNTS[subscribers % _ROUND]


def lines_in(subscribers: int) -> int:
    """Return how many lines so many subscribers have."""
    return subscribers // _ROUND * _LINES[-1] + _LINES[subscribers % _ROUND]


def has_earlier_number(line: int) -> bool:
    """Tell whether an area's line (from 0) had another number before."""
    return line % _EARLIER_EVERY == _EARLIER_EVERY - 1


def numbers_in(subscribers: int) -> int:
    """Return how many numbers so many subscribers need, earlier ones included."""
    lines = lines_in(subscribers)
    return lines + lines // _EARLIER_EVERY
