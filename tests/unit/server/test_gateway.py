"""The gateway where the database, the exchange or the desk does not do what it should, or is started anew."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, delete, func, insert, select, text, update
from sqlalchemy.exc import OperationalError

from ccbs_desk.domain.care_commands import WrapUpCall
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.domain.ids import call_id
from ccbs_desk.domain.permissions import AGENT
from ccbs_desk.domain.phone_errors import AgentLoggedOut, PbxDenied, PbxUnreachable
from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLeg, CallQueue, CallWrapUp
from ccbs_desk.models.central import AgentState, FeedRow
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.reference import Staff
from ccbs_desk.telephony.model import CallKey, CallOutcome, PbxEvent
from ccbs_desk.telephony.port import Capability, PbxGone, PbxRefused
from ccbs_desk.telephony.simulator import Simulator
from ccbs_desk.wire.messages import Answer
from ccbs_desk.wire.phone import LogInRequest, PhoneNews, TransferRequest
from server_stub import exchange
from server_stub.acts import read_act
from server_stub.auth import Session
from server_stub.gateway import actions, gateway, lookups, pops, records
from server_stub.gateway.agents import Agent
from server_stub.gateway.gateway import Gateway
from server_stub.gateway.place import place_of
from server_stub.gateway.states import kept_agents
from server_stub.live import LiveHub
from server_stub.seed import demo
from server_stub.settings import Settings
from server_stub.users import UserError
from tests.factories.field_desk import FieldDesk
from tests.unit.server.conftest import Counter

NUMBER = "011 2214567"
DEVICE = UUID("01900000-0000-7000-8000-0000000000a1")
CEILING = 30.0


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Line(LiveHub):
    """A live hub that remembers what was told to telephones."""

    def __init__(self) -> None:
        super().__init__(utc_now, 30.0)
        self.staff_id = uuid4()
        self.told: list[PhoneNews] = []

    def phone(self, device_id: UUID, staff_id: UUID, news: PhoneNews) -> None:
        """Remember."""
        self.told.append(news)
        super().phone(device_id, staff_id, news)

    def people(self) -> set[tuple[UUID, UUID]]:
        """One desk listens besides those that do."""
        return super().people() | {(DEVICE, self.staff_id)}


class World:
    """A gateway at work, the exchange under it, one agent before it."""

    def __init__(self, engine: Engine, pbx: Simulator, away: float, centre: UUID | None = None) -> None:
        self.engine, self.pbx, self.line = engine, pbx, Line()
        with reading(engine) as connection:
            self.place = place_of(connection, demo.CALL_CENTRE_CODE)
            self.place = replace(self.place, centre_id=centre or self.place.centre_id)
            self.staff_id: UUID = connection.execute(select(Staff.id).where(Staff.login == demo.AGENT)).scalar_one()
        self.gateway = Gateway(pbx, engine, self.line, self.place, utc_now, away)
        self.line.staff_id = self.staff_id
        ends = utc_now() + timedelta(hours=1)
        self.session = Session(self.staff_id, DEVICE, demo.AREA, uuid4(), ends, frozenset({AGENT}))

    @property
    def agent(self) -> Agent:
        """The agent who is logged in."""
        return actions.agent_of(self.gateway, self.session)

    async def at_work(self) -> Agent:
        """Log in and be ready."""
        asked = LogInRequest(extension="1001", queues=("care",))
        await actions.log_in(self.gateway, self.session, "هدى", asked)
        await actions.ready(self.gateway, self.agent)
        return self.agent

    async def until(self, told: Any) -> None:
        """Wait for something to become true."""
        async with asyncio.timeout(CEILING):
            while not told():
                await asyncio.sleep(0.005)

    async def talking(self) -> CallKey:
        """Let somebody call and be answered."""
        key = self.pbx.call_in(NUMBER)
        await self.until(lambda: self.agent.calls[id_of(key)].popped)
        self.pbx.phone_answers("1001")
        return key

    def count(self, table: Any) -> int:
        """Return how many rows there are."""
        with reading(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()


@asynccontextmanager
async def world(
    engine: Engine, *, pbx: Simulator | None = None, away: float = 30.0, centre: UUID | None = None
) -> AsyncIterator[World]:
    """Run a gateway."""
    made = World(engine, pbx or Simulator("pbx", utc_now), away, centre)
    made.line.start(0)
    await made.gateway.start()
    try:
        yield made
    finally:
        await made.gateway.stop()


def id_of(key: CallKey) -> UUID:
    """Return the id of a call."""
    return call_id(key.pbx, key.linkedid)


def run(story: Coroutine[Any, Any, None]) -> None:
    """Run a story to its end."""
    asyncio.run(asyncio.wait_for(story, 60))


async def refused(act: Coroutine[Any, Any, object]) -> str:
    """Return the code of why not."""
    with pytest.raises((Refused, Unavailable)) as caught:
        await act
    error = caught.value
    assert isinstance(error, Refused | Unavailable)
    return error.reason.code


# The database


def test_a_call_is_shown_before_a_slow_database_and_its_card_after_it(
    country: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "PATIENCE_SECONDS", 0.01)

    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            here.line.told.clear()
            with writing(country) as connection:
                connection.execute(text("ALTER TABLE subscriber RENAME TO gone"))
            gate = asyncio.Event()
            asked = here.gateway._lookups._asked

            async def slow(*about: Any) -> Any:
                await gate.wait()
                return await asked(*about)

            monkeypatch.setattr(here.gateway._lookups, "_asked", slow)
            here.pbx.call_in(NUMBER)
            await here.until(lambda: here.line.told)
            assert (here.line.told[0].kind, here.agent.state) == ("offer", "offered")
            with writing(country) as connection:
                connection.execute(text("ALTER TABLE gone RENAME TO subscriber"))
            gate.set()
            await here.until(lambda: len(here.line.told) > 1)
            call = here.line.told[1].call
            assert call is not None
            assert [match.account_id for match in call.matches] == [demo.ACCOUNT_ID]

    run(story())


def test_a_caller_is_looked_up_while_he_waits_and_again_when_he_waited_long(
    country: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    look_up = pops.look_up

    def counted(engine: Engine, number: str, *about: Any) -> Any:
        asked.append(number)
        return look_up(engine, number, *about)

    monkeypatch.setattr(lookups, "look_up", counted)

    async def story() -> None:
        async with world(country) as here:
            waiting = here.pbx.call_in(NUMBER)
            await here.until(lambda: asked == [NUMBER])
            agent = await here.at_work()
            await here.until(lambda: agent.calls[id_of(waiting)].card)
            assert asked == [NUMBER]
            here.pbx.caller_hangs_up(waiting)
            await actions.pause(here.gateway, agent, "meal")
            monkeypatch.setattr(lookups, "GOOD_FOR", timedelta(0))
            late = here.pbx.call_in(NUMBER)
            await here.until(lambda: asked == [NUMBER] * 2)
            await actions.ready(here.gateway, agent)
            await here.until(lambda: agent.calls[id_of(late)].popped)
            assert asked == [NUMBER] * 3
            here.pbx.caller_hangs_up(late)
            await actions.pause(here.gateway, agent, "meal")
            given_up = here.pbx.call_in(NUMBER)
            here.pbx.caller_hangs_up(given_up)
            await here.until(lambda: not here.gateway._lookups._ahead)
            here.pbx.call_in(NUMBER)

    run(story())


def test_a_call_is_shown_without_a_database(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            with writing(country) as connection:
                connection.execute(text("ALTER TABLE subscriber RENAME TO gone"))
            key = here.pbx.call_in(NUMBER)
            await here.until(lambda: here.agent.calls[id_of(key)].popped)
            assert here.agent.calls[id_of(key)].matches == ()

    run(story())


def test_a_call_that_ended_while_it_was_looked_up_is_not_shown(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            here.line.told.clear()
            key = here.pbx.call_in(NUMBER)
            here.pbx.caller_hangs_up(key)
            await here.until(lambda: not here.gateway._asides)
            assert [news.kind for news in here.line.told] == ["offer_ended"]
            assert here.agent.state == "ready"

    run(story())


def test_what_can_t_be_written_now_is_written_later(country: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with world(country) as here:
            write = records.write
            failures = [OperationalError("", None, Exception("away"))]

            def flaky(*about: Any) -> int | None:
                if failures:
                    raise failures.pop()
                return write(*about)

            monkeypatch.setattr(records, "write", flaky)
            await here.at_work()
            key = here.pbx.call_in(NUMBER)
            here.pbx.caller_hangs_up(key)
            await here.until(lambda: here.count(table_of(Call)) == 1)
            assert here.count(table_of(AgentState)) >= 2
            assert here.gateway.recorder.lost == 0

    run(story())


def test_one_call_that_can_t_be_written_takes_no_other_with_it(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            good, bad = here.pbx.call_in(NUMBER), here.pbx.call_in(NUMBER)
            snapshot = {call.key: call for call in here.pbx.snapshot().calls}
            await here.gateway.recorder.flush()
            here.gateway.recorder.call(replace(snapshot[good], outcome=CallOutcome.FAILED))
            here.gateway.recorder.call(replace(snapshot[bad], dialled=None))  # type: ignore[arg-type]
            await here.gateway.recorder.flush()
            with reading(country) as connection:
                found = dict(connection.execute(select(Call.id, Call.outcome)).all())
            assert found == {id_of(good): "failed", id_of(bad): "waiting"}
            assert here.gateway.recorder.lost == 1

    run(story())


def test_a_row_that_says_nothing_new_is_not_fed_again(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            here.pbx.call_in(NUMBER)
            await here.gateway.recorder.flush()
            fed = here.count(table_of(FeedRow))
            here.gateway.recorder.call(here.pbx.snapshot().calls[0])
            await here.gateway.recorder.flush()
            assert here.count(table_of(FeedRow)) == fed > 0

    run(story())


# The exchange


def test_an_event_that_can_t_be_worked_off_ends_nothing(country: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            with monkeypatch.context() as patched:
                patched.setattr(here.gateway.roster, "at", lambda _extension: 1 / 0)
                here.pbx.call_in(NUMBER)
            assert here.gateway.poisoned == 1
            here.gateway.hear(PbxEvent(seq=1, at=utc_now()))
            assert here.agent.state == "ready"

    run(story())


def test_work_beside_that_fails_is_counted(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:

            async def fails() -> None:
                raise LookupError

            here.gateway.aside(fails())
            await here.until(lambda: here.gateway.poisoned == 1)

    run(story())


def test_a_pause_that_the_exchange_did_not_hear_is_told_it_later(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            agent = await here.at_work()
            key = await here.talking()
            here.pbx.loses_link()
            here.gateway._gone(DEVICE, here.staff_id)
            here.pbx.board.caller_hangs_up(key.linkedid)
            here.pbx.link_returns()
            await here.until(lambda: agent.state == "wrap_up")
            await here.until(lambda: agent.paused_at_pbx == "wrap_up")
            here.pbx.loses_link()
            here.gateway.wrapped(agent, id_of(key))
            await here.until(lambda: not here.gateway._asides)
            assert (agent.state, agent.paused_at_pbx) == ("away", "wrap_up")
            here.pbx.link_returns()
            await here.until(lambda: agent.paused_at_pbx == "away")
            assert here.pbx.snapshot().agents[0].reason == "away"

    run(story())


def test_whoever_the_exchange_does_not_know_any_more_is_logged_out(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            agent = await here.at_work()
            here.pbx.board._seats.clear()
            here.gateway._gone(DEVICE, here.staff_id)
            await here.until(lambda: agent.state == "logged_out")
            with pytest.raises(Refused) as no:
                actions.agent_of(here.gateway, here.session)
            assert no.value.reason == AgentLoggedOut()
            await here.at_work()
            here.pbx.loses_link(PbxDenied("Originate"))
            assert here.line.told[-1].pbx is not None
            assert here.line.told[-1].pbx.state == "refused"
            here.pbx.board._seats.clear()
            here.pbx.link_returns()
            await here.until(lambda: here.gateway.roster.of_device(DEVICE) is None)

    run(story())


def test_a_refusal_of_a_pause_changes_nothing_else(country: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with world(country) as here:
            agent = await here.at_work()

            async def no(*_about: str) -> None:
                raise PbxRefused(PbxDenied("QueuePause"))

            monkeypatch.setattr(here.pbx, "pause", no)
            assert await refused(actions.pause(here.gateway, agent, "meal")) == PbxDenied.code
            assert (agent.wanted, agent.state) == ("ready", "ready")
            await here.talking()
            await here.until(lambda: not here.gateway._asides)
            assert agent.state == "talking"

    run(story())


# A restart


def test_after_a_restart_everybody_is_what_he_was(country: Engine) -> None:
    pbx = Simulator("pbx", utc_now)

    async def story() -> None:
        async with world(country, pbx=pbx) as here:
            await here.at_work()
            key = await here.talking()
            pbx.caller_hangs_up(key)
            await here.until(lambda: here.agent.state == "wrap_up")
        async with world(country, pbx=pbx) as later:
            assert later.agent.state == "wrap_up"
            shown = later.gateway.news.snapshot(DEVICE, later.staff_id)
            assert [(call.id, call.state, call.number) for call in shown.calls] == [(id_of(key), "ended", NUMBER)]
            assert shown.agent is not None
            assert later.gateway.news.snapshot(DEVICE, uuid4()).calls == ()
            await actions.wrapped(later.gateway, later.agent, id_of(key))
            assert later.agent.state == "ready"
            await later.until(lambda: later.agent.paused_at_pbx is None)

    run(story())


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_wrap_up_is_owed_beyond_a_restart(country: Engine, wrapped: bool) -> None:
    pbx = Simulator("pbx", utc_now)

    async def story() -> None:
        async with world(country, pbx=pbx) as here:
            await here.at_work()
            one = id_of(key := await here.talking())
            pbx.caller_hangs_up(key)
            await here.until(lambda: here.agent.state == "wrap_up")
            await actions.log_out(here.gateway, here.session)
        if wrapped:
            # By an act that came home while nobody was there to hear of it.
            row = {"area_id": 1, "period": 202611, "id": uuid4(), "call_id": one, "staff_id": here.staff_id}
            with writing(country) as connection:
                written = row | {"code": "answered", "notes": "", "at": utc_now()}
                connection.execute(insert(table_of(CallWrapUp)), written)
        async with world(country, pbx=pbx) as later:
            shown = await actions.log_in(later.gateway, later.session, "x", LogInRequest(extension="1001"))
            assert [(call.id, call.state, call.number) for call in shown.calls] == (
                [] if wrapped else [(one, "ended", NUMBER)]
            )
            assert later.agent.state == ("paused" if wrapped else "wrap_up")

    run(story())


def test_a_centre_takes_in_nobody_of_another_one(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            await here.gateway.recorder.flush()
            other = Simulator("other", utc_now)
            other.board.seat("1001", "x", {"care": None})
            async with world(country, pbx=other, centre=uuid4()) as there:
                assert not list(there.gateway.roster)
            kept = kept_agents(country, here.place.centre_id, utc_now())
            assert [(agent.staff_id, agent.state) for agent in kept] == [(here.staff_id, "ready")]

    run(story())


@pytest.mark.parametrize("meanwhile", ["goes on", "has ended"])
def test_whoever_talked_before_a_restart_talks_or_wraps_up(country: Engine, meanwhile: str) -> None:
    pbx = Simulator("pbx", utc_now)

    async def story() -> None:
        async with world(country, pbx=pbx) as here:
            await here.at_work()
            key = await here.talking()
            await here.until(lambda: not here.gateway._asides)
        if meanwhile == "has ended":
            pbx.board.caller_hangs_up(key.linkedid)
        # Another program, whose book knows nothing of the past.
        other = Simulator("pbx", utc_now)
        other.board = pbx.board
        async with world(country, pbx=other) as later:
            if meanwhile == "goes on":
                assert later.agent.state == "talking"
                shown = later.gateway.news.snapshot(DEVICE, later.staff_id)
                assert [(call.id, call.state) for call in shown.calls] == [(id_of(key), "talking")]
                other.caller_hangs_up(key)
            assert later.agent.state == "wrap_up"
            await actions.wrapped(later.gateway, later.agent, id_of(key))
            assert later.agent.state == "ready"

    run(story())


def test_calls_that_ended_unseen_are_ended_and_what_was_known_stays(country: Engine) -> None:
    pbx = Simulator("pbx", utc_now)

    async def story() -> None:
        async with world(country, pbx=pbx) as here:
            await here.at_work()
            answered = await here.talking()
            lost = pbx.call_in("0110000000")
            await here.until(lambda: not here.gateway._asides)
        before = rows(country)
        pbx.board.caller_hangs_up(lost.linkedid)
        # Another program, whose book knows nothing of the past.
        other = Simulator("pbx", utc_now)
        other.board = pbx.board
        async with world(country, pbx=other) as later:
            await later.until(lambda: rows(country)[id_of(lost)]["ended_at"] is not None)
            other.caller_hangs_up(answered)
            await later.until(lambda: rows(country)[id_of(answered)]["ended_at"] is not None)
        after = rows(country)
        assert after[id_of(lost)]["outcome"] == "abandoned"
        kept = ("answered_at", "arrived_at", "staff_id", "account_id", "area_id", "period")
        one, two = before[id_of(answered)], after[id_of(answered)]
        assert {name: one[name] for name in kept} == {name: two[name] for name in kept}
        assert two["staff_id"] is not None
        assert two["account_id"] == demo.ACCOUNT_ID

    run(story())


def test_legs_that_ended_unseen_are_ended(country: Engine) -> None:
    pbx = Simulator("pbx", utc_now)

    async def story() -> None:
        async with world(country, pbx=pbx) as here:
            await here.at_work()
            await here.talking()
            await here.until(lambda: not here.gateway._asides)
        async with world(country) as later:
            await later.until(lambda: all(row["ended_at"] for row in rows(country).values()))
        with reading(country) as connection:
            assert connection.execute(select(CallLeg.outcome)).scalars().all() == ["ended"]
        assert [row["outcome"] for row in rows(country).values()] == ["answered"]

    run(story())


def rows(engine: Engine) -> dict[UUID, dict[str, Any]]:
    """Return all calls by id."""
    with reading(engine) as connection:
        return {row["id"]: dict(row) for row in connection.execute(select(table_of(Call))).mappings()}


# What an agent asks


def test_what_the_exchange_can_t_do_is_refused(country: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with world(country) as here:
            agent = await here.at_work()
            key = await here.talking()
            one = id_of(key)
            for reason in ("", "ready", "away", "wrap_up", "logged_in", "anything"):
                assert await refused(actions.pause(here.gateway, agent, reason)) == "agent.pause_unknown"
            await actions.pause(here.gateway, agent, "prayer")
            assert agent.wanted == "prayer"
            asked = TransferRequest(to="1002", kind="attended")
            assert await refused(actions.transfer(here.gateway, agent, one, asked)) == "pbx.cannot"
            asked = TransferRequest(to="x")
            assert await refused(actions.transfer(here.gateway, agent, one, asked)) == "pbx.extension_unknown"
            assert one not in here.gateway.contexts
            here.gateway.contexts[one] = before = gateway.Context("first")
            assert await refused(actions.transfer(here.gateway, agent, one, asked)) == "pbx.extension_unknown"
            assert here.gateway.contexts[one] is before
            monkeypatch.setattr(Simulator, "capabilities", frozenset({Capability.HANG_UP}))
            for act in (actions.answer, actions.hold, actions.resume):
                assert await refused(act(here.gateway, agent, one)) == "pbx.cannot"
            assert await refused(actions.dial(here.gateway, agent, NUMBER)) == "pbx.cannot"

    run(story())


def test_a_queue_is_called_what_the_operator_calls_it_now(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            told = here.gateway.news.snapshot(DEVICE, here.staff_id).pbx
            assert told is not None
            assert next((queue.code, queue.name_en) for queue in told.queues) == ("care", "Customer care")
            with country.begin() as connection:
                connection.execute(update(CallQueue).where(CallQueue.code == "care").values(name_en="Care"))
                connection.execute(delete(CallQueue).where(CallQueue.code == "faults"))
            here.pbx.loses_link()
            here.pbx.link_returns()
            await here.until(lambda: "faults" not in here.gateway.news.queue_names)
            told = here.gateway.news.snapshot(DEVICE, here.staff_id).pbx
            assert told is not None
            names = {queue.code: (queue.name_ar, queue.name_en) for queue in told.queues}
            assert (names["care"], names["faults"]) == (("خدمة المشتركين", "Care"), ("faults", "faults"))

    run(story())


def test_logging_in_again_elsewhere_leaves_the_first_place(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            elsewhere = replace(here.session, device_id=uuid4())
            await actions.log_in(here.gateway, elsewhere, "هدى", LogInRequest(extension="1001"))
            assert [agent.device_id for agent in here.gateway.roster] == [elsewhere.device_id]
            assert here.pbx.board.is_seated("1001")
            await actions.log_out(here.gateway, here.session)
            assert here.pbx.board.is_seated("1001")

    run(story())


def test_who_signs_out_while_the_exchange_is_gone_is_logged_out_here(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            here.pbx.loses_link(PbxUnreachable())
            with pytest.raises(PbxGone):
                await actions.log_out(here.gateway, here.session)
            assert here.agent.state == "ready"
            actions.sign_out(here.gateway, here.session)
            assert here.gateway.roster.of_device(DEVICE) is None
            actions.sign_out(here.gateway, here.session)

    run(story())


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("2214567", "0112214567"),
        ("+963 11 221 4567", "0112214567"),
        ("0933 123 456", "0933123456"),
        ("110", "110"),
        ("+44 20 7946 0958", "00442079460958"),
    ],
)
def test_numbers_are_dialled_as_the_exchange_takes_them(typed: str, dialled: str) -> None:
    assert actions.dialable(typed, "11") == dialled


def test_a_wrap_up_that_comes_as_an_act_counts(country: Engine, counter: Counter) -> None:
    desk: FieldDesk = counter.desk

    async def story() -> None:
        async with world(country) as here:
            here.session = replace(here.session, device_id=desk.device_id)
            agent = await here.at_work()
            key = await here.talking()
            here.pbx.caller_hangs_up(key)
            raws = [wrap_up(desk, uuid4()), wrap_up(desk, id_of(key)), desk.do(desk.open_till())]
            acts = [read_act(raw, desk.device_id) for raw in raws]
            acts.append(replace(acts[0], raw=b'{"id":"WrapUpCall"}'))
            no = Answer(command_id=acts[1].command_id, outcome="refused")
            actions.hear_of(here.gateway, [acts[1]], [no])
            assert agent.state == "wrap_up"
            yes = [Answer(command_id=act.command_id, outcome="applied") for act in acts]
            actions.hear_of(here.gateway, acts, yes)
            assert agent.state == "ready"

    def wrap_up(at: FieldDesk, call: UUID) -> bytes:
        return at.do(WrapUpCall(call_id=call, code="answered", notes="تم"), by=demo.AGENT)

    run(story())


# Which exchange


def test_the_settings_choose_the_exchange(country: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = LiveHub(utc_now, 30.0)

    def build(**settings: Any) -> Gateway | None:
        return exchange.build_gateway(Settings(**settings), country, hub, utc_now)

    assert build() is None
    assert build(pbx="none") is None
    simulated = build(pbx="simulator", pbx_name="hall")
    assert simulated is not None
    assert (simulated.pbx.name, simulated.place.area_id, simulated.place.area_code) == ("hall", demo.AREA, "11")
    with pytest.raises(UserError, match="there is no centre X9"):
        build(pbx="simulator", pbx_centre="X9")
    monkeypatch.setattr(exchange, "probe", lambda: None)
    with pytest.raises(UserError, match="secret"):
        build(pbx="ami")

    class Kept:
        def read(self, name: str) -> bytes | None:
            return b"kept" if name == exchange.IN_STORE else None

    monkeypatch.setattr(exchange, "probe", Kept)
    assert exchange.pbx_secret() == "kept"
    monkeypatch.setenv(exchange.FROM_ENVIRONMENT, "given")
    assert exchange.pbx_secret() == "given"
    assert build(pbx="ami") is not None
    assert Settings(pbx="other").insecure
