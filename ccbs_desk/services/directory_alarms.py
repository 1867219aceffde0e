"""Alarms of the directory: those that are open, and how one is closed.

An alarm is closed once, with what was behind it, by somebody who may and whom it is not about.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from ccbs_desk.domain.directory_commands import CloseDirectoryAlarm
from ccbs_desk.domain.directory_errors import AlarmAboutOneself, AlarmClosedAlready, AlarmNeedsReason, AlarmUnknown
from ccbs_desk.domain.errors import Refused
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.enquiries import AlarmClosing, DirectoryAlarm, NumberAsked
from ccbs_desk.models.reference import Staff
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work

SHOWN = 50
_ALARM = select(DirectoryAlarm.area_id, DirectoryAlarm.staff_id).where(DirectoryAlarm.id == bindparam("alarm"))
_CLOSING = select(AlarmClosing.id).where(AlarmClosing.alarm_id == bindparam("alarm"))
_OPEN = (
    select(DirectoryAlarm, Staff.name_ar, Staff.name_en)
    .outerjoin(Staff, Staff.id == DirectoryAlarm.staff_id)
    .where(~select(AlarmClosing.id).where(AlarmClosing.alarm_id == DirectoryAlarm.id).exists())
    .order_by(DirectoryAlarm.at.desc(), DirectoryAlarm.id)
    .limit(SHOWN)
)
_REASONS = (
    select(NumberAsked.reason)
    .where(
        NumberAsked.staff_id == bindparam("staff"),
        NumberAsked.at >= bindparam("since"),
        NumberAsked.at <= bindparam("until"),
    )
    .order_by(NumberAsked.at)
)


@dataclass(frozen=True, slots=True)
class AlarmView:
    """An alarm that nobody has seen to: who asked for how many numbers, since when, and the reasons that were given."""

    alarm_id: UUID
    staff_id: UUID
    who: Bilingual
    asked: int
    since: datetime
    at: datetime
    reasons: tuple[str, ...]


def open_alarms(connection: Connection) -> tuple[AlarmView, ...]:
    """Return the alarms that nobody has closed, newest first."""
    found = connection.execute(_OPEN).mappings().all()
    return tuple(
        AlarmView(
            alarm_id=row["id"],
            staff_id=row["staff_id"],
            who=Bilingual(row["name_ar"] or "", row["name_en"] or ""),
            asked=row["asked"],
            since=row["since"],
            at=row["at"],
            reasons=_reasons(connection, row["staff_id"], row["since"], row["at"]),
        )
        for row in found
    )


def _reasons(connection: Connection, staff_id: UUID, since: datetime, until: datetime) -> tuple[str, ...]:
    rows = connection.execute(_REASONS, {"staff": staff_id, "since": since, "until": until})
    return tuple(dict.fromkeys(rows.scalars()))


@handles(CloseDirectoryAlarm)
def close_directory_alarm(command: CloseDirectoryAlarm, work: Work) -> UUID:
    """Return the closing's id.

    Raises Refused: permission.missing (by the bus), directory.alarm_unknown, directory.alarm_closed,
    directory.alarm_about_oneself, directory.alarm_needs_reason.
    """
    reason = command.reason.strip()
    if not reason:
        raise Refused(AlarmNeedsReason())
    alarm = work.connection.execute(_ALARM, {"alarm": command.alarm_id}).one_or_none()
    if alarm is None:
        raise Refused(AlarmUnknown())
    if alarm.staff_id == work.stamps.staff_id:
        raise Refused(AlarmAboutOneself())
    if work.connection.execute(_CLOSING, {"alarm": command.alarm_id}).first() is not None:
        raise Refused(AlarmClosedAlready())
    return work.insert(
        AlarmClosing,
        "closing",
        area_id=alarm.area_id,
        alarm_id=command.alarm_id,
        staff_id=work.stamps.staff_id,
        reason=reason,
        at=work.stamps.occurred_at,
    )
