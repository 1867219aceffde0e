"""An Asterisk as a `Pbx`: the link, the fold and the few actions that agents need.

Contexts are fixed and numbers are digits, checked here, so that no act can become another one. What people name
(an agent's name, a reason) is made one short line first.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.phone_errors import (
    AgentLoggedOut,
    CallGone,
    ExtensionUnknown,
    NotDialable,
    PbxCannot,
    PbxConnecting,
    PbxFailed,
    PbxOtherVersion,
)
from ccbs_desk.telephony.ami.client import Address, Client, Patience
from ccbs_desk.telephony.ami.fold import Fold
from ccbs_desk.telephony.ami.frames import Frame, sendable
from ccbs_desk.telephony.ami.link import Link, Pauses
from ccbs_desk.telephony.ami.plan import Plan
from ccbs_desk.telephony.book import CallBook
from ccbs_desk.telephony.model import Caller, CallKey, Direction, Listener, PbxEvent, Snapshot
from ccbs_desk.telephony.numbers import is_dialable, is_extension
from ccbs_desk.telephony.port import Capability, PbxGone, PbxRefused

log = logging.getLogger(__name__)

LONGEST_NAME = 79
"""Bytes, not letters: what a queue keeps of a member's name and of the reason of a pause."""
SKEW_THAT_MATTERS = timedelta(seconds=2)

BRIDGING = (0.05, 0.3)
"""Seconds that the exchange may take to put two parties together after it said that they are connected."""

_NOT_BRIDGED = "Transfer invalid"
_THERE_ALREADY = "Unable to add interface: Already there"
_NOT_THERE = "Unable to remove interface: Not there"
_NO_SUCH_QUEUE = "No such queue"
_NO_SUCH_MEMBER = "Interface not found"
_NO_CHANNEL = ("No such channel", "Channel specified does not exist", "Channel does not exist")


class AsteriskPbx:
    """One Asterisk."""

    def __init__(
        self,
        name: str,
        address: Address,
        clock: Callable[[], datetime],
        *,
        plan: Plan | None = None,
        patience: Patience | None = None,
        pauses: Pauses | None = None,
    ) -> None:
        self._name, self._clock, self._plan = name, clock, plan or Plan()
        self._listener: Listener | None = None
        self._problem: Reason | None = PbxConnecting()
        self._told: Reason | None = None
        self._early: list[Frame] | None = []
        self._book = CallBook(name, self._tell)
        self._fold = Fold(self._book, self._plan, clock)
        self._link = Link(
            address,
            on_event=self._take,
            on_up=self._catch_up,
            on_down=self._down,
            patience=patience,
            pauses=pauses,
        )

    @property
    def name(self) -> str:
        """The name of the exchange."""
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the manager interface can do with a desk telephone: it can't take its receiver off or press its keys."""
        return frozenset({Capability.ORIGINATE, Capability.HANG_UP, Capability.BLIND_TRANSFER})

    @property
    def problem(self) -> Reason | None:
        """What is wrong with the link."""
        return self._problem

    async def start(self, listener: Listener) -> None:
        """Begin to keep the link."""
        self._listener = listener
        self._link.start()

    async def stop(self) -> None:
        """Give the link up."""
        self._listener = None
        await self._link.stop()
        self._problem = PbxConnecting()

    def snapshot(self) -> Snapshot:
        """Return what is known now."""
        return self._book.snapshot()

    # The link

    def _tell(self, event: PbxEvent) -> None:
        if self._listener is not None:
            self._listener(event)

    def _take(self, frame: Frame) -> None:
        if self._early is not None:
            self._early.append(frame)
        else:
            self._fold.take(frame)

    async def _catch_up(self, client: Client) -> None:
        """Fetch the whole picture; events that come meanwhile are worked off after it."""
        self._measure_skew(await client.act("Ping"))
        try:
            queue_rows = await client.listing("QueueStatus")
            channel_rows = await client.listing("CoreShowChannels")
        except PbxRefused as refused:
            # What every exchange that we know can list, this one does not know.
            raise PbxGone(PbxOtherVersion(_said(refused)) if _said(refused) else refused.reason) from refused
        early, self._early = self._early or [], None
        self._problem = self._told = None
        self._fold.found(queue_rows, channel_rows)
        for frame in early:
            self._fold.take(frame)

    def _measure_skew(self, pong: Frame) -> None:
        self._fold.skew = timedelta()
        skew = self._clock() - self._fold.at(pong)
        if abs(skew) > SKEW_THAT_MATTERS:
            log.warning("the clock of exchange %s is off by %s; its events are dated by ours", self._name, skew)
            self._fold.skew = skew

    def _down(self, reason: Reason) -> None:
        self._early = []
        self._problem = reason
        if reason != self._told:
            self._told = reason
            self._book.lost(self._clock(), reason)

    async def _act(self, name: str, *fields: tuple[str, str], action_id: str = "") -> Frame:
        return await self._need_link().act(name, *fields, action_id=action_id)

    def _need_link(self) -> Client:
        client = self._link.client
        if client is None or self._problem is not None:
            raise PbxGone(self._problem or PbxConnecting())
        return client

    # Agents

    async def log_in(self, extension: str, queues: Sequence[str], name: str, *, pause: str = "") -> None:
        """Log an agent's telephone in to exactly these queues."""
        interface = self._interface(extension)
        for queue in queues:
            self._need_queue(queue)
        agent = self._book.agents.get(extension)
        before = agent.queues if agent else ()
        # New queues first, or one who changes them would look logged out in between.
        for queue in queues:
            await self._join(queue, interface, sendable(name, LONGEST_NAME) or extension, paused=bool(pause))
        for queue in set(before) - set(queues):
            await self._leave(queue, interface)
        if pause:
            await self.pause(extension, pause)
        elif before:
            await self.unpause(extension)

    async def _join(self, queue: str, interface: str, name: str, *, paused: bool) -> None:
        fields = [("Queue", queue), ("Interface", interface), ("StateInterface", interface), ("MemberName", name)]
        try:
            await self._act("QueueAdd", *fields, ("Paused", "true" if paused else "false"))
        except PbxRefused as refused:
            said = _said(refused)
            if _NO_SUCH_QUEUE in said:
                raise PbxRefused(ExtensionUnknown(queue)) from refused
            if said != _THERE_ALREADY:
                raise

    async def _leave(self, queue: str, interface: str) -> None:
        try:
            await self._act("QueueRemove", ("Queue", queue), ("Interface", interface))
        except PbxRefused as refused:
            if _said(refused) != _NOT_THERE:
                raise

    async def log_out(self, extension: str) -> None:
        """Log an agent's telephone out of all queues."""
        interface = self._interface(extension)
        agent = self._book.agents.get(extension)
        for queue in agent.queues if agent else ():
            await self._leave(queue, interface)

    async def pause(self, extension: str, reason: str) -> None:
        """Let no queue offer this agent a call."""
        await self._pause(extension, ("Paused", "true"), ("Reason", sendable(reason, LONGEST_NAME)))

    async def unpause(self, extension: str) -> None:
        """Let the queues offer this agent calls again."""
        await self._pause(extension, ("Paused", "false"))

    async def _pause(self, extension: str, *fields: tuple[str, str]) -> None:
        try:
            await self._act("QueuePause", ("Interface", self._interface(extension)), *fields)
        except PbxRefused as refused:
            if _said(refused) == _NO_SUCH_MEMBER:
                raise PbxRefused(AgentLoggedOut()) from refused
            raise

    # Calls

    async def dial(self, extension: str, number: str) -> CallKey:
        """Ring an agent's telephone, then the number."""
        interface = self._interface(extension)
        if not is_dialable(number):
            raise PbxRefused(NotDialable(number))
        self._need_link()
        linkedid = f"ccbs-{uuid4()}"
        self._fold.expect(linkedid, number)
        # Its failure may be told before we hear that it was begun.
        self._book.arrived(self._clock(), linkedid, Direction.OUTBOUND, Caller(), number)
        fields = (
            ("Channel", interface),
            ("Context", self._plan.dial_context),
            ("Exten", number),
            ("Priority", "1"),
            ("CallerID", f"<{number}>"),
            ("Timeout", str(self._plan.dial_seconds * 1000)),
            ("Async", "true"),
            ("ChannelId", linkedid),
        )
        try:
            await self._act("Originate", *fields, action_id=linkedid)
        except (PbxRefused, PbxGone):
            self._fold.forget(linkedid)
            self._book.call_ended(self._clock(), linkedid)
            raise
        return CallKey(self._name, linkedid)

    async def hang_up(self, leg: str) -> None:
        """End a leg."""
        await self._on_channel("Hangup", leg)

    async def transfer(self, leg: str, to: str) -> None:
        """Send the other party on to an extension or a queue."""
        if to not in self._book.agents.queue_names():
            self._book.need_free(to)
        fields = (("Context", self._plan.transfer_context), ("Exten", to))
        for pause in BRIDGING:
            try:
                await self._on_channel("BlindTransfer", leg, *fields)
                return
            except PbxRefused as refused:
                if _said(refused) != _NOT_BRIDGED:
                    raise
                await asyncio.sleep(pause)
        await self._on_channel("BlindTransfer", leg, *fields)

    async def _on_channel(self, name: str, leg: str, *fields: tuple[str, str]) -> None:
        self._need_link()
        channel = self._fold.channel(leg)
        if not channel:
            raise PbxRefused(CallGone())
        try:
            await self._act(name, ("Channel", channel), *fields)
        except PbxRefused as refused:
            if _said(refused).startswith(_NO_CHANNEL):
                raise PbxRefused(CallGone()) from refused
            raise

    async def answer(self, leg: str) -> None:
        """Refuse: the receiver is in the agent's hand."""
        raise PbxRefused(PbxCannot())

    async def hold(self, leg: str) -> None:
        """Refuse: the hold key is on the telephone."""
        raise PbxRefused(PbxCannot())

    async def resume(self, leg: str) -> None:
        """Refuse: the hold key is on the telephone."""
        raise PbxRefused(PbxCannot())

    def _interface(self, extension: str) -> str:
        if not is_extension(extension):
            raise PbxRefused(ExtensionUnknown(extension))
        return self._plan.interface(extension)

    def _need_queue(self, queue: str) -> None:
        if queue not in self._book.agents.queue_names():
            raise PbxRefused(ExtensionUnknown(queue))


def _said(refused: PbxRefused) -> str:
    """Return the exchange's own words."""
    return refused.reason.text if isinstance(refused.reason, PbxFailed) else ""
