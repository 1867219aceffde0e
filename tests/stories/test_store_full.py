"""The disk is full: a payment is refused, nothing is half-written, what was typed is kept, and later it works once."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from ccbs_desk.config.keyslots import KeyRing
from ccbs_desk.config.secrets import StoreKey
from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.domain.errors import CredentialsWrong, DiskFull, Refused, Unavailable
from ccbs_desk.models.money import LedgerRow, TillJournal
from ccbs_desk.models.store import Store
from ccbs_desk.services.drafts import draft, drafts_of, save_draft
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.ui.payment.form import AMOUNT
from ccbs_desk.ui.refusals import words_of
from tests.factories.counter import CHEAP
from tests.factories.desk import KEY, MORNING, Desk, running_desk
from tests.factories.dumps import changed
from tests.factories.small_disk import Ceiling, Disk, SmallDisk, small_disk
from tests.factories.words import told
from tests.stories.at_payment import everything, payment_form, said

MOST_PAYMENTS = 400
TYPED = {"amount": "١٠"}


@pytest.fixture(params=["ceiling", "small disk"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A place for a store that can run full."""
    with ExitStack() as stack:
        if request.param == "ceiling":
            yield Ceiling(tmp_path)
        else:
            yield stack.enter_context(small_disk(tmp_path / "disk"))


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[SmallDisk]:
    """A small file system."""
    with small_disk(tmp_path / "disk") as own:
        yield own


@pytest.fixture
def tight(desk_folder: Path, disk: Disk) -> Iterator[Desk]:
    """A desk whose store lies there, its till open."""
    with running_desk(desk_folder, disk.folder / "desk") as desk:
        desk.open_till()
        yield desk


def pay_until_full(desk: Desk) -> int:
    """Take payments until one is refused for want of room; return how many went through. That one left no trace."""
    for taken in range(MOST_PAYMENTS):
        payment, before = desk.payment(1_000), everything(desk)
        if refused(desk, payment):
            assert changed(before, everything(desk)) == set()
            return taken
    raise AssertionError("the disk never ran full")


def refused(desk: Desk, payment: TakePayment) -> bool:
    """Try a payment; return whether there was no room for it."""
    try:
        desk.do(payment)
    except Unavailable as gone:
        return gone.reason == DiskFull()
    return False


def numbers(connection: Connection) -> list[tuple[int, str | None]]:
    """Return the till's journal: numbers of rows and receipts."""
    rows = connection.execute(select(TillJournal.seq, TillJournal.receipt_number).order_by(TillJournal.seq))
    return [(row.seq, row.receipt_number) for row in rows]


def effects(connection: Connection, command_id: UUID) -> int:
    """Return how many ledger rows an act has."""
    found = select(func.count()).select_from(LedgerRow).where(LedgerRow.command_id == command_id)
    return connection.execute(found).scalar_one()


def whole(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong with the file; "ok" alone when nothing is."""
    return [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]


def test_a_payment_on_a_full_disk_is_refused_and_later_works_once(tight: Desk, disk: Disk) -> None:
    command_id = tight.new_id()
    tight.write(
        save_draft,
        command_id,
        kind=TakePayment.KIND,
        staff_id=tight.people.clerk,
        subject=str(tight.account_id),
        fields=TYPED,
        now=tight.clock.now,
    )
    disk.fill(tight.store)
    taken = pay_until_full(tight)
    payment, before = tight.payment(1_000), everything(tight)
    for _ in range(2):
        with pytest.raises(Unavailable) as no:
            tight.do(payment, command_id=command_id)
        assert no.value.reason == DiskFull()
    assert changed(before, everything(tight)) == set()
    kept = tight.read(draft, command_id)
    assert kept is not None
    assert dict(kept.fields) == TYPED
    # What needs no room goes on.
    assert tight.read(read_card, tight.account_id, today=tight.today) is not None

    disk.free(tight.store)
    done = tight.do(payment, command_id=command_id)
    assert done.receipt_number == f"0001-A-{taken + 1:06}"
    legs = tight.read(effects, command_id)
    assert legs > 0
    assert tight.do(payment, command_id=command_id).receipt_number == done.receipt_number
    assert tight.read(effects, command_id) == legs
    assert tight.read(draft, command_id) is None
    journal = tight.read(numbers)
    assert [seq for seq, _ in journal] == list(range(1, taken + 3))
    assert [number for _, number in journal[1:]] == [f"0001-A-{n:06}" for n in range(1, taken + 2)]


def test_nothing_is_half_written_when_the_program_ends_on_a_full_disk(
    desk_folder: Path, disk: Disk, tmp_path: Path
) -> None:
    folder = disk.folder / "desk"
    with running_desk(desk_folder, folder) as desk:
        desk.open_till()
        disk.fill(desk.store)
        taken = pay_until_full(desk)
        before = everything(desk)
        disk.free(desk.store)
    with running_desk(folder, tmp_path / "again") as again:
        assert changed(before, everything(again)) == set()
        assert again.read(whole) == ["ok"]
        assert len(again.read(numbers)) == taken + 1


def test_the_form_on_a_full_disk_says_so_and_keeps_what_was_typed(tight: Desk, disk: Disk) -> None:
    words = words_of(DiskFull())

    async def story() -> None:
        async with payment_form(tight, tight.account_id) as form:
            await form.type(AMOUNT, "١٠")
            disk.fill(tight.store)
            await asyncio.to_thread(pay_until_full, tight)
            before = everything(tight)
            await form.confirm()
            assert tuple(said(text) for text in form.view.problem) == (said(words.title), said(words.todo))
            assert changed(before, everything(tight)) == set()
            # The draft is kept as long as it finds room; else the form says why, and still has what was typed.
            await form.type(AMOUNT, "١١")
            (kept,) = tight.read(drafts_of, tight.people.clerk, kind=TakePayment.KIND)
            assert (kept.fields[AMOUNT] == "١١") is (form.led.explained == [])
            assert set(form.led.explained) <= {DiskFull()}
            disk.free(tight.store)
            await form.type(AMOUNT, "١٢")
            await form.confirm()
            assert [step[0] for step in form.led.steps] == ["receipt"]
        assert tight.read(drafts_of, tight.people.clerk, kind=TakePayment.KIND) == ()

    asyncio.run(story())
    told(DiskFull())


@pytest.mark.parametrize("room", [0, 20_000, 60_000, 200_000])
def test_a_store_that_finds_no_room_to_open_says_so_and_opens_later(mounted: SmallDisk, room: int) -> None:
    mounted.fill(room=room)
    with pytest.raises(Unavailable) as no:
        Store(mounted.folder / "desk", KEY)
    assert no.value.reason == DiskFull()
    mounted.free()
    Store(mounted.folder / "desk", KEY).close()


def test_a_sign_in_that_finds_no_room_leaves_the_old_slots(mounted: SmallDisk) -> None:
    ring = KeyRing(mounted.folder, now=lambda: MORNING, cost=CHEAP)
    keys = StoreKey(mounted.folder, ring)
    keys.keep("clerk", "old", KEY, MORNING)
    before = {path.name: path.read_bytes() for path in mounted.folder.iterdir()}
    mounted.fill()
    for login in ("clerk", "clerk2"):
        with pytest.raises(Unavailable) as no:
            keys.keep(login, "new", KEY, MORNING, server_secret=bytes(32))
        assert no.value.reason == DiskFull()
    # Even a wrong password finds no room to be counted, so that it is not let in either.
    with pytest.raises(Unavailable) as no:
        keys.find("clerk", "wrong", online=False)
    assert no.value.reason == DiskFull()
    mounted.free()
    assert {path.name: path.read_bytes() for path in mounted.folder.iterdir()} == before
    assert keys.find("clerk", "old", online=False) == (KEY,)
    with pytest.raises(Refused) as wrong:
        keys.find("clerk", "new", online=False)
    assert wrong.value.reason == CredentialsWrong()
