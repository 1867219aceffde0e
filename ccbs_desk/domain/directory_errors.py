"""Refusals of the directory. Reasons as in `errors`."""

from dataclasses import dataclass
from typing import ClassVar

from ccbs_desk.domain.errors import Reason


@dataclass(frozen=True, slots=True)
class ReverseNeedsReason(Reason):
    """Nobody looks up whose a number is without saying why."""

    code: ClassVar[str] = "directory.reverse_needs_reason"


@dataclass(frozen=True, slots=True)
class AlarmUnknown(Reason):
    """There is no such alarm on this desk."""

    code: ClassVar[str] = "directory.alarm_unknown"


@dataclass(frozen=True, slots=True)
class AlarmClosedAlready(Reason):
    """Somebody has seen to the alarm."""

    code: ClassVar[str] = "directory.alarm_closed"


@dataclass(frozen=True, slots=True)
class AlarmAboutOneself(Reason):
    """The alarm is about the person who would close it."""

    code: ClassVar[str] = "directory.alarm_about_oneself"


@dataclass(frozen=True, slots=True)
class AlarmNeedsReason(Reason):
    """Nobody closes an alarm without saying what was behind it."""

    code: ClassVar[str] = "directory.alarm_needs_reason"


@dataclass(frozen=True, slots=True)
class DirectoryAbsent(Reason):
    """This desk has no directory yet, or its file can't be read."""

    code: ClassVar[str] = "directory.absent"


@dataclass(frozen=True, slots=True)
class NamesBeingPrepared(Reason):
    """The centre is still making its index of all subscribers; numbers are found meanwhile."""

    code: ClassVar[str] = "directory.names_being_prepared"


@dataclass(frozen=True, slots=True)
class SmsNeedsMobile(Reason):
    """What was typed is no number of a mobile of this country."""

    code: ClassVar[str] = "sms.needs_mobile"


@dataclass(frozen=True, slots=True)
class SmsNotSent(Reason):
    """The message could not be handed over."""

    code: ClassVar[str] = "sms.not_sent"


@dataclass(frozen=True, slots=True)
class RevocationNeedsReason(Reason):
    """Nobody takes back what was taught without saying why."""

    code: ClassVar[str] = "directory.revocation_needs_reason"
