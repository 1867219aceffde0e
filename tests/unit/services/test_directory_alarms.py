"""Looking a number up leaves a fact; too many of them raise an alarm, and another person says what was behind it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, delete, func, insert, select

from ccbs_desk.domain.directory_commands import CloseDirectoryAlarm, LookUpListing, ReverseLookUp
from ccbs_desk.domain.directory_errors import (
    AlarmAboutOneself,
    AlarmClosedAlready,
    AlarmNeedsReason,
    AlarmUnknown,
    ReverseNeedsReason,
)
from ccbs_desk.domain.errors import NotAllowed, Reason, Refused
from ccbs_desk.domain.permissions import SUPERVISOR
from ccbs_desk.domain.policy import DEFAULT_RULES
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.base import table_of
from ccbs_desk.models.enquiries import NumberAsked
from ccbs_desk.models.money import Audit
from ccbs_desk.models.reference import Staff, StaffRole
from ccbs_desk.services.directory_alarms import open_alarms
from ccbs_desk.services.look_up import asked_hash
from server_stub.seed import demo
from tests.factories.desk import Desk

MOST = DEFAULT_RULES.number("directory.reverse_most")
MINUTES = DEFAULT_RULES.number("directory.reverse_minutes")
ASKED = asked_hash("2214567", "11")


def refusal(act: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reason


def ask(desk: Desk, times: int = 1, *, reason: str = "طلب من المخفر", apart: timedelta = timedelta()) -> None:
    """Let the supervisor look numbers up; an act takes a minute on this clock."""
    for _ in range(times):
        began = desk.clock.now
        desk.do(ReverseLookUp(asked_hash=ASKED, reason=reason), by=desk.people.supervisor)
        desk.clock.now = began + apart


def second_supervisor(desk: Desk) -> UUID:
    """Let the second clerk lead the centre too."""
    role = {"id": desk.new_id(), "staff_id": desk.people.clerk_2, "role": SUPERVISOR}
    desk.write(lambda c: c.execute(insert(table_of(StaffRole)), role))
    return desk.people.clerk_2


def counted(connection: Connection, kind: str) -> int:
    return connection.execute(select(func.count()).where(Audit.kind == kind)).scalar_one()


def test_a_look_up_by_name_leaves_its_act_and_no_row(desk: Desk) -> None:
    desk.do(LookUpListing(asked_hash=ASKED, outcome="given", listing_id="17", seconds=9))
    assert desk.read(counted, LookUpListing.KIND) == 1
    assert desk.read(open_alarms) == ()


def test_a_look_up_by_number_needs_the_right_and_a_reason(desk: Desk) -> None:
    command = ReverseLookUp(asked_hash=ASKED, reason="طلب من المخفر")
    assert refusal(lambda: desk.do(command)) == NotAllowed(ReverseLookUp.PERMISSION)
    assert refusal(lambda: ask(desk, reason="  ")) == ReverseNeedsReason()
    ask(desk)
    rows = desk.read(lambda c: c.execute(select(NumberAsked.staff_id, NumberAsked.area_id, NumberAsked.reason)).all())
    assert rows == [(desk.people.supervisor, demo.AREA, "طلب من المخفر")]


def test_more_than_usual_raise_one_alarm(desk: Desk) -> None:
    ask(desk, MOST)
    assert desk.read(open_alarms) == ()
    began = desk.clock.now
    ask(desk, 3, reason="طلب من المحكمة")
    (alarm,) = desk.read(open_alarms)
    assert (alarm.staff_id, alarm.asked, alarm.since, alarm.at) == (desk.people.supervisor, MOST + 1, began, began)
    assert set(alarm.reasons) == {"طلب من المخفر", "طلب من المحكمة"}
    name = desk.read(lambda c: c.execute(select(Staff.name_ar, Staff.name_en).where(Staff.id == alarm.staff_id)).one())
    assert alarm.who == Bilingual(*name)


def test_as_many_in_a_longer_time_raise_none_and_a_later_burst_raises_another(desk: Desk) -> None:
    ask(desk, 2 * MOST, apart=timedelta(minutes=MINUTES) / MOST)
    assert desk.read(open_alarms) == ()
    desk.clock.forward(timedelta(hours=1))
    ask(desk, MOST + 1)
    desk.clock.forward(timedelta(minutes=MINUTES))
    ask(desk, MOST + 1)
    assert len(desk.read(open_alarms)) == 2


def test_an_alarm_is_closed_once_with_a_reason_by_another(desk: Desk) -> None:
    ask(desk, MOST + 1)
    (alarm,) = desk.read(open_alarms)
    close = CloseDirectoryAlarm(alarm_id=alarm.alarm_id, reason="بحث قضائي")
    assert refusal(lambda: desk.do(close)) == NotAllowed(CloseDirectoryAlarm.PERMISSION)
    assert refusal(lambda: desk.do(close, by=desk.people.supervisor)) == AlarmAboutOneself()
    other = second_supervisor(desk)
    empty = CloseDirectoryAlarm(alarm_id=alarm.alarm_id, reason=" ")
    assert refusal(lambda: desk.do(empty, by=other)) == AlarmNeedsReason()
    unknown = CloseDirectoryAlarm(alarm_id=desk.new_id(), reason="بحث قضائي")
    assert refusal(lambda: desk.do(unknown, by=other)) == AlarmUnknown()
    desk.do(close, by=other)
    assert desk.read(open_alarms) == ()
    assert refusal(lambda: desk.do(close, by=other)) == AlarmClosedAlready()
    assert close.order_keys() == (f"alarm:{alarm.alarm_id}",)


def test_an_alarm_about_somebody_unknown_here_is_shown_all_the_same(desk: Desk) -> None:
    ask(desk, MOST + 1)
    desk.write(lambda c: c.execute(delete(table_of(Staff)).where(Staff.id == desk.people.supervisor)))
    (alarm,) = desk.read(open_alarms)
    assert alarm.who == Bilingual("", "")
