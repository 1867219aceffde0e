"""Subscribers of other areas, as screens open them: the card is read here, or the account is fetched first."""

from collections.abc import Callable
from uuid import UUID

from ccbs_desk.config.language import Text, message
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.session import Session
from ccbs_desk.services.subscriber_card import read_card

COMING = message("Fetching from the centre…")
COMING_TODO = message("This subscriber belongs to another area.")


async def card_of(session: Session, account_id: UUID, waiting: Callable[[Text, Text], None]) -> Card | None:
    """Return the card; None when neither this desk nor the centre has it. `waiting` says that it is being fetched."""
    card = await session.read(read_card, account_id, today=session.today)
    if card is None:
        waiting(COMING, COMING_TODO)
        if await session.brought(account_id):
            card = await session.read(read_card, account_id, today=session.today)
    return card
