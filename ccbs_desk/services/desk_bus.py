"""Do an act at the desk: stamp it, run it, put it into the outbox, all in one transaction.

When the transaction commits, the receipt's number, the ledger rows, the journal row and the outbox row are on the disk
together. A refusal rolls all back and binds nothing: neither number nor sequence is used up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Label, bindparam, delete, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.clock import damascus_date, offset_state
from ccbs_desk.domain.commands import Command, Envelope, OpenTill, Stamps, TillStamp
from ccbs_desk.domain.errors import (
    ClockOff,
    CommandConflict,
    DeviceNotEnrolled,
    Refused,
    TillOfOtherDevice,
    TillUnknown,
)
from ccbs_desk.domain.journal import GENESIS, entry_hash
from ccbs_desk.domain.policy import PolicySet
from ccbs_desk.domain.till import Series, parse_receipt_number, receipt_number
from ccbs_desk.models import desk_state, undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Draft, Outbox
from ccbs_desk.models.money import TillJournal
from ccbs_desk.models.reference import Till
from ccbs_desk.services.bus import Done, Reference, execute, rules_on
from ccbs_desk.wire.codec import body_hash, decode_envelope, encode_envelope

CLOCK_OVERRIDE = "payment.clock_off"

_END_DRAFT = delete(table_of(Draft)).where(table_of(Draft).c.command_id == bindparam("command"))
_INTO_OUTBOX = insert(table_of(Outbox))
_MENDED = update(table_of(Outbox)).where(table_of(Outbox).c.command_id == bindparam("mended")).values(handled=True)
_ACT = select(Outbox.device_seq, Outbox.raw).where(Outbox.command_id == bindparam("command"))
_NUMBER = select(TillJournal.receipt_number).where(TillJournal.command_id == bindparam("command"))


def _latest(column: InstrumentedAttribute[Any]) -> Label[Any]:
    """Return the newest value in the journal of the till's running series."""
    journal = select(column).where(TillJournal.till_id == Till.id, TillJournal.letter == Till.letter)
    filled = journal.where(column.is_not(None)).order_by(TillJournal.seq.desc()).limit(1)
    return filled.correlate(Till).scalar_subquery().label(column.key)


_TILL = select(
    Till.code,
    Till.letter,
    Till.device_id,
    _latest(TillJournal.seq),
    _latest(TillJournal.hash),
    _latest(TillJournal.receipt_number),
).where(Till.id == bindparam("till"))


@dataclass(frozen=True, slots=True)
class Submitted:
    """An act that is durable here. `result` is what its handler returned."""

    command_id: UUID
    device_seq: int
    result: object
    receipt_number: str | None


class DeskBus:
    """Stamps and performs the acts of one person on this desk. `now` gives UTC; the store thread calls `submit`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def submit(
        self,
        connection: Connection,
        command: Command,
        *,
        command_id: UUID,
        staff_id: UUID,
        approvals: Sequence[Approval] = (),
        amends: UUID | None = None,
        call_id: UUID | None = None,
    ) -> Submitted:
        """Do the act; `call_id` is the call in whose tab it is done.

        The same id again returns the first number without doing anything twice; its result is None.

        Raises Refused by a rule (nothing is kept), or when the id was used for another body; Unavailable when the
        disk takes no more.
        """
        known = _known(connection, command_id, command)
        if known is not None:
            return known
        facts, now = desk_state.facts(connection), self._now()
        policy = rules_on(connection, damascus_date(now))
        stamps = replace(_stamps(connection, command, staff_id, facts, now, policy.version), call_id=call_id)
        if command.TAKES_MONEY:
            _guard_clock(facts.clock, now, approvals, policy)
        envelope = Envelope(
            command_id=command_id, command=command, stamps=stamps, approvals=tuple(approvals), amends=amends
        )
        undo.begin(connection, command_id)
        done = execute(connection, envelope, deciding=True, reference=Reference(connection, policy))
        undo.end(connection)
        _keep(connection, done)
        number = stamps.till.receipt_number if stamps.till else None
        return Submitted(command_id, stamps.device_seq, done.result, number)


def _stamps(
    connection: Connection, command: Command, staff_id: UUID, facts: desk_state.Facts, now: datetime, policy: int
) -> Stamps:
    device, last, till_id = facts.device, facts.last_act, command.at_till()
    if device is None:
        raise Refused(DeviceNotEnrolled("unknown"))
    if device.revoked and (command.TAKES_MONEY or isinstance(command, OpenTill)):
        # What is in the drawer can still be counted; nothing more may come into it.
        raise Refused(DeviceNotEnrolled("revoked"))
    return Stamps(
        occurred_at=now,
        staff_id=staff_id,
        device_id=device.device_id,
        device_seq=last.seq + 1 if last else 1,
        audit_prev=last.hash if last else GENESIS,
        policy_version=policy,
        till=_till_stamp(connection, command, till_id, device.device_id) if till_id else None,
    )


def _known(connection: Connection, command_id: UUID, command: Command) -> Submitted | None:
    row = connection.execute(_ACT, {"command": command_id}).one_or_none()
    if row is None:
        return None
    if body_hash(decode_envelope(row.raw).command, command_id) != body_hash(command, command_id):
        raise Refused(CommandConflict(command_id))
    number = connection.execute(_NUMBER, {"command": command_id}).scalar_one_or_none()
    return Submitted(command_id, row.device_seq, None, number)


def _till_stamp(connection: Connection, command: Command, till_id: UUID, device_id: UUID) -> TillStamp:
    till = connection.execute(_TILL, {"till": till_id}).one_or_none()
    if till is None:
        raise Refused(TillUnknown(till_id))
    if till.device_id != device_id:
        raise Refused(TillOfOtherDevice(till.code))
    return TillStamp(
        till_id=till_id,
        letter=till.letter,
        seq=till.seq + 1 if till.seq else 1,
        prev_hash=till.hash or GENESIS,
        receipt_number=_next_receipt(Series(till.code, till.letter), till.receipt_number)
        if command.GIVES_RECEIPT
        else None,
    )


def _next_receipt(series: Series, last: str | None) -> str:
    return receipt_number(series, parse_receipt_number(last)[1] + 1 if last else 1)


def _guard_clock(
    facts: desk_state.ClockFacts | None, now: datetime, approvals: Sequence[Approval], policy: PolicySet
) -> None:
    if facts is None or any(approval.permission == CLOCK_OVERRIDE for approval in approvals):
        return
    offset = facts.offset_at(now)
    if offset_state(offset, policy) == "block":
        raise Refused(ClockOff(int(abs(offset))))


def _keep(connection: Connection, done: Done) -> None:
    envelope = done.envelope
    command, stamps = envelope.command, envelope.stamps
    moved = command.moves()
    connection.execute(
        _INTO_OUTBOX,
        {
            "device_seq": stamps.device_seq,
            "command_id": envelope.command_id,
            "kind": command.KIND,
            "raw": encode_envelope(envelope),
            "order_keys": list(command.order_keys()),
            "state": "pending",
            "attempts": 0,
            "amount_minor": moved.minor if moved else None,
            "currency": moved.currency if moved else None,
            "occurred_at": stamps.occurred_at,
            "staff_id": stamps.staff_id,
            "position": None,
            "reason_code": None,
            "reason_values": {},
            "handled": False,
            "amends": envelope.amends,
        },
    )
    connection.execute(_END_DRAFT, {"command": envelope.command_id})
    if envelope.amends is not None:
        connection.execute(_MENDED, {"mended": envelope.amends})
    link = entry_hash(stamps.audit_prev, stamps.device_id, stamps.device_seq, envelope.command_id, done.digest)
    desk_state.put(connection, desk_state.LastAct(stamps.device_seq, link))
