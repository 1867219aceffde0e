"""What this desk did and the server has not taken yet: the summary for the status bar, and the list with what to do.

Money that was taken is never withdrawn here: it is on a receipt, and the server never refuses it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.domain.commands import Command
from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import Bilingual

Shown = Literal["unsent", "attention", "all"]
"""`unsent`: the server has not recorded it. `attention`: a person has to deal with it."""


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """How much waits. `sums` has one amount a currency; `refused`, `conflicts` and `parked` need a person."""

    unsent: int
    sums: tuple[Money, ...]
    oldest: datetime | None
    refused: int
    conflicts: int
    parked: int

    @property
    def attention(self) -> int:
        """How many acts a person has to deal with."""
        return self.refused + self.conflicts + self.parked


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One act. `meant` is what was to be done, None when this version can't read it any more.

    `kept_receipt` is the number of a receipt that stands whatever the server says; `amended_by` is the act that mends
    this one. What a person may do with it is in the three `can_` fields.
    """

    command_id: UUID
    device_seq: int
    kind: str
    occurred_at: datetime
    staff: Bilingual
    account_id: UUID | None
    account_name: str
    account_number: str
    amount: Money | None
    receipt_number: str | None
    state: str
    attempts: int
    reason: Reason | None
    handled: bool
    meant: Command | None
    amends: UUID | None
    amended_by: UUID | None
    can_retry: bool
    can_amend: bool
    can_withdraw: bool


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a new draft begins with when it mends a refused act: the old fields, and what it amends."""

    kind: str
    subject: str
    fields: Mapping[str, Any]
    amends: UUID


def summary(connection: Connection) -> OutboxSummary:
    """Return how much waits."""
    raise NotImplementedError


def items(connection: Connection, shown: Shown = "all", *, limit: int = 200) -> tuple[OutboxItem, ...]:
    """Return acts, newest first."""
    raise NotImplementedError


def retry(connection: Connection, command_id: UUID) -> bool:
    """Send a parked act again. Returns whether it was parked."""
    raise NotImplementedError


def withdraw(connection: Connection, command_id: UUID) -> bool:
    """Leave a refused act as it is: nothing more will be done about it. Returns whether it was refused and open."""
    raise NotImplementedError


def mark_handled(connection: Connection, command_id: UUID) -> bool:
    """Note that a person has dealt with a refused or conflicting act. Returns whether there was one to deal with."""
    raise NotImplementedError


def amend_of(connection: Connection, command_id: UUID) -> Amendment | None:
    """Return what a new draft needs to mend a refused act; None when it is not refused or can't be read."""
    raise NotImplementedError
