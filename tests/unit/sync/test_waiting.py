"""Acts that wait for a person at the server, and on which it goes on to fail: nothing else stands still for them."""

from collections import deque
from uuid import UUID

import httpx
from sqlalchemy import update

from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.sync.push import BATCH
from tests.sync.wire import Fault, run, until
from tests.sync.world import SyncedDesk, World
from tests.unit.sync.test_engine import Life, pay

ROUNDS = 4


def parked(desk: SyncedDesk, act: UUID) -> None:
    """Let an act wait for a person at the server."""
    table = table_of(Outbox)
    desk.write(lambda c: c.execute(update(table).where(table.c.command_id == act).values(state="parked")).rowcount)


def failing_on(*acts: UUID) -> Fault:
    """Return the fault of a server that fails on every push with one of these acts, for ever."""
    names = [str(act).encode() for act in acts]

    def fault(request: httpx.Request) -> httpx.Response | None:
        if any(name in request.content for name in names):
            return httpx.Response(500, json={"code": "server.bug"})
        return None

    return fault


def test_an_act_on_which_the_server_fails_for_ever_stops_nothing_else(world: World) -> None:
    here, there, _ = world.desks
    here.open_till()
    stuck, waits, later = pay(here), pay(here), pay(here)
    parked(here, stuck)
    parked(here, waits)
    there.open_till()
    pay(there)
    there.heal()

    async def story() -> None:
        life = Life(here)
        life.wire.faults["commands"] = deque([failing_on(stuck)] * 100)
        async with life:
            await life.until_online()
            # The others that wait are asked for all the same, alone.
            await until(lambda: here.state(waits) in ("applied", "home"))
            await until(lambda: here.state(later) == "home")
            await until(lambda: life.facts.position == life.facts.head == world.central.head)
            assert "offline" not in life.links()
            for _ in range(ROUNDS):
                newer = pay(here)
                life.time += life.pace.waiting + 1
                life.engine.wake()
                await until(lambda newer=newer: here.state(newer) == "home")  # type: ignore[misc]
                await life.until_online()
            assert here.state(stuck) == "parked"
            assert "offline" not in life.links()
            # And when the server has been mended, that act comes home as well.
            life.wire.faults.clear()
            life.time += life.pace.waiting + 1
            life.engine.wake()
            await until(lambda: here.state(stuck) == "home")

    run(story())


def test_more_than_a_batch_of_waiting_acts_is_asked_for_in_batches(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    acts = [pay(desk, 1_000) for _ in range(BATCH + 1)]
    table = table_of(Outbox)
    desk.write(lambda c: c.execute(update(table).values(state="parked")).rowcount)

    async def story() -> None:
        async with Life(desk) as life:
            await until(lambda: all(desk.state(act) == "home" for act in (acts[0], acts[-1])))
            assert life.wire.asked.count("commands") == 2

    run(story())
