"""What the events of the manager interface mean: frames in, steps of the book out.

What had to be learned (each is in a recording under `tests/pbx`):
a queue's offer is connected by `AgentConnect`, any other by the end of its dial; an offer ends with the `Hangup` of its
own channel, since one dial may have two ends; a declined call looks unanswered until the cause of that `Hangup`;
`Unhold` comes without a `Hold`; a redirected caller leaves his bridge with another place in the dial plan; the queue's
own summary of a call (`AgentComplete`) comes late and in two forms, so nothing is made of it; all channels of a call
carry one `Linkedid`, which changes when two calls are joined.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from ccbs_desk.telephony.ami.frames import Frame
from ccbs_desk.telephony.ami.plan import Plan
from ccbs_desk.telephony.ami.snapshot import membership, observe, phone_state
from ccbs_desk.telephony.book import CallBook
from ccbs_desk.telephony.caller import read_caller
from ccbs_desk.telephony.model import Caller, Direction, LegOutcome, Presentation

_BUSY_CAUSES = {"17", "21"}
_UNANSWERED = {"NOANSWER": LegOutcome.NO_ANSWER, "BUSY": LegOutcome.BUSY}
_RESTRICTED = 0x20
_PRESENTATION = 0x60


@dataclass(slots=True)
class Channel:
    """One channel of the exchange; `place` is where in the dial plan it stood when it entered its bridge."""

    name: str
    uniqueid: str
    linkedid: str
    extension: str
    place: tuple[str, str] = ("", "")
    bridge: str = ""


class Fold:
    """Folds one exchange's events into its book."""

    def __init__(self, book: CallBook, plan: Plan, clock: Callable[[], datetime]) -> None:
        self.skew = timedelta()
        """How far the exchange's clock is behind ours; added to what it says."""
        self._book, self._plan, self._clock = book, plan, clock
        self._channels: dict[str, Channel] = {}
        self._dialling: dict[str, str] = {}

    def channel(self, uniqueid: str) -> str:
        """Return the name of a channel; nothing when it is gone."""
        found = self._channels.get(uniqueid)
        return found.name if found else ""

    def expect(self, uniqueid: str, number: str) -> None:
        """A call that we place will bear this id and go to this number."""
        self._dialling[uniqueid] = number

    def forget(self, uniqueid: str) -> None:
        """That call was not placed after all."""
        self._dialling.pop(uniqueid, None)

    def at(self, frame: Frame) -> datetime:
        """Return when an event happened, by our clock."""
        try:
            return datetime.fromtimestamp(float(frame.get("Timestamp")), UTC) + self.skew
        except (ValueError, OverflowError, OSError):
            return self._clock()

    def take(self, frame: Frame) -> None:
        """Take the next event; those that mean nothing to us are passed over."""
        step = _STEPS.get(frame.event)
        if step is not None:
            at = self.at(frame)
            self._follow(frame, at)
            step(self, frame, at)

    def found(self, queue_rows: Sequence[Frame], channel_rows: Sequence[Frame]) -> None:
        """Take the exchange's lists for what is so."""
        before = self._channels
        self._channels = {}
        self._dialling.clear()
        for row in channel_rows:
            channel = self._add(row)
            if old := before.get(channel.uniqueid):
                channel.place, channel.bridge = old.place, old.bridge
        at = self._clock()
        self._book.found(at, observe(self._plan, at, queue_rows, channel_rows))

    # Channels

    def _add(self, frame: Frame) -> Channel:
        name, uniqueid = frame.get("Channel"), frame.get("Uniqueid")
        channel = Channel(name, uniqueid, frame.get("Linkedid"), self._plan.extension_of(name))
        self._channels[uniqueid] = channel
        return channel

    def _leg(self, uniqueid: str) -> Channel | None:
        """Return a channel when it is an agent's telephone."""
        channel = self._channels.get(uniqueid)
        return channel if channel is not None and channel.extension else None

    def _follow(self, frame: Frame, at: datetime) -> None:
        """Move a channel to the call that it now belongs to."""
        channel, linkedid = self._channels.get(frame.get("Uniqueid")), frame.get("Linkedid")
        if channel is None or not linkedid or channel.linkedid == linkedid:
            return
        before, channel.linkedid = channel.linkedid, linkedid
        call = self._book.call(before)
        leg = call.leg(channel.uniqueid) if call else None
        if leg is not None and leg.is_open:
            self._book.leg_ended(at, leg.leg)
            self._book.offered(at, linkedid, leg.leg, leg.extension)
            if leg.connected_at is not None:
                self._book.connected(at, leg.leg)
        self._end_if_empty(before, at)

    def _end_if_empty(self, linkedid: str, at: datetime) -> None:
        if not any(channel.linkedid == linkedid for channel in self._channels.values()):
            self._book.call_ended(at, linkedid)

    # Steps

    def _new_channel(self, frame: Frame, at: datetime) -> None:
        if frame.get("Uniqueid") in self._channels:
            return
        channel = self._add(frame)
        if channel.uniqueid != channel.linkedid or channel.name.startswith("Local/"):
            return
        dialled = frame.get("Exten")
        if not channel.extension:
            caller = read_caller(frame.get("CallerIDNum"), frame.get("CallerIDName"))
            self._book.arrived(at, channel.linkedid, Direction.INBOUND, caller, dialled)
            return
        # A telephone that dials by hand is off the hook already; one that we ring for a dial is not.
        by_hand = frame.get("ChannelStateDesc") == "Ring"
        number = dialled if by_hand else self._dialling.get(channel.uniqueid, "")
        self._book.arrived(at, channel.linkedid, Direction.OUTBOUND, Caller(), number)
        self._book.offered(at, channel.linkedid, channel.uniqueid, channel.extension)
        if by_hand:
            self._book.picked_up(at, channel.uniqueid)

    def _new_caller_id(self, frame: Frame, _at: datetime) -> None:
        presentation = frame.get("CID-CallingPres").partition(" ")[0]
        is_caller = frame.get("Uniqueid") == frame.get("Linkedid") and not self._leg(frame.get("Uniqueid"))
        if is_caller and presentation.isdigit() and int(presentation) & _PRESENTATION == _RESTRICTED:
            self._book.presented(frame.get("Linkedid"), Presentation.WITHHELD)

    def _join(self, frame: Frame, at: datetime) -> None:
        self._book.queued(at, frame.get("Linkedid"), frame.get("Queue"))

    def _leave(self, frame: Frame, _at: datetime) -> None:
        self._book.left_queue(frame.get("Linkedid"))

    def _abandon(self, frame: Frame, _at: datetime) -> None:
        self._book.left_queue(frame.get("Linkedid"), abandoned=True)

    def _ring(self, frame: Frame, at: datetime) -> None:
        """Take `AgentCalled` or `DialBegin`, whichever comes first."""
        extension = self._plan.extension_of(frame.get("DestChannel"))
        if extension:
            self._book.offered(at, frame.get("DestLinkedid"), frame.get("DestUniqueid"), extension)
        elif self._leg(frame.get("Uniqueid")):
            self._book.dialled(frame.get("Linkedid"), frame.get("Exten"))

    def _dial_end(self, frame: Frame, at: datetime) -> None:
        rung, source = self._leg(frame.get("DestUniqueid")), self._leg(frame.get("Uniqueid"))
        status = frame.get("DialStatus")
        if status != "ANSWER":
            if rung is not None:
                self._book.unanswered(rung.uniqueid, _UNANSWERED.get(status, LegOutcome.CANCELLED))
            return
        if rung is not None and rung.uniqueid == rung.linkedid:
            self._book.picked_up(at, rung.uniqueid)
        elif rung is not None and not self._book.is_queue_offer(rung.uniqueid):
            self._book.connected(at, rung.uniqueid)
        if source is not None:
            self._book.connected(at, source.uniqueid)

    def _unanswered(self, frame: Frame, _at: datetime) -> None:
        self._book.unanswered(frame.get("DestUniqueid"), LegOutcome.NO_ANSWER)

    def _connect(self, frame: Frame, at: datetime) -> None:
        self._book.left_queue(frame.get("Linkedid"))
        self._book.connected(at, frame.get("DestUniqueid"))

    def _hold(self, frame: Frame, at: datetime) -> None:
        self._book.held(at, frame.get("Uniqueid"))

    def _unhold(self, frame: Frame, at: datetime) -> None:
        self._book.resumed(at, frame.get("Uniqueid"))

    def _blind_transfer(self, frame: Frame, at: datetime) -> None:
        if frame.get("Result") == "Success":
            self._book.transferred(at, frame.get("TransfererUniqueid"), frame.get("Extension"))

    def _attended_transfer(self, frame: Frame, at: datetime) -> None:
        if frame.get("Result") != "Success":
            return
        to = self._plan.target_of(frame.get("TransferTargetChannel"))
        for leg in dict.fromkeys((frame.get("OrigTransfererUniqueid"), frame.get("SecondTransfererUniqueid"))):
            self._book.transferred(at, leg, to)

    def _enter_bridge(self, frame: Frame, _at: datetime) -> None:
        channel = self._channels.get(frame.get("Uniqueid"))
        if channel is not None:
            channel.place = (frame.get("Context"), frame.get("Exten"))
            channel.bridge = frame.get("BridgeUniqueid")

    def _leave_bridge(self, frame: Frame, at: datetime) -> None:
        channel = self._channels.get(frame.get("Uniqueid"))
        if channel is None:
            return
        place, bridge, channel.bridge = (frame.get("Context"), frame.get("Exten")), channel.bridge, ""
        if channel.extension or not bridge or place == channel.place:
            return
        for other in self._channels.values():
            if other.bridge == bridge and other.extension:
                self._book.transferred(at, other.uniqueid, place[1])

    def _hang_up(self, frame: Frame, at: datetime) -> None:
        channel = self._channels.pop(frame.get("Uniqueid"), None)
        if channel is None:
            return
        if channel.extension:
            busy = LegOutcome.BUSY if frame.get("Cause") in _BUSY_CAUSES else None
            self._book.leg_ended(at, channel.uniqueid, busy)
        self._end_if_empty(channel.linkedid, at)

    def _rename(self, frame: Frame, _at: datetime) -> None:
        channel = self._channels.get(frame.get("Uniqueid"))
        if channel is not None:
            channel.name = frame.get("Newname")

    def _originated(self, frame: Frame, at: datetime) -> None:
        number = self._dialling.pop(frame.get("ActionID"), None)
        if number is not None and frame.get("Response") == "Failure":
            self._book.call_ended(at, frame.get("ActionID"))

    def _member(self, frame: Frame, at: datetime) -> None:
        extension = self._plan.extension_of(frame.get("Interface"))
        if extension:
            phone = phone_state(frame.get("Status"))
            self._book.agents.joined(at, extension, frame.get("MemberName"), membership(frame), phone)

    def _member_gone(self, frame: Frame, at: datetime) -> None:
        self._book.agents.left(at, self._plan.extension_of(frame.get("Interface")), frame.get("Queue"))


_Step = Callable[[Fold, Frame, datetime], None]
_STEPS: Mapping[str, _Step] = MappingProxyType(
    {
        "Newchannel": Fold._new_channel,
        "NewCallerid": Fold._new_caller_id,
        "QueueCallerJoin": Fold._join,
        "QueueCallerLeave": Fold._leave,
        "QueueCallerAbandon": Fold._abandon,
        "AgentCalled": Fold._ring,
        "DialBegin": Fold._ring,
        "DialEnd": Fold._dial_end,
        "AgentRingNoAnswer": Fold._unanswered,
        "AgentConnect": Fold._connect,
        "Hold": Fold._hold,
        "Unhold": Fold._unhold,
        "BlindTransfer": Fold._blind_transfer,
        "AttendedTransfer": Fold._attended_transfer,
        "BridgeEnter": Fold._enter_bridge,
        "BridgeLeave": Fold._leave_bridge,
        "Hangup": Fold._hang_up,
        "Rename": Fold._rename,
        "OriginateResponse": Fold._originated,
        "QueueMemberAdded": Fold._member,
        "QueueMemberPause": Fold._member,
        "QueueMemberStatus": Fold._member,
        "QueueMemberRemoved": Fold._member_gone,
    }
)
"""`Newstate` and `LocalBridge` bring a changed `Linkedid` at the latest with the channel's next event of these."""
