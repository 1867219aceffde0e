"""The database of a desk gets another key: nothing is lost at any moment, and who signs in later works as before."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ccbs_desk.domain.errors import DiskFull, OfflineSignInUnknown, SignInNeeded, StoreKeyWrong, Unavailable
from ccbs_desk.models.rekey import under
from ccbs_desk.models.store import STORE_FILE, Store
from ccbs_desk.services import outbox
from ccbs_desk.sync import sign_in
from server_stub.demo.link import Link
from server_stub.seed import demo
from tests.factories.counter import Counter, Run, open_till, payment, refused
from tests.factories.desk import KEY, LONGEST_WAIT, Desk
from tests.factories.dumps import changed
from tests.stories.at_payment import everything

OTHER = bytes(range(100, 132))


def exchanged(desk: Desk, key: bytes) -> None:
    """Give a desk's database another key."""
    desk.store.exchange(under(key), key).result(LONGEST_WAIT)


def test_everything_is_there_under_the_new_key_and_nothing_under_the_old(desk: Desk, tmp_path: Path) -> None:
    desk.open_till()
    desk.do(desk.payment(1_000))
    before = everything(desk)
    exchanged(desk, OTHER)
    assert changed(before, everything(desk)) == set()
    # It works on: triggers, name index and all.
    assert desk.do(desk.payment(2_000)).receipt_number == "0001-A-000002"
    desk.store.close()
    with pytest.raises(Unavailable) as no:
        Store(desk.store.folder, KEY)
    assert no.value.reason == StoreKeyWrong()
    assert [path.name for path in desk.store.folder.glob(f"{STORE_FILE}*")] == [STORE_FILE]
    desk.store = Store(desk.store.folder, OTHER)
    assert desk.do(desk.payment(3_000)).receipt_number == "0001-A-000003"


def test_what_was_asked_before_is_done_before_and_what_comes_later_after(desk: Desk) -> None:
    desk.open_till()
    exchange = desk.store.exchange(under(OTHER), OTHER)
    assert desk.do(desk.payment(1_000)).receipt_number == "0001-A-000001"
    assert exchange.done()


def full(_connection: Any, _fresh: Path) -> None:
    """Be a copy that finds no room."""
    raise Unavailable(DiskFull())


def test_a_copy_that_finds_no_room_changes_nothing(desk: Desk) -> None:
    desk.open_till()
    before = everything(desk)
    with pytest.raises(Unavailable) as no:
        desk.store.exchange(full, OTHER).result(LONGEST_WAIT)
    assert no.value.reason == DiskFull()
    assert changed(before, everything(desk)) == set()
    assert desk.do(desk.payment(1_000)).receipt_number == "0001-A-000001"


async def a_day(program: Run) -> None:
    """Work as the clerk, and send it."""
    session = await program.sign_in()
    await open_till(session)
    await session.act(await payment(session, 5_000), command_id=session.new_id())


def test_a_new_key_leaves_the_others_one_sign_in_with_the_link_away(counter: Counter, link: Link) -> None:
    async def story() -> None:
        async with counter.run() as program:
            await a_day(program)
            await program.signin.sign_out()
            await program.sign_in(demo.SUPERVISOR)
            before = await asyncio.to_thread(program.keys.ring.open, demo.SUPERVISOR, demo.PASSWORD)
            await program.signin.change_key(program.store)
            after = await asyncio.to_thread(program.keys.ring.open_all, demo.SUPERVISOR, demo.PASSWORD)
            assert len(after) == 1
            assert after[0] != before
        link.cut()
        async with counter.run() as program:
            assert await refused(lambda: program.sign_in(demo.CLERK)) == OfflineSignInUnknown()
            session = await program.sign_in(demo.SUPERVISOR)
            assert (await session.read(outbox.summary)).unsent > 1
        link.mend()
        async with counter.run() as program:
            await program.sign_in(demo.CLERK)
            program.sync()
            await program.home()
        link.cut()
        async with counter.run() as program:
            await program.sign_in(demo.CLERK)

    asyncio.run(story())


class Cut(Exception):
    """The program dies here."""


def dies(*_: object, **__: object) -> None:
    """Here."""
    raise Cut


@pytest.mark.parametrize("at", ["before the exchange", "after the exchange"])
def test_a_change_that_is_cut_opens_with_the_one_key_or_the_other(
    counter: Counter, link: Link, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut() -> None:
        async with counter.run() as program:
            await a_day(program)
            with monkeypatch.context() as death:
                if at == "before the exchange":
                    death.setattr(Store, "exchange", dies)
                else:
                    death.setattr(sign_in.SignIn, "_keep", dies)
                with pytest.raises(Cut):
                    await program.signin.change_key(program.store)

    async def next_start() -> None:
        link.cut()
        async with counter.run() as program:
            session = await program.sign_in()
            assert (await session.read(outbox.summary)).unsent == 4

    asyncio.run(cut())
    asyncio.run(next_start())


def test_without_the_link_or_without_room_the_key_stays(
    counter: Counter, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with counter.run() as program:
            assert await refused(lambda: program.signin.change_key(object())) == SignInNeeded()  # type: ignore[arg-type]
            await a_day(program)
            key = await asyncio.to_thread(program.keys.ring.open, demo.CLERK, demo.PASSWORD)
            with monkeypatch.context() as no_room:
                no_room.setattr(sign_in, "under", lambda _key: full)
                assert await refused(lambda: program.signin.change_key(program.store)) == DiskFull()
            assert await asyncio.to_thread(program.keys.ring.open_all, demo.CLERK, demo.PASSWORD) == (key,)
            link.cut()
            await refused(lambda: program.signin.change_key(program.store))
            assert await asyncio.to_thread(program.keys.ring.open_all, demo.CLERK, demo.PASSWORD) == (key,)

    asyncio.run(story())
