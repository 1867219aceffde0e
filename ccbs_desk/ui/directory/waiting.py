"""A desk whose directory is still on its way: how much of it is here, until one can ask."""

from collections.abc import Callable
from typing import Protocol

from ccbs_desk.services.listings import Coming, Listings


class WaitingFace(Protocol):
    """What can be shown of a directory that is on its way."""

    def show_coming(self, how_far: Coming) -> None:
        """Say how far it is, in the place where else stands what can be asked for."""

    def show_came(self) -> None:
        """It is here: say again what can be asked for."""


class Waiting:
    """Looks how far the directory is. `came` is called once one can ask."""

    def __init__(self, listings: Listings, view: WaitingFace, came: Callable[[], None]) -> None:
        self._listings, self._view, self._came = listings, view, came
        self._waits = False

    def look(self) -> bool:
        """Show how far it is; return whether it is still waited for."""
        waited, self._waits = self._waits, not self._listings.is_there
        if self._waits:
            self._view.show_coming(self._listings.coming)
        elif waited:
            self._view.show_came()
            self._came()
        return self._waits
