"""A clerk opens a till, counts it blind and closes it, on a real store."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from sqlalchemy import insert, select

from ccbs_desk.domain.errors import Reason, TillOpenAlready
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.till import Note
from ccbs_desk.models.base import table_of
from ccbs_desk.models.money import Notice as NoticeRow
from ccbs_desk.models.money import TillSession
from ccbs_desk.services.close_till import Count
from ccbs_desk.services.drafts import drafts_of, save_draft
from ccbs_desk.services.notices import BECAME_CREDIT, BecameCredit, details_of
from ccbs_desk.services.session import Session
from ccbs_desk.services.till_views import TillView, till_view
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.dialogs import Question
from ccbs_desk.ui.kit.tokens import Scheme
from ccbs_desk.ui.till.counting import number_of
from ccbs_desk.ui.till.screen import build
from server_stub.seed import demo
from tests.factories.desk import Desk, recorded, run_recorded
from tests.factories.keys import press
from tests.ui.at_work import collect, run, until
from tests.ui.counter import LARGE, SMALL, Counter, Shown, plain
from tests.ui.golden import assert_golden

F9, ENTER, ESCAPE, DOWN, UP = (
    Qt.Key.Key_F9,
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Down,
    Qt.Key.Key_Up,
)


class Till(Shown):
    """The till at work."""

    def __init__(self, counter: Counter, look: Look, session: Session | None = None) -> None:
        session = session or counter.session()
        self.till = build(session, counter.led, look.shortcuts, counter.supervisor)
        counter.show(self.till)
        super().__init__(self.till, counter.app)
        self.do(self.till.activate)

    def count(self, note: str, number: str) -> None:
        """Type how many of a note there are."""
        self.type(f"till.count.{note}", number)

    def answer(self, key: Qt.Key, answer: str) -> None:
        """Press a key and answer the question that follows."""

        async def story() -> None:
            press(self.view.focusWidget() or self.view, key)
            await until(lambda: bool(self.view.findChildren(Question)))
            chosen = self.view.findChildren(Question)[-1].findChild(QPushButton, answer)
            assert isinstance(chosen, QPushButton)
            chosen.click()
            await self.till.settled()

        run(self._app, story())
        collect()

    def refresh(self) -> None:
        """Tell the screen that something has changed."""
        self.do(lambda: self.till.refresh(frozenset()))


@pytest.fixture
def counter(desk: Desk, look: Look, qapp: QApplication) -> Iterator[Counter]:
    look.set_language("en")
    counter = Counter(desk, qapp)
    yield counter
    counter.close()
    collect()


@pytest.fixture
def till(counter: Counter, look: Look) -> Till:
    """The till, closed."""
    return Till(counter, look)


@pytest.fixture
def counting(counter: Counter, look: Look) -> Till:
    """The till with fifty pounds as its float and a payment of a thousand, being counted."""
    counter.desk.open_till()
    counter.desk.do(counter.desk.payment(100000))
    till = Till(counter, look)
    till.press(F9)
    return till


def seen(desk: Desk) -> TillView:
    """Return the till as it stands in the store."""
    view = desk.read(till_view, demo.TILL_ID)
    assert view is not None
    return view


def test_a_till_is_opened_with_a_float_counted_by_note(counter: Counter, till: Till) -> None:
    assert till.said("till.state") == "Closed"
    assert till.find("till.count.SYP.50000").hasFocus()
    till.count("SYP.50000", "٢")
    till.count("SYO.500000", "3")
    assert till.said("till.total") == "1,150.00 SYP"
    assert till.said("till.total.SYO") == "15,000.00 SYP old"
    till.press(F9)
    assert till.said("till.state") == "Open"
    session = seen(counter.desk).session
    assert session is not None
    assert session.float_notes == (Note(SYP, 50000, 2), Note(SYO, 500000, 3))
    assert [plain(said) for said in counter.led.said] == ["Till 0001 is open"]


def test_a_till_begins_with_nothing_only_after_a_question(counter: Counter, till: Till) -> None:
    till.answer(F9, "count")
    assert seen(counter.desk).session is None
    till.answer(F9, "open")
    session = seen(counter.desk).session
    assert session is not None
    assert session.float_notes == ()


def test_enter_and_arrows_lead_through_the_notes(till: Till) -> None:
    till.press(ENTER)
    assert till.find("till.count.SYP.20000").hasFocus()
    till.press(DOWN, DOWN, UP)
    assert till.find("till.count.SYP.10000").hasFocus()
    till.press(*[ENTER] * 13)
    assert till.find("till.confirm").hasFocus()


def test_what_is_no_number_is_marked_and_stops_it(counter: Counter, till: Till) -> None:
    till.count("SYP.50000", "2x")
    till.press(DOWN, DOWN)
    assert till.find("till.count.SYP.50000").property("invalid")
    till.press(F9)
    assert "whole number" in till.said("till.problem")
    assert till.find("till.count.SYP.50000").hasFocus()
    assert seen(counter.desk).session is None
    till.count("SYP.50000", "2")
    assert not till.sees("till.problem")


@pytest.mark.parametrize(
    ("typed", "number"), [("", 0), ("0", 0), (" ٤٢ ", 42), ("-1", None), ("1.5", None), ("1000000", None), ("²", None)]
)
def test_a_number_of_notes_is_read_in_either_family(typed: str, number: int | None) -> None:
    assert number_of(typed) == number


def test_the_session_never_tells_what_the_drawer_should_hold(counter: Counter, look: Look) -> None:
    counter.desk.open_till()
    counter.desk.do(counter.desk.payment(100000))
    till = Till(counter, look)
    texts = [plain(label.text()) for label in till.view.findChildren(QLabel) if label.isVisible()]
    assert not [said for said in texts if "1,0" in said]
    assert till.find("till.close").hasFocus()
    assert till.said("till.methods") == "Cash: 1"


def test_what_the_feed_brings_takes_no_key_press_away(counter: Counter, look: Look) -> None:
    counter.desk.open_till()
    till = Till(counter, look)

    def pressed_while_the_feed_brings_something() -> None:
        till.till._presenter.confirm()
        till.till.refresh(frozenset())

    till.do(pressed_while_the_feed_brings_something)
    assert till.sees("till.confirm")
    assert till.find("till.count.SYP.50000").hasFocus()


def test_an_exact_count_closes_it(counter: Counter, counting: Till) -> None:
    counting.count("SYP.50000", "2")
    counting.count("SYP.1000", "5")
    counting.press(F9)
    assert counting.said("till.state") == "Closed"
    assert counting.said("till.difference") == "Exact"
    assert counter.supervisor.asked == []
    assert seen(counter.desk).session is None


def test_a_small_lack_is_told_after_the_count(counting: Till) -> None:
    counting.count("SYP.50000", "2")
    counting.count("SYP.1000", "4")
    counting.press(F9)
    assert counting.said("till.difference") == "Short by 10.00 SYP"


def test_a_surplus_is_told_after_the_count(counting: Till) -> None:
    counting.count("SYP.50000", "2")
    counting.count("SYP.1000", "6")
    counting.press(F9)
    assert counting.said("till.difference") == "Over by 10.00 SYP"


def test_a_large_difference_asks_for_a_second_count_then_for_a_supervisor(counter: Counter, counting: Till) -> None:
    counting.count("SYP.50000", "1")
    counting.press(F9)
    said = counting.said("till.problem")
    assert "needs a supervisor" in said
    assert "SYP" not in said
    assert counter.supervisor.asked == []
    counter.supervisor.willing = False
    counting.press(F9)
    assert counting.sees("till.problem")
    assert seen(counter.desk).session is not None
    counter.supervisor.willing = True
    counting.press(F9)
    assert [ask.permission for ask in counter.supervisor.asked] == ["till.approve_difference"] * 2
    ask = counter.supervisor.asked[0]
    assert plain(str(ask.act)) == "Close till 0001, counted: 500.00 SYP"
    assert ask.counts == (Count(Money(105000, SYP), Money(50000, SYP), Money(-55000, SYP)),)
    assert counting.said("till.difference") == "Short by 550.00 SYP"
    closed = seen(counter.desk).last_closed
    assert closed is not None
    assert closed.approved_by is not None


def test_another_count_is_tried_without_a_supervisor(counter: Counter, counting: Till) -> None:
    counting.count("SYP.50000", "1")
    counting.press(F9)
    counting.count("SYP.50000", "2")
    counting.press(F9)
    assert counter.supervisor.asked == []
    assert counting.said("till.difference") == "Short by 50.00 SYP"


def test_nothing_counted_closes_nothing(counter: Counter, counting: Till) -> None:
    counting.press(F9)
    assert "Nothing was counted" in counting.said("till.problem")
    assert seen(counter.desk).session is not None


def test_a_count_is_left_and_found_again(counter: Counter, look: Look, counting: Till) -> None:
    counting.count("SYP.50000", "2")
    counting.press(ESCAPE)
    assert counting.sees("till.close")
    counting.press(F9)
    assert counting.said("till.count.SYP.50000") == "2"
    counting.refresh()
    assert counting.said("till.count.SYP.50000") == "2"
    crashed = Till(counter, look)
    crashed.press(F9)
    assert crashed.said("till.count.SYP.50000") == "2"
    assert crashed.said("till.total") == "1,000.00 SYP"
    crashed.count("SYP.1000", "5")
    crashed.press(F9)
    assert counter.desk.read(drafts_of, counter.desk.people.clerk) == ()


def test_escape_leaves_a_till_that_is_not_being_counted(counter: Counter, till: Till) -> None:
    till.press(ESCAPE)
    assert counter.led.steps == [("back",)]


def test_who_closes_no_tills_can_only_look_at_another_ones(counter: Counter, look: Look) -> None:
    counter.desk.open_till(by=counter.desk.people.clerk_2)
    till = Till(counter, look, counter.session(demo.SUPERVISOR))
    assert till.said("till.state") == "Held by another clerk"
    assert till.find("till.nothing").findChildren(QPushButton) == []
    till.press(F9)
    assert not till.sees("till.close")
    assert not till.sees("till.confirm")


def test_a_session_that_another_clerk_left_open_is_counted_and_closed_with_a_supervisor(
    counter: Counter, look: Look
) -> None:
    session_id = counter.desk.open_till(by=counter.desk.people.clerk_2)
    till = Till(counter, look)
    (button,) = till.find("till.nothing").findChildren(QPushButton)
    assert plain(button.text()).startswith("Count and close for ")
    till.do(button.click)
    till.count("SYP.1000", "5")
    till.refresh()
    assert till.said("till.count.SYP.1000") == "5", "what the feed brings does not end the count"
    counter.supervisor.willing = False
    till.press(F9)
    assert "another clerk" in till.said("till.problem")
    till.press(ESCAPE)
    assert till.sees("till.nothing")
    till.press(F9)
    counter.supervisor.willing = True
    till.press(F9)
    first, ask = counter.supervisor.asked
    assert plain(str(ask.act)).startswith("Close till 0001, left open by ")
    assert ask.counts == first.counts == (Count(Money(5000, SYP), Money(5000, SYP), Money(0, SYP)),)
    closed = seen(counter.desk).last_closed
    assert closed is not None
    assert (closed.session_id, closed.holder_id) == (session_id, counter.desk.people.clerk_2)
    assert closed.approved_by is not None


def test_a_desk_without_a_till_says_so(counter: Counter, look: Look) -> None:
    session = counter.session()
    session.place = replace(session.place, till_id=None)
    till = Till(counter, look, session)
    till.press(F9)
    assert not till.sees("till.confirm")


def test_a_till_that_was_opened_meanwhile_is_said(counter: Counter, till: Till) -> None:
    counter.desk.open_till()
    till.count("SYP.1000", "5")
    till.press(F9)
    assert "has been open since" in till.said("till.problem")
    till.refresh()
    assert till.sees("till.close")


def test_a_refused_count_comes_back_as_it_was_made(counter: Counter, look: Look) -> None:
    session_id = counter.desk.open_till()
    refused = counter.desk.new_id()
    fields = {"till_id": str(demo.TILL_ID), "counted": [{"currency": SYP, "minor": 1000, "count": 4}]}
    counter.desk.write(
        save_draft,
        counter.desk.new_id(),
        kind="CloseTill",
        staff_id=counter.desk.people.clerk,
        subject=str(session_id),
        fields=fields,
        now=counter.desk.clock.now,
        amends=refused,
    )
    till = Till(counter, look)
    till.press(F9)
    assert till.said("till.count.SYP.1000") == "4"
    till.press(F9)
    closed = select(TillSession.closed_at).where(TillSession.id == session_id)
    assert counter.desk.read(lambda connection: connection.execute(closed).scalar_one()) is not None


def noted(desk: Desk, about: BecameCredit | Reason, *, account_id: UUID | None = None) -> None:
    """Let the centre have recorded an act at this till that did not end as it was meant."""
    values = {
        "id": desk.new_id(),
        "area_id": demo.AREA,
        "account_id": account_id or demo.ACCOUNT_ID,
        "till_id": demo.TILL_ID,
        "command_id": desk.new_id(),
        "code": BECAME_CREDIT if isinstance(about, BecameCredit) else about.code,
        "details": details_of(about),
        "occurred_at": desk.clock.now,
    }
    desk.write(lambda connection: connection.execute(insert(table_of(NoticeRow)), values))


CREDIT = BecameCredit("0001-A-000007", Money(100_000, SYP), Money(30_000, SYP))
NOBODY = UUID("01900000-0000-7000-8000-000000000bad")


def in_suspense(desk: Desk) -> None:
    """Let money for an account that nobody knows have been recorded."""
    envelope = recorded(desk)[-1]
    lost = replace(envelope, command_id=desk.new_id(), command=replace(envelope.command, account_id=NOBODY))  # type: ignore[call-arg]
    number, decided = "0001-A-000002", dict(envelope.stamps.decided)
    decided["printed"] = {**decided["printed"], "number": number}
    till = replace(envelope.stamps.till, receipt_number=number, seq=99) if envelope.stamps.till else None
    lost = replace(lost, stamps=replace(envelope.stamps, device_seq=99, till=till, decided=decided))
    desk.write(run_recorded, lost)


def test_what_the_till_must_know_is_told_until_somebody_has_seen_to_it(counter: Counter, look: Look) -> None:
    counter.desk.open_till()
    till = Till(counter, look)
    assert not till.sees("till.notices")
    till.press_with("G")
    assert counter.led.said == []
    noted(counter.desk, CREDIT)
    till.refresh()
    assert till.said("till.notice") == "300.00 SYP of receipt 0001-A-000007 became credit on the account"
    assert till.find("till.close").hasFocus()
    till.press_with("G")
    assert not till.sees("till.notices")
    assert [plain(said) for said in counter.led.said] == ["Marked as seen to"]


def test_an_objection_is_told_in_the_words_of_what_stood_against_it(counter: Counter, look: Look) -> None:
    noted(counter.desk, TillOpenAlready("0001", counter.desk.clock.now))
    till = Till(counter, look)
    assert till.said("till.notice") == "Recorded all the same, against a rule"
    texts = [plain(label.text()) for label in till.find("till.notices").findChildren(QLabel)]
    assert any("Till 0001 has been open since" in said for said in texts)
    look.set_language("ar")
    till.refresh()
    assert till.said("till.notice") == "سُجّل مع مخالفته قاعدة"


def test_money_in_suspense_stays_before_the_supervisor(counter: Counter, look: Look) -> None:
    counter.desk.open_till()
    counter.desk.do(counter.desk.payment(100_000))
    in_suspense(counter.desk)
    till = Till(counter, look)
    assert till.said("till.notice") == "1,000.00 SYP waits in suspense"
    assert "0001-A-000002" in till.said("till.notice.where")
    till.press_with("G")
    assert not till.sees("till.notices")
    supervisor = Till(counter, look, counter.session(demo.SUPERVISOR))
    assert supervisor.said("till.notice") == "1,000.00 SYP waits in suspense"
    supervisor.press_with("G")
    assert supervisor.sees("till.notices")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_a_till_with_notices_looks(counter: Counter, look: Look, language: str) -> None:
    counter.desk.open_till(Note(SYP, 50000, 2))
    counter.desk.do(counter.desk.payment(100000))
    in_suspense(counter.desk)
    noted(counter.desk, CREDIT)
    till = Till(counter, look)
    look.set_language("ar" if language == "ar" else "en")
    assert_golden(till.view, f"till-notices.{language}", SMALL)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_the_count_looks(counting: Till, look: Look, language: str) -> None:
    counting.count("SYP.50000", "1")
    counting.count("SYO.100000", "12")
    counting.count("SYP.2500", "x")
    look.set_language("ar" if language == "ar" else "en")
    assert_golden(counting.view, f"till-count.{language}", SMALL)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_a_closed_till_looks(counting: Till, look: Look, language: str) -> None:
    counting.count("SYP.50000", "2")
    counting.count("SYP.1000", "4")
    counting.press(F9)
    look.set_language("ar" if language == "ar" else "en")
    assert_golden(counting.view, f"till-closed.{language}", SMALL)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_an_open_till_looks(counter: Counter, look: Look, language: str) -> None:
    counter.desk.open_till(Note(SYP, 50000, 2), Note(SYO, 500000, 3))
    counter.desk.do(counter.desk.payment(100000))
    till = Till(counter, look)
    look.set_language("ar" if language == "ar" else "en")
    assert_golden(till.view, f"till-open.{language}", SMALL)


def test_how_the_till_of_another_clerk_looks(counter: Counter, look: Look) -> None:
    counter.desk.open_till(by=counter.desk.people.clerk_2)
    look.set_language("ar")
    assert_golden(Till(counter, look).view, "till-held.ar", SMALL)


def test_how_it_looks_on_a_large_screen(counting: Till, look: Look) -> None:
    look.set_language("ar")
    counting.count("SYP.50000", "1")
    assert_golden(counting.view, "till-count.ar", LARGE)
    look.set_language("en")
    assert_golden(counting.view, "till-count.en", LARGE)


def test_how_it_looks_in_the_dark(counting: Till, look: Look) -> None:
    look.set_language("ar")
    look.set_scheme(Scheme.DARK)
    counting.count("SYP.50000", "1")
    counting.press(F9)
    assert_golden(counting.view, "till-count.ar.dark", SMALL)
