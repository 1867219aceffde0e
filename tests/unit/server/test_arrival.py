"""What only the server knows of an act: who has ever signed in on its device, and when it came."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.commands import CloseTill, Envelope, SignIn, ViewSubscriber
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.models.central import DeviceStaff
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import Notice, TillSession
from ccbs_desk.wire.codec import body_hash, decode_envelope, encode_envelope
from ccbs_desk.wire.messages import Answer
from server_stub.seed import demo
from tests.factories.field_desk import MOMENT
from tests.factories.server import RunningServer
from tests.unit.server.conftest import Counter, let_sign_in


def pushed(counter: Counter, act: bytes, **stamps: Any) -> Answer:
    """Apply an act with other stamps."""
    envelope = decode_envelope(act)
    (answer,) = counter.apply(encode_envelope(replace(envelope, stamps=replace(envelope.stamps, **stamps))))
    return answer


def notices(counter: Counter, act: bytes) -> Sequence[tuple[str, Any]]:
    """Return what people are told of an act."""
    told = select(Notice.code, Notice.details).where(Notice.command_id == decode_envelope(act).command_id)
    with reading(counter.engine) as connection:
        return [(row.code, row.details) for row in connection.execute(told)]


def refusal(answer: Answer) -> tuple[str, Any]:
    """Return why an act was refused."""
    assert answer.outcome == "refused"
    assert answer.reason is not None
    return answer.reason.code, answer.reason.values


@pytest.fixture
def working(counter: Counter) -> Counter:
    """The counter, its till open."""
    assert counter.apply(counter.desk.do(counter.desk.open_till()))[0].outcome == "applied"
    return counter


class TestWhoSignedIn:
    """A desk can't act in the name of who never signed in there."""

    def test_money_in_another_s_name_is_booked_and_told(self, working: Counter) -> None:
        act = working.desk.do(working.desk.payment(50_000))
        answer = pushed(working, act, staff_id=working.desk.staff(demo.CLERK_2))
        assert answer.outcome == "applied"
        assert notices(working, act) == [("permission.missing", {"permission": "desk.sign_in"})]

    def test_any_other_act_is_refused(self, working: Counter) -> None:
        act = working.desk.do(SignIn(online=True), by=demo.SUPERVISOR)
        assert refusal(pushed(working, act)) == ("permission.missing", {"permission": "desk.sign_in"})

    def test_who_has_signed_in_there_once_acts_there_ever_after(self, working: Counter) -> None:
        let_sign_in(working.engine, working.desk, demo.SUPERVISOR)
        assert pushed(working, working.desk.do(SignIn(online=True), by=demo.SUPERVISOR)).outcome == "applied"

    def test_a_sign_in_is_remembered(self, own_server: RunningServer) -> None:
        desk = own_server.enrolled_desk()
        for _ in range(2):
            own_server.sign_in(desk)
        assert own_server.try_sign_in(desk, demo.CLERK_2, "wrong").status_code == 401
        with reading(own_server.engine) as connection:
            known = connection.execute(
                select(DeviceStaff.staff_id).where(DeviceStaff.device_id == desk.device_id)
            ).scalars()
            assert known.all() == [desk.staff(demo.CLERK)]


class TestApprover:
    """An approval is given at the desk, by who has signed in there, for one act."""

    def close(self, counter: Counter) -> Envelope:
        """Return a close that lacks more than a clerk may accept alone, not yet approved."""
        assert counter.desk.till_id is not None
        with reading(counter.engine) as connection:
            session = connection.execute(
                select(TillSession.id).where(TillSession.till_id == counter.desk.till_id)
            ).scalar_one()
        assert counter.apply(counter.desk.do(counter.desk.payment(100_000)))[0].outcome == "applied"
        command = CloseTill(till_id=counter.desk.till_id, session_id=session, counted=())
        envelope = decode_envelope(counter.desk.forced(command))
        expected = [{"minor": 150_000, "currency": "SYP"}]
        return replace(envelope, stamps=replace(envelope.stamps, decided={"expected": expected}))

    def approved(self, counter: Counter, envelope: Envelope, **other: Any) -> Answer:
        """Apply the act with the supervisor's approval."""
        bound_to = body_hash(envelope.command, other.get("command_id", envelope.command_id))
        permission = other.get("permission", TILL_APPROVE_DIFFERENCE)
        approval = Approval(counter.desk.staff(demo.SUPERVISOR), MOMENT, bound_to, permission)
        return counter.apply(encode_envelope(replace(envelope, approvals=(approval,))))[0]

    def test_who_was_never_there_approves_nothing(self, working: Counter) -> None:
        answer = self.approved(working, self.close(working))
        assert refusal(answer) == ("approval.invalid", {"why": "approval.not_here"})

    def test_who_was_there_does(self, working: Counter) -> None:
        let_sign_in(working.engine, working.desk, demo.SUPERVISOR)
        assert self.approved(working, self.close(working)).outcome == "applied"

    @pytest.mark.parametrize(
        ("other", "why"),
        [
            ({"command_id": demo.TILL_ID}, "approval.other_body"),
            ({"permission": "payment.clock_off"}, "approval.other_permission"),
        ],
    )
    def test_an_approval_of_another_act_does_not_count(self, working: Counter, other: Any, why: str) -> None:
        let_sign_in(working.engine, working.desk, demo.SUPERVISOR)
        answer = self.approved(working, self.close(working), **other)
        assert refusal(answer) == ("approval.invalid", {"why": why})


class TestMoment:
    """An act that is dated too far back, or ahead, is objected to."""

    @pytest.mark.parametrize("off", [timedelta(days=-61), timedelta(hours=25)])
    def test_money_is_booked_and_told(self, working: Counter, off: timedelta) -> None:
        act = working.desk.do(working.desk.payment(50_000))
        assert pushed(working, act, occurred_at=MOMENT + off).outcome == "applied"
        ((code, values),) = notices(working, act)
        assert (code, set(values)) == ("act.out_of_time", {"occurred_at", "received_at"})

    @pytest.mark.parametrize("off", [timedelta(days=-61), timedelta(hours=25)])
    def test_what_changes_nothing_only_leaves_its_trace(self, counter: Counter, off: timedelta) -> None:
        look = counter.desk.do(ViewSubscriber(account_id=demo.ACCOUNT_ID, how="name", asked_hash=bytes(32)))
        assert pushed(counter, look, occurred_at=MOMENT + off).outcome == "applied"

    @pytest.mark.parametrize("off", [timedelta(days=-59), timedelta(hours=23)])
    def test_a_long_time_without_the_link_is_no_objection(self, working: Counter, off: timedelta) -> None:
        act = working.desk.do(working.desk.payment(50_000))
        assert pushed(working, act, occurred_at=MOMENT + off).outcome == "applied"
        assert notices(working, act) == []
