"""Keeps one desk and the server alike, for as long as the desk runs: connects, pushes, pulls, listens, comes back.

It lives in the asyncio loop of whoever owns it and knows no Qt. Nothing that the line, the server or a single act does
ends it: what fails is logged, counted, told in `SyncFacts`, and tried again.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any

from ccbs_desk.domain.errors import DeviceNotEnrolled, LinkDown, Reason, Refused, ServerFault, SignInNeeded, Unavailable
from ccbs_desk.models.store import Store
from ccbs_desk.sync.agreement import Agreement
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.compare import Comparing
from ccbs_desk.sync.facts import LinkState, SyncFacts, kept
from ccbs_desk.sync.pace import Backoff, Pace
from ccbs_desk.sync.phone import Phone
from ccbs_desk.sync.pull import Pull
from ccbs_desk.sync.push import Push
from ccbs_desk.sync.rebase import Applied
from ccbs_desk.sync.renewing import Anew
from ccbs_desk.sync.revoked import shut_out
from ccbs_desk.sync.snapshots import Progress
from ccbs_desk.wire.messages import LiveEvent

_log = logging.getLogger(__name__)

OF_THE_LINK = (LinkDown, ServerFault)
REVOKED = DeviceNotEnrolled("revoked")


class _TokensEnded(Exception):
    """The server no longer knows the tokens that it gave out."""


async def _nobody() -> None:
    raise Refused(SignInNeeded())


class Engine:
    """One desk's sync. All methods are for the loop's own thread; `facts` and `applied` are called there.

    `phone` hears what the server says of the telephone. `renew` signs in anew when there are no tokens (see
    `sign_in.SignIn`); it raises Refused when it can't.
    """

    def __init__(
        self,
        store: Store,
        client: Client,
        *,
        now: Callable[[], datetime],
        facts: Callable[[SyncFacts], None] = lambda _facts: None,
        applied: Callable[[Applied], None] = lambda _applied: None,
        phone: Phone | None = None,
        renew: Callable[[], Awaitable[None]] = _nobody,
        pace: Pace | None = None,
    ) -> None:
        self._store = store
        self._client = client
        self._now = now
        self._tell_facts = facts
        self._tell_applied = applied
        self._phone = phone
        self._renew = renew
        self._pace = pace or Pace()
        self._backoff = Backoff(self._pace)
        self._push = Push(store, client, now, self._was_applied)
        self._pull = Pull(store, client, now, self._was_applied, monotonic=self._pace.monotonic)
        self._anew = Anew(store, client, now, self._pace)
        comparing = Comparing(store, client, now, self._was_applied)
        self._agreement = Agreement(store, comparing, now, self._pace, self._was_mended)
        self._nudged = asyncio.Event()
        self._hurried = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._asides: set[asyncio.Task[None]] = set()
        self._last_event: str | None = None
        self._epoch = ""
        self.failures = 0
        """How many times something failed that nobody had foreseen."""
        self.now_known = SyncFacts()
        """The facts last told."""

    def start(self) -> None:
        """Begin. Harmless when it runs already."""
        if self._running is None:
            self._hurried.set()
            self._running = asyncio.get_running_loop().create_task(self._serve())

    async def stop(self) -> None:
        """End cleanly: what the store was asked is finished, nothing more is asked."""
        await self._agreement.stop()
        running, self._running = self._running, None
        for task in (running, *self._asides):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    def wake(self) -> None:
        """Something was done here: tell how much waits, and send it if the link is there."""
        self._nudged.set()
        self._aside(self._refresh())

    def hurry(self) -> None:
        """Try to connect now: somebody has signed in, or asks for it."""
        self._hurried.set()
        self.wake()

    # The link

    async def _serve(self) -> None:
        while True:
            try:
                await self._connected()
            except _TokensEnded:
                # Whoever sits here may be signed in anew at once.
                await self._rest("connecting", SignInNeeded(), self._backoff.next())
            except Refused as no:
                if no.reason == REVOKED and await shut_out(self._store):
                    self._tell(lambda: self._tell_applied(Applied(everybody=True)))
                await self._rest("blocked", no.reason, self._pace.blocked)
            except Unavailable as gone:
                link: LinkState = "offline" if isinstance(gone.reason, OF_THE_LINK) else "blocked"
                if not isinstance(gone.reason, LinkDown):
                    _log.warning("sync is interrupted: %s", gone.reason)
                await self._rest(link, gone.reason, self._backoff.next())
            except Exception:  # noqa: BLE001 - the loop outlives our own bugs
                _log.exception("sync failed")
                self.failures += 1
                await self._rest("offline", None, self._backoff.next())

    async def _rest(self, link: LinkState, problem: Reason | None, seconds: float) -> None:
        """Wait until it is time to try again, or until somebody is in a hurry."""
        await self._refresh(link=link, problem=problem)
        hurried = asyncio.ensure_future(self._hurried.wait())
        slept = asyncio.ensure_future(self._pace.sleep(seconds))
        await _first_of(hurried, slept)

    async def _connected(self) -> None:
        """Work while the link is there. Raises as soon as it is not."""
        if self._hurried.is_set():
            # Tries that nobody asked for are not told: a line that is down stays down until it is up.
            self._hurried.clear()
            await self._refresh(link="connecting", problem=self.now_known.problem)
        if not self._client.signed_in:
            await self._renew()
        try:
            await _first_of(asyncio.ensure_future(self._listen()), asyncio.ensure_future(self._work()))
        except Refused as no:
            if no.reason == SignInNeeded():
                raise _TokensEnded from no
            raise

    async def _listen(self) -> None:
        try:
            async with contextlib.aclosing(self._client.live(self._last_event)) as events:
                async for event, number in events:
                    self._last_event = number or self._last_event
                    await self._heard(event)
        finally:
            if self._phone is not None:
                self._tell(self._phone.lost)
        raise Unavailable(LinkDown())

    async def _heard(self, event: LiveEvent) -> None:
        if event.kind == "revoked":
            raise Refused(REVOKED)
        news, phone = event.phone, self._phone
        if news is not None and phone is not None:
            # First of all: somebody is on the line.
            self._tell(lambda: phone.hear(news))
            if event.kind == "phone":
                return
        put_back = bool(event.epoch and self._epoch) and event.epoch != self._epoch
        if event.head > self.now_known.position or put_back:
            self._nudged.set()
        await self._refresh(contact=True, head=event.head)

    async def _work(self) -> None:
        """Push and pull, at once and then whenever something calls for it."""
        ask_again = self._pace.monotonic()
        await self._pull.look()
        while True:
            self._nudged.clear()
            problem = await self._round()
            if problem is None:
                self._backoff.reset()
            await self._refresh(link="online", contact=True, problem=problem or self._pull.problem)
            if self._pace.monotonic() >= ask_again:
                # Last, so that what waits for a person never stands before what does not.
                ask_again = self._pace.monotonic() + self._pace.waiting
                if await self._push.waiting():
                    self._nudged.set()
            self._agreement.look()
            await self._calm(self._backoff.next() if problem else self._pace.poll)

    async def _round(self) -> Reason | None:
        """Push, then pull. A server that fails on an act is not a server that is gone: return what it fails with."""
        problem: Reason | None = None
        try:
            await self._push.all()
        except Unavailable as gone:
            if not isinstance(gone.reason, ServerFault):
                raise
            problem = gone.reason
        await self._pull.to_head()
        if await self._anew.due():
            await self._begin_anew()
            await self._pull.to_head()
        await self._push.blame()
        return problem

    async def _begin_anew(self) -> None:
        """The server was put back: bring home what it has forgotten, then load this desk anew."""
        self.now_known = replace(self.now_known, position=0, head=0)
        await self._push.all()
        await self._anew.load(self._was_loading)
        self._tell(lambda: self._tell_applied(Applied()))

    async def _calm(self, seconds: float) -> None:
        nudged = asyncio.ensure_future(self._nudged.wait())
        slept = asyncio.ensure_future(self._pace.sleep(seconds))
        await _first_of(nudged, slept)

    # What is told

    def _was_applied(self, applied: Applied) -> None:
        if applied:
            self._tell(lambda: self._tell_applied(applied))
        self._aside(self._refresh(contact=True))

    def _was_mended(self, rows: int) -> None:
        self._told_anew(replace(self.now_known, mended=self.now_known.mended + rows))

    def _was_loading(self, progress: Progress) -> None:
        if progress.tens != self.now_known.loading:
            self._told_anew(replace(self.now_known, loading=progress.tens))

    def _told_anew(self, facts: SyncFacts) -> None:
        self.now_known = facts
        self._tell(lambda: self._tell_facts(facts))

    async def _refresh(
        self,
        *,
        link: LinkState | None = None,
        contact: bool = False,
        head: int = 0,
        problem: Reason | None = None,
    ) -> None:
        """Tell the facts as they are now, if they are others than those told before."""
        try:
            known = await asyncio.wrap_future(self._store.read(kept))
        except Exception:  # noqa: BLE001 - what can't be told now is told next time
            _log.exception("the state of sync can't be read")
            self.failures += 1
            return
        before = self.now_known
        self._epoch = known.cursor.epoch
        facts = replace(
            before,
            unsent=known.unsent,
            sums=known.sums,
            attention=known.attention,
            position=known.cursor.position,
            head=max(known.cursor.head, head, before.head),
            offset_seconds=known.clock.offset_at(self._now()) if known.clock else None,
            server_time=known.clock.server_time if known.clock else None,
            last_contact=self._now() if contact else before.last_contact,
        )
        if link is not None:
            facts = replace(facts, link=link, problem=problem, loading=None)
        if facts != before:
            self._told_anew(facts)

    def _tell(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except Exception:  # noqa: BLE001 - whoever listens must not end the sync
            _log.exception("a listener of sync failed")
            self.failures += 1

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)


async def _first_of(*tasks: "asyncio.Future[Any]") -> None:
    """Wait for the first to end, end the others, and raise what ended it."""
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
