"""A desk goes to another centre: it brings its work home, loads the new area, and keeps what is its own."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.models import desk_state
from ccbs_desk.models.desk import Draft, Outbox
from ccbs_desk.models.money import LedgerRow, Receipt, TillJournal, TillSession
from ccbs_desk.models.reference import Centre as CentreRow
from ccbs_desk.models.store import Store
from ccbs_desk.models.subscribers import Account, AccountScope
from ccbs_desk.services.drafts import save_draft
from ccbs_desk.sync.compare import Comparing
from ccbs_desk.sync.swap import BESIDE, REPLACED
from server_stub.moves import Moves
from server_stub.seed import demo
from tests.factories.counter import open_till
from tests.factories.desk import MORNING
from tests.stories.centre import Centre, a_centre
from tests.stories.offline import counter_at, cut_off, home, mended, paid, run, synced

CEILING = 60.0


def moves(centre: Centre) -> Moves:
    """Return whoever moves things at the centre."""
    return Moves(centre.engine, lambda: MORNING, "root")


def other_centre(centre: Centre) -> tuple[str, int]:
    """Return a centre of another area."""
    with centre.engine.connect() as connection:
        found = connection.execute(
            select(CentreRow.code, CentreRow.area_id)
            .where(CentreRow.area_id.is_not(None), CentreRow.area_id != demo.AREA)
            .order_by(CentreRow.area_id)
        ).first()
    assert found is not None
    return found.code, found.area_id


def counted(store: Store, area: int, act: UUID) -> dict[str, int]:
    """Return how much of what the store holds."""

    def count(connection: Connection) -> dict[str, int]:
        asked = {
            "accounts": select(func.count()).select_from(Account),
            "scoped": select(func.count()).select_from(AccountScope).where(AccountScope.area_id == area),
            "receipts": select(func.count()).select_from(Receipt).where(Receipt.command_id == act),
            "legs": select(func.count()).select_from(LedgerRow).where(LedgerRow.command_id == act),
            "journal": select(func.count()).select_from(TillJournal).where(TillJournal.command_id == act),
            "sessions": select(func.count()).select_from(TillSession),
            "drafts": select(func.count()).select_from(Draft),
            "acts": select(func.count()).select_from(Outbox).where(Outbox.command_id == act),
        }
        return {name: connection.execute(one).scalar_one() for name, one in asked.items()}

    return store.read(count).result(CEILING)


async def the_move(centre: Centre, folder: Path) -> None:
    """Work, lose the link, work on, be moved meanwhile, and come home."""
    counter = await counter_at(centre, folder)
    async with counter.run() as program:
        clerk = await program.sign_in()
        synced(program, clerk)
        await open_till(clerk)
        first, _ = await paid(clerk, 50_000)
        await home(program)
        await cut_off(centre, program)
        second, _ = await paid(clerk, 20_000)
        await clerk.write(save_draft, clerk.new_id(), kind="take_payment", staff_id=clerk.person.id, subject="",
                          fields={"amount": 7}, now=clerk.now())  # fmt: skip
        code, area = other_centre(centre)
        moves(centre).device(program.enrolment.device_id, code)
        await mended(centre)
        facts = await program.told(
            lambda told: is_at(program.store, area) and (told.link, told.unsent) == ("online", 0)
        )
        assert facts.attention == 0
        for act in (first, second):
            held = counted(program.store, area, act)
            assert (held["receipts"], held["journal"], held["acts"], held["drafts"]) == (1, 1, 1, 1)
            assert held["legs"] > 0
            assert held["sessions"] >= 1
            # Of the area before nothing is left but what the receipts name.
            assert 0 < held["accounts"] <= held["scoped"]
        assert (folder / REPLACED).exists()
        assert not (folder / BESIDE).exists()
        outcome = await Comparing(program.store, program.client, counter.clock, rest=0.0).run()
        assert (outcome.agreed, outcome.mended) == (True, ())


def is_at(store: Store, area: int) -> bool:
    """Return whether a store is of an area."""
    device = store.read(desk_state.device).result(CEILING)
    return device is not None and device.area_id == area


def test_a_desk_that_has_moved_keeps_its_work_and_loads_its_new_area(country_file: Path, tmp_path: Path) -> None:
    with a_centre(country_file, tmp_path / "centre") as centre:
        run(the_move(centre, tmp_path / "profile"))
        assert "clean" in centre.check()
