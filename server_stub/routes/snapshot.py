"""The first load of a desk: asked for, then fetched, with resume."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Stream

from ccbs_desk.wire.messages import API, SnapshotInfo
from server_stub.parts import Parts, SignedIn, TheParts
from server_stub.problems import ANSWERS, CODE_OF_STATUS, RequestRefused

CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{1,15})?")


@get(f"{API}/snapshot", responses=ANSWERS)
async def ask(session: SignedIn, parts: TheParts) -> SnapshotInfo:
    """Name the file of the device's area, or say that it is being built; then ask again."""
    return await parts.run(parts.snapshots.ask, session.area_id)


@get(f"{API}/snapshot/{{name:str}}", responses=ANSWERS, media_type="application/gzip")
async def fetch(name: FromPath[str], session: SignedIn, parts: TheParts, request: Request[Any, Any, Any]) -> Stream:
    """Give the file, from `Range: bytes=N-` on when that is asked."""
    return ranged(parts, await parts.run(parts.snapshots.path, name, session.area_id), request)


def ranged(parts: Parts, path: Path | None, request: Request[Any, Any, Any]) -> Stream:
    """Return a file, or the part of it that is asked for. Raises RequestRefused when it is not there."""
    if path is None:
        raise RequestRefused(404, CODE_OF_STATUS[404])
    size = path.stat().st_size
    asked = request.headers.get("range")
    first, last = _span(asked, size)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(last - first + 1)}
    if asked is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 200 if asked is None else 206
    return Stream(_chunks(parts, path, first, last), status_code=status, headers=headers, media_type="application/gzip")


def _span(asked: str | None, size: int) -> tuple[int, int]:
    """Return the first and last byte that are wanted."""
    if asked is None:
        return 0, size - 1
    match = _RANGE.fullmatch(asked.strip())
    first = int(match[1]) if match else 0
    last = min(int(match[2]), size - 1) if match and match[2] else size - 1
    if match is None or first > last:
        raise RequestRefused(416, CODE_OF_STATUS[416], size=size)
    return first, last


async def _chunks(parts: Parts, path: Path, first: int, last: int) -> AsyncIterator[bytes]:
    while first <= last:
        chunk = await parts.run(_read, path, first, min(CHUNK, last - first + 1))
        if not chunk:
            return
        yield chunk
        first += len(chunk)


def _read(path: Path, start: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(length)
