"""Find whom a caller means, by whatever was typed: a number in any spelling, an account, a receipt, or words of a name.

Nothing that is typed is an error: what can't be found comes back as a hint. A hint's code says why, the screen owns
the words. Every card that is then opened leaves a trace by the act ViewSubscriber.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual

Kind = Literal["number", "name", "receipt", "account", "nothing"]
Why = Literal["number", "old_number", "number_begins", "name", "name_begins", "receipt", "account"]
LineState = Literal["active", "barred", "stopped", "cancelled", "none"]


class HintCode:
    """Why nothing, or nothing more, was found. Codes are stable."""

    TOO_SHORT = "look_up.too_short"
    """Too few digits or letters to look for."""
    ONLY_ARTICLE = "look_up.only_article"
    """Only an article was typed so far."""
    NOTHING = "look_up.nothing"
    """Nobody here is meant by it."""
    OUTSIDE_AREA = "look_up.outside_area"
    """The number belongs to an exchange of another area; `Found.place` names it."""
    NOT_FIXED = "look_up.not_fixed"
    """A mobile number, a short code, or a number of another country: no line of ours."""
    NUMBER_UNREADABLE = "look_up.number_unreadable"
    """Digits, but no telephone number: too many, or an area code that does not exist."""
    MORE = "look_up.more"
    """There are more hits than are shown; another word narrows them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One account that may be meant, with the line that led to it (else its first line).

    `e164` has its plus and is empty without a line. `owes` is negative when the account holds credit.
    `why` is what matched; for `old_number` the line's former number is `matched`, held until `matched_until`.
    """

    account_id: UUID
    line_id: UUID | None
    name: str
    account_number: str
    e164: str
    town: str
    street: str
    state: LineState
    owes: Money
    why: Why
    matched: str = ""
    matched_until: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was understood (`kind`), who is meant, best first, and a hint where one helps. Nothing is picked."""

    kind: Kind
    hits: tuple[Hit, ...] = ()
    hint_code: str | None = None
    place: Bilingual | None = None


def look_up(connection: Connection, text: str, *, home_area: str | None, today: date, limit: int = 50) -> Found:
    """Return who is meant by the text. Never raises for anything typed."""
    raise NotImplementedError


def asked_hash(text: str) -> bytes:
    """Return what ViewSubscriber keeps of the text that was asked: 32 bytes, alike for all spellings of a name."""
    raise NotImplementedError
