"""A store that does not open: the key is another, the file is damaged, another program has it. Nothing is harmed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from ccbs_desk.config.keyslots import FILE, KeyRing, new_key
from ccbs_desk.domain.errors import Reason, StoreDamaged, StoreInUse, StoreKeyWrong, Unavailable
from ccbs_desk.models import salvage
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import DeskState
from ccbs_desk.models.store import MARK, Store
from ccbs_desk.services import outbox
from server_stub.demo.link import Link
from server_stub.seed import demo
from tests.factories.counter import CHEAP, Counter, open_till, payment, refused
from tests.factories.desk import KEY, LONGEST_WAIT, Desk
from tests.factories.words import told

DATABASE = "desk.db"
OPEN_AS_ANOTHER_PROGRAM = """
import sys
from pathlib import Path
from ccbs_desk.domain.errors import Unavailable
from ccbs_desk.models import salvage
from ccbs_desk.models.store import MARK, Store
try:
    Store(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
except Unavailable as gone:
    print(gone.reason.code)
"""


@pytest.fixture
def used(counter: Counter) -> Counter:
    """A desk with three acts that are not sent."""

    async def day() -> None:
        async with counter.run() as program:
            session = await program.sign_in()
            await open_till(session)
            await session.act(await payment(session, 5_000), command_id=session.new_id())

    asyncio.run(day())
    return counter


def files(folder: Path) -> dict[str, bytes]:
    """Return all that lies in a profile, as bytes; neither the lock, which is empty, nor what was saved of damage."""
    kept = [path for path in folder.rglob("*") if path.is_file() and path.name not in ("store.lock", salvage.FILE)]
    return {str(path.relative_to(folder)): path.read_bytes() for path in kept}


def sign_in_fails(counter: Counter, login: str = demo.CLERK) -> Reason:
    """Return why the desk does not open at a sign-in; not a byte of its profile may change."""
    before = files(counter.profile)

    async def tried() -> Reason:
        async with counter.run() as program:
            reason = await refused(lambda: program.sign_in(login))
            assert not program.stores
            assert not program.client.signed_in
            return reason

    reason = asyncio.run(tried())
    assert files(counter.profile) == before
    told(reason)
    return reason


def works_again(counter: Counter) -> None:
    """Sign in and find all the work."""

    async def again() -> None:
        async with counter.run() as program:
            session = await program.sign_in()
            assert (await session.read(outbox.summary)).unsent == 4

    asyncio.run(again())


def test_a_wrong_key_opens_nothing_and_writes_over_nothing(used: Counter, tmp_path: Path) -> None:
    path = used.profile / FILE
    right = path.read_bytes()
    other = KeyRing(tmp_path / "other", now=used.clock, cost=CHEAP)
    other.create(demo.CLERK, demo.PASSWORD, new_key(), used.clock())
    path.write_bytes((tmp_path / "other" / FILE).read_bytes())
    assert sign_in_fails(used) == StoreKeyWrong()
    path.write_bytes(right)
    works_again(used)


def test_a_wrong_key_offline_counts_no_more_than_the_try(used: Counter, link: Link, tmp_path: Path) -> None:
    path = used.profile / FILE
    right = path.read_bytes()
    other = KeyRing(tmp_path / "other", now=used.clock, cost=CHEAP)
    other.create(demo.CLERK, demo.PASSWORD, new_key(), used.clock())
    path.write_bytes((tmp_path / "other" / FILE).read_bytes())
    link.cut()
    database = (used.profile / DATABASE).read_bytes()

    async def tried() -> Reason:
        async with used.run() as program:
            return await refused(program.sign_in)

    assert asyncio.run(tried()) == StoreKeyWrong()
    assert (used.profile / DATABASE).read_bytes() == database
    path.write_bytes(right)
    works_again(used)


def test_slots_that_can_not_be_read_are_not_written_over(used: Counter) -> None:
    path = used.profile / FILE
    right = path.read_bytes()
    for damaged in (b"", b"{", right[: len(right) // 2], b"[]", b'{"version": 1}'):
        path.write_bytes(damaged)
        assert sign_in_fails(used) == StoreKeyWrong()
        assert sign_in_fails(used, demo.CLERK_2) == StoreKeyWrong()
    path.write_bytes(right)
    works_again(used)


def changed_byte(path: Path, at: float) -> None:
    """Change one byte of a file, at a part of its length."""
    with path.open("r+b") as file:
        place = int(path.stat().st_size * at)
        file.seek(place)
        byte = file.read(1)
        file.seek(place)
        file.write(bytes([byte[0] ^ 0xFF]))


def cut_in_half(path: Path) -> None:
    """Lose the second half of a file."""
    os.truncate(path, path.stat().st_size // 2)


def write_something_else(path: Path) -> None:
    """Put another file in its place."""
    path.write_bytes(b"hello " * 4_000)


DAMAGES: dict[str, tuple[Callable[[Path], None], Reason]] = {
    # The first page is also where a key is tried: it can't be told from a wrong key.
    "first page": (lambda path: changed_byte(path, 0), StoreKeyWrong()),
    "another file": (write_something_else, StoreKeyWrong()),
    "second page": (lambda path: changed_byte(path, 4_200 / path.stat().st_size), StoreDamaged()),
    "cut in half": (cut_in_half, StoreDamaged()),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_told_and_without_the_link_left_as_it_is(used: Counter, link: Link, damage: str) -> None:
    path = used.profile / DATABASE
    right = path.read_bytes()
    harm, reason = DAMAGES[damage]
    harm(path)
    harmed = path.read_bytes()
    link.cut()

    async def tried() -> Reason:
        async with used.run() as program:
            return await refused(program.sign_in)

    assert asyncio.run(tried()) == reason
    assert path.read_bytes() == harmed
    told(reason)
    path.write_bytes(right)
    works_again(used)


def test_a_page_that_is_damaged_deep_inside_is_told_when_it_is_read(tmp_path: Path) -> None:
    def many(connection: Connection) -> None:
        rows = [{"key": f"{n:04}", "value": "x" * 500} for n in range(1_000)]
        connection.execute(insert(table_of(DeskState)), rows)

    def lengths(connection: Connection) -> int:
        return len(connection.execute(select(DeskState.value)).all())

    store = Store(tmp_path, KEY)
    store.write(many).result(LONGEST_WAIT)
    store.close()
    right = (tmp_path / DATABASE).read_bytes()
    changed_byte(tmp_path / DATABASE, 0.7)
    store = Store(tmp_path, KEY)
    with pytest.raises(Unavailable) as no:
        store.read(lengths).result(LONGEST_WAIT)
    assert no.value.reason == StoreDamaged()
    store.close()
    (tmp_path / DATABASE).write_bytes(right)
    (tmp_path / MARK).unlink()
    store = Store(tmp_path, KEY)
    assert store.read(lengths).result(LONGEST_WAIT) == 1_000
    store.close()


def test_a_second_program_is_refused_and_the_first_works_on(desk: Desk, tmp_path: Path) -> None:
    desk.open_till()
    second = subprocess.run(
        [sys.executable, "-c", OPEN_AS_ANOTHER_PROGRAM, str(tmp_path / "desk"), KEY.hex()],
        capture_output=True,
        text=True,
        check=True,
        timeout=LONGEST_WAIT,
    )
    assert second.stdout.strip() == StoreInUse.code
    assert second.stderr == ""
    told(StoreInUse())
    assert desk.do(desk.payment(1_000)).receipt_number == "0001-A-000001"


def test_a_second_start_of_the_program_says_that_the_first_is_running(used: Counter) -> None:
    async def both() -> None:
        async with used.run() as first:
            session = await first.sign_in()
            async with used.run() as second:
                reason = await refused(lambda: second.sign_in(demo.CLERK_2))
                assert reason == StoreInUse()
                assert not second.stores
            await session.act(await payment(session, 5_000), command_id=session.new_id())
            assert (await session.read(outbox.summary)).unsent == 5

    asyncio.run(both())
    told(StoreInUse())
