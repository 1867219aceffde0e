"""Complaints: opened once, said on by many, resolved once; and what becomes of two that meet at the centre."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, delete, update

from ccbs_desk.domain import care_errors as why
from ccbs_desk.domain.care_commands import CommentComplaint, ResolveComplaint
from ccbs_desk.domain.errors import AccountUnknown, Reason, Refused
from ccbs_desk.domain.notes import LONGEST
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.domain.sla import Interval
from ccbs_desk.models.care import ComplaintCategory, ComplaintInterval, ComplaintNote
from ccbs_desk.models.money import Notice
from ccbs_desk.models.subscribers import Complaint
from ccbs_desk.services.complaints import ComplaintView, complaint_categories, complaints_of, read_complaint
from ccbs_desk.services.notices import notices_of_account
from ccbs_desk.services.open_complaint import Opened
from server_stub.seed import demo
from tests.factories.care import complaint, rows_of
from tests.factories.desk import MORNING, Desk, recorded, run_recorded

NOISE = Bilingual("تشويش على الخط", "Noise on the line")


@pytest.fixture(autouse=True)
def _no_complaints(desk: Desk) -> None:
    """The demo subscriber has never complained."""
    desk.write(forget)


def forget(connection: Connection) -> None:
    connection.execute(delete(Complaint).where(Complaint.account_id == demo.ACCOUNT_ID))


def opened(desk: Desk, **about: Any) -> Opened:
    result = desk.do(replace(complaint(), **about)).result
    assert isinstance(result, Opened)
    return result


def comment(complaint_id: UUID, text: str = "اتصل مرة ثانية") -> CommentComplaint:
    return CommentComplaint(account_id=demo.ACCOUNT_ID, complaint_id=complaint_id, text=text)


def resolution(complaint_id: UUID, text: str = "بدلت العلبة") -> ResolveComplaint:
    return ResolveComplaint(account_id=demo.ACCOUNT_ID, complaint_id=complaint_id, text=text)


def seen(desk: Desk) -> tuple[ComplaintView, ...]:
    return desk.read(complaints_of, demo.ACCOUNT_ID, now=desk.clock.now)


def said(desk: Desk, complaint_id: UUID) -> list[tuple[str, str]]:
    view = desk.read(read_complaint, complaint_id, now=desk.clock.now)
    assert view is not None
    return [(note.kind, note.text) for note in view.notes]


def refusal(act: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reason


def test_an_opened_complaint_runs_against_its_service_level(desk: Desk) -> None:
    made = opened(desk, text="  تشويش\x00 على الخط ")
    (view,) = seen(desk)
    assert (view.complaint_id, made.how, view.state, view.name) == (made.complaint_id, "opened", "acknowledged", NOISE)
    assert view.clock == (Interval("running", MORNING, None, "opened"),)
    assert view.standing.due_at == MORNING + timedelta(days=3)
    assert (view.standing.late, view.text, view.is_open) == (False, "تشويش على الخط", True)
    assert said(desk, made.complaint_id) == [("opened", "تشويش على الخط")]
    assert view.notes[0].by.en
    desk.clock.forward(timedelta(days=4))
    assert seen(desk)[0].standing.late


def test_an_open_one_of_its_kind_is_shown_before_a_second_is_made(desk: Desk) -> None:
    first = opened(desk)
    reason = refusal(lambda: opened(desk))
    assert reason == why.ComplaintOpenAlready(first.complaint_id, NOISE, MORNING)
    second = opened(desk, beside=first.complaint_id, text="عطل آخر")
    assert second.complaint_id != first.complaint_id
    # Another kind, or the account itself, is another matter.
    opened(desk, category="billing")
    opened(desk, line_id=None)
    assert len(seen(desk)) == 4


def test_what_was_said_and_done_is_kept_in_its_order(desk: Desk) -> None:
    made = opened(desk).complaint_id
    desk.do(comment(made))
    desk.do(resolution(made), by=desk.people.agent)
    desk.do(comment(made, "شكرنا"))
    assert [kind for kind, _ in said(desk, made)] == ["opened", "comment", "resolved", "comment"]
    (view,) = seen(desk)
    assert (view.state, view.resolved_at) == ("resolved", MORNING + timedelta(minutes=2))
    assert view.clock == (Interval("running", MORNING, MORNING + timedelta(minutes=2), "opened"),)
    assert not view.is_open
    assert refusal(lambda: desk.do(resolution(made))) == why.ComplaintResolvedAlready(
        made, MORNING + timedelta(minutes=2)
    )


def test_a_repeat_within_its_days_reopens_the_first(desk: Desk) -> None:
    made = opened(desk).complaint_id
    desk.do(resolution(made))
    desk.clock.forward(timedelta(days=29))
    again = opened(desk, text="عاد التشويش")
    assert again == Opened(made, "reopened")
    (view,) = seen(desk)
    assert (view.state, view.resolved_at) == ("inProgress", None)
    assert [interval.until is None for interval in view.clock] == [False, True]
    assert view.clock[1].why == "reopened"
    # The time between does not count.
    assert view.standing.used < timedelta(hours=1)
    assert said(desk, made)[-1] == ("reopened", "عاد التشويش")


def test_a_repeat_after_its_days_is_a_new_one(desk: Desk) -> None:
    made = opened(desk).complaint_id
    desk.do(resolution(made))
    desk.clock.forward(timedelta(days=30, minutes=1))
    assert opened(desk).how == "opened"
    assert [view.is_open for view in seen(desk)] == [True, False]


def test_a_complaint_from_before_clocks_gets_its_clock_when_it_is_touched(desk: Desk) -> None:
    made = opened(desk).complaint_id
    desk.write(lambda connection: connection.execute(delete(ComplaintInterval)))
    assert seen(desk)[0].clock == (Interval("running", MORNING, None, "opened"),)
    desk.do(resolution(made))
    assert seen(desk)[0].clock == (Interval("running", MORNING, MORNING + timedelta(minutes=1), "opened"),)
    desk.write(lambda connection: connection.execute(delete(ComplaintInterval)))
    opened(desk)
    assert [interval.until is None for interval in seen(desk)[0].clock] == [False, True]


def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    reasons = [
        refusal(lambda bad=bad: desk.do(bad))  # type: ignore[misc]
        for bad in (
            replace(complaint(), account_id=UUID(int=1)),
            replace(complaint(), line_id=UUID(int=1)),
            complaint(category="weather"),
            complaint(text=" \x00 "),
            complaint(text="x" * (LONGEST + 1)),
            comment(UUID(int=1)),
            comment(UUID(int=1), ""),
            resolution(UUID(int=1)),
        )
    ]
    assert reasons == [
        AccountUnknown(UUID(int=1)),
        why.LineUnknown(UUID(int=1)),
        why.ComplaintCategoryUnknown("weather"),
        why.TextMissing(),
        why.TextTooLong(LONGEST + 1, LONGEST),
        why.ComplaintUnknown(UUID(int=1)),
        why.TextMissing(),
        why.ComplaintUnknown(UUID(int=1)),
    ]
    assert seen(desk) == ()
    assert desk.read(read_complaint, UUID(int=1), now=MORNING) is None


def test_two_that_were_opened_offline_become_one_and_nothing_said_is_lost(desk: Desk, elsewhere: Desk) -> None:
    elsewhere.write(forget)
    first = opened(elsewhere).complaint_id
    second = opened(desk, text="تشويش من عندنا").complaint_id
    desk.do(comment(second, "قال إنه يعمل ليلاً"))
    results = [elsewhere.write(run_recorded, act).result for act in recorded(desk)]
    assert results[0] == Opened(first, "merged")
    (view,) = seen(elsewhere)
    assert [(note.kind, note.text) for note in view.notes] == [
        ("opened", "تشويش على الخط"),
        ("comment", "تشويش من عندنا"),
        ("comment", "قال إنه يعمل ليلاً"),
    ]
    # The row that the other desk has shown stays, and leads to the first.
    merged = elsewhere.read(read_complaint, second, now=MORNING)
    assert merged is not None
    assert (merged.state, merged.is_open) == ("cancelled", False)
    assert elsewhere.read(rows_of, ComplaintNote, kind="merged")[0].other_id == first


def test_one_that_was_new_here_may_reopen_one_at_the_centre(desk: Desk, elsewhere: Desk) -> None:
    elsewhere.write(forget)
    first = opened(elsewhere).complaint_id
    elsewhere.do(resolution(first))
    desk.clock.forward(timedelta(hours=1))
    opened(desk)
    (act,) = recorded(desk)
    assert elsewhere.write(run_recorded, act).result == Opened(first, "reopened")
    (view,) = seen(elsewhere)
    assert (view.complaint_id, view.state) == (first, "inProgress")


def test_what_was_said_before_a_resolution_opens_nothing_again(desk: Desk, elsewhere: Desk) -> None:
    elsewhere.write(forget)
    first = opened(elsewhere).complaint_id
    elsewhere.do(resolution(first))
    opened(desk, text="من قبل")
    assert elsewhere.write(run_recorded, recorded(desk)[0]).result == Opened(first, "merged")
    (view,) = seen(elsewhere)
    assert (view.state, sorted(note.kind for note in view.notes)) == ("resolved", ["comment", "opened", "resolved"])


def test_one_that_was_a_repeat_here_stays_with_the_same_at_the_centre(desk: Desk, elsewhere: Desk) -> None:
    elsewhere.write(forget)
    made = opened(desk).complaint_id
    acts = recorded(desk)
    elsewhere.write(run_recorded, acts[0])
    desk.do(resolution(made))
    again = opened(desk, text="عاد")
    assert again.how == "reopened"
    # At the centre the resolution never arrived: the repeat is words on the open one.
    assert elsewhere.write(run_recorded, recorded(desk)[2]).result == Opened(made, "merged")
    assert said(elsewhere, made) == [("opened", "تشويش على الخط"), ("comment", "عاد")]


def test_a_repeat_of_what_the_centre_never_heard_of_is_a_new_one(desk: Desk, elsewhere: Desk) -> None:
    elsewhere.write(forget)
    desk.do(resolution(opened(desk).complaint_id))
    opened(desk)
    result = elsewhere.write(run_recorded, recorded(desk)[2]).result
    assert isinstance(result, Opened)
    assert result.how == "opened"
    assert len(seen(elsewhere)) == 1


def test_the_first_resolution_stands_and_the_second_becomes_a_comment(desk: Desk, elsewhere: Desk) -> None:
    elsewhere.write(forget)
    made = opened(desk).complaint_id
    elsewhere.write(run_recorded, recorded(desk)[0])
    elsewhere.clock.forward()
    elsewhere.do(resolution(made, "أصلحه الفريق"))
    desk.clock.forward()
    desk.do(resolution(made, "حللناها بالهاتف"))
    elsewhere.write(run_recorded, recorded(desk)[1])
    assert said(elsewhere, made)[1:] == [("resolved", "أصلحه الفريق"), ("comment", "حللناها بالهاتف")]
    (told,) = elsewhere.read(notices_of_account, demo.ACCOUNT_ID)
    assert isinstance(told.about, why.ComplaintResolvedAlready)
    assert len(elsewhere.read(rows_of, Notice)) == 1


def test_the_categories_come_by_urgency_and_an_unknown_one_by_its_code(desk: Desk) -> None:
    told = desk.read(complaint_categories)
    assert [category.priority for category in told] == sorted(category.priority for category in told)
    assert {category.code: category.working_hours_only for category in told}["billing"]
    opened(desk, category="billing")
    opened(desk)
    assert [view.category for view in seen(desk)] == ["noise", "billing"]
    # From Friday on, a working day is counted from Sunday morning.
    assert seen(desk)[1].standing.used == timedelta()
    desk.write(lambda connection: connection.execute(delete(ComplaintCategory)))
    assert [view.name.en for view in seen(desk)] == ["billing", "noise"]
    desk.write(lambda connection: connection.execute(update(Complaint).values(state="held")))
    assert all(view.is_open for view in seen(desk))
