"""What was written in a complaint that the centre refused is read, copied, and said again without typing it anew."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from sqlalchemy import select

from ccbs_desk.domain.care_commands import CommentComplaint, OpenComplaint, ResolveComplaint
from ccbs_desk.domain.commands import Command
from ccbs_desk.models import undo
from ccbs_desk.models.desk import Outbox
from ccbs_desk.services.complaints import complaint_categories, complaints_of
from ccbs_desk.services.drafts import drafts_of
from ccbs_desk.services.outbox import summary
from ccbs_desk.ui.account_screen import AccountScreen
from ccbs_desk.ui.complaint import screen as complaints
from ccbs_desk.ui.complaint.presenter import ComplaintsPresenter
from ccbs_desk.ui.complaint.view import ComplaintsWidget
from ccbs_desk.ui.kit.application import Look
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.ui.at_work import collect
from tests.ui.counter import SMALL, Counter, Shown
from tests.ui.golden import assert_golden
from tests.ui.test_outbox import Waiting, answered

F9 = Qt.Key.Key_F9
WORDS = "يسمع تشويشاً قوياً منذ يومين، وينقطع الخط كلما نزل المطر. يُرجى الاتصال به بعد الظهر."
Form = AccountScreen[ComplaintsWidget, ComplaintsPresenter]


@pytest.fixture
def counter(desk: Desk, look: Look, qapp: QApplication) -> Iterator[Counter]:
    look.set_language("en")
    counter = Counter(desk, qapp)
    yield counter
    counter.close()
    collect()


@pytest.fixture
def form(counter: Counter, look: Look) -> Form:
    """The complaints of the demo subscriber, which stand open since before."""
    form = complaints.build(counter.session(), counter.led, look.shortcuts)
    counter.show(form).do(lambda: form.activate(account_id=demo.ACCOUNT_ID))
    return form


def refused(desk: Desk, command: Command) -> UUID:
    """Do it, and let the centre refuse it; what it wrote is taken back, as the answer does."""
    done = desk.do(command)
    desk.write(lambda connection: undo.take_back(connection, [done.command_id]))
    answered(desk, done.command_id, "refused", "permission.missing", permission="complaint.open")
    return done.command_id


def new_one(desk: Desk) -> OpenComplaint:
    """A complaint of a kind that is not open yet."""
    taken = {one.category for one in desk.read(complaints_of, demo.ACCOUNT_ID, now=desk.clock.now)}
    category = next(one.code for one in desk.read(complaint_categories) if one.code not in taken)
    return OpenComplaint(account_id=demo.ACCOUNT_ID, line_id=demo.LINE_ID, category=category, text=WORDS)


def open_one(desk: Desk) -> UUID:
    """The last of the complaints of the demo subscriber that are open."""
    found = desk.read(complaints_of, demo.ACCOUNT_ID, now=desk.clock.now)
    return [one.complaint_id for one in found if one.is_open][-1]


def last_act(desk: Desk) -> tuple[str, UUID | None]:
    """Return the kind of the last act, and what it amends."""
    which = select(Outbox.kind, Outbox.amends).order_by(Outbox.device_seq.desc()).limit(1)
    row = desk.read(lambda connection: connection.execute(which).one())
    return row.kind, row.amends


def put_right(counter: Counter, look: Look, form: Form, act: UUID) -> Shown:
    """Press the key of the outbox that puts the act right, and come to the form."""
    Waiting(counter, look).press(F9)
    assert counter.led.steps == [("complaint", demo.ACCOUNT_ID)]
    assert act in [draft.amends for draft in counter.desk.read(drafts_of, counter.desk.people.clerk)]
    shown = Shown(form, counter.app)
    shown.do(lambda: form.activate(account_id=demo.ACCOUNT_ID))
    return shown


def nothing_is_left(counter: Counter, act: UUID) -> None:
    """Nobody is asked about it any more, and no draft of it is left."""
    assert counter.desk.read(summary).attention == 0
    assert act not in [draft.amends for draft in counter.desk.read(drafts_of, counter.desk.people.clerk)]


def test_the_words_are_read_and_copied(counter: Counter, look: Look) -> None:
    command = new_one(counter.desk)
    refused(counter.desk, command)
    waiting = Waiting(counter, look)
    words = waiting.find("outbox.words")
    assert isinstance(words, QPlainTextEdit)
    assert words.isVisible()
    assert words.isReadOnly()
    words.selectAll()
    words.copy()
    assert QGuiApplication.clipboard().text() == WORDS
    names = {one.code: one.name.en for one in counter.desk.read(complaint_categories)}
    assert waiting.said("outbox.what") == f"Complaint: {names[command.category]}"


def test_an_act_without_words_shows_no_room_for_them(counter: Counter, look: Look) -> None:
    counter.desk.open_till()
    assert not Waiting(counter, look).sees("outbox.words")


def test_a_refused_complaint_opens_as_it_was_meant(counter: Counter, look: Look, form: Form) -> None:
    command = new_one(counter.desk)
    act = refused(counter.desk, command)
    shown = put_right(counter, look, form, act)
    assert shown.find("complaints.words").toPlainText() == WORDS  # type: ignore[attr-defined]
    shown.do(form._presenter.confirm)
    assert last_act(counter.desk) == ("OpenComplaint", act)
    opened = counter.desk.read(complaints_of, demo.ACCOUNT_ID, now=counter.desk.clock.now)
    assert (command.category, demo.LINE_ID, WORDS) in [(one.category, one.line_id, one.text) for one in opened]
    nothing_is_left(counter, act)


@pytest.mark.parametrize("make", [CommentComplaint, ResolveComplaint])
def test_refused_words_on_a_complaint_are_said_on_it_again(
    counter: Counter, look: Look, form: Form, make: type[CommentComplaint] | type[ResolveComplaint]
) -> None:
    complaint = open_one(counter.desk)
    act = refused(counter.desk, make(account_id=demo.ACCOUNT_ID, complaint_id=complaint, text=WORDS))
    put_right(counter, look, form, act)
    assert form._presenter._chosen == complaint
    assert form._view.about.words.value() == WORDS
    Shown(form, counter.app).do(form._presenter.resolve if make is ResolveComplaint else form._presenter.confirm)
    assert last_act(counter.desk) == (make.KIND, act)
    nothing_is_left(counter, act)


def test_refused_words_on_a_complaint_that_is_gone_begin_a_new_one(counter: Counter, look: Look, form: Form) -> None:
    opened = counter.desk.do(new_one(counter.desk))
    found = counter.desk.read(complaints_of, demo.ACCOUNT_ID, now=counter.desk.clock.now)
    complaint = next(one.complaint_id for one in found if one.text == WORDS)
    said = counter.desk.do(CommentComplaint(account_id=demo.ACCOUNT_ID, complaint_id=complaint, text="اتصل ثانية"))
    counter.desk.write(lambda connection: undo.take_back(connection, [said.command_id, opened.command_id]))
    answered(counter.desk, opened.command_id, "withdrawn")
    answered(counter.desk, said.command_id, "refused", "complaint.unknown", complaint_id=str(complaint))
    shown = put_right(counter, look, form, said.command_id)
    assert shown.find("complaints.words").toPlainText() == "اتصل ثانية"  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_a_refused_complaint_looks(counter: Counter, look: Look, language: str) -> None:
    refused(counter.desk, new_one(counter.desk))
    waiting = Waiting(counter, look)
    look.set_language("ar" if language == "ar" else "en")
    assert_golden(waiting.view, f"outbox-words.{language}", SMALL)
