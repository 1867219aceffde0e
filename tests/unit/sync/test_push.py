"""The outbox on its way: in order within a key, money behind nothing, one bad act apart from the rest."""

import httpx
import msgspec
import pytest
from sqlalchemy import select, update

from ccbs_desk.domain.commands import CloseTill, CopyReceipt, SignIn
from ccbs_desk.domain.errors import LinkDown, ServerFault, Unavailable
from ccbs_desk.domain.money import SYP
from ccbs_desk.domain.till import Note
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.services.take_payment import Taken
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.push import TRIES, Push, next_batch, waiting_acts
from ccbs_desk.sync.rebase import Applied, apply_answers
from ccbs_desk.wire.messages import PushRequest, SignInRequest
from tests.sync.wire import Fault, Wire, cut, garbage, run
from tests.sync.world import SyncedDesk, World


def states(desk: SyncedDesk) -> list[str]:
    """Return the states of the outbox, oldest act first."""
    return desk.read(lambda c: list(c.execute(select(Outbox.state).order_by(Outbox.device_seq)).scalars()))


def set_state(desk: SyncedDesk, seq: int, state: str) -> None:
    """Put an act into a state."""
    table = table_of(Outbox)
    desk.write(lambda c: c.execute(update(table).where(table.c.device_seq == seq).values(state=state)).rowcount)


def attempts(desk: SyncedDesk, seq: int) -> int:
    """Return how often the server has failed on an act."""
    return desk.read(lambda c: c.execute(select(Outbox.attempts).where(Outbox.device_seq == seq)).scalar_one())


def batch(desk: SyncedDesk, after: int = 0, most: int = 100) -> list[int]:
    """Return the sequence numbers of the next batch."""
    return [act.device_seq for act in desk.read(next_batch, after, most)]


def pay(desk: SyncedDesk, minor: int = 50_000) -> Taken:
    """Take a payment on the demo account."""
    taken = desk.do(desk.payment(minor)).result
    assert isinstance(taken, Taken)
    return taken


def close_and_open(desk: SyncedDesk) -> None:
    """Close the till that is open, to the note, and open it again."""
    drawer = Note(SYP, 5_000, 1)
    session = desk.open_till()
    desk.do(CloseTill(till_id=desk.till_id, session_id=session, counted=(drawer,)))
    desk.open_till()


def test_acts_that_share_a_key_wait_for_each_others_answers(world: World) -> None:
    desk = world.desks[0]
    close_and_open(desk)
    pay(desk)
    pay(desk)
    assert batch(desk) == [1]
    set_state(desk, 1, "applied")
    assert batch(desk) == [2]
    set_state(desk, 2, "applied")
    # Money waits for nobody: both payments go together.
    assert batch(desk) == [3, 4, 5]
    assert batch(desk, after=3) == [4, 5]
    assert batch(desk, most=2) == [3, 4]


@pytest.mark.parametrize("state", ["parked", "frozen"])
def test_an_act_that_waits_holds_back_its_key_and_nothing_else(world: World, state: str) -> None:
    desk = world.desks[0]
    close_and_open(desk)
    taken = pay(desk)
    desk.do(CopyReceipt(receipt_id=taken.receipt_id, account_id=desk.account_id))
    set_state(desk, 1, "applied")
    set_state(desk, 2, state)
    # The till's next opening waits; the payment does not, and its copy comes after it.
    assert batch(desk) == [4]
    set_state(desk, 4, state)
    pay(desk)
    assert batch(desk) == [6]
    assert [act.device_seq for act in desk.read(waiting_acts)] == [2, 4]


def test_an_act_behind_one_that_is_held_back_is_held_back_too(world: World) -> None:
    desk = world.desks[0]
    close_and_open(desk)
    set_state(desk, 1, "parked")
    assert batch(desk) == []
    set_state(desk, 1, "refused")
    # A refusal is an end: what comes after is for the server to judge.
    assert batch(desk) == [2]


class Sending:
    """A push over a wire, signed in."""

    def __init__(self, world: World) -> None:
        self.desk = world.desks[0]
        self.wire = Wire(world.central, self.desk.device_id)
        self.client: Client = self.wire.client()
        self.told: list[Applied] = []
        self.push = Push(self.desk.store, self.client, self.desk.clock, self.told.append)
        self.sent: list[int] = []

    async def __aenter__(self) -> "Sending":
        asked = SignInRequest(login="c", password="right", device_id=self.desk.device_id, nonce="", signature="")
        await self.client.sign_in(asked)
        return self

    async def __aexit__(self, *_about: object) -> None:
        await self.client.close()

    def fails_on(self, act: bytes) -> Fault:
        """Return a fault that strikes whenever an act is among those sent."""

        def strike(request: httpx.Request) -> httpx.Response | None:
            acts = [bytes(raw) for raw in msgspec.json.decode(request.content, type=PushRequest).commands]
            self.sent.append(len(acts))
            return httpx.Response(500) if act in acts else None

        return strike


def test_the_whole_outbox_goes_and_what_was_sent_comes_back_repeated(world: World) -> None:
    async def story() -> None:
        async with Sending(world) as sending:
            sending.desk.open_till()
            for _ in range(5):
                pay(sending.desk)
            sending.wire.lost_answers = 1
            with pytest.raises(Unavailable) as caught:
                await sending.push.all()
            assert caught.value.reason == LinkDown()
            assert states(sending.desk) == ["pending"] * 6
            await sending.push.all()
            assert states(sending.desk) == ["applied"] * 6
            assert sending.told[-1].refused == ()

    run(story())
    world.heal()
    world.assert_alike()


def test_an_act_on_which_the_server_fails_is_found_and_parked(world: World) -> None:
    async def story() -> None:
        async with Sending(world) as sending:
            desk = sending.desk
            for _ in range(3):
                desk.do(SignIn(online=False))
            desk.open_till()
            for _ in range(6):
                pay(desk)
            poison = desk.read(lambda c: c.execute(select(Outbox.raw).where(Outbox.device_seq == 7)).scalar_one())
            for tries in range(1, TRIES + 1):
                sending.wire.fault("commands", *(sending.fails_on(poison) for _ in range(40)))
                with pytest.raises(Unavailable):
                    await sending.push.all()
                assert states(desk)[6] == "pending"
                await sending.push.blame()
                # A fault that was counted is not counted again.
                await sending.push.blame()
                assert attempts(desk, 7) == tries
            assert states(desk)[6] == "parked"
            await sending.push.all()
            assert states(desk) == ["home"] * 3 + ["applied"] * 3 + ["parked"] + ["applied"] * 3
            assert max(sending.sent) > 1
            # The server is mended: what waits is asked for again, and only that.
            sending.wire.faults.clear()
            await sending.push.waiting()
            assert states(desk)[6] == "applied"

    run(story())
    world.heal()
    world.assert_alike()


def test_answers_of_no_use_change_nothing(world: World) -> None:
    async def story() -> None:
        async with Sending(world) as sending:
            sending.desk.open_till()
            time = b'"server_time":"2026-11-20T06:00:00Z"'
            stranger = b'{"answers":[{"command_id":"00000000-0000-0000-0000-000000000001","outcome":"applied"}],%s}'
            for body in (b"<html>", b"{}", b'{"answers":[],%s}' % time, stranger % time):
                sending.wire.fault("commands", garbage(200, body))
                with pytest.raises(Unavailable) as caught:
                    await sending.push.all()
                assert caught.value.reason == ServerFault(200)
            sending.wire.fault("commands", cut)
            with pytest.raises(Unavailable) as caught:
                await sending.push.all()
            assert caught.value.reason == LinkDown()
            assert states(sending.desk) == ["pending"]

    run(story())


def test_an_answer_that_can_not_be_applied_parks_its_act_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with Sending(world) as sending:
            desk = sending.desk
            desk.open_till()
            pay(desk)
            pay(desk)
            poison = desk.read(
                lambda c: c.execute(select(Outbox.command_id).where(Outbox.device_seq == 2)).scalar_one()
            )

            def poisoned(connection: object, answers: object) -> Applied:
                found = list(answers)  # type: ignore[call-overload]
                if any(answer.command_id == poison for answer in found):
                    raise ValueError("poison")
                return apply_answers(connection, found)  # type: ignore[arg-type]

            monkeypatch.setattr("ccbs_desk.sync.push.apply_answers", poisoned)
            await sending.push.all()
            assert states(desk) == ["applied", "parked", "applied"]
            assert sending.push.unreadable == 1

    run(story())
