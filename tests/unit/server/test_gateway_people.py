"""Who sits at which desk and telephone: two people at one, one person at two, and what neither may get out of."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from ccbs_desk.domain.phone_errors import PbxUnreachable
from ccbs_desk.models.central import AgentState
from ccbs_desk.models.database import reading
from ccbs_desk.models.reference import Staff
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.phone import Phone
from ccbs_desk.telephony.port import PbxGone
from ccbs_desk.telephony.simulator import Simulator
from ccbs_desk.wire.phone import LogInRequest, PhoneNews, TransferRequest
from server_stub.auth import Session
from server_stub.gateway import actions
from server_stub.gateway.agents import Agent
from tests.unit.server.test_gateway import DEVICE, NUMBER, World, id_of, refused, run, utc_now, world

NEXT_DESK = UUID("01900000-0000-7000-8000-0000000000a2")
AT_1001, AT_1002 = (LogInRequest(extension=extension, queues=("care",)) for extension in ("1001", "1002"))


def colleague(here: World, device_id: UUID = NEXT_DESK) -> Session:
    """Return somebody else's sign-in."""
    with reading(here.engine) as connection:
        other = connection.execute(select(Staff.id).where(Staff.id != here.staff_id)).scalars().first()
    assert other is not None
    return replace(here.session, staff_id=other, device_id=device_id)


def states(here: World) -> list[tuple[str, str, str]]:
    """Return what was kept of agents."""
    with reading(here.engine) as connection:
        rows = connection.execute(select(AgentState).order_by(AgentState.since, AgentState.id)).all()
    return [(row.extension, row.state, row.reason) for row in rows]


class Slow(Simulator):
    """An exchange that takes its time for a log-in, and may fail at one when it is half done."""

    fails = False

    async def log_in(self, extension: str, queues: Sequence[str], name: str, *, pause: str = "") -> None:
        """Log in, later."""
        await asyncio.sleep(0)
        await super().log_in(extension, queues, name, pause=pause)
        if self.fails:
            self.fails = False
            raise PbxGone(PbxUnreachable())


# Two people


def test_whoever_comes_to_a_desk_hears_nothing_of_the_one_before(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            other = colleague(here, DEVICE)
            key = here.pbx.call_in(NUMBER)
            await here.until(lambda: here.agent.calls[id_of(key)].popped)
            lines = here.line.listen(DEVICE, None, other.staff_id)
            assert b"logged_out" in await anext(lines)
            # In a call he is away at once; the call itself is nobody else's.
            assert here.agent.wanted == "away"
            here.pbx.phone_answers("1001")
            assert here.agent.state == "talking"
            assert await refused(actions.log_in(here.gateway, other, "B", AT_1001)) == "agent.extension_taken"
            here.pbx.caller_hangs_up(key)
            assert here.agent.state == "wrap_up"
            await actions.log_in(here.gateway, other, "B", AT_1001)
            told = await anext(lines)
            assert b'"snapshot"' in told
            assert b'"calls":[]' in told
            (agent,) = here.gateway.roster
            assert (agent.staff_id, agent.extension, agent.wrapping) == (other.staff_id, "1001", {})

    run(story())


def test_whoever_is_replaced_at_his_desk_is_logged_out_everywhere(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            own, lines = (here.line.listen(DEVICE, None, one) for one in (here.staff_id, colleague(here).staff_id))
            assert b'"ready"' in await anext(own)
            assert here.gateway.roster.of_device(DEVICE) is not None
            await anext(lines)
            assert here.gateway.roster.of_device(DEVICE) is None
            await here.until(lambda: not here.pbx.board.is_seated("1001"))
            await here.gateway.recorder.flush()
            assert states(here)[-1] == ("1001", "logged_out", "signed_out")

    run(story())


def test_the_exchange_hears_later_of_whoever_has_left(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            here.pbx.loses_link()
            actions.sign_out(here.gateway, here.session)
            await here.until(lambda: not here.gateway._asides)
            assert here.pbx.board.is_seated("1001")
            here.pbx.link_returns()
            await here.until(lambda: not here.pbx.board.is_seated("1001"))
            # Whoever has sat down there meanwhile stays.
            await here.at_work()
            await here.gateway.unseat("1001")
            assert here.pbx.board.is_seated("1001")

    run(story())


def test_only_he_who_is_gone_is_away(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            here.gateway._gone(DEVICE, colleague(here).staff_id)
            assert here.agent.state == "ready"

    run(story())


def test_two_people_at_one_telephone(country: Engine) -> None:
    async def story() -> None:
        async with world(country, pbx=Slow("pbx", utc_now)) as here:
            both = ((here.session, "A"), (colleague(here), "B"))
            acts = (actions.log_in(here.gateway, session, name, AT_1001) for session, name in both)
            first, second = await asyncio.gather(*acts, return_exceptions=True)
            assert not isinstance(first, BaseException)
            assert getattr(second, "reason", None) is not None
            assert [agent.name for agent in here.gateway.roster] == ["A"]

    run(story())


def test_a_log_in_that_fails_leaves_nothing_behind(country: Engine) -> None:
    pbx = Slow("pbx", utc_now)

    async def story() -> None:
        async with world(country, pbx=pbx) as here:
            pbx.fails = True
            assert await refused(actions.log_in(here.gateway, here.session, "A", AT_1001)) == "pbx.unreachable"
            assert not pbx.board.is_seated("1001")
            assert not list(here.gateway.roster)
            await here.at_work()
            pbx.fails = True
            again = LogInRequest(extension="1001", queues=("faults",))
            assert await refused(actions.log_in(here.gateway, here.session, "A", again)) == "pbx.unreachable"
            assert (here.agent.state, here.agent.queues) == ("ready", ("care",))
            assert pbx.board._seats["1001"].queues == {"care": None}

    run(story())


def test_a_log_in_that_can_t_leave_the_first_telephone_leaves_the_second(
    country: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            out = here.pbx.log_out

            async def no(extension: str) -> None:
                if extension == "1001":
                    raise PbxGone(PbxUnreachable())
                await out(extension)

            monkeypatch.setattr(here.pbx, "log_out", no)
            assert await refused(actions.log_in(here.gateway, here.session, "A", AT_1002)) == "pbx.unreachable"
            assert here.agent.extension == "1001"
            assert here.pbx.board.is_seated("1001")
            assert not here.pbx.board.is_seated("1002")

    run(story())


# One person


def test_another_telephone_at_the_same_desk_is_one_log_out(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            await actions.log_in(here.gateway, here.session, "x", AT_1002)
            await here.gateway.recorder.flush()
            assert [state for _, state, _ in states(here)].count("logged_out") == 1
            assert not here.pbx.board.is_seated("1001")

    run(story())


def test_nobody_leaves_his_telephone_in_a_call(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            await here.talking()
            for asked in (AT_1001, AT_1002):
                assert await refused(actions.log_in(here.gateway, here.session, "x", asked)) == "agent.call_first"
            assert await refused(actions.log_out(here.gateway, here.session)) == "agent.call_first"
            assert (here.agent.state, here.agent.extension) == ("talking", "1001")

    run(story())


@pytest.mark.parametrize("leaves", ["not", "asks", "signs out", "signs out in the call"])
def test_a_wrap_up_is_owed_whatever_telephone_is_next(country: Engine, leaves: str) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            key = await here.talking()
            if leaves == "signs out in the call":
                actions.sign_out(here.gateway, here.session)
            here.pbx.caller_hangs_up(key)
            if leaves == "asks":
                await actions.log_out(here.gateway, here.session)
            elif leaves == "signs out":
                actions.sign_out(here.gateway, here.session)
            await here.until(lambda: not here.gateway._asides)
            shown = await actions.log_in(here.gateway, here.session, "x", AT_1002)
            assert [(call.id, call.state) for call in shown.calls] == [(id_of(key), "ended")]
            assert here.agent.state == "wrap_up"
            assert await refused(actions.ready(here.gateway, here.agent)) == "agent.wrap_up_first"
            await actions.wrapped(here.gateway, here.agent, id_of(key))
            await actions.ready(here.gateway, here.agent)
            assert here.agent.state == "ready"

    run(story())


def test_what_is_wrapped_up_by_an_act_is_owed_no_more(country: Engine) -> None:
    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            key = await here.talking()
            here.pbx.caller_hangs_up(key)
            await actions.log_out(here.gateway, here.session)
            here.gateway.wrapped_later(here.staff_id, id_of(key))
            await here.at_work()
            assert here.agent.state == "ready"

    run(story())


def test_a_call_that_comes_back_before_its_wrap_up_stays_on_the_desk(country: Engine) -> None:
    async def handed(here: World, agent: Agent, one: UUID, to: Agent) -> None:
        await actions.transfer(here.gateway, agent, one, TransferRequest(to=to.extension))
        await here.until(lambda: one in to.calls)

    async def story() -> None:
        async with world(country) as here:
            agent = await here.at_work()
            one = id_of(key := await here.talking())
            second = colleague(here)
            await actions.log_in(here.gateway, second, "B", AT_1002)
            other = actions.agent_of(here.gateway, second)
            phone = Phone(Client("http://127.0.0.1:1"), utc_now)
            for times in range(2):
                await handed(here, agent, one, other)
                here.pbx.phone_answers("1002")
                await handed(here, other, one, agent)
                here.pbx.phone_answers("1001")
                phone.hear(here.gateway.news.snapshot(DEVICE, here.staff_id))
                if times:
                    break
                phone.hear(await actions.wrapped(here.gateway, agent, one))
                assert [call.state for call in phone.now.calls] == ["talking"]
            assert [call.state for call in phone.now.calls] == ["talking"]
            here.pbx.caller_hangs_up(key)
            assert agent.state == "wrap_up"
            phone.hear(await actions.wrapped(here.gateway, agent, one))
            assert phone.now.calls == ()

    run(story())


def test_whose_desk_goes_while_the_exchange_refuses_a_pause_stays_away(country: Engine) -> None:
    class Stuck(Simulator):
        gate: asyncio.Event | None = None

        async def pause(self, extension: str, reason: str) -> None:
            if self.gate is not None:
                await self.gate.wait()
                self.gate = None
                raise PbxGone(PbxUnreachable())
            await super().pause(extension, reason)

    pbx = Stuck("pbx", utc_now)

    async def story() -> None:
        async with world(country, pbx=pbx) as here:
            agent = await here.at_work()
            await here.gateway.knows_pause("break")
            pbx.gate = gate = asyncio.Event()
            asked = asyncio.ensure_future(actions.pause(here.gateway, agent, "break"))
            await here.until(lambda: agent.wanted == "break")
            here.gateway._gone(DEVICE, here.staff_id)
            gate.set()
            assert await refused(finished(asked)) == "pbx.unreachable"
            await here.until(lambda: not here.gateway._asides)
            assert (agent.wanted, agent.state, agent.paused_at_pbx) == ("away", "away", "away")

    async def finished(asked: "asyncio.Future[PhoneNews]") -> PhoneNews:
        return await asked

    run(story())
