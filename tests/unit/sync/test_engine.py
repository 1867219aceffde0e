"""The loop that keeps a desk and the server alike: connects, comes back, waits, is blocked, and never dies."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from ccbs_desk.domain.errors import (
    CredentialsWrong,
    DeviceNotEnrolled,
    DiskFull,
    LinkDown,
    Refused,
    ServerFault,
    SignInNeeded,
    Unavailable,
)
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.models import desk_state
from ccbs_desk.models.desk import Outbox
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.engine import Engine
from ccbs_desk.sync.facts import SyncFacts
from ccbs_desk.sync.pace import Backoff, Pace
from ccbs_desk.sync.push import TRIES
from ccbs_desk.sync.rebase import Applied
from ccbs_desk.wire.messages import SignInRequest
from tests.sync.wire import Wire, cut, garbage, problem, run, until
from tests.sync.world import SyncedDesk, World


class Sleeper:
    """Sleeps that end when the test says so."""

    def __init__(self) -> None:
        self.asleep: list[tuple[float, asyncio.Event]] = []
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Sleep until woken."""
        sleep = seconds, asyncio.Event()
        self.asked.append(seconds)
        self.asleep.append(sleep)
        try:
            await sleep[1].wait()
        finally:
            self.asleep.remove(sleep)

    def wake(self) -> None:
        """End all sleeps."""
        for _, woken in self.asleep:
            woken.set()


class Life:
    """An engine at work on a desk, and all that it told."""

    def __init__(self, desk: SyncedDesk, **about: object) -> None:
        self.desk = desk
        self.wire = Wire(desk.central, desk.device_id)
        self.client: Client = self.wire.client(**about)
        self.sleeper = Sleeper()
        self.time = 0.0
        self.pace = Pace(sleep=self.sleeper, chance=lambda: 1.0, monotonic=lambda: self.time)
        self.told: list[SyncFacts] = []
        self.applied: list[Applied] = []
        self.renewals = 0
        self.renew: Callable[[], Awaitable[None]] = self.sign_in
        self.engine = Engine(
            desk.store,
            self.client,
            now=desk.clock,
            facts=self.told.append,
            applied=self.applied.append,
            renew=self._renew,
            pace=self.pace,
        )

    async def _renew(self) -> None:
        self.renewals += 1
        await self.renew()

    async def sign_in(self) -> None:
        """Sign in as the clerk."""
        asked = SignInRequest(login="c", password="right", device_id=self.desk.device_id, nonce="", signature="")
        await self.client.sign_in(asked)

    async def __aenter__(self) -> "Life":
        self.engine.start()
        self.engine.start()
        return self

    async def __aexit__(self, *_about: object) -> None:
        await self.engine.stop()
        await self.client.close()

    @property
    def facts(self) -> SyncFacts:
        """What was told last."""
        return self.engine.now_known

    async def until_online(self) -> None:
        """Wait until the link is there and all is calm."""
        await until(lambda: self.facts.link == "online" and self.pace.poll in [s for s, _ in self.sleeper.asleep])

    async def wake_up(self) -> None:
        """Wait until the engine sleeps, wake it, and wait until it has left that sleep."""
        await until(lambda: self.sleeper.asleep)
        asleep = list(self.sleeper.asleep)
        self.sleeper.wake()
        await until(lambda: not any(sleep in self.sleeper.asleep for sleep in asleep))

    def links(self) -> list[str]:
        """Return the states of the link in the order in which they were told, each once."""
        found: list[str] = []
        for facts in self.told:
            if not found or found[-1] != facts.link:
                found.append(facts.link)
        return found


def pay(desk: SyncedDesk, minor: int = 50_000) -> UUID:
    """Take a payment; return the act's id."""
    return desk.do(desk.payment(minor)).command_id


def states(desk: SyncedDesk) -> set[str]:
    """Return the states of the outbox."""
    return desk.read(lambda c: set(c.execute(select(Outbox.state).distinct()).scalars()))


def test_what_was_done_offline_is_brought_home(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    act = pay(desk)

    async def story() -> None:
        async with Life(desk) as life:
            await life.until_online()
            assert states(desk) == {"home"}
            assert life.links() == ["connecting", "online"]
            assert act in [home for applied in life.applied for home in applied.home]
            assert (life.facts.unsent, life.facts.sums, life.facts.problem) == (0, (), None)
            assert life.facts.position == life.facts.head == world.central.head
            assert life.facts.last_contact == desk.clock.now

    run(story())
    world.heal()
    world.assert_alike()


def test_a_local_act_is_told_at_once_and_sent(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()

    async def story() -> None:
        async with Life(desk) as life:
            await life.until_online()
            life.wire.fault("commands", cut)
            pay(desk)
            life.engine.wake()
            await until(lambda: life.facts.link == "offline")
            assert life.facts.unsent == 1
            assert life.facts.sums == (Money(50_000, SYP),)
            assert life.facts.sum == Money(50_000, SYP)
            assert life.facts.problem == LinkDown()
            life.engine.hurry()
            await life.until_online()
            assert states(desk) == {"home"}

    run(story())


def test_another_desks_payment_comes_by_the_live_stream(world: World) -> None:
    here, there, _ = world.desks
    here.open_till()
    there.open_till()

    async def story() -> None:
        async with Life(there) as life:
            await life.until_online()
            pay(here)
            here.heal()
            life.wire.say("feed")
            await until(lambda: life.facts.position == world.central.head)
            assert life.applied[-1].accounts == {here.account_id}
            # A beat says that the line lives, and asks for nothing.
            asked = len(life.wire.asked)
            there.clock.forward(timedelta(seconds=5))
            life.wire.say("beat")
            await until(lambda: life.facts.last_contact == there.clock.now)
            assert len(life.wire.asked) == asked

    run(story())


def test_without_a_link_the_wait_grows_up_to_a_limit(world: World) -> None:
    async def story() -> None:
        life = Life(world.desks[0])
        life.wire.fault("session/challenge", *[cut] * 9)
        life.wire.fault("session", *[cut] * 9)
        async with life:
            for _ in range(9):
                await life.wake_up()
            await life.until_online()
            assert life.sleeper.asked[:9] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
            assert life.links() == ["connecting", "offline", "online"]
            # Once it has worked, it begins small again.
            life.wire.hang_up()
            await until(lambda: life.facts.link == "offline")
            await until(lambda: life.sleeper.asleep)
            assert life.sleeper.asked[-1] == 0.5

    run(story())


def test_chance_spreads_the_desks() -> None:
    low, high = (Backoff(Pace(chance=lambda c=chance: c)) for chance in (0.0, 1.0))  # type: ignore[misc]
    assert [low.next(), low.next()] == [0.25, 0.5]
    assert [high.next(), high.next()] == [0.5, 1.0]


def test_a_silent_line_is_dead(world: World) -> None:
    async def story() -> None:
        server = await asyncio.start_server(_silent, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = Client(f"http://127.0.0.1:{port}", dead_seconds=0.1)
        client._tokens = Wire(world.central, UUID(int=1)).new_tokens()
        with pytest.raises(Unavailable) as caught:
            async for _ in client.live():
                pass
        assert caught.value.reason == LinkDown()
        await client.close()
        server.close()

    run(story())


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    await writer.drain()
    await reader.read()
    writer.close()


def test_a_server_that_says_no_blocks_until_something_is_done(world: World) -> None:
    async def story() -> None:
        life = Life(world.desks[0])
        life.wire.fault("feed", problem(401, "device.not_enrolled", state="revoked"))
        async with life:
            await until(lambda: life.facts.link == "blocked")
            assert life.facts.problem == DeviceNotEnrolled("revoked")
            await until(lambda: life.pace.blocked in [s for s, _ in life.sleeper.asleep])
            life.sleeper.wake()
            await life.until_online()
            life.wire.say("revoked")
            await until(lambda: life.facts.link == "blocked")
            assert life.facts.problem == DeviceNotEnrolled("revoked")

    run(story())


def test_nobody_signed_in_is_no_fault_of_the_link(world: World) -> None:
    async def refuse() -> None:
        raise Refused(SignInNeeded())

    async def story() -> None:
        life = Life(world.desks[0])
        life.renew = refuse
        async with life:
            await until(lambda: life.facts.link == "blocked")
            assert life.facts.problem == SignInNeeded()
            assert life.wire.asked == []
            life.renew = life.sign_in
            life.engine.hurry()
            await life.until_online()

    run(story())


def test_tokens_that_ended_are_renewed_without_a_person(world: World) -> None:
    async def story() -> None:
        async with Life(world.desks[0]) as life:
            await life.until_online()
            life.wire.tokens.clear()
            life.engine.wake()
            await until(lambda: life.sleeper.asleep and life.facts.problem == SignInNeeded())
            assert life.facts.link == "connecting"
            life.sleeper.wake()
            await until(lambda: life.renewals == 2)
            await life.until_online()
            assert "blocked" not in life.links()

    run(story())


def test_a_password_that_was_changed_is_asked_for(world: World) -> None:
    async def story() -> None:
        life = Life(world.desks[0])
        life.wire.password = "changed"
        async with life:
            await until(lambda: life.facts.link == "blocked")
            assert life.facts.problem == CredentialsWrong()

    run(story())


def test_an_act_on_which_the_server_fails_does_not_stop_the_feed(world: World) -> None:
    here, there, _ = world.desks
    here.open_till()
    there.open_till()
    pay(here)
    here.heal()

    async def story() -> None:
        async with Life(there) as life:
            life.wire.fault("commands", *[garbage(500)] * (2 * TRIES))
            while states(there) != {"parked"}:
                life.sleeper.wake()
                await asyncio.sleep(0.001)
            [failing, *_] = [facts for facts in life.told if facts.problem == ServerFault(500)]
            assert (failing.link, failing.position) == ("online", world.central.head)
            life.wire.faults.clear()
            await life.wake_up()
            await life.until_online()
            assert life.facts.problem is None
            assert life.facts.attention == 1
            # From time to time it asks what has become of it.
            life.time += life.pace.waiting
            life.engine.wake()
            await until(lambda: states(there) == {"home"})

    run(story())


def test_garbage_from_the_server_is_told_and_gone_when_it_ends(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()

    async def story() -> None:
        life = Life(desk)
        life.wire.fault("feed", garbage(200), garbage(502))
        async with life:
            for status in (200, 502):
                await until(lambda s=status: life.facts.problem == ServerFault(s) and life.sleeper.asleep)  # type: ignore[misc]
                assert life.facts.link == "offline"
                life.sleeper.wake()
            await life.until_online()
            assert life.facts.problem is None

    run(story())


def test_a_page_that_can_not_be_written_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def poisoned(_connection: object, _page: object) -> Applied:
        raise ValueError("poison")

    async def story() -> None:
        with monkeypatch.context() as patched:
            patched.setattr("ccbs_desk.sync.pull.apply_page", poisoned)
            life = Life(world.desks[0])
            async with life:
                await life.until_online()
                assert life.facts.problem == ServerFault(200)

    run(story())


def test_a_full_disk_is_not_a_lost_link(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_connection: object, _page: object) -> Applied:
        raise Unavailable(DiskFull())

    async def story() -> None:
        with monkeypatch.context() as patched:
            patched.setattr("ccbs_desk.sync.pull.apply_page", full)
            life = Life(world.desks[0])
            async with life:
                await until(lambda: life.facts.link == "blocked")
                assert life.facts.problem == DiskFull()
                patched.undo()
                await until(lambda: life.sleeper.asleep)
                life.sleeper.wake()
                await life.until_online()

    run(story())


def test_our_own_bugs_do_not_end_the_loop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    async def story() -> None:
        life = Life(world.desks[0])
        life.renew = broken
        async with life:
            await until(lambda: life.engine.failures == 1 and life.sleeper.asleep)
            assert life.facts.link == "offline"
            life.renew = life.sign_in
            life.sleeper.wake()
            await life.until_online()
            with monkeypatch.context() as patched:
                patched.setattr("ccbs_desk.sync.engine.kept", _fail)
                life.engine.wake()
                await until(lambda: life.engine.failures > 1)
            life.engine._tell_facts = _fail
            failures = life.engine.failures
            world.desks[0].open_till()
            life.engine.wake()
            await until(lambda: life.engine.failures > failures)
            await until(lambda: states(world.desks[0]) == {"home"})

    run(story())


def _fail(*_about: object) -> None:
    raise ZeroDivisionError


def test_the_offset_of_the_clock_is_measured(world: World) -> None:
    desk = world.desks[0]

    async def story() -> None:
        life = Life(desk)
        life.engine._now = lambda: desk.clock.now + timedelta(hours=25)
        life.engine._pull._now = life.engine._now
        async with life:
            await life.until_online()
            assert life.facts.offset_seconds == 90_000
            known = desk.read(desk_state.clock)
            assert known is not None
            assert known.server_time == desk.clock.now

    run(story())


def test_it_comes_back_with_the_last_event_it_saw(world: World) -> None:
    async def story() -> None:
        async with Life(world.desks[0]) as life:
            await life.until_online()
            await until(lambda: life.engine._last_event == "run-1")
            life.wire.hang_up()
            await until(lambda: life.facts.link == "offline" and life.sleeper.asleep)
            life.sleeper.wake()
            await until(lambda: life.wire.lines == 2)

    run(story())


def test_stopping_ends_everything_and_loses_nothing(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()

    async def story() -> None:
        life = Life(desk)
        async with life:
            await until(lambda: life.wire.asked)
        assert not [task for task in asyncio.all_tasks() if "Engine" in repr(task)]
        await life.engine.stop()
        facts = life.facts
        pay(desk)
        life.engine.wake()
        await until(lambda: life.facts != facts)
        assert life.facts.unsent >= 1
        await life.engine.stop()

    run(story())
    world.heal()
    world.assert_alike()


def test_the_facts_count_old_pounds_as_new_ones() -> None:
    facts = replace(SyncFacts(), sums=(Money(50_000, "SYO"), Money(700, SYP)))
    assert facts.sum == Money(1_200, SYP)
