"""The book of one exchange: steps that an implementation saw go in, exact records and events come out.

A step may come twice, late, or for a call that is already gone: then nothing happens and nothing is told. So an
implementation may report what it sees, as it sees it, and after a lost link all that it finds. Whatever the exchange,
a record is thus made in one place. The order of steps is the order of events.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.phone_errors import ExtensionInUse
from ccbs_desk.telephony.agents import AgentBook
from ccbs_desk.telephony.model import (
    Arrived,
    CallEnded,
    Caller,
    CallKey,
    CallOutcome,
    CallRecord,
    Connected,
    Direction,
    Held,
    Leg,
    LegEnded,
    LegEvent,
    LegOutcome,
    LinkDown,
    LinkUp,
    Listener,
    Offered,
    OfferEnded,
    PbxEvent,
    Presentation,
    Queued,
    QueueRecord,
    Resumed,
    Snapshot,
    Transferred,
)
from ccbs_desk.telephony.observed import Observed, ObservedCall
from ccbs_desk.telephony.port import PbxRefused


class CallBook:
    """Open calls and agents of one exchange."""

    def __init__(self, pbx: str, listener: Listener) -> None:
        self.pbx = pbx
        self.agents = AgentBook(self._tell)
        self._listener = listener
        self._seq = 0
        self._calls: dict[str, CallRecord] = {}
        self._waits: dict[str, str] = {}
        self._sent_on: dict[str, str] = {}
        self._noted: dict[str, LegOutcome] = {}
        self._left: set[str] = set()
        self._of_leg: dict[str, str] = {}

    # What is so

    def call(self, linkedid: str) -> CallRecord | None:
        """Return an open call."""
        return self._calls.get(linkedid)

    def call_of_leg(self, leg: str) -> CallRecord | None:
        """Return the open call in which this leg is open."""
        return self._calls.get(self._of_leg.get(leg, ""))

    def snapshot(self) -> Snapshot:
        """Return all that is so now."""
        return Snapshot(
            tuple(self._calls.values()), self.agents.all(), tuple(map(self._queue, self.agents.queue_names()))
        )

    def _queue(self, name: str) -> QueueRecord:
        waiting = tuple(self._calls[linkedid].key for linkedid, queue in self._waits.items() if queue == name)
        return QueueRecord(name, waiting, self.agents.in_queue(name))

    def need_free(self, extension: str) -> None:
        """Make sure that a call can be sent to a telephone. Raises PbxRefused: ExtensionUnknown, NobodyThere, ….

        What the exchange says of telephones may come a moment later than their calls.
        """
        self.agents.need_free(extension)
        legs = (leg for call in self._calls.values() for leg in call.legs)
        if any(leg.is_open and leg.extension == extension for leg in legs):
            raise PbxRefused(ExtensionInUse(extension))

    # Steps of a call

    def arrived(self, at: datetime, linkedid: str, direction: Direction, caller: Caller, dialled: str) -> None:
        """A call began."""
        if linkedid not in self._calls:
            record = CallRecord(CallKey(self.pbx, linkedid), direction, caller, dialled, at)
            self._calls[linkedid] = record
            self._tell(Arrived, at, record=record)

    def presented(self, linkedid: str, presentation: Presentation) -> None:
        """The exchange says whether the caller's number may be shown; one that may not is forgotten."""
        call = self._calls.get(linkedid)
        if call is not None and presentation is not Presentation.ALLOWED:
            self._calls[linkedid] = replace(call, caller=Caller("", "", presentation))

    def dialled(self, linkedid: str, number: str) -> None:
        """An outbound call turns out to go to this number."""
        call = self._calls.get(linkedid)
        if call is not None and not call.dialled:
            self._calls[linkedid] = replace(call, dialled=number)

    def queued(self, at: datetime, linkedid: str, queue: str) -> None:
        """The caller began to wait in a queue."""
        call = self._calls.get(linkedid)
        if call is None or self._waits.get(linkedid) == queue:
            return
        self.agents.know_queue(queue)
        self._waits[linkedid] = queue
        self._left.discard(linkedid)
        outcome = CallOutcome.WAITING if call.answered_at is None else call.outcome
        self._calls[linkedid] = call = replace(call, queue=queue, outcome=outcome)
        self._tell(Queued, at, record=call)

    def left_queue(self, linkedid: str, *, abandoned: bool = False) -> None:
        """The caller waits no more: he is connected, was sent elsewhere, timed out, or has `abandoned`."""
        waited = self._waits.pop(linkedid, None) is not None
        call = self._calls.get(linkedid)
        if call is None or call.answered_at is not None:
            return
        if abandoned:
            self._keep(replace(call, outcome=CallOutcome.ABANDONED))
        elif waited:
            # Whether somebody took him or nobody did shows only later.
            self._left.add(linkedid)

    def offered(self, at: datetime, linkedid: str, leg: str, extension: str) -> None:
        """A telephone began to ring for this call."""
        call = self._calls.get(linkedid)
        if call is None or call.leg(leg) is not None:
            return
        sender = self._sent_on.get(linkedid, "")
        one = Leg(leg, extension, at, self._waits.get(linkedid, ""), transferred_from=sender)
        if call.answered_at is None:
            call = replace(call, outcome=CallOutcome.OFFERED)
        self._of_leg[leg] = linkedid
        self._tell_leg(Offered, at, call, one)

    def is_queue_offer(self, leg: str) -> bool:
        """Tell whether a queue offered this leg, so that the queue says when it is connected."""
        call = self.call_of_leg(leg)
        one = call.leg(leg) if call else None
        return bool(one and one.queue)

    def picked_up(self, at: datetime, leg: str) -> None:
        """The agent took his own telephone off the hook; the far end is still to be reached."""
        call, one = self._open_leg(leg)
        if call is not None and one is not None and one.answered_at is None:
            self._keep(call.with_leg(replace(one, answered_at=at, outcome=LegOutcome.ANSWERED)))

    def connected(self, at: datetime, leg: str) -> None:
        """The agent and the other party can talk."""
        self.picked_up(at, leg)
        call, one = self._open_leg(leg)
        if call is None or one is None or one.connected_at is not None:
            return
        if call.answered_at is None:
            call = replace(call, answered_at=at, outcome=CallOutcome.ANSWERED)
        self._tell_leg(Connected, at, call, replace(one, connected_at=at))

    def held(self, at: datetime, leg: str) -> None:
        """The agent put the other party on hold."""
        call, one = self._open_leg(leg)
        if call is not None and one is not None and one.answered_at is not None and one.held_since is None:
            self._tell_leg(Held, at, call, replace(one, held_since=at))

    def resumed(self, at: datetime, leg: str) -> None:
        """The agent took the other party back; nothing when he was not on hold."""
        call, one = self._open_leg(leg)
        if call is not None and one is not None and one.held_since is not None:
            self._tell_leg(Resumed, at, call, _off_hold(one, at))

    def transferred(self, at: datetime, leg: str, to: str) -> None:
        """The agent sent the other party on."""
        call, one = self._open_leg(leg)
        if call is not None and one is not None and one.outcome is LegOutcome.ANSWERED:
            self._sent_on[call.key.linkedid] = one.extension
            for other in call.legs:
                if other.is_open and other.extension == to:
                    # He was asked before: his telephone rang for the first agent, and now he has the caller.
                    call = call.with_leg(replace(other, transferred_from=one.extension))
            self._tell_leg(Transferred, at, call, replace(one, outcome=LegOutcome.TRANSFERRED), to=to)

    def unanswered(self, leg: str, outcome: LegOutcome) -> None:
        """The exchange says why an offer fails; the first word counts, and the leg's end follows."""
        if leg in self._of_leg:
            self._noted.setdefault(leg, outcome)

    def leg_ended(self, at: datetime, leg: str, outcome: LegOutcome | None = None) -> None:
        """A telephone has hung up or stopped ringing. `outcome` overrides what was noted of an unanswered one."""
        noted = self._noted.pop(leg, LegOutcome.CANCELLED)
        call, one = self._open_leg(leg)
        if call is None or one is None:
            return
        del self._of_leg[leg]
        if one.answered_at is None:
            call = self._offer_over(call, one)
            self._tell_leg(OfferEnded, at, call, replace(one, ended_at=at, outcome=outcome or noted))
            return
        ended = LegOutcome.TRANSFERRED if one.outcome is LegOutcome.TRANSFERRED else LegOutcome.ENDED
        self._tell_leg(LegEnded, at, call, replace(_off_hold(one, at), ended_at=at, outcome=ended))

    def _offer_over(self, call: CallRecord, one: Leg) -> CallRecord:
        others = any(leg.is_open and leg.answered_at is None for leg in call.legs if leg.leg != one.leg)
        back_to_waiting = call.outcome is CallOutcome.OFFERED and not others
        return replace(call, outcome=CallOutcome.WAITING) if back_to_waiting else call

    def call_ended(self, at: datetime, linkedid: str) -> None:
        """Everybody has hung up."""
        call = self._calls.get(linkedid)
        if call is None:
            return
        for leg in call.legs:
            self.leg_ended(at, leg.leg)
        call = self._calls.pop(linkedid)
        self._sent_on.pop(linkedid, None)
        outcome = self._last_word(call)
        self._tell(CallEnded, at, record=replace(call, ended_at=at, outcome=outcome))

    def _last_word(self, call: CallRecord) -> CallOutcome:
        """Return how a call that is over ended; one that still waited when it vanished was given up."""
        linkedid = call.key.linkedid
        waited, left = self._waits.pop(linkedid, None) is not None, linkedid in self._left
        self._left.discard(linkedid)
        if call.answered_at is not None or call.outcome is CallOutcome.ABANDONED:
            return call.outcome
        if left:
            return CallOutcome.OVERFLOWED
        return CallOutcome.ABANDONED if waited else CallOutcome.FAILED

    # The link

    def found(self, at: datetime, observed: Observed) -> None:
        """Merge what the exchange shows after the link was lost, telling what changed meanwhile; then say `LinkUp`."""
        shown = {call.linkedid for call in observed.calls}
        for linkedid in [linkedid for linkedid in self._calls if linkedid not in shown]:
            self.call_ended(at, linkedid)
        for call in observed.calls:
            self._found_call(at, call)
        self.agents.found(at, observed.agents, observed.queues)
        self._tell(LinkUp, at, snapshot=self.snapshot())

    def _found_call(self, at: datetime, shown: ObservedCall) -> None:
        self.arrived(shown.arrived_at, shown.linkedid, shown.direction, shown.caller, shown.dialled)
        if shown.waits:
            self.queued(at, shown.linkedid, shown.queue)
        else:
            self._waits.pop(shown.linkedid, None)
            call = self._calls[shown.linkedid]
            self._keep(replace(call, queue=shown.queue or call.queue))
        known = {leg.leg for leg in self._calls[shown.linkedid].legs}
        for gone in known - {leg.leg for leg in shown.legs}:
            self.leg_ended(at, gone)
        for one in shown.legs:
            # A leg that was never seen is dated by what the exchange still knows of it.
            moment = at if one.leg in known else one.since
            self.offered(moment, shown.linkedid, one.leg, one.extension)
            if one.talks:
                self.connected(moment, one.leg)
            elif one.answered:
                self.picked_up(moment, one.leg)

    def lost(self, at: datetime, reason: Reason) -> None:
        """The exchange can't be seen any more."""
        self._tell(LinkDown, at, reason=reason)

    # Telling

    def _open_leg(self, leg: str) -> tuple[CallRecord | None, Leg | None]:
        call = self.call_of_leg(leg)
        return call, call.leg(leg) if call else None

    def _keep(self, call: CallRecord) -> None:
        self._calls[call.key.linkedid] = call

    def _tell_leg(self, kind: type[LegEvent], at: datetime, call: CallRecord, leg: Leg, **more: str) -> None:
        self._keep(call := call.with_leg(leg))
        self._tell(kind, at, record=call, leg=leg, **more)

    def _tell(self, kind: type[PbxEvent], at: datetime, **what: Any) -> None:
        self._seq += 1
        self._listener(kind(seq=self._seq, at=at, **what))


def _off_hold(leg: Leg, at: datetime) -> Leg:
    if leg.held_since is None:
        return leg
    return replace(leg, held_since=None, held=leg.held + max(at - leg.held_since, timedelta()))
