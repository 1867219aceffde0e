"""The demo calls whoever is ready, at a real server with its simulated exchange, and goes on when it can't."""

import asyncio
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from server_stub.demo.callers import CALLERS, Callers
from server_stub.demo.exchanges import Failed, exchange_of
from tests.factories.agents import agent_desk
from tests.factories.server import running

TELEPHONE = "1001"


def test_who_is_ready_is_called_again_and_again(country_file: Path, tmp_path: Path) -> None:
    brought: list[str] = []

    def bring(act: str, facts: dict[str, str]) -> object:
        brought.append(facts["number"])
        if len(brought) == 1:
            raise Failed("the exchange is not up yet")
        return at.move(act, facts)

    async def story() -> None:
        async with agent_desk(server) as desk:
            callers = Callers(server.engine, bring, first=0.0)
            callers.start()
            await desk.at_work(TELEPHONE, ("care",))
            offered = await desk.call("offered")
            assert offered.number
            await asyncio.to_thread(at.move, "answer", {"extension": TELEPHONE})
            await desk.state("talking")
            so_far = len(brought)
            await asyncio.to_thread(callers.stop)
            # Who is in a call is not called.
            assert brought == [CALLERS[n % len(CALLERS)]["number"] for n in range(so_far)]
            assert so_far == 2
            await asyncio.to_thread(at.move, "hang-up", {"extension": TELEPHONE})

    shutil.copyfile(country_file, tmp_path / "server.db")
    with (
        (tmp_path / "log").open("w") as log,
        exchange_of("simulator", None, log) as at,
        running(f"sqlite:///{tmp_path / 'server.db'}", country_file, tmp_path, pbx="simulator") as server,
    ):
        at.server_port = urlsplit(server.url).port or 0
        asyncio.run(asyncio.wait_for(story(), 60))
