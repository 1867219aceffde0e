"""One act's unit of work: what a handler may read and write, the same on the desk and on the server.

Handlers write through this only. Ids of rows come from (command id, table, key), so that two runs of one act make
the same rows; every change is kept in `changes`, which is what the server feeds to the desks.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Executable, Insert, Table, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.commands import Envelope, Stamps
from ccbs_desk.domain.errors import Reason, Refused
from ccbs_desk.domain.ids import derive
from ccbs_desk.domain.ledger import Posting, require_balanced
from ccbs_desk.domain.policy import PolicySet
from ccbs_desk.models.base import Base, table_of
from ccbs_desk.models.money import LedgerRow, Notice
from ccbs_desk.models.rows import fetch, to_wire

T = TypeVar("T")


@cache
def _insertion(table: Table) -> Insert:
    return insert(table)


@cache
def _insertion_once(table: Table, dialect: str) -> Executable:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    once = make(table).on_conflict_do_nothing(index_elements=[column.name for column in table.primary_key])
    return once.execution_options(preserve_rowcount=True)


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row after the act, or its end (`row` is None). `before` is the row that stood there, if the act changed one."""

    table: str
    id: UUID
    row: dict[str, Any] | None
    before: dict[str, Any] | None = None


class Work:
    """What one act may see and do.

    `deciding` is true while the act is being done, at the desk, and rules may still say no. It is false for every
    later run (on the server, in a rebase): then the act is recorded, and what has happened stays done.
    """

    def __init__(self, connection: Connection, envelope: Envelope, policy: PolicySet, *, deciding: bool) -> None:
        self.connection = connection
        self.envelope = envelope
        self.policy = policy
        self.deciding = deciding
        self.changes: list[RowChange] = []
        self.facts: list[RowChange] = []
        """Everything that the act stands for: `changes`, and the permanent rows that a replay found there."""
        self.objections: list[Reason] = []
        self._discounted: list[Approval] = []
        self._notices: Counter[str] = Counter()
        self._decided: dict[str, Any] = dict(envelope.stamps.decided)

    @property
    def command_id(self) -> UUID:
        """The act's id."""
        return self.envelope.command_id

    @property
    def stamps(self) -> Stamps:
        """What was decided at the moment of the act."""
        return self.envelope.stamps

    def stamped(self) -> Envelope:
        """Return the envelope with all that the handler decided."""
        return replace(self.envelope, stamps=replace(self.stamps, decided=self._decided))

    def decided(self, key: str, kind: Any, make: Callable[[], T]) -> T:
        """Return what was decided under `key`: worked out by `make` once, at the desk; from the stamps ever after.

        `kind` is the type of it. Raises LookupError when a recorded act lacks it: nobody may decide it anew.
        """
        if self.deciding and key not in self._decided:
            self._decided[key] = msgspec.to_builtins(make())
        value: T = msgspec.convert(self._decided[key], kind)
        return value

    def object_to(self, reason: Reason) -> None:
        """Say no. What has happened already is not refused any more: the objection is noted and the act goes on."""
        if self.deciding or not self.envelope.command.HAPPENED:
            raise Refused(reason)
        self.objections.append(reason)

    def discount(self, approval: Approval, reason: Reason) -> None:
        """Object to an approval that does not count; then nobody has approved by it."""
        self.object_to(reason)
        self._discounted.append(approval)

    def approver(self, permission: str) -> UUID | None:
        """Return who approved this act under `permission`, if anybody; the bus has checked that it counts."""
        counting = (a for a in self.envelope.approvals if a not in self._discounted)
        return next((a.approver_id for a in counting if a.permission == permission), None)

    def tell_objections(self, *, area_id: int, account_id: UUID | None = None, till_id: UUID | None = None) -> None:
        """Leave word of everything that was found against an act which had happened already."""
        for reason in self.objections:
            self.notice(reason.code, reason, area_id=area_id, account_id=account_id, till_id=till_id)

    def insert(self, model: type[Base], key: str, **values: Any) -> UUID:
        """Add a row; return its id, which follows from the act, the table and `key`."""
        return self.insert_each(model, {key: values})[0]

    def insert_each(self, model: type[Base], values_by_key: Mapping[str, Mapping[str, Any]]) -> list[UUID]:
        """Add several rows of a table in one statement; return their ids."""
        table = table_of(model)
        rows = [{"id": derive(self.command_id, table.name, key), **values} for key, values in values_by_key.items()]
        if rows:
            self.connection.execute(_insertion(table), rows)
        self._changed(*(RowChange(table.name, row["id"], row) for row in rows))
        return [row["id"] for row in rows]

    def record(self, model: type[Base], key: str, **values: Any) -> UUID:
        """Add a permanent fact. A replay finds it there and leaves it as it is."""
        table = table_of(model)
        row: dict[str, Any] = {"id": derive(self.command_id, table.name, key), **values}
        done = self.connection.execute(_insertion_once(table, self.connection.dialect.name), row)
        made = RowChange(table.name, row["id"], row)
        if done.rowcount:
            self.changes.append(made)
        self.facts.append(made)
        row_id: UUID = row["id"]
        return row_id

    def change(self, model: type[Base], row_id: UUID, **values: Any) -> None:
        """Change columns of a row that is there. A missing row is our bug (LookupError): handlers look before."""
        table = table_of(model)
        before = fetch(self.connection, table, row_id)
        if before is None:
            raise LookupError(f"{table.name} has no row {row_id}")
        after = {**before, **values}
        keys = [column == before[column.name] for column in table.primary_key]
        self.connection.execute(update(table).where(*keys).values(values))
        self._changed(RowChange(table.name, row_id, after, before))

    def _changed(self, *changes: RowChange) -> None:
        self.changes += changes
        self.facts += changes

    def post(self, postings: Iterable[Posting], *, area_id: int, session_id: UUID | None = None) -> None:
        """Add balanced ledger rows; Unbalanced is our bug and stops the act. Zero legs are left out."""
        legs = [leg for leg in postings if leg.amount.minor]
        require_balanced(legs)
        period = int(f"{damascus_date(self.stamps.occurred_at):%Y%m}")
        rows = [
            {
                "area_id": area_id,
                "period": period,
                "id": derive(self.command_id, LedgerRow.__tablename__, str(n)),
                "command_id": self.command_id,
                "ledger_account": leg.ledger_account,
                "amount_minor": leg.amount.minor,
                "currency": leg.amount.currency,
                "account_id": leg.account_id,
                "bill_id": leg.bill_id,
                "part_id": leg.part_id,
                "till_id": leg.till_id,
                "session_id": session_id if leg.till_id is not None else None,
                "occurred_at": self.stamps.occurred_at,
            }
            for n, leg in enumerate(legs)
        ]
        if rows:
            self.connection.execute(_insertion(table_of(LedgerRow)), rows)
        self.changes += [RowChange(LedgerRow.__tablename__, row["id"], row) for row in rows]  # type: ignore[arg-type]

    def notice(
        self, code: str, details: object, *, area_id: int, account_id: UUID | None, till_id: UUID | None
    ) -> None:
        """Leave word for a person: shown at the till and on the account until somebody has seen to it."""
        # Numbered within its code: what else an act leaves, and what else is objected to, differs from run to run.
        self._notices[code] += 1
        self.insert(
            Notice,
            f"{code}:{self._notices[code]}",
            area_id=area_id,
            account_id=account_id,
            till_id=till_id,
            command_id=self.command_id,
            code=code,
            details=msgspec.json.decode(to_wire({"d": details}))["d"],
            occurred_at=self.stamps.occurred_at,
        )
