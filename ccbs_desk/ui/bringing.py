"""Subscribers of other areas, as screens find and open them: what is not here is asked of the centre."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal
from uuid import UUID

from ccbs_desk.config.language import Message, Text, message
from ccbs_desk.domain.directory_errors import NamesBeingPrepared
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.look_up import Found, HintCode, Hit
from ccbs_desk.services.session import Session
from ccbs_desk.services.subscriber_card import read_card

COMING = message("Fetching from the centre…")
COMING_TODO = message("This subscriber belongs to another area.")
ASKING = message("Asking the centre…")
ASKING_TODO = message("Nobody on this desk is meant; the whole country is searched.")
NOWHERE = message("Nobody in the whole country fits. Check the number, or try fewer parts of the name.")
OUT_OF_REACH = message("The centre can't be asked now, and only subscribers of this desk's own area are here.")
BEING_PREPARED = message("The centre is still preparing the names of the whole country. Search by number meanwhile.")
PAUSE = 0.2
"""Seconds without another key after which the centre is asked: not every letter is a question."""
OWN_ANSWERS = frozenset(
    {HintCode.TOO_SHORT, HintCode.ONLY_ARTICLE, HintCode.NOT_FIXED, HintCode.NUMBER_UNREADABLE, HintCode.MORE}
)

Reached = Literal["not_asked", "asked", "being_prepared", "out_of_reach"]
UNREACHED: Mapping[Reached, Message] = {"being_prepared": BEING_PREPARED, "out_of_reach": OUT_OF_REACH}


async def card_of(session: Session, account_id: UUID, waiting: Callable[[Text, Text], None]) -> Card | None:
    """Return the card; None when neither this desk nor the centre has it. `waiting` says that it is being fetched."""
    card = await session.read(read_card, account_id, today=session.today)
    if card is None:
        waiting(COMING, COMING_TODO)
        if await session.brought(account_id):
            card = await session.read(read_card, account_id, today=session.today)
    return card


def leads_further(session: Session, found: Found) -> bool:
    """Tell whether the centre is to be asked as well: nobody here is surely meant, or this desk has no area."""
    if session.reach is None or found.hint_code in OWN_ANSWERS:
        return False
    return all(map(_is_near, found.hits)) or session.place.area_id is None


async def look_further(session: Session, asked: str, found: Found) -> tuple[Found, Reached]:
    """Ask the centre; return what was found here with what was found there, and whether it could be asked."""
    assert session.reach is not None
    await asyncio.sleep(PAUSE)
    try:
        there = await session.reach.look_up(asked)
    except Refused as no:
        return found, "being_prepared" if isinstance(no.reason, NamesBeingPrepared) else "out_of_reach"
    except Unavailable:
        return found, "out_of_reach"
    here = {hit.account_id for hit in found.hits}
    others = (hit for hit in there.hits if hit.account_id not in here)
    hits = (*(hit for hit in found.hits if not _is_near(hit)), *others, *filter(_is_near, found.hits))
    return replace(there, hits=hits) if there.hits else found, "asked"


def _is_near(hit: Hit) -> bool:
    """Return whether a hit is only a name like the one that was asked."""
    return hit.why == "name_near"
