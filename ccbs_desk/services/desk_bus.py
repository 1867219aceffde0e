"""Do an act at the desk: stamp it, run it, put it into the outbox, all in one transaction.

When the transaction commits, the receipt's number, the ledger rows, the journal row and the outbox row are on the disk
together. A refusal rolls all back and binds nothing: neither number nor sequence is used up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.clock import damascus_date, offset_state
from ccbs_desk.domain.commands import Command, Envelope, Stamps, TillStamp
from ccbs_desk.domain.errors import (
    ClockOff,
    CommandConflict,
    DeviceNotEnrolled,
    Refused,
    TillOfOtherDevice,
    TillUnknown,
)
from ccbs_desk.domain.journal import GENESIS, entry_hash
from ccbs_desk.domain.till import Series, parse_receipt_number, receipt_number
from ccbs_desk.models import desk_state, undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Draft, Outbox
from ccbs_desk.models.money import TillJournal
from ccbs_desk.models.reference import Till
from ccbs_desk.services.bus import act_hash, execute, policy_version_on
from ccbs_desk.wire.codec import body_hash, decode_envelope, encode_envelope

CLOCK_OVERRIDE = "payment.clock_off"


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
    ) -> Submitted:
        """Do the act. The same id again returns the first number without doing anything twice; its result is None.

        Raises Refused by a rule (nothing is kept), or when the id was used for another body; Unavailable when the
        disk takes no more.
        """
        known = _known(connection, command_id, command)
        if known is not None:
            return known
        stamps = self._stamps(connection, command, staff_id)
        if command.TAKES_MONEY:
            _guard_clock(connection, stamps.occurred_at, approvals)
        envelope = Envelope(
            command_id=command_id, command=command, stamps=stamps, approvals=tuple(approvals), amends=amends
        )
        undo.begin(connection, command_id)
        done = execute(connection, envelope, deciding=True)
        undo.end(connection)
        _keep(connection, done.envelope)
        number = stamps.till.receipt_number if stamps.till else None
        return Submitted(command_id, stamps.device_seq, done.result, number)

    def _stamps(self, connection: Connection, command: Command, staff_id: UUID) -> Stamps:
        device = desk_state.device(connection)
        if device is None:
            raise Refused(DeviceNotEnrolled("unknown"))
        last = desk_state.last_act(connection)
        now = self._now()
        till_id = command.at_till()
        return Stamps(
            occurred_at=now,
            staff_id=staff_id,
            device_id=device.device_id,
            device_seq=last.seq + 1 if last else 1,
            audit_prev=last.hash if last else GENESIS,
            policy_version=policy_version_on(connection, damascus_date(now)),
            till=_till_stamp(connection, command, till_id, device.device_id) if till_id else None,
        )


def _known(connection: Connection, command_id: UUID, command: Command) -> Submitted | None:
    row = connection.execute(select(Outbox.device_seq, Outbox.raw).where(Outbox.command_id == command_id)).one_or_none()
    if row is None:
        return None
    if body_hash(decode_envelope(row.raw).command) != body_hash(command):
        raise Refused(CommandConflict(command_id))
    number = connection.execute(
        select(TillJournal.receipt_number).where(TillJournal.command_id == command_id)
    ).scalar_one_or_none()
    return Submitted(command_id, row.device_seq, None, number)


def _till_stamp(connection: Connection, command: Command, till_id: UUID, device_id: UUID) -> TillStamp:
    till = connection.execute(select(Till.code, Till.letter, Till.device_id).where(Till.id == till_id)).one_or_none()
    if till is None:
        raise Refused(TillUnknown(till_id))
    if till.device_id != device_id:
        raise Refused(TillOfOtherDevice(till.code))
    journal = select(TillJournal.seq, TillJournal.hash).where(
        TillJournal.till_id == till_id, TillJournal.letter == till.letter
    )
    last = connection.execute(journal.order_by(TillJournal.seq.desc()).limit(1)).one_or_none()
    return TillStamp(
        till_id=till_id,
        letter=till.letter,
        seq=last.seq + 1 if last else 1,
        prev_hash=last.hash if last else GENESIS,
        receipt_number=_next_receipt(connection, till_id, Series(till.code, till.letter))
        if command.GIVES_RECEIPT
        else None,
    )


def _next_receipt(connection: Connection, till_id: UUID, series: Series) -> str:
    last = connection.execute(
        select(TillJournal.receipt_number)
        .where(
            TillJournal.till_id == till_id,
            TillJournal.letter == series.letter,
            TillJournal.receipt_number.is_not(None),
        )
        .order_by(TillJournal.seq.desc())
        .limit(1)
    ).scalar_one_or_none()
    return receipt_number(series, parse_receipt_number(last)[1] + 1 if last else 1)


def _guard_clock(connection: Connection, now: datetime, approvals: Sequence[Approval]) -> None:
    facts = desk_state.clock(connection)
    if facts is None or any(approval.permission == CLOCK_OVERRIDE for approval in approvals):
        return
    behind = (facts.highest_server_time - now).total_seconds()
    offset = max(behind, abs(facts.offset_seconds))
    if offset_state(offset) == "block":
        raise Refused(ClockOff(int(offset)))


def _keep(connection: Connection, envelope: Envelope) -> None:
    command, stamps = envelope.command, envelope.stamps
    moved = command.moves()
    connection.execute(
        insert(table_of(Outbox)),
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
    connection.execute(delete(table_of(Draft)).where(table_of(Draft).c.command_id == envelope.command_id))
    digest = act_hash(envelope)
    link = entry_hash(stamps.audit_prev, stamps.device_id, stamps.device_seq, envelope.command_id, digest)
    desk_state.put(connection, desk_state.LastAct(stamps.device_seq, link))
