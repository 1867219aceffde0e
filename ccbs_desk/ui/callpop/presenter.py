"""What the pop does: a tab for each call, a strip for the one not yet looked at. It never moves the keyboard by itself.

A call that is cancelled before anybody looked at it goes as quietly as it came; one that was looked at stays until
the person closes it, one that was answered until it is wrapped up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from ccbs_desk.domain.commands import ViewSubscriber
from ccbs_desk.services.look_up import asked_hash
from ccbs_desk.services.session import Session
from ccbs_desk.sync.phone_state import CallNow, PhoneNow
from ccbs_desk.ui.callpop.shown import Pop, own_tab, pop_of, tab_of
from ccbs_desk.ui.phone import Phone
from ccbs_desk.ui.shell.calltabs import Tab
from ccbs_desk.ui.shell.rooms import OWN
from ccbs_desk.ui.shell.tasks import Tasks

LIVE = ("offered", "talking", "held")


@dataclass(slots=True)
class Known:
    """A call that has a tab."""

    call: CallNow
    answered: bool = False
    visited: bool = False

    @property
    def over(self) -> bool:
        """Whether nobody speaks in it any more."""
        return self.call.state == "ended"


class PopView(Protocol):
    """Tabs, strip and rooms as the presenter sees them. Nothing here moves the keyboard but `enter` and `wrap_up`."""

    def show_tabs(self, tabs: Sequence[Tab]) -> None:
        """Show the tabs."""

    def show_pop(self, pop: Pop | None) -> None:
        """Show who calls, or nobody any more."""

    def open_room(self, call: CallNow) -> None:
        """Make a room for a call, without going there."""

    def close_room(self, call_id: UUID) -> None:
        """Take a call's room away."""

    def enter(self, room: str) -> None:
        """Go to a room; the person asked for it."""

    def wrap_up(self, call_id: UUID) -> None:
        """Go to the wrap-up of a call."""

    def at_wrap_up(self) -> bool:
        """Tell whether the wrap-up of a call is what is shown."""


class PopPresenter:
    """Decides which calls have tabs, and which one the strip shows."""

    def __init__(self, session: Session, tasks: Tasks, view: PopView, phone: Phone, here: Callable[[], str]) -> None:
        self._session, self._tasks, self._view, self._phone, self._here = session, tasks, view, phone, here
        self._known: dict[UUID, Known] = {}
        self._done: set[UUID] = set()

    def start(self) -> None:
        """Follow the telephone from now on, with the calls that are there already."""
        self._phone.listeners.append(self._heard)
        self._follow(self._phone.now)

    def close(self) -> None:
        """Let go of the telephone."""
        if self._heard in self._phone.listeners:
            self._phone.listeners.remove(self._heard)

    def call(self, call_id: UUID) -> CallNow | None:
        """Return a call that has a tab, as it was told last."""
        known = self._known.get(call_id)
        return known.call if known else None

    def entered(self, room: str) -> None:
        """The person went to a tab: its call has been looked at."""
        known = next((known for known in self._known.values() if str(known.call.id) == room), None)
        if known is not None:
            known.visited = True
        self._show()

    def next(self) -> None:
        """Go to the call that waits for a look; without one to the wrap-up of the call that is over, or on."""
        waiting = self._waiting()
        if waiting is not None:
            self._view.enter(str(waiting.call.id))
            return
        here = self._known_here()
        if here is not None and here.over and here.answered and not self._view.at_wrap_up():
            self._view.wrap_up(here.call.id)
            return
        rooms = [OWN, *(str(call_id) for call_id in self._known)]
        place = rooms.index(self._here()) if self._here() in rooms else 0
        self._view.enter(rooms[(place + 1) % len(rooms)])

    def finish(self, call_id: UUID) -> None:
        """Go on to what ends a call's tab: the wrap-up where it was answered, else it is closed."""
        known = self._known.get(call_id)
        if known is None:
            return
        if known.answered:
            known.visited = True
            self._view.wrap_up(call_id)
        elif known.over:
            self.done(call_id)

    def finish_here(self) -> None:
        """Finish the call of the tab where one is, else the one that waits for its wrap-up."""
        known = self._known_here() or next((one for one in self._known.values() if one.over and one.answered), None)
        if known is not None:
            self.finish(known.call.id)

    def done(self, call_id: UUID) -> None:
        """The work on a call is done: its tab goes."""
        self._done.add(call_id)
        if self._known.pop(call_id, None) is not None:
            self._show()
            self._view.close_room(call_id)

    def _heard(self, _before: PhoneNow, after: PhoneNow) -> None:
        self._follow(after)

    def _follow(self, now: PhoneNow) -> None:
        # The centre tells a call as over until it has heard of its wrap-up; handed back, it is live again.
        self._done -= {call.id for call in now.calls if call.state != "ended"}
        calls = [call for call in now.calls if call.id not in self._done]
        told = {call.id: call for call in calls}
        new = [call for call in calls if call.id not in self._known]
        for call in new:
            # What is told as over when it is first heard of waits for its wrap-up since before this desk started.
            self._known[call.id] = Known(call, answered=call.state != "offered")
        for call_id, known in self._known.items():
            # What is told no more is over.
            known.call = told.get(call_id, replace(known.call, state="ended"))
            known.answered |= known.call.state in ("talking", "held")
        quiet = [known for known in self._known.values() if known.over and not known.answered and not known.visited]
        for known in quiet:
            del self._known[known.call.id]
        # First what is seen at once; rooms take their time.
        self._show()
        for call in new:
            if call.id in self._known:
                self._view.open_room(call)
                self._leave_trace(call)
        for known in quiet:
            self._view.close_room(known.call.id)

    def _show(self) -> None:
        here = self._here()
        waiting = self._waiting()
        self._view.show_pop(pop_of(waiting.call) if waiting else None)
        urgent = {known.call.id for known in self._known.values() if not known.visited}
        calls = (known.call for known in self._known.values())
        self._view.show_tabs(
            (own_tab(), *(tab_of(call, urgent=call.id in urgent and str(call.id) != here) for call in calls))
        )

    def _waiting(self) -> Known | None:
        """Return the call that nobody has looked at yet; what rings goes before what is spoken in."""
        unseen = [known for known in self._known.values() if not known.visited and known.call.state in LIVE]
        return min(unseen, key=lambda known: LIVE.index(known.call.state), default=None)

    def _known_here(self) -> Known | None:
        here = self._here()
        return next((known for known in self._known.values() if str(known.call.id) == here), None)

    def _leave_trace(self, call: CallNow) -> None:
        """A card that a call opens leaves a trace as one that was searched for."""
        if call.card is not None:
            self._tasks.start(self._trace(call, call.card.account_id))

    async def _trace(self, call: CallNow, account_id: UUID) -> None:
        # The card came with the call; what is behind it follows while the telephone rings.
        await self._session.in_call(call.id).brought(account_id)
        asked = asked_hash(call.number, self._session.place.home_area)
        trace = ViewSubscriber(account_id=account_id, how="call", asked_hash=asked)
        await self._session.act(trace, command_id=self._session.new_id(), call_id=call.id)
