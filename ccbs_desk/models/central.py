"""What only the server holds: applied acts, the change feed, passwords, tokens, parked acts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from ccbs_desk.models.base import Base, told


class AppliedCommand(Base):
    """The first and only result of an act, kept for ever, refusals too.

    A `device_seq` below zero stands beside the device's sequence: the act's own number had been taken by another act,
    and a person has booked it all the same.
    """

    __tablename__ = "applied_command"
    __table_args__ = told("", side="server", more=(Index(None, "device_id", "device_seq", unique=True),))
    command_id: Mapped[UUID] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes]
    device_id: Mapped[UUID]
    device_seq: Mapped[int]
    kind: Mapped[str]
    outcome: Mapped[str]
    position: Mapped[int | None]
    reason_code: Mapped[str | None]
    reason_values: Mapped[Any] = mapped_column(JSON)
    raw: Mapped[bytes]
    received_at: Mapped[datetime]


class ParkedCommand(Base):
    """An act that could not be applied: kept whole under its bytes' hash, tried again by a person's word.

    `error` begins with a stable code: our bug, an unknown kind, a device that is not who it says, a taken number.
    """

    __tablename__ = "parked_command"
    __table_args__ = told("", side="server")
    command_id: Mapped[UUID] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(primary_key=True)
    device_id: Mapped[UUID]
    raw: Mapped[bytes]
    error: Mapped[str]
    tries: Mapped[int] = mapped_column(Integer)
    parked_at: Mapped[datetime]


class FeedRow(Base):
    """One changed row in commit order. All rows of one act share a position; `row` is null for a tombstone.

    `area_id` is null for what every desk holds; `device_id` is the desk that did it, which receives it wherever it is.
    `command_id` is the act, null for jobs of the server: by it a desk knows its own acts when an answer was lost.
    """

    __tablename__ = "feed"
    __table_args__ = told(
        "", side="server", more=(Index(None, "area_id", "position"), Index(None, "device_id", "position"))
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    table_name: Mapped[str]
    row_id: Mapped[UUID]
    row: Mapped[bytes | None]
    area_id: Mapped[int | None] = mapped_column(Integer)
    device_id: Mapped[UUID | None]
    command_id: Mapped[UUID | None]


class FeedHead(Base):
    """The last position given. One row; it is also the lock that writers of SQLite and PostgreSQL share.

    `epoch` names this run of positions: a database that was put back to an earlier day gives some of them twice.
    `digested` is set once digests are kept with the positions; until then `counting` names the count that is under way.
    """

    __tablename__ = "feed_head"
    __table_args__ = told("", side="server")
    one: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int]
    epoch: Mapped[str]
    digested: Mapped[bool]
    counting: Mapped[str]


class Unpublished(Base):
    """A listing that was published in an area until a position and is so no more, or not there.

    Who carries the directory is told of these; of a listing that never was published nobody is told anything.
    """

    __tablename__ = "unpublished"
    __table_args__ = told("", side="server")
    position: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)


class FeedDigest(Base):
    """How many rows of a table an area holds and the sum of their hashes (`domain.digests`), as the feed has told it.

    `area_id` is -1 for what every desk holds; `hash_sum` is the sum modulo 2^64 as a signed number; `position` is where
    it last changed.
    """

    __tablename__ = "feed_digest"
    __table_args__ = told("", side="server")
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    table_name: Mapped[str] = mapped_column(primary_key=True)
    row_count: Mapped[int]
    hash_sum: Mapped[int]
    position: Mapped[int]


class Mended(Base):
    """A desk whose rows differed from the server's and were replaced: so many of a table, at a position."""

    __tablename__ = "mended"
    __table_args__ = told("", side="server", more=(Index(None, "device_id", "at"),))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID]
    table_name: Mapped[str]
    replaced: Mapped[int]
    removed: Mapped[int]
    position: Mapped[int]
    at: Mapped[datetime]


class Deed(Base):
    """Something done at the centre itself, by no desk: who did what to which device or account, and how it was before.

    Rows are only added.
    """

    __tablename__ = "deed"
    __table_args__ = told("", side="server", more=(Index(None, "subject_id", "at"),))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    who: Mapped[str]
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime]


class Password(Base):
    """The Argon2id hash of a person's password, and the count of wrong tries."""

    __tablename__ = "password"
    __table_args__ = told("", side="server")
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[str]
    failures: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class Token(Base):
    """A token given out, as its SHA-256. `family` ties a refresh token to all that came of the same sign-in."""

    __tablename__ = "token"
    __table_args__ = told("", side="server", more=(Index(None, "family"),))
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str]
    family: Mapped[UUID]
    staff_id: Mapped[UUID]
    device_id: Mapped[UUID]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AgentState(Base):
    """A change of an agent's state: from `since` until the next row of the same person. Rows are only added.

    `wanted` is what the agent last asked for, ready or the reason of a pause: where the state goes back to after a
    call. `call_id` is the call that he is in, or that is to be wrapped up.
    """

    __tablename__ = "agent_state"
    __table_args__ = told("", side="server", more=(Index(None, "staff_id", "since"), Index(None, "since")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID]
    device_id: Mapped[UUID]
    centre_id: Mapped[UUID | None]
    extension: Mapped[str]
    queues: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str]
    reason: Mapped[str]
    wanted: Mapped[str]
    call_id: Mapped[UUID | None]
    since: Mapped[datetime]


class Nonce(Base):
    """A sign-in challenge that was used and has not ended yet: it is good no second time."""

    __tablename__ = "nonce"
    __table_args__ = told("", side="server")
    nonce: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class ChallengeKey(Base):
    """The key by which the servers of this database know their own sign-in challenges. One row."""

    __tablename__ = "challenge_key"
    __table_args__ = told("", side="server")
    one: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[bytes]


class DeviceSecret(Base):
    """Random bytes that a desk hears after a sign-in and never keeps: by them its store opens for a person new there.

    Without them a stolen disk holds nothing that opens the store but people's own slots. The row goes when the device
    is revoked.
    """

    __tablename__ = "device_secret"
    __table_args__ = told("", side="server")
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    secret: Mapped[bytes]
    made_at: Mapped[datetime]


class DeviceStaff(Base):
    """A person who has signed in on a device, with the password checked here. No other acts or approves there."""

    __tablename__ = "device_staff"
    __table_args__ = told("", side="server")
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_seen: Mapped[datetime]


class Visit(Base):
    """An account that a desk outside its areas holds for a while, since somebody there has asked for it.

    Until then the feed sends that desk what changes on the account; what is over is removed by the next one.
    """

    __tablename__ = "visit"
    __table_args__ = told("", side="server", more=(Index(None, "account_id"), Index(None, "until")))
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class LookUp(Base):
    """What somebody asked the centre about subscribers. Rows are only added.

    `kind` is visit (an account was fetched), or what was understood of a search. `asked` is the hash that a
    ViewSubscriber keeps too, never the text; `found` is how many were shown.
    """

    __tablename__ = "look_up"
    __table_args__ = told("", side="server", more=(Index(None, "staff_id", "at"), Index(None, "account_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID]
    device_id: Mapped[UUID]
    kind: Mapped[str]
    account_id: Mapped[UUID | None]
    call_id: Mapped[UUID | None]
    asked: Mapped[bytes | None]
    found: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
