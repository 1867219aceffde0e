"""Orders on their way to the exchange: charged when it has done them and once, whatever happens on the way."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update

from ccbs_desk.domain.care_errors import OrderFailed
from ccbs_desk.models.base import table_of
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.models.reference import Feature
from ccbs_desk.models.subscribers import Line, LineFeature
from ccbs_desk.services.feature_offer import feature_offer
from ccbs_desk.services.notices import notices_of_account
from ccbs_desk.services.order_feature import Ordered
from ccbs_desk.services.provision_order import confirm_order, fail_order, start_order
from ccbs_desk.services.work import RowChange
from server_stub.check import orders
from server_stub.check.feeds import last_word_is_the_row
from server_stub.check.findings import Finding
from server_stub.check.ledger import every_account_is_in_the_chart, every_act_balances
from server_stub.feed import feeding
from server_stub.provisioning.chosen import build_provisioning
from server_stub.provisioning.job import Provisioning, work_on
from server_stub.provisioning.port import Answer, Instruction
from server_stub.provisioning.simulator import NOT_POSSIBLE, SimulatedExchange
from server_stub.seed import demo
from server_stub.settings import Settings
from tests.factories.care import add_feature, feature_id, remove_feature, rows_of
from tests.factories.desk import MORNING, DeskClock
from tests.factories.server import until
from tests.sync.world import SyncedDesk, World

TODAY = date(2026, 11, 20)
EVERY = (*orders.CHECKS, last_word_is_the_row, every_act_balances, every_account_is_in_the_chart)


@dataclass
class Centre:
    """A counter that orders, and the job at the centre."""

    world: World
    exchange: SimulatedExchange
    heads: list[int] = field(default_factory=list)

    @property
    def engine(self) -> Engine:
        return self.world.central.engine

    @property
    def desk(self) -> SyncedDesk:
        return self.world.desks[0]

    @property
    def clock(self) -> DeskClock:
        return self.world.clock

    def job(self, exchange: Any = None, every: float = 0.01) -> Provisioning:
        return Provisioning(self.engine, exchange or self.exchange, self.clock, self.heads.append, every)

    def feature(self, code: str) -> UUID:
        with reading(self.engine) as connection:
            return feature_id(connection, code)

    def order(self, code: str, on: date = TODAY, *, removal: bool = False) -> UUID:
        """Order it at the counter, and bring it home."""
        result = self.desk.do((remove_feature if removal else add_feature)(self.feature(code), on)).result
        assert isinstance(result, Ordered)
        self.desk.heal()
        assert self.row(result.order_id).state == "acknowledged"
        return result.order_id

    def row(self, order_id: UUID) -> Any:
        with reading(self.engine) as connection:
            return rows_of(connection, ServiceOrder, id=order_id)[0]

    def on_line(self, code: str) -> list[tuple[date, date | None]]:
        with reading(self.engine) as connection:
            found = rows_of(connection, LineFeature, line_id=demo.LINE_ID, feature_id=self.feature(code))
        return [(row.valid_from, row.valid_to) for row in found]

    def posted(self) -> dict[str, int]:
        """Return what the orders posted, by ledger account."""
        with reading(self.engine) as connection:
            ids = select(ServiceOrder.id)
            rows = connection.execute(
                select(LedgerRow.ledger_account, func.sum(LedgerRow.amount_minor))
                .where(LedgerRow.command_id.in_(ids))
                .group_by(LedgerRow.ledger_account)
            )
            return {name: int(minor) for name, minor in rows}

    def findings(self) -> list[Finding]:
        with reading(self.engine) as connection:
            return [finding for check in EVERY for finding in check(connection)]


@pytest.fixture
def centre(world: World) -> Centre:
    """A demo line without features, at the counter and at the centre."""
    with feeding(world.central.engine) as (connection, writer):
        gone = rows_of(connection, LineFeature, line_id=demo.LINE_ID)
        connection.execute(delete(LineFeature).where(LineFeature.line_id == demo.LINE_ID))
        writer.publish([RowChange("line_feature", row.id, None) for row in gone])
    world.desks[0].heal()
    return Centre(world, SimulatedExchange(world.clock))


def test_an_order_is_charged_when_the_exchange_has_done_it(centre: Centre) -> None:
    order_id = centre.order("call_waiting")
    assert (centre.posted(), centre.on_line("call_waiting")) == ({}, [])
    assert centre.job().round() == 1
    row = centre.row(order_id)
    assert (row.state, row.charge_minor, row.quoted_minor) == ("completed", 1_377, 1_377)
    assert (row.closed_at, row.reference) == (MORNING + timedelta(minutes=1), f"SIM-{order_id.hex[:12].upper()}")
    assert centre.on_line("call_waiting") == [(TODAY, None)]
    assert centre.posted() == {"unbilled": 1_377, "revenue.features": -1_377}
    (done,) = centre.exchange.done
    assert (done.feature, done.number, done.adds) == ("call_waiting", demo.NUMBER, True)
    assert done.exchange
    assert centre.findings() == []
    # Started, then completed: each is told to the desks once.
    assert len(centre.heads) == 2
    assert centre.job().round() == 0
    centre.world.heal()
    centre.world.assert_alike()


def test_a_removal_ends_the_feature_and_credits_it(centre: Centre) -> None:
    centre.order("adsl_8")
    centre.job().round()
    centre.clock.forward(timedelta(days=1))
    centre.desk.heal()
    centre.order("adsl_8", TODAY + timedelta(days=1), removal=True)
    assert centre.job().round() == 1
    assert centre.on_line("adsl_8") == [(TODAY, TODAY + timedelta(days=1))]
    # 89,508 for 42 days, 85,246 back for 40 of them.
    assert centre.posted() == {"unbilled": 4_262, "revenue.adsl": -4_262}
    assert centre.findings() == []


def test_what_the_exchange_takes_its_time_for_is_asked_again_and_charged_from_then(centre: Centre) -> None:
    slow = SimulatedExchange(centre.clock, delay=timedelta(days=3))
    order_id, job = centre.order("call_waiting"), centre.job(slow)
    assert (job.round(), job.round()) == (0, 0)
    assert (centre.row(order_id).state, centre.posted()) == ("inProgress", {})
    centre.clock.forward(timedelta(days=3))
    assert job.round() == 1
    assert centre.on_line("call_waiting") == [(TODAY + timedelta(days=3), None)]
    # 2 x 1,000 x 39 of 61 days: nobody pays for the days before.
    assert (centre.row(order_id).charge_minor, centre.row(order_id).quoted_minor) == (1_279, 1_377)
    assert centre.findings() == []


def test_what_the_exchange_can_not_do_is_not_charged_and_told(centre: Centre) -> None:
    order_id = centre.order("malicious_trace")
    assert centre.job(SimulatedExchange(centre.clock, fails=["malicious_trace"])).round() == 1
    row = centre.row(order_id)
    assert (row.state, row.failure, row.charge_minor, row.closed_at) == (
        "failed",
        NOT_POSSIBLE,
        None,
        MORNING + timedelta(minutes=1),
    )
    assert (centre.posted(), centre.on_line("malicious_trace")) == ({}, [])
    with reading(centre.engine) as connection:
        (notice,) = notices_of_account(connection, demo.ACCOUNT_ID)
    assert isinstance(notice.about, OrderFailed)
    assert (notice.about.feature.en, notice.about.failure) == ("Malicious call trace", NOT_POSSIBLE)
    assert centre.findings() == []
    with reading(centre.engine) as connection:
        offer = feature_offer(connection, demo.LINE_ID, today=TODAY)
    assert offer is not None
    assert all(feature.waits is None for feature in offer.features)


def test_an_order_waits_for_its_day(centre: Centre) -> None:
    order_id = centre.order("call_waiting", TODAY + timedelta(days=2))
    assert centre.job().round() == 0
    assert centre.row(order_id).state == "acknowledged"
    centre.clock.forward(timedelta(days=2))
    assert centre.job().round() == 1
    assert centre.on_line("call_waiting") == [(TODAY + timedelta(days=2), None)]


def test_orders_on_one_line_go_one_after_the_other(centre: Centre) -> None:
    for code in ("caller_id", "call_waiting", "caller_id_waiting"):
        centre.order(code)
        centre.clock.forward()
    job = centre.job()
    assert [job.round() for _ in range(4)] == [1, 1, 1, 0]
    assert [done.feature for done in centre.exchange.done] == ["caller_id", "call_waiting", "caller_id_waiting"]
    assert centre.findings() == []


def test_what_depends_on_a_feature_that_failed_fails_too(centre: Centre) -> None:
    centre.order("caller_id")
    centre.order("call_waiting")
    last = centre.order("caller_id_waiting")
    job = centre.job(SimulatedExchange(centre.clock, fails=["call_waiting"]))
    for _ in range(3):
        job.round()
    assert (centre.row(last).state, centre.row(last).failure) == ("failed", "order.not_valid")
    assert centre.on_line("caller_id_waiting") == []


@pytest.mark.parametrize("change", [update(Line).values(state="cancelled"), delete(Line)])
def test_a_line_that_is_gone_meanwhile_gets_nothing(centre: Centre, change: Any) -> None:
    order_id = centre.order("call_waiting")
    with writing(centre.engine) as connection:
        connection.execute(change.where(Line.id == demo.LINE_ID))
    assert centre.job().round() == 1
    assert (centre.row(order_id).failure, centre.exchange.done) == ("exchange.line_gone", [])


def test_a_feature_that_was_removed_meanwhile_is_not_removed_again(centre: Centre) -> None:
    centre.order("call_waiting")
    centre.job().round()
    centre.desk.heal()
    order_id = centre.order("call_waiting", removal=True)
    with writing(centre.engine) as connection:
        connection.execute(delete(LineFeature).where(LineFeature.line_id == demo.LINE_ID))
    centre.job().round()
    assert centre.row(order_id).failure == "order.not_valid"


def test_an_exchange_that_is_gone_is_asked_again(centre: Centre) -> None:
    order_id, job = centre.order("call_waiting"), centre.job()
    centre.exchange.gone = True
    assert job.round() == 0
    assert (centre.row(order_id).state, centre.posted()) == ("inProgress", {})
    centre.exchange.gone = False
    assert job.round() == 1


def test_an_answer_that_was_lost_is_asked_for_again_and_done_once(centre: Centre) -> None:
    """The exchange has done it; the job was killed before it could write that down."""

    class Killed(BaseException):
        pass

    class Kills:
        def ask(self, instruction: Instruction) -> Answer:
            centre.exchange.ask(instruction)
            raise Killed

    order_id = centre.order("call_waiting")
    with pytest.raises(Killed):
        centre.job(Kills()).round()
    assert centre.row(order_id).state == "inProgress"
    assert centre.job().round() == 1
    assert len(centre.exchange.done) == 1
    assert centre.posted() == {"unbilled": 1_377, "revenue.features": -1_377}
    assert centre.findings() == []


def test_two_jobs_that_heard_the_same_answer_record_it_once(centre: Centre) -> None:
    order_id = centre.order("call_waiting")
    for _ in range(2):
        with feeding(centre.engine) as (connection, writer):
            work = work_on(connection, order_id, 1, MORNING)
            start_order(work, order_id)
            confirm_order(work, order_id, "X-1")
            writer.publish(work.changes)
    with feeding(centre.engine) as (connection, _):
        work = work_on(connection, order_id, 1, MORNING)
        assert not fail_order(work, order_id, NOT_POSSIBLE)
        assert work.changes == []
    assert centre.posted() == {"unbilled": 1_377, "revenue.features": -1_377}
    assert centre.findings() == []


@pytest.mark.parametrize(("monthly", "charge"), [(2_000, 1_377), (500, 689)])
def test_a_price_that_has_fallen_meanwhile_is_the_price_and_one_that_rose_is_not(
    centre: Centre, monthly: int, charge: int
) -> None:
    order_id = centre.order("call_waiting")
    with writing(centre.engine) as connection:
        connection.execute(update(Feature).where(Feature.code == "call_waiting").values(monthly_minor=monthly))
    centre.job().round()
    assert centre.row(order_id).charge_minor == charge
    assert centre.findings() == []


def test_what_costs_nothing_posts_nothing(centre: Centre) -> None:
    order_id = centre.order("bar_mobile")
    centre.job().round()
    assert (centre.row(order_id).state, centre.row(order_id).charge_minor) == ("completed", 0)
    assert centre.posted() == {}
    assert centre.findings() == []


def test_a_feature_that_is_sold_no_more_is_done_at_the_price_that_was_shown(centre: Centre) -> None:
    order_id = centre.order("call_waiting")
    with writing(centre.engine) as connection:
        connection.execute(delete(Feature).where(Feature.code == "call_waiting"))
    with feeding(centre.engine) as (connection, writer):
        work = work_on(connection, order_id, 1, MORNING)
        assert confirm_order(work, order_id, "X-1")
        writer.publish(work.changes)
    assert centre.row(order_id).charge_minor == 1_377
    assert not_valid(centre) == "order.not_valid"


def not_valid(centre: Centre) -> str | None:
    """Return why a further order for the feature that is sold no more fails."""
    with writing(centre.engine) as connection:
        row = dict(rows_of(connection, ServiceOrder)[0]._mapping)
        again = {**row, "id": UUID(int=5), "state": "acknowledged", "closed_at": None, "charge_minor": None}
        connection.execute(insert(table_of(ServiceOrder)), again)
    centre.job().round()
    failure: str | None = centre.row(UUID(int=5)).failure
    return failure


def test_a_line_that_changes_while_the_exchange_works_does_not_end_the_order(centre: Centre) -> None:
    order_id = centre.order("call_waiting")
    job = centre.job(SimulatedExchange(centre.clock, delay=timedelta(minutes=5)))
    assert job.round() == 0
    with writing(centre.engine) as connection:
        connection.execute(update(Line).where(Line.id == demo.LINE_ID).values(state="suspended"))
    centre.clock.forward(timedelta(minutes=6))
    assert job.round() == 1
    assert centre.row(order_id).state == "completed"
    assert centre.posted() == {"unbilled": 1_377, "revenue.features": -1_377}


def test_an_order_on_which_the_exchange_fails_keeps_no_other_waiting(centre: Centre) -> None:
    class FailsOn:
        def ask(self, instruction: Instruction) -> Answer:
            if instruction.order_id == poisoned:
                raise TimeoutError
            return centre.exchange.ask(instruction)

    poisoned, other = centre.order("call_waiting"), UUID(int=2**128 - 1)
    with writing(centre.engine) as connection:
        elsewhere = connection.execute(
            select(Line.id, Line.account_id, Line.area_id).where(Line.id != demo.LINE_ID, Line.state == "active")
        ).first()
        assert elsewhere is not None
        place = {"line_id": elsewhere.id, "account_id": elsewhere.account_id, "area_id": elsewhere.area_id}
        row = {**rows_of(connection, ServiceOrder)[0]._mapping, **place, "id": other}
        row["feature_id"] = feature_id(connection, "malicious_trace")
        connection.execute(insert(table_of(ServiceOrder)), row)
    job = centre.job(FailsOn())
    assert job.round() == 1
    assert (centre.row(other).state, centre.row(poisoned).state, job.failures) == ("completed", "inProgress", 1)


def test_a_day_is_charged_once_however_often_a_feature_comes_and_goes_on_it(centre: Centre) -> None:
    def done(*, removal: bool = False) -> None:
        centre.order("adsl_8", removal=removal)
        assert centre.job().round() == 1
        centre.desk.heal()

    done()
    once, tomorrow = centre.posted(), TODAY + timedelta(days=1)
    done(removal=True)
    with reading(centre.engine) as connection:
        offer = feature_offer(connection, demo.LINE_ID, today=TODAY)
    assert offer is not None
    shown = next(feature.charge for feature in offer.features if feature.code == "adsl_8")
    done()
    assert centre.posted() == once
    with reading(centre.engine) as connection:
        assert shown.minor in {row.charge_minor for row in rows_of(connection, ServiceOrder)}
    assert centre.on_line("adsl_8") == [(TODAY, TODAY), (tomorrow, None)]
    done(removal=True)
    assert sorted(centre.on_line("adsl_8")) == [(TODAY, TODAY), (tomorrow, tomorrow)]
    done()
    assert centre.posted() == once
    assert centre.findings() == []


@pytest.mark.parametrize("given", [{"quoted_minor": -80_000}, {"currency": "SYO"}])
def test_a_price_that_can_not_be_one_charges_nothing(centre: Centre, given: dict[str, Any]) -> None:
    order_id = centre.order("call_waiting")
    with writing(centre.engine) as connection:
        connection.execute(update(ServiceOrder).values(given))
    with feeding(centre.engine) as (connection, writer):
        work = work_on(connection, order_id, 1, MORNING)
        assert confirm_order(work, order_id, "X-1")
        writer.publish(work.changes)
    assert (centre.row(order_id).charge_minor, centre.posted()) == (0, {})


def test_the_job_runs_by_itself_and_outlives_a_failure(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    class FailsOnce:
        def __init__(self) -> None:
            self.failed = False

        def ask(self, instruction: Instruction) -> Answer:
            if not self.failed:
                self.failed = True
                raise RuntimeError("a bug")
            return centre.exchange.ask(instruction)

    order_id = centre.order("call_waiting")
    job = centre.job(FailsOnce())
    job.start()
    until(lambda: centre.row(order_id).state == "completed")
    job.stop()
    assert (f"order {order_id} could not be brought on" in caplog.text, job.failures) == (True, 1)
    assert centre.findings() == []


def test_a_job_that_is_told_to_end_takes_no_further_order(centre: Centre) -> None:
    job = centre.job(every=60)
    job.start()
    job.stop()
    centre.order("call_waiting")
    assert job.round() == 0


def test_the_settings_name_the_exchange(centre: Centre) -> None:
    assert build_provisioning(Settings(), centre.engine, centre.clock, centre.heads.append) is None
    simulated = Settings(provisioning="simulator", provisioning_delay=0, provisioning_fails="wake_up, ,call_waiting")
    job = build_provisioning(simulated, centre.engine, centre.clock, centre.heads.append)
    assert job is not None
    order_id = centre.order("call_waiting")
    assert job.round() == 1
    assert centre.row(order_id).failure == NOT_POSSIBLE


def test_a_removal_that_the_exchange_has_done_counts_though_the_feature_went_another_way(centre: Centre) -> None:
    centre.order("call_waiting")
    centre.job().round()
    centre.desk.heal()
    order_id = centre.order("call_waiting", removal=True)
    with feeding(centre.engine) as (connection, _):
        connection.execute(delete(LineFeature).where(LineFeature.line_id == demo.LINE_ID))
        assert confirm_order(work_on(connection, order_id, 1, MORNING), order_id, "X-2")
    assert centre.row(order_id).state == "completed"
    assert centre.on_line("call_waiting") == []
