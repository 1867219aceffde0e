"""The exchange's lists as what it shows: channels grouped to calls, members to agents.

The entries of a queue name neither call nor variables: they are joined with the channels on `Uniqueid`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ccbs_desk.telephony.ami.frames import Frame
from ccbs_desk.telephony.ami.plan import Plan
from ccbs_desk.telephony.caller import read_caller
from ccbs_desk.telephony.model import Caller, Direction, Membership, PhoneState
from ccbs_desk.telephony.numbers import is_dialable
from ccbs_desk.telephony.observed import Observed, ObservedAgent, ObservedCall, ObservedLeg

_PHONES = {
    "1": PhoneState.FREE,
    "2": PhoneState.BUSY,
    "3": PhoneState.BUSY,
    "4": PhoneState.UNREACHABLE,
    "5": PhoneState.UNREACHABLE,
    "6": PhoneState.RINGING,
    "7": PhoneState.RINGING,
    "8": PhoneState.HELD,
}


def phone_state(status: str) -> PhoneState:
    """Return what a member's status says of the telephone."""
    return _PHONES.get(status, PhoneState.UNKNOWN)


def membership(frame: Frame) -> Membership:
    """Return a member's place in a queue."""
    paused = frame.get("Paused") == "1"
    return Membership(frame.get("Queue"), paused, frame.get("PausedReason") if paused else "")


def observe(plan: Plan, at: datetime, queue_rows: Sequence[Frame], channel_rows: Sequence[Frame]) -> Observed:
    """Return what `QueueStatus` and `CoreShowChannels` show."""
    waiting = {row.get("Uniqueid"): row.get("Queue") for row in queue_rows if row.event == "QueueEntry"}
    calls = defaultdict(list)
    for row in channel_rows:
        calls[row.get("Linkedid")].append(row)
    queues = (row.get("Queue") for row in queue_rows if row.event == "QueueParams")
    shown = (_call(plan, at, linkedid, rows, waiting) for linkedid, rows in calls.items())
    return Observed(tuple(call for call in shown if call), tuple(_agents(plan, queue_rows)), tuple(queues))


def _agents(plan: Plan, rows: Iterable[Frame]) -> list[ObservedAgent]:
    members: dict[str, list[Frame]] = defaultdict(list)
    for row in rows:
        if row.event == "QueueMember" and (extension := plan.extension_of(row.get("Location"))):
            members[extension].append(row)
    return [
        ObservedAgent(extension, one[0].get("Name"), tuple(map(membership, one)), phone_state(one[0].get("Status")))
        for extension, one in members.items()
    ]


def _call(
    plan: Plan, at: datetime, linkedid: str, rows: Sequence[Frame], waiting: dict[str, str]
) -> ObservedCall | None:
    agents = [row for row in rows if plan.extension_of(row.get("Channel"))]
    parties = [row for row in rows if row not in agents and not row.get("Channel").startswith("Local/")]
    root = next((row for row in (*agents, *parties) if row.get("Uniqueid") == linkedid), None)
    if not agents and not parties:
        return None
    outbound = root in agents if root else not parties
    party = parties[0] if parties else None
    queue = next((waiting[row.get("Uniqueid")] for row in parties if row.get("Uniqueid") in waiting), "")
    return ObservedCall(
        linkedid,
        Direction.OUTBOUND if outbound else Direction.INBOUND,
        Caller() if outbound or party is None else read_caller(party.get("CallerIDNum"), party.get("CallerIDName")),
        _dialled(plan, rows, root if outbound else None),
        queue or next((name for row in rows if (name := _variable(row, plan.queue_variable))), ""),
        bool(queue),
        min(_since(row, at) for row in rows),
        tuple(_leg(plan, row, at) for row in agents),
    )


def _leg(plan: Plan, row: Frame, at: datetime) -> ObservedLeg:
    answered = row.get("ChannelStateDesc") == "Up"
    extension = plan.extension_of(row.get("Channel"))
    talks = answered and bool(row.get("BridgeId"))
    return ObservedLeg(row.get("Uniqueid"), extension, answered, talks, _since(row, at))


def _dialled(plan: Plan, rows: Sequence[Frame], dialler: Frame | None) -> str:
    number = dialler.get("Exten") if dialler is not None else _variable(rows[0], plan.did_variable)
    return number if is_dialable(number) else ""


def _variable(row: Frame, name: str) -> str:
    found = (value.partition("=") for value in row.all("ChanVariable"))
    return next((value for key, _, value in found if key == name), "")


def _since(row: Frame, at: datetime) -> datetime:
    """Return when a channel came up, to the second; the exchange counts hours, minutes and seconds."""
    parts = row.get("Duration").split(":")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return at
    hours, minutes, seconds = map(int, parts)
    return at - timedelta(hours=hours, minutes=minutes, seconds=seconds)
