"""What is read once for several acts: it stays as it was read until an act has changed it."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from ccbs_desk.models.base import table_of
from ccbs_desk.models.reference import Policy, StaffRole, Till
from ccbs_desk.services.accounts import account_facts, balance, remaining_by_part, standing
from ccbs_desk.services.bus import Place, Reference, TillSeries, policy_at, policy_version_on, rules_on
from ccbs_desk.services.work import RowChange
from tests.factories.desk import DEVICE_ID, Desk

UNKNOWN = UUID(int=7)
TOMORROW = timedelta(days=1)


def _centre(connection: Connection, desk: Desk) -> UUID:
    return connection.execute(select(Till.centre_id).where(Till.id == desk.till_id)).scalar_one()


def everything(reference: Reference, desk: Desk) -> tuple[object, ...]:
    return (
        reference.policy(1).number("dunning.grace_days"),
        reference.roles(desk.people.clerk),
        reference.place(desk.till_id, DEVICE_ID),
        reference.series(desk.till_id),
    )


def change_everything(connection: Connection, desk: Desk) -> None:
    rule = {"id": UNKNOWN, "version": 1, "key": "dunning.grace_days", "value": 77, "valid_from": date(2026, 1, 1)}
    connection.execute(delete(table_of(Policy)).where(Policy.key == rule["key"]))
    connection.execute(insert(table_of(Policy)), rule)
    connection.execute(delete(table_of(StaffRole)).where(StaffRole.staff_id == desk.people.clerk))
    connection.execute(update(table_of(Till)).where(Till.id == desk.till_id).values(area_id=9, letter="Q"))


@pytest.mark.parametrize("table", ["policy", "staff_role", "staff", "till", "device"])
def test_what_is_remembered_holds_until_an_act_has_changed_it(desk: Desk, table: str) -> None:
    def look(connection: Connection) -> None:
        reference = Reference(connection)
        first = everything(reference, desk)
        change_everything(connection, desk)
        reference.note([RowChange("payment", UNKNOWN, {}), RowChange("ledger", UNKNOWN, {})])
        assert everything(reference, desk) == first
        reference.note([RowChange("payment", UNKNOWN, {}), RowChange(table, UNKNOWN, {})])
        now = everything(reference, desk)
        assert now == (77, frozenset(), Place(9, 1, _centre(connection, desk)), TillSeries("0001", "Q", DEVICE_ID))

    desk.write(look)


def test_a_till_or_a_device_that_is_not_there_has_no_area_and_no_series(desk: Desk) -> None:
    def look(connection: Connection) -> None:
        reference = Reference(connection)
        assert reference.place(None, UNKNOWN) == Place(0, 0, None)
        assert reference.place(UNKNOWN, DEVICE_ID) == Place(0, 1, _centre(connection, desk))
        assert reference.series(UNKNOWN) is None

    desk.read(look)


def test_a_policy_that_is_known_already_is_not_read(desk: Desk) -> None:
    def look(connection: Connection) -> bool:
        known = rules_on(connection, desk.today)
        return Reference(connection, known).policy(known.version) is known

    assert desk.read(look)


def test_the_rules_of_a_day_are_those_of_the_version_that_holds_on_it(desk: Desk) -> None:
    def look(connection: Connection) -> None:
        day_after = desk.today + TOMORROW
        newer = {"id": UNKNOWN, "version": 2, "key": "dunning.grace_days", "value": 77, "valid_from": day_after}
        connection.execute(insert(table_of(Policy)), newer)
        for day, version in ((desk.today, 1), (day_after, 2), (date(1999, 1, 1), 0)):
            rules = rules_on(connection, day)
            assert rules == policy_at(connection, policy_version_on(connection, day))
            assert rules.version == version

    desk.write(look)


def test_the_standing_of_an_account_is_its_balance_and_what_remains_of_each_part(desk: Desk) -> None:
    desk.open_till()
    desk.do(desk.payment(1_000_000))

    def look(connection: Connection) -> None:
        account = account_facts(connection, desk.account_id)
        assert account is not None
        found = standing(connection, account)
        assert found.remaining == remaining_by_part(connection, account)
        assert found.balance == balance(connection, account)
        assert found.balance.minor < 0 < len(found.remaining)

    desk.read(look)
