"""What an agent asks for. Each act checks who asks: nobody acts on a telephone or a call that is not his own."""

import contextlib
from collections.abc import Sequence
from uuid import UUID

from ccbs_desk.domain.care_commands import WrapUpCall
from ccbs_desk.domain.errors import NotAllowed, NumberUnreadable, Refused, Unavailable
from ccbs_desk.domain.numbers import BadNumber, NumberKind, ParsedNumber, parse_number
from ccbs_desk.domain.permissions import AGENT_WORK
from ccbs_desk.domain.phone_errors import (
    AgentLoggedOut,
    CallFirst,
    CallGone,
    CallOfOther,
    ExtensionTaken,
    ExtensionUnknown,
    PauseUnknown,
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
from server_stub.gateway.agents import AWAY, LOGGED_IN, READY, SIGNED_OUT, WRAP_UP, Agent, LiveCall
from server_stub.gateway.gateway import Context, Gateway

WRAPS_UP = WrapUpCall.KIND.encode()
ASKED = "asked"
NO_PAUSES = frozenset({READY, LOGGED_IN, AWAY, WRAP_UP, ""})
"""What a state or the gateway itself is called is no reason that anybody may give."""


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
    async with gateway.seating:
        return await _sit_down(gateway, session, name, asked)


async def _sit_down(gateway: Gateway, session: Session, name: str, asked: LogInRequest) -> PhoneNews:
    before = _places_of(gateway, session)
    _need_free(gateway, session, asked.extension, before)
    queues = asked.queues or tuple(queue.name for queue in gateway.pbx.snapshot().queues)
    try:
        await gateway.pbx.log_in(asked.extension, queues, name, pause=LOGGED_IN)
        for agent in before:
            reason = ASKED if agent.staff_id == session.staff_id else SIGNED_OUT
            await _leave(gateway, agent, reason, keep=asked.extension)
    except BaseException:
        await _as_before(gateway, asked.extension)
        raise
    return gateway.sit_down(Agent(session.staff_id, session.device_id, name, asked.extension, queues, gateway.now()))


def _places_of(gateway: Gateway, session: Session) -> list[Agent]:
    """Return who leaves his place by this log-in: whoever is at this desk, and the same person at another one."""
    here, elsewhere = gateway.roster.of_device(session.device_id), gateway.roster.of_staff(session.staff_id)
    return [agent for agent in (here, elsewhere if elsewhere is not here else None) if agent is not None]


def _need_free(gateway: Gateway, session: Session, extension: str, before: Sequence[Agent]) -> None:
    holder = gateway.roster.at(extension)
    if holder is not None and holder not in before:
        raise Refused(ExtensionTaken(extension))
    for agent in before:
        if agent.calls:
            own = agent.staff_id == session.staff_id
            raise Refused(CallFirst() if own else ExtensionTaken(agent.extension))


async def _as_before(gateway: Gateway, extension: str) -> None:
    """After a log-in that failed the exchange has at a telephone whom we have there."""
    seated = gateway.roster.at(extension)
    with contextlib.suppress(Refused, Unavailable):
        if seated is None:
            await gateway.pbx.log_out(extension)
        else:
            await gateway.pbx.log_in(extension, seated.queues, seated.name, pause=seated.paused_at_pbx or "")


async def ready(gateway: Gateway, agent: Agent) -> PhoneNews:
    """Take calls from now on. Raises Refused(WrapUpFirst), and what the exchange says."""
    if agent.wrapping:
        raise Refused(WrapUpFirst())
    return await _want(gateway, agent, READY)


async def pause(gateway: Gateway, agent: Agent, reason: str) -> PhoneNews:
    """Take no calls from now on; a call that is going on goes on. Raises Refused(PauseUnknown)."""
    if reason in NO_PAUSES or not await gateway.knows_pause(reason):
        raise Refused(PauseUnknown(reason))
    return await _want(gateway, agent, reason)


async def _want(gateway: Gateway, agent: Agent, wanted: str) -> PhoneNews:
    before, agent.wanted = agent.wanted, wanted
    try:
        await gateway.bring_to(agent)
    except BaseException:
        # Not what he has come to want meanwhile: whose desk is gone since then stays away.
        if agent.wanted == wanted:
            agent.wanted = before
        gateway.follow(agent)
        raise
    gateway.follow(agent, tell=False)
    return gateway.news.agent(agent)


async def log_out(gateway: Gateway, session: Session) -> PhoneNews:
    """Log a person out; nothing happens when he is not logged in here. Raises Refused(CallFirst)."""
    async with gateway.seating:
        agent = gateway.roster.of_device(session.device_id)
        if agent is not None and agent.staff_id == session.staff_id:
            if agent.calls:
                raise Refused(CallFirst())
            await _leave(gateway, agent, ASKED)
    return gateway.news.snapshot(session.device_id, session.staff_id)


def sign_out(gateway: Gateway, session: Session) -> None:
    """Whoever signs out takes no more calls; an exchange that does not hear of it hears when it is back."""
    agent = gateway.roster.of_device(session.device_id)
    if agent is not None and agent.staff_id == session.staff_id:
        gateway.dismiss(agent)


def hear_of(gateway: Gateway, acts: Sequence[Act], answers: Sequence[Answer]) -> None:
    """Hear of calls that were wrapped up by an act, perhaps while the desk had no link."""
    for act, answer in zip(acts, answers, strict=True):
        if answer.outcome != "applied" or WRAPS_UP not in act.raw:
            continue
        with contextlib.suppress(Malformed, Refused):
            envelope = decode_envelope(act.raw)
            if not isinstance(envelope.command, WrapUpCall):
                continue
            agent = gateway.roster.of_staff(envelope.stamps.staff_id)
            if agent is not None:
                gateway.wrapped(agent, envelope.command.call_id)
            else:
                gateway.wrapped_later(envelope.stamps.staff_id, envelope.command.call_id)


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


def colleagues(gateway: Gateway, agent: Agent) -> PhoneNews:
    """Return who could take a call over from an agent now."""
    return gateway.news.colleagues(agent)


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
