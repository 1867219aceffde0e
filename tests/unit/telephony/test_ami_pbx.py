"""Asterisk's side of the interface, where a real one can't be brought to do it: odd answers, races, other clocks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.phone_errors import (
    AgentLoggedOut,
    CallGone,
    ExtensionUnknown,
    PbxConnecting,
    PbxDenied,
    PbxFailed,
    PbxOtherVersion,
    PbxSilent,
    PbxUnreachable,
)
from ccbs_desk.telephony.ami.client import Patience
from ccbs_desk.telephony.ami.frames import Frame
from ccbs_desk.telephony.ami.link import Pauses
from ccbs_desk.telephony.ami.pbx import AsteriskPbx
from ccbs_desk.telephony.model import (
    AgentChanged,
    Arrived,
    CallEnded,
    CallOutcome,
    LinkDown,
    LinkUp,
    Offered,
    PbxEvent,
)
from ccbs_desk.telephony.port import PbxGone, PbxRefused
from tests.unit.telephony.ami_server import AmiServer, Answer, error, event, frame, listing, success

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
QUICK = Patience(connect=0.5, answer=0.5, listing=0.5, check=20)
CEILING = 30
AGENT = "PJSIP/1001-00000002"
CALLER = {"Channel": "PJSIP/trunk-1", "Uniqueid": "1", "Linkedid": "1", "CallerIDNum": "0112345678"}


class Joined:
    """An exchange made of answers, with our side of it."""

    def __init__(self, answers: Mapping[str, Answer] | None = None, *, piece: int = 0) -> None:
        self.server = AmiServer(answers, piece=piece)
        self.told: list[PbxEvent] = []
        self.pbx: AsteriskPbx

    def run(self, story: Callable[["Joined"], Awaitable[None]]) -> None:
        """Run a story; it begins while the link is still to come."""

        async def limited() -> None:
            async with asyncio.timeout(CEILING), self.server.serving() as server:
                self.pbx = AsteriskPbx("t", server.address, lambda: NOW, patience=QUICK, pauses=Pauses(0.01, 0.05))
                await self.pbx.start(self.told.append)
                try:
                    await story(self)
                finally:
                    await self.pbx.stop()
                    count = len(self.told)
                    await self.server.say(event("Hangup"))
                    assert len(self.told) == count

        asyncio.run(limited())

    async def until(self, kind: type[PbxEvent], count: int = 1) -> PbxEvent:
        """Wait for an event of a kind."""
        while True:
            found = [one for one in self.told if isinstance(one, kind)]
            if len(found) >= count:
                return found[-1]
            await asyncio.sleep(0)

    async def talk(self) -> str:
        """Bring a call to 1001 and return its leg."""
        await self.until(LinkUp)
        await self.server.say(
            event("Newchannel", Channel="PJSIP/trunk-1", Uniqueid="1", Linkedid="1", CallerIDNum="011")
        )
        await self.server.say(event("Newchannel", Channel=AGENT, Uniqueid="2", Linkedid="1"))
        await self.server.say(event("DialBegin", DestChannel=AGENT, DestUniqueid="2", DestLinkedid="1"))
        await self.until(Offered)
        return "2"


def refuses(message: str) -> Answer:
    """Return an answer that refuses."""
    return lambda asked: error(asked, message)


def test_before_the_link_is_up_nothing_can_be_asked() -> None:
    async def story(joined: Joined) -> None:
        assert joined.pbx.problem == PbxConnecting()
        for act in (
            joined.pbx.log_in("1001", [], "A", pause="x"),
            joined.pbx.dial("1001", "112"),
            joined.pbx.hang_up("1"),
        ):
            with pytest.raises(PbxGone) as gone:
                await act
            assert gone.value.reason == PbxConnecting()
        await joined.until(LinkUp)
        assert joined.pbx.problem is None
        assert joined.pbx.name == "t"

    Joined().run(story)


def test_what_happens_while_the_lists_are_fetched_comes_after_them() -> None:
    def slow(asked: Frame) -> bytes:
        early = event("Newchannel", **CALLER)
        shown = (("Event", "CoreShowChannel"), ("Channel", "PJSIP/trunk-2"), ("Uniqueid", "2"), ("Linkedid", "2"))
        return early + listing(asked, "CoreShowChannelsComplete", shown)

    async def story(joined: Joined) -> None:
        await joined.until(Arrived, 2)
        assert [type(one).__name__ for one in joined.told] == ["Arrived", "LinkUp", "Arrived"]
        keys = [one.call.linkedid for one in joined.told if isinstance(one, Arrived)]
        assert keys == ["2", "1"]

    Joined({"CoreShowChannels": slow}).run(story)


def test_events_in_the_smallest_pieces() -> None:
    async def story(joined: Joined) -> None:
        await joined.until(LinkUp)
        name = "عبد الرحمن السيّد"
        said = event("Newchannel", **CALLER, CallerIDName=name)
        await joined.server.say(said)
        arrived = await joined.until(Arrived)
        assert isinstance(arrived, Arrived)
        assert arrived.record.caller.name == name

    Joined(piece=1).run(story)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"QueueStatus": refuses("Permission denied")}, PbxDenied("QueueStatus")),
        ({"CoreShowChannels": refuses("Permission denied")}, PbxDenied("CoreShowChannels")),
        ({"CoreShowChannels": refuses("Invalid/unknown command")}, PbxOtherVersion("Invalid/unknown command")),
        ({"QueueStatus": lambda asked: None}, PbxSilent()),
    ],
)
def test_a_picture_that_cannot_be_had_is_told_once(answers: Mapping[str, Answer], reason: Reason) -> None:
    async def story(joined: Joined) -> None:
        down = await joined.until(LinkDown)
        assert isinstance(down, LinkDown)
        assert (down.reason, joined.pbx.problem) == (reason, reason)
        while joined.server.names().count("Login") < 2:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert sum(isinstance(one, LinkDown) for one in joined.told) == 1
        assert not any(isinstance(one, LinkUp) for one in joined.told)

    Joined(answers).run(story)


def test_a_loss_is_told_again_after_each_return() -> None:
    async def story(joined: Joined) -> None:
        for count in (1, 2):
            await joined.until(LinkUp, count)
            joined.server.drop()
            down = await joined.until(LinkDown, count)
            assert isinstance(down, LinkDown)
            assert down.reason == PbxUnreachable()

    Joined().run(story)


@pytest.mark.parametrize(("behind", "expected"), [(3600, timedelta()), (1, timedelta(seconds=-1))])
def test_the_clock_of_the_exchange_is_made_ours_when_it_is_far_off(behind: int, expected: timedelta) -> None:
    said = (NOW - timedelta(seconds=behind)).timestamp()

    async def story(joined: Joined) -> None:
        await joined.until(LinkUp)
        stamp = ("Timestamp", f"{said:.6f}")
        channel = (("Channel", "PJSIP/trunk-1"), ("Uniqueid", "1"), ("Linkedid", "1"))
        await joined.server.say(frame(("Event", "Newchannel"), stamp, *channel))
        arrived = await joined.until(Arrived)
        assert arrived.at == NOW + expected

    Joined({"Ping": lambda asked: success(asked, ("Timestamp", f"{said:.6f}"))}).run(story)


def test_a_dial_that_is_refused_is_a_call_that_failed() -> None:
    async def story(joined: Joined) -> None:
        await joined.until(LinkUp)
        with pytest.raises(PbxRefused) as refused:
            await joined.pbx.dial("1001", "0113334444")
        assert refused.value.reason == PbxDenied("Originate")
        ended = await joined.until(CallEnded)
        assert isinstance(ended, CallEnded)
        assert (ended.record.outcome, ended.record.dialled) == (CallOutcome.FAILED, "0113334444")

    Joined({"Originate": refuses("Permission denied")}).run(story)


def test_a_dial_whose_failure_comes_with_its_answer_leaves_no_call_behind() -> None:
    def at_once(asked: Frame) -> bytes:
        failed = (("Event", "OriginateResponse"), ("Response", "Failure"), ("ActionID", asked.get("ActionID")))
        return success(asked) + frame(*failed)

    async def story(joined: Joined) -> None:
        await joined.until(LinkUp)
        call = await joined.pbx.dial("1001", "0113334444")
        ended = await joined.until(CallEnded)
        assert isinstance(ended, CallEnded)
        assert ended.call == call
        assert joined.pbx.snapshot().calls == ()

    Joined({"Originate": at_once}).run(story)


def test_what_is_sent_to_dial_is_fixed_but_for_the_number() -> None:
    async def story(joined: Joined) -> None:
        await joined.until(LinkUp)
        call = await joined.pbx.dial("1001", "0113334444")
        asked = dict(joined.server.asked[-1].pairs)
        assert asked.pop("ActionID") == asked.pop("ChannelId") == call.linkedid
        assert asked == {
            "Action": "Originate",
            "Channel": "PJSIP/1001",
            "Context": "from-agent",
            "Exten": "0113334444",
            "Priority": "1",
            "CallerID": "<0113334444>",
            "Timeout": "30000",
            "Async": "true",
        }

    Joined({"Originate": success}).run(story)


def test_names_and_reasons_reach_the_exchange_as_one_line() -> None:
    async def story(joined: Joined) -> None:
        await joined.until(LinkUp)
        await joined.pbx.log_in("1001", ["care"], "سامر\r\nAction: Logoff\r\n\r\n", pause="غداء\nAction: Logoff")
        assert joined.server.names()[-2:] == ["QueueAdd", "QueuePause"]
        add, pause = joined.server.asked[-2:]
        assert add.get("MemberName") == "سامر Action: Logoff"
        assert pause.get("Reason") == "غداء Action: Logoff"
        await joined.pbx.log_in("1001", ["care"], "\r\n")
        assert joined.server.asked[-1].get("MemberName") == "1001"

    Joined({"QueueAdd": success, "QueuePause": success}).run(story)


def member(name: str, queue: str) -> bytes:
    """Return the news that 1001 is in a queue, or out of it."""
    return event(name, Queue=queue, MemberName="A", Interface="PJSIP/1001", Paused="0", Status="1")


def test_a_log_in_that_was_half_done_is_finished() -> None:
    answers = {
        "QueueAdd": refuses("Unable to add interface: Already there"),
        "QueueRemove": refuses("Unable to remove interface: Not there"),
        "QueuePause": success,
    }

    async def story(joined: Joined) -> None:
        await joined.until(LinkUp)
        await joined.server.say(member("QueueMemberAdded", "faults"))
        await joined.until(AgentChanged)
        await joined.pbx.log_in("1001", ["care"], "A")
        assert joined.server.names()[-3:] == ["QueueAdd", "QueueRemove", "QueuePause"]
        assert joined.server.asked[-1].get("Paused") == "false"
        await joined.pbx.log_out("1001")
        assert joined.server.names()[-1] == "QueueRemove"

    Joined(answers).run(story)


@pytest.mark.parametrize(
    ("action", "message", "reason"),
    [
        ("QueueAdd", "Unable to add interface to queue: No such queue", ExtensionUnknown("care")),
        ("QueueAdd", "Out of memory", PbxFailed("Out of memory")),
        ("QueueRemove", "Member not dynamic", PbxFailed("Member not dynamic")),
        ("QueuePause", "Interface not found", AgentLoggedOut()),
        ("QueuePause", "Permission denied", PbxDenied("QueuePause")),
        ("Hangup", "No such channel", CallGone()),
        ("Hangup", "Permission denied", PbxDenied("Hangup")),
        ("BlindTransfer", "Channel specified does not exist", CallGone()),
        ("BlindTransfer", "Transfer failed", PbxFailed("Transfer failed")),
        ("BlindTransfer", "Transfer invalid", PbxFailed("Transfer invalid")),
    ],
)
def test_what_the_exchange_refuses_has_a_reason(action: str, message: str, reason: Reason) -> None:
    answers: dict[str, Answer] = dict.fromkeys(("QueueAdd", "QueueRemove", "QueuePause"), success)

    async def story(joined: Joined) -> None:
        leg = await joined.talk()
        await joined.server.say(member("QueueMemberAdded", "faults"))
        await joined.until(AgentChanged)
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "QueueAdd": lambda: joined.pbx.log_in("1001", ["care"], "A"),
            "QueueRemove": lambda: joined.pbx.log_out("1001"),
            "QueuePause": lambda: joined.pbx.pause("1001", "x"),
            "Hangup": lambda: joined.pbx.hang_up(leg),
            "BlindTransfer": lambda: joined.pbx.transfer(leg, "care"),
        }
        with pytest.raises(PbxRefused) as refused:
            await acts[action]()
        assert refused.value.reason == reason
        assert joined.pbx.problem is None

    Joined({**answers, action: refuses(message)}).run(story)


def test_a_transfer_in_the_moment_of_connecting_is_tried_again() -> None:
    answers = iter([refuses("Transfer invalid"), success])

    async def story(joined: Joined) -> None:
        await joined.pbx.transfer(await joined.talk(), "care")
        assert joined.server.names().count("BlindTransfer") == 2

    def first_no_then_yes(asked: Frame) -> bytes | None:
        return next(answers)(asked)

    Joined({"BlindTransfer": first_no_then_yes}).run(story)


def test_an_exchange_that_never_answers_an_act_is_down() -> None:
    async def story(joined: Joined) -> None:
        leg = await joined.talk()
        with pytest.raises(PbxGone) as gone:
            await joined.pbx.hang_up(leg)
        assert gone.value.reason == PbxSilent()
        down = await joined.until(LinkDown)
        assert isinstance(down, LinkDown)
        assert down.reason == PbxSilent()

    Joined({"Hangup": lambda asked: None}).run(story)
