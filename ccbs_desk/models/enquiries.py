"""Look-ups by number, and the alarms that too many of them raise. Facts: rows are only added.

An ordinary look-up leaves its act in the audit and no row here: there are a million of them a day.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from ccbs_desk.models.base import Base, told


class NumberAsked(Base):
    """Somebody asked whose a number is. The number itself is kept as a hash, like every other thing that was asked."""

    __tablename__ = "number_asked"
    __table_args__ = told("area", more=(Index(None, "area_id"), Index(None, "staff_id", "at")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[UUID]
    asked_hash: Mapped[bytes]
    reason: Mapped[str]
    at: Mapped[datetime]


class DirectoryAlarm(Base):
    """One person asked for more numbers than the rules find usual: `asked` of them since `since`."""

    __tablename__ = "directory_alarm"
    __table_args__ = told("area", more=(Index(None, "area_id"), Index(None, "staff_id", "at")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[UUID]
    asked: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime]
    at: Mapped[datetime]


class AlarmClosing(Base):
    """Somebody has seen to an alarm, and says what was behind it."""

    __tablename__ = "alarm_closing"
    __table_args__ = told("area", more=(Index(None, "area_id"), Index(None, "alarm_id")))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(Integer)
    alarm_id: Mapped[UUID]
    staff_id: Mapped[UUID]
    reason: Mapped[str]
    at: Mapped[datetime]


class SpellingPick(Base):
    """Somebody typed `typed`, and the listing that was given says `meant` there. Every desk has it."""

    __tablename__ = "spelling_pick"
    __table_args__ = told("global", more=(Index(None, "typed", "meant"),))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    typed: Mapped[str]
    meant: Mapped[str]
    staff_id: Mapped[UUID]
    at: Mapped[datetime]


class SpellingRevoked(Base):
    """What was taught of a pair until `at` counts no more."""

    __tablename__ = "spelling_revoked"
    __table_args__ = told("global", more=(Index(None, "typed", "meant"),))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    typed: Mapped[str]
    meant: Mapped[str]
    staff_id: Mapped[UUID]
    reason: Mapped[str]
    at: Mapped[datetime]
