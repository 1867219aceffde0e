"""The index of names: what people type finds whom they mean, and nothing that they type is an operator."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update

from ccbs_desk.directory import index
from ccbs_desk.directory.in_store import StoreStorage
from ccbs_desk.directory.index import NameHit, StoreIndex
from ccbs_desk.directory.shelf import Shelf
from ccbs_desk.directory.storage import TABLES
from ccbs_desk.directory.vocabulary import Vocabulary
from ccbs_desk.models.base import table_of
from ccbs_desk.models.subscribers import Account, Listing, Subscriber
from server_stub.seed import demo
from server_stub.seed.ids import uuid_of
from tests.factories.desk import Desk

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")

NEIGHBOUR = uuid_of("subscriber", demo.AREA, 3)


def find(desk: Desk, query: str, limit: int = 50) -> tuple[NameHit, ...]:
    return desk.read(StoreIndex().find, query, limit)


def names(desk: Desk, query: str, limit: int = 50, *, near: bool = False) -> list[str]:
    """Return the names of those who fit what was typed, or of those whose names are only like it."""

    def read(connection: Connection) -> list[str]:
        found = [hit for hit in StoreIndex().find(connection, query, limit) if hit.near == near]
        return [
            connection.execute(
                select(Subscriber.name)
                .join(Account, Account.subscriber_id == Subscriber.id)
                .where(Account.id == hit.account_id)
            ).scalar_one()
            for hit in found
        ]

    return desk.read(read)


def rename(desk: Desk, name: str, subscriber_id: UUID = demo.SUBSCRIBER_ID) -> None:
    """Give a subscriber another name, as a row of the feed would, and bring the index up to date."""
    table = table_of(Subscriber)

    def write(connection: Connection) -> None:
        connection.execute(update(table).where(table.c.id == subscriber_id).values(name=name))
        index.reindex(connection, [subscriber_id])

    desk.write(write)


@pytest.mark.parametrize(
    "query",
    [
        "محمد عبد الرحمن الحلبي",
        "محمد عبدالرحمن الحلبي",
        "الحلبي محمد",
        "حلبي",
        "مُحَمَّد الحلبـي",
        "محمد عبد الر",
        "محمد الحل",
        "محمد الحلبي العابد",
        "  محمد،الحلبي!  ",
    ],
)
def test_every_spelling_finds_the_person(desk: Desk, query: str) -> None:
    assert demo.NAME in names(desk, query)


def test_who_lacks_a_word_is_only_like_it(desk: Desk) -> None:
    assert names(desk, "محمد الحلبي طرطوس") == []
    assert names(desk, "محمد الحلبي طرطوس", near=True) == [demo.NAME]
    assert demo.NAME not in names(desk, "مح الحلبي"), "only the last word may be a beginning"


def test_who_has_but_one_of_several_words_is_not_shown_at_all(desk: Desk) -> None:
    assert find(desk, "محمد الطنطاوي") == ()
    assert [hit.near for hit in find(desk, "الحلبي محمد")] == [False]


def test_abd_and_abu_are_never_confused(desk: Desk) -> None:
    rename(desk, "أبو بكر النوري")
    assert names(desk, "أبو بكر") == ["أبو بكر النوري"]
    assert "أبو بكر النوري" not in names(desk, "عبد بكر")
    assert "أبو بكر النوري" not in names(desk, "بكر")


def test_complete_words_of_the_name_come_first(desk: Desk) -> None:
    rename(desk, "سليم العابدين", NEIGHBOUR)
    assert set(names(desk, "العابد")) == {"سليم العابدين", demo.NAME}, "the one's street is called so in full"
    rename(desk, "سليم العابد", NEIGHBOUR)
    hits = find(desk, "العابد")
    assert names(desk, "العابد")[0] == "سليم العابد"
    assert hits[0].exact


def test_the_first_word_of_a_name_counts_most(desk: Desk) -> None:
    found = names(desk, "محمد")
    first_names = [name.split()[0] == "محمد" for name in found]
    assert first_names == sorted(first_names, reverse=True)
    assert len(set(first_names)) == 2


def test_the_right_one_is_not_lost_to_the_limit(desk: Desk) -> None:
    every = names(desk, "محمد")
    assert len(every) > 3
    assert names(desk, "محمد", 2) == every[:2]


@pytest.mark.parametrize("query", ["", "   ", "!!!", "\u200f\u202b"])
def test_no_words_find_nobody(desk: Desk, query: str) -> None:
    assert find(desk, query) == ()


@pytest.mark.parametrize(
    "query",
    [
        '" OR *',
        "tokens:محمد",
        "محمد*",
        "NEAR(محمد الحلبي)",
        "محمد AND",
        "NOT محمد",
        "^محمد",
        "(محمد",
        "محمد -الحلبي",
        "-",
        "{",
    ],
)
def test_nothing_typed_is_an_operator(desk: Desk, query: str) -> None:
    plain = "".join(letter if letter.isalnum() else " " for letter in query)
    assert find(desk, query) == find(desk, plain)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=40))
def test_no_text_at_all_breaks_it(desk: Desk, query: str) -> None:
    assert len(find(desk, query, 5)) <= 5


def test_a_new_name_is_found_and_the_old_one_is_not(desk: Desk) -> None:
    rename(desk, "زكريا الطنطاوي")
    assert names(desk, "زكريا الطنطاوي") == ["زكريا الطنطاوي"]
    assert names(desk, demo.NAME) == ["زكريا الطنطاوي"], "his entry in the directory has the old name still"
    rename(desk, demo.NAME)
    assert names(desk, "زكريا الطنطاوي") == []


def test_all_accounts_of_a_subscriber_are_brought_up_to_date(desk: Desk) -> None:
    def another(connection: Connection) -> None:
        row = connection.execute(select(Account).where(Account.id == demo.ACCOUNT_ID)).mappings().one()
        connection.execute(insert(table_of(Account)), {**row, "id": NOBODY, "number": "9999999999"})
        index.reindex(connection, [NOBODY])

    desk.write(another)
    rename(desk, "زكريا الطنطاوي")
    assert {hit.account_id for hit in find(desk, "الطنطاوي")} == {demo.ACCOUNT_ID, NOBODY}


def test_an_account_that_went_is_not_found(desk: Desk) -> None:
    table = table_of(Account)

    def leave(connection: Connection) -> None:
        connection.execute(delete(table).where(table.c.id == demo.ACCOUNT_ID))
        index.reindex(connection, [demo.ACCOUNT_ID, NOBODY])

    desk.write(leave)
    assert demo.ACCOUNT_ID not in {hit.account_id for hit in find(desk, "محمد الحلبي")}
    left = desk.read(lambda c: int(c.exec_driver_sql("SELECT data FROM name_note WHERE name = 'rows'").scalar_one()))
    assert left == desk.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM account").scalar_one())
    assert demo.NAME not in names_kept(desk)


def test_what_is_unlisted_is_not_found_by_its_place_but_by_its_own_name(desk: Desk) -> None:
    table = table_of(Listing)

    def hide(connection: Connection) -> None:
        connection.execute(update(table).where(table.c.account_id == demo.ACCOUNT_ID).values(listed=False))
        index.reindex(connection, [demo.ACCOUNT_ID])

    assert names(desk, "الحلبي العابد") == [demo.NAME]
    desk.write(hide)
    assert names(desk, "الحلبي العابد") == names(desk, "شارع العابد") == []
    assert demo.NAME in names(desk, "محمد الحلبي")


def test_a_compound_never_reaches_from_a_name_into_a_place(desk: Desk) -> None:
    rename(desk, "محمد عبد")
    assert "محمد عبد" in names(desk, "محمد دمشق")


def test_building_anew_finds_the_same_and_tells_how_far_it_is(desk: Desk) -> None:
    queries = ("محمد", "الحلبي محمد", "صيدلية", "دمشق")
    before = [find(desk, query) for query in queries]
    told: list[tuple[int, int]] = []
    for _ in range(2):
        desk.write(index.rebuild, lambda done, whole: told.append((done, whole)))
    assert [find(desk, query) for query in queries] == before
    accounts = desk.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM account").scalar_one())
    assert told == [(accounts, accounts)] * 2


def test_many_accounts_are_built_in_pieces(desk: Desk) -> None:
    before = find(desk, "محمد")
    told: list[tuple[int, int]] = []
    desk.write(index.rebuild, lambda done, whole: told.append((done, whole)), batch=20)
    assert [done for done, _ in told[:2]] == [20, 40]
    assert find(desk, "محمد") == before


def test_a_store_without_an_index_finds_nobody_until_it_has_one(desk: Desk) -> None:
    def upgraded(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM name_blob")
        connection.exec_driver_sql("DELETE FROM name_note")

    before = find(desk, "محمد")
    desk.write(upgraded)
    assert find(desk, "محمد") == ()
    desk.write(index.ensure)
    assert find(desk, "محمد") == before
    built = desk.read(state)
    desk.write(index.ensure)
    assert desk.read(state) == built, "it is there: nothing is done"
    desk.write(upgraded)
    desk.write(index.reindex, [])
    assert find(desk, "محمد") == ()
    desk.write(index.reindex, [demo.ACCOUNT_ID])
    assert find(desk, "محمد") == before


def test_an_index_of_which_most_is_gone_is_built_anew_at_the_next_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_MOST_WORN", 1)
    accounts = desk.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM account").scalar_one())
    for _ in range(accounts // 2 + 1):
        rename(desk, "زكريا الطنطاوي")
        rename(desk, "زكريا الحلبي")
    before, built = find(desk, "محمد"), desk.read(state)
    desk.write(index.ensure)
    assert desk.read(state)[:8] != built[:8]
    assert find(desk, "محمد") == before
    assert desk.read(lambda c: c.exec_driver_sql("SELECT data FROM name_note WHERE name = 'gone'").all()) == []


def test_what_was_taken_back_is_in_no_index(desk: Desk) -> None:
    """A transaction that fails takes the index with it, also what of it is kept in memory."""

    class Stopped(Exception):
        pass

    def fail(connection: Connection) -> None:
        table = table_of(Subscriber)
        connection.execute(update(table).where(table.c.id == demo.SUBSCRIBER_ID).values(name="زكريا الطنطاوي"))
        index.reindex(connection, [demo.SUBSCRIBER_ID])
        assert StoreIndex().find(connection, "زكريا الطنطاوي", 5)
        raise Stopped

    rename(desk, "سليم العابدين", NEIGHBOUR)
    with pytest.raises(Stopped):
        desk.write(fail)
    assert find(desk, "زكريا الطنطاوي") == ()
    assert names(desk, "محمد الحلبي") == [demo.NAME]
    rename(desk, "سليم الطنطاوي", NEIGHBOUR)
    assert names(desk, "الطنطاوي") == ["سليم الطنطاوي"]
    assert names(desk, "العابدين") == []


def test_what_changes_nothing_of_a_name_writes_nothing(desk: Desk) -> None:
    before = desk.read(state)
    desk.write(index.reindex, [demo.ACCOUNT_ID, NEIGHBOUR, NOBODY])
    assert desk.read(state) == before


def test_an_account_is_found_at_every_place_of_its_lines_and_shown_once(desk: Desk) -> None:
    def another(connection: Connection) -> None:
        row = connection.execute(select(Listing).where(Listing.account_id == demo.ACCOUNT_ID)).mappings().one()
        shop = {"id": NOBODY, "name": "صيدلية الطنطاوي", "street": "شارع هنانو", "category": "صيدلية"}
        connection.execute(insert(table_of(Listing)), {**row, **shop})
        index.reindex(connection, [demo.ACCOUNT_ID])

    desk.write(another)
    for query in ("محمد الحلبي", "محمد الحلبي العابد", "محمد الحلبي هنانو", "صيدلية الطنطاوي"):
        assert [hit.account_id for hit in find(desk, query) if not hit.near] == [demo.ACCOUNT_ID], query
    desk.write(index.reindex, [demo.ACCOUNT_ID])
    shut = update(table_of(Listing)).where(table_of(Listing).c.id == NOBODY).values(listed=False)
    assert desk.write(lambda c: c.execute(shut).rowcount) == 1
    desk.write(index.reindex, [demo.ACCOUNT_ID])
    assert names(desk, "صيدلية الطنطاوي") == []
    assert names(desk, "محمد الحلبي العابد") == [demo.NAME]


@pytest.mark.parametrize("query", ["محمد الخلبي", "مهمد الحلبي", "محمود عبدالرهمن الحلبيي", "mohammad alhalabi"])
def test_what_was_misheard_or_misspelt_is_found_apart(desk: Desk, query: str) -> None:
    assert names(desk, query) == []
    assert demo.NAME in names(desk, query, near=True)
    assert not any(hit.exact for hit in find(desk, query))


@pytest.mark.parametrize("query", ["", "ال", "ززز ضضض", "xqz", "zzqqw", '") OR ("'])
def test_what_is_near_nobody_finds_nobody(desk: Desk, query: str) -> None:
    assert find(desk, query) == ()


def test_what_the_tables_hold(desk: Desk) -> None:
    def told(connection: Connection) -> tuple[dict[str, int], list[int], list[str]]:
        storage = StoreStorage()
        storage.enter(connection)
        return storage.sizes(), storage.keys("place"), storage.notes()

    sizes, places, notes = desk.read(told)
    assert sizes.keys() == {*TABLES, "note"}
    assert sizes["number"] == sizes["fresh"] == 0 < sizes["listing"]
    assert places == list(range(len(places)))
    assert {"terms", "parts", "state"} <= set(notes)


def state(connection: Connection) -> bytes:
    """Return what tells one state of the index from every other."""
    found = connection.exec_driver_sql("SELECT data FROM name_note WHERE name = 'state'").scalar_one()
    assert isinstance(found, bytes)
    return found


def names_kept(desk: Desk) -> list[str]:
    """Return all names that the entries of the index make up."""

    def read(connection: Connection) -> list[str]:
        storage = StoreStorage()
        storage.enter(connection)
        vocabulary, shelf = Vocabulary(storage), Shelf(storage)
        rows = shelf.rows(range(int(storage.note("next")))).values()
        return [" ".join(vocabulary.parts[part] for part in row.parts) for row in rows]

    return desk.read(read)
