"""What an agent asks for. Each act checks who asks: nobody acts on a telephone or a call that is not his own."""

import contextlib
import logging
from collections.abc import Sequence
from uuid import UUID

from ccbs_desk.domain.care_commands import WrapUpCall
from ccbs_desk.domain.errors import NotAllowed, NumberUnreadable, Refused, Unavailable
from ccbs_desk.domain.numbers import BadNumber, NumberKind, ParsedNumber, parse_number
from ccbs_desk.domain.permissions import AGENT_WORK
from ccbs_desk.domain.phone_errors import (
    AgentLoggedOut,
    CallGone,
    CallOfOther,
    ExtensionTaken,
    ExtensionUnknown,
    PbxCannot,
    WrapUpFirst,
)
from ccbs_desk.telephony.numbers import is_extension
from ccbs_desk.telephony.port import Capability
from ccbs_desk.wire.codec import Malformed, decode_envelope
from ccbs_desk.wire.messages import Answer
from ccbs_desk.wire.phone import LogInRequest, PhoneNews, TransferRequest
from server_stub.acts import Act
from server_stub.auth import Session
from server_stub.gateway.agents import LOGGED_IN, READY, Agent, LiveCall
from server_stub.gateway.gateway import Context, Gateway

log = logging.getLogger(__name__)

WRAPS_UP = WrapUpCall.KIND.encode()
SIGNED_OUT = "signed_out"
ASKED = "asked"
NO_PAUSES = frozenset({READY, ""})


def agent_of(gateway: Gateway, session: Session) -> Agent:
    """Return the agent who asks. Raises Refused: NotAllowed, AgentLoggedOut."""
    if not session.may(AGENT_WORK):
        raise Refused(NotAllowed(AGENT_WORK))
    agent = gateway.roster.of_device(session.device_id)
    if agent is None or agent.staff_id != session.staff_id:
        raise Refused(AgentLoggedOut())
    return agent


async def log_in(gateway: Gateway, session: Session, name: str, asked: LogInRequest) -> PhoneNews:
    """Log a person in at a telephone, paused: he says himself when he is ready.

    Raises Refused: NotAllowed, ExtensionUnknown, ExtensionTaken, and what the exchange says; Unavailable: PbxGone.
    """
    if not session.may(AGENT_WORK):
        raise Refused(NotAllowed(AGENT_WORK))
    if not is_extension(asked.extension):
        raise Refused(ExtensionUnknown(asked.extension))
    holder = gateway.roster.at(asked.extension)
    if holder is not None and (holder.staff_id != session.staff_id or holder.calls):
        raise Refused(ExtensionTaken(asked.extension))
    queues = asked.queues or tuple(queue.name for queue in gateway.pbx.snapshot().queues)
    await gateway.pbx.log_in(asked.extension, queues, name, pause=LOGGED_IN)
    for before in (gateway.roster.of_device(session.device_id), gateway.roster.of_staff(session.staff_id)):
        if before is not None:
            await _leave(gateway, before, ASKED, keep=asked.extension)
    agent = Agent(session.staff_id, session.device_id, name, asked.extension, queues, gateway.now())
    gateway.roster.add(agent)
    gateway.note_state(agent)
    return gateway.news.agent(agent)


async def ready(gateway: Gateway, agent: Agent) -> PhoneNews:
    """Take calls from now on. Raises Refused(WrapUpFirst), and what the exchange says."""
    if agent.wrapping:
        raise Refused(WrapUpFirst())
    return await _want(gateway, agent, READY)


async def pause(gateway: Gateway, agent: Agent, reason: str) -> PhoneNews:
    """Take no calls from now on; a call that is going on goes on."""
    if reason in NO_PAUSES:
        raise Refused(PbxCannot())
    return await _want(gateway, agent, reason)


async def _want(gateway: Gateway, agent: Agent, wanted: str) -> PhoneNews:
    before, agent.wanted = agent.wanted, wanted
    try:
        await gateway.bring_to(agent)
    except BaseException:
        agent.wanted = before
        raise
    gateway.follow(agent, tell=False)
    return gateway.news.agent(agent)


async def log_out(gateway: Gateway, session: Session, reason: str = ASKED) -> PhoneNews:
    """Log a person out; nothing happens when he is not logged in here."""
    agent = gateway.roster.of_device(session.device_id)
    if agent is not None and agent.staff_id == session.staff_id:
        await _leave(gateway, agent, reason)
    return gateway.news.snapshot(session.device_id, session.staff_id)


async def sign_out(gateway: Gateway, session: Session) -> None:
    """Whoever signs out takes no more calls; an exchange that does not hear of it hears when it is back."""
    try:
        await log_out(gateway, session, SIGNED_OUT)
    except (Refused, Unavailable) as error:
        log.warning("an agent who signed out is still logged in at the exchange: %s", error.reason.code)
        agent = gateway.roster.of_device(session.device_id)
        if agent is not None and agent.staff_id == session.staff_id:
            gateway.let_go(agent, SIGNED_OUT)


def hear_of(gateway: Gateway, acts: Sequence[Act], answers: Sequence[Answer]) -> None:
    """Hear of calls that were wrapped up by an act, perhaps while the desk had no link."""
    for act, answer in zip(acts, answers, strict=True):
        if answer.outcome != "applied" or WRAPS_UP not in act.raw:
            continue
        with contextlib.suppress(Malformed, Refused):
            envelope = decode_envelope(act.raw)
            agent = gateway.roster.of_device(envelope.stamps.device_id)
            if isinstance(envelope.command, WrapUpCall) and agent is not None:
                gateway.wrapped(agent, envelope.command.call_id)


async def _leave(gateway: Gateway, agent: Agent, reason: str, keep: str = "") -> None:
    # First, since the exchange tells of it while it does it, and then nobody has thrown him out.
    gateway.roster.remove(agent)
    try:
        if agent.extension != keep:
            await gateway.pbx.log_out(agent.extension)
    except BaseException:
        gateway.roster.add(agent)
        raise
    gateway.let_go(agent, reason)


async def wrapped(gateway: Gateway, agent: Agent, call_id: UUID) -> PhoneNews:
    """A call is wrapped up: the agent is what he last wanted to be. Harmless for one that is wrapped up already."""
    return gateway.wrapped(agent, call_id)


async def dial(gateway: Gateway, agent: Agent, number: str) -> None:
    """Ring the agent's telephone, then the number. Raises Refused(NumberUnreadable), and what the exchange says."""
    _need(gateway, Capability.ORIGINATE)
    await gateway.pbx.dial(agent.extension, dialable(number, gateway.place.area_code))


async def hang_up(gateway: Gateway, agent: Agent, call_id: UUID) -> None:
    """End the agent's part of a call."""
    _need(gateway, Capability.HANG_UP)
    await gateway.pbx.hang_up(_own(gateway, agent, call_id).leg)


async def answer(gateway: Gateway, agent: Agent, call_id: UUID) -> None:
    """Answer a call that is offered, where the exchange can."""
    _need(gateway, Capability.ANSWER)
    await gateway.pbx.answer(_own(gateway, agent, call_id).leg)


async def hold(gateway: Gateway, agent: Agent, call_id: UUID) -> None:
    """Put the caller on hold."""
    _need(gateway, Capability.HOLD)
    await gateway.pbx.hold(_own(gateway, agent, call_id).leg)


async def resume(gateway: Gateway, agent: Agent, call_id: UUID) -> None:
    """Take the caller back."""
    _need(gateway, Capability.RESUME)
    await gateway.pbx.resume(_own(gateway, agent, call_id).leg)


async def transfer(gateway: Gateway, agent: Agent, call_id: UUID, asked: TransferRequest) -> None:
    """Hand a call over, with the account and the note for the next agent."""
    _need(gateway, Capability.BLIND_TRANSFER)
    if asked.kind != "blind":
        raise Refused(PbxCannot())
    call = _own(gateway, agent, call_id)
    known = call.matches[0].account_id if call.card is not None else None
    before = gateway.contexts.get(call_id)
    gateway.contexts[call_id] = Context(asked.note, asked.account_id or known)
    try:
        await gateway.pbx.transfer(call.leg, asked.to)
    except BaseException:
        if before is None:
            gateway.contexts.pop(call_id, None)
        else:
            gateway.contexts[call_id] = before
        raise


def dialable(text: str, area_code: str) -> str:
    """Return a number as the exchange dials it: digits alone. Raises Refused(NumberUnreadable)."""
    try:
        number = parse_number(text, area_code)
    except BadNumber as bad:
        raise Refused(NumberUnreadable(text, bad.code)) from bad
    return _digits(number)


def _digits(number: ParsedNumber) -> str:
    if number.kind is NumberKind.FOREIGN and number.e164 is not None:
        return "00" + number.e164.removeprefix("+")
    return number.national.replace(" ", "")


def _need(gateway: Gateway, capability: Capability) -> None:
    if capability not in gateway.pbx.capabilities:
        raise Refused(PbxCannot())


def _own(gateway: Gateway, agent: Agent, call_id: UUID) -> LiveCall:
    call = agent.calls.get(call_id)
    if call is None:
        raise Refused(CallOfOther() if gateway.roster.holder(call_id) else CallGone())
    return call
