"""A rescue that is cut at any step is gone on with; what could be read is never lost, whatever is tried again."""

from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Connection, func, select

from ccbs_desk.config.identity import FILE as IDENTITY
from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.keyslots import KeyRing
from ccbs_desk.directory.index import StoreIndex
from ccbs_desk.domain.errors import StoreDamaged, StoreInUse, StoreKeyWrong, Unavailable
from ccbs_desk.models import desk_state, salvage
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.store import STORE_FILE, Store
from ccbs_desk.models.upgrade import COPY
from ccbs_desk.sync import rescue
from ccbs_desk.sync.enrol import FILE as ENROLMENT
from ccbs_desk.sync.enrol import store_lost
from ccbs_desk.sync.swap import forget_others
from server_stub.seed import demo
from tests.factories.damage import PAGE, damage_page, damage_table
from tests.factories.desk import KEY, LONGEST_WAIT, Desk, running_desk

PAYMENTS = 4
OTHER = bytes(reversed(range(32)))


@pytest.fixture
def folder(desk_folder: Path, tmp_path: Path) -> Path:
    """A desk with acts that are not sent; nobody has it open."""
    with running_desk(desk_folder, tmp_path / "desk") as desk:
        desk.open_till()
        for _ in range(PAYMENTS):
            desk.do(desk.payment(1_000))
    return tmp_path / "desk"


def outbox_of(connection: Connection) -> list[tuple[int, bytes]]:
    """Return the outbox, number and bytes."""
    rows = connection.execute(select(Outbox.device_seq, Outbox.raw).order_by(Outbox.device_seq))
    return [(row.device_seq, row.raw) for row in rows]


def looked(folder: Path, key: bytes = KEY) -> list[tuple[int, bytes]]:
    """Open the store, look at its outbox, and close it."""
    store, _ = rescue.open_store(folder, (key,))
    try:
        return store.read(outbox_of).result(LONGEST_WAIT)
    finally:
        store.close()


def reason_of(folder: Path, *keys: bytes) -> object:
    """Return why the store does not open."""
    with pytest.raises(Unavailable) as no:
        rescue.open_store(folder, keys or (KEY,))
    return no.value.reason


class Cut(Exception):
    """The power goes."""


def power_goes(*_: object) -> None:
    """Here and now."""
    raise Cut


STEPS: list[tuple[ModuleType, str]] = [
    (salvage, "write_private"),
    (rescue, "put_aside"),
    (rescue, "open_store"),
    (rescue, "_fill"),
    (rescue, "_put_by"),
]


@pytest.mark.parametrize(("module", "step"), STEPS, ids=[name for _, name in STEPS])
def test_a_cut_at_any_step_loses_nothing(
    folder: Path, module: ModuleType, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = looked(folder)
    damage_table(folder, KEY, "alembic_version")

    with monkeypatch.context() as cut:
        cut.setattr(module, step, power_goes)
        with pytest.raises(Cut):
            rescue.rescue(folder, (KEY,))
    if (folder / STORE_FILE).exists() and step in ("write_private", "put_aside"):
        assert reason_of(folder) == StoreDamaged()
        rescued = rescue.rescue(folder, (OTHER, KEY))
        assert (rescued.key, rescued.saved, rescued.whole) == (KEY, len(before), True)
        rescued.store.close()
    assert looked(folder) == before
    assert not (folder / salvage.FILE).exists()


def test_a_database_that_is_gone_while_its_work_is_saved_is_not_lost(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = looked(folder)
    damage_table(folder, KEY, "alembic_version")
    with monkeypatch.context() as cut:
        cut.setattr(rescue, "open_store", power_goes)
        with pytest.raises(Cut):
            rescue.rescue(folder, (KEY,))
    assert not (folder / STORE_FILE).exists()
    ring = KeyRing(folder)
    assert not store_lost(folder, ring)
    # Of the keys that may be it only the right one makes the new database.
    assert reason_of(folder, OTHER) == StoreKeyWrong()
    store, key = rescue.open_store(folder, (OTHER, KEY))
    store.close()
    assert key == KEY
    assert looked(folder) == before


def test_a_key_that_fits_nothing_saves_nothing(folder: Path) -> None:
    damage_table(folder, KEY, "alembic_version")
    with pytest.raises(Unavailable) as no:
        rescue.rescue(folder, (OTHER,))
    assert no.value.reason == StoreKeyWrong()
    assert not list(folder.glob("damaged-*"))


def test_a_store_whose_names_are_not_sorted_yet_gets_their_index_when_it_is_opened(folder: Path) -> None:
    def unsorted(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM name_blob")
        connection.exec_driver_sql("DELETE FROM name_note")

    store, key = rescue.open_store(folder, (KEY,))
    store.write(unsorted).result(LONGEST_WAIT)
    store.close()
    store, _ = rescue.open_store(folder, (key,))
    try:
        # Writes run in their order.
        store.write(desk_state.cursor).result(LONGEST_WAIT)
        found = store.read(lambda c: StoreIndex().find(c, demo.NAME, 5)).result(LONGEST_WAIT)
        assert [hit.account_id for hit in found if not hit.near] == [demo.ACCOUNT_ID]
    finally:
        store.close()


def test_nobody_is_rescued_under_a_program_that_runs(desk: Desk) -> None:
    with pytest.raises(Unavailable) as no:
        rescue.rescue(desk.store.folder, (KEY,))
    assert no.value.reason == StoreInUse()


def test_what_is_no_damage_after_all_is_forgotten(folder: Path) -> None:
    before = looked(folder)
    rescue.save(folder, (KEY,))
    assert looked(folder) == before
    assert not (folder / salvage.FILE).exists()


def test_a_second_database_that_is_damaged_is_kept_beside_the_first(folder: Path) -> None:
    before = looked(folder)
    for n in (1, 2):
        damage_table(folder, KEY, "alembic_version")
        rescue.rescue(folder, (KEY,)).store.close()
        assert (folder / f"damaged-{n}" / STORE_FILE).exists()
    assert looked(folder) == before
    rescue.sweep(folder)
    assert not list(folder.glob("damaged-*"))


def test_a_saved_file_that_can_not_be_read_is_made_anew(folder: Path) -> None:
    (folder / salvage.FILE).write_bytes(b"x" * 100)
    assert reason_of(folder) == StoreDamaged()
    kept = salvage.saved(folder, KEY)
    assert kept is not None
    assert kept.whole


def test_a_desk_that_does_not_know_its_last_act_begins_anew(folder: Path) -> None:
    count = len(looked(folder))
    damage_table(folder, KEY, "desk_state")
    DeviceIdentity.load_or_create(folder)
    (folder / ENROLMENT).write_bytes(b"{}")
    rescued = rescue.rescue(folder, (KEY,))
    assert (rescued.saved, rescued.whole) == (count, False)
    facts = rescued.store.read(desk_state.facts).result(LONGEST_WAIT)
    states = rescued.store.read(states_of).result(LONGEST_WAIT)
    rescued.store.close()
    assert (facts.device, facts.last_act) == (None, None)
    assert states == {"frozen": count}
    rescue.forget_device(folder, None)
    assert not (folder / IDENTITY).exists()
    assert not (folder / ENROLMENT).exists()
    rescue.sweep(folder)
    assert (folder / "damaged-1" / rescue.PART).exists()


def states_of(connection: Connection) -> dict[str, int]:
    """Return how many acts stand how."""
    rows = connection.execute(select(Outbox.state, func.count().label("n")).group_by(Outbox.state))
    return {row.state: row.n for row in rows}


def test_a_desk_that_is_shut_out_keeps_no_copy_but_what_was_not_read_whole(folder: Path) -> None:
    damage_table(folder, KEY, "alembic_version")
    rescue.rescue(folder, (KEY,)).store.close()
    damage_table(folder, KEY, "desk_state")
    rescue.rescue(folder, (KEY,)).store.close()
    (folder / (STORE_FILE + COPY)).write_bytes(b"the store of the release before")
    forget_others(folder)
    assert [path.name for path in folder.glob("damaged-*")] == ["damaged-2"]
    assert not (folder / (STORE_FILE + COPY)).exists()


@pytest.fixture
def long_outbox(tmp_path: Path) -> Path:
    """A store with an outbox of many pages."""
    folder = tmp_path / "long"

    def many(connection: Connection) -> None:
        for n in range(1, 801):
            connection.exec_driver_sql(
                "INSERT INTO outbox (device_seq, command_id, kind, raw, order_keys, state, attempts, occurred_at,"
                " staff_id, reason_values, handled) VALUES (?, ?, 'SignIn', ?, '[]', 'home', 0, 0, ?, '{}', 1)",
                (n, n.to_bytes(16, "big"), bytes(400), bytes(16)),
            )

    store = Store(folder, KEY)
    store.write(many).result(LONGEST_WAIT)
    store.close()
    return folder


def leaves_of(folder: Path) -> dict[int, set[int]]:
    """Return three pages in the middle of the outbox, each with the acts on it."""
    path = folder / STORE_FILE
    pages = path.stat().st_size // PAGE
    right = path.read_bytes()
    found: dict[int, set[int]] = {}
    for page in range(pages - 10, 2, -5):
        damage_page(path, page)
        lost = salvage.read(path, KEY)
        path.write_bytes(right)
        if 700 < lost.acts < 800:
            found[page] = set(range(1, 801)) - set(lost.tables["outbox"])
        if len(found) == 3:
            return found
    raise AssertionError("the outbox is not where it is looked for")


def test_rows_are_read_around_damaged_pages(long_outbox: Path) -> None:
    path = long_outbox / STORE_FILE
    whole = salvage.read(path, KEY)
    assert whole.acts == 800
    assert not whole.torn
    pages = leaves_of(long_outbox)
    for page in pages:
        damage_page(path, page)
    read = salvage.read(path, KEY)
    assert "outbox" in read.torn
    # What stands on them is gone, and nothing else.
    assert set(range(1, 801)) - set(read.tables["outbox"]) == set().union(*pages.values())
    assert {seq: row["raw"] for seq, row in read.tables["outbox"].items()}.items() <= {
        seq: row["raw"] for seq, row in whole.tables["outbox"].items()
    }.items()
    assert not read.whole
    # What another try has read counts as well, and a table is torn only when it was torn each time.
    assert read.united(whole).acts == 800
    assert not read.united(whole).torn


def test_the_search_around_damage_ends(long_outbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = leaves_of(long_outbox)
    monkeypatch.setattr(salvage, "PROBES", 3)
    damage_page(long_outbox / STORE_FILE, list(pages)[1])
    read = salvage.read(long_outbox / STORE_FILE, KEY)
    assert "outbox" in read.torn
    assert 0 < read.acts < 800


def test_where_the_end_of_the_outbox_is_damaged_it_is_looked_for_from_the_beginning(
    long_outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, right = long_outbox / STORE_FILE, (long_outbox / STORE_FILE).read_bytes()
    monkeypatch.setattr(salvage, "PROBES", 40)
    for page in range(path.stat().st_size // PAGE, 2, -1):
        damage_page(path, page)
        read = salvage.read(path, KEY)
        path.write_bytes(right)
        if "outbox" in read.torn and 0 < read.acts < 800 and 800 not in read.tables["outbox"]:
            break
    else:
        raise AssertionError("no page holds the last acts")
    # The last ones are on the damaged page; all before them are here.
    assert set(read.tables["outbox"]) == set(range(1, read.acts + 1))
