"""The live stream of one desk, as server-sent events."""

import asyncio
import logging
from typing import Any

from litestar import Request, get
from litestar.middleware import ASGIMiddleware
from litestar.response import Stream
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ccbs_desk.wire.messages import API
from server_stub.live import DEAD_SECONDS
from server_stub.parts import SignedIn, TheParts
from server_stub.problems import ANSWERS

log = logging.getLogger(__name__)


class Patience(ASGIMiddleware):
    """Cuts a reader that takes nothing for too long, so that it holds no memory here."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass on, with a limit to how long one message may take to leave."""

        async def timely(message: Message) -> None:
            await asyncio.wait_for(send(message), self._seconds)

        try:
            await next_app(scope, receive, timely)
        except TimeoutError:
            log.warning("a live stream is cut: its reader takes nothing")


@get(f"{API}/live", responses=ANSWERS, media_type="text/event-stream", middleware=[Patience(DEAD_SECONDS)])
async def live(session: SignedIn, parts: TheParts, request: Request[Any, Any, Any]) -> Stream:
    """Say hello, then tell each move of the feed; a beat in between shows that the line is alive."""
    events = parts.live.listen(session.device_id, request.headers.get("last-event-id"), session.staff_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(events, headers=headers, media_type="text/event-stream")
