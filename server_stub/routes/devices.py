"""Enrolment of devices: asked without a sign-in, watched by its id, approved and ended by a person with the right."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody

from ccbs_desk.wire.messages import API, Enrolment, EnrolRequest, Message
from server_stub.parts import SignedIn, TheParts
from server_stub.problems import ANSWERS


class Approval(Message, frozen=True, kw_only=True):
    """Let a device in, with the named till or its centre's first free one."""

    till_code: str | None = None


@post(f"{API}/devices", status_code=200, responses=ANSWERS)
async def enrol(data: JSONBody[EnrolRequest], parts: TheParts) -> Enrolment:
    """Ask to be let in; asking again with the same key tells how far it is."""
    return await parts.run(parts.devices.enrol, data)


@get(f"{API}/devices/{{device_id:uuid}}", responses=ANSWERS)
async def enrolment(device_id: FromPath[UUID], parts: TheParts) -> Enrolment:
    """Tell how far an enrolment is."""
    return await parts.run(parts.devices.status, device_id)


@post(f"{API}/devices/{{device_id:uuid}}/approve", status_code=200, responses=ANSWERS)
async def approve(device_id: FromPath[UUID], data: JSONBody[Approval], session: SignedIn, parts: TheParts) -> Enrolment:
    """Let a waiting device in."""
    return await parts.run(parts.devices.approve, device_id, till_code=data.till_code, by=session)


@post(f"{API}/devices/{{device_id:uuid}}/revoke", status_code=200, responses=ANSWERS)
async def revoke(device_id: FromPath[UUID], session: SignedIn, parts: TheParts) -> Enrolment:
    """Shut a device out at once."""
    ended = await parts.run(parts.devices.revoke, device_id, by=session)
    parts.auth.forget()
    return ended
