"""The telephones of the demo, moved by hand: only with the simulator, on loopback, and without a proxy."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import JSONBody

from ccbs_desk.domain.ids import call_id
from ccbs_desk.telephony.model import Presentation
from ccbs_desk.telephony.simulator import Simulator
from ccbs_desk.wire.messages import API, Message
from server_stub.parts import Parts, TheParts
from server_stub.problems import ANSWERS, CODE_OF_STATUS, RequestRefused
from server_stub.settings import is_loopback

Text = Annotated[str, msgspec.Meta(max_length=200)]


class CallIn(Message, frozen=True, kw_only=True):
    """Somebody calls a queue from outside."""

    number: Text
    name: Text = ""
    queue: Text = "care"
    presentation: Presentation = Presentation.ALLOWED


class CalledIn(Message, frozen=True, kw_only=True):
    """The call that came of it."""

    call_id: UUID


class Telephone(Message, frozen=True, kw_only=True):
    """One telephone inside."""

    extension: Text


@post(f"{API}/simulator/call", status_code=200, responses=ANSWERS)
async def call(data: JSONBody[CallIn], parts: TheParts) -> CalledIn:
    """Let somebody call."""
    pbx = _simulator(parts)
    if all(queue.name != data.queue for queue in pbx.snapshot().queues):
        raise RequestRefused(404, CODE_OF_STATUS[404])
    key = pbx.call_in(data.number, data.name, data.queue, data.presentation)
    return CalledIn(call_id=call_id(key.pbx, key.linkedid))


@post(f"{API}/simulator/answer", status_code=204, responses=ANSWERS)
async def answer(data: JSONBody[Telephone], parts: TheParts) -> None:
    """Take a ringing telephone off the hook."""
    pbx = _simulator(parts)
    try:
        pbx.phone_answers(data.extension)
    except LookupError as error:
        raise RequestRefused(404, CODE_OF_STATUS[404]) from error


@post(f"{API}/simulator/hang-up", status_code=204, responses=ANSWERS)
async def hang_up(data: JSONBody[Telephone], parts: TheParts) -> None:
    """Let the caller who is on this telephone hang up."""
    pbx = _simulator(parts)
    line = pbx.board.line_of(data.extension)
    found = pbx.board.find(line.name) if line else None
    if found is None:
        raise RequestRefused(404, CODE_OF_STATUS[404])
    pbx.board.caller_hangs_up(found[0].linkedid)


def _simulator(parts: Parts) -> Simulator:
    pbx = parts.gateway.pbx if parts.gateway is not None else None
    # Behind a proxy everybody comes from this machine.
    reachable = parts.settings.behind_proxy or not is_loopback(parts.settings.host)
    if not isinstance(pbx, Simulator) or reachable:
        raise RequestRefused(404, CODE_OF_STATUS[404])
    return pbx
