"""The agents of one exchange: who sits where, what follows for the exchange's pauses, who owes which wrap-up.

For the loop's own thread, like the gateway that it is a part of.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID

from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.domain.phone_errors import AgentLoggedOut
from ccbs_desk.telephony.port import Pbx
from ccbs_desk.wire.phone import PhoneNews
from server_stub.gateway.agents import AWAY, EXCHANGE, SIGNED_OUT, Agent, LiveCall, Roster
from server_stub.gateway.news import Newsroom
from server_stub.gateway.place import Place
from server_stub.gateway.records import Recorder
from server_stub.gateway.states import state_row
from server_stub.live import LiveHub

log = logging.getLogger(__name__)


class Floor:
    """Keeps the agents as they are, at the exchange and in the record."""

    recorder: Recorder

    def __init__(self, pbx: Pbx, hub: LiveHub, place: Place, now: Callable[[], datetime]) -> None:
        self.pbx = pbx
        self.place = place
        self.now = now
        self.roster = Roster()
        self.news = Newsroom(pbx, hub, self.roster, now)
        self.seating = asyncio.Lock()
        """Held by whoever sits down or leaves: to look who is there and to take his place is one act."""
        self.poisoned = 0
        """How many events, and pieces of work that follow from them, could not be worked off."""
        self._owed: dict[UUID, dict[UUID, LiveCall]] = {}
        self._leaving: set[str] = set()
        self._asides: set[asyncio.Task[None]] = set()

    def sit_down(self, agent: Agent) -> PhoneNews:
        """Take an agent in, with the calls that he has left without a wrap-up; return all that is so for him."""
        agent.wrapping = self._owed.pop(agent.staff_id, {})
        self.roster.add(agent)
        self._leaving.discard(agent.extension)
        agent.follow(self.now())
        self.note_state(agent)
        self.aside(self.settle(agent))
        return self.news.show(agent)

    def wrapped(self, agent: Agent, call_id: UUID) -> PhoneNews:
        """A call is wrapped up: the agent is what he last wanted to be."""
        call = agent.wrapping.pop(call_id, None)
        self.follow(agent, tell=False)
        self.aside(self.settle(agent))
        # One that has come back to him goes on: his desk keeps it.
        gone = call is not None and call_id not in agent.calls
        return self.news.call("wrapped", agent, call) if call is not None and gone else self.news.agent(agent)

    def wrapped_later(self, staff_id: UUID, call_id: UUID) -> None:
        """Somebody who is not logged in has wrapped up what he owed."""
        self._owed.get(staff_id, {}).pop(call_id, None)

    def follow(self, agent: Agent, *, tell: bool = True) -> None:
        """Let an agent's state follow from what is so, and keep and tell it when it is another one."""
        if agent.follow(self.now()):
            self.note_state(agent)
            if tell:
                self.news.agent(agent)

    def note_state(self, agent: Agent) -> None:
        """Keep how an agent is from now on."""
        self.recorder.state(state_row(agent, self.place.centre_id))

    async def settle(self, agent: Agent) -> None:
        """Bring the exchange's pause to what it must be; what it can't hear now it hears when it is back."""
        try:
            await self.bring_to(agent)
        except Unavailable as gone:
            log.warning("the exchange did not hear of a pause: %s", gone.reason.code)
        except Refused as no:
            log.warning("the exchange refuses a pause: %s", no.reason.code)
            if no.reason == AgentLoggedOut() and self.roster.at(agent.extension) is agent:
                self.let_go(agent, EXCHANGE)

    async def bring_to(self, agent: Agent) -> None:
        """Pause or release an agent at the exchange until it is what it must be. Raises Refused, Unavailable."""
        async with agent.settling:
            while agent.paused_at_pbx != (wanted := agent.pause):
                before, agent.paused_at_pbx = agent.paused_at_pbx, wanted
                try:
                    if wanted is None:
                        await self.pbx.unpause(agent.extension)
                    else:
                        await self.pbx.pause(agent.extension, wanted)
                except BaseException:
                    agent.paused_at_pbx = before
                    raise

    def away(self, agent: Agent) -> None:
        """An agent takes no calls until he says that he is ready again."""
        agent.wanted = AWAY
        self.follow(agent)
        self.aside(self.settle(agent))

    def let_go(self, agent: Agent, reason: str) -> None:
        """An agent is logged out. What he has not wrapped up is kept for his next log-in."""
        self.roster.remove(agent)
        owed = agent.wrapping | {one: call for one, call in agent.calls.items() if call.talks}
        if owed:
            for call in owed.values():
                call.state = "ended"
            self._owed.setdefault(agent.staff_id, {}).update(owed)
        agent.state, agent.reason, agent.since = "logged_out", reason, self.now()
        self.note_state(agent)
        self.news.agent(agent)

    def displace(self, agent: Agent) -> None:
        """Another person has signed in at an agent's desk: he is away while a call lasts, else logged out."""
        if agent.calls:
            self.away(agent)
        else:
            self.dismiss(agent)

    def dismiss(self, agent: Agent) -> None:
        """Log an agent out here at once, and at the exchange as soon as it can hear of it."""
        self.let_go(agent, SIGNED_OUT)
        self.aside(self.unseat(agent.extension))

    async def unseat(self, extension: str) -> None:
        """Log a telephone out at the exchange, unless somebody has sat down there meanwhile."""
        async with self.seating:
            if self.roster.at(extension) is not None:
                return
            try:
                await self.pbx.log_out(extension)
                self._leaving.discard(extension)
            except Unavailable:
                self._leaving.add(extension)
            except Refused as no:
                log.warning("an agent who has left is still logged in at the exchange: %s", no.reason.code)

    def unseat_those_who_left(self) -> None:
        """Log out at the exchange, now that it hears again, whoever has left meanwhile."""
        for extension in tuple(self._leaving):
            self.aside(self.unseat(extension))

    def aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something be done beside; it ends with the gateway."""
        task = asyncio.ensure_future(work)
        self._asides.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._asides.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("the gateway failed at something", exc_info=task.exception())
            self.poisoned += 1
