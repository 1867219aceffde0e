"""The telephone gateway over a simulated exchange: each desk is told what is its own, at once, and all is recorded."""

import asyncio
import shutil
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from ccbs_desk.domain.care_commands import WrapUpCall
from ccbs_desk.domain.errors import LinkDown
from ccbs_desk.domain.ids import call_id
from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLeg
from ccbs_desk.models.central import AgentState
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.subscribers import LineNumber
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.telephony.model import CallKey, Presentation
from server_stub.gateway import gateway
from server_stub.seed import demo
from tests.factories.agents import SECOND_AGENT, AgentDesk, agent_desk, exchange, gateway_of, refusal
from tests.factories.server import BACKENDS, RunningServer, running, started, until

NUMBER = "011 2214567"


@pytest.fixture(autouse=True)
def _a_slow_machine_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call comes with its card, however busy this machine is."""
    monkeypatch.setattr(gateway, "PATIENCE_SECONDS", 30.0)


@pytest.fixture(params=BACKENDS)
def centre(request: pytest.FixtureRequest, country_file: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """A server with a simulated exchange."""
    changed: dict[str, Any] = {"pbx": "simulator", "away_seconds": 0.3, "beat_seconds": 0.2}
    with started(request, country_file, tmp_path, **changed) as one:
        yield one
        assert gateway_of(one).poisoned == 0
        assert gateway_of(one).recorder.lost == 0


@pytest.fixture(params=BACKENDS)
def patient(request: pytest.FixtureRequest, country_file: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """One that waits long for a desk."""
    with started(request, country_file, tmp_path, pbx="simulator") as one:
        yield one


def run(story: Coroutine[Any, Any, None]) -> None:
    """Run a story to its end."""
    asyncio.run(asyncio.wait_for(story, 60))


def id_of(key: CallKey) -> UUID:
    """Return the id of a call."""
    return call_id(key.pbx, key.linkedid)


def recorded(server: RunningServer, call: UUID) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a call and its legs once they are over and written."""

    def look() -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
        with reading(server.engine) as connection:
            rows = connection.execute(select(table_of(Call)).where(Call.id == call)).mappings().all()
            legs = select(table_of(CallLeg)).where(CallLeg.call_id == call).order_by(CallLeg.offered_at, CallLeg.leg)
            found = [dict(leg) for leg in connection.execute(legs).mappings()]
        assert len(rows) <= 1
        return (dict(rows[0]), found) if rows and rows[0]["ended_at"] else None

    return until(look)


def states(server: RunningServer, desk: AgentDesk) -> list[tuple[str, str]]:
    """Return the states that were kept of a desk's agent, in their order."""
    with reading(server.engine) as connection:
        rows = connection.execute(
            select(AgentState.state, AgentState.reason)
            .where(AgentState.device_id == desk.desk.device_id)
            .order_by(AgentState.since, AgentState.id)
        ).all()
    return [(row.state, row.reason) for row in rows]


class TestOneCall:
    """From ring to wrap-up, on SQLite and PostgreSQL alike."""

    def test_a_known_caller_comes_with_his_card(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                key = await exchange(centre, lambda pbx: pbx.call_in(NUMBER, "محمد"))
                offered = await desk.call()
                assert desk.phone.now.agent.state == "offered"
                assert (offered.id, offered.number, offered.presentation) == (id_of(key), NUMBER, "allowed")
                assert offered.queue is not None
                assert (offered.queue.code, offered.name, offered.direction) == ("care", "محمد", "inbound")
                (match,) = offered.matches
                assert (match.account_id, match.line_id, match.why) == (demo.ACCOUNT_ID, demo.LINE_ID, "number")
                with reading(centre.engine) as connection:
                    own = read_card(connection, demo.ACCOUNT_ID, today=demo.TODAY, at_desk=False)
                assert offered.card is not None
                assert own is not None
                assert offered.card.lines == own.lines
                assert offered.card.notices == own.notices
                # Event and card came in one message: nothing was shown before it.
                assert next(now for now in desk.history if now.calls).calls[0].card == offered.card
                await exchange(centre, lambda pbx: pbx.phone_answers("1001"))
                await desk.state("talking")
                talking = await desk.call("talking")
                assert talking.card == offered.card
                assert talking.since >= offered.since
                await exchange(centre, lambda pbx: pbx.caller_hangs_up(key))
                await desk.state("wrap_up")
                assert (await desk.call("ended")).matches == (match,)
                assert await refusal(desk.phone.ready()) == "agent.wrap_up_first"
                # While one is wrapped up, no other is offered.
                second = await exchange(centre, lambda pbx: pbx.call_in("0113333333"))
                await desk.phone.wrapped(offered.id)
                assert (await desk.call()).id == id_of(second)
                await exchange(centre, lambda pbx: pbx.caller_hangs_up(second))
                await desk.state("ready")
                await desk.phone.log_out()
                call, (leg,) = await asyncio.to_thread(recorded, centre, offered.id)
                staff = desk.desk.staff(demo.AGENT)
                assert (call["outcome"], call["staff_id"], call["account_id"]) == ("answered", staff, demo.ACCOUNT_ID)
                assert (call["caller_e164"], call["area_id"]) == (demo.NUMBER, demo.AREA)
                assert (leg["outcome"], leg["staff_id"], leg["extension"]) == ("ended", staff, "1001")
                assert call["arrived_at"] <= leg["offered_at"] <= leg["answered_at"] <= leg["ended_at"]
                gone, (rang,) = await asyncio.to_thread(recorded, centre, id_of(second))
                assert (gone["outcome"], rang["outcome"], gone["staff_id"]) == ("abandoned", "cancelled", None)
                await asyncio.to_thread(until, lambda: states(centre, desk)[-1:] == [("logged_out", "asked")])
                assert [state for state, _ in states(centre, desk)] == [
                    "paused", "ready", "offered", "talking", "wrap_up", "ready", "offered", "ready", "logged_out",
                ]  # fmt: skip

        run(story())

    def test_desks_of_the_area_hear_of_the_call(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                key = await exchange(centre, lambda pbx: pbx.call_in(NUMBER))
                await desk.call()
                await exchange(centre, lambda pbx: pbx.caller_hangs_up(key))
                await desk.state("ready")
                call, _ = await asyncio.to_thread(recorded, centre, id_of(key))
                assert call["outcome"] == "abandoned"

        run(story())
        clerk = centre.counter()
        (last,) = [change for change in clerk.page(0).changes if change.table == "call"][-1:]
        assert last.row is not None
        assert last.row["outcome"] == "abandoned"

    @pytest.mark.parametrize(
        ("number", "presentation", "shown"),
        [
            ("", Presentation.ALLOWED, "unavailable"),
            ("anonymous", Presentation.ALLOWED, "withheld"),
            (NUMBER, Presentation.WITHHELD, "withheld"),
            ("1" * 30, Presentation.ALLOWED, "allowed"),
            ("abc", Presentation.ALLOWED, "unavailable"),
            ("0112\r\nAction: Hangup", Presentation.ALLOWED, "allowed"),
            ("+96399", Presentation.ALLOWED, "allowed"),
        ],
    )
    def test_whatever_the_caller_is_the_call_is_shown(
        self, centre: RunningServer, number: str, presentation: Presentation, shown: str
    ) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                key = await exchange(centre, lambda pbx: pbx.call_in(number, "x\ny", presentation=presentation))
                call = await desk.call()
                assert (call.presentation, call.matches, call.card) == (shown, (), None)
                assert "\n" not in call.number + call.name
                await exchange(centre, lambda pbx: pbx.caller_hangs_up(key))
                await desk.state("ready")

        run(story())

    def test_several_who_have_the_number_are_ranked_and_none_is_picked(self, centre: RunningServer) -> None:
        with writing(centre.engine) as connection:
            other = (
                connection.execute(
                    select(LineNumber.id).where(LineNumber.account_id != demo.ACCOUNT_ID, LineNumber.valid_to.is_(None))
                )
                .scalars()
                .first()
            )
            connection.execute(update(LineNumber).where(LineNumber.id == other).values(e164=demo.NUMBER))

        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                await exchange(centre, lambda pbx: pbx.call_in(NUMBER))
                call = await desk.call()
                assert [match.rank for match in call.matches] == [1, 2]
                assert len({match.account_id for match in call.matches}) == 2
                assert call.card is None

        run(story())

    def test_hold_and_hang_up_from_the_desk(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                key = await exchange(centre, lambda pbx: pbx.call_in(NUMBER))
                call = await desk.call()
                await desk.phone.answer(call.id)
                await desk.call("talking")
                await desk.phone.hold(call.id)
                await desk.call("held")
                await desk.phone.resume(call.id)
                await desk.call("talking")
                await desk.phone.pause("meal")
                assert desk.phone.now.agent.state == "talking"
                await desk.phone.hang_up(call.id)
                await desk.state("wrap_up")
                await desk.phone.wrapped(call.id)
                await desk.state("paused")
                assert desk.phone.now.agent.reason == "meal"
                assert await refusal(desk.phone.hang_up(call.id)) == "call.gone"
                row, _ = await asyncio.to_thread(recorded, centre, id_of(key))
                assert row["outcome"] == "answered"

        run(story())

    def test_a_wrap_up_that_comes_home_as_an_act_ends_it(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                key = await exchange(centre, lambda pbx: pbx.call_in(NUMBER))
                call = await desk.call()
                await exchange(centre, lambda pbx: pbx.phone_answers("1001"))
                await desk.state("talking")
                await exchange(centre, lambda pbx: pbx.caller_hangs_up(key))
                await desk.state("wrap_up")
                act = desk.desk.do(WrapUpCall(call_id=call.id, code="answered", notes="تم"), by=demo.AGENT)
                (answer,) = (await desk.client.push([act])).answers
                assert answer.outcome == "applied"
                await desk.state("ready")
                assert desk.phone.now.calls == ()

        run(story())

    def test_dialling_from_the_desk(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                assert await refusal(desk.phone.dial("12")) == "number.unreadable"
                await desk.phone.dial("٠١١ ٢٢١٤٥٦٧")
                call = await desk.call()
                assert (call.direction, call.number, call.presentation) == ("outbound", "0112214567", "allowed")
                (match,) = call.matches
                assert match.account_id == demo.ACCOUNT_ID
                await exchange(centre, lambda pbx: pbx.phone_answers("1001"))
                await exchange(centre, lambda pbx: pbx.far_end_answers(pbx.snapshot().calls[0].key))
                await desk.call("talking")
                await desk.phone.hang_up(call.id)
                await desk.state("wrap_up")
                row, _ = await asyncio.to_thread(recorded, centre, call.id)
                assert (row["direction"], row["dialled"], row["account_id"]) == (
                    "outbound", "0112214567", demo.ACCOUNT_ID,
                )  # fmt: skip

        run(story())


class TestTwoAgents:
    """Nobody hears or touches what is another's."""

    def test_a_call_is_handed_over_with_its_context(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as one, agent_desk(centre, SECOND_AGENT) as two:
                await one.at_work("1001")
                await two.phone.log_in("1002", ("care",))
                key = await exchange(centre, lambda pbx: pbx.call_in("0119999999"))
                call = await one.call()
                await exchange(centre, lambda pbx: pbx.phone_answers("1001"))
                await one.state("talking")
                assert two.phone.now.calls == ()
                for touch in (two.phone.hang_up, two.phone.hold, two.phone.answer):
                    assert await refusal(touch(call.id)) == "call.of_other"
                assert await one.phone.colleagues() == ()
                await two.phone.ready()
                (free,) = await one.phone.colleagues()
                assert (free.extension, bool(free.name)) == ("1002", True)
                assert await refusal(one.phone.transfer(call.id, "1003")) == "pbx.nobody_there"
                assert one.phone.now.calls[0].state == "talking"
                assert {queue.code: queue.name.en for queue in one.phone.now.queues}["care"] == "Customer care"
                assert call.queue is not None
                assert call.queue.name.ar == "خدمة المشتركين"
                await one.phone.transfer(call.id, "1002", note="فاتورة", account_id=demo.ACCOUNT_ID)
                got = await two.call()
                assert (got.id, got.note, got.number) == (call.id, "فاتورة", "0119999999")
                assert got.transferred_from is not None
                assert got.card is not None
                assert got.card.account_id == demo.ACCOUNT_ID
                await one.state("wrap_up")
                await exchange(centre, lambda pbx: pbx.phone_answers("1002"))
                await two.state("talking")
                await one.phone.wrapped(call.id)
                await exchange(centre, lambda pbx: pbx.caller_hangs_up(key))
                await two.state("wrap_up")
                row, legs = await asyncio.to_thread(recorded, centre, call.id)
                assert [leg["outcome"] for leg in legs] == ["transferred", "ended"]
                assert [leg["extension"] for leg in legs] == ["1001", "1002"]
                assert row["staff_id"] == two.desk.staff(SECOND_AGENT)
                assert row["account_id"] == demo.ACCOUNT_ID

        run(story())

    def test_a_telephone_has_one_agent(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as one, agent_desk(centre, SECOND_AGENT) as two:
                await one.at_work("1001")
                assert await refusal(two.phone.log_in("1001", ("care",))) == "agent.extension_taken"
                assert await refusal(two.phone.log_in("12", ("care",))) == "pbx.extension_unknown"
                assert await refusal(two.phone.log_in("1002", ("nowhere",))) == "pbx.extension_unknown"
                assert await refusal(two.phone.ready()) == "agent.logged_out"
                await two.phone.log_in("1002")
                assert set(two.phone.now.agent.queues) == {"care", "faults", "directory"}
                assert (two.phone.now.agent.state, two.phone.now.agent.reason) == ("paused", "logged_in")
                # Moving to another telephone leaves the first one.
                await one.phone.log_in("1003", ("care",))
                await two.phone.log_in("1001", ("care",))
                assert two.phone.now.agent.extension == "1001"

        run(story())


class TestGaps:
    """Desks that go, an exchange that goes, a server that is started anew."""

    def test_a_desk_that_is_gone_for_long_gets_no_calls_until_it_wants_them(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                await desk.cut()
                assert (desk.phone.now.pbx, desk.phone.now.problem) == ("down", LinkDown())
                await asyncio.to_thread(until, lambda: states(centre, desk)[-1:] == [("away", "away")])
                await exchange(centre, lambda pbx: pbx.call_in(NUMBER))
                assert await exchange(centre, lambda pbx: pbx.board.line_of("1001")) is None
                await desk.connect()
                assert desk.phone.now.agent.state == "away"
                assert desk.phone.now.pbx == "up"
                await desk.phone.ready()
                assert (await desk.call()).card is not None

        run(story())

    def test_a_short_gap_changes_nothing_and_the_picture_comes_back(self, patient: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(patient) as desk:
                await desk.at_work()
                await exchange(patient, lambda pbx: pbx.call_in(NUMBER))
                call = await desk.call()
                await desk.cut()
                await exchange(patient, lambda pbx: pbx.phone_answers("1001"))
                await desk.connect()
                now = await desk.call("talking")
                assert (now.id, now.card) == (call.id, call.card)
                await desk.cut()
                await exchange(patient, lambda pbx: pbx.phone_hangs_up("1001"))
                await desk.connect()
                await desk.state("wrap_up")
                assert (await desk.call("ended")).card == call.card
                await desk.phone.wrapped(call.id)
                await desk.state("ready")
                assert desk.phone.now.calls == ()

        run(story())

    def test_an_exchange_that_is_lost_is_told_and_found_again(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                key = await exchange(centre, lambda pbx: pbx.call_in(NUMBER))
                await desk.call()
                await exchange(centre, lambda pbx: pbx.loses_link())
                await desk.told(lambda now: now.pbx == "down")
                problem = desk.phone.now.problem
                assert problem is not None
                assert problem.code == "pbx.unreachable"
                assert await refusal(desk.phone.pause("meal")) == "pbx.unreachable"
                assert desk.phone.now.agent.state == "offered"
                await exchange(centre, lambda pbx: pbx.board.caller_hangs_up(key.linkedid))
                await exchange(centre, lambda pbx: pbx.link_returns())
                await desk.told(lambda now: now.pbx == "up" and not now.calls)
                await desk.state("ready")

        run(story())

    def test_whoever_the_exchange_logs_out_is_logged_out(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                await exchange(centre, lambda pbx: pbx.board.unseat("1001"))
                await desk.state("logged_out")
                assert desk.phone.now.agent.reason == "exchange"

        run(story())

    def test_whoever_signs_out_takes_no_calls(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                await desk.client.sign_out()
                await asyncio.to_thread(until, lambda: states(centre, desk)[-1:] == [("logged_out", "signed_out")])
                assert not await exchange(centre, lambda pbx: pbx.board.is_seated("1001"))

        run(story())


class TestRights:
    """Who may not, may not."""

    def test_without_an_exchange_it_is_said(self, server: RunningServer) -> None:
        clerk = server.counter()
        answer = clerk.http.post("/v1/agent/ready")
        assert (answer.status_code, answer.json()["code"]) == (409, "pbx.none")
        for path in ("call", "answer", "hang-up"):
            asked = {"number": "1", "extension": "1001"}
            assert clerk.http.post(f"/v1/simulator/{path}", json=asked).status_code == 404

    def test_who_takes_no_calls_can_t_log_in(self, centre: RunningServer) -> None:
        admin = centre.sign_in(centre.enrolled_desk(), demo.ADMIN)
        for path, asked in (
            ("agent/log-in", {"extension": "1001"}),
            ("agent/ready", None),
            ("calls/dial", {"number": "1"}),
        ):
            answer = admin.http.post(f"/v1/{path}", json=asked)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission.missing")
        assert centre.http().post("/v1/agent/ready").status_code == 401

    def test_nobody_moves_the_demo_s_telephones_through_a_proxy(self, country_file: Path, tmp_path: Path) -> None:
        database = f"sqlite:///{tmp_path / 'server.db'}"
        shutil.copyfile(country_file, tmp_path / "server.db")
        with running(database, country_file, tmp_path, pbx="simulator", behind_proxy=True) as one:
            assert one.http().post("/v1/simulator/call", json={"number": NUMBER}).status_code == 404

    def test_the_demo_s_telephones_are_moved_from_outside(self, centre: RunningServer) -> None:
        async def story() -> None:
            async with agent_desk(centre) as desk:
                await desk.at_work()
                world = centre.http()

                async def post(path: str, **asked: str) -> httpx.Response:
                    return await asyncio.to_thread(world.post, f"/v1/simulator/{path}", json=asked)

                assert (await post("call", number=NUMBER, queue="nowhere")).status_code == 404
                assert (await post("answer", extension="1001")).status_code == 404
                assert (await post("hang-up", extension="1001")).status_code == 404
                called = await post("call", number=NUMBER, name="محمد")
                call = await desk.call()
                assert called.json() == {"call_id": str(call.id)}
                assert (await post("answer", extension="1001")).status_code == 204
                await desk.call("talking")
                assert (await post("hang-up", extension="1001")).status_code == 204
                await desk.state("wrap_up")

        run(story())
