"""What is left of look-ups reaches the centre: picks go to every desk, numbers asked to those of the area."""

from sqlalchemy import select

from ccbs_desk.domain.directory_commands import CloseDirectoryAlarm, LookUpListing, ReverseLookUp, TeachSpelling
from ccbs_desk.domain.policy import DEFAULT_RULES
from ccbs_desk.models.central import FeedRow
from ccbs_desk.models.database import reading
from ccbs_desk.services.directory_alarms import open_alarms
from ccbs_desk.services.taught import taught
from server_stub.seed import demo
from tests.unit.server.conftest import Counter, let_sign_in

ASKED = bytes(32)


def fed(counter: Counter, table: str) -> list[int | None]:
    """Return the areas to which rows of a table are fed."""
    with reading(counter.engine) as connection:
        return list(connection.execute(select(FeedRow.area_id).where(FeedRow.table_name == table)).scalars())


def test_a_pick_is_fed_to_every_desk_and_a_look_up_to_none(counter: Counter) -> None:
    desk = counter.desk
    raws = [
        desk.do(TeachSpelling(typed="حطيب", meant="خطيب")),
        desk.do(LookUpListing(asked_hash=ASKED, outcome="given", listing_id="7", seconds=9)),
    ]
    assert [answer.outcome for answer in counter.apply(*raws)] == ["applied", "applied"]
    assert fed(counter, "spelling_pick") == [None]
    with reading(counter.engine) as connection:
        assert [(pair.typed, pair.meant, pair.times) for pair in taught(connection)] == [("حطيب", "خطيب", 1)]


def test_an_alarm_is_raised_at_the_centre_too_and_closed_once(counter: Counter) -> None:
    let_sign_in(counter.engine, counter.desk, demo.SUPERVISOR)
    desk, times = counter.desk, DEFAULT_RULES.number("directory.reverse_most") + 1
    ask = ReverseLookUp(asked_hash=ASKED, reason="طلب من المخفر")
    raws = [desk.do(ask, by=demo.SUPERVISOR) for _ in range(times)]
    assert {answer.outcome for answer in counter.apply(*raws)} == {"applied"}
    assert fed(counter, "number_asked") == [demo.AREA] * times
    with reading(counter.engine) as connection:
        (alarm,) = open_alarms(connection)
    closing = desk.forced(CloseDirectoryAlarm(alarm_id=alarm.alarm_id, reason="بحث"), by=demo.SUPERVISOR)
    (answer,) = counter.apply(closing)
    assert answer.reason is not None
    assert answer.reason.code == "directory.alarm_about_oneself"
    with reading(counter.engine) as connection:
        assert len(open_alarms(connection)) == 1
