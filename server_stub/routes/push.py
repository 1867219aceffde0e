"""Push: a desk sends the acts of its outbox, in order, and hears what became of each."""

import asyncio
from dataclasses import dataclass

import msgspec
from litestar import post
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import RawBody

from ccbs_desk.wire.codec import Malformed
from ccbs_desk.wire.messages import API, PushAnswer, PushRequest
from server_stub.acts import read_act
from server_stub.gateway import actions
from server_stub.parts import SignedIn, TheParts
from server_stub.problems import ANSWERS

_ACTS = Schema(
    type=OpenAPIType.OBJECT,
    title="PushRequest",
    required=["commands"],
    properties={
        "commands": Schema(
            type=OpenAPIType.ARRAY,
            items=Schema(type=OpenAPIType.OBJECT, required=["id", "kind", "version", "body", "stamps"]),
        ),
        "left": Schema(
            type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID), default=[]
        ),
    },
)


@dataclass
class PushOperation(Operation):
    """Describes the body, which the route reads by itself: the bytes of each act are kept as they came."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(content={"application/json": OpenAPIMediaType(schema=_ACTS)}, required=True)


@post(f"{API}/commands", status_code=200, responses=ANSWERS, operation_class=PushOperation)
async def push(body: RawBody, session: SignedIn, parts: TheParts) -> PushAnswer:
    """Apply the acts, each exactly once; answered when they are durable."""
    try:
        asked = msgspec.json.decode(body, type=PushRequest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(str(error)) from error
    acts = [read_act(bytes(raw), session.device_id, asked.left) for raw in asked.commands]
    answers = await asyncio.wrap_future(parts.applier.submit(acts)) if acts else []
    if parts.gateway is not None:
        actions.hear_of(parts.gateway, acts, answers)
    return PushAnswer(answers=tuple(answers), server_time=parts.now())
