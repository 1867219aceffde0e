"""The messages between desk and server. Every field is named here once; server routes and desk client share them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from ccbs_desk.wire.codec import ReasonForm
from ccbs_desk.wire.phone import PhoneNews

API = "/v1"
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its zone; one without is no message of ours."""
Outcome = Literal["applied", "refused", "conflict", "parked", "frozen"]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all messages: unknown fields are ignored, so that either side may be newer."""


class Problem(Message, frozen=True, kw_only=True):
    """The one schema of every error answer. `code` is stable; `values` are typed by the code."""

    code: str
    values: dict[str, Any] = {}
    trace: str = ""


class Health(Message, frozen=True, kw_only=True):
    """The server's version, how far its feed is and in which epoch, and its time."""

    version: str
    head: int
    epoch: str = ""
    server_time: datetime


class Challenge(Message, frozen=True, kw_only=True):
    """A nonce to be signed with the device's key, so that a password alone opens nothing."""

    nonce: str
    server_time: Moment


class SignInRequest(Message, frozen=True, kw_only=True):
    """`signature` is Ed25519 over `nonce|login`, base64url, by the key that the device was enrolled with."""

    login: str
    password: str
    device_id: UUID
    nonce: str
    signature: str


class Staff(Message, frozen=True, kw_only=True):
    """Who signed in, and what the person may do."""

    id: UUID
    login: str
    name_ar: str
    name_en: str
    language: str
    roles: tuple[str, ...]


class Tokens(Message, frozen=True, kw_only=True):
    """An access token (minutes) and a refresh token (used once, then rotated). Both are opaque.

    `desk_secret` opens this device's store for a person who is new on it (config.keyslots); a device that is not
    approved hears none.
    """

    access: str
    access_expires: Moment
    refresh: str
    refresh_expires: Moment
    staff: Staff
    server_time: Moment
    desk_secret: bytes | None = None


class RefreshRequest(Message, frozen=True, kw_only=True):
    """Trade a refresh token for a new pair; a token used twice ends the whole family."""

    refresh: str
    device_id: UUID


class EnrolRequest(Message, frozen=True, kw_only=True):
    """A new device asks to be let in. `public_key` is the raw Ed25519 key, base64url."""

    name: str
    centre_code: str
    public_key: str


class Enrolment(Message, frozen=True, kw_only=True):
    """The answer: waiting, approved or revoked. The till and letter come with the approval."""

    device_id: UUID
    state: Literal["waiting", "approved", "revoked"]
    fingerprint: str
    area_id: int | None = None
    till_id: UUID | None = None
    till_code: str | None = None
    series_letter: str | None = None
    server_time: Moment


class PushRequest(Message, frozen=True, kw_only=True):
    """Acts in the order of the outbox; each is the exact bytes that the desk has kept.

    `left` names those that were refused once: a server that has forgotten the refusal only enters them in its journals.
    """

    commands: list[msgspec.Raw]
    left: tuple[UUID, ...] = ()


class Answer(Message, frozen=True, kw_only=True):
    """What became of one act. `position` is where its rows stand in the feed."""

    command_id: UUID
    outcome: Outcome
    position: int | None = None
    reason: ReasonForm | None = None
    repeated: bool = False


class PushAnswer(Message, frozen=True, kw_only=True):
    """The answers, in the order asked."""

    answers: tuple[Answer, ...]
    server_time: Moment


class Change(Message, frozen=True, kw_only=True):
    """One row of the feed: the whole row after the change, or a tombstone (`row` is null).

    `command_id` is the act that changed it, null for jobs of the server.
    """

    position: int
    command_id: UUID | None = None
    table: str
    id: UUID
    row: dict[str, Any] | None


class FeedPage(Message, frozen=True, kw_only=True):
    """The changes after `after`, whole positions only.

    `reached` is the next `after`; `more` says that the head is further on. Positions of one `epoch` say nothing about
    those of another. `scope` names whose rows these are (`scope_name`); an older server does not say.
    """

    after: int
    reached: int
    head: int
    epoch: str = ""
    scope: str = ""
    more: bool
    changes: tuple[Change, ...]
    server_time: Moment


def scope_name(area_id: int | None) -> str:
    """Return the name of an area's scope; a device without an area holds what everybody holds."""
    return "country" if area_id is None else f"area-{area_id}"


def area_of_scope(scope: str) -> int | None:
    """Return the area that a scope is of. Raises ValueError for a name that is none."""
    return None if scope == "country" else int(scope.removeprefix("area-"))


class SnapshotInfo(Message, frozen=True, kw_only=True):
    """A file with all rows of a scope at `position`: JSON lines, gzip, `sha256` of the compressed bytes."""

    name: str
    state: Literal["building", "ready"]
    position: int = 0
    epoch: str = ""
    size: int = 0
    rows: int = 0
    sha256: str = ""
    server_time: Moment


class LiveEvent(Message, frozen=True, kw_only=True):
    """One event of the live stream. `kind` is `hello`, `feed`, `beat`, `phone` or `revoked`."""

    kind: str
    head: int = 0
    epoch: str = ""
    phone: PhoneNews | None = None
    server_time: Moment
