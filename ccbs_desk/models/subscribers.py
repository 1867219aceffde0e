"""Who the operator serves: people and organisations, accounts, lines, numbers, features, listings, complaints."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from ccbs_desk.models.base import Base, told


class Subscriber(Base):
    """A person or an organisation. `name` is the full name as printed; the parts are empty for organisations."""

    __tablename__ = "subscriber"
    __table_args__ = told("area", more=(Index(None, "area_id"),))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    title: Mapped[str]
    given: Mapped[str]
    father: Mapped[str]
    family: Mapped[str]
    name: Mapped[str]
    category: Mapped[str]


class Account(Base):
    """The billing account: its bills and its balance. `customer_class` decides the dunning ladder."""

    __tablename__ = "account"
    __table_args__ = told("area", more=(Index(None, "subscriber_id"), Index(None, "number"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    number: Mapped[str]
    subscriber_id: Mapped[UUID]
    customer_class: Mapped[str]
    bill_language: Mapped[str]
    currency: Mapped[str]
    opened_on: Mapped[date]
    state: Mapped[str]


class AccountScope(Base):
    """An area that holds this account. A move adds a row; the feed then sends the account there."""

    __tablename__ = "account_scope"
    __table_args__ = told("area", more=(Index(None, "account_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    area_id: Mapped[int] = mapped_column(Integer)


class Address(Base):
    """Where a line ends."""

    __tablename__ = "address"
    __table_args__ = told("area", more=(Index(None, "area_id"),))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    governorate_id: Mapped[UUID]
    town: Mapped[str]
    quarter: Mapped[str]
    street: Mapped[str]
    building: Mapped[str]


class Line(Base):
    """A fixed line. `state` is active, stopped or cancelled; bars are rows of their own."""

    __tablename__ = "line"
    __table_args__ = told("area", more=(Index(None, "account_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    exchange_id: Mapped[UUID]
    pair_id: Mapped[UUID | None]
    address_id: Mapped[UUID]
    kind: Mapped[str]
    state: Mapped[str]
    installed_on: Mapped[date]


class LineNumber(Base):
    """The number of a line, dated. `e164` is digits only, without the plus (963112214567)."""

    __tablename__ = "line_number"
    __table_args__ = told("area", more=(Index(None, "e164"), Index(None, "line_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    line_id: Mapped[UUID]
    e164: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class LineFeature(Base):
    """A feature on a line, dated."""

    __tablename__ = "line_feature"
    __table_args__ = told("area", more=(Index(None, "line_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    line_id: Mapped[UUID]
    feature_id: Mapped[UUID]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class LineBar(Base):
    """One reason for which a line is cut. `direction` is outgoing, incoming or both; open while `until` is empty."""

    __tablename__ = "line_bar"
    __table_args__ = told("area", more=(Index(None, "line_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    line_id: Mapped[UUID]
    reason: Mapped[str]
    direction: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class Listing(Base):
    """The directory entry of a line; `listed` false means not to be found by number or name in the directory."""

    __tablename__ = "listing"
    __table_args__ = told("area", more=(Index(None, "account_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    line_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str]
    category: Mapped[str]
    town: Mapped[str]
    street: Mapped[str]
    e164: Mapped[str]
    listed: Mapped[bool]


class Complaint(Base):
    """A complaint on an account or a line; states as in TMF621."""

    __tablename__ = "complaint"
    __table_args__ = told("area", more=(Index(None, "account_id"), Index(None, "area_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID]
    line_id: Mapped[UUID | None]
    category: Mapped[str]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    text: Mapped[str]
