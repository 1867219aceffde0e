"""Run one act: rights, approvals, the handler, then the journal and audit rows. The same code on desk and server.

The desk decides (`deciding=True`), once; the server and every rebase run the recorded act again.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select

from ccbs_desk.domain import approvals as approval_rules
from ccbs_desk.domain.commands import Envelope, TillStamp
from ccbs_desk.domain.errors import ApprovalInvalid, NotAllowed, OutOfTime
from ccbs_desk.domain.journal import entry_hash
from ccbs_desk.domain.permissions import DESK_SIGN_IN, allowed, granted
from ccbs_desk.domain.policy import PolicySet
from ccbs_desk.models.money import Audit, TillJournal
from ccbs_desk.models.reference import Device, Policy, Staff, StaffRole, Till
from ccbs_desk.services.call_links import link_call
from ccbs_desk.services.registry import handler_of
from ccbs_desk.services.work import RowChange, Work
from ccbs_desk.wire.codec import body_hash, encode

_ROLES = (
    select(StaffRole.role)
    .join(Staff, Staff.id == StaffRole.staff_id)
    .where(Staff.id == bindparam("staff"), Staff.active)
)
_VERSION = select(func.max(Policy.version)).where(Policy.valid_from <= bindparam("day"))
_RULES = select(Policy.key, Policy.value).where(Policy.version <= bindparam("version")).order_by(Policy.version)
_ALL_RULES = select(Policy.key, Policy.value, Policy.version, Policy.valid_from).order_by(Policy.version)
_REFERENCE_TABLES = frozenset(model.__tablename__ for model in (Policy, Staff, StaffRole, Till, Device))
_SERIES = select(Till.code, Till.letter, Till.device_id).where(Till.id == bindparam("till"))
_PLACE = select(
    select(Till.area_id).where(Till.id == bindparam("till")).scalar_subquery(),
    select(Device.area_id).where(Device.id == bindparam("device")).scalar_subquery(),
    select(Device.centre_id).where(Device.id == bindparam("device")).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Done:
    """What an act came to: `envelope` has all that was decided, `changes` are the rows that it left behind.

    `digest` is its `act_hash`.
    """

    result: object
    envelope: Envelope
    changes: tuple[RowChange, ...]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """What only the server knows of an act: when it came, and who has ever signed in on its device.

    `audit_seq` is what `write_journals` takes.
    """

    received_at: datetime
    people: frozenset[UUID]
    audit_seq: int | None = None


def roles_of(connection: Connection, staff_id: UUID) -> frozenset[str]:
    """Return the roles of a person who is active; none for anybody else."""
    return frozenset(connection.execute(_ROLES, {"staff": staff_id}).scalars())


def policy_version_on(connection: Connection, day: date) -> int:
    """Return the version of the rules that hold on a business day; 0 is the defaults alone."""
    return connection.execute(_VERSION, {"day": day}).scalar_one_or_none() or 0


def rules_on(connection: Connection, day: date) -> PolicySet:
    """Return the rules that hold on a business day: `policy_at` of `policy_version_on` in one look."""
    rows = connection.execute(_ALL_RULES).all()
    version = max((row.version for row in rows if row.valid_from <= day), default=0)
    return PolicySet(version, {row.key: row.value for row in rows if row.version <= version})


def policy_at(connection: Connection, version: int) -> PolicySet:
    """Return the rules as of a version: of each key the newest row that is not newer than it."""
    rows = connection.execute(_RULES, {"version": version})
    return PolicySet(version, {row.key: row.value for row in rows})


@dataclass(frozen=True, slots=True)
class TillSeries:
    """A till's running series, and the device that it belongs to."""

    code: str
    letter: str
    device_id: UUID | None


class Place(NamedTuple):
    """Where an act was done: the areas of its till and of its device, 0 where there is none, and the centre."""

    till_area: int
    device_area: int
    centre_id: UUID | None


class Reference:
    """Rules, rights and places as they stand in one transaction: read when first asked for, then remembered.

    Whoever runs several acts with one of these tells it what each has changed.
    """

    def __init__(self, connection: Connection, *known: PolicySet) -> None:
        self._connection = connection
        self._policies = {policy.version: policy for policy in known}
        self._roles: dict[UUID, frozenset[str]] = {}
        self._places: dict[tuple[UUID | None, UUID], Place] = {}
        self._series: dict[UUID, TillSeries | None] = {}

    def note(self, changes: Iterable[RowChange]) -> None:
        """Forget everything when an act has changed what this is made of."""
        if any(change.table in _REFERENCE_TABLES for change in changes):
            for remembered in (self._policies, self._roles, self._places, self._series):
                remembered.clear()

    def policy(self, version: int) -> PolicySet:
        """Return the rules as of a version."""
        if version not in self._policies:
            self._policies[version] = policy_at(self._connection, version)
        return self._policies[version]

    def roles(self, staff_id: UUID) -> frozenset[str]:
        """Return the roles of a person who is active."""
        if staff_id not in self._roles:
            self._roles[staff_id] = roles_of(self._connection, staff_id)
        return self._roles[staff_id]

    def place(self, till_id: UUID | None, device_id: UUID) -> Place:
        """Return where a till and a device are."""
        at = till_id, device_id
        if at not in self._places:
            row = self._connection.execute(_PLACE, {"till": till_id, "device": device_id}).one()
            self._places[at] = Place(row[0] or 0, row[1] or 0, row[2])
        return self._places[at]

    def series(self, till_id: UUID) -> TillSeries | None:
        """Return a till's running series of receipts, or None when there is no such till."""
        if till_id not in self._series:
            row = self._connection.execute(_SERIES, {"till": till_id}).one_or_none()
            self._series[till_id] = TillSeries(*row) if row else None
        return self._series[till_id]


def execute(
    connection: Connection,
    envelope: Envelope,
    *,
    deciding: bool,
    reference: Reference | None = None,
    arrival: Arrival | None = None,
) -> Done:
    """Do the act inside the caller's transaction. Only the server knows of an `arrival`.

    Raises Refused by a rule; then the caller rolls back. Any other exception is our bug.
    """
    reference = reference or Reference(connection)
    work = Work(connection, envelope, reference.policy(envelope.stamps.policy_version), deciding=deciding)
    _check_rights(work, reference, arrival)
    if arrival is not None:
        _check_arrival(work, arrival)
    result = handler_of(envelope.command)(envelope.command, work)
    link_call(work)
    digest = write_journals(work, reference, arrival.audit_seq if arrival else None)
    return Done(result, work.stamped(), tuple(work.changes), digest)


def write_journals(work: Work, reference: Reference, audit_seq: int | None = None) -> bytes:
    """Add the act to the till's journal and to the device's audit chain; return the hash that both bind to.

    Also done for acts that were refused later. `audit_seq` is given for an act whose number in the device's sequence
    another act has taken: its audit row stands under that one, beside the chain.
    """
    stamps = work.stamps
    digest = act_hash(work.stamped())
    place = reference.place(stamps.till.till_id if stamps.till else None, stamps.device_id)
    if stamps.till is not None:
        _write_till_journal(work, stamps.till, digest, place.till_area)
    _write_audit(work, digest, place, reference.roles(stamps.staff_id), audit_seq)
    return digest


def body_bound(envelope: Envelope) -> bytes:
    """Return what journals and approvals bind to of the body: as it was done, in the version of that day."""
    return envelope.bound or body_hash(envelope.command, envelope.command_id)


def act_hash(envelope: Envelope) -> bytes:
    """Return the 32 bytes that journals bind to: what was done, when, by whom, with which number and decisions."""
    stamps = envelope.stamps
    number = stamps.till.receipt_number if stamps.till else None
    facts: Sequence[Any] = [
        body_bound(envelope),
        stamps.occurred_at,
        stamps.staff_id,
        stamps.device_id,
        stamps.device_seq,
        number,
        stamps.decided,
    ]
    if stamps.call_id is not None:
        # Only where there is one: acts without a call keep the hash that they always had.
        facts = [*facts, stamps.call_id]
    return hashlib.sha256(encode(facts)).digest()


def _check_arrival(work: Work, arrival: Arrival) -> None:
    """Object to who never signed in on the act's device, and to a moment that can't be the act's."""
    if work.stamps.staff_id not in arrival.people:
        work.object_to(NotAllowed(DESK_SIGN_IN))
    if not work.envelope.command.order_keys():
        # It changes nothing: the audit keeps its moment, whatever that is worth.
        return
    occurred_at = work.stamps.occurred_at
    oldest = arrival.received_at - timedelta(days=work.policy.number("act.oldest_days"))
    newest = arrival.received_at + timedelta(seconds=work.policy.number("clock.block_seconds"))
    if not oldest <= occurred_at <= newest:
        work.object_to(OutOfTime(occurred_at, arrival.received_at))


def _check_rights(work: Work, reference: Reference, arrival: Arrival | None) -> None:
    """Object to who may not do it, and leave out approvals that do not count.

    Whether somebody may still approve is judged when the act is decided and when it arrives. A desk that runs its own
    act again does not: a counted drawer would be open again there, and take money, until the server has spoken.
    """
    command, stamps = work.envelope.command, work.stamps
    if not allowed(reference.roles(stamps.staff_id), command.permission()):
        work.object_to(NotAllowed(command.permission()))
    bound_to = body_bound(work.envelope) if work.envelope.approvals else b""
    for approval in work.envelope.approvals:
        try:
            approval_rules.check(approval, stamps.staff_id, bound_to, command.APPROVALS)
        except approval_rules.BadApproval as bad:
            work.discount(approval, ApprovalInvalid(bad.code))
        is_judged = work.deciding or arrival is not None
        if is_judged and approval.permission not in granted(reference.roles(approval.approver_id)):
            work.discount(approval, ApprovalInvalid("approval.not_entitled"))
        if arrival is not None and approval.approver_id not in arrival.people:
            work.discount(approval, ApprovalInvalid("approval.not_here"))


def _write_till_journal(work: Work, till: TillStamp, digest: bytes, area_id: int) -> None:
    work.record(
        TillJournal,
        "journal",
        area_id=area_id,
        till_id=till.till_id,
        letter=till.letter,
        seq=till.seq,
        command_id=work.command_id,
        kind=work.envelope.command.KIND,
        body_hash=digest,
        prev_hash=till.prev_hash,
        hash=entry_hash(till.prev_hash, till.till_id, till.seq, work.command_id, digest),
        receipt_number=till.receipt_number,
        occurred_at=work.stamps.occurred_at,
    )


def _write_audit(work: Work, digest: bytes, place: Place, roles: frozenset[str], audit_seq: int | None) -> None:
    stamps, command = work.stamps, work.envelope.command
    approvals = work.envelope.approvals
    work.record(
        Audit,
        "audit",
        area_id=place.device_area,
        command_id=work.command_id,
        device_id=stamps.device_id,
        device_seq=audit_seq or stamps.device_seq,
        staff_id=stamps.staff_id,
        roles=" ".join(sorted(roles)),
        centre_id=place.centre_id,
        call_id=stamps.call_id,
        reason=command.reason_given(),
        kind=command.KIND,
        account_id=getattr(command, "account_id", None),
        till_id=command.at_till(),
        approved_by=approvals[0].approver_id if approvals else None,
        body_hash=digest,
        prev_hash=stamps.audit_prev,
        hash=entry_hash(stamps.audit_prev, stamps.device_id, stamps.device_seq, work.command_id, digest),
        occurred_at=stamps.occurred_at,
    )
