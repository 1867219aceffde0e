"""Pull: what changed in the desk's scope after a position."""

import gzip
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.params import QueryParameter

from ccbs_desk.models.database import reading
from ccbs_desk.wire.messages import API, FeedPage
from server_stub.auth import Session
from server_stub.feed import PAGE, Page, Row, read_page
from server_stub.parts import Parts, SignedIn, TheParts
from server_stub.problems import ANSWERS

WORTH_PACKING = 2_000
PACKING = 5
"""Level of gzip. Lines to the centres are thin, and rows pack to a tenth."""
_JSON = msgspec.json.Encoder()


class _Change(msgspec.Struct):
    """A `messages.Change` whose row is written out as the bytes that the feed keeps."""

    position: int
    command_id: UUID | None
    table: str
    id: UUID
    row: msgspec.Raw | None


@get(f"{API}/feed", responses=ANSWERS)
async def feed(
    request: Request[Any, Any, Any],
    session: SignedIn,
    parts: TheParts,
    after: Annotated[int, QueryParameter(ge=0, lt=1 << 62)],
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE)] = PAGE,
) -> Response[FeedPage]:
    """Return changes of whole positions; the scope is that of the device which asks."""
    packing = "gzip" in request.headers.get("accept-encoding", "")
    body: Any = await parts.run(_page, parts, session, after, limit)
    headers = {"Vary": "Accept-Encoding"}
    if packing and len(body) >= WORTH_PACKING:
        body = await parts.run(gzip.compress, body, PACKING)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="application/json", headers=headers)


def _page(parts: Parts, session: Session, after: int, limit: int) -> bytes:
    with reading(parts.engine) as connection:
        page = read_page(connection, after=after, limit=limit, area_id=session.area_id, device_id=session.device_id)
    return encoded(page, parts.now())


def change_of(row: Row) -> _Change:
    """Return a row as it crosses the wire."""
    return _Change(row.position, row.command_id, row.table, row.id, None if row.row is None else msgspec.Raw(row.row))


def encoded(page: Page, now: datetime) -> bytes:
    """Return the bytes of a page."""
    return _JSON.encode(
        {
            "after": page.after,
            "reached": page.reached,
            "head": page.head,
            "epoch": page.epoch,
            "scope": page.scope,
            "more": page.more,
            "changes": [change_of(row) for row in page.rows],
            "server_time": now,
        }
    )
