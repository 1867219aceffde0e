"""An operator finds a number while the caller is still speaking, by keys alone, on a real index."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, insert, select

from ccbs_desk.config.language import LANGUAGES, Language, latin_digits, strip_isolates
from ccbs_desk.directory.query import Pair
from ccbs_desk.domain.directory_commands import LookUpListing, ReverseLookUp, TeachSpelling
from ccbs_desk.domain.directory_errors import AlarmAboutOneself, SmsNotSent
from ccbs_desk.domain.errors import DiskFull, LinkDown, NewerServer, Reason, SnapshotDamaged
from ccbs_desk.domain.permissions import SUPERVISOR
from ccbs_desk.domain.policy import DEFAULT_RULES
from ccbs_desk.domain.store_errors import DataTooOld
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.reference import StaffRole
from ccbs_desk.rooms import Enquiries
from ccbs_desk.services.directory_alarms import open_alarms
from ccbs_desk.services.listings import Coming, Listings
from ccbs_desk.services.look_up import asked_hash
from ccbs_desk.services.sms import SmsFolder
from ccbs_desk.services.taught import taught
from ccbs_desk.ui.directory.screen import build
from ccbs_desk.ui.directory.view import DirectoryWidget
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.labels import Label
from ccbs_desk.ui.kit.tokens import Scheme
from ccbs_desk.wire.codec import decode_envelope
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.keys import press, press_physical, type_text
from tests.factories.listings import MANY, Canned, small_index
from tests.ui.at_work import Led, collect, run, session_of, until
from tests.ui.golden import assert_golden, settle
from tests.ui.inspection import clipped, latin, unnamed, unreached
from tests.ui.switchboard import SIZE, Switchboard

SMALL, LARGE = (1198, 690), (1752, 1002)
"""What the frame leaves of 1366x768 and of 1920x1080."""
CALL = UUID(int=77)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_index(tmp_path_factory.mktemp("directory"))


class Enquiry:
    """The directory at work, with the keys of an operator."""

    def __init__(
        self, desk: Desk, look: Look, app: QApplication, listings: Listings, sms: Path, login: str = demo.AGENT
    ) -> None:
        self.desk, self.app, self.led, self.sms = desk, app, Led(), sms
        self.session = session_of(desk, login)
        self.session.call_id = CALL
        self.listings = listings
        self.screen = build(self.session, self.led, look.shortcuts, self.listings, SmsFolder(sms))
        widget = self.screen.widget
        assert isinstance(widget, DirectoryWidget)
        self.view = widget
        self.view.resize(*SMALL)
        self.view.show()
        self.view.activateWindow()
        settle()
        self.do()

    def do(self, asked: str = "") -> None:
        """Come here, type something, wait for its answer."""
        self.within(self.screen.activate)
        if asked:
            self.within(lambda: type_text(self.view.box, asked))

    def within(self, act: object) -> None:
        """Do something on the loop and wait for all that follows."""

        async def story() -> None:
            assert callable(act)
            act()
            await self.screen.settled()

        run(self.app, story())
        settle()

    def press(self, *keys: Qt.Key) -> None:
        """Press keys where the keyboard is."""
        for key in keys:
            self.within(lambda key=key: press(QApplication.focusWidget() or self.view, key))

    def press_with(self, letter: str) -> None:
        """Press Ctrl with a physical key."""
        where = QApplication.focusWidget() or self.view
        self.within(lambda: press_physical(where, letter, Qt.KeyboardModifier.ControlModifier))

    def type(self, words: str) -> None:
        """Type where the keyboard is."""
        self.within(lambda: type_text(QApplication.focusWidget() or self.view, words))

    def ids(self, *, similar: bool = False) -> list[str]:
        """Return the listings that are shown."""
        return [row.id for row in self.view.results.rows() if row.similar is similar]

    def acts(self) -> list[LookUpListing | ReverseLookUp]:
        """Return the look-ups that were written down."""
        return self.desk.read(_acts)

    def ends(self) -> list[tuple[str, str]]:
        """Return how look-ups by name ended, and with which listing."""
        return [(act.outcome, act.listing_id) for act in self.acts() if isinstance(act, LookUpListing)]

    def said(self, name: str) -> str:
        """Return what a label says."""
        label = self.view.findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return latin_digits(strip_isolates(label.text()))

    def close(self) -> None:
        """Go."""
        self.screen.close()
        self.listings.close()


def _acts(connection: Connection) -> list[LookUpListing | ReverseLookUp]:
    rows = connection.execute(select(Outbox.raw).order_by(Outbox.device_seq)).scalars()
    commands = [decode_envelope(raw).command for raw in rows]
    return [one for one in commands if isinstance(one, LookUpListing | ReverseLookUp)]


@pytest.fixture
def enquiry(desk: Desk, look: Look, qapp: QApplication, qtbot: QtBot, index: Path, tmp_path: Path) -> Iterator[Enquiry]:
    enquiry = Enquiry(desk, look, qapp, Listings(index), tmp_path / "sms")
    qtbot.addWidget(enquiry.view)
    yield enquiry
    enquiry.close()
    collect()


@pytest.fixture
def pictured(desk: Desk, look: Look, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Enquiry]:
    enquiry = Enquiry(desk, look, qapp, Canned(tmp_path / "none"), tmp_path / "sms")
    qtbot.addWidget(enquiry.view)
    yield enquiry
    enquiry.close()
    collect()


@pytest.fixture
def supervisor(
    desk: Desk, look: Look, qapp: QApplication, qtbot: QtBot, index: Path, tmp_path: Path
) -> Iterator[Enquiry]:
    enquiry = Enquiry(desk, look, qapp, Listings(index), tmp_path / "sms", demo.SUPERVISOR)
    qtbot.addWidget(enquiry.view)
    yield enquiry
    enquiry.close()
    collect()


def test_a_name_and_a_place_in_any_order_give_a_number_to_read_out(enquiry: Enquiry) -> None:
    enquiry.do("حلب الخطيب محمد")
    assert enquiry.ids() == ["1"]
    assert enquiry.said("directory.number").split("\u2002") == ["021", "211", "45", "01"]
    assert enquiry.said("directory.name") == "محمد أحمد الخطيب"
    enquiry.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert enquiry.ends() == [("given", "1")]
    assert enquiry.led.said == ["سُجِّل: أُعطي الرقم."]
    (act,) = enquiry.acts()
    assert act.asked_hash == asked_hash("حلب الخطيب محمد", "11")


def test_it_answers_at_every_letter_and_only_the_newest_answer_is_shown(enquiry: Enquiry) -> None:
    async def story() -> None:
        enquiry.screen.activate()
        for letter in "صيدلية النور":
            type_text(enquiry.view.box, letter)
        await enquiry.screen.settled()

    run(enquiry.app, story())
    assert enquiry.ids()[0] == "6"


def test_fields_narrow_what_the_box_asks(enquiry: Enquiry) -> None:
    enquiry.do("محمد")
    before = enquiry.ids()
    enquiry.within(lambda: type_text(enquiry.view.slots["family"], "الخطيب"))
    enquiry.within(lambda: type_text(enquiry.view.slots["governorate"], "دمشق"))
    assert set(enquiry.ids()) == {"2", "12"}
    assert len(before) > 2
    enquiry.press(Qt.Key.Key_Escape)
    assert enquiry.view.slots["family"].value() == ""
    assert enquiry.ids() == []


def test_similar_names_come_below_and_move_nothing(enquiry: Enquiry) -> None:
    enquiry.do("محمد الخطيب حلب")
    assert enquiry.ids() == ["1"]
    assert {"2", "3"} <= set(enquiry.ids(similar=True))
    current = enquiry.view.results.current()
    assert current is not None
    assert current.id == "1"


def test_who_goes_down_sees_more_than_the_first(enquiry: Enquiry) -> None:
    enquiry.do("كامل الشيخ")
    assert len(enquiry.ids()) == 50
    enquiry.press(Qt.Key.Key_Return)
    assert len(enquiry.ids()) == MANY
    enquiry.press(Qt.Key.Key_End)
    assert enquiry.view.results.currentIndex().row() == MANY - 1


def test_enter_before_the_answer_goes_into_the_listings_when_it_is_there(enquiry: Enquiry) -> None:
    def at_once() -> None:
        type_text(enquiry.view.box, "الأتاسي")
        press(enquiry.view.box, Qt.Key.Key_Return)

    enquiry.within(at_once)
    assert enquiry.view.results.hasFocus()
    enquiry.press(Qt.Key.Key_Up)
    assert enquiry.view.box.hasFocus()
    enquiry.press(Qt.Key.Key_Down)
    enquiry.type("ح")
    assert enquiry.view.box.value() == "الأتاسيح"


def test_a_number_is_copied_kept_with_the_call_and_sent(enquiry: Enquiry) -> None:
    enquiry.do("المواساة")
    enquiry.press_with("B")
    assert QGuiApplication.clipboard().text() == "0112133000"
    enquiry.press_with("L")
    enquiry.press_with("M")
    enquiry.type("12")
    enquiry.press(Qt.Key.Key_Return)
    assert enquiry.view.panel.mobile.property("invalid")
    enquiry.within(enquiry.view.panel.mobile.clear)
    enquiry.type("0933123456")
    enquiry.press(Qt.Key.Key_Return)
    assert enquiry.ends() == [("copied", "8"), ("attached", "8"), ("sent", "8")]
    (written,) = enquiry.sms.iterdir()
    told = json.loads(written.read_text())
    assert (told["to"], told["text"]) == ("+963933123456", "مشفى المواساة: 011 2133000")
    assert enquiry.view.results.hasFocus()


def test_a_message_that_cannot_be_handed_over_is_said_and_not_written_down(enquiry: Enquiry) -> None:
    enquiry.sms.write_text("a file is in the way")
    enquiry.do("المواساة")
    enquiry.press_with("M")
    enquiry.type("0933123456")
    enquiry.press(Qt.Key.Key_Return)
    assert enquiry.led.explained == [SmsNotSent()]
    assert enquiry.ends() == []


def test_not_found_asks_why(enquiry: Enquiry) -> None:
    async def story() -> None:
        enquiry.screen.activate()
        type_text(enquiry.view.box, "قسطنطين")
        await enquiry.screen.settled()
        press_physical(enquiry.view.box, "U", Qt.KeyboardModifier.ControlModifier)
        await until(lambda: enquiry.view.window().findChild(QPushButton, "not_published") is not None)
        button = enquiry.view.window().findChild(QPushButton, "not_published")
        assert isinstance(button, QPushButton)
        button.click()
        await enquiry.screen.settled()

    run(enquiry.app, story())
    acts = enquiry.acts()
    assert [(act.outcome, act.why) for act in acts if isinstance(act, LookUpListing)] == [
        ("not_found", "not_published")
    ]
    assert enquiry.view.box.value() == ""


def test_a_look_up_that_is_left_is_written_down_too(enquiry: Enquiry) -> None:
    enquiry.do("الخطيب")
    enquiry.press(Qt.Key.Key_Escape)
    assert enquiry.ends() == [("left", "")]
    enquiry.press(Qt.Key.Key_Escape)
    assert enquiry.led.steps == [("back",)]


def test_prepared_numbers_are_on_one_key(enquiry: Enquiry) -> None:
    enquiry.do()
    enquiry.press_with("E")
    assert enquiry.view.results.rows()[0].number == "110"
    assert enquiry.said("directory.number") == "110"
    enquiry.press(Qt.Key.Key_Return)
    assert enquiry.ends() == [("given", "prepared:110")]


def test_the_time_is_shown_against_its_target(enquiry: Enquiry) -> None:
    enquiry.do("الخطيب")
    enquiry.desk.clock.forward(timedelta(seconds=12))
    enquiry.view.ticked.emit()
    assert enquiry.said("directory.time") == "12 من 20 ث"
    assert enquiry.view.panel.time.property("tone") == "warn"
    enquiry.desk.clock.forward(timedelta(seconds=12))
    enquiry.view.ticked.emit()
    assert enquiry.view.panel.time.property("tone") == "bad"
    enquiry.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    (act,) = enquiry.acts()
    assert isinstance(act, LookUpListing)
    assert act.seconds == 24


@pytest.mark.parametrize("asked", ["ا", "ال", "قسطنطين", "محمد" * 2_000, "\x00\x1b", "☎️☎️"])
def test_what_cannot_be_answered_gets_advice(enquiry: Enquiry, asked: str) -> None:
    enquiry.within(lambda: enquiry.view.box.set_value(asked))
    assert enquiry.ids() == []
    assert not enquiry.led.explained


def test_what_looks_like_a_statement_is_only_words(enquiry: Enquiry) -> None:
    enquiry.do("' OR 1=1; DROP TABLE listing --")
    assert not enquiry.led.explained
    enquiry.within(lambda: enquiry.view.box.set_value("الأتاسي"))
    assert enquiry.ids() == ["5"]


def test_a_place_that_no_listing_has_is_said(enquiry: Enquiry) -> None:
    enquiry.do("محمد")
    enquiry.within(lambda: type_text(enquiry.view.slots["town"], "باريس"))
    assert enquiry.ids() == []
    assert strip_isolates(enquiry.view.advice._what.text()) == "لا اسم في هذا المكان"


def test_a_number_is_no_question_for_everybody(enquiry: Enquiry) -> None:
    enquiry.do("0212114501")
    assert enquiry.ids() == []
    assert "مشرف" in enquiry.view.advice._todo.text()
    assert enquiry.acts() == []


def test_a_supervisor_asks_whose_a_number_is_with_a_reason(supervisor: Enquiry) -> None:
    supervisor.do("0212114501")
    supervisor.press(Qt.Key.Key_Return)
    supervisor.press(Qt.Key.Key_Return)
    assert supervisor.view.reason.field.property("invalid")
    assert supervisor.acts() == []
    supervisor.type("طلب من المخفر")
    supervisor.press(Qt.Key.Key_Return)
    assert supervisor.ids() == ["1"]
    (act,) = supervisor.acts()
    assert isinstance(act, ReverseLookUp)
    assert act.reason == "طلب من المخفر"


def test_a_number_that_is_not_published_is_not_found(supervisor: Enquiry) -> None:
    supervisor.do("0312474510")
    supervisor.press(Qt.Key.Key_Down)
    supervisor.type("طلب من المخفر")
    supervisor.press(Qt.Key.Key_Return)
    assert supervisor.ids() == []
    assert supervisor.view.box.hasFocus()


def asked_too_much(desk: Desk, by: UUID) -> None:
    for _ in range(DEFAULT_RULES.number("directory.reverse_most") + 1):
        now = desk.clock.now
        desk.do(ReverseLookUp(asked_hash=asked_hash("2214567", "11"), reason="طلب من المخفر"), by=by)
        desk.clock.now = now


def second_supervisor(desk: Desk) -> UUID:
    role = {"id": uuid4(), "staff_id": desk.people.clerk_2, "role": SUPERVISOR}
    desk.write(lambda c: c.execute(insert(table_of(StaffRole)), role))
    return desk.people.clerk_2


def test_an_alarm_is_seen_and_closed_with_a_reason(supervisor: Enquiry) -> None:
    asked_too_much(supervisor.desk, second_supervisor(supervisor.desk))
    supervisor.within(lambda: supervisor.screen.refresh(None))
    assert supervisor.view.notice.isVisible()
    supervisor.press_with("J")
    assert supervisor.view.alarms.table.hasFocus()
    supervisor.press(Qt.Key.Key_F9)
    assert supervisor.view.alarms.reason.property("invalid")
    supervisor.type("بحث قضائي")
    supervisor.press(Qt.Key.Key_F9)
    assert supervisor.desk.read(open_alarms) == ()
    assert not supervisor.view.notice.isVisible()
    supervisor.press(Qt.Key.Key_F9, Qt.Key.Key_Escape)
    assert supervisor.view.box.hasFocus()


def test_nobody_closes_an_alarm_about_himself(supervisor: Enquiry) -> None:
    asked_too_much(supervisor.desk, supervisor.desk.people.supervisor)
    supervisor.press_with("J")
    supervisor.press(Qt.Key.Key_Return)
    supervisor.type("بحث")
    supervisor.press(Qt.Key.Key_Return)
    assert supervisor.led.explained == [AlarmAboutOneself()]


def taught_by_two(desk: Desk) -> None:
    desk.do(TeachSpelling(typed="الخطبب", meant="الخطيب"), by=desk.people.agent)
    desk.do(TeachSpelling(typed="الخطبب", meant="الخطيب"), by=desk.people.clerk_2)
    desk.do(TeachSpelling(typed="سباعى", meant="السباعي"), by=desk.people.agent)


def test_who_leads_a_centre_takes_back_what_a_pick_has_taught(supervisor: Enquiry) -> None:
    taught_by_two(supervisor.desk)
    assert supervisor.view.taught.isVisible()
    supervisor.do("محمد الخطبب حلب")
    assert str(supervisor.view.results.rows()[0].why) == "المكان"
    supervisor.press_with("Y")
    shown = supervisor.view.pairs.table
    assert shown.hasFocus()
    assert [(pair.typed, len(pair.people)) for pair in shown.rows()] == [("سباعى", 1), ("الخطبب", 2)]
    supervisor.press(Qt.Key.Key_Down, Qt.Key.Key_F9)
    assert supervisor.view.pairs.reason.property("invalid")
    supervisor.type("كنية أخرى")
    supervisor.press(Qt.Key.Key_F9)
    assert supervisor.desk.read(taught) == (Pair("سباعى", "السباعي", 1),)
    assert [pair.typed for pair in shown.rows()] == ["سباعى"]
    assert supervisor.led.said == ["أُلغي ذلك على كل الأجهزة."]
    supervisor.press(Qt.Key.Key_Escape)
    assert supervisor.view.box.hasFocus()
    supervisor.do("محمد الخطبب حلب")
    assert str(supervisor.view.results.rows()[0].why) == "لفظ قريب"


def test_nobody_else_sees_what_was_taught(enquiry: Enquiry) -> None:
    taught_by_two(enquiry.desk)
    enquiry.press_with("Y")
    assert not enquiry.view.taught.isVisible()
    assert not enquiry.view.pairs.isVisible()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_was_taught_looks_as_it_should(supervisor: Enquiry, look: Look, language: Language) -> None:
    taught_by_two(supervisor.desk)
    look.set_language(language)
    supervisor.press_with("Y")
    assert_golden(supervisor.view, f"directory-taught.{language}", SMALL)


def with_alarms(enquiry: Enquiry) -> None:
    asked_too_much(enquiry.desk, second_supervisor(enquiry.desk))
    enquiry.within(lambda: enquiry.screen.refresh(None))
    enquiry.press_with("J")


def with_taught(enquiry: Enquiry) -> None:
    taught_by_two(enquiry.desk)
    enquiry.press_with("Y")


def on_the_way(enquiry: Enquiry) -> None:
    enquiry.listings.path = enquiry.sms / "none"
    enquiry.listings.coming = Coming(34, 100, LinkDown())
    enquiry.do()


STATES: dict[str, Callable[[Enquiry], object]] = {
    "welcome": lambda enquiry: enquiry.do(),
    "coming": on_the_way,
    "found": lambda enquiry: enquiry.do("محمد الخطيب"),
    "nobody": lambda enquiry: enquiry.do("قسطنطين"),
    "number": lambda enquiry: enquiry.do("0212114501"),
    "prepared": lambda enquiry: enquiry.press_with("E"),
    "alarms": with_alarms,
    "taught": with_taught,
}
EXAMPLES = frozenset({"Mohamad", "Khatib", "abd", "el", "amid"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_it_is_there_for_everybody(supervisor: Enquiry, look: Look, state: str, language: Language) -> None:
    # As in the window: there the screen is not what Tab comes round in.
    house = QWidget()
    house.resize(*SMALL)
    QVBoxLayout(house).addWidget(supervisor.view)
    house.show()
    house.activateWindow()
    # Made in the other language: what does not follow the switch is found as well.
    look.set_language("en" if language == "ar" else "ar")
    STATES[state](supervisor)
    look.set_language(language)
    settle()
    said = [*unnamed(house), *clipped(house), *unreached(house), *(latin(house, EXAMPLES) if language == "ar" else ())]
    supervisor.view.setParent(None)
    assert not said, "\n".join(said)


def test_an_agent_sees_no_alarms(enquiry: Enquiry) -> None:
    asked_too_much(enquiry.desk, enquiry.desk.people.supervisor)
    enquiry.within(lambda: enquiry.screen.refresh(None))
    enquiry.within(lambda: enquiry.screen.refresh(frozenset()))
    enquiry.press_with("J")
    assert not enquiry.view.notice.isVisible()
    assert not enquiry.view.alarms.isVisible()


class OnItsWay:
    """A desk whose directory has not come yet: its place, and how it comes."""

    def __init__(self, enquiry: Enquiry, index: Path) -> None:
        self.enquiry, self._index = enquiry, index

    def told(self, how_far: Coming) -> str:
        """Let it be so far, let a second pass, and return what the screen says."""
        self.enquiry.listings.coming = how_far
        self.enquiry.within(self.enquiry.view.ticked.emit)
        card = self.enquiry.view._stack.coming
        assert card.isVisible()
        return latin_digits(strip_isolates(" | ".join(label.text() for label in card.findChildren(Label))))

    def come(self) -> None:
        """Let the file be here, and a second pass."""

        def come() -> None:
            shutil.copyfile(self._index, self.enquiry.listings.path)
            self.enquiry.view.ticked.emit()

        self.enquiry.within(come)


@pytest.fixture
def on_its_way(
    desk: Desk, look: Look, qapp: QApplication, qtbot: QtBot, index: Path, tmp_path: Path
) -> Iterator[OnItsWay]:
    enquiry = Enquiry(desk, look, qapp, Listings(tmp_path / "coming.index"), tmp_path / "sms")
    qtbot.addWidget(enquiry.view)
    yield OnItsWay(enquiry, index)
    enquiry.close()
    collect()


@pytest.mark.parametrize(
    ("how_far", "said"),
    [
        (Coming(), "الدليل في طريقه إلى هذا الجهاز | المركز يُعدّه الآن"),
        (Coming(34, 100), "الدليل في طريقه إلى هذا الجهاز | وصل منه 34 %"),
        (Coming(problem=LinkDown()), "الدليل ينتظر عودة الاتصال | يصل من تلقاء نفسه"),
        (Coming(34, 100, LinkDown()), "الدليل ينتظر عودة الاتصال | وصل منه 34 %، والباقي"),
        (Coming(34, 100, DiskFull()), "لا مساحة للدليل على قرص هذا الجهاز | أفرغ بعض المساحة"),
        (Coming(problem=SnapshotDamaged()), "تعذّر وصول الدليل | تُعاد المحاولة تلقائياً"),
        (Coming(problem=NewerServer("directory.format")), "تعذّر وصول الدليل | تُعاد المحاولة تلقائياً"),
    ],
)
def test_a_desk_without_a_directory_says_how_far_it_is(on_its_way: OnItsWay, how_far: Coming, said: str) -> None:
    assert on_its_way.told(how_far).startswith(said)
    assert on_its_way.enquiry.led.explained == []


def test_what_was_asked_before_it_came_is_answered_when_it_is_here(on_its_way: OnItsWay) -> None:
    enquiry = on_its_way.enquiry
    enquiry.do("الأتاسي")
    assert enquiry.view._stack.coming.isVisible()
    assert enquiry.led.explained == []
    on_its_way.come()
    assert enquiry.ids() == ["5"]
    assert not enquiry.view._stack.coming.isVisible()


def test_what_can_be_asked_is_said_once_it_is_here(on_its_way: OnItsWay) -> None:
    enquiry = on_its_way.enquiry
    assert enquiry.view._stack.coming.isVisible()
    on_its_way.come()
    assert not enquiry.view._stack.coming.isVisible()
    assert enquiry.acts() == []
    enquiry.do("محمد الخطبب حلب")
    assert enquiry.ids() == ["1"]


def test_prepared_numbers_stay_while_it_comes(on_its_way: OnItsWay) -> None:
    enquiry = on_its_way.enquiry
    enquiry.press_with("E")
    enquiry.listings.coming = Coming(80, 100)
    enquiry.within(enquiry.view.ticked.emit)
    assert enquiry.view.results.rows()[0].number == "110"
    on_its_way.come()
    assert enquiry.view.results.rows()[0].number == "110"
    enquiry.press(Qt.Key.Key_Return)
    assert enquiry.ends() == [("given", "prepared:110")]


def test_an_index_that_this_release_can_not_read_is_waited_for(on_its_way: OnItsWay) -> None:
    enquiry = on_its_way.enquiry
    enquiry.listings.path.write_bytes(b"of another format")
    enquiry.do("الأتاسي")
    assert enquiry.view._stack.coming.isVisible()
    assert enquiry.led.explained == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_directory_on_its_way_looks_as_it_should(on_its_way: OnItsWay, look: Look, language: Language) -> None:
    look.set_language(language)
    on_its_way.told(Coming(34, 100))
    assert_golden(on_its_way.enquiry.view, f"directory-coming.{language}", SMALL)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_screen_looks_as_it_should(pictured: Enquiry, look: Look, language: Language) -> None:
    look.set_language(language)
    assert_golden(pictured.view, f"directory-welcome.{language}", SMALL)
    pictured.do("محمد الخطيب حلب")
    pictured.desk.clock.forward(timedelta(seconds=12))
    pictured.view.ticked.emit()
    assert_golden(pictured.view, f"directory.{language}", SMALL)


def test_it_looks_as_it_should_large_and_dark(pictured: Enquiry, look: Look) -> None:
    pictured.do("الخطيب محمد")
    pictured.press(Qt.Key.Key_Down)
    assert_golden(pictured.view, "directory.ar", LARGE)
    look.set_language("en")
    assert_golden(pictured.view, "directory.en", LARGE)
    look.set_language("ar")
    look.set_scheme(Scheme.DARK)
    assert_golden(pictured.view, "directory.ar.dark", SMALL)


def test_what_is_chosen_after_the_look_up_was_left_is_no_act(enquiry: Enquiry) -> None:
    enquiry.do()
    for letter in "BLMU":
        enquiry.press_with(letter)
    enquiry.within(enquiry.view.panel.given.click)
    enquiry.press(Qt.Key.Key_Return)
    assert enquiry.acts() == []


def test_alarms_look_as_they_should(supervisor: Enquiry) -> None:
    asked_too_much(supervisor.desk, second_supervisor(supervisor.desk))
    supervisor.press_with("J")
    assert_golden(supervisor.view, "directory-alarms.ar", SMALL)


def test_the_directory_is_a_place_of_its_own_where_a_desk_has_one(
    desk: Desk, look: Look, qapp: QApplication, index: Path, tmp_path: Path
) -> None:
    qapp.setQuitOnLastWindowClosed(False)
    listings = Listings(index)
    board = Switchboard(desk, look, qapp, tmp_path, enquiries=Enquiries(listings, SmsFolder(tmp_path / "sms")))
    board.press_with("F")
    assert board.window.place() == "directory"
    board.type("المواساة")
    board.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert board.desk.read(_acts)[-1] == LookUpListing(
        asked_hash=asked_hash("المواساة", "11"), outcome="given", listing_id="8", seconds=0
    )
    assert_golden(board.window, "directory-place.ar", SIZE)
    board.close()
    listings.close()
    collect()


def test_listings_of_a_desk_that_heard_nothing_for_too_long_are_shown_to_nobody(
    desk: Desk, look: Look, qapp: QApplication, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    qapp.setQuitOnLastWindowClosed(False)
    listings = Listings(index)
    board = Switchboard(desk, look, qapp, tmp_path, enquiries=Enquiries(listings, SmsFolder(tmp_path / "sms")))
    long_ago = desk.clock.now - timedelta(days=15)
    desk.write(desk_state.note_server_time, long_ago, long_ago)
    told: list[Reason] = []
    monkeypatch.setattr(board.workplace, "explain", told.append)
    board.press_with("F")
    assert board.window.place() == "outbox"
    assert told == [DataTooOld(14)]
    desk.write(desk_state.note_server_time, desk.clock.now, desk.clock.now)
    board.press_with("F")
    assert board.window.place() == "directory"
    board.close()
    listings.close()
    collect()


def test_what_is_picked_for_a_misspelt_name_is_known_the_next_time(enquiry: Enquiry) -> None:
    enquiry.do("محمد الخطبب حلب")
    assert str(enquiry.view.results.rows()[0].why) == "لفظ قريب"
    enquiry.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert enquiry.desk.read(taught) == (Pair("الخطبب", "الخطيب", 1),)
    enquiry.press(Qt.Key.Key_Escape, Qt.Key.Key_Escape)
    enquiry.do("محمد الخطبب حلب")
    assert enquiry.ids()[0] == "1"
    assert str(enquiry.view.results.rows()[0].why) == "المكان"
