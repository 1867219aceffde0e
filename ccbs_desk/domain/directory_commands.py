"""The acts of the directory: a look-up that ended, a look-up by number, an alarm that somebody has seen to."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from ccbs_desk.domain import permissions
from ccbs_desk.domain.commands import Command

OUTCOMES = ("given", "copied", "sent", "attached", "not_found", "left")
"""How a look-up ends: the number was read out, copied, sent, kept with the call; nobody was found; it was left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpListing(Command):
    """A look-up in the directory ended. What was asked is never kept in clear, which listing was given is.

    `outcome` is one of OUTCOMES; `why` says why nobody was found; `seconds` is the time since the first letter.
    """

    KIND: ClassVar[str] = "LookUpListing"
    PERMISSION: ClassVar[str] = permissions.DIRECTORY_LOOK_UP
    HAPPENED: ClassVar[bool] = True
    asked_hash: bytes
    outcome: str
    listing_id: str = ""
    why: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseLookUp(Command):
    """Ask whose a number is: by right, with a reason, and counted."""

    KIND: ClassVar[str] = "ReverseLookUp"
    PERMISSION: ClassVar[str] = permissions.DIRECTORY_REVERSE
    asked_hash: bytes
    reason: str

    def reason_given(self) -> str | None:
        return self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDirectoryAlarm(Command):
    """Say what was behind an alarm; never by the person whom it is about."""

    KIND: ClassVar[str] = "CloseDirectoryAlarm"
    PERMISSION: ClassVar[str] = permissions.DIRECTORY_ALARM
    alarm_id: UUID
    reason: str

    def reason_given(self) -> str | None:
        return self.reason

    def order_keys(self) -> tuple[str, ...]:
        return (f"alarm:{self.alarm_id}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachSpelling(Command):
    """A listing was given in which `meant` stands for what was typed."""

    KIND: ClassVar[str] = "TeachSpelling"
    PERMISSION: ClassVar[str] = permissions.DIRECTORY_LOOK_UP
    typed: str
    meant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeSpelling(Command):
    """Take back what picks have taught of a pair."""

    KIND: ClassVar[str] = "RevokeSpelling"
    PERMISSION: ClassVar[str] = permissions.DIRECTORY_ALARM
    typed: str
    meant: str
    reason: str

    def reason_given(self) -> str | None:
        return self.reason
