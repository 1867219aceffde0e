"""The acts on data. One definition each, carried unchanged from the form to the server.

A command says what was meant; its `Stamps` say what was decided at the moment of the act. Handlers read
both and nothing else: no clock, no counter, no chance. See docs/architecture.md, "A command".
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from ccbs_desk.domain import permissions
from ccbs_desk.domain.allocation import Share
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.cards import CardSlip
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.till import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class TillStamp:
    """The till's part of an act: its next journal number, the hash before it, and the numbers it gave.

    `letter` is the series' letter: journal and receipts of a till start anew with each. `prev_hash` is the 32 bytes
    of the journal row before (GENESIS for the first of a letter).
    """

    till_id: UUID
    letter: str
    seq: int
    prev_hash: bytes
    receipt_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """What the desk decided in its own transaction; the server and every replay take it as given.

    `device_seq` counts the device's acts from 1 and proves "never twice, holes known".
    `audit_prev` is the hash of the device's act before. `policy_version` names the rules that held.
    `decided` keeps what the handler worked out at that moment and must never be worked out again: the words on
    the receipt, the cash that a till was expected to hold. `call_id` is the call in whose tab the act was done, if any.
    """

    occurred_at: datetime
    staff_id: UUID
    device_id: UUID
    device_seq: int
    audit_prev: bytes
    policy_version: int
    till: TillStamp | None = None
    decided: dict[str, Any] = field(default_factory=dict)
    call_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One act. Subclasses add the fields; the class variables say how the act is treated."""

    KIND: ClassVar[str]
    VERSION: ClassVar[int] = 1
    PERMISSION: ClassVar[str]
    TAKES_MONEY: ClassVar[bool] = False
    """Money that was taken is never refused afterwards: objections become credit, suspense and notices."""
    HAPPENED: ClassVar[bool] = False
    """The act was done in the world: cash moved, a drawer was counted, paper was printed. It is recorded whatever is
    found against it later; the objections become notices."""
    GIVES_RECEIPT: ClassVar[bool] = False
    APPROVALS: ClassVar[frozenset[str]] = frozenset()
    """The permissions under which a second person may approve this kind of act."""

    def permission(self) -> str:
        """Return the right that this very act takes."""
        return self.PERMISSION

    def order_keys(self) -> tuple[str, ...]:
        """Return the keys within which push keeps the order, as `kind:id`. The till is none of them."""
        return ()

    def at_till(self) -> UUID | None:
        """Return the till whose journal this act enters, if any."""
        return None

    def reason_given(self) -> str | None:
        """Return the person's own word for why, where this kind of act asks for one."""
        return None

    def moves(self) -> Money | None:
        """Return the sum that waits at this desk until the server has it, for the status bar."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTill(Command):
    """Open the drawer with a float, counted by note."""

    KIND: ClassVar[str] = "OpenTill"
    PERMISSION: ClassVar[str] = "till.open"
    HAPPENED: ClassVar[bool] = True
    till_id: UUID
    float_notes: tuple[Note, ...]

    def order_keys(self) -> tuple[str, ...]:
        return (f"session:{self.till_id}",)

    def at_till(self) -> UUID | None:
        return self.till_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTill(Command):
    """Close the session with the clerk's blind count, by note."""

    KIND: ClassVar[str] = "CloseTill"
    PERMISSION: ClassVar[str] = "till.close"
    APPROVALS: ClassVar[frozenset[str]] = frozenset({permissions.TILL_APPROVE_DIFFERENCE})
    HAPPENED: ClassVar[bool] = True
    till_id: UUID
    session_id: UUID
    counted: tuple[Note, ...]

    def order_keys(self) -> tuple[str, ...]:
        return (f"session:{self.till_id}",)

    def at_till(self) -> UUID | None:
        return self.till_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePayment(Command):
    """Take money on an account. `shares` is the split that the payer confirmed; the rest is account credit.

    `amount` is what the account is credited with; `tendered` is what was handed over, one sum a currency. By card
    nothing is handed over, and `card` is what the terminal answered.
    """

    KIND: ClassVar[str] = "TakePayment"
    VERSION: ClassVar[int] = 2
    PERMISSION: ClassVar[str] = permissions.PAYMENT_TAKE
    APPROVALS: ClassVar[frozenset[str]] = frozenset({permissions.PAYMENT_CLOCK_OFF})
    TAKES_MONEY: ClassVar[bool] = True
    HAPPENED: ClassVar[bool] = True
    GIVES_RECEIPT: ClassVar[bool] = True
    till_id: UUID
    account_id: UUID
    method: str
    amount: Money
    tendered: tuple[Money, ...]
    shares: tuple[Share, ...]
    override_reason: str | None = None
    card: CardSlip | None = None

    def permission(self) -> str:
        return permissions.PAYMENT_TAKE_CARD if self.card is not None else self.PERMISSION

    def order_keys(self) -> tuple[str, ...]:
        return (f"account:{self.account_id}",)

    def at_till(self) -> UUID | None:
        return self.till_id

    def reason_given(self) -> str | None:
        return self.override_reason

    def moves(self) -> Money | None:
        return self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReceipt(Command):
    """Print a receipt once more. The copy says which copy it is."""

    KIND: ClassVar[str] = "CopyReceipt"
    PERMISSION: ClassVar[str] = "receipt.copy"
    HAPPENED: ClassVar[bool] = True
    receipt_id: UUID
    account_id: UUID

    def order_keys(self) -> tuple[str, ...]:
        return (f"account:{self.account_id}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(Command):
    """A person began to work on this device; `online` says whether the server checked the password."""

    KIND: ClassVar[str] = "SignIn"
    PERMISSION: ClassVar[str] = "desk.sign_in"
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(Command):
    """The person left the device; `unsent` is how many acts waited for the link then."""

    KIND: ClassVar[str] = "SignOut"
    PERMISSION: ClassVar[str] = "desk.sign_in"
    unsent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSubscriber(Command):
    """A card was opened. Every look-up leaves a trace: `how` is number, name or call; `asked` is never kept in clear.

    `asked_hash` lets an inspector test a suspicion ("was this number asked for?") without a list of what was typed.
    """

    KIND: ClassVar[str] = "ViewSubscriber"
    PERMISSION: ClassVar[str] = "subscriber.view"
    account_id: UUID
    how: str
    asked_hash: bytes

    def order_keys(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAct(Command):
    """Leave an act that the server refused as it is; `why` is the person's own word, kept in the audit."""

    KIND: ClassVar[str] = "WithdrawAct"
    PERMISSION: ClassVar[str] = "outbox.amend"
    act_id: UUID
    why: str

    def reason_given(self) -> str | None:
        return self.why


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStoreKey(Command):
    """The database of this desk was given another key; everybody else signs in once with the link up after that."""

    KIND: ClassVar[str] = "ChangeStoreKey"
    PERMISSION: ClassVar[str] = permissions.DEVICE_APPROVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A command on its way: id, stamps, approvals, and the refused command that it mends or withdraws.

    `bound` is the hash of the body in the older version in which it came; empty for one of today's.
    """

    command_id: UUID
    command: Command
    stamps: Stamps
    approvals: tuple[Approval, ...] = ()
    amends: UUID | None = None
    bound: bytes = field(default=b"", compare=False, repr=False)


def all_commands() -> tuple[type[Command], ...]:
    """Return every kind of command that this version knows."""
    # A dataclass with slots leaves its first form among the subclasses; the later one of a kind is the real one.
    return tuple({command.KIND: command for command in Command.__subclasses__()}.values())
