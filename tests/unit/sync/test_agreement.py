"""A desk compares itself with the server now and then, beside everything else."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from ccbs_desk.domain.errors import LinkDown, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.sync.agreement import Agreement
from ccbs_desk.sync.compare import Outcome
from ccbs_desk.sync.pace import Pace
from tests.factories.desk import LONGEST_WAIT, MORNING
from tests.sync.wire import run
from tests.sync.world import SyncedDesk, World

MENDED = desk_state.MendedTable("account", 2, 1, 7)


@dataclass
class Comparing:
    """Stands for the comparison; `ends` are what it comes to, one after the other."""

    ends: list[Outcome | Exception]
    begun: int = 0
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> Outcome:
        """Compare."""
        self.begun += 1
        await self.hold.wait()
        end = self.ends.pop(0)
        if isinstance(end, Exception):
            raise end
        return end


@dataclass
class Watch:
    """An agreement whose time a test turns."""

    desk: SyncedDesk
    comparing: Comparing
    told: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        pace = Pace(monotonic=lambda: self.seconds)
        comparing: object = self.comparing
        self.agreement = Agreement(
            self.desk.store, comparing, lambda: MORNING, pace, self.told.append  # type: ignore[arg-type]
        )  # fmt: skip

    async def look(self, after: float) -> None:
        """Look, some seconds later, and let what begins come to its end."""
        self.seconds += after
        self.agreement.look()
        running = self.agreement._running
        if running is not None:
            await asyncio.wait_for(running, LONGEST_WAIT)


@pytest.fixture
def desk(world: World) -> SyncedDesk:
    """A desk."""
    return world.desks[0]


def test_it_waits_until_the_desk_has_settled_and_then_for_hours(desk: SyncedDesk) -> None:
    async def story() -> None:
        watch = Watch(desk, Comparing([Outcome(agreed=False), Outcome(agreed=True, mended=(MENDED,))]))
        watch.comparing.hold.set()
        await watch.look(60)
        assert watch.comparing.begun == 0
        await watch.look(60)
        assert watch.comparing.begun == 1
        await watch.look(60)
        assert watch.comparing.begun == 1
        await watch.look(60)
        assert (watch.comparing.begun, watch.told) == (2, [3])
        desk.write(desk_state.put, desk_state.Compared(at=MORNING - timedelta(hours=1)))
        await watch.look(120)
        assert watch.comparing.begun == 2
        desk.write(desk_state.put, desk_state.Compared(at=MORNING - timedelta(hours=7)))
        watch.comparing.ends.append(Outcome(agreed=True))
        await watch.look(120)
        assert (watch.comparing.begun, watch.told) == (3, [3])

    run(story())


def test_what_goes_wrong_is_tried_again(desk: SyncedDesk) -> None:
    async def story() -> None:
        watch = Watch(desk, Comparing([Unavailable(LinkDown()), ValueError("ours"), Outcome(agreed=True)]))
        watch.comparing.hold.set()
        for wanted, failures in ((1, 0), (2, 1), (3, 1)):
            await watch.look(120)
            assert (watch.comparing.begun, watch.agreement.failures) == (wanted, failures)

    run(story())


def test_one_at_a_time_and_it_ends_when_it_is_told_to(desk: SyncedDesk) -> None:
    async def story() -> None:
        watch = Watch(desk, Comparing([]))
        await watch.agreement.stop()
        watch.seconds = 120
        watch.agreement.look()
        while not watch.comparing.begun:
            await asyncio.sleep(0)
        watch.seconds = 500
        watch.agreement.look()
        assert watch.comparing.begun == 1
        await watch.agreement.stop()
        assert watch.agreement._running is None

    run(story())
