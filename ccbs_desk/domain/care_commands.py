"""The acts of care: features, complaints, and what becomes of a call. Defined as in `commands`.

An act in a call's tab carries the call in its stamps; `AttachCall` and `WrapUpCall` name theirs, since they are about
it.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from ccbs_desk.domain import permissions
from ccbs_desk.domain.commands import Command
from ccbs_desk.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFeature(Command):
    """Order a feature for a line from a day on. Its price, `shown` before, is charged when the exchange has done it."""

    KIND: ClassVar[str] = "AddFeature"
    VERSION: ClassVar[int] = 2
    PERMISSION: ClassVar[str] = permissions.FEATURE_CHANGE
    account_id: UUID
    line_id: UUID
    feature_id: UUID
    effective_on: date
    shown: Money | None = None

    def order_keys(self) -> tuple[str, ...]:
        return f"account:{self.account_id}", f"line:{self.line_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFeature(Command):
    """Order the end of a feature; `effective_on` is its last day, `shown` the credit that was read (negative)."""

    KIND: ClassVar[str] = "RemoveFeature"
    VERSION: ClassVar[int] = 2
    PERMISSION: ClassVar[str] = permissions.FEATURE_CHANGE
    account_id: UUID
    line_id: UUID
    feature_id: UUID
    effective_on: date
    shown: Money | None = None

    def order_keys(self) -> tuple[str, ...]:
        return f"account:{self.account_id}", f"line:{self.line_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenComplaint(Command):
    """Open a complaint on an account or one of its lines. `beside` is the open one that was shown before."""

    KIND: ClassVar[str] = "OpenComplaint"
    PERMISSION: ClassVar[str] = permissions.COMPLAINT_OPEN
    account_id: UUID
    line_id: UUID | None
    category: str
    text: str
    beside: UUID | None = None

    def order_keys(self) -> tuple[str, ...]:
        account = f"account:{self.account_id}"
        return (account, f"line:{self.line_id}") if self.line_id else (account,)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentComplaint(Command):
    """Say something on a complaint."""

    KIND: ClassVar[str] = "CommentComplaint"
    PERMISSION: ClassVar[str] = permissions.COMPLAINT_OPEN
    account_id: UUID
    complaint_id: UUID
    text: str

    def order_keys(self) -> tuple[str, ...]:
        return f"account:{self.account_id}", f"complaint:{self.complaint_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveComplaint(Command):
    """Close a complaint's clock; `text` says what was done."""

    KIND: ClassVar[str] = "ResolveComplaint"
    PERMISSION: ClassVar[str] = permissions.COMPLAINT_RESOLVE
    account_id: UUID
    complaint_id: UUID
    text: str

    def order_keys(self) -> tuple[str, ...]:
        return f"account:{self.account_id}", f"complaint:{self.complaint_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachCall(Command):
    """Say whom a call was about, where its number did not."""

    KIND: ClassVar[str] = "AttachCall"
    PERMISSION: ClassVar[str] = permissions.CALL_HANDLE
    call_id: UUID
    account_id: UUID
    line_id: UUID | None = None

    def order_keys(self) -> tuple[str, ...]:
        return f"account:{self.account_id}", f"call:{self.call_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpCall(Command):
    """Close one's part of a call with what it came to. It happened: it is recorded whatever is found against it."""

    KIND: ClassVar[str] = "WrapUpCall"
    PERMISSION: ClassVar[str] = permissions.CALL_HANDLE
    HAPPENED: ClassVar[bool] = True
    call_id: UUID
    code: str
    notes: str

    def order_keys(self) -> tuple[str, ...]:
        return (f"call:{self.call_id}",)
