"""What one exchange says, worked off: agents and calls are kept, each desk is told what is its own, facts are recorded.

Everything here runs in the server's loop, and at once; what asks the database runs beside it. An event carries the call
as it is after it, so the desk is told how things are now, never what has become stale on the way.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import Engine

from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.ids import call_id
from ccbs_desk.telephony.model import (
    AgentChanged,
    Arrived,
    CallEnded,
    CallEvent,
    Connected,
    Direction,
    Held,
    LegEnded,
    LegEvent,
    LinkDown,
    LinkUp,
    Offered,
    OfferEnded,
    PbxEvent,
    Resumed,
)
from ccbs_desk.telephony.port import Pbx
from server_stub.gateway.absence import Absence
from server_stub.gateway.agents import EXCHANGE, Agent, LiveCall
from server_stub.gateway.floor import Floor
from server_stub.gateway.lease import lease_of
from server_stub.gateway.lookups import Lookups
from server_stub.gateway.place import Place
from server_stub.gateway.pops import NOBODY, number_of, warm_up
from server_stub.gateway.records import Recorder, end_lost_calls
from server_stub.gateway.states import kept_agents, owed_calls, pause_codes, queue_names
from server_stub.live import LiveHub

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")
PATIENCE_SECONDS = 0.3
"""A call is shown without its card when the database takes longer."""
THREADS = 4
LEASE_SECONDS = 1.0
"""How often a gateway looks whether the exchange is its own."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an agent who hands a call over wants the next one to know."""

    note: str = ""
    account_id: UUID | None = None


class Gateway(Floor):
    """One exchange. All methods are for the loop's own thread; `start` and `stop` belong to the server's life."""

    def __init__(
        self,
        pbx: Pbx,
        engine: Engine,
        hub: LiveHub,
        place: Place,
        now: Callable[[], datetime],
        away_seconds: float,
    ) -> None:
        super().__init__(pbx, hub, place, now)
        self.contexts: dict[UUID, Context] = {}
        self._engine = engine
        self._hub = hub
        self._absence = Absence(away_seconds, self._gone)
        self._threads = ThreadPoolExecutor(THREADS, "gateway")
        self.recorder = Recorder(engine, place, self.run, hub.moved)
        self._lease = lease_of(engine, pbx.name)
        self._keeping: asyncio.Task[None] | None = None
        self.active = False
        """Whether it is this process that speaks with the exchange."""
        self._pauses: frozenset[str] = frozenset()
        self._lookups = Lookups(engine, place, now, self.run)

    async def run(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what asks the database in a thread of the gateway's own, so that no request keeps a call waiting."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: act(*args, **kwargs))

    async def start(self) -> None:
        """Begin to listen to the exchange; where another process does, wait until that has ended."""
        self.loop = asyncio.get_running_loop()
        self._hub.on_presence = self._present
        self._hub.greeting = self.news.snapshot
        self.recorder.start()
        self.aside(self.run(warm_up, self._engine, damascus_date(self.now()), THREADS))
        await self._look_at_lease()
        if not self.active:
            log.warning("another process speaks with exchange %s: this one waits for its end", self.pbx.name)
        self._keeping = asyncio.create_task(self._keep_lease())

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS)
            try:
                await self._look_at_lease()
            except Exception:  # whatever it was, the lease is looked at again
                log.exception("the lease of exchange %s can't be looked at", self.pbx.name)

    async def _look_at_lease(self) -> None:
        held = await self.run(self._lease.take)
        if held and not self.active:
            await self._take_over()
        elif self.active and not held:
            log.error("another process speaks with exchange %s now: this one waits", self.pbx.name)
            await self._stand_by()

    async def _take_over(self) -> None:
        """Remember who was logged in, and begin to listen."""
        people = self._hub.people()
        self.news.queue_names = await self.run(queue_names, self._engine)
        self._owed = await self.run(owed_calls, self._engine, self.place.centre_id, self.now())
        for agent in await self.run(kept_agents, self._engine, self.place.centre_id, self.now()):
            self.roster.add(agent)
            for device_id, staff_id in {(agent.device_id, agent.staff_id)} | people:
                if device_id == agent.device_id:
                    self._present(device_id, staff_id, (device_id, staff_id) in people)
        self.active = True
        await self.pbx.start(self.hear)

    async def _stand_by(self) -> None:
        """Know nobody any more: all agents are another process's."""
        self.active = False
        await self.pbx.stop()
        self._absence.stop()
        for agent in self.roster:
            self.roster.remove(agent)
            self.news.show(agent)
        self.news.pbx()

    async def stop(self) -> None:
        """Give the exchange up and write what is left."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        await self.pbx.stop()
        self._lookups.stop()
        self._absence.stop()
        for task in tuple(self._asides):
            task.cancel()
        await asyncio.gather(*self._asides, return_exceptions=True)
        await self.recorder.stop()
        await self.run(self._lease.release)
        self._threads.shutdown()

    async def knows_pause(self, reason: str) -> bool:
        """Tell whether there is such a reason for a pause; what is known needs no database."""
        if reason not in self._pauses:
            self._pauses = await self.run(pause_codes, self._engine)
        return reason in self._pauses

    def hear(self, event: PbxEvent) -> None:
        """Work an event off. Nothing that the exchange says ends the gateway."""
        try:
            if isinstance(event, CallEvent):
                self.recorder.call(event.record)
            self._work_off(event)
        except Exception:  # the reader outlives one poisoned event
            log.exception("an event of the exchange could not be worked off: %s", type(event).__name__)
            self.poisoned += 1

    def _work_off(self, event: PbxEvent) -> None:
        match event:
            case Arrived() if event.record.direction is Direction.INBOUND:
                self._lookups.begin(_id_of(event), number_of(event.record))
            case Offered():
                self._offered(event)
            case OfferEnded() | LegEnded():
                self._left(event)
            case Connected():
                self._talks(event, "connected", "talking")
            case Held():
                self._talks(event, "held", "held")
            case Resumed():
                self._talks(event, "resumed", "talking")
            case CallEnded():
                self.contexts.pop(_id_of(event), None)
                self._lookups.forget(_id_of(event))
            case AgentChanged() if not event.agent.memberships:
                self._thrown_out(event.agent.extension)
            case LinkUp():
                self.news.pbx()
                self._meet(event)
                self.aside(self._name_queues())
            case LinkDown():
                self.news.pbx()

    # Calls

    def _offered(self, event: Offered) -> None:
        agent = self.roster.at(event.extension)
        if agent is None:
            return
        one = _id_of(event)
        sender = self.roster.at(event.leg.transferred_from) if event.leg.transferred_from else None
        context = self.contexts.get(one, Context())
        call = LiveCall(one, event.leg.leg, event.record, event.at, note=context.note)
        call.transferred_from = sender.name if sender else event.leg.transferred_from or None
        agent.calls[one] = call
        self.recorder.at_leg(event.leg.leg, agent.staff_id)
        self.follow(agent, tell=False)
        self.aside(self._pop(agent, call, context))

    async def _pop(self, agent: Agent, call: LiveCall, context: Context) -> None:
        """Show the call with its card in one message; when the card is late, the call first and the card after it."""
        asked = asyncio.ensure_future(self._lookups.pop(call.id, number_of(call.record), context.account_id))
        done, _ = await asyncio.wait((asked,), timeout=PATIENCE_SECONDS)
        if not done and agent.calls.get(call.id) is call:
            self.news.call("offer", agent, call, whole=True)
        pop = await asked
        if pop.account_id is not None:
            self.recorder.about(call.record, pop.account_id)
        # A call that has ended meanwhile is not shown any more; one that was answered is shown as answered.
        if agent.calls.get(call.id) is call and (pop is not NOBODY or not call.popped):
            call.matches, call.card = pop.matches, pop.card
            self.news.call("offer", agent, call, whole=True)

    def _talks(self, event: LegEvent, kind: str, state: str) -> None:
        agent, call = self._known(event)
        if agent is None or call is None:
            return
        call.record, call.state = event.record, state
        if kind == "connected":
            call.since = event.at
        self.follow(agent, tell=False)
        self.news.call(kind, agent, call)
        self.aside(self.settle(agent))

    def _left(self, event: LegEvent) -> None:
        agent, call = self._known(event)
        if agent is None or call is None:
            return
        del agent.calls[call.id]
        if call.talks:
            agent.wrapping[call.id] = call
        call.record, call.state, call.since = event.record, "ended", event.at
        self.follow(agent, tell=False)
        self.news.call("ended" if call.id in agent.wrapping else "offer_ended", agent, call)
        self.aside(self.settle(agent))

    def _known(self, event: LegEvent) -> tuple[Agent | None, LiveCall | None]:
        """Return whose call it is; one on another leg of the same call does not count."""
        agent = self.roster.at(event.extension)
        call = agent.calls.get(_id_of(event)) if agent else None
        return agent, call if call is not None and call.leg == event.leg.leg else None

    # Agents

    def _thrown_out(self, extension: str) -> None:
        agent = self.roster.at(extension)
        if agent is not None:
            self.let_go(agent, EXCHANGE)

    def _meet(self, event: LinkUp) -> None:
        """After a link that was lost: agents and calls are what the exchange says, and pauses what they must be."""
        at_pbx = {agent.extension: agent for agent in event.snapshot.agents}
        for agent in self.roster:
            found = at_pbx.get(agent.extension)
            if found is None:
                self.let_go(agent, EXCHANGE)
            else:
                agent.paused_at_pbx = found.reason if found.paused else None
                self.follow(agent, tell=False)
                self.aside(self.settle(agent))
            self.news.show(agent)
        self.unseat_those_who_left()
        self.aside(self._end_lost_calls(event))

    async def _name_queues(self) -> None:
        """Learn what the queues are called now, and tell it when that is new."""
        names = await self.run(queue_names, self._engine)
        if names != self.news.queue_names:
            self.news.queue_names = names
            self.news.pbx()

    async def _end_lost_calls(self, event: LinkUp) -> None:
        await self.recorder.flush()
        known = (*event.snapshot.calls, *self.pbx.snapshot().calls)
        still = {call_id(call.key.pbx, call.key.linkedid) for call in known}
        head = await self.run(end_lost_calls, self._engine, self.pbx.name, still, event.at)
        if head is not None:
            self._hub.moved(head)

    def _present(self, device_id: UUID, staff_id: UUID, present: bool) -> None:
        """A person at a desk has a line, or has none any more; a desk is one person's at a time."""
        self._absence.watch(device_id, staff_id, present)
        agent = self.roster.of_device(device_id)
        if present and agent is not None and agent.staff_id != staff_id:
            self.displace(agent)

    def _gone(self, device_id: UUID, staff_id: UUID) -> None:
        """Somebody was not heard of for too long."""
        agent = self.roster.of_device(device_id)
        if agent is not None and agent.staff_id == staff_id:
            self.away(agent)


def _id_of(event: CallEvent) -> UUID:
    return call_id(event.call.pbx, event.call.linkedid)
