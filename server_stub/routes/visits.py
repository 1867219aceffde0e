"""What a desk asks about subscribers who are not of its area: an account for a while, or who is meant at all."""

import gzip
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.params import JSONBody

from ccbs_desk.services.look_up import Found
from ccbs_desk.wire.codec import encode
from ccbs_desk.wire.messages import API
from ccbs_desk.wire.visits import LookUpRequest, VisitAnswer, VisitRequest
from server_stub import visits
from server_stub.auth import Session
from server_stub.country_look_up import find
from server_stub.parts import Parts, SignedIn, TheParts
from server_stub.problems import ANSWERS
from server_stub.routes.feed import PACKING, WORTH_PACKING, change_of, encoded

_JSON = msgspec.json.Encoder()


@post(f"{API}/visits", status_code=200, responses=ANSWERS)
async def visit(
    request: Request[Any, Any, Any], data: JSONBody[VisitRequest], session: SignedIn, parts: TheParts
) -> Response[VisitAnswer]:
    """Give an account's rows with the rest of the feed, and keep the desk told of the account for a while."""
    body: Any = await parts.run(_visit, parts, session, data)
    headers = {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", "") and len(body) >= WORTH_PACKING:
        body = await parts.run(gzip.compress, body, PACKING)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="application/json", headers=headers)


@post(f"{API}/look-ups", status_code=200, responses=ANSWERS)
async def look_up(data: JSONBody[LookUpRequest], session: SignedIn, parts: TheParts) -> Response[Found]:
    """Find whom a caller means, in the whole country."""
    body: Any = await parts.run(_look_up, parts, session, data)
    return Response(body, media_type="application/json")


def _visit(parts: Parts, session: Session, asked: VisitRequest) -> bytes:
    now: datetime = parts.now()
    until = visits.begin(parts.engine, session, asked, now)
    page, rows = visits.read(parts.engine, session, asked)
    changes = [change_of(row) for row in rows]
    return _JSON.encode({"page": msgspec.Raw(encoded(page, now)), "rows": changes, "until": until})


def _look_up(parts: Parts, session: Session, asked: LookUpRequest) -> bytes:
    return encode(find(parts.engine, parts.names, session, asked, parts.now()))
