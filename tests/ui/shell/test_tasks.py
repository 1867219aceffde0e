"""Work of a screen: the newest look goes on, and looking again takes nothing from what was asked for."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ccbs_desk.domain.errors import LinkDown, Reason, Unavailable
from ccbs_desk.ui.shell.tasks import Tasks


class Bench:
    """Tasks, what they have done, and the doors that hold them."""

    def __init__(self) -> None:
        self.refused: list[Reason] = []
        self.tasks = Tasks(self.refused.append)
        self.done: list[str] = []
        self.doors: dict[str, asyncio.Event] = {}

    async def work(self, name: str) -> None:
        """Wait for the door of that name, then note that it was done."""
        await self.doors.setdefault(name, asyncio.Event()).wait()
        self.done.append(name)

    def open(self, *names: str) -> None:
        """Open doors."""
        for name in names:
            self.doors.setdefault(name, asyncio.Event()).set()


def run(story: Callable[[Bench], Awaitable[None]]) -> Bench:
    """Run a story to its end."""
    bench = Bench()

    async def whole() -> None:
        await story(bench)
        await bench.tasks.settled()

    asyncio.run(whole())
    return bench


def test_of_the_same_name_only_the_newest_goes_on() -> None:
    async def story(bench: Bench) -> None:
        bench.tasks.start(bench.work("old"), latest="search")
        await asyncio.sleep(0)
        bench.tasks.start(bench.work("new"), latest="search")
        bench.open("old", "new")

    assert run(story).done == ["new"]


def test_what_follows_waits_and_takes_nothing_away() -> None:
    async def story(bench: Bench) -> None:
        bench.tasks.start(bench.work("open"), latest="card")
        bench.tasks.follow(bench.work("again"), latest="card")
        bench.tasks.follow(bench.work("once is enough"), latest="card")
        await asyncio.sleep(0)
        bench.open("again", "once is enough")
        await asyncio.sleep(0)
        assert bench.done == []
        bench.open("open")

    assert run(story).done == ["open", "again"]


def test_where_nothing_runs_it_begins_at_once() -> None:
    async def story(bench: Bench) -> None:
        bench.open("first", "second")
        bench.tasks.follow(bench.work("first"), latest="card")
        await bench.tasks.settled()
        bench.tasks.follow(bench.work("second"), latest="card")

    assert run(story).done == ["first", "second"]


@pytest.mark.parametrize("begun", [True, False])
def test_what_is_asked_for_anew_ends_what_runs_and_what_follows(begun: bool) -> None:
    async def story(bench: Bench) -> None:
        bench.tasks.start(bench.work("open"), latest="card")
        await asyncio.sleep(0)
        bench.tasks.follow(bench.work("again"), latest="card")
        if begun:
            await asyncio.sleep(0)
        bench.tasks.start(bench.work("another"), latest="card")
        bench.open("open", "again", "another")

    assert run(story).done == ["another"]


@pytest.mark.filterwarnings("error")
def test_the_end_of_the_screen_ends_all() -> None:
    async def story(bench: Bench) -> None:
        bench.tasks.start(bench.work("open"), latest="card")
        bench.tasks.follow(bench.work("again"), latest="card")
        bench.tasks.cancel()

    assert run(story).done == []


def test_a_refusal_is_told() -> None:
    async def story(bench: Bench) -> None:
        async def refused() -> None:
            raise Unavailable(LinkDown())

        bench.tasks.start(refused())

    assert run(story).refused == [LinkDown()]
