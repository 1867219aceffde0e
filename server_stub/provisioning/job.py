"""The job that brings orders to the exchange: takes those whose day has come, asks, and records what was said.

Each step is a transaction of its own under the feed lock, and each order closes once, so that the job may be killed at
any moment and two servers may run it at a time. Orders on one line go one after the other: a feature that needs
another finds it done, or fails.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, select

from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.commands import Command, Envelope, Stamps
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.database import reading
from ccbs_desk.models.reference import Exchange as ExchangeRow
from ccbs_desk.models.reference import Feature
from ccbs_desk.models.subscribers import Line, LineNumber
from ccbs_desk.services.bus import policy_at
from ccbs_desk.services.features import ACKNOWLEDGED, ADD, OPEN_ORDERS
from ccbs_desk.services.provision_order import against_order, confirm_order, fail_order, open_order, start_order
from ccbs_desk.services.work import Work
from server_stub.feed import feeding
from server_stub.provisioning.port import CanNot, Done, Exchange, ExchangeGone, Instruction

log = logging.getLogger(__name__)

NOBODY = UUID(int=0)
Step = Callable[[Work], object]


@dataclass(frozen=True, slots=True)
class _Due:
    """An order whose day has come, and under which rules it was given."""

    instruction: Instruction
    policy_version: int


class Provisioning:
    """Runs rounds in a thread of its own. `on_head` hears of each position that the feed has moved to."""

    def __init__(
        self,
        engine: Engine,
        exchange: Exchange,
        now: Callable[[], datetime],
        on_head: Callable[[int], None],
        every_seconds: float,
    ) -> None:
        self._engine = engine
        self._exchange = exchange
        self._now = now
        self._on_head = on_head
        self._every = every_seconds
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="provisioning", daemon=True)
        self.failures = 0
        """How often an order could not be looked at; it waits for the next round, the others go on."""

    def start(self) -> None:
        """Begin to look for orders."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the step under way, then look no more."""
        self._ending.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._ending.wait(self._every):
            try:
                self.round()
            except Exception:  # the job outlives a failure: the order is looked at again in the next round
                log.exception("a round of provisioning failed")

    def round(self) -> int:
        """Look once at every order whose day has come; return how many were closed."""
        with reading(self._engine) as connection:
            due = _due(connection, self._now())
        closed = 0
        for order in due:
            if self._ending.is_set():
                break
            try:
                closed += self._advance(order)
            except Exception:  # one poisoned order must not hold the others back
                self.failures += 1
                log.exception("order %s could not be brought on", order.instruction.order_id)
        return closed

    def _advance(self, due: _Due) -> bool:
        order_id = due.instruction.order_id
        with reading(self._engine) as connection:
            order = open_order(connection, order_id)
            # Once the exchange was asked it may have done it: then it alone says what became of the order.
            failure = against_order(connection, order) if order and order.state == ACKNOWLEDGED else None
        if order is None:
            return False
        if failure is not None:
            return self._record(due, lambda work: fail_order(work, order_id, failure))
        if order.state == ACKNOWLEDGED:
            self._record(due, lambda work: start_order(work, order_id))
        try:
            answer = self._exchange.ask(due.instruction)
        except ExchangeGone:
            log.warning("the exchange does not answer; order %s waits", order_id)
            return False
        match answer:
            case Done(reference):
                return self._record(due, lambda work: confirm_order(work, order_id, reference))
            case CanNot(code):
                return self._record(due, lambda work: fail_order(work, order_id, code))
        return False

    def _record(self, due: _Due, step: Step) -> bool:
        """Do a step under the feed lock; return whether it changed anything."""
        with feeding(self._engine) as (connection, writer):
            work = work_on(connection, due.instruction.order_id, due.policy_version, self._now())
            step(work)
            writer.publish(work.changes)
        if work.changes:
            self._on_head(writer.head)
        return bool(work.changes)


def work_on(connection: Connection, order_id: UUID, policy_version: int, now: datetime) -> Work:
    """Return the unit of work of one step. The rows that it makes take their ids from the order's."""
    stamps = Stamps(
        occurred_at=now,
        staff_id=NOBODY,
        device_id=NOBODY,
        device_seq=0,
        audit_prev=b"",
        policy_version=policy_version,
    )
    envelope = Envelope(command_id=order_id, command=Command(), stamps=stamps)
    return Work(connection, envelope, policy_at(connection, policy_version), deciding=False)


def _due(connection: Connection, now: datetime) -> list[_Due]:
    """Return the oldest open order of each line whose day has come."""
    rows = connection.execute(
        select(
            ServiceOrder.id,
            ServiceOrder.line_id,
            ServiceOrder.kind,
            ServiceOrder.policy_version,
            Feature.code.label("feature"),
            ExchangeRow.code.label("exchange"),
        )
        .outerjoin(Feature, Feature.id == ServiceOrder.feature_id)
        .outerjoin(Line, Line.id == ServiceOrder.line_id)
        .outerjoin(ExchangeRow, ExchangeRow.id == Line.exchange_id)
        .where(ServiceOrder.state.in_(OPEN_ORDERS), ServiceOrder.effective_on <= damascus_date(now))
        .order_by(ServiceOrder.effective_on, ServiceOrder.ordered_at, ServiceOrder.id)
    )
    first: dict[UUID, Row[*tuple[Any, ...]]] = {}
    for row in rows:
        first.setdefault(row.line_id, row)
    numbers = _numbers(connection, now, list(first))
    return [
        _Due(
            Instruction(row.id, row.kind == ADD, row.feature or "", numbers.get(line_id, ""), row.exchange or ""),
            row.policy_version,
        )
        for line_id, row in first.items()
    ]


def _numbers(connection: Connection, now: datetime, lines: list[UUID]) -> dict[UUID, str]:
    today = damascus_date(now)
    rows = connection.execute(
        select(LineNumber.line_id, LineNumber.e164)
        .where(
            LineNumber.line_id.in_(lines),
            LineNumber.valid_from <= today,
            LineNumber.valid_to.is_(None) | (LineNumber.valid_to >= today),
        )
        .order_by(LineNumber.valid_from)
    )
    return {row.line_id: row.e164 for row in rows}
