"""The scenes of `traces`, played at a running exchange and written down as its manager interface says them.

The events are the exchange's own; a scene only brings people together. What is recorded are the bytes on the line.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import MappingProxyType

from ccbs_desk.telephony.ami.client import Address, Client, Patience
from ccbs_desk.telephony.ami.frames import Frame
from ccbs_desk.telephony.port import PbxRefused
from tests.pbx.benches import empty
from tests.pbx.exchange import HOST, Exchange
from tests.pbx.phones import Manner, Phones
from tests.pbx.relay import Relay

CEILING = 30
END = b"\r\n\r\n"
Pair = tuple[str, str]


class Tape:
    """What went over the line, frame by frame, each line with its way before it."""

    def __init__(self) -> None:
        self.session = bytearray()
        self.said = bytearray()
        self._rest = {"<": b"", ">": b""}

    def take(self, way: str, data: bytes) -> None:
        """Take bytes of one way; whole frames of both ways are written down in their order."""
        if way == "<":
            self.said += data
        *whole, self._rest[way] = (self._rest[way] + data).split(END)
        for one in whole:
            lines = (one + END).splitlines(keepends=True)
            self.session += b"".join(way.encode() + b" " + line for line in lines)


class Stage:
    """An exchange with people, and one client that watches and acts."""

    def __init__(self, exchange: Exchange, phones: Phones, relay: Relay) -> None:
        self.phones = phones
        self._address = Address(HOST, relay.port, exchange.cti_user, exchange.cti_secret)
        self._seen: list[Frame] = []
        self._more = asyncio.Event()
        self.client: Client

    async def connect(self) -> None:
        """Log the client in."""
        self.client = Client(self._address, Patience(check=3600), self._note)
        await self.client.connect()

    def _note(self, frame: Frame) -> None:
        self._seen.append(frame)
        self._more.set()

    async def until(self, event: str, count: int = 1, **what: str) -> Frame:
        """Wait for the so-manieth event with these values."""
        async with asyncio.timeout(CEILING):
            while True:
                self._more.clear()
                found = [one for one in self._seen if one.event == event and _has(one, what)]
                if len(found) >= count:
                    return found[count - 1]
                await self._more.wait()

    async def join(self, extension: str, queue: str = "care", name: str = "") -> None:
        """Log a telephone in to a queue."""
        interface = f"PJSIP/{extension}"
        member = (("Interface", interface), ("StateInterface", interface), ("MemberName", name or f"agent-{extension}"))
        await self.client.act("QueueAdd", ("Queue", queue), *member, ("Paused", "false"))

    async def leave(self, extension: str, queue: str = "care") -> None:
        """Log it out."""
        await self.client.act("QueueRemove", ("Queue", queue), ("Interface", f"PJSIP/{extension}"))

    async def pause(self, extension: str, reason: str, *more: Pair) -> None:
        """Pause it for a reason, or without one release it."""
        why = (("Reason", reason),) if reason else ()
        state = ("Paused", "true" if reason else "false")
        await self.client.act("QueuePause", ("Interface", f"PJSIP/{extension}"), *more, state, *why)

    async def lists(self, *names: str) -> None:
        """Ask for lists."""
        for name in names:
            await self.client.listing(name)


def _has(frame: Frame, what: Mapping[str, str]) -> bool:
    return all(frame.get(key) == value for key, value in what.items())


@asynccontextmanager
async def stage(exchange: Exchange, tape: Tape) -> AsyncIterator[Stage]:
    """Set a stage whose line is recorded; afterwards the exchange is empty again."""
    await asyncio.to_thread(empty, exchange)
    relay = Relay(exchange.ami_port, tap=tape.take)
    await relay.mend()
    phones = Phones(exchange)
    made = Stage(exchange, phones, relay)
    await made.connect()
    try:
        yield made
    finally:
        await made.client.close()
        await phones.stop()
        await relay.cut()
        await asyncio.to_thread(empty, exchange)


async def record(exchange: Exchange, name: str, out: Path) -> None:
    """Play a scene and write it down."""
    tape = Tape()
    async with stage(exchange, tape) as made:
        await SCENES[name](made)
        # Its last words: the exchange tells of the end of channels and telephones a moment later.
        await asyncio.sleep(0.5)
    (out / f"{name}.ami").write_bytes(tape.said)
    (out / f"{name}.session").write_bytes(tape.session)


async def _empty_status(at: Stage) -> None:
    await at.lists("QueueStatus", "QueueSummary", "CoreShowChannels")


async def _log_in_pause_log_out(at: Stage) -> None:
    await at.phones.agent("1001", "1002")
    await at.join("1001", "care", "Ahmad Khalil")
    await at.join("1001", "faults", "Ahmad Khalil")
    await at.join("1002", "care", "أحمد خليل")
    await at.pause("1001", "wrapup")
    await at.lists("QueueStatus")
    await at.pause("1001", "")
    await at.pause("1002", "استراحة", ("Queue", "care"))
    await at.lists("QueueSummary")
    with suppress(PbxRefused):
        await at.join("1001")
    await at.leave("1001")
    await at.leave("1001", "faults")
    await at.leave("1002")
    await at.until("QueueMemberRemoved", Interface="PJSIP/1002")


async def _caller_hangs_up(at: Stage) -> None:
    await at.phones.agent("1001")
    await at.join("1001")
    await at.phones.caller("0112345678", "5100", stays_ms=3000)
    await at.until("AgentCalled")
    await at.lists("QueueStatus")
    await at.until("AgentConnect")
    await at.lists("QueueStatus", "CoreShowChannels")
    await at.until("AgentComplete")


async def _agent_hangs_up(at: Stage) -> None:
    await at.phones.agent("1001", manner=Manner.HANGS_UP)
    await at.join("1001")
    await at.phones.caller("+963112345678", "5100", name="سامر الحلبي")
    await at.until("AgentComplete")


async def _hold_resume(at: Stage) -> None:
    await at.phones.agent("1001", manner=Manner.HOLDS)
    await at.join("1001")
    await at.phones.caller("0112345678", "5100", stays_ms=4000)
    await at.until("Unhold")
    await at.until("AgentComplete")


async def _no_answer(at: Stage) -> None:
    await at.phones.agent("1001", manner=Manner.NEVER)
    await at.phones.agent("1002")
    await at.join("1001", "directory")
    await at.phones.caller("0119876543", "5147", stays_ms=8000)
    await at.until("AgentCalled", Interface="PJSIP/1001")
    await at.join("1002", "directory")
    await at.until("AgentRingNoAnswer")
    await at.pause("1001", "no-answer")
    await at.until("AgentConnect")
    await at.until("AgentComplete")


async def _busy(at: Stage) -> None:
    await at.phones.agent("1001", manner=Manner.BUSY)
    await at.phones.agent("1002")
    await at.join("1001")
    await at.phones.caller("0119876543", "5100", stays_ms=5000)
    await at.until("AgentRingNoAnswer", Interface="PJSIP/1001")
    await at.join("1002")
    await at.until("AgentConnect", Interface="PJSIP/1002")
    await at.until("AgentComplete")


async def _abandon_waiting(at: Stage) -> None:
    await at.phones.agent("1001", manner=Manner.NEVER)
    await at.join("1001")
    await at.pause("1001", "break")
    for number, stays_ms in (("0112000001", 4500), ("0112000002", 2500), ("0112000003", 4500)):
        await at.phones.caller(number, "5100", stays_ms=stays_ms)
        await at.until("QueueCallerJoin", CallerIDNum=number)
    await at.lists("QueueStatus", "QueueSummary")
    await at.until("QueueCallerAbandon", 3)


async def _abandon_ringing(at: Stage) -> None:
    await at.phones.agent("1001", manner=Manner.NEVER)
    await at.join("1001")
    await at.phones.caller("0112345678", "5100", stays_ms=2000)
    await at.until("QueueCallerAbandon")


async def _talk(at: Stage, stays_ms: int = 6000) -> Frame:
    await at.phones.agent("1001", "1002")
    await at.join("1001")
    await at.phones.caller("0112345678", "5100", stays_ms=stays_ms)
    connected = await at.until("AgentConnect")
    await asyncio.sleep(1)
    return connected


async def _blind_transfer(at: Stage) -> None:
    talk = await _talk(at)
    where = (("Context", "transfer"), ("Exten", "1002"))
    await at.client.act("BlindTransfer", ("Channel", talk.get("DestChannel")), *where)
    await at.until("DialEnd", DestCallerIDNum="1002", DialStatus="ANSWER")
    await at.lists("CoreShowChannels")
    await at.until("Hangup", Channel=talk.get("Channel"))


async def _redirect(at: Stage) -> None:
    await at.phones.agent("1003")
    await at.join("1003", "faults")
    talk = await _talk(at, 7000)
    where = (("Context", "transfer"), ("Exten", "faults"), ("Priority", "1"))
    await at.client.act("Redirect", ("Channel", talk.get("Channel")), *where)
    await at.until("AgentComplete", Queue="faults")


async def _attended_transfer(at: Stage) -> None:
    talk = await _talk(at, 9000)
    agent = ("Channel", talk.get("DestChannel"))
    await at.client.act("Atxfer", agent, ("Exten", "1002"), ("Context", "transfer"))
    await at.until("DialEnd", DestCallerIDNum="1002", DialStatus="ANSWER")
    await asyncio.sleep(1)
    await at.lists("CoreShowChannels")
    await at.client.act("Hangup", agent)
    await at.until("AttendedTransfer")
    await at.until("Hangup", Channel=talk.get("Channel"))


async def _refer(at: Stage) -> None:
    await at.phones.agent("1002")
    await at.phones.agent("1001", manner=Manner.REFERS, keys={"referto": "1002"})
    await at.join("1001")
    await at.phones.caller("0112345678", "5100", stays_ms=5000)
    await at.until("BlindTransfer")
    await at.until("Hangup", 3)


async def _click_to_call(at: Stage) -> None:
    await at.phones.agent("1001")
    await at.phones.far_end()
    fields = _originate("PJSIP/1001", ("ChannelId", "ccbs-dial-42"), ("CallerID", '"CCBS call" <0113334444>'))
    await at.client.act("Originate", *fields)
    await at.until("OriginateResponse")
    await at.until("Hangup", 2)


async def _unanswered_dial(at: Stage) -> None:
    await at.client.act("Originate", *_originate("PJSIP/1019"))
    await at.until("OriginateResponse", Response="Failure")


def _originate(channel: str, *more: Pair) -> list[Pair]:
    where = [("Channel", channel), ("Context", "from-agent"), ("Exten", "0113334444"), ("Priority", "1")]
    return [*where, ("Timeout", "15000"), ("Async", "true"), *more]


async def _late_client(at: Stage) -> None:
    await at.phones.agent("1001")
    await at.join("1001")
    await at.phones.caller("0112345678", "5100", stays_ms=9000)
    await at.until("AgentConnect")
    await at.phones.caller("0115550000", "5100", name="مشترك", stays_ms=6000)
    await at.until("QueueCallerJoin", CallerIDNum="0115550000")
    await at.client.close()
    await at.connect()
    await at.lists("QueueStatus", "CoreShowChannels", "QueueSummary", "Status")
    await at.until("QueueCallerAbandon")
    await at.until("AgentComplete")


async def _denied(at: Stage) -> None:
    asked: tuple[tuple[str, tuple[Pair, ...]], ...] = (
        ("Command", (("Command", "core show version"),)),
        ("GetConfig", (("Filename", "manager.conf"),)),
        ("Originate", (("Channel", "Local/s@x"), ("Application", "System"), ("Data", "id"), ("Async", "true"))),
        ("QueueAdd", (("Queue", "nosuch"), ("Interface", "PJSIP/1001"))),
        ("Nonsense", ()),
        ("Redirect", (("Channel", "PJSIP/none-1"), ("Context", "transfer"), ("Exten", "1002"), ("Priority", "1"))),
        ("PJSIPShowContacts", ()),
        ("DBGet", (("Family", "a"), ("Key", "b"))),
    )
    for name, fields in asked:
        with suppress(PbxRefused):
            await at.client.act(name, *fields)


async def _registration_lost(at: Stage) -> None:
    port = await at.phones.agent("1001")
    await at.join("1001")
    await at.phones.register({"1001": port}, seconds=0)
    await at.until("DeviceStateChange", Device="PJSIP/1001", State="UNAVAILABLE")
    await at.phones.register({"1001": port})


async def _rush(at: Stage) -> None:
    agents = ("1001", "1002", "1003")
    await at.phones.agent(*agents, manner=Manner.HANGS_UP)
    for agent in agents:
        await at.join(agent)
        await at.join(agent, "faults")
    await at.phones.callers([(f"011400000{n}", "") for n in range(6)], "5100", per_second=4)
    await at.phones.callers([(f"021500000{n}", "") for n in range(4)], "5120", per_second=4)
    await at.until("AgentComplete", 10)


SCENES: Mapping[str, Callable[[Stage], Awaitable[None]]] = MappingProxyType(
    {
        "01-empty-status": _empty_status,
        "02-agent-login-pause-logout": _log_in_pause_log_out,
        "03-answered-caller-hangs-up": _caller_hangs_up,
        "04-answered-agent-hangs-up": _agent_hangs_up,
        "05-hold-resume": _hold_resume,
        "06-no-answer-next-agent": _no_answer,
        "07-busy-agent": _busy,
        "08-abandon-waiting": _abandon_waiting,
        "09-abandon-while-ringing": _abandon_ringing,
        "10-blind-transfer-to-agent": _blind_transfer,
        "11-redirect-to-queue": _redirect,
        "12-attended-transfer": _attended_transfer,
        "13-refer-from-telephone": _refer,
        "14-click-to-call": _click_to_call,
        "15-originate-unanswered": _unanswered_dial,
        "16-late-client-resync": _late_client,
        "17-denied": _denied,
        "18-registration-lost": _registration_lost,
        "19-ten-callers-three-agents": _rush,
    }
)
