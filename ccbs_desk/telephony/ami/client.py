"""One link to a manager interface, from its connection to its end: log-in, actions, lists, and whether it still lives.

Whoever waits for an answer gets it, or hears why there is none: `PbxRefused` when the exchange said no, `PbxGone` when
the link is no good. After the end of a link the object is of no use; `link.py` makes the next one.
"""

import asyncio
import hashlib
import itertools
import logging
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.phone_errors import (
    PbxDenied,
    PbxFailed,
    PbxGarbled,
    PbxOtherVersion,
    PbxSilent,
    PbxUnreachable,
    PbxWrongSecret,
)
from ccbs_desk.telephony.ami.frames import Frame, Garbage, Splitter, action
from ccbs_desk.telephony.port import PbxGone, PbxRefused

log = logging.getLogger(__name__)

OLDEST_MAJOR = 5
"""The interface of Asterisk 16; older ones name and shape their events otherwise."""
_BANNER = re.compile(r"Asterisk Call Manager/(\d+)[0-9.]*")
_READ = 64 * 1024


@dataclass(frozen=True, slots=True)
class Address:
    """Where the manager interface is, and as whom we log in."""

    host: str
    port: int
    user: str
    secret: str
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"Address({self.host!r}, {self.port}, {self.user!r})"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait, in seconds: for a connection, for an answer, for a list, and between two checks of the link."""

    connect: float = 5.0
    answer: float = 5.0
    listing: float = 15.0
    check: float = 5.0


@dataclass(slots=True)
class _List:
    rows: list[Frame]
    whole: asyncio.Future[list[Frame]]


class Client:
    """One link. `on_event` is called for each event in order; it must not wait."""

    def __init__(self, address: Address, patience: Patience, on_event: Callable[[Frame], None]) -> None:
        self.poisoned = 0
        """How many events could not be worked off."""
        self._address = address
        self._patience = patience
        self._on_event = on_event
        self._numbers = itertools.count(1)
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._lists: dict[str, _List] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._end: asyncio.Future[Reason] = asyncio.get_running_loop().create_future()

    async def connect(self) -> None:
        """Connect and log in. Raises PbxGone."""
        host, port, tls = self._address.host, self._address.port, self._address.tls
        try:
            async with asyncio.timeout(self._patience.connect):
                reader, self._writer = await asyncio.open_connection(host, port, ssl=tls)
        except (OSError, TimeoutError) as error:
            raise PbxGone(PbxUnreachable()) from error
        greeted: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._read(reader, greeted))
        await self._greet(greeted)
        await self._log_in()

    async def _greet(self, greeted: asyncio.Future[str]) -> None:
        either: set[asyncio.Future[Any]] = {greeted, self._end}
        await asyncio.wait(either, timeout=self._patience.connect, return_when=asyncio.FIRST_COMPLETED)
        if not greeted.done():
            raise PbxGone(self._end.result() if self._end.done() else PbxSilent())
        known = _BANNER.fullmatch(greeted.result())
        if known is None or int(known[1]) < OLDEST_MAJOR:
            raise PbxGone(PbxOtherVersion(greeted.result()[:60]))

    async def _log_in(self) -> None:
        try:
            challenge = await self.act("Challenge", ("AuthType", "MD5"))
            proof = hashlib.md5((challenge.get("Challenge") + self._address.secret).encode(), usedforsecurity=False)
            login = [("AuthType", "MD5"), ("Username", self._address.user), ("Key", proof.hexdigest())]
            await self.act("Login", *login, ("Events", "on"))
        except PbxRefused as refused:
            denied = isinstance(refused.reason, PbxDenied)
            raise PbxGone(refused.reason if denied else PbxWrongSecret()) from refused

    async def _read(self, reader: asyncio.StreamReader, greeted: asyncio.Future[str]) -> None:
        splitter = Splitter()
        reason: Reason = PbxUnreachable()
        try:
            while data := await reader.read(_READ):
                frames = splitter.feed(data)
                if splitter.banner is not None and not greeted.done():
                    greeted.set_result(splitter.banner)
                for frame in frames:
                    self._deliver(frame)
        except Garbage as garbage:
            log.warning("the exchange sends what can't be read: %s", garbage)
            reason = PbxGarbled()
        except OSError as error:
            log.info("the link to the exchange broke: %s", error)
        self._finish(reason)

    def _deliver(self, frame: Frame) -> None:
        action_id = frame.get("ActionID")
        if not frame.event:
            waiting = self._answers.get(action_id)
            if waiting is not None and not waiting.done():
                waiting.set_result(frame)
        elif action_id in self._lists:
            self._add_to_list(self._lists[action_id], frame)
        else:
            self._work_off(frame)

    def _add_to_list(self, listing: _List, frame: Frame) -> None:
        if frame.get("EventList") not in {"Complete", "Cancelled"}:
            listing.rows.append(frame)
        elif not listing.whole.done():
            listing.whole.set_result(listing.rows)

    def _work_off(self, frame: Frame) -> None:
        try:
            self._on_event(frame)
        except Exception:
            self.poisoned += 1
            log.exception("an event of the exchange could not be worked off: %s", frame)

    def _finish(self, reason: Reason) -> None:
        if not self._end.done():
            self._end.set_result(reason)
        lists = (listing.whole for listing in self._lists.values())
        waiting: list[asyncio.Future[Any]] = [*self._answers.values(), *lists]
        for future in waiting:
            if not future.done():
                future.set_exception(PbxGone(reason))

    async def act(self, name: str, *fields: tuple[str, str], action_id: str = "") -> Frame:
        """Send an action; return its answer. Raises PbxRefused, PbxGone."""
        action_id = action_id or self._next_id()
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[action_id] = answer
        try:
            self._send(action(name, action_id, fields))
            async with asyncio.timeout(self._patience.answer):
                frame = await answer
        except TimeoutError:
            self._finish(PbxSilent())
            raise PbxGone(PbxSilent()) from None
        finally:
            del self._answers[action_id]
            _forget(answer)
        if frame.get("Response") == "Error":
            raise PbxRefused(_refusal(name, frame.get("Message")))
        return frame

    async def listing(self, name: str, *fields: tuple[str, str]) -> list[Frame]:
        """Send an action that is answered with a list; return its rows. Raises PbxRefused, PbxGone."""
        action_id = self._next_id()
        listing = self._lists[action_id] = _List([], asyncio.get_running_loop().create_future())
        try:
            await self.act(name, *fields, action_id=action_id)
            async with asyncio.timeout(self._patience.listing):
                return await listing.whole
        except TimeoutError:
            self._finish(PbxSilent())
            raise PbxGone(PbxSilent()) from None
        finally:
            del self._lists[action_id]
            _forget(listing.whole)

    def _next_id(self) -> str:
        return f"ccbs-{next(self._numbers)}"

    def _send(self, data: bytes) -> None:
        if self._end.done() or self._writer is None:
            raise PbxGone(self._end.result() if self._end.done() else PbxUnreachable())
        self._writer.write(data)

    async def watch(self) -> Reason:
        """Check the link again and again; return why it ended. A link that is half open ends by not answering."""
        while True:
            await asyncio.wait({self._end}, timeout=self._patience.check)
            if self._end.done():
                return self._end.result()
            with suppress(PbxGone, PbxRefused):
                await self.act("Ping")

    async def close(self) -> None:
        """Give the link up."""
        self._finish(PbxUnreachable())
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
        if self._writer is not None:
            # A half open link would keep a polite close waiting for ever.
            self._writer.transport.abort()


def _forget(future: asyncio.Future[Any]) -> None:
    """Be done with a future, whether anybody has heard of its failure or not."""
    if not future.cancel() and not future.cancelled():
        future.exception()


def _refusal(name: str, message: str) -> Reason:
    """Return the reason for an error that the exchange told."""
    if message == "Permission denied":
        return PbxDenied(name)
    return PbxFailed(message or name)
