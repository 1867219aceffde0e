"""A picture of every screen, in both languages, light and dark, small and large."""

from collections.abc import AsyncIterator

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


async def tour_of(visit: Visit) -> AsyncIterator[str]:
    """Go from place to place; give the name of each round that is done."""
    hands = visit.hands
    for size in SIZES:
        hands.resize(*size)
        for scheme, command in (("dark", DARK), ("light", LIGHT)):
            await visit.find_by_number()
            await visit.open_card()
            await hands.press("K", ctrl=True)
            await hands.type(command)
            await hands.press("Enter")
            for key, place in PLACES:
                await hands.press(key)
                await hands.until_shown(place)
                await hands.settled()
                await visit.both_languages(f"{place}-{scheme}-{size[0]}")
            yield f"{scheme}-{size[0]}x{size[1]}"
