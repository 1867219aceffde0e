"""The applier outlives everything: a batch that fails as a whole, a database that goes away, an asker who left."""

from collections.abc import Iterator
from concurrent.futures import Future
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.commands import SignIn, WithdrawAct
from ccbs_desk.domain.errors import Unavailable
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.central import AppliedCommand, ParkedCommand
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.money import Audit
from ccbs_desk.wire.codec import Malformed, decode_envelope
from ccbs_desk.wire.messages import Answer
from server_stub.acts import Act, read_act
from server_stub.applier import Applier, apply_acts
from server_stub.seed import demo
from tests.factories.care import add_feature, feature_id, rows_of
from tests.factories.field_desk import MOMENT
from tests.factories.server import CEILING_SECONDS
from tests.unit.server.conftest import Counter


@pytest.fixture
def heads() -> list[int]:
    """What the applier told of the feed's head."""
    return []


@pytest.fixture
def applier(counter: Counter, heads: list[int]) -> Iterator[Applier]:
    """An applier that has not begun yet: a test may put several pushes into its first batch."""
    applier = Applier(counter.engine, lambda: MOMENT, heads.append, largest_batch=4)
    yield applier
    applier.stop()


def acts(counter: Counter, *raws: bytes) -> list[Act]:
    """Return acts as a push brings them."""
    return [read_act(raw, counter.desk.device_id) for raw in raws]


def outcomes(future: "Future[list[Answer]]") -> list[str]:
    """Return what became of a push."""
    return [answer.outcome for answer in future.result(CEILING_SECONDS)]


def test_pushes_that_wait_share_a_batch_and_get_their_own_answers(
    counter: Counter, applier: Applier, heads: list[int]
) -> None:
    desk = counter.desk
    raws = [desk.do(desk.open_till()), *(desk.do(desk.payment(9_000)) for _ in range(5))]
    pushes = [acts(counter, *raws[:2]), acts(counter, *raws[2:5]), acts(counter, raws[5])]
    futures = [applier.submit(push) for push in pushes]
    applier.start()
    answers = [answer.command_id for future in futures for answer in future.result(CEILING_SECONDS)]
    assert answers == [act.command_id for push in pushes for act in push]
    # Two pushes fill the batch of four; the third is in the next.
    assert len(heads) == 2


def test_what_its_desk_has_left_is_journalled_and_taken_money_is_booked_all_the_same(counter: Counter) -> None:
    desk = counter.desk
    with reading(desk.engine) as connection:
        order = add_feature(feature_id(connection, "malicious_trace"), damascus_date(MOMENT))
    raws = [desk.do(desk.open_till()), desk.do(desk.payment(9_000)), desk.do(order)]
    ids = [decode_envelope(raw).command_id for raw in raws]
    pushed = [read_act(raw, desk.device_id, ids) for raw in raws]
    answers, _ = apply_acts(counter.engine, MOMENT, pushed)
    assert [answer.outcome for answer in answers] == ["refused", "applied", "refused"]
    assert [answer.reason.code for answer in answers if answer.reason] == ["act.left", "act.left"]
    with reading(counter.engine) as connection:
        audited = connection.execute(select(Audit.command_id).where(Audit.command_id.in_(ids))).scalars().all()
        assert rows_of(connection, ServiceOrder) == []
    assert set(audited) == set(ids)
    # It stays the first answer, whatever its desk says later.
    assert [answer.outcome for answer in counter.apply(*raws)] == ["refused", "applied", "refused"]


def test_a_withdrawal_comes_home_with_its_reason(counter: Counter) -> None:
    withdrawal = WithdrawAct(act_id=uuid4(), why="opened at the wrong till")
    raw = counter.desk.forced(withdrawal)
    (answer,) = counter.apply(raw)
    assert (answer.outcome, answer.reason) == ("applied", None)
    with reading(counter.engine) as connection:
        audited = select(Audit.kind, Audit.staff_id).where(Audit.command_id == answer.command_id)
        kind, staff_id = connection.execute(audited).one()
        kept = select(AppliedCommand.raw).where(AppliedCommand.command_id == answer.command_id)
        assert decode_envelope(connection.execute(kept).scalar_one()).command == withdrawal
    assert (kind, staff_id) == ("WithdrawAct", counter.desk.staff(demo.CLERK))


def test_one_act_that_can_not_be_recorded_holds_nobody_back(counter: Counter, applier: Applier) -> None:
    desk = counter.desk
    raws = [desk.do(SignIn(online=True)) for _ in range(3)]
    poison = read_act(raws[1], desk.device_id).command_id
    with writing(counter.engine) as connection:
        fails = f"WHEN NEW.command_id = x'{poison.hex}' BEGIN SELECT RAISE(ABORT, 'no'); END"
        connection.execute(text(f"CREATE TRIGGER poison BEFORE INSERT ON applied_command {fails}"))
    futures = [applier.submit(acts(counter, raw)) for raw in raws]
    applier.start()
    assert [outcomes(future) for future in futures] == [["applied"], ["parked"], ["applied"]]
    with reading(counter.engine) as connection:
        parked = connection.execute(select(ParkedCommand.command_id, ParkedCommand.error)).one()
    assert tuple(parked) == (poison, "server.bug: IntegrityError")


def test_a_database_that_goes_away_is_told_and_forgiven(counter: Counter, applier: Applier) -> None:
    desk = counter.desk
    raws = [desk.do(SignIn(online=True)), desk.do(SignIn(online=True))]
    applier.start()
    with writing(counter.engine) as connection:
        connection.execute(text("ALTER TABLE feed_head RENAME TO gone"))
    with pytest.raises(Unavailable):
        applier.submit(acts(counter, *raws)).result(CEILING_SECONDS)
    with writing(counter.engine) as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO feed_head"))
    assert outcomes(applier.submit(acts(counter, *raws))) == ["applied", "applied"]


def test_who_left_before_the_turn_came_changes_nothing(counter: Counter, applier: Applier) -> None:
    left = applier.submit(acts(counter, counter.desk.do(SignIn(online=True))))
    stayed = applier.submit(acts(counter, counter.desk.do(SignIn(online=True))))
    assert left.cancel()
    applier.start()
    assert outcomes(stayed) == ["applied"]


def test_it_ends_when_all_that_waited_is_applied(counter: Counter, heads: list[int]) -> None:
    applier = Applier(counter.engine, lambda: MOMENT, heads.append, largest_batch=4)
    future = applier.submit(acts(counter, counter.desk.do(SignIn(online=True))))
    applier.start()
    applier.stop()
    assert future.done()


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"id": 5}', b'{"id": "x"}', b"\xff"])
def test_bytes_without_an_id_are_no_act(counter: Counter, raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_act(raw, counter.desk.device_id)


def test_a_device_that_is_not_there_any_more_keeps_its_acts(counter: Counter) -> None:
    act = counter.desk.do(SignIn(online=True))
    counter.devices.revoke(counter.desk.device_id)
    (answer,) = counter.apply(act)
    assert answer.outcome == "frozen"
    assert answer.reason is not None
    assert (answer.reason.code, answer.reason.values) == ("device.not_enrolled", {"state": "revoked"})
    with reading(counter.engine) as connection:
        assert connection.execute(select(ParkedCommand.error)).scalar_one() == "device.revoked"


def test_an_act_set_aside_stays_so_when_its_number_is_free_again(counter: Counter) -> None:
    first = counter.desk.do(SignIn(online=True))
    counter.desk.seq -= 1
    twin = counter.desk.forced(SignIn(online=False))
    counter.apply(first, twin)
    counter.devices.unfreeze(counter.desk.device_id)
    with writing(counter.engine) as connection:
        connection.execute(text("DELETE FROM applied_command"))
    assert counter.apply(twin)[0].outcome == "parked"
