"""Features, complaints and calls over the real server, on both databases: what is recorded, refused, done and fed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from ccbs_desk.domain.care_commands import (
    AddFeature,
    AttachCall,
    CommentComplaint,
    OpenComplaint,
    RemoveFeature,
    ResolveComplaint,
    WrapUpCall,
)
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.ids import call_id
from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLink, CallWrapUp
from ccbs_desk.models.care import ComplaintInterval, ComplaintNote, ServiceOrder
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.models.reference import Device, Feature
from ccbs_desk.models.subscribers import Complaint, Line, LineFeature
from ccbs_desk.services.complaints import complaints_of
from ccbs_desk.services.feature_offer import OfferedFeature, feature_offer
from ccbs_desk.services.work import RowChange
from ccbs_desk.wire.codec import decode_envelope
from ccbs_desk.wire.messages import Answer
from server_stub.feed import feeding
from tests.factories.books import assert_clean
from tests.factories.care import rows_of
from tests.factories.field_desk import MOMENT
from tests.factories.server import BACKENDS, RunningServer, SignedIn, started, until

TODAY = damascus_date(MOMENT)


@pytest.fixture(scope="module", params=BACKENDS)
def exchange(
    request: pytest.FixtureRequest, country_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server whose orders go to a simulated exchange, which can't do wake-up calls."""
    simulated = {
        "provisioning": "simulator",
        "provisioning_seconds": 0.02,
        "provisioning_delay": 0.0,
        "provisioning_fails": "wake_up",
    }
    with started(request, country_file, tmp_path_factory.mktemp("exchange"), **simulated) as one:
        yield one


@pytest.fixture
def clerk(exchange: RunningServer) -> SignedIn:
    """A clerk at a counter of its own."""
    return exchange.counter()


def line_of(clerk: SignedIn) -> UUID:
    with reading(clerk.desk.engine) as connection:
        lines = select(Line.id).where(Line.account_id == clerk.desk.account_id).order_by(Line.id).limit(1)
        return connection.execute(lines).scalar_one()


def offered(clerk: SignedIn, *, on: bool = False) -> list[OfferedFeature]:
    """Return what can be added to the desk's own line, or removed from it, and is not free."""
    with reading(clerk.desk.engine) as connection:
        offer = feature_offer(connection, line_of(clerk), today=TODAY)
    assert offer is not None
    free = [each for each in offer.features if each.on == on and each.against is None and each.monthly.minor]
    return [each for each in free if each.code != "wake_up"]


def order(clerk: SignedIn, feature_id: UUID, kind: type[AddFeature | RemoveFeature] = AddFeature) -> Any:
    return kind(account_id=clerk.desk.account_id, line_id=line_of(clerk), feature_id=feature_id, effective_on=TODAY)


def one(answers: tuple[Answer, ...]) -> Answer:
    (answer,) = answers
    return answer


def server_rows(server: RunningServer, model: Any, **where: Any) -> Any:
    with reading(server.engine) as connection:
        return rows_of(connection, model, **where)


def closed(server: RunningServer, act: bytes) -> Any:
    """Return the order of an act once the exchange has spoken."""
    command_id = decode_envelope(act).command_id

    def found() -> Any:
        (row,) = server_rows(server, ServiceOrder, command_id=command_id)
        return row if row.closed_at is not None else None

    return until(found)


class TestFeatures:
    """An order is recorded once, done by the exchange, and charged then."""

    def test_an_order_is_done_charged_and_fed(self, exchange: RunningServer, clerk: SignedIn) -> None:
        wanted = offered(clerk)[0]
        act = clerk.desk.do(order(clerk, wanted.feature_id))
        answer = one(clerk.push(act))
        assert (answer.outcome, one(clerk.push(act)).repeated) == ("applied", True)
        row = closed(exchange, act)
        assert (row.state, row.quoted_minor, row.charge_minor) == (
            "completed",
            wanted.charge.minor,
            wanted.charge.minor,
        )
        legs = server_rows(exchange, LedgerRow, command_id=row.id)
        assert sorted(leg.amount_minor for leg in legs) == [-row.charge_minor, row.charge_minor]
        (feature,) = server_rows(exchange, LineFeature, line_id=row.line_id, feature_id=wanted.feature_id)
        assert (feature.valid_from, feature.valid_to) == (TODAY, None)
        assert answer.position is not None
        page = clerk.page(answer.position)
        told = [(change.table, change.row and change.row.get("state")) for change in page.changes]
        assert ("service_order", "inProgress") in told
        assert ("service_order", "completed") in told
        assert {"line_feature", "ledger"} <= {table for table, _ in told}
        # What a job of the server did is nobody's act.
        assert {change.command_id for change in page.changes} == {None}
        assert_clean(exchange.engine)

    def test_a_removal_is_credited(self, exchange: RunningServer) -> None:
        clerk = next(one for one in iter(exchange.counter, None) if offered(one, on=True))
        wanted = offered(clerk, on=True)
        act = clerk.desk.do(order(clerk, wanted[0].feature_id, RemoveFeature))
        assert one(clerk.push(act)).outcome == "applied"
        row = closed(exchange, act)
        assert row.charge_minor == wanted[0].charge.minor < 0
        ends = server_rows(exchange, LineFeature, line_id=row.line_id, feature_id=wanted[0].feature_id)
        assert [feature.valid_to for feature in ends] == [TODAY]
        assert_clean(exchange.engine)

    def test_what_the_exchange_can_not_do_fails_without_a_charge(
        self, exchange: RunningServer, clerk: SignedIn
    ) -> None:
        with reading(clerk.desk.engine) as connection:
            wake_up = connection.execute(select(Feature.id).where(Feature.code == "wake_up")).scalar_one()
        act = clerk.desk.do(order(clerk, wake_up))
        assert one(clerk.push(act)).outcome == "applied"
        row = closed(exchange, act)
        assert (row.state, row.failure, row.charge_minor) == ("failed", "exchange.not_possible", None)
        assert server_rows(exchange, LedgerRow, command_id=row.id) == []
        assert_clean(exchange.engine)

    def test_the_second_order_of_the_same_is_refused_with_the_first(
        self, exchange: RunningServer, clerk: SignedIn
    ) -> None:
        wanted = offered(clerk)[0]
        command = AddFeature(
            account_id=clerk.desk.account_id,
            line_id=line_of(clerk),
            feature_id=wanted.feature_id,
            effective_on=TODAY + timedelta(days=3),
        )
        other = exchange.counter()
        first, second = clerk.desk.do(command), other.desk.do(command)
        answers = [one(clerk.push(first)), one(other.push(second))]
        assert [answer.outcome for answer in answers] == ["applied", "refused"]
        reason = answers[1].reason
        assert reason is not None
        assert (reason.code, reason.values["effective_on"]) == (
            "feature.order_open",
            (TODAY + timedelta(days=3)).isoformat(),
        )
        assert_clean(exchange.engine)


class TestComplaints:
    """A complaint's life, and what two desks make of one."""

    def test_a_complaint_lives_from_opening_to_resolution(self, exchange: RunningServer, clerk: SignedIn) -> None:
        account = clerk.desk.account_id
        opened = clerk.desk.do(
            OpenComplaint(account_id=account, line_id=line_of(clerk), category="feature", text="لا تعمل")
        )
        with reading(clerk.desk.engine) as connection:
            found = [view for view in complaints_of(connection, account, now=MOMENT) if view.category == "feature"]
        complaint_id = found[0].complaint_id
        acts = [
            opened,
            clerk.desk.do(CommentComplaint(account_id=account, complaint_id=complaint_id, text="اتصل ثانية")),
            clerk.desk.do(ResolveComplaint(account_id=account, complaint_id=complaint_id, text="أعيد ضبطها")),
        ]
        for act in acts:
            assert one(clerk.push(act)).outcome == "applied"
        (row,) = server_rows(exchange, Complaint, id=complaint_id)
        assert (row.state, row.resolved_at) == ("resolved", MOMENT)
        notes = server_rows(exchange, ComplaintNote, complaint_id=complaint_id)
        assert {note.kind for note in notes} == {"opened", "comment", "resolved"}
        (clock,) = server_rows(exchange, ComplaintInterval, complaint_id=complaint_id)
        assert (clock.since, clock.until) == (MOMENT, MOMENT)
        assert_clean(exchange.engine)

    def test_two_desks_that_opened_the_same_end_with_one(self, exchange: RunningServer, clerk: SignedIn) -> None:
        command = OpenComplaint(
            account_id=clerk.desk.account_id, line_id=line_of(clerk), category="service", text="الانتظار طويل"
        )
        other = exchange.counter()
        first, second = clerk.desk.do(command), other.desk.do(command)
        assert one(clerk.push(first)).outcome == "applied"
        assert one(other.push(second)).outcome == "applied"
        states = [
            row.state for row in server_rows(exchange, Complaint, account_id=clerk.desk.account_id, category="service")
        ]
        assert sorted(states) == ["acknowledged", "cancelled"]
        assert_clean(exchange.engine)

    def test_bytes_that_no_database_keeps_do_no_harm(self, exchange: RunningServer, clerk: SignedIn) -> None:
        command = OpenComplaint(
            account_id=clerk.desk.account_id, line_id=None, category="noise", text="\x00\x1b[2J تشويش \ud7ff"
        )
        assert one(clerk.push(clerk.desk.do(command))).outcome == "applied"


class TestCalls:
    """What was done in a call's tab is linked at the centre too, and calls go by the area that took them."""

    def test_links_and_wrap_ups_arrive(self, exchange: RunningServer, clerk: SignedIn) -> None:
        call = call_id("main", str(clerk.desk.device_id))
        ring(exchange, call)
        attach = AttachCall(call_id=call, account_id=clerk.desk.account_id)
        wrap_up = WrapUpCall(call_id=call, code="answered", notes="شكراً")
        for command in (attach, wrap_up):
            assert one(clerk.push(clerk.desk.do(command))).outcome == "applied"
        (link,) = server_rows(exchange, CallLink, call_id=call)
        assert (link.kind, link.target_id) == ("account", clerk.desk.account_id)
        (wrapped,) = server_rows(exchange, CallWrapUp, call_id=call)
        assert wrapped.notes == "شكراً"
        assert_clean(exchange.engine)

    def test_a_call_goes_to_the_desks_of_its_own_area_whoever_called(
        self, exchange: RunningServer, clerk: SignedIn
    ) -> None:
        here, elsewhere = exchange.counter(), exchange.counter()
        before = max(page.head for page in (here.page(0, 1), elsewhere.page(0, 1)))
        call = call_id("main", f"area {here.desk.device_id}")
        with reading(here.desk.engine) as connection:
            area = connection.execute(select(Device.area_id).where(Device.id == here.desk.device_id)).scalar_one()
        ring(exchange, call, area_id=area, account_id=elsewhere.desk.account_id)
        told = [[change.id for change in one_desk.page(before).changes] for one_desk in (here, elsewhere)]
        assert [call in ids for ids in told] == [True, False]


def ring(server: RunningServer, call: UUID, *, area_id: int | None = 1, account_id: UUID | None = None) -> None:
    """Write a call as the gateway does."""
    row = {
        "area_id": area_id,
        "period": int(f"{TODAY:%Y%m}"),
        "id": call,
        "pbx": "main",
        "linkedid": str(call),
        "direction": "inbound",
        "caller_raw": "anonymous",
        "caller_e164": "",
        "caller_name": "",
        "presentation": "withheld",
        "dialled": "100",
        "queue": "care",
        "arrived_at": MOMENT,
        "answered_at": MOMENT,
        "ended_at": None,
        "outcome": "answered",
        "staff_id": None,
        "account_id": account_id,
    }
    with feeding(server.engine) as (connection, writer):
        connection.execute(insert(table_of(Call)), row)
        writer.publish([RowChange("call", call, row)])
