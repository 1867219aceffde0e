"""A picture of every place, light and dark, small and large, in both languages.

One life is a clerk's at a counter, the other an agent's: what a call brings is seen there. What only a new desk shows,
its mark and the sign-in, is pictured once; questions and the supervisor's approval are in tests/ui/golden.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from ccbs_desk.ui.walker.calls import CallVisit
from ccbs_desk.ui.walker.visit import Visit

SIZES = ((1366, 768), (1920, 1080))
PLACES = (
    ("F2", "search"),
    ("F3", "card"),
    ("F4", "payment"),
    ("F5", "features"),
    ("F6", "till"),
    ("F7", "outbox"),
    ("F8", "receipt"),
    ("F11", "complaints"),
)
DARK, LIGHT = "داكنة", "فاتحة"


async def looks(visit: Visit) -> AsyncIterator[str]:
    """Give the desk one look after the other."""
    hands = visit.hands
    for size in SIZES:
        hands.resize(*size)
        for scheme, command in (("dark", DARK), ("light", LIGHT)):
            await hands.press("K", ctrl=True)
            await hands.type(command)
            await hands.press("Enter")
            visit.look = f"-{scheme}-{size[0]}"
            yield f"{scheme}-{size[0]}x{size[1]}"


async def tour_of(visit: Visit) -> AsyncIterator[str]:
    """Go from place to place of a counter; give the name of each round that is done."""
    hands = visit.hands
    async for look in looks(visit):
        await visit.find_by_number()
        await visit.open_card()
        for key, place in PLACES:
            await hands.press(key)
            await hands.until_shown(place)
            await hands.settled()
            await visit.both_languages(place)
        await visit.see_directory()
        await visit.see_palette()
        yield look


async def tour_of_calls(visit: Visit, world: Callable[..., Awaitable[dict[str, Any]]]) -> AsyncIterator[str]:
    """Be called by somebody who is known and by somebody who is not; give the name of each round that is done."""
    calls = CallVisit(visit)
    await calls.log_in()
    async for look in looks(visit):
        await calls.begin_typing()
        rang = await world("call", number=calls.NUMBER)
        await calls.see_pop(rang["at"])
        await world("answer", extension=calls.EXTENSION)
        await calls.go_to_call()
        await world("call", number=calls.SECOND)
        await world("hang-up", extension=calls.EXTENSION)
        await calls.wrap_up()
        await calls.see_second()
        await world("hang-up", extension=calls.EXTENSION)
        await calls.close_second()
        yield look
