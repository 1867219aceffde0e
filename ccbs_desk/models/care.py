"""Care: orders for features on lines, what was said of complaints, and the intervals of their clocks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from ccbs_desk.models.base import Base, currency_check, told


class ComplaintCategory(Base):
    """A kind of complaint. Its service level is `service_minutes` of the clock that `calendar` names.

    `calendar` is always (day and night) or working (the operator's working hours). Priority 1 comes first.
    """

    __tablename__ = "complaint_category"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    service_minutes: Mapped[int] = mapped_column(Integer)
    calendar: Mapped[str]
    priority: Mapped[int] = mapped_column(Integer)


class ServiceOrder(Base):
    """An order on a line; states as in TMF641: acknowledged, inProgress, completed, failed, cancelled.

    `kind` is feature_add or feature_remove. `quoted_minor` is what was shown before the order was confirmed,
    `charge_minor` what was posted when the exchange had done it (negative: credited); it is empty until then.
    `failure` is the code of why it failed. `staff_id` is who ordered, under the act `command_id`.
    """

    __tablename__ = "service_order"
    __table_args__ = told(
        "area",
        more=(
            Index(None, "account_id"),
            Index(None, "line_id"),
            Index(None, "area_id"),
            Index(None, "state"),
            currency_check(),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    line_id: Mapped[UUID]
    kind: Mapped[str]
    feature_id: Mapped[UUID]
    state: Mapped[str]
    ordered_at: Mapped[datetime]
    effective_on: Mapped[date]
    quoted_minor: Mapped[int]
    charge_minor: Mapped[int | None]
    currency: Mapped[str]
    policy_version: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[UUID]
    command_id: Mapped[UUID]
    closed_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    reference: Mapped[str | None]


class ComplaintNote(Base):
    """Something said on a complaint. `kind` is opened, comment, resolved, reopened or merged.

    A complaint that was merged into another (`other_id`) keeps its own text; what is said on it later goes there.
    """

    __tablename__ = "complaint_note"
    __table_args__ = told("area", more=(Index(None, "complaint_id"), Index(None, "account_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    complaint_id: Mapped[UUID]
    kind: Mapped[str]
    text: Mapped[str]
    other_id: Mapped[UUID | None]
    staff_id: Mapped[UUID]
    at: Mapped[datetime]


class ComplaintInterval(Base):
    """A stretch of a complaint's clock: running or paused, and why. Open while `until` is empty."""

    __tablename__ = "complaint_interval"
    __table_args__ = told("area", more=(Index(None, "complaint_id"), Index(None, "account_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    complaint_id: Mapped[UUID]
    clock: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    why: Mapped[str]
