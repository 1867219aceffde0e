"""The gateway over a real Asterisk: from a caller's telephone to the desk, and to the record of the call."""

import asyncio
import shutil
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from ccbs_desk.models.base import table_of
from ccbs_desk.models.calls import Call, CallLeg
from ccbs_desk.models.database import reading
from server_stub.exchange import FROM_ENVIRONMENT
from server_stub.seed import demo
from tests.factories.agents import SECOND_AGENT, agent_desk
from tests.factories.server import RunningServer, running, until
from tests.pbx.benches import empty
from tests.pbx.exchange import HOST, Exchange
from tests.pbx.phones import Manner, Phones

NUMBER = "0112214567"
QUEUE = "5100"


@contextmanager
def centre_of(exchange: Exchange, country_file: Path, folder: Path) -> Iterator[RunningServer]:
    """Run a server whose exchange is this Asterisk; afterwards the exchange is empty again."""
    shutil.copyfile(country_file, folder / "server.db")
    settings: dict[str, Any] = {
        "pbx": "ami",
        "pbx_host": HOST,
        "pbx_port": exchange.ami_port,
        "pbx_user": exchange.cti_user,
        "beat_seconds": 0.2,
    }
    with running(f"sqlite:///{folder / 'server.db'}", country_file, folder, **settings) as server:
        try:
            yield server
        finally:
            empty(exchange)


def run(story: Coroutine[Any, Any, None]) -> None:
    """Run a story to its end."""
    asyncio.run(asyncio.wait_for(story, 90))


def recorded(server: RunningServer, call: UUID) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a call and its legs once it is over and written."""

    def look() -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
        with reading(server.engine) as connection:
            row = connection.execute(select(table_of(Call)).where(Call.id == call)).mappings().one_or_none()
            legs = select(table_of(CallLeg)).where(CallLeg.call_id == call).order_by(CallLeg.offered_at)
            found = [dict(leg) for leg in connection.execute(legs).mappings()]
        return (dict(row), found) if row is not None and row["ended_at"] else None

    return until(look)


def test_a_real_caller_comes_with_his_card(
    exchange: Exchange, country_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FROM_ENVIRONMENT, exchange.cti_secret)

    async def story(server: RunningServer) -> None:
        phones = Phones(exchange)
        try:
            await phones.agent("1001", manner=Manner.ANSWERS)
            async with agent_desk(server) as desk:
                await desk.told(lambda now: now.pbx == "up")
                assert desk.phone.now.capabilities == {"originate", "hang_up", "blind_transfer"}
                await desk.at_work("1001", ("care",))
                await phones.caller(NUMBER, QUEUE, name="محمد", stays_ms=3_000)
                call = await desk.told(lambda now: next((call for call in now.calls if call.card), None))
                assert call is not None
                assert call.card is not None
                assert (call.card.account_id, call.number, call.name) == (demo.ACCOUNT_ID, NUMBER, "محمد")
                await desk.state("talking")
                await desk.state("wrap_up")
                await desk.phone.wrapped(call.id)
                await desk.state("ready")
                row, (leg,) = await asyncio.to_thread(recorded, server, call.id)
                staff = desk.desk.staff(demo.AGENT)
                assert (row["outcome"], row["staff_id"], row["account_id"]) == ("answered", staff, demo.ACCOUNT_ID)
                assert (row["queue"], row["dialled"], leg["outcome"]) == ("care", QUEUE, "ended")
                assert row["arrived_at"] <= leg["offered_at"] < row["answered_at"] < row["ended_at"]
        finally:
            await phones.stop()

    with centre_of(exchange, country_file, tmp_path) as server:
        run(story(server))


def test_a_real_call_is_handed_over_with_its_context(
    exchange: Exchange, country_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FROM_ENVIRONMENT, exchange.cti_secret)

    async def story(server: RunningServer) -> None:
        phones = Phones(exchange)
        try:
            await phones.agent("1001", "1002", manner=Manner.ANSWERS)
            async with agent_desk(server) as one, agent_desk(server, SECOND_AGENT) as two:
                await one.told(lambda now: now.pbx == "up")
                await one.at_work("1001", ("care",))
                await two.phone.log_in("1002", ("care",))
                await phones.caller("0119876543", QUEUE, stays_ms=12_000)
                await one.state("talking")
                call = await one.call("talking")
                await one.phone.transfer(call.id, "1002", note="يسأل عن فاتورته", account_id=demo.ACCOUNT_ID)
                got = await two.told(lambda now: next((call for call in now.calls if call.card), None))
                assert got is not None
                assert (got.id, got.note) == (call.id, "يسأل عن فاتورته")
                assert got.transferred_from is not None
                await one.state("wrap_up")
                await two.state("wrap_up")
                row, legs = await asyncio.to_thread(recorded, server, call.id)
                assert [leg["outcome"] for leg in legs] == ["transferred", "ended"]
                assert row["staff_id"] == two.desk.staff(SECOND_AGENT)
        finally:
            await phones.stop()

    with centre_of(exchange, country_file, tmp_path) as server:
        run(story(server))


def test_a_wrong_secret_is_told_at_the_desk(
    exchange: Exchange, country_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FROM_ENVIRONMENT, "not it")

    async def story(server: RunningServer) -> None:
        async with agent_desk(server) as desk:
            await desk.told(lambda now: now.pbx == "refused")
            problem = desk.phone.now.problem
            assert problem is not None
            assert problem.code == "pbx.wrong_secret"

    with centre_of(exchange, country_file, tmp_path) as server:
        run(story(server))
