"""Small tables that every desk holds whole: places, plant, catalogue, staff, devices, tills, policies."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from ccbs_desk.models.base import Base, told


class Governorate(Base):
    """One of the fourteen governorates. `area_code` is its main telephone area (11 for Damascus)."""

    __tablename__ = "governorate"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name_ar: Mapped[str]
    name_en: Mapped[str]
    area_code: Mapped[str]


class Area(Base):
    """The home area of a customer-care centre: the unit of scope. `number` is the area_id of all rows in it."""

    __tablename__ = "area"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, unique=True)
    governorate_id: Mapped[UUID]
    name_ar: Mapped[str]
    name_en: Mapped[str]


class Centre(Base):
    """A place of work. `kind` is call, care, fault, billing or printing."""

    __tablename__ = "centre"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    governorate_id: Mapped[UUID]
    area_id: Mapped[int | None] = mapped_column(Integer)
    name_ar: Mapped[str]
    name_en: Mapped[str]


class Exchange(Base):
    """A local exchange; it decides the number range."""

    __tablename__ = "exchange"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    area_id: Mapped[int] = mapped_column(Integer)
    governorate_id: Mapped[UUID]
    name_ar: Mapped[str]
    name_en: Mapped[str]


class NumberRange(Base):
    """Numbers of an exchange: E.164 without the plus, first and last of the same length."""

    __tablename__ = "number_range"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    exchange_id: Mapped[UUID]
    area_code: Mapped[str]
    first: Mapped[str]
    last: Mapped[str]


class Cabinet(Base):
    """A street cabinet of an exchange."""

    __tablename__ = "cabinet"
    __table_args__ = told("area")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    exchange_id: Mapped[UUID]
    code: Mapped[str]


class DistributionPoint(Base):
    """A distribution point behind a cabinet."""

    __tablename__ = "distribution_point"
    __table_args__ = told("area")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    cabinet_id: Mapped[UUID]
    code: Mapped[str]


class Pair(Base):
    """A copper pair. `state` is free, used or faulty."""

    __tablename__ = "pair"
    __table_args__ = told("area")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    distribution_point_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str]


class Feature(Base):
    """The feature catalogue. `needs` and `excludes` hold codes of other features."""

    __tablename__ = "feature"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    monthly_minor: Mapped[int]
    currency: Mapped[str]
    needs: Mapped[list[str]] = mapped_column(JSON)
    excludes: Mapped[list[str]] = mapped_column(JSON)


class Staff(Base):
    """A person who works here. The password's hash is elsewhere, on the server only."""

    __tablename__ = "staff"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    centre_id: Mapped[UUID]
    language: Mapped[str]
    active: Mapped[bool]


class StaffRole(Base):
    """A role that a person holds; what a role may do is in domain.permissions."""

    __tablename__ = "staff_role"
    __table_args__ = told("global", more=(Index(None, "staff_id"),))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID]
    role: Mapped[str]


class Policy(Base):
    """A rule that the operator may change. `version` counts the sets of rules; a key holds from its version on."""

    __tablename__ = "policy"
    __table_args__ = told("global", more=(Index(None, "key", "version", unique=True),))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date]
    value: Mapped[Any] = mapped_column(JSON)


class Device(Base):
    """An enrolled desk. `state` is waiting, approved, frozen or revoked; `public_key` is raw Ed25519."""

    __tablename__ = "device"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    centre_id: Mapped[UUID]
    area_id: Mapped[int | None] = mapped_column(Integer)
    public_key: Mapped[bytes]
    state: Mapped[str]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]


class Till(Base):
    """A cash drawer. Its receipt series belongs to one device; a new enrolment opens the next letter."""

    __tablename__ = "till"
    __table_args__ = told("global")
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    centre_id: Mapped[UUID]
    area_id: Mapped[int] = mapped_column(Integer)
    device_id: Mapped[UUID | None]
    letter: Mapped[str]
