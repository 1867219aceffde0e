"""What an agent asks for his own calls. What becomes of it, the live stream tells."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath, JSONBody

from ccbs_desk.wire.messages import API
from ccbs_desk.wire.phone import DialRequest, TransferRequest
from server_stub.gateway import actions
from server_stub.parts import SignedIn, TheParts
from server_stub.problems import ANSWERS
from server_stub.routes.agent import gateway_of


@post(f"{API}/calls/dial", status_code=204, responses=ANSWERS)
async def dial(data: JSONBody[DialRequest], session: SignedIn, parts: TheParts) -> None:
    """Ring the agent's telephone, then the number."""
    gateway = gateway_of(parts)
    await actions.dial(gateway, actions.agent_of(gateway, session), data.number)


@post(f"{API}/calls/{{call_id:uuid}}/answer", status_code=204, responses=ANSWERS)
async def answer(call_id: FromPath[UUID], session: SignedIn, parts: TheParts) -> None:
    """Answer an offered call."""
    gateway = gateway_of(parts)
    await actions.answer(gateway, actions.agent_of(gateway, session), call_id)


@post(f"{API}/calls/{{call_id:uuid}}/hang-up", status_code=204, responses=ANSWERS)
async def hang_up(call_id: FromPath[UUID], session: SignedIn, parts: TheParts) -> None:
    """End one's part of a call."""
    gateway = gateway_of(parts)
    await actions.hang_up(gateway, actions.agent_of(gateway, session), call_id)


@post(f"{API}/calls/{{call_id:uuid}}/hold", status_code=204, responses=ANSWERS)
async def hold(call_id: FromPath[UUID], session: SignedIn, parts: TheParts) -> None:
    """Put the caller on hold."""
    gateway = gateway_of(parts)
    await actions.hold(gateway, actions.agent_of(gateway, session), call_id)


@post(f"{API}/calls/{{call_id:uuid}}/resume", status_code=204, responses=ANSWERS)
async def resume(call_id: FromPath[UUID], session: SignedIn, parts: TheParts) -> None:
    """Take the caller back."""
    gateway = gateway_of(parts)
    await actions.resume(gateway, actions.agent_of(gateway, session), call_id)


@post(f"{API}/calls/{{call_id:uuid}}/transfer", status_code=204, responses=ANSWERS)
async def transfer(
    call_id: FromPath[UUID], data: JSONBody[TransferRequest], session: SignedIn, parts: TheParts
) -> None:
    """Hand a call over, with what the next agent is to know."""
    gateway = gateway_of(parts)
    await actions.transfer(gateway, actions.agent_of(gateway, session), call_id, data)
