"""What an agent asks for himself: log in to queues, be ready, pause, wrap up, log out."""

from litestar import post
from litestar.params import JSONBody
from sqlalchemy import select

from ccbs_desk.domain.errors import Refused
from ccbs_desk.domain.phone_errors import NoPbx
from ccbs_desk.models.database import reading
from ccbs_desk.models.reference import Staff
from ccbs_desk.wire.messages import API
from ccbs_desk.wire.phone import LogInRequest, PauseRequest, PhoneNews, WrappedRequest
from server_stub.auth import Session
from server_stub.gateway import actions
from server_stub.gateway.gateway import Gateway
from server_stub.parts import Parts, SignedIn, TheParts
from server_stub.problems import ANSWERS


def gateway_of(parts: Parts) -> Gateway:
    """Return the gateway. Raises Refused(NoPbx) where there is none."""
    if parts.gateway is None:
        raise Refused(NoPbx())
    return parts.gateway


@post(f"{API}/agent/log-in", status_code=200, responses=ANSWERS)
async def log_in(data: JSONBody[LogInRequest], session: SignedIn, parts: TheParts) -> PhoneNews:
    """Log in at a telephone, paused."""
    name = await parts.run(_name, parts, session)
    return await actions.log_in(gateway_of(parts), session, name, data)


@post(f"{API}/agent/ready", status_code=200, responses=ANSWERS)
async def ready(session: SignedIn, parts: TheParts) -> PhoneNews:
    """Take calls."""
    gateway = gateway_of(parts)
    return await actions.ready(gateway, actions.agent_of(gateway, session))


@post(f"{API}/agent/pause", status_code=200, responses=ANSWERS)
async def pause(data: JSONBody[PauseRequest], session: SignedIn, parts: TheParts) -> PhoneNews:
    """Take no calls, for a reason."""
    gateway = gateway_of(parts)
    return await actions.pause(gateway, actions.agent_of(gateway, session), data.reason)


@post(f"{API}/agent/log-out", status_code=200, responses=ANSWERS)
async def log_out(session: SignedIn, parts: TheParts) -> PhoneNews:
    """Log out of all queues."""
    return await actions.log_out(gateway_of(parts), session)


@post(f"{API}/agent/wrapped", status_code=200, responses=ANSWERS)
async def wrapped(data: JSONBody[WrappedRequest], session: SignedIn, parts: TheParts) -> PhoneNews:
    """Say that a call is wrapped up."""
    gateway = gateway_of(parts)
    return await actions.wrapped(gateway, actions.agent_of(gateway, session), data.call_id)


@post(f"{API}/agent/colleagues", status_code=200, responses=ANSWERS)
async def colleagues(session: SignedIn, parts: TheParts) -> PhoneNews:
    """Tell who could take a call over."""
    gateway = gateway_of(parts)
    return actions.colleagues(gateway, actions.agent_of(gateway, session))


def _name(parts: Parts, session: Session) -> str:
    with reading(parts.engine) as connection:
        return str(connection.execute(select(Staff.name_ar).where(Staff.id == session.staff_id)).scalar_one())
