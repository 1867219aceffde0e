"""Events that no recording holds: what they mean for a call."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ccbs_desk.telephony.ami.fold import Fold
from ccbs_desk.telephony.ami.frames import Frame
from ccbs_desk.telephony.ami.plan import Plan
from ccbs_desk.telephony.book import CallBook
from ccbs_desk.telephony.model import (
    CallEnded,
    CallOutcome,
    Direction,
    LegEvent,
    LegOutcome,
    PbxEvent,
    PhoneState,
    Presentation,
)

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
TRUNK, AGENT, OTHER = "PJSIP/trunk-00000001", "PJSIP/1001-00000002", "PJSIP/1002-00000003"


class Line:
    """An exchange's events, one after the other, a second apart."""

    def __init__(self) -> None:
        self.told: list[PbxEvent] = []
        self.book = CallBook("t", self.told.append)
        self.fold = Fold(self.book, Plan(), lambda: START)
        self.now = START

    def say(self, event: str, **fields: str) -> None:
        """Take an event; underscores in names of fields stand for hyphens."""
        self.now += timedelta(seconds=1)
        pairs = [("Event", event), ("Timestamp", f"{self.now.timestamp():.6f}")]
        pairs += [(key.replace("_", "-"), value) for key, value in fields.items()]
        self.fold.take(Frame("\r\n".join(f"{key}: {value}" for key, value in pairs).encode()))

    def new(self, channel: str, uniqueid: str, linkedid: str, **more: str) -> None:
        """Let a channel appear."""
        self.say("Newchannel", Channel=channel, Uniqueid=uniqueid, Linkedid=linkedid, **more)

    def arrive(self, uniqueid: str = "1", number: str = "0112345678", exten: str = "5100") -> None:
        """Let somebody call from outside."""
        self.new(TRUNK, uniqueid, uniqueid, CallerIDNum=number, Exten=exten, Context="from-trunk")

    def ring(self, channel: str, uniqueid: str, linkedid: str = "1", source: str = "1") -> None:
        """Let a telephone ring."""
        self.new(channel, uniqueid, linkedid)
        self.say(
            "DialBegin",
            Uniqueid=source,
            Linkedid=linkedid,
            DestChannel=channel,
            DestUniqueid=uniqueid,
            DestLinkedid=linkedid,
        )

    def answer(self, uniqueid: str, linkedid: str = "1", source: str = "1") -> None:
        """Let it be answered."""
        self.say("DialEnd", Uniqueid=source, Linkedid=linkedid, DestUniqueid=uniqueid, DialStatus="ANSWER")

    def hang_up(self, uniqueid: str, linkedid: str = "1", cause: str = "16") -> None:
        """Let a channel go."""
        self.say("Hangup", Uniqueid=uniqueid, Linkedid=linkedid, Cause=cause)

    def kinds(self) -> list[str]:
        """Return what was told, by name."""
        return [type(event).__name__ for event in self.told]

    def ended(self) -> list[Any]:
        """Return the final records."""
        return [event.record for event in self.told if isinstance(event, CallEnded)]


def test_a_telephone_that_dials_by_hand_is_a_call_out() -> None:
    line = Line()
    line.new(AGENT, "7", "7", ChannelStateDesc="Ring", Exten="0113334444", Context="from-agent")
    line.new(TRUNK, "8", "7")
    line.say("DialBegin", Uniqueid="7", Linkedid="7", DestChannel=TRUNK, DestUniqueid="8", DestLinkedid="7", Exten="x")
    line.answer("8", "7", "7")
    line.hang_up("8", "7")
    line.hang_up("7", "7")
    assert line.kinds() == ["Arrived", "Offered", "Connected", "LegEnded", "CallEnded"]
    (record,) = line.ended()
    assert (record.direction, record.dialled, record.outcome) == (
        Direction.OUTBOUND,
        "0113334444",
        CallOutcome.ANSWERED,
    )
    (leg,) = record.legs
    assert leg.answered_at == record.arrived_at < leg.connected_at == record.answered_at


def test_a_colleague_who_is_dialled_by_hand_is_connected_too() -> None:
    line = Line()
    line.new(AGENT, "7", "7", ChannelStateDesc="Ring", Exten="1002")
    line.ring(OTHER, "8", "7", "7")
    line.answer("8", "7", "7")
    connected = [event.extension for event in line.told if isinstance(event, LegEvent) and event.leg.connected_at]
    assert connected == ["1002", "1001"]


def test_a_call_out_that_nobody_answers_failed() -> None:
    line = Line()
    line.new(AGENT, "7", "7", ChannelStateDesc="Ring", Exten="0113334444")
    line.new(TRUNK, "8", "7")
    line.say("DialEnd", Uniqueid="7", Linkedid="7", DestUniqueid="8", DialStatus="NOANSWER")
    line.hang_up("8", "7")
    line.hang_up("7", "7")
    assert line.ended()[0].outcome is CallOutcome.FAILED


def test_a_number_that_the_network_withholds_is_forgotten() -> None:
    line = Line()
    line.arrive()
    line.say("NewCallerid", Uniqueid="1", Linkedid="1", CID_CallingPres="32 (Presentation Prohibited)")
    line.say("NewCallerid", Uniqueid="9", Linkedid="1", CID_CallingPres="0 (Presentation Allowed)")
    line.hang_up("1")
    assert line.ended()[0].caller.presentation is Presentation.WITHHELD
    assert line.ended()[0].caller.number == ""


def test_a_presentation_that_says_nothing_changes_nothing() -> None:
    line = Line()
    line.arrive()
    line.say("NewCallerid", Uniqueid="1", Linkedid="1", CID_CallingPres="67 (Number Unavailable)")
    line.say("NewCallerid", Uniqueid="1", Linkedid="1")
    line.hang_up("1")
    assert line.ended()[0].caller.number == "0112345678"


def test_a_caller_whom_no_queue_kept_overflowed() -> None:
    line = Line()
    line.arrive()
    line.say("QueueCallerJoin", Uniqueid="1", Linkedid="1", Queue="care")
    line.ring(AGENT, "2")
    line.say("DialEnd", Uniqueid="1", Linkedid="1", DestUniqueid="2", DialStatus="NOANSWER")
    line.hang_up("2")
    line.say("QueueCallerLeave", Uniqueid="1", Linkedid="1", Queue="care")
    line.hang_up("1")
    (record,) = line.ended()
    assert record.outcome is CallOutcome.OVERFLOWED
    assert [leg.outcome for leg in record.legs] == [LegOutcome.NO_ANSWER]


def test_a_caller_who_goes_on_to_a_second_queue_waits_again() -> None:
    line = Line()
    line.arrive()
    line.say("QueueCallerJoin", Uniqueid="1", Linkedid="1", Queue="care")
    line.say("QueueCallerLeave", Uniqueid="1", Linkedid="1", Queue="care")
    line.say("QueueCallerJoin", Uniqueid="1", Linkedid="1", Queue="faults")
    assert [queue.name for queue in line.book.snapshot().queues if queue.waiting] == ["faults"]
    line.say("QueueCallerAbandon", Uniqueid="1", Linkedid="1", Queue="faults")
    line.say("QueueCallerLeave", Uniqueid="1", Linkedid="1", Queue="faults")
    line.hang_up("1")
    assert (line.ended()[0].outcome, line.ended()[0].queue) == (CallOutcome.ABANDONED, "faults")


def test_a_busy_telephone_by_status_and_by_cause() -> None:
    line = Line()
    line.arrive()
    line.ring(AGENT, "2")
    line.say("DialEnd", Uniqueid="1", Linkedid="1", DestUniqueid="2", DialStatus="BUSY")
    line.hang_up("2", cause="0")
    line.ring(OTHER, "3")
    line.say("DialEnd", Uniqueid="1", Linkedid="1", DestUniqueid="3", DialStatus="CHANUNAVAIL")
    line.hang_up("3", cause="21")
    line.ring(OTHER, "4")
    line.say("DialEnd", Uniqueid="1", Linkedid="1", DestUniqueid="4", DialStatus="CONGESTION")
    line.hang_up("4", cause="20")
    line.hang_up("1")
    outcomes = [leg.outcome for leg in line.ended()[0].legs]
    assert outcomes == [LegOutcome.BUSY, LegOutcome.BUSY, LegOutcome.CANCELLED]


def test_a_transfer_that_failed_is_none() -> None:
    line = Line()
    line.arrive()
    line.ring(AGENT, "2")
    line.answer("2")
    line.say("BlindTransfer", Result="Fail", TransfererUniqueid="2", Extension="1002")
    line.say("AttendedTransfer", Result="Fail", OrigTransfererUniqueid="2", TransferTargetChannel=OTHER)
    line.hang_up("2")
    line.hang_up("1")
    assert [leg.outcome for leg in line.ended()[0].legs] == [LegOutcome.ENDED]
    assert "Transferred" not in line.kinds()


def test_two_calls_become_one_when_an_agent_brings_them_together() -> None:
    line = Line()
    line.arrive()
    line.ring(AGENT, "2")
    line.answer("2")
    line.new("PJSIP/1001-00000009", "7", "7", ChannelStateDesc="Ring", Exten="1002")
    line.ring(OTHER, "8", "7", "7")
    line.answer("8", "7", "7")
    line.say(
        "AttendedTransfer",
        Result="Success",
        OrigTransfererUniqueid="2",
        SecondTransfererUniqueid="7",
        TransferTargetChannel=OTHER,
    )
    line.say("BridgeEnter", Uniqueid="8", Linkedid="1", BridgeUniqueid="b")
    line.hang_up("2")
    line.hang_up("7", "7")
    line.hang_up("1")
    line.hang_up("8")
    second, first = line.ended()
    assert (first.key.linkedid, second.key.linkedid) == ("1", "7")
    assert [(leg.extension, leg.outcome) for leg in first.legs] == [
        ("1001", LegOutcome.TRANSFERRED),
        ("1002", LegOutcome.ENDED),
    ]
    assert first.legs[1].transferred_from == "1001"
    assert [(leg.extension, leg.outcome) for leg in second.legs] == [
        ("1001", LegOutcome.TRANSFERRED),
        ("1002", LegOutcome.ENDED),
    ]


def test_a_channel_that_changes_its_call_before_it_was_answered() -> None:
    line = Line()
    line.arrive()
    line.arrive("5", "0119999999")
    line.ring(AGENT, "6", "5", "5")
    line.say("NewCallerid", Uniqueid="6", Linkedid="1")
    assert line.book.call("5") is not None
    assert [leg.extension for leg in line.book.snapshot().calls[0].legs] == ["1001"]
    line.say("NewCallerid", Uniqueid="5", Linkedid="1")
    assert line.book.call("5") is None


def test_a_renamed_channel_is_acted_on_by_its_new_name() -> None:
    line = Line()
    line.arrive()
    line.ring(AGENT, "2")
    line.say("Rename", Uniqueid="2", Newname="PJSIP/1001-0000ffff")
    line.say("Rename", Uniqueid="99", Newname="nobody")
    assert line.fold.channel("2") == "PJSIP/1001-0000ffff"
    assert line.fold.channel("99") == ""


def test_what_is_not_known_is_passed_over() -> None:
    line = Line()
    for event in ("Hangup", "BridgeEnter", "BridgeLeave", "Hold", "Unhold", "DialEnd", "AgentConnect", "AgentComplete"):
        line.say(event, Uniqueid="404", Linkedid="404", DestUniqueid="405", DialStatus="NOANSWER")
    line.say("QueueCallerJoin", Uniqueid="404", Linkedid="404", Queue="care")
    line.say("QueueCallerLeave", Uniqueid="404", Linkedid="404", Queue="care")
    line.say("QueueMemberAdded", Interface="Local/1001@x", Queue="care")
    line.say("QueueMemberRemoved", Interface="Local/1001@x", Queue="care")
    line.say("BlindTransfer", Result="Success", TransfererUniqueid="404", Extension="1002")
    line.say("OriginateResponse", ActionID="404", Response="Failure")
    line.say("ContactStatus")
    line.new("Local/1002@transfer-00;1", "9", "9")
    assert line.told == []


def test_an_event_without_a_readable_time_happened_now() -> None:
    line = Line()
    assert line.fold.at(Frame(b"Event: X")) == START
    assert line.fold.at(Frame(b"Event: X\r\nTimestamp: soon")) == START
    assert line.fold.at(Frame(b"Event: X\r\nTimestamp: 1e300")) == START
    line.fold.skew = timedelta(hours=3)
    assert line.fold.at(Frame(b"Event: X\r\nTimestamp: 0.5")) == datetime(1970, 1, 1, 3, 0, 0, 500_000, UTC)


def row(**fields: str) -> Frame:
    """Return a row of a list."""
    return Frame("\r\n".join(f"{key}: {value}" for key, value in fields.items()).encode())


def test_lists_show_what_there_is() -> None:
    line = Line()
    line.arrive("gone")
    members = [
        row(Event="QueueParams", Queue="care"),
        row(
            Event="QueueMember", Queue="care", Name="A", Location="PJSIP/1001", Paused="1", PausedReason="x", Status="6"
        ),
        row(Event="QueueMember", Queue="care", Name="T", Location="Local/9@x", Paused="0", Status="1"),
        row(Event="QueueEntry", Queue="care", Uniqueid="404"),
    ]
    channels = [
        row(Channel=AGENT, Uniqueid="7", Linkedid="7", ChannelStateDesc="Up", BridgeId="b", Exten="s", Duration="bad"),
        row(Channel=TRUNK, Uniqueid="8", Linkedid="7", ChannelStateDesc="Up", BridgeId="b", Duration="00:00:05"),
        row(Channel=OTHER, Uniqueid="3", Linkedid="1", ChannelStateDesc="Ringing", BridgeId="", Duration="01:00:00"),
        row(Channel="Local/1@x-1;1", Uniqueid="9", Linkedid="9", ChannelStateDesc="Up"),
        row(Channel="PJSIP/1003-1", Uniqueid="4", Linkedid="2", ChannelStateDesc="Up", BridgeId=""),
    ]
    line.fold.found(members, channels)
    snapshot = line.book.snapshot()
    assert [(call.key.linkedid, call.direction) for call in snapshot.calls] == [
        ("7", Direction.OUTBOUND),
        ("1", Direction.OUTBOUND),
        ("2", Direction.OUTBOUND),
    ]
    assert [leg.outcome for call in snapshot.calls for leg in call.legs] == [
        LegOutcome.ANSWERED,
        LegOutcome.OFFERED,
        LegOutcome.ANSWERED,
    ]
    assert snapshot.calls[1].arrived_at == START - timedelta(hours=1)
    assert (snapshot.agents[0].reason, snapshot.agents[0].phone) == ("x", PhoneState.RINGING)
    assert line.ended()[0].outcome is CallOutcome.FAILED
    line.fold.found(members[:1], channels[2:3])
    assert [record.key.linkedid for record in line.ended()] == ["gone", "7", "2"]
    assert line.book.snapshot().agents == ()
