"""Apply acts under the feed lock: each exactly once, in its own savepoint, its first result kept for ever.

Taken money is never lost: whatever can't be applied is parked with its raw bytes and the reason, for a person.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from ccbs_desk.domain.care_errors import ActLeft
from ccbs_desk.domain.commands import Envelope
from ccbs_desk.domain.errors import (
    CommandConflict,
    DeviceFrozen,
    DeviceNotEnrolled,
    Reason,
    Refused,
)
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import AppliedCommand, ParkedCommand
from ccbs_desk.models.reference import Device
from ccbs_desk.models.rows import fetch
from ccbs_desk.services.bus import Arrival, Reference, execute, write_journals
from ccbs_desk.services.work import RowChange, Work
from ccbs_desk.wire.codec import Malformed, ReasonForm, decode_envelope, envelope_hash, reason_form
from ccbs_desk.wire.messages import Answer, Outcome
from server_stub.binding import Parked, check_till
from server_stub.feed import FeedWriter
from server_stub.presence import people_by_device

log = logging.getLogger(__name__)

T = TypeVar("T")
TRIES = 3
SET_ASIDE = "set_aside"
_APPLIED, _PARKED, _DEVICE = table_of(AppliedCommand), table_of(ParkedCommand), table_of(Device)


class _Head(msgspec.Struct, frozen=True):
    id: UUID
    stamps: msgspec.Raw = msgspec.Raw(b"{}")
    body: msgspec.Raw = msgspec.Raw(b"{}")


class _HeadStamps(msgspec.Struct, frozen=True):
    device_id: UUID
    device_seq: Annotated[int, msgspec.Meta(ge=1, lt=1 << 62)]


class _HeadBody(msgspec.Struct, frozen=True):
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One act as it came: its bytes, and what must be readable even of a damaged one.

    `left`: its desk says that it was refused once, and has worked on on top of that.
    """

    raw: bytes
    body_hash: bytes
    command_id: UUID
    device_id: UUID | None
    device_seq: int | None
    account_id: UUID | None
    sender: UUID
    left: bool = False

    @property
    def key(self) -> tuple[UUID, bytes]:
        """What it is parked under."""
        return self.command_id, self.body_hash


def read_act(raw: bytes, sender: UUID, left: Collection[UUID] = ()) -> Act:
    """Return the act that a device sent, one of `left` or not. Raises Malformed when not even its id can be read."""
    try:
        head = msgspec.json.decode(raw, type=_Head)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error
    stamps, body = _part(head.stamps, _HeadStamps), _part(head.body, _HeadBody)
    return Act(
        raw=raw,
        body_hash=envelope_hash(raw),
        command_id=head.id,
        device_id=stamps.device_id if stamps else None,
        device_seq=stamps.device_seq if stamps else None,
        account_id=body.account_id if body else None,
        sender=sender,
        left=head.id in left,
    )


def _part(raw: msgspec.Raw, kind: type[T]) -> T | None:
    """Return a part of an act, or None when it can't be read."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is recorded of an act."""

    command_id: UUID
    body_hash: bytes
    outcome: Outcome
    position: int | None
    reason_code: str | None
    reason_values: Any

    def answer(self, *, repeated: bool) -> Answer:
        """Return it as the desk hears it."""
        return Answer(
            command_id=self.command_id,
            outcome=self.outcome,
            position=self.position,
            reason=ReasonForm(self.reason_code, self.reason_values) if self.reason_code else None,
            repeated=repeated,
        )


class Batch:
    """The acts of one transaction. `apply` each, then `flush`; the caller commits."""

    def __init__(self, connection: Connection, writer: FeedWriter, now: datetime, acts: Sequence[Act]) -> None:
        """Look up at once what is known of these acts."""
        self._connection = connection
        self._writer = writer
        self._now = now
        self._reference = Reference(connection)
        self._rows: list[dict[str, Any]] = []
        self._known: dict[UUID, _Known] = {}
        self._by_seq: dict[tuple[UUID, int], UUID] = {}
        self._read_known(acts)
        ids = {act.command_id for act in acts}
        parked = select(_PARKED.c.command_id, _PARKED.c.body_hash, _PARKED.c.error).where(_PARKED.c.command_id.in_(ids))
        self._parked = {(row.command_id, row.body_hash): row.error for row in connection.execute(parked)}
        states = select(_DEVICE.c.id, _DEVICE.c.state).where(_DEVICE.c.id.in_({act.sender for act in acts}))
        self._states = {row.id: row.state for row in connection.execute(states)}
        self._people = people_by_device(connection, {act.device_id for act in acts if act.device_id is not None})
        writer.scopes.prefetch(act.account_id for act in acts if act.account_id is not None)

    def _read_known(self, acts: Sequence[Act]) -> None:
        seqs: dict[UUID, set[int]] = {}
        for act in acts:
            if act.device_id is not None and act.device_seq is not None:
                seqs.setdefault(act.device_id, set()).add(act.device_seq)
        same_seq = [and_(_APPLIED.c.device_id == device, _APPLIED.c.device_seq.in_(s)) for device, s in seqs.items()]
        columns = [_APPLIED.c[name] for name in _Known.__dataclass_fields__]
        found = self._connection.execute(
            select(*columns, _APPLIED.c.device_id, _APPLIED.c.device_seq).where(
                or_(_APPLIED.c.command_id.in_({act.command_id for act in acts}), *same_seq)
            )
        )
        for *known, device_id, device_seq in found:
            self._remember(_Known(*known), device_id, device_seq)

    def _remember(self, known: _Known, device_id: UUID, device_seq: int) -> None:
        self._known[known.command_id] = known
        self._by_seq[device_id, device_seq] = known.command_id

    def apply(self, act: Act, *, by_hand: bool = False) -> Answer:
        """Return what became of the act. `by_hand`: a person has decided that it counts, whoever sent it."""
        try:
            known = self._known.get(act.command_id)
            if known is None:
                beside = self._admit(act, by_hand=by_hand)
                return self._run(act, _decoded(act), beside)
            if known.body_hash != act.body_hash:
                raise Parked("command.other_body", CommandConflict(act.command_id), "conflict")
            return known.answer(repeated=True)
        except Parked as parked:
            return self.park(act, parked)

    def flush(self) -> None:
        """Write the results and what the desks are to hear."""
        self._write_applied()
        self._writer.flush()

    def _write_applied(self) -> None:
        if self._rows:
            self._connection.execute(insert(_APPLIED), self._rows)
        self._rows = []

    def _admit(self, act: Act, *, by_hand: bool) -> int | None:
        """Park what this device may not do now, or may not do at all.

        Return the number beside the device's sequence, below zero, under which a person books an act whose own number
        is taken.
        """
        state = self._states.get(act.sender, "unknown")
        if act.device_id is None or act.device_seq is None:
            raise Parked("request.malformed")
        seq_taken = (act.device_id, act.device_seq) in self._by_seq
        if by_hand:
            return self._beside(act.device_id) if seq_taken else None
        if self._parked.get(act.key) == SET_ASIDE:
            raise Parked(SET_ASIDE)
        if act.device_id != act.sender:
            raise Parked("device.other", DeviceNotEnrolled("other"))
        if seq_taken:
            self._freeze(act.sender, state)
            raise Parked("device.seq_taken", DeviceFrozen(act.device_seq), "frozen")
        if state != "approved":
            reason = DeviceFrozen(act.device_seq) if state == "frozen" else DeviceNotEnrolled(state)
            raise Parked(f"device.{state}", reason, "frozen")
        return None

    def _beside(self, device_id: UUID) -> int:
        self._write_applied()
        lowest = select(func.min(_APPLIED.c.device_seq)).where(_APPLIED.c.device_id == device_id)
        return min(0, int(self._connection.execute(lowest).scalar_one())) - 1

    def _freeze(self, device_id: UUID, state: str) -> None:
        if state != "approved":
            return
        log.error("device %s is frozen: one of its sequence numbers bears two acts", device_id)
        row = fetch(self._connection, _DEVICE, device_id)
        self._connection.execute(update(_DEVICE).where(_DEVICE.c.id == device_id).values(state="frozen"))
        if row is not None:
            self._writer.publish([RowChange("device", device_id, {**row, "state": "frozen"}, row)])
        self._states[device_id] = "frozen"

    def _run(self, act: Act, envelope: Envelope, beside: int | None) -> Answer:
        """Run the handler, some times if it fails; keep the result."""
        for further in range(TRIES - 1, -1, -1):
            try:
                reason, changes = self._attempt(envelope, beside, left=act.left)
                break
            except Parked:
                raise
            except Exception as error:  # an act that makes us fail is parked, and the rest goes on
                log.exception("act %s (%s) failed", act.command_id, envelope.command.KIND)
                if not further:
                    raise Parked(f"server.bug: {type(error).__name__}") from error
        return self._record(act, envelope, beside or envelope.stamps.device_seq, reason, changes)

    def _attempt(
        self, envelope: Envelope, beside: int | None, *, left: bool
    ) -> tuple[Reason | None, Sequence[RowChange]]:
        """Return why it was refused, if it was, and the rows that it left."""
        arrival = Arrival(self._now, self._people.get(envelope.stamps.device_id, frozenset()), beside)
        try:
            with self._connection.begin_nested():
                check_till(self._connection, envelope, self._reference)
                if left and not envelope.command.TAKES_MONEY:
                    # Whatever its desk says, taken money is booked.
                    raise Refused(ActLeft())
                done = execute(self._connection, envelope, deciding=False, reference=self._reference, arrival=arrival)
                return None, done.changes
        except Refused as refused:
            # Refused, but done at the counter: the journals show it, so that the till's numbers have no hole.
            with self._connection.begin_nested():
                policy = self._reference.policy(envelope.stamps.policy_version)
                work = Work(self._connection, envelope, policy, deciding=False)
                write_journals(work, self._reference, beside)
            return refused.reason, work.changes

    def _record(
        self, act: Act, envelope: Envelope, seq: int, reason: Reason | None, changes: Sequence[RowChange]
    ) -> Answer:
        stamps, form = envelope.stamps, reason_form(reason) if reason else None
        self._reference.note(changes)
        known = _Known(
            command_id=act.command_id,
            body_hash=act.body_hash,
            outcome="refused" if form else "applied",
            position=self._writer.publish(changes, device_id=stamps.device_id, command_id=act.command_id),
            reason_code=form.code if form else None,
            reason_values=form.values if form else {},
        )
        self._rows.append(
            {
                **{name: getattr(known, name) for name in _Known.__dataclass_fields__},
                "device_id": stamps.device_id,
                "device_seq": seq,
                "kind": envelope.command.KIND,
                "raw": act.raw,
                "received_at": self._now,
            }
        )
        self._remember(known, stamps.device_id, seq)
        if act.key in self._parked:
            self._connection.execute(delete(_PARKED).where(*_parked_as(act)))
        return known.answer(repeated=False)

    def park(self, act: Act, parked: Parked) -> Answer:
        """Keep the act's bytes for a person; what is parked already counts one try more."""
        if act.key in self._parked:
            again = {"error": parked.error, "tries": _PARKED.c.tries + 1}
            self._connection.execute(update(_PARKED).where(*_parked_as(act)).values(again))
        else:
            row = {
                "command_id": act.command_id,
                "body_hash": act.body_hash,
                "device_id": act.sender,
                "raw": act.raw,
                "error": parked.error,
                "tries": 1,
                "parked_at": self._now,
            }
            self._connection.execute(insert(_PARKED), row)
        self._parked[act.key] = parked.error
        reason = reason_form(parked.reason) if parked.reason else None
        return Answer(command_id=act.command_id, outcome=parked.outcome, reason=reason)


def _parked_as(act: Act) -> tuple[ColumnElement[bool], ...]:
    return _PARKED.c.command_id == act.command_id, _PARKED.c.body_hash == act.body_hash


def _decoded(act: Act) -> Envelope:
    """Return the act in today's version; what can't be read now waits for a newer server or a person."""
    try:
        return decode_envelope(act.raw)
    except Malformed as malformed:
        raise Parked("request.malformed") from malformed
    except Refused as refused:
        raise Parked(refused.reason.code, refused.reason) from refused
