"""The index of names: what people type finds whom they mean, and nothing that they type is an operator."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update

from ccbs_desk.directory import index
from ccbs_desk.directory.index import FtsIndex, NameHit
from ccbs_desk.models.base import table_of
from ccbs_desk.models.subscribers import Account, Listing, Subscriber
from server_stub.seed import demo
from server_stub.seed.ids import uuid_of
from tests.factories.desk import Desk

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")

NEIGHBOUR = uuid_of("subscriber", demo.AREA, 3)


def find(desk: Desk, query: str, limit: int = 50) -> tuple[NameHit, ...]:
    return desk.read(FtsIndex().find, query, limit)


def names(desk: Desk, query: str, limit: int = 50) -> list[str]:
    def read(connection: Connection) -> list[str]:
        found = FtsIndex().find(connection, query, limit)
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


def test_every_word_has_to_stand_there(desk: Desk) -> None:
    assert demo.NAME not in names(desk, "محمد الحلبي طرطوس")
    assert demo.NAME not in names(desk, "مح الحلبي"), "only the last word may be a beginning"


def test_abd_and_abu_are_never_confused(desk: Desk) -> None:
    rename(desk, "أبو بكر النوري")
    assert names(desk, "أبو بكر") == ["أبو بكر النوري"]
    assert "أبو بكر النوري" not in names(desk, "عبد بكر")
    assert "أبو بكر النوري" not in names(desk, "بكر")


def test_complete_words_come_before_begun_ones_and_names_before_places(desk: Desk) -> None:
    rename(desk, "سليم العابدين", NEIGHBOUR)
    found = names(desk, "العابد")
    assert found.index(demo.NAME) < found.index("سليم العابدين"), "his street is called so in full"
    rename(desk, "سليم العابد", NEIGHBOUR)
    assert names(desk, "العابد")[0] == "سليم العابد"
    hits = find(desk, "العابد")
    assert hits[0].exact


def test_the_first_word_of_a_name_counts_most(desk: Desk) -> None:
    found = names(desk, "محم")
    first_names = [name.split()[0].startswith("محم") for name in found]
    assert first_names == sorted(first_names, reverse=True)


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
    left = desk.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM search_doc").scalar_one())
    assert left == desk.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM account").scalar_one())


def test_what_is_unlisted_is_not_found_by_its_place_but_by_its_own_name(desk: Desk) -> None:
    table = table_of(Listing)

    def hide(connection: Connection) -> None:
        connection.execute(update(table).where(table.c.account_id == demo.ACCOUNT_ID).values(listed=False))
        index.reindex(connection, [demo.ACCOUNT_ID])

    assert demo.NAME in names(desk, "الحلبي العابد")
    desk.write(hide)
    assert demo.NAME not in names(desk, "الحلبي العابد")
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


def test_a_store_that_was_never_loaded_whole_gets_its_index_with_the_first_name(desk: Desk) -> None:
    def begin_anew(connection: Connection) -> None:
        connection.exec_driver_sql("DROP TABLE search_fts")
        connection.exec_driver_sql("DELETE FROM search_doc")
        index.reindex(connection, [])
        index.reindex(connection, [demo.ACCOUNT_ID])

    desk.write(begin_anew)
    assert names(desk, "محمد") == [demo.NAME]


def test_installing_twice_harms_nothing(desk: Desk) -> None:
    before = find(desk, "محمد")
    desk.write(index.install)
    assert find(desk, "محمد") == before


@pytest.mark.parametrize("query", ["محمد الخلبي", "مهمد الحلبي", "محمود عبدالرهمن الحلبيي", "mohammad alhalabi"])
def test_what_was_misheard_or_misspelt_is_found_apart(desk: Desk, query: str) -> None:
    assert find(desk, query) == ()
    near = desk.read(FtsIndex().near, query, 5)

    assert demo.ACCOUNT_ID in [hit.account_id for hit in near]
    assert not any(hit.exact for hit in near)


@pytest.mark.parametrize("query", ["", "ال", "ززز ضضض", "xqz", '") OR ("'])
def test_what_is_near_nobody_finds_nobody(desk: Desk, query: str) -> None:
    assert desk.read(FtsIndex().near, query, 5) == ()
