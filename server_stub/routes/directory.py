"""The published directory: the file of a desk's index, fetched with resume, and what has changed since."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from ccbs_desk.wire.directory import DirectoryChanges, DirectoryInfo
from ccbs_desk.wire.messages import API
from server_stub.parts import SignedIn, TheParts
from server_stub.problems import ANSWERS
from server_stub.routes.snapshot import ranged


@get(f"{API}/directory", responses=ANSWERS)
async def ask(session: SignedIn, parts: TheParts) -> DirectoryInfo:
    """Name the index that the desk is to carry, or say that it is being built; then ask again."""
    return await parts.run(parts.directories.ask, session)


@get(f"{API}/directory/changes", responses=ANSWERS)
async def changes(
    session: SignedIn, parts: TheParts, after: Annotated[int, QueryParameter(ge=0, lt=1 << 62)]
) -> DirectoryChanges:
    """Return which of the desk's listings changed after a position, as they are now."""
    return await parts.run(parts.directories.changes, session, after)


@get(f"{API}/directory/files/{{name:str}}", responses=ANSWERS, media_type="application/gzip")
async def fetch(name: FromPath[str], session: SignedIn, parts: TheParts, request: Request[Any, Any, Any]) -> Stream:
    """Give the file, from `Range: bytes=N-` on when that is asked."""
    return ranged(parts, await parts.run(parts.directories.path, name, session), request)
