"""What only a desk holds: outbox, drafts, before-images, sync state, what is known of people who sign in here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from ccbs_desk.models.base import Base, told


class Outbox(Base):
    """One act of this desk on its way home. `raw` is what is sent, for ever the same bytes.

    `state`: pending (not answered), seen (its rows came by the feed, the answer is missing), applied (answered, its
    rows not yet seen), home (answered and seen), refused, conflict, parked (the server failed on it), frozen (the
    server takes nothing of this device), withdrawn. `attempts` counts the pushes on which the server failed; `handled`
    is set once a person has dealt with it.
    """

    __tablename__ = "outbox"
    __table_args__ = told("", side="desk", more=(Index(None, "state"),))
    device_seq: Mapped[int] = mapped_column(primary_key=True)
    command_id: Mapped[UUID] = mapped_column(unique=True)
    kind: Mapped[str]
    raw: Mapped[bytes]
    order_keys: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(Integer)
    amount_minor: Mapped[int | None]
    currency: Mapped[str | None]
    occurred_at: Mapped[datetime]
    staff_id: Mapped[UUID]
    position: Mapped[int | None]
    reason_code: Mapped[str | None]
    reason_values: Mapped[Any] = mapped_column(JSON)
    handled: Mapped[bool]
    amends: Mapped[UUID | None]


class Draft(Base):
    """What is being typed in a form, under the id that the act will have. A crash loses nothing of it."""

    __tablename__ = "draft"
    __table_args__ = told("", side="desk", more=(Index(None, "staff_id"),))
    command_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    staff_id: Mapped[UUID]
    subject: Mapped[str]
    fields: Mapped[Any] = mapped_column(JSON)
    amends: Mapped[UUID | None]
    updated_at: Mapped[datetime]


class Undo(Base):
    """The before-image of one row that a provisional act changed; `before` is null where there was no row.

    `key` is the row's whole primary key: looking a ledger row up by its id alone would read the whole ledger.
    """

    __tablename__ = "undo"
    __table_args__ = (
        Index(None, "command_id"),
        Index(None, "row_id"),
        {"info": {"sync": "", "permanent": False, "side": "desk"}},
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    command_id: Mapped[UUID]
    table_name: Mapped[str]
    row_id: Mapped[UUID]
    key: Mapped[str]
    before: Mapped[str | None]


class UndoCurrent(Base):
    """The act under which the triggers write now; one row while a provisional act runs, else none."""

    __tablename__ = "undo_current"
    __table_args__ = told("", side="desk")
    one: Mapped[int] = mapped_column(Integer, primary_key=True)
    command_id: Mapped[UUID]


class DeskState(Base):
    """Single facts of this store: feed cursor, device, highest server time, sequence and hash of the last act."""

    __tablename__ = "desk_state"
    __table_args__ = told("", side="desk")
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


_OF_THE_INDEX = ({"info": {"sync": "", "permanent": False, "side": "desk"}},)
# With row numbers: SQLite keeps long rows apart only there.


class NameBlob(Base):
    """What the index of names is made of (`directory.in_store`): numbered blobs, made of the rows of this store."""

    __tablename__ = "name_blob"
    __table_args__ = _OF_THE_INDEX
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[bytes]


class NameNote(Base):
    """The blobs of that index that have a name."""

    __tablename__ = "name_note"
    __table_args__ = _OF_THE_INDEX
    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class Visiting(Base):
    """An account of another area whose rows are here for a while, as they were at `position` and have changed since.

    They go when `until` is over and nothing that was done here on the account is unsent.
    """

    __tablename__ = "visiting"
    __table_args__ = told("", side="desk", more=(Index(None, "until"),))
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    fetched_at: Mapped[datetime]
    until: Mapped[datetime]
    position: Mapped[int]
    call_id: Mapped[UUID | None]
