"""The store between two sign-ins: what fails while it is opened leaves nothing open, damage at work is heard of."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from ccbs_desk.config.language import speaking, strip_isolates
from ccbs_desk.domain.errors import StoreDamaged, Unavailable
from ccbs_desk.domain.store_errors import StorePartLost
from ccbs_desk.models import desk_state
from ccbs_desk.models.store import Store
from ccbs_desk.sync.enrol import FILE as ENROLMENT
from ccbs_desk.sync.keeping import Keeping, saved_text
from ccbs_desk.wire.messages import Enrolment
from tests.factories.damage import damage_table
from tests.factories.desk import KEY, LONGEST_WAIT, MORNING, running_desk

DEVICE = Enrolment(device_id=UUID(int=5), state="approved", fingerprint="AB12", server_time=MORNING)


@pytest.fixture
def folder(desk_folder: Path, tmp_path: Path) -> Path:
    """A desk with an act that is not sent."""
    with running_desk(desk_folder, tmp_path / "desk") as desk:
        desk.open_till()
    return tmp_path / "desk"


def test_damage_that_is_met_at_work_is_heard_of_once_in_the_loop(folder: Path) -> None:
    async def story() -> None:
        heard = asyncio.Event()
        keeping = Keeping(folder, heard.set)
        await keeping.close()
        assert await keeping.open((KEY,)) == KEY
        store = keeping.store
        assert store is not None
        damage_table(folder, KEY, "subscriber")
        # What was read before is in memory; a store that is opened anew reads the page again.
        await keeping.close()
        await keeping.open((KEY,))
        store = keeping.store
        assert store is not None
        with pytest.raises(Unavailable) as no:
            await asyncio.wrap_future(store.read(lambda c: c.exec_driver_sql("SELECT * FROM subscriber").all()))
        assert no.value.reason == StoreDamaged()
        async with asyncio.timeout(LONGEST_WAIT):
            await heard.wait()
        await keeping.close()
        assert keeping.store is None
        await keeping.rescue((KEY,))
        assert keeping.saved == 1
        with speaking("en"):
            assert strip_isolates(str(saved_text(keeping.saved))).endswith("1 act was saved.")
        await keeping.close()

    asyncio.run(story())


def test_a_store_that_can_not_be_told_whose_it_is_is_let_go(folder: Path) -> None:
    async def story() -> None:
        keeping = Keeping(folder, lambda: None)
        keeping.enrolled(DEVICE, None)
        damage_table(folder, KEY, "desk_state")
        with pytest.raises(Unavailable) as no:
            await keeping.open((KEY,))
        assert no.value.reason == StoreDamaged()
        (folder / ENROLMENT).write_bytes(b"{}")
        with pytest.raises(Unavailable) as lost:
            await keeping.rescue((KEY,))
        assert lost.value.reason == StorePartLost(1)
        assert not (folder / ENROLMENT).exists()
        assert keeping.store is None

    asyncio.run(story())
    store = Store(folder, KEY)
    assert store.read(desk_state.device).result(LONGEST_WAIT) is None
    store.close()
