"""Read a subscriber's card: who, which lines, on or off, owes what, what is open. Nothing here writes.

Every figure is a sum over the ledger, and `explain_balance` shows what it is made of.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.services.card_facts import Card, LedgerLine


def read_card(connection: Connection, account_id: UUID, *, today: date) -> Card | None:
    """Return the card, or None when this store does not hold the account."""
    raise NotImplementedError


def explain_balance(connection: Connection, account_id: UUID) -> tuple[LedgerLine, ...]:
    """Return what the account's balance is made of, oldest first; the last line's `running` is the balance."""
    raise NotImplementedError
