"""Desks that are known to a server, and the payments that they will push: the same bytes for every database."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event, insert, select, update

from bench.country import opened
from ccbs_desk.domain.ids import derive
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.reference import Device, Till
from ccbs_desk.wire.messages import Enrolment
from server_stub.seed import demo
from tests.factories.field_desk import FieldDesk, accounts_that_owe, field_desk

DESKS = 4
PAID_MINOR = 2_000


@dataclass(frozen=True, slots=True)
class Field:
    """Some desks with their tills open; `opening` are the acts that opened them."""

    desks: Sequence[FieldDesk]
    accounts: Sequence[Sequence[UUID]]
    opening: Sequence[bytes]

    def payments(self, each: int) -> list[list[bytes]]:
        """Let every desk take this many payments, each on one of its own accounts; return the acts by desk."""
        return [[self._pay(n, k) for k in range(each)] for n in range(len(self.desks))]

    def _pay(self, desk: int, turn: int) -> bytes:
        own = self.accounts[desk]
        return self.desks[desk].do(self.desks[desk].payment(PAID_MINOR, own[turn % len(own)]))

    def enrol_at(self, engine: Engine) -> None:
        """Make the desks known to a server, each with its till."""
        for desk in self.desks:
            with reading(desk.engine) as connection:
                found = connection.execute(select(table_of(Device)).where(Device.id == desk.device_id)).mappings()
                row: dict[str, Any] = dict(found.one())
            with writing(engine) as connection:
                connection.execute(insert(table_of(Device)), row)
                tills = update(table_of(Till)).where(Till.id == desk.till_id)
                connection.execute(tills.values(device_id=desk.device_id, letter=desk.letter))


def _in_haste(connection: Any, _record: object) -> None:
    # What these desks write is thrown away; only what they send is measured.
    connection.execute("PRAGMA synchronous = OFF")


@contextmanager
def field_of(country: Path, folder: Path) -> Iterator[Field]:
    """Give desks that stand in several centres and share out the debtors of the demo area."""
    shutil.rmtree(folder, ignore_errors=True)
    with ExitStack() as stack:
        desks = [stack.enter_context(field_desk(folder / f"desk-{n}", country)) for n in range(DESKS)]
        for desk in desks:
            event.listen(desk.engine, "connect", _in_haste)
        with opened(country) as engine, reading(engine) as connection:
            tills = connection.execute(
                select(Till.id, Till.code, Till.area_id, Till.letter)
                .where(Till.device_id.is_(None))
                .order_by(Till.code)
                .limit(DESKS)
            ).all()
            owing = accounts_that_owe(connection, 1_000)
        for desk, till in zip(desks, tills, strict=True):
            desk.enrolled(
                Enrolment(
                    device_id=derive(demo.TILL_ID, "device", till.code),
                    state="approved",
                    fingerprint="",
                    area_id=till.area_id,
                    till_id=till.id,
                    till_code=till.code,
                    series_letter=till.letter,
                    server_time=datetime.now(UTC),
                )
            )
        opening = [desk.do(desk.open_till()) for desk in desks]
        yield Field(desks, [owing[n::DESKS] for n in range(DESKS)], opening)
