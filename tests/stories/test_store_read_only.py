"""A disk that can't be written: it is said before the work; at work nothing is recorded and all stays readable."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from ccbs_desk.config.private_file import write_private
from ccbs_desk.domain.errors import Unavailable
from ccbs_desk.domain.store_errors import StoreReadOnly
from ccbs_desk.models.store import Store
from ccbs_desk.models.store_files import must_be_writable
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.ui.payment.form import AMOUNT
from ccbs_desk.ui.refusals import words_of
from tests.factories.desk import KEY, LONGEST_WAIT, Desk, running_desk
from tests.factories.dumps import changed
from tests.factories.small_disk import SmallDisk, small_disk
from tests.factories.words import told
from tests.stories.at_payment import everything, payment_form, said


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[SmallDisk]:
    """A small file system."""
    with small_disk(tmp_path / "disk") as own:
        yield own


@contextmanager
def read_only(disk: SmallDisk) -> Iterator[None]:
    """Let nobody write there for a while."""
    _remount(disk.folder, "ro")
    try:
        yield
    finally:
        _remount(disk.folder, "rw")


def _remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True, capture_output=True)


def test_it_is_said_before_the_work_and_works_again_later(desk_folder: Path, mounted: SmallDisk) -> None:
    folder = mounted.folder / "desk"
    with running_desk(desk_folder, folder) as desk:
        desk.open_till()
        before = everything(desk)
    with read_only(mounted):
        for tried in (
            lambda: must_be_writable(folder),
            lambda: must_be_writable(mounted.folder / "new"),
            lambda: Store(folder, KEY),
            lambda: write_private(folder / "keyslots.json", b"{}"),
        ):
            with pytest.raises(Unavailable) as no:
                tried()
            assert no.value.reason == StoreReadOnly()
    must_be_writable(folder)
    store = Store(folder, KEY)
    again = Desk(store, desk.people)
    assert changed(before, everything(again)) == set()
    assert again.do(again.payment(1_000), command_id=uuid4()).receipt_number == "0001-A-000001"
    store.close()
    told(StoreReadOnly())


def writable(store: Store, *, yes: bool) -> None:
    """Let the disk be one that can be written, or not."""
    pragma = text(f"PRAGMA query_only = {'OFF' if yes else 'ON'}")
    store.read(lambda connection: connection.execute(pragma).close()).result(LONGEST_WAIT)


def test_a_disk_that_turns_read_only_at_work_records_nothing_and_shows_all(desk: Desk) -> None:
    desk.open_till()
    words = words_of(StoreReadOnly())

    async def story() -> None:
        async with payment_form(desk, desk.account_id) as form:
            await form.type(AMOUNT, "١٠")
            writable(desk.store, yes=False)
            before = everything(desk)
            await form.confirm()
            assert tuple(said(part) for part in form.view.problem) == (said(words.title), said(words.todo))
            assert changed(before, everything(desk)) == set()
            assert desk.read(read_card, desk.account_id, today=desk.today) is not None
            writable(desk.store, yes=True)
            await form.confirm()
            assert [step[0] for step in form.led.steps] == ["receipt"]

    asyncio.run(story())
