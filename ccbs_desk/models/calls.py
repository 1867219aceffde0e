"""Calls as facts: one record a call from ring to wrap-up, its legs, what it was about, and how it was wrapped up.

Calls are keyed by area and period beside the id, so that native partitions fit later; legs and wrap-ups carry the area
and the period of their call. The server's gateway writes calls and legs; desks write links and wrap-ups.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from ccbs_desk.models.base import Base, told


class WrapUpCode(Base):
    """What a call came to. `needs_notes` says that the code alone does not tell."""

    __tablename__ = "wrap_up_code"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    needs_notes: Mapped[bool] = mapped_column(Boolean)


class PauseReason(Base):
    """Why an agent takes no calls for a while, and whether that time is paid."""

    __tablename__ = "pause_reason"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    paid: Mapped[bool] = mapped_column(Boolean)


class CallQueue(Base):
    """What a queue of the exchanges is called; `code` is its name at the exchange."""

    __tablename__ = "call_queue"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]


class Call(Base):
    """A call, whatever transfers happen. Its id follows from the PBX's name and its Linkedid (`domain.ids.call_id`).

    `area_id` is that of the place that took the call, fixed at ring, and decides which desks hold it: the account that
    matched may live anywhere. `outcome` is waiting, offered, answered, abandoned, overflowed or failed; `direction` is
    inbound or outbound; `presentation` is allowed, withheld or unavailable. `caller_e164` is digits only, or empty.
    `staff_id` is who answered last.
    """

    __tablename__ = "call"
    __table_args__ = told(
        "area",
        own_area=True,
        more=(
            Index(None, "id"),
            Index(None, "account_id"),
            Index(None, "area_id", "arrived_at"),
            Index(None, "caller_e164"),
            Index(None, "outcome"),
        ),
    )
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    pbx: Mapped[str]
    linkedid: Mapped[str]
    direction: Mapped[str]
    caller_raw: Mapped[str]
    caller_e164: Mapped[str]
    caller_name: Mapped[str]
    presentation: Mapped[str]
    dialled: Mapped[str]
    queue: Mapped[str]
    arrived_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str]
    staff_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]


class CallLeg(Base):
    """One agent's part of a call, from the offer on. `leg` is the Uniqueid of his channel.

    `outcome` is offered, answered, no_answer, busy, cancelled, transferred or ended.
    """

    __tablename__ = "call_leg"
    __table_args__ = told("area", more=(Index(None, "id"), Index(None, "call_id"), Index(None, "area_id")))
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID]
    staff_id: Mapped[UUID | None]
    extension: Mapped[str]
    leg: Mapped[str]
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str]
    held_seconds: Mapped[int] = mapped_column(Integer)


class CallLink(Base):
    """What was done in a call's tab, or what it was attached to by hand.

    `kind` is the table of the row `target_id` (payment, receipt, complaint, service_order …), or account or line.
    """

    __tablename__ = "call_link"
    __table_args__ = told(
        "area",
        more=(Index(None, "call_id"), Index(None, "target_id"), Index(None, "account_id"), Index(None, "area_id")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    call_id: Mapped[UUID]
    command_id: Mapped[UUID]
    kind: Mapped[str]
    target_id: Mapped[UUID]
    staff_id: Mapped[UUID]
    at: Mapped[datetime]


class CallWrapUp(Base):
    """How an agent closed his part of a call: what it came to, in a code and his own words."""

    __tablename__ = "call_wrap_up"
    __table_args__ = told("area", more=(Index(None, "id"), Index(None, "call_id"), Index(None, "area_id")))
    area_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    period: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID]
    staff_id: Mapped[UUID]
    code: Mapped[str]
    notes: Mapped[str]
    at: Mapped[datetime]
