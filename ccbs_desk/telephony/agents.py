"""The agents' half of the book: who is logged in to which queues, who is paused and why, and their telephones."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from ccbs_desk.domain.phone_errors import ExtensionInUse, ExtensionUnknown, NobodyThere
from ccbs_desk.telephony.model import AgentChanged, AgentRecord, Membership, PhoneState
from ccbs_desk.telephony.numbers import is_extension
from ccbs_desk.telephony.observed import ObservedAgent
from ccbs_desk.telephony.port import PbxRefused


class AgentBook:
    """Agents who are logged in, and the queues that have been heard of. A change is told only when it is one."""

    def __init__(self, tell: Callable[..., None]) -> None:
        self._tell = tell
        self._agents: dict[str, AgentRecord] = {}
        self._queues: dict[str, None] = {}

    def all(self) -> tuple[AgentRecord, ...]:
        """Return everybody who is logged in."""
        return tuple(self._agents.values())

    def get(self, extension: str) -> AgentRecord | None:
        """Return who is logged in at this telephone."""
        return self._agents.get(extension)

    def need_free(self, extension: str) -> None:
        """Make sure that a call can be sent to a telephone; one of which the exchange says nothing counts as free.

        Raises PbxRefused: ExtensionUnknown, NobodyThere, ExtensionInUse.
        """
        if not is_extension(extension):
            raise PbxRefused(ExtensionUnknown(extension))
        agent = self.get(extension)
        if agent is None or agent.phone is PhoneState.UNREACHABLE:
            raise PbxRefused(NobodyThere(extension))
        if agent.phone not in (PhoneState.FREE, PhoneState.UNKNOWN):
            raise PbxRefused(ExtensionInUse(extension))

    def queue_names(self) -> tuple[str, ...]:
        """Return the queues that have been heard of."""
        return tuple(self._queues)

    def in_queue(self, queue: str) -> tuple[str, ...]:
        """Return the telephones that are logged in to a queue."""
        return tuple(agent.extension for agent in self._agents.values() if queue in agent.queues)

    def know_queue(self, queue: str) -> None:
        """Remember that there is such a queue."""
        self._queues.setdefault(queue)

    def joined(self, at: datetime, extension: str, name: str, member: Membership, phone: PhoneState) -> None:
        """A telephone is in a queue: it was logged in, paused or released there, or its state changed."""
        self.know_queue(member.queue)
        agent = self._agents.get(extension) or AgentRecord(extension, name, (), at)
        places = [place for place in agent.memberships if place.queue != member.queue]
        position = agent.queues.index(member.queue) if member.queue in agent.queues else len(places)
        memberships = (*places[:position], member, *places[position:])
        since = agent.since if memberships == agent.memberships else at
        self._put(at, replace(agent, name=name, memberships=memberships, phone=phone, since=since))

    def left(self, at: datetime, extension: str, queue: str) -> None:
        """A telephone was logged out of a queue."""
        agent = self._agents.get(extension)
        if agent is not None and queue in agent.queues:
            memberships = tuple(place for place in agent.memberships if place.queue != queue)
            self._put(at, replace(agent, memberships=memberships, since=at))

    def found(self, at: datetime, shown: Iterable[ObservedAgent], queues: Iterable[str]) -> None:
        """Take what the exchange shows for what is so."""
        for queue in queues:
            self.know_queue(queue)
        agents = {agent.extension: agent for agent in shown}
        for gone in [agent for agent in self._agents.values() if agent.extension not in agents]:
            self._put(at, replace(gone, memberships=(), since=at))
        for agent in agents.values():
            known = self._agents.get(agent.extension)
            same = known is not None and known.memberships == agent.memberships
            since = known.since if known is not None and same else at
            self._put(at, AgentRecord(agent.extension, agent.name, agent.memberships, since, agent.phone))

    def _put(self, at: datetime, agent: AgentRecord) -> None:
        if agent == self._agents.get(agent.extension):
            return
        if agent.memberships:
            self._agents[agent.extension] = agent
        else:
            self._agents.pop(agent.extension, None)
        self._tell(AgentChanged, at, agent=agent)
