"""Who is meant by what was typed, in the whole country: for desks whose own area does not hold the subscriber.

Names are found by a walk over the subscribers that stops as soon as there are enough candidates; what is found is then
held against the same folded words as on a desk.
"""

from datetime import datetime

from sqlalchemy import Connection, Engine, and_, select

from ccbs_desk.directory.index import NameHit
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.errors import NotAllowed, Refused
from ccbs_desk.domain.permissions import DIRECTORY_LOOK_UP, SUBSCRIBER_VIEW
from ccbs_desk.domain.text import index_tokens, search_tokens, strip_controls
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.subscribers import Account, Subscriber
from ccbs_desk.services.look_up import Found, asked_hash, look_up
from ccbs_desk.wire.visits import LookUpRequest
from server_stub.auth import Session
from server_stub.visits import note

SHOWN = 50
CANDIDATES = 500
_ANY = "_"
# Letters that are written one for another: any of them stands where one was typed.
_ALIKE = str.maketrans(dict.fromkeys("اأإآٱيىئؤوءةه", _ANY))


class CountryNames:
    """A `NameIndex` over the subscribers' own table, on any database."""

    def find(self, connection: Connection, query: str, limit: int) -> tuple[NameHit, ...]:
        """Return at most `limit` accounts in whose names every word stands; the last may be a beginning."""
        words, typed = search_tokens(query), strip_controls(query).split()
        patterns = [Subscriber.name.like(f"%{_pattern(word)}%", escape="\\") for word in typed]
        rows = connection.execute(
            select(Account.id, Subscriber.name)
            .join(Account, Account.subscriber_id == Subscriber.id)
            .where(and_(*patterns))
            .limit(CANDIDATES)
        )
        found = [(account_id, name, _fits(words, name)) for account_id, name in rows]
        ranked = sorted((exact != "whole", name, account_id) for account_id, name, exact in found if exact)
        return tuple(NameHit(account_id, not begun) for begun, _, account_id in ranked[:limit])


def _pattern(word: str) -> str:
    """Return what SQL compares: a word may lack its article, and its look-alike letters may be any."""
    bare = word.removeprefix("ال") if len(word) > len("ال") + 1 else word
    escaped = bare.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.translate(_ALIKE)


def _fits(words: tuple[str, ...], name: str) -> str:
    own = index_tokens(name)
    if not all(word in own for word in words[:-1]):
        return ""
    if words[-1] in own:
        return "whole"
    return "begun" if any(token.startswith(words[-1]) for token in own) else ""


def find(engine: Engine, session: Session, asked: LookUpRequest, now: datetime) -> Found:
    """Return who is meant, and keep that it was asked. Raises Refused(NotAllowed)."""
    for right in (DIRECTORY_LOOK_UP, SUBSCRIBER_VIEW):
        if not session.may(right):
            raise Refused(NotAllowed(right))
    with reading(engine) as connection:
        found = look_up(
            connection,
            asked.text,
            home_area=asked.home_area,
            today=damascus_date(now),
            limit=SHOWN,
            index=CountryNames(),
            at_desk=False,
        )
    digest = asked_hash(found.meant or asked.text, asked.home_area)
    with writing(engine) as connection:
        note(connection, session, found.kind, now, found=len(found.hits), asked=digest)
    return found
