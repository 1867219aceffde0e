"""A desk compares what it holds with the server, and is given the rows in which it differs."""

from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from ccbs_desk.domain.digests import BUCKETS
from ccbs_desk.wire.digests import Buckets, Digests, MendedReport
from ccbs_desk.wire.messages import API
from server_stub.mending import BucketAnswer, Mending
from server_stub.parts import Parts, SignedIn, TheParts
from server_stub.problems import ANSWERS

MOST = 64
"""Parts of a table that are given at a time."""


def _mending(parts: Parts) -> Mending:
    return Mending(parts.engine, parts.now)


@get(f"{API}/digests", responses=ANSWERS)
async def digests(session: SignedIn, parts: TheParts) -> Digests:
    """Return the digest of every table that the desk's area holds rows of."""
    return await parts.run(_mending(parts).digests, session)


@get(f"{API}/digests/{{table:str}}", responses=ANSWERS)
async def buckets(table: FromPath[str], session: SignedIn, parts: TheParts) -> Buckets:
    """Return the digests of the parts of a table."""
    return await parts.run(_mending(parts).buckets, session, table)


@get(f"{API}/digests/{{table:str}}/rows", responses=ANSWERS)
async def rows(
    table: FromPath[str],
    session: SignedIn,
    parts: TheParts,
    bucket: Annotated[list[int], QueryParameter(min_items=1, max_items=MOST)],
) -> BucketAnswer:
    """Return the rows of some parts of a table."""
    wanted = frozenset(number % BUCKETS for number in bucket)
    return await parts.run(_mending(parts).rows, session, table, wanted)


@post(f"{API}/digests/mended", status_code=204, responses=ANSWERS)
async def mended(data: JSONBody[MendedReport], session: SignedIn, parts: TheParts) -> None:
    """Keep what a desk had to replace."""
    await parts.run(_mending(parts).report, session, data)
