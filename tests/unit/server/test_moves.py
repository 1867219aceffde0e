"""An account that moves: the feed brings all of it to where it comes, and takes it away where it left."""

import io
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, insert, select, update

from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import Deed
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.models.reference import Centre
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.models.subscribers import Account, AccountScope, Line, Subscriber
from ccbs_desk.services.work import RowChange
from server_stub.check import run_checks
from server_stub.digests import EVERYBODY, all_kept, computed
from server_stub.feed import feeding, head_of, read_page
from server_stub.moves import Moves
from server_stub.problems import RequestRefused
from server_stub.seed import demo
from tests.factories.desk import MORNING

HERE, THERE = demo.AREA, 2
Held = dict[tuple[str, UUID], bytes]


def held_by(engine: Engine, area: int) -> Held:
    """Return what the rows say that an area holds."""
    with reading(engine) as connection:
        return {
            (table.name, row["id"]): to_wire(dict(row))
            for table in SYNCED.values()
            for row in connection.execute(select(table).where(in_scope(table, area))).mappings()
        }


@dataclass
class Replica:
    """What a desk of an area holds by the feed alone, with no rule of its own but that of its digest."""

    engine: Engine
    area: int
    rows: Held
    position: int

    def follow(self) -> None:
        """Take in what came."""
        with reading(self.engine) as connection:
            page = read_page(
                connection, after=self.position, limit=2_000, area_id=self.area, device_id=UUID(int=self.area)
            )
        for row in page.rows:
            if row.row is None:
                self.rows.pop((row.table, row.id), None)
            else:
                self.rows[row.table, row.id] = row.row
        self.position = page.reached

    def is_whole(self) -> bool:
        """Whether it holds what it must; scopes of other areas may be known beside."""
        self.follow()
        wanted = held_by(self.engine, self.area)
        beyond = self.rows.items() - wanted.items()
        return wanted.items() <= self.rows.items() and {table for (table, _), _ in beyond} <= {"account_scope"}


@dataclass
class Country:
    """A server's database, and a replica in each of two areas."""

    engine: Engine
    here: Replica
    there: Replica
    number: str

    @property
    def moves(self) -> Moves:
        """Whoever moves things."""
        return Moves(self.engine, lambda: MORNING, "root")

    def assert_alike(self) -> None:
        """Fail unless both replicas are whole and the digests kept are those of the rows."""
        assert self.here.is_whole()
        assert self.there.is_whole()
        with reading(self.engine) as connection:
            assert all_kept(connection) == computed(connection)


@pytest.fixture
def two(country: Engine) -> Country:
    """The demo country with a desk in each of two areas."""
    with reading(country) as connection:
        head = head_of(connection).position
        number = connection.execute(select(Account.number).where(Account.id == demo.ACCOUNT_ID)).scalar_one()
    here, there = (Replica(country, area, held_by(country, area), head) for area in (HERE, THERE))
    return Country(country, here, there, number)


def test_an_account_comes_to_a_second_area_and_leaves_the_first(two: Country) -> None:
    two.assert_alike()
    ledger = [key for key in two.here.rows if key[0] == "ledger"]
    assert two.moves.account(two.number, add=[THERE]) == (HERE, THERE)
    two.assert_alike()
    came = {table for table, _ in two.there.rows.keys() & two.here.rows.keys()}
    assert {"account", "subscriber", "line", "line_number", "bill", "ledger", "listing"} <= came
    assert two.moves.account(two.number, remove=[HERE]) == (THERE,)
    two.assert_alike()
    assert ("account", demo.ACCOUNT_ID) not in two.here.rows
    assert len([key for key in two.here.rows if key[0] == "ledger"]) < len(ledger)
    # Where it went is known where it was.
    assert any(table == "account_scope" and str(demo.ACCOUNT_ID).encode() in row for (table, _), row in
               two.here.rows.items())  # fmt: skip
    assert two.moves.account(two.number, add=[HERE], remove=[THERE]) == (HERE,)
    two.assert_alike()


def test_a_feed_that_tells_an_area_to_forget_is_sound(two: Country) -> None:
    """That an area no longer holds a row is no word on the row itself, whichever of the two is told last."""
    two.moves.account(two.number, add=[THERE])
    two.moves.account(two.number, remove=[THERE])
    two.moves.account(two.number, add=[THERE], remove=[HERE])
    out = io.StringIO()
    assert run_checks(two.engine, out, families=["feed"]) == 0, out.getvalue()


def test_nothing_is_told_of_a_move_that_is_none(two: Country) -> None:
    with reading(two.engine) as connection:
        before = head_of(connection)
    assert two.moves.account(two.number, add=[HERE]) == (HERE,)
    with reading(two.engine) as connection:
        assert head_of(connection) == before
        assert connection.execute(select(Deed.id)).all() == []


def test_a_move_is_kept_with_who_did_it(two: Country) -> None:
    two.moves.account(two.number, add=[THERE], remove=[HERE])
    with reading(two.engine) as connection:
        deed = connection.execute(select(table_of(Deed))).one()
    assert (deed.kind, deed.subject_id, deed.who) == ("account.areas", demo.ACCOUNT_ID, "root")
    assert (deed.before, deed.after) == ({"areas": [HERE]}, {"areas": [THERE]})


@pytest.mark.parametrize(
    ("number", "moved", "code"),
    [
        ("no such", {"add": [THERE]}, "account.unknown"),
        (None, {"remove": [HERE]}, "account.needs_area"),
        (None, {"add": [9_999]}, "area.unknown"),
    ],
)
def test_a_move_that_can_not_be(two: Country, number: str | None, moved: dict[str, list[int]], code: str) -> None:
    with pytest.raises(RequestRefused) as no:
        two.moves.account(number or two.number, **moved)
    assert no.value.code == code
    two.assert_alike()


def test_an_account_goes_to_a_subscriber_of_another_area(two: Country) -> None:
    """A subscriber is known wherever an account of his is held, and no longer where none is."""
    with reading(two.engine) as connection:
        owner = connection.execute(select(Account.subscriber_id).where(Account.id == demo.ACCOUNT_ID)).scalar_one()
        other = connection.execute(select(Subscriber.id).where(Subscriber.area_id == THERE).limit(1)).scalar_one()
    account = table_of(Account)
    with feeding(two.engine) as (connection, writer):
        before = dict(connection.execute(select(account).where(account.c.id == demo.ACCOUNT_ID)).mappings().one())
        connection.execute(update(account).where(account.c.id == demo.ACCOUNT_ID).values(subscriber_id=other))
        writer.publish([RowChange("account", demo.ACCOUNT_ID, {**before, "subscriber_id": other}, before)])
    two.assert_alike()
    assert ("subscriber", other) in two.here.rows
    assert ("subscriber", other) in two.there.rows
    assert ("subscriber", owner) in two.here.rows


def test_a_new_account_with_its_rows_and_one_that_ends(two: Country) -> None:
    with reading(two.engine) as connection:
        rows = {
            model.__tablename__: dict(connection.execute(select(table_of(model)).where(where)).mappings().first() or {})
            for model, where in (
                (Subscriber, Subscriber.area_id == THERE),
                (Account, Account.id == demo.ACCOUNT_ID),
                (Line, Line.account_id == demo.ACCOUNT_ID),
                (LedgerRow, LedgerRow.account_id == demo.ACCOUNT_ID),
            )
        }
    person, account = rows["subscriber"] | {"id": uuid4()}, rows["account"] | {"id": uuid4(), "area_id": THERE}
    account |= {"subscriber_id": person["id"], "number": "99-1"}
    scope = {"id": uuid4(), "account_id": account["id"], "area_id": THERE}
    line = rows["line"] | {"id": uuid4(), "account_id": account["id"], "area_id": THERE}
    leg = rows["ledger"] | {"id": uuid4(), "account_id": account["id"], "area_id": HERE, "amount_minor": 0}
    made = {"subscriber": person, "account": account, "account_scope": scope, "line": line, "ledger": leg}
    with feeding(two.engine) as (connection, writer):
        for table, row in made.items():
            connection.execute(insert(SYNCED[table]), row)
        writer.publish([RowChange(table, row["id"], row) for table, row in made.items()])
    two.assert_alike()
    assert all((table, row["id"]) in two.there.rows for table, row in made.items())
    with feeding(two.engine) as (connection, writer):
        for table, row in made.items():
            connection.execute(SYNCED[table].delete().where(SYNCED[table].c.id == row["id"]))
        writer.publish([RowChange(table, row["id"], None, row) for table, row in made.items()])
    two.assert_alike()
    assert not any((table, row["id"]) in two.there.rows for table, row in made.items())


def test_money_in_suspense_goes_by_its_own_area_until_the_account_is_known(two: Country) -> None:
    ghost, area = uuid4(), HERE
    with reading(two.engine) as connection:
        like = dict(connection.execute(select(table_of(LedgerRow)).limit(1)).mappings().one())
    leg = like | {"id": uuid4(), "account_id": ghost, "area_id": area}
    with feeding(two.engine) as (connection, writer):
        connection.execute(insert(table_of(LedgerRow)), leg)
        writer.publish([RowChange("ledger", leg["id"], leg)])
    two.assert_alike()
    assert ("ledger", leg["id"]) in two.here.rows
    scope_id = uuid4()
    scope: dict[str, object] = {"id": scope_id, "account_id": ghost, "area_id": THERE}
    with feeding(two.engine) as (connection, writer):
        connection.execute(insert(table_of(AccountScope)), scope)
        writer.publish([RowChange("account_scope", scope_id, scope)])
    two.assert_alike()
    assert ("ledger", leg["id"]) not in two.here.rows
    assert ("ledger", leg["id"]) in two.there.rows


def test_a_row_that_is_changed_twice_in_an_act_is_counted_once(two: Country) -> None:
    centre = table_of(Centre)
    with feeding(two.engine) as (connection, writer):
        first = dict(connection.execute(select(centre).limit(1)).mappings().one())
        second, third = {**first, "name_en": "second"}, {**first, "name_en": "third"}
        connection.execute(update(centre).where(centre.c.id == first["id"]).values(name_en="third"))
        writer.publish(
            [RowChange("centre", first["id"], second, first), RowChange("centre", first["id"], third, second)]
        )
    two.assert_alike()
    with reading(two.engine) as connection:
        assert (EVERYBODY, "centre") in all_kept(connection)
