"""Who brings the calls of the demo; the real exchange's side is in `tests/pbx/test_obey.py`."""

import asyncio
import shutil
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from server_stub.demo import exchanges
from server_stub.demo.exchanges import Failed, exchange_of
from tests.factories.agents import agent_desk
from tests.factories.server import running

NUMBER, TELEPHONE = "0112214567", "1001"


def test_the_simulator_is_moved_over_the_server(country_file: Path, tmp_path: Path) -> None:
    async def story(at: exchanges.Exchange) -> None:
        async with agent_desk(server) as desk:
            await desk.at_work(TELEPHONE, ("care",))
            asked = time.monotonic()
            assert asked <= await asyncio.to_thread(at.move, "call", {"number": NUMBER}) <= time.monotonic()
            await desk.call("offered")
            await asyncio.to_thread(at.move, "answer", {"extension": TELEPHONE})
            await desk.state("talking")
            await asyncio.to_thread(at.move, "hang-up", {"extension": TELEPHONE})
            await desk.state("wrap_up")
            with pytest.raises(Failed, match="did not answer"):
                await asyncio.to_thread(at.move, "answer", {"extension": TELEPHONE})

    shutil.copyfile(country_file, tmp_path / "server.db")
    with (
        (tmp_path / "log").open("w") as log,
        exchange_of("simulator", None, log) as at,
        running(f"sqlite:///{tmp_path / 'server.db'}", country_file, tmp_path, pbx="simulator") as server,
    ):
        assert (at.arguments, at.environment) == (["--pbx", "simulator"], {})
        at.server_port = urlsplit(server.url).port or 0
        asyncio.run(asyncio.wait_for(story(at), 60))


def test_an_exchange_that_is_not_there_is_told(tmp_path: Path) -> None:
    with (
        (tmp_path / "log").open("w") as log,
        pytest.raises(Failed, match="has ended"),
        exchange_of("asterisk", tmp_path, log),
    ):
        pass


def test_without_the_sources_there_is_no_real_exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanges, "SOURCES", tmp_path)
    with (
        (tmp_path / "log").open("w") as log,
        pytest.raises(Failed, match="from a checkout"),
        exchange_of("asterisk", None, log),
    ):
        pass
