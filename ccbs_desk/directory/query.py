"""What is asked of the directory, and what it answers."""

from dataclasses import dataclass, field
from typing import Final, Literal

LIMIT: Final = 20
Why = Literal["exact", "begun", "spelling", "sound", "latin", "learned", "place", "category"]


class Hint:
    """Why nothing, or nothing more, was found. Codes are stable; the screen owns the words."""

    EMPTY = "directory.empty"
    """Nothing was asked."""
    TOO_SHORT = "directory.too_short"
    """Too few letters to look for."""
    ONLY_ARTICLE = "directory.only_article"
    """Only an article was typed so far."""
    NUMBER = "directory.number"
    """Digits alone: a search by number is another act, with a right and a reason."""
    PLACE_UNKNOWN = "directory.place_unknown"
    """No listing has the place that was asked for."""
    NOTHING = "directory.nothing"
    """Nobody is meant by it."""
    MORE = "directory.more"
    """There are more than are shown; another word narrows them."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: words of a name and of places in any order, and places apart as filters.

    `keystroke` says that the last word is still being typed. `near` is the caller's own area: it breaks ties.
    """

    text: str
    governorate: str = ""
    town: str = ""
    area: str = ""
    street: str = ""
    keystroke: bool = False
    near: str = ""
    limit: int = LIMIT


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing that may be meant. `score` is 1 for just what was asked, and less for less.

    `why` says for each word of the query how it was met; `spans` are the parts of `name` that met one.
    """

    id: str
    name: str
    score: float
    why: tuple[Why, ...]
    spans: tuple[tuple[int, int], ...]
    kind: str
    number: str
    governorate: str
    town: str
    area: str
    street: str
    category: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits, best first, and a hint where one helps. `meant` is the query in the other layout, if that helped."""

    hits: tuple[Hit, ...] = ()
    hint: str | None = None
    meant: str | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the hits, in their order."""
        return tuple(hit.id for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Pair:
    """A spelling that was typed and the name that was picked for it, `times` times."""

    typed: str
    meant: str
    times: int = field(default=1)
