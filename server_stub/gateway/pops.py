"""What a desk is shown of a caller: whom the number belongs to, for one alone the whole card. Nothing here writes."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Engine, select

from ccbs_desk.models.database import reading
from ccbs_desk.models.subscribers import LineNumber
from ccbs_desk.services.caller_match import SURE, CallerMatch, caller_keys, find_account, find_caller
from ccbs_desk.services.card_wire import encode_card
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.telephony.model import CallRecord, Direction, Presentation


@dataclass(frozen=True, slots=True)
class Pop:
    """The accounts that the caller may be. `card` is there when it is one for sure."""

    matches: tuple[CallerMatch, ...] = ()
    card: bytes | None = None

    @property
    def account_id(self) -> UUID | None:
        """The account that the call is about, if that is known."""
        return self.matches[0].account_id if self.card is not None else None


NOBODY = Pop()
UNTIL_PLANNED = 12
"""How often a connection must see a statement: the driver has it prepared at the sixth time, PostgreSQL keeps a plan
after five more."""


def warm_up(engine: Engine, today: date, connections: int = 1) -> None:
    """Read some cards over so many connections at once, so that the first callers wait for no preparation.

    Asks the database.
    """
    some = select(LineNumber.e164, LineNumber.account_id).limit(UNTIL_PLANNED)
    with ExitStack() as stack:
        for connection in [stack.enter_context(reading(engine)) for _ in range(connections)]:
            for row in connection.execute(some):
                find_caller(connection, (row.e164,), today)
                read_card(connection, row.account_id, today=today, at_desk=False)


def number_of(record: CallRecord) -> str:
    """Return the other party's number as it was presented or dialled; empty when it may not be known."""
    if record.direction is Direction.OUTBOUND:
        return record.dialled
    return record.caller.number if record.caller.presentation is Presentation.ALLOWED else ""


def look_up(engine: Engine, number: str, account_id: UUID | None, home_area: str, today: date) -> Pop:
    """Return whom a number belongs to, or the account that an agent before has found. Asks the database."""
    keys = caller_keys(number, home_area)
    if not keys and account_id is None:
        return NOBODY
    with reading(engine) as connection:
        matches = find_account(connection, account_id) if account_id else find_caller(connection, keys, today)
        if len({match.account_id for match in matches}) != 1 or matches[0].why not in SURE:
            return Pop(tuple(matches))
        card = read_card(connection, matches[0].account_id, today=today, at_desk=False)
    return Pop((matches[0],), encode_card(card) if card else None)
