"""The decisions of the first start: ask to be let in, wait for the approval, load the area, go on after a cut."""

import asyncio
from typing import Protocol

from ccbs_desk.config.language import Text
from ccbs_desk.domain.errors import Reason, Refused, Unavailable
from ccbs_desk.sync.enrol import Enrolling
from ccbs_desk.sync.snapshots import FirstLoad, Progress
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.welcome import text
from ccbs_desk.wire.messages import Enrolment


class Welcome(Protocol):
    """What the presenter asks of the view."""

    def show_asking(self) -> None:
        """Say that the desk asks to be let in."""

    def show_waiting(self, mark: str, *, link: bool) -> None:
        """Show the mark that a supervisor compares."""

    def show_progress(self, what: Text, done: int = 0, total: int = 0, detail: Text = "") -> None:
        """Show how far it is."""

    def show_error(self, title: Text, kept: Text, todo: Text) -> None:
        """Say why it stopped, and offer to go on."""


class WelcomePresenter:
    """Leads through the first start; each part ends only when it is done or given up."""

    def __init__(self, view: Welcome) -> None:
        self._view = view
        self._again = asyncio.Event()
        self._load: asyncio.Task[None] | None = None

    def again(self) -> None:
        """The person wants to try once more."""
        self._again.set()

    def cancel(self) -> None:
        """The person gives the load up for now."""
        if self._load is not None:
            self._load.cancel()

    async def enrol(self, enrolling: Enrolling, known: Enrolment | None, name: str, centre_code: str) -> Enrolment:
        """Return the approved enrolment, however long a supervisor takes."""
        self._view.show_asking()
        while True:
            try:
                waiting = await enrolling.look(known) if known else await enrolling.ask(name, centre_code)
                return await self._approved(enrolling, waiting)
            except (Refused, Unavailable) as no:
                await self.tell(no.reason)
                self._view.show_asking()

    async def _approved(self, enrolling: Enrolling, waiting: Enrolment) -> Enrolment:
        def told(answer: Enrolment | None) -> None:
            self._view.show_waiting(waiting.fingerprint, link=answer is not None)

        told(waiting)
        return await enrolling.until_approved(waiting, told)

    async def load(self, first: FirstLoad) -> bool:
        """Load the area; return whether it is there. A person may give it up and sign in again later."""
        while True:
            self._view.show_progress(text.BUILDING)
            self._load = asyncio.ensure_future(first.run(self._loading))
            try:
                await self._load
            except asyncio.CancelledError:
                return False
            except (Refused, Unavailable) as no:
                await self.tell(no.reason)
            else:
                return True

    def _loading(self, progress: Progress) -> None:
        match progress.step:
            case "building":
                self._view.show_progress(text.BUILDING)
            case "fetching":
                detail = text.megabytes(progress.done, progress.whole)
                self._view.show_progress(text.LOADING, progress.done, progress.whole, detail)
            case _:
                self._view.show_progress(text.LAYING_IN, progress.done, progress.whole, text.rows(progress.done))

    async def tell(self, reason: Reason) -> None:
        """Say why it stopped, and wait until the person wants to go on."""
        words = words_of(reason)
        self._again.clear()
        self._view.show_error(words.title, words.kept, words.todo)
        await self._again.wait()
