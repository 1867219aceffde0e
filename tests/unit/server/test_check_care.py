"""`ccbs-server check` finds what is wrong with orders, complaints and calls, and names it."""

import pytest
from sqlalchemy import Engine, insert, text

from ccbs_desk.domain.ids import call_id
from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLeg
from ccbs_desk.models.database import writing
from ccbs_desk.services.feature_offer import feature_offer
from ccbs_desk.services.work import RowChange
from server_stub.feed import feeding
from server_stub.provisioning.job import Provisioning
from server_stub.provisioning.simulator import SimulatedExchange
from server_stub.seed import demo
from tests.factories.books import checked
from tests.factories.care import add_feature, complaint, remove_feature
from tests.factories.desk import MORNING
from tests.sync.world import World

CALL = call_id("main", "1763624000.17")
AT = {"area_id": demo.AREA, "period": 202611}
TAMPERED = {
    "a feature is gone": (
        "DELETE FROM line_feature WHERE id IN (SELECT row_id FROM feed WHERE table_name = 'line_feature')",
        "a completed order has no feature on its line",
    ),
    "a removed feature goes on": ("UPDATE line_feature SET valid_to = NULL", "a feature that was removed has no end"),
    "charged twice": (
        """INSERT INTO ledger SELECT area_id, period, randomblob(16), command_id, ledger_account, amount_minor,
        currency, account_id, bill_id, part_id, till_id, session_id, occurred_at FROM ledger
        WHERE ledger_account = 'unbilled'""",
        "a completed order is not charged as it says",
    ),
    "not charged": (
        "DELETE FROM ledger WHERE ledger_account = 'unbilled'",
        "a completed order is not charged as it says",
    ),
    "another charge": ("UPDATE service_order SET charge_minor = 7", "a completed order is not charged as it says"),
    "more than was shown": ("UPDATE service_order SET quoted_minor = 1", "more is charged than was shown"),
    "a charge that credits": (
        "UPDATE service_order SET quoted_minor = -quoted_minor, charge_minor = -charge_minor",
        "the price of an order has the wrong sign",
    ),
    "another currency": (
        "UPDATE service_order SET currency = 'SYO'",
        "an order is charged in another currency than was shown",
    ),
    "charged before it was done": (
        "UPDATE service_order SET state = 'inProgress'",
        "something is charged that no exchange has done",
    ),
    "done without an end": ("UPDATE service_order SET closed_at = NULL", "an order's end does not fit its state"),
    "failed without a reason": ("UPDATE service_order SET state = 'failed'", "an order's end does not fit its state"),
    "words on nothing": ("DELETE FROM complaint", "a complaint_note is of no complaint"),
    "a clock of nothing": ("DELETE FROM complaint", "a complaint_interval is of no complaint"),
    "a clock that runs backwards": ("UPDATE complaint_interval SET until = since - 1", "a clock ends before it begins"),
    "a call that is nowhere": ("UPDATE call SET outcome = 'failed'", "the calls of a queue do not add up"),
    "an outcome that nobody knows": (
        "UPDATE call SET outcome = 'vanished'",
        "a call's outcome does not fit its moments: call ebadb29d-723b-50be-8aa2-61792648e34c: vanished",
    ),
    "answered at no moment": ("UPDATE call SET answered_at = NULL", "a call's outcome does not fit its moments"),
    "over before it came": ("UPDATE call SET ended_at = arrived_at - 1", "a call's outcome does not fit its moments"),
    "over and still waiting": (
        "UPDATE call SET ended_at = arrived_at, answered_at = NULL, outcome = 'waiting'",
        "a call's outcome does not fit its moments",
    ),
    "a leg of nothing": ("UPDATE call_leg SET call_id = randomblob(16)", "a leg is of no call"),
    "a link to nothing": (
        "UPDATE call_link SET target_id = randomblob(16)",
        "a call is linked to a row that is not there",
    ),
    "a link to no table": ("UPDATE call_link SET kind = 'dream'", "a kind of row that is not known: dream"),
}


@pytest.fixture
def care(world: World) -> Engine:
    """A centre at which features were ordered and removed and a complaint came by telephone."""
    desk, engine = world.desks[0], world.central.engine
    with feeding(engine) as (connection, writer):
        call = {
            **AT, "id": CALL, "pbx": "main", "linkedid": "1763624000.17", "direction": "inbound", "caller_raw": "",
            "caller_e164": "", "caller_name": "", "presentation": "withheld", "dialled": "100", "queue": "care",
            "arrived_at": MORNING, "answered_at": MORNING, "outcome": "answered",
        }  # fmt: skip
        leg = {
            **AT, "id": CALL, "call_id": CALL, "extension": "601", "leg": "1.1", "offered_at": MORNING,
            "outcome": "answered", "held_seconds": 0,
        }  # fmt: skip
        connection.execute(insert(table_of(Call)), call)
        connection.execute(insert(table_of(CallLeg)), leg)
        writer.publish([RowChange("call", CALL, call), RowChange("call_leg", CALL, leg)])
    job = Provisioning(engine, SimulatedExchange(world.clock), world.clock, lambda _head: None, 1)
    offer = desk.read(feature_offer, demo.LINE_ID, today=desk.today)
    assert offer is not None
    wanted = next(each for each in offer.features if not each.on and each.against is None and each.charge.minor)
    for command in (add_feature, remove_feature):
        desk.do(command(wanted.feature_id, desk.today), call_id=CALL)
        desk.heal()
        assert job.round() == 1
        desk.heal()
    desk.do(complaint(), call_id=CALL)
    desk.heal()
    return engine


def test_what_was_done_in_order_is_clean(care: Engine) -> None:
    assert checked(care, strict=True)[0] == 0


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_is_named(care: Engine, name: str) -> None:
    statement, finding = TAMPERED[name]
    with writing(care) as connection:
        assert connection.execute(text(statement)).rowcount
    status, told = checked(care)
    assert (status, finding in told) == (1, True), told


def test_a_call_that_no_exchange_has_told_of_may_still_come(care: Engine) -> None:
    with writing(care) as connection:
        connection.execute(text("DELETE FROM call_leg"))
        connection.execute(text("DELETE FROM call"))
        connection.execute(text("DELETE FROM feed WHERE table_name IN ('call', 'call_leg')"))
        connection.execute(text("UPDATE feed SET position = position - 1"))
        connection.execute(text("UPDATE applied_command SET position = position - 1"))
        connection.execute(text("UPDATE feed_head SET position = position - 1"))
    status, told = checked(care)
    assert (status, "a call was worked on that no exchange has told of" in told) == (0, True), told
    assert checked(care, strict=True)[0] == 1
