"""The desk's side of the wire: one method for each thing that is asked of the server, every failure a typed reason.

`Unavailable(LinkDown)`: nobody answered. `Unavailable(ServerFault)`: the answer is of no use. `Refused(reason)`: the
server said no. Tokens live in memory only; an access token that ran out is renewed once, for all who wait, and the
request is sent again.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec

from ccbs_desk.domain.errors import LinkDown, Refused, ServerFault, SignInNeeded, Unavailable
from ccbs_desk.services.look_up import Found
from ccbs_desk.sync.address import checked_address
from ccbs_desk.sync.streams import StreamGarbage, events
from ccbs_desk.wire.codec import ReasonForm, encode, reason_of
from ccbs_desk.wire.digests import BucketRows, Buckets, Digests, MendedReport
from ccbs_desk.wire.directory import DirectoryChanges, DirectoryInfo
from ccbs_desk.wire.messages import (
    API,
    Challenge,
    Enrolment,
    EnrolRequest,
    FeedPage,
    Health,
    LiveEvent,
    Problem,
    PushAnswer,
    PushRequest,
    RefreshRequest,
    SignInRequest,
    SnapshotInfo,
    Tokens,
)
from ccbs_desk.wire.phone import PhoneMessage, PhoneNews
from ccbs_desk.wire.visits import LookUpRequest, VisitAnswer, VisitRequest

T = TypeVar("T")

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0
DEAD_SECONDS = 12.0
"""A live stream that says nothing for this long is dead; the server beats every five seconds."""
LARGEST_ANSWER = 64 * 1024 * 1024


class Client:
    """One server, one device. All methods raise Unavailable(LinkDown | ServerFault) and Refused(reason)."""

    def __init__(
        self,
        address: str,
        *,
        ca_file: str | None = None,
        dead_seconds: float = DEAD_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Raises InsecureAddress for plain http to another machine."""
        secure = checked_address(address)
        self._dead_seconds = dead_seconds
        self._tokens: Tokens | None = None
        self._device_id: UUID | None = None
        self._refreshing = asyncio.Lock()
        self._http = httpx.AsyncClient(
            base_url=address.rstrip("/") + API,
            verify=_trust(ca_file) if secure else False,
            # No proxy, netrc or certificate setting of the environment may come between a desk and its server.
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            transport=transport,
        )

    @property
    def signed_in(self) -> bool:
        """Whether there are tokens; whether they are still good, only the server can tell."""
        return self._tokens is not None

    async def close(self) -> None:
        """Let all connections go."""
        await self._http.aclose()

    async def reachable(self) -> bool:
        """Return whether the server answers; for whoever shows it before anybody has signed in."""
        try:
            await self._ask("GET", "/health", Health)
        except (Refused, Unavailable):
            return False
        return True

    # Devices and people

    async def enrol(self, asked: EnrolRequest) -> Enrolment:
        """Ask to be let in. The same key again gives the same device."""
        return await self._ask("POST", "/devices", Enrolment, body=encode(asked))

    async def enrolment(self, device_id: UUID) -> Enrolment:
        """Return how far the enrolment is."""
        return await self._ask("GET", f"/devices/{device_id}", Enrolment)

    async def challenge(self) -> Challenge:
        """Return a nonce to be signed with the device's key."""
        return await self._ask("POST", "/session/challenge", Challenge)

    async def sign_in(self, asked: SignInRequest) -> Tokens:
        """Trade login, password and the device's signature for tokens, which are kept here."""
        tokens = await self._ask("POST", "/session", Tokens, body=encode(asked))
        self._tokens, self._device_id = tokens, asked.device_id
        return tokens

    async def sign_out(self) -> None:
        """End this sign-in. The tokens are forgotten whether the server hears of it or not."""
        tokens, self._tokens = self._tokens, None
        if tokens is not None:
            await self._send("DELETE", "/session", access=tokens.access)

    def forget(self) -> None:
        """Forget the tokens without a word to the server."""
        self._tokens = None

    # Acts and changes

    async def push(self, acts: Sequence[bytes], left: Sequence[UUID] = ()) -> PushAnswer:
        """Send acts, each in the exact bytes of the outbox; return the answers. `left` as in PushRequest."""
        body = encode(PushRequest(commands=[msgspec.Raw(raw) for raw in acts], left=tuple(left)))
        return await self._authorised("POST", "/commands", PushAnswer, body=body)

    async def feed(self, after: int, limit: int | None = None) -> FeedPage:
        """Return the next page of what changed in this device's scope; whole positions, some `limit` of rows."""
        params = {"after": str(after)} | ({"limit": str(limit)} if limit else {})
        return await self._authorised("GET", "/feed", FeedPage, params=params)

    async def snapshot(self) -> SnapshotInfo:
        """Return the file of this device's scope, or that it is being built."""
        return await self._authorised("GET", "/snapshot", SnapshotInfo)

    async def download(self, name: str, start: int, folder: str = "/snapshot") -> AsyncGenerator[bytes, None]:
        """Give the bytes of a file from `start` on."""
        headers = {"Range": f"bytes={start}-"} if start else {}
        async with self._stream(f"{folder}/{name}", headers, ANSWER_SECONDS) as response:
            if response.status_code != (206 if start else 200):
                raise Unavailable(ServerFault(response.status_code))
            # Named, so that it outlives the answer: let go of before, it would end itself, and nobody would await that.
            chunks = response.aiter_bytes()
            async for chunk in chunks:
                yield chunk

    async def directory(self) -> DirectoryInfo:
        """Return the file of the listings that this desk carries, or that it is being built."""
        return await self._authorised("GET", "/directory", DirectoryInfo)

    async def directory_changes(self, after: int) -> DirectoryChanges:
        """Return which of this desk's listings changed after a position."""
        return await self._authorised("GET", "/directory/changes", DirectoryChanges, params={"after": str(after)})

    async def live(self, last_seen: str | None = None) -> AsyncGenerator[tuple[LiveEvent, str | None], None]:
        """Give the events of the live stream, each with its number, until the line breaks or says nothing for long."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_seen} if last_seen else {})
        async with self._stream("/live", headers, self._dead_seconds) as response:
            told = events(response.aiter_bytes())
            async for event in told:
                yield _decoded(event.data, LiveEvent, response.status_code), event.id

    # Subscribers of other areas

    async def visit(self, asked: VisitRequest) -> VisitAnswer:
        """Have an account on this desk for a while; see VisitAnswer."""
        return await self._authorised("POST", "/visits", VisitAnswer, body=encode(asked))

    async def look_up(self, asked: LookUpRequest) -> Found:
        """Return who is meant in the whole country."""
        return await self._authorised("POST", "/look-ups", Found, body=encode(asked))

    # What the server holds for this desk

    async def digests(self) -> Digests:
        """Return the digests of all that this desk's area holds."""
        return await self._authorised("GET", "/digests", Digests)

    async def buckets(self, table: str) -> Buckets:
        """Return the digests of the parts of a table."""
        return await self._authorised("GET", f"/digests/{table}", Buckets)

    async def bucket_rows(self, table: str, buckets: Sequence[int]) -> BucketRows:
        """Return the rows of some parts of a table."""
        params = {"bucket": [str(bucket) for bucket in buckets]}
        return await self._authorised("GET", f"/digests/{table}/rows", BucketRows, params=params)

    async def tell_mended(self, told: MendedReport) -> None:
        """Tell what had to be replaced here."""
        await self._authorised("POST", "/digests/mended", msgspec.Raw, body=encode(told))

    # Telephones

    async def telephone(self, path: str, asked: PhoneMessage | None = None) -> PhoneNews | None:
        """Ask something of the telephone; return what changed by it where the server says so at once."""
        body = encode(asked) if asked is not None else None
        raw = await self._authorised("POST", path, msgspec.Raw, body=body)
        return _decoded(bytes(raw), PhoneNews, 200) if raw else None

    # How it is asked

    async def _authorised(self, method: str, path: str, kind: type[T], **about: Any) -> T:
        access = self._access()
        try:
            return await self._ask(method, path, kind, access=access, **about)
        except Refused as no:
            if no.reason != SignInNeeded():
                raise
        await self._refresh(access)
        return await self._ask(method, path, kind, access=self._access(), **about)

    def _access(self) -> str:
        if self._tokens is None:
            raise Refused(SignInNeeded())
        return self._tokens.access

    async def _refresh(self, stale: str) -> None:
        """Trade the refresh token for a new pair, unless somebody else has done so since `stale` was given out."""
        async with self._refreshing:
            tokens = self._tokens
            if tokens is None or self._device_id is None:
                raise Refused(SignInNeeded())
            if tokens.access != stale:
                return
            asked = RefreshRequest(refresh=tokens.refresh, device_id=self._device_id)
            try:
                renewed = await self._ask("POST", "/session/refresh", Tokens, body=encode(asked))
            except Refused as no:
                if no.reason == SignInNeeded() and self._tokens is tokens:
                    self._tokens = None
                raise
            # A sign-out or another sign-in in the meantime has the last word.
            if self._tokens is tokens:
                self._tokens = renewed

    async def _ask(self, method: str, path: str, kind: type[T], **about: Any) -> T:
        status, raw = await self._send(method, path, **about)
        return msgspec.Raw(raw) if kind is msgspec.Raw else _decoded(raw, kind, status)  # type: ignore[return-value]

    async def _send(
        self,
        method: str,
        path: str,
        *,
        access: str | None = None,
        body: bytes | None = None,
        params: Mapping[str, str | list[str]] | None = None,
    ) -> tuple[int, bytes]:
        headers = _headers(access) | ({"Content-Type": "application/json"} if body is not None else {})
        with _failures_told():
            async with self._http.stream(method, path, headers=headers, content=body, params=params) as response:
                raw = await _body(response)
        if not response.is_success:
            raise _no(response.status_code, raw)
        return response.status_code, raw

    @asynccontextmanager
    async def _stream(self, path: str, headers: dict[str, str], quiet_seconds: float) -> AsyncIterator[httpx.Response]:
        """Open a long answer. `quiet_seconds` is how long it may say nothing."""
        access = self._access()
        with _failures_told():
            async with self._opened(path, headers, quiet_seconds, access) as response:
                if response.status_code != 401:
                    await _require_success(response)
                    yield response
                    return
            await self._refresh(access)
            async with self._opened(path, headers, quiet_seconds, self._access()) as response:
                await _require_success(response)
                yield response

    @asynccontextmanager
    async def _opened(
        self, path: str, headers: dict[str, str], quiet_seconds: float, access: str
    ) -> AsyncIterator[httpx.Response]:
        # Compression would make a range of something else than the file.
        whole = _headers(access) | headers | {"Accept-Encoding": "identity"}
        timeout = httpx.Timeout(quiet_seconds, connect=CONNECT_SECONDS)
        async with self._http.stream("GET", path, headers=whole, timeout=timeout) as response:
            yield response


@contextmanager
def _failures_told() -> Iterator[None]:
    """Say of every failure on the way whether nobody was there or what came was of no use."""
    try:
        yield
    except httpx.RemoteProtocolError as error:
        # The same type for a line that broke and for bytes that are no answer; only its words tell them apart.
        broke = "disconnected" in str(error) or "closed" in str(error)
        raise Unavailable(LinkDown() if broke else ServerFault(0)) from error
    except (httpx.DecodingError, StreamGarbage) as error:
        raise Unavailable(ServerFault(0)) from error
    except (httpx.TransportError, OSError) as error:
        raise Unavailable(LinkDown()) from error


@cache
def _trust(ca_file: str | None) -> ssl.SSLContext:
    """Return whom to trust. Reading the authorities takes long: it is done once, by whoever makes the first client."""
    return ssl.create_default_context(cafile=ca_file)


def _headers(access: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {access}"} if access else {}


async def _body(response: httpx.Response) -> bytes:
    """Return the body, unless it is larger than anything that a server of ours sends."""
    chunks, size = [], 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > LARGEST_ANSWER:
            raise Unavailable(ServerFault(response.status_code))
        chunks.append(chunk)
    return b"".join(chunks)


async def _require_success(response: httpx.Response) -> None:
    if not response.is_success:
        raise _no(response.status_code, await _body(response))


def _decoded(raw: bytes, kind: type[T], status: int) -> T:
    """Return the message; bytes that are none are the server's fault."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, ValueError) as error:
        raise Unavailable(ServerFault(status)) from error


def _no(status: int, raw: bytes) -> Exception:
    """Return what an answer other than success means."""
    fault = Unavailable(ServerFault(status))
    if status >= 500:
        return fault
    try:
        problem = msgspec.json.decode(raw, type=Problem)
    except (msgspec.DecodeError, ValueError):
        # A 401 without a word of ours comes from something before the server, a portal say: nobody can sign in there.
        return fault
    # What is wrong with the request itself is for us to mend, not for the person.
    return (
        fault if problem.code.startswith("request.") else Refused(reason_of(ReasonForm(problem.code, problem.values)))
    )
