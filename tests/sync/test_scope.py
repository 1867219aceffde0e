"""What a first load holds is what the feed would have told, whatever the rows are of."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.models.desk import Outbox
from ccbs_desk.wire.codec import decode_envelope, encode_envelope
from tests.sync.world import World

GHOST = UUID("01900000-0000-7000-8000-000000000bad")


def test_money_for_an_account_that_nobody_knows_is_in_the_first_load_too(world: World) -> None:
    desk, other = world.desks[:2]
    desk.open_till()
    desk.heal()
    done = desk.do(desk.payment(50_000))
    raw = desk.read(lambda c: c.execute(select(Outbox.raw).where(Outbox.command_id == done.command_id)).scalar_one())
    envelope = decode_envelope(raw)
    assert isinstance(envelope.command, TakePayment)
    lost = replace(envelope, command=replace(envelope.command, account_id=GHOST, shares=()))
    (answer,) = world.central.push(desk.device_id, [encode_envelope(lost)])
    assert answer.outcome == "applied"
    other.heal()
    held, told = world.central.rows(), other.rows()
    for table in ("ledger", "payment", "receipt", "notice"):
        assert any(row in held[table] for row in told[table])
    assert {table: rows for table, rows in told.items() if rows != held[table]} == {}
