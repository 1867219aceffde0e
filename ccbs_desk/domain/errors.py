"""The three kinds of failure: refused by a rule, environment not available, our bug.

A `Refused` or `Unavailable` carries a *reason*: a frozen value with a stable code and typed fields, never a
sentence. The screens own the words (`ui/refusals.py`). Any other exception is our bug.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from ccbs_desk.domain.money import Money


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something did not happen. `code` is stable for ever; fields are typed values."""

    code: ClassVar[str] = "unknown"


class Refused(Exception):
    """A rule says no. Nothing was changed; what was typed is kept by the caller."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


class Unavailable(Exception):
    """Something that we need is not there: link, disk, key, printer."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


# Refusals of the money path


@dataclass(frozen=True, slots=True)
class AccountUnknown(Reason):
    """The account is not in this store: outside the desk's area, or not an account at all."""

    code: ClassVar[str] = "account.unknown"
    account_id: UUID


@dataclass(frozen=True, slots=True)
class AmountNotPositive(Reason):
    """Money can't be taken in an amount of zero or less."""

    code: ClassVar[str] = "amount.not_positive"
    amount: Money


@dataclass(frozen=True, slots=True)
class AmountOverLimit(Reason):
    """The amount is above what one act may move at this kind of place."""

    code: ClassVar[str] = "amount.over_limit"
    amount: Money
    limit: Money


@dataclass(frozen=True, slots=True)
class AmountUnreadable(Reason):
    """What was typed as an amount is not one; `why` is the code of the reader's complaint."""

    code: ClassVar[str] = "amount.unreadable"
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class CurrencyNotTaken(Reason):
    """The currency is not valid at a till on the day of the act."""

    code: ClassVar[str] = "currency.not_taken"
    currency: str


@dataclass(frozen=True, slots=True)
class TenderedTooLittle(Reason):
    """The cash handed over is less than the amount to be collected."""

    code: ClassVar[str] = "payment.tendered_too_little"
    due: Money
    tendered: Money


@dataclass(frozen=True, slots=True)
class SharesDoNotFit(Reason):
    """The confirmed split is not a split of the amount, or asks more than a bill still owes."""

    code: ClassVar[str] = "payment.shares_do_not_fit"
    amount: Money
    shares: Money


@dataclass(frozen=True, slots=True)
class OverrideNeedsReason(Reason):
    """The payer's own choice of bills departs from the rule; it is allowed with a reason."""

    code: ClassVar[str] = "payment.override_needs_reason"


@dataclass(frozen=True, slots=True)
class MethodUnknown(Reason):
    """This desk can't take money by that method."""

    code: ClassVar[str] = "payment.method_unknown"
    method: str


@dataclass(frozen=True, slots=True)
class ReceiptUnknown(Reason):
    """No receipt of that id is in this store."""

    code: ClassVar[str] = "receipt.unknown"
    receipt_id: UUID


# Refusals of the till


@dataclass(frozen=True, slots=True)
class TillUnknown(Reason):
    """No such till."""

    code: ClassVar[str] = "till.unknown"
    till_id: UUID


@dataclass(frozen=True, slots=True)
class TillOfOtherDevice(Reason):
    """The till's receipt series belongs to another enrolled device."""

    code: ClassVar[str] = "till.other_device"
    till_code: str


@dataclass(frozen=True, slots=True)
class TillClosed(Reason):
    """No session is open on the till."""

    code: ClassVar[str] = "till.closed"
    till_code: str


@dataclass(frozen=True, slots=True)
class TillOpenAlready(Reason):
    """A session is open on the till."""

    code: ClassVar[str] = "till.open_already"
    till_code: str
    since: datetime


@dataclass(frozen=True, slots=True)
class TillOfOtherClerk(Reason):
    """The open session belongs to another person; the drawer is his until he has counted it."""

    code: ClassVar[str] = "till.other_clerk"
    till_code: str
    clerk: str


@dataclass(frozen=True, slots=True)
class DifferenceNeedsApproval(Reason):
    """The count differs from the expected cash by more than the clerk may accept alone."""

    code: ClassVar[str] = "till.difference_needs_approval"
    difference: Money
    limit: Money


# Rights, approvals, devices


@dataclass(frozen=True, slots=True)
class NotAllowed(Reason):
    """The person's roles do not hold the permission."""

    code: ClassVar[str] = "permission.missing"
    permission: str


@dataclass(frozen=True, slots=True)
class ApprovalInvalid(Reason):
    """An approval is given, but does not count: `why` is `approval.same_person` and the like."""

    code: ClassVar[str] = "approval.invalid"
    why: str


@dataclass(frozen=True, slots=True)
class ClockOff(Reason):
    """The desk's clock is further off than the rule allows for taking money without a supervisor."""

    code: ClassVar[str] = "device.clock_off"
    offset_seconds: int


@dataclass(frozen=True, slots=True)
class OutOfTime(Reason):
    """The moment that the act claims is too long before its arrival, or after it."""

    code: ClassVar[str] = "act.out_of_time"
    occurred_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceNotEnrolled(Reason):
    """The device is unknown, waits for its approval, or was revoked; `state` says which."""

    code: ClassVar[str] = "device.not_enrolled"
    state: str


@dataclass(frozen=True, slots=True)
class DeviceFrozen(Reason):
    """One sequence number of this device bears two acts. A person decides before anything goes on."""

    code: ClassVar[str] = "device.frozen"
    device_seq: int


@dataclass(frozen=True, slots=True)
class CommandConflict(Reason):
    """The same id came with another body."""

    code: ClassVar[str] = "command.other_body"
    command_id: UUID


@dataclass(frozen=True, slots=True)
class CommandUnknown(Reason):
    """The receiver knows no such kind or version of command."""

    code: ClassVar[str] = "command.unknown"
    kind: str
    version: int


@dataclass(frozen=True, slots=True)
class NumberUnreadable(Reason):
    """What was typed is no telephone number; `why` is the reader's code."""

    code: ClassVar[str] = "number.unreadable"
    text: str
    why: str


# The outbox


@dataclass(frozen=True, slots=True)
class WithdrawalNeedsReason(Reason):
    """A refused act is withdrawn with a word on why."""

    code: ClassVar[str] = "act.withdrawal_needs_reason"


@dataclass(frozen=True, slots=True)
class ActNotOpen(Reason):
    """The act was not refused, moved money, or was seen to already: there is nothing to withdraw."""

    code: ClassVar[str] = "act.not_open"


# Signing in


@dataclass(frozen=True, slots=True)
class CredentialsWrong(Reason):
    """User and password do not go together. It never says which of them is wrong."""

    code: ClassVar[str] = "sign_in.wrong"


@dataclass(frozen=True, slots=True)
class LockedOut(Reason):
    """Too many wrong passwords; the next try counts after `until`."""

    code: ClassVar[str] = "sign_in.locked_out"
    until: datetime


@dataclass(frozen=True, slots=True)
class OfflineSignInUnknown(Reason):
    """This person never signed in on this desk with the link up, so nothing here can check the password."""

    code: ClassVar[str] = "sign_in.offline_unknown"


@dataclass(frozen=True, slots=True)
class OfflineSignInExpired(Reason):
    """The last sign-in with the link up is too long ago."""

    code: ClassVar[str] = "sign_in.offline_expired"
    last: datetime


@dataclass(frozen=True, slots=True)
class DeskLocked(Reason):
    """Nobody has opened this desk since it was started: somebody who has signed in here before must do so first."""

    code: ClassVar[str] = "sign_in.desk_locked"


@dataclass(frozen=True, slots=True)
class SignInNeeded(Reason):
    """The session has ended or its tokens are no longer good."""

    code: ClassVar[str] = "sign_in.needed"


# Environment


@dataclass(frozen=True, slots=True)
class LinkDown(Reason):
    """The server can't be reached."""

    code: ClassVar[str] = "link.down"


@dataclass(frozen=True, slots=True)
class ServerFault(Reason):
    """The server answered, but not in a way that this program can read or use."""

    code: ClassVar[str] = "server.fault"
    status: int


@dataclass(frozen=True, slots=True)
class DiskFull(Reason):
    """The disk took no more; the act was not recorded."""

    code: ClassVar[str] = "store.disk_full"


@dataclass(frozen=True, slots=True)
class StoreKeyWrong(Reason):
    """The local database does not open with the key at hand."""

    code: ClassVar[str] = "store.key_wrong"


@dataclass(frozen=True, slots=True)
class StoreDamaged(Reason):
    """The local database opens with its key, but a part of the file is not what was written."""

    code: ClassVar[str] = "store.damaged"


@dataclass(frozen=True, slots=True)
class StoreLost(Reason):
    """The local database is gone from its folder, and with it what was not sent and the end of the receipts' series."""

    code: ClassVar[str] = "store.lost"


@dataclass(frozen=True, slots=True)
class StoreInUse(Reason):
    """Another program of this profile holds the local database."""

    code: ClassVar[str] = "store.in_use"


@dataclass(frozen=True, slots=True)
class SnapshotDamaged(Reason):
    """The first load of this desk's area arrived damaged; nothing of it was used."""

    code: ClassVar[str] = "snapshot.damaged"


@dataclass(frozen=True, slots=True)
class PrinterGone(Reason):
    """The receipt printer does not answer; the receipt is safe and can be printed as a copy."""

    code: ClassVar[str] = "printer.gone"


@dataclass(frozen=True, slots=True)
class NewerServer(Reason):
    """A reason that this version does not know; the code is the server's."""

    code: ClassVar[str] = "unknown"
    server_code: str


def all_reasons() -> tuple[type[Reason], ...]:
    """Return every kind of reason, for the wire and for the test that walks their words."""
    # A dataclass with slots leaves its first form among the subclasses; the later one of a code is the real one.
    return tuple({reason.code: reason for reason in Reason.__subclasses__()}.values())
