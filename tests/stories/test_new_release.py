"""A desk with unsent work is brought to a release with new tables: it loses nothing, and hears what it passed over."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, select, text

from ccbs_desk.models import desk_state
from ccbs_desk.models.care import ComplaintCategory
from ccbs_desk.services.complaints import complaints_of
from server_stub.seed import demo
from tests.factories.care import complaint
from tests.stories.centre import Centre, a_centre
from tests.stories.offline import counter_at, home, run, synced


@pytest.fixture
def centre(country_file: Path, tmp_path: Path) -> Iterator[Centre]:
    """A centre with the demo country."""
    with a_centre(country_file, tmp_path / "centre") as running:
        yield running


def as_before(connection: Connection) -> None:
    """Leave the store as a desk of the release before has it: it followed the feed, and passed the new rows over."""
    connection.execute(delete(ComplaintCategory))
    for name in ("visiting", "name_blob", "name_note"):
        connection.execute(text(f"DROP TABLE {name}"))
    connection.execute(text("CREATE TABLE search_doc (doc INTEGER PRIMARY KEY, account_id BLOB NOT NULL)"))
    connection.execute(text("CREATE INDEX ix_search_doc_account_id ON search_doc (account_id)"))
    connection.execute(text("DELETE FROM alembic_version WHERE version_num LIKE 'desk_%'"))
    connection.execute(text("INSERT INTO alembic_version VALUES ('desk_0001')"))


def categories(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(ComplaintCategory)).scalar_one()


def test_a_desk_of_the_release_before_is_loaded_anew_and_keeps_its_unsent_work(centre: Centre, tmp_path: Path) -> None:
    async def story() -> None:
        desk = await counter_at(centre, tmp_path / "desk")
        async with desk.run() as program:
            clerk = await program.sign_in(demo.CLERK)
            await clerk.act(complaint(text="قبل التحديث"), command_id=clerk.new_id())
            await asyncio.wrap_future(program.store.write(as_before))
        async with desk.run() as program:
            # Opened by the new release: the migration has run, and nothing of the old was lost.
            clerk = await program.sign_in(demo.CLERK)
            assert await clerk.read(desk_state.renewal) is not None
            assert await clerk.read(categories) == 0
            synced(program, clerk)
            await home(program)
            assert await clerk.read(desk_state.renewal) is None
            assert await clerk.read(categories) > 0
            found = await clerk.read(complaints_of, demo.ACCOUNT_ID, now=clerk.now())
            assert [view.text for view in found if view.category == "noise"] == ["قبل التحديث"]

    run(story())
    assert "clean" in centre.check()
