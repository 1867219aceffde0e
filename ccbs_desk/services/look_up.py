"""Find whom a caller means, by whatever was typed: a number in any spelling, an account, a receipt, or words of a name.

Nothing that is typed is an error: what can't be found comes back as a hint. A hint's code says why, the screen owns
the words. Every card that is then opened leaves a trace by the act ViewSubscriber.
"""

from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Literal

from sqlalchemy import Connection, select

from ccbs_desk.directory.index import NameHit, NameIndex, StoreIndex
from ccbs_desk.domain.layouts import other_layout
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.domain.text import search_tokens
from ccbs_desk.domain.till import BadTill, parse_receipt_number, receipt_number
from ccbs_desk.models.money import Receipt
from ccbs_desk.models.subscribers import Account
from ccbs_desk.services.hits import Hit, LineState, Match, Why, hits_of, numbers_of, place_of
from ccbs_desk.services.number_keys import bare_digits, keys_of

__all__ = ["Found", "HintCode", "Hit", "Kind", "LineState", "Why", "asked_hash", "look_up"]

Kind = Literal["number", "name", "receipt", "account", "nothing"]
ARTICLE = "ال"
SHORTEST_NAME = 2


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
class Found:
    """What was understood (`kind`), who is meant, best first, and a hint where one helps. Nothing is picked.

    `meant` is what the same keys type in the other keyboard layout, where only that found somebody.
    """

    kind: Kind
    hits: tuple[Hit, ...] = ()
    hint_code: str | None = None
    place: Bilingual | None = None
    meant: str | None = None

    @property
    def sure(self) -> tuple[Hit, ...]:
        """Those who fit what was asked, without those whose names are only like it."""
        return tuple(hit for hit in self.hits if hit.why != "name_near")


def look_up(
    connection: Connection,
    text: str,
    *,
    home_area: str | None,
    today: date,
    limit: int = 50,
    index: NameIndex | None = None,
    at_desk: bool = True,
) -> Found:
    """Return who is meant by the text, at most `limit` hits. Never raises for anything typed.

    Where nobody surely is, it is tried in the other keyboard layout too. `at_desk` is false at the centre, which has no
    area.
    """
    index = index or StoreIndex()
    found = _found(connection, text, home_area, today, limit, index, at_desk)
    if found.sure:
        return found
    meant = other_layout(text)
    if meant is not None:
        again = _found(connection, meant, home_area, today, limit, index, at_desk)
        if again.sure:
            return replace(again, meant=meant)
    return found


def _found(
    connection: Connection, text: str, home_area: str | None, today: date, limit: int, index: NameIndex, at_desk: bool
) -> Found:
    receipt = _receipt_number(text)
    if receipt is not None:
        return _by_receipt(connection, receipt, today)
    bare = bare_digits(text)
    if bare is not None:
        return _by_digits(connection, bare, home_area, today, limit, at_desk)
    return _by_name(connection, text, index, today, limit)


def asked_hash(text: str, home_area: str | None = None) -> bytes:
    """Return what ViewSubscriber keeps of the text that was asked: 32 bytes, alike for all spellings of it."""
    bare = bare_digits(text)
    if bare is None:
        meant = " ".join(search_tokens(text))
    else:
        exact = keys_of(bare, home_area).exact
        meant = exact[0] if len(exact) == 1 else bare
    return sha256(meant.encode()).digest()


def _receipt_number(text: str) -> str | None:
    try:
        return receipt_number(*parse_receipt_number(text))
    except BadTill:
        return None


def _by_receipt(connection: Connection, number: str, today: date) -> Found:
    account_id = connection.execute(select(Receipt.account_id).where(Receipt.number == number)).scalar_one_or_none()
    if account_id is None:
        return Found("receipt", hint_code=HintCode.NOTHING)
    return Found("receipt", hits_of(connection, [Match(account_id, "receipt", matched=number)], today))


def _by_digits(
    connection: Connection, bare: str, home_area: str | None, today: date, limit: int, at_desk: bool
) -> Found:
    account_ids = connection.execute(select(Account.id).where(Account.number == bare)).scalars()
    matches = [Match(account_id, "account", matched=bare) for account_id in account_ids]
    keys = keys_of(bare, home_area)
    kind: Kind = "account" if matches else "number"
    matches += numbers_of(connection, keys, today, limit + 1)
    if matches:
        hint = HintCode.MORE if len(matches) > limit else None
        return Found(kind, hits_of(connection, matches[:limit], today), hint)
    if keys.misread is not None:
        understood: Kind = "nothing" if keys.misread == "too_short" else "number"
        return Found(understood, hint_code=_MISREAD[keys.misread])
    place = place_of(connection, keys.exact) if at_desk else None
    return Found("number", hint_code=HintCode.OUTSIDE_AREA if place else HintCode.NOTHING, place=place)


_MISREAD = {
    "too_short": HintCode.TOO_SHORT,
    "not_fixed": HintCode.NOT_FIXED,
    "unreadable": HintCode.NUMBER_UNREADABLE,
}


def _by_name(connection: Connection, text: str, index: NameIndex, today: date, limit: int) -> Found:
    words = search_tokens(text)
    if words and set(words) == {ARTICLE}:
        return Found("nothing", hint_code=HintCode.ONLY_ARTICLE)
    if sum(map(len, words)) < SHORTEST_NAME:
        return Found("nothing", hint_code=HintCode.TOO_SHORT)
    found = index.find(connection, text, limit + 1)
    matches = [Match(hit.account_id, _why(hit)) for hit in found[:limit]]
    hint = HintCode.MORE if len(found) > limit else None if found else HintCode.NOTHING
    return Found("name", hits_of(connection, matches, today), hint, meant=found[0].meant if found else None)


def _why(hit: NameHit) -> Why:
    if hit.near:
        return "name_near"
    return "name" if hit.exact else "name_begins"
