"""What the search does: it asks while one types, only the newest answer counts, every opened card leaves a trace."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from ccbs_desk.config.language import Text, strip_isolates
from ccbs_desk.domain.commands import ViewSubscriber
from ccbs_desk.domain.text import fold
from ccbs_desk.services.look_up import Found, Hit, asked_hash, look_up
from ccbs_desk.services.session import Session
from ccbs_desk.ui.bringing import ASKING, ASKING_TODO, Reached, leads_further, look_further
from ccbs_desk.ui.search import text
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks

LEAST = 2
"""letters or digits from which on it is asked"""


class SearchView(Protocol):
    """The screen as the presenter sees it."""

    def set_text(self, asked: str) -> None:
        """Put a text into the box as if it had been typed."""

    def show_welcome(self) -> None:
        """Show what can be asked for."""

    def show_hits(self, hits: Sequence[Hit], hint: object) -> None:
        """Show who may be meant, and how many they are."""

    def show_nothing(self, title: Text, todo: Text) -> None:
        """Say that nobody was found, and what to try."""

    def enter_results(self) -> None:
        """Put the keyboard on the first of the results."""

    def focus_box(self) -> None:
        """Put the keyboard into the box, with its text selected."""


class SearchPresenter:
    """Decides what the search shows and opens."""

    def __init__(self, session: Session, navigator: Navigator, tasks: Tasks, view: SearchView) -> None:
        self._session, self._navigator, self._tasks, self._view = session, navigator, tasks, view
        self._asked = ""
        self._found: Found | None = None
        self._go_on = False
        self._opening = False

    def activate(self, asked: str = "") -> None:
        """Take the keyboard; a text that is given is asked for, otherwise what was found last is still there."""
        if asked:
            self._view.set_text(asked)
        self._view.focus_box()

    def typed(self, asked: str) -> None:
        """Ask for what stands in the box now."""
        self._asked, self._go_on = strip_isolates(asked).strip(), False
        self._found = None
        if sum(letter.isalnum() for letter in fold(self._asked)) < LEAST:
            self._tasks.start(self._forget(), latest="search")
            return
        self._tasks.start(self._search(self._asked), latest="search")

    def entered(self) -> None:
        """Go on from the box: to the card where only one is meant, else into the results, once they are there.

        Who is only like what was asked does not stand in the way of the one who fits it.
        """
        if self._found is None:
            self._go_on = True
        elif len(meant := self._found.sure or self._found.hits) == 1:
            self.open(meant[0])
        elif self._found.hits:
            self._view.enter_results()

    def left(self) -> None:
        """Escape in the box empties it; in an empty box it goes back."""
        if self._asked:
            self._view.set_text("")
            self._view.focus_box()
        else:
            self._navigator.back()

    def open(self, hit: Hit) -> None:
        """Open a card; the trace is on the disk before anything of it is shown."""
        if not self._opening:
            self._opening = True
            self._tasks.start(self._open(hit))

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Ask again when an account that is shown has changed; focus and choice stay where they are."""
        found = self._found
        if found is None or not found.hits:
            return
        if accounts is None or any(hit.account_id in accounts for hit in found.hits):
            self._tasks.start(self._search(self._asked), latest="search")

    async def _search(self, asked: str) -> None:
        place = self._session.place
        found = await self._session.read(look_up, asked, home_area=place.home_area, today=self._session.today)
        reached: Reached = "not_asked"
        if leads_further(self._session, found):
            if found.hits:
                self._show(found, reached)
            else:
                self._view.show_nothing(ASKING, ASKING_TODO)
            found, reached = await look_further(self._session, asked, found)
        self._show(found, reached)
        if self._go_on:
            self._go_on = False
            self.entered()

    def _show(self, found: Found, reached: Reached) -> None:
        self._found = found
        if found.hits:
            self._view.show_hits(found.hits, text.hint(found))
        else:
            self._view.show_nothing(*text.nothing(found, reached))

    async def _forget(self) -> None:
        self._view.show_welcome()

    async def _open(self, hit: Hit) -> None:
        how = self._found.kind if self._found else "name"
        meant = self._found.meant if self._found else None
        asked = asked_hash(meant or self._asked, self._session.place.home_area)
        trace = ViewSubscriber(account_id=hit.account_id, how=how, asked_hash=asked)
        try:
            await self._session.act(trace, command_id=self._session.new_id())
        finally:
            self._opening = False
        self._navigator.open_card(hit.account_id)
