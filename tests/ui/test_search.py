"""A clerk finds whom a caller means, by keys alone, on a real store of the demo area."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, select

from ccbs_desk.config.language import strip_isolates
from ccbs_desk.domain.commands import ViewSubscriber
from ccbs_desk.domain.errors import DiskFull, NotAllowed, Unavailable
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.subscribers import LineNumber
from ccbs_desk.services.look_up import Found, HintCode, Hit, asked_hash
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.tokens import Scheme
from ccbs_desk.ui.search import text
from ccbs_desk.ui.search.presenter import SearchPresenter
from ccbs_desk.ui.search.screen import SearchScreen, build
from ccbs_desk.ui.search.view import SearchWidget
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.wire.codec import decode_envelope
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.keys import press, type_text
from tests.ui.at_work import Led, collect, run, session_of, until
from tests.ui.golden import assert_golden, settle

SMALL, LARGE = (1198, 690), (1752, 1002)
"""What the frame leaves of 1366x768 and of 1920x1080."""


class Bench:
    """The search at work, with the keys of a clerk."""

    def __init__(self, desk: Desk, app: QApplication, login: str = demo.CLERK) -> None:
        self.desk, self.app, self.led = desk, app, Led()
        self.session = session_of(desk, login)
        self.screen: SearchScreen = build(self.session, self.led)
        widget = self.screen.widget
        assert isinstance(widget, SearchWidget)
        self.view = widget
        self.view.resize(*SMALL)
        self.view.show()
        self.view.activateWindow()
        settle()

    def names(self) -> list[str]:
        """Return the names in the table."""
        return [hit.name for hit in self.view.results.rows()]

    def hint(self) -> str:
        """Return what stands under the box."""
        return strip_isolates(self.view.hint.text())

    async def ask(self, asked: str) -> None:
        """Type a text and wait for its answer."""
        self.screen.activate()
        self.view.box.clear()
        type_text(self.view.box, asked)
        await self.answered()

    async def answered(self) -> None:
        """Wait for what is being asked."""
        await self.screen.settled()

    def traces(self) -> list[ViewSubscriber]:
        """Return the look-ups that were written down."""
        return self.desk.read(_traces)


def _traces(connection: Connection) -> list[ViewSubscriber]:
    rows = connection.execute(select(Outbox.raw).where(Outbox.kind == ViewSubscriber.KIND).order_by(Outbox.device_seq))
    return [command for raw in rows.scalars() if isinstance(command := decode_envelope(raw).command, ViewSubscriber)]


@pytest.fixture
def bench(desk: Desk, look: Look, qapp: QApplication, qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(desk, qapp)
    qtbot.addWidget(bench.view)
    yield bench
    bench.screen.close()
    collect()


@pytest.mark.parametrize(
    "asked",
    ["2214567", "011 2214567", "٠١١/٢٢١٤٥٦٧", "+963 11 221 4567", "00963112214567", "\u2066011 2214567\u2069"],
)
def test_a_number_is_found_in_any_spelling(bench: Bench, asked: str) -> None:
    run(bench.app, bench.ask(asked))
    assert bench.names() == [demo.NAME]
    assert bench.hint() == "نتيجة واحدة"


@pytest.mark.parametrize("asked", ["الحلبي محمد عبدالرحمن", "محمد عبد الرحمن", demo.ACCOUNT_NUMBER])
def test_a_name_or_an_account_is_found(bench: Bench, asked: str) -> None:
    run(bench.app, bench.ask(asked))
    assert demo.NAME in bench.names()


def test_a_name_typed_in_the_other_layout_is_found_and_said(bench: Bench) -> None:
    async def story() -> None:
        await bench.ask("lpl] uf] hgvplk hgpgfd")
        bench.screen.activate()
        press(bench.view.box, Qt.Key.Key_Return)
        await bench.answered()

    run(bench.app, story())
    assert bench.names() == [demo.NAME]
    assert strip_isolates(bench.hint()) == "نتيجة واحدة · بُحث عن «محمد عبد الرحمن الحلبي» بلغة لوحة المفاتيح الأخرى"
    (trace,) = bench.traces()
    assert (trace.how, trace.asked_hash) == ("name", asked_hash(demo.NAME, "11"))


def test_a_receipt_leads_to_who_paid(bench: Bench) -> None:
    bench.desk.open_till()
    number = bench.desk.do(bench.desk.payment(100_00)).receipt_number
    assert number is not None
    run(bench.app, bench.ask(number.lower()))
    assert bench.names() == [demo.NAME]


def test_it_answers_while_one_types_from_two_letters_on(bench: Bench) -> None:
    async def story() -> None:
        bench.screen.activate()
        type_text(bench.view.box, "ح")
        await bench.answered()
        assert bench.names() == []
        type_text(bench.view.box, "ل")
        await bench.answered()
        assert demo.NAME in bench.names()
        press(bench.view.box, Qt.Key.Key_Backspace)
        await bench.answered()
        assert bench.names() == []

    run(bench.app, story())


def test_only_the_newest_answer_is_shown(bench: Bench) -> None:
    async def story() -> None:
        bench.screen.activate()
        type_text(bench.view.box, "محمد")
        type_text(bench.view.box, " الحلبي")
        assert bench.names() == []
        await bench.answered()
        assert bench.names() == [demo.NAME]

    run(bench.app, story())


def test_the_box_has_the_keyboard_and_keeps_its_text(bench: Bench) -> None:
    async def story() -> None:
        await bench.ask("2214567")
        bench.view.results.setFocus()
        bench.screen.activate()
        assert bench.view.box.hasFocus()
        assert bench.view.box.selectedText() == "2214567"
        assert bench.names() == [demo.NAME]
        bench.screen.activate(text="محمد")
        await bench.answered()
        assert len(bench.names()) > 1

    run(bench.app, story())


def test_down_goes_into_the_results_and_enter_opens(bench: Bench) -> None:
    async def story() -> None:
        await bench.ask("محمد")
        press(bench.view.box, Qt.Key.Key_Down)
        assert bench.view.results.hasFocus()
        press(bench.view.results, Qt.Key.Key_Down)
        second = bench.view.results.rows()[1]
        press(bench.view.results, Qt.Key.Key_Return)
        await bench.answered()
        assert bench.led.steps == [("card", second.account_id)]

    run(bench.app, story())


def test_enter_opens_where_only_one_is_meant(bench: Bench) -> None:
    async def story() -> None:
        await bench.ask("2214567")
        press(bench.view.box, Qt.Key.Key_Return)
        await bench.answered()
        assert bench.led.steps == [("card", demo.ACCOUNT_ID)]

    run(bench.app, story())


def test_enter_picks_nobody_where_several_are_meant(bench: Bench) -> None:
    async def story() -> None:
        await bench.ask("محمد")
        press(bench.view.box, Qt.Key.Key_Return)
        await bench.answered()
        assert bench.led.steps == []
        assert bench.view.results.hasFocus()

    run(bench.app, story())


def test_who_types_fast_and_presses_enter_need_not_wait(bench: Bench) -> None:
    async def story() -> None:
        bench.screen.activate()
        type_text(bench.view.box, "2214567")
        press(bench.view.box, Qt.Key.Key_Return)
        await until(lambda: bool(bench.led.steps))
        assert bench.led.steps == [("card", demo.ACCOUNT_ID)]

    run(bench.app, story())


def test_an_opened_card_leaves_a_trace_before_it_is_seen(bench: Bench) -> None:
    async def story() -> None:
        await bench.ask("٠١١ ٢٢١٤٥٦٧")
        assert bench.traces() == []
        press(bench.view.box, Qt.Key.Key_Return)
        press(bench.view.box, Qt.Key.Key_Return)
        await bench.answered()
        assert bench.led.steps == [("card", demo.ACCOUNT_ID)]

    run(bench.app, story())
    trace = ViewSubscriber(account_id=demo.ACCOUNT_ID, how="number", asked_hash=asked_hash("2214567", "11"))
    assert bench.traces() == [trace]


def test_without_a_trace_there_is_no_card(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise Unavailable(DiskFull())

    async def story() -> None:
        await bench.ask("2214567")
        monkeypatch.setattr(bench.session.bus, "submit", full)
        press(bench.view.box, Qt.Key.Key_Return)
        await bench.answered()
        assert bench.led.explained == [DiskFull()]
        assert bench.led.steps == []
        monkeypatch.undo()
        press(bench.view.box, Qt.Key.Key_Return)
        await bench.answered()
        assert bench.led.steps == [("card", demo.ACCOUNT_ID)]

    run(bench.app, story())


def test_who_may_not_see_subscribers_is_told_so(desk: Desk, look: Look, qapp: QApplication, qtbot: QtBot) -> None:
    bench = Bench(desk, qapp, demo.ADMIN)
    qtbot.addWidget(bench.view)

    async def story() -> None:
        await bench.ask("2214567")
        press(bench.view.box, Qt.Key.Key_Return)
        await bench.answered()

    run(qapp, story())
    assert bench.led.explained == [NotAllowed("subscriber.view")]
    assert bench.led.steps == []
    bench.screen.close()
    collect()


def test_escape_leads_back_step_by_step(bench: Bench) -> None:
    async def story() -> None:
        await bench.ask("محمد")
        press(bench.view.box, Qt.Key.Key_Down)
        press(bench.view.results, Qt.Key.Key_Escape)
        assert bench.view.box.hasFocus()
        press(bench.view.box, Qt.Key.Key_Escape)
        await bench.answered()
        assert bench.view.box.text() == ""
        assert bench.names() == []
        press(bench.view.box, Qt.Key.Key_Escape)
        assert bench.led.steps == [("back",)]

    run(bench.app, story())


def test_up_from_the_first_result_goes_back_to_the_box(bench: Bench) -> None:
    async def story() -> None:
        await bench.ask("محمد")
        press(bench.view.box, Qt.Key.Key_Down)
        press(bench.view.results, Qt.Key.Key_Up)
        assert bench.view.box.hasFocus()

    run(bench.app, story())


def test_who_goes_on_typing_in_the_results_means_the_box(bench: Bench) -> None:
    async def story() -> None:
        await bench.ask("محمد")
        press(bench.view.box, Qt.Key.Key_Down)
        type_text(bench.view.results, "ا")
        assert bench.view.box.hasFocus()
        assert bench.view.box.text() == "محمدا"

    run(bench.app, story())


def test_a_change_elsewhere_is_shown_without_moving_anything(bench: Bench) -> None:
    async def story() -> None:
        await bench.ask("محمد")
        press(bench.view.box, Qt.Key.Key_Down)
        names = bench.names()
        bench.view.results.select(names.index(demo.NAME))
        before = _owes(bench)
        bench.desk.open_till()
        bench.desk.do(bench.desk.payment(100_00))
        bench.screen.refresh(frozenset())
        await bench.answered()
        assert _owes(bench) == before
        bench.screen.refresh(frozenset({demo.ACCOUNT_ID}))
        await bench.answered()
        assert _owes(bench) == before - Money(100_00, SYP)
        assert bench.view.results.hasFocus()

    run(bench.app, story())


def _owes(bench: Bench) -> Money:
    current = bench.view.results.current()
    assert current is not None
    assert current.name == demo.NAME
    return current.owes


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("0991234567", HintCode.NOT_FIXED),
        ("0112214567 0000000000", HintCode.NUMBER_UNREADABLE),
        ("ززززز", HintCode.NOTHING),
        ("0212234567", HintCode.OUTSIDE_AREA),
        ("ال", HintCode.ONLY_ARTICLE),
    ],
)
def test_nothing_found_says_what_to_try(bench: Bench, asked: str, code: str) -> None:
    run(bench.app, bench.ask(asked))
    assert bench.names() == []
    assert bench.hint() == str(text.TRY[code][0])


def test_every_hint_is_worded() -> None:
    codes = {value for name, value in vars(HintCode).items() if name.isupper()}
    assert codes == set(text.TRY) | {HintCode.MORE}


def test_a_place_is_named_in_the_language_of_the_person(look: Look) -> None:
    found = Found("number", hint_code=HintCode.OUTSIDE_AREA, place=Bilingual("حلب", "Aleppo"))
    assert "حلب" in str(text.nothing(found)[1])
    look.set_language("en")
    assert "Aleppo" in str(text.nothing(found)[1])
    assert "another area" in str(text.nothing(Found("number", hint_code=HintCode.OUTSIDE_AREA))[1])


def test_a_hint_of_a_newer_version_is_no_raw_code(look: Look) -> None:
    title, todo = text.nothing(Found("nothing", hint_code="look_up.from_tomorrow"))
    assert "look_up" not in f"{title} {todo}"


def test_an_old_number_says_until_when_it_was_his(bench: Bench) -> None:
    old = bench.desk.read(_an_old_number)
    run(bench.app, bench.ask(f"+{old}"))
    whys = [str(text.why(hit)) for hit in bench.view.results.rows() if hit.why == "old_number"]
    assert whys
    assert all(why.startswith("كان له") for why in whys)


def _an_old_number(connection: Connection) -> str:
    return str(connection.execute(select(LineNumber.e164).where(LineNumber.valid_to.is_not(None))).scalars().first())


def test_more_than_are_shown_asks_for_another_digit(bench: Bench) -> None:
    run(bench.app, bench.ask("011221"))
    assert len(bench.names()) == 50
    assert "٥٠" in bench.hint()
    assert "خانة" in bench.hint()


@pytest.mark.parametrize(
    "why", ["number", "old_number", "number_begins", "name", "name_begins", "name_near", "receipt", "account"]
)
def test_every_match_says_why(look: Look, why: str) -> None:
    hit = Hit(demo.ACCOUNT_ID, None, "", "", "", "", "", "none", Money(0, SYP), why, "+963112214567")  # type: ignore[arg-type]
    assert str(text.why(hit))
    assert str(text.state(hit)) == "لا خط"


def test_the_presenter_works_without_any_widget(desk: Desk, qapp: QApplication) -> None:
    class Silent:
        """A view that only counts."""

        shown = 0

        def __getattr__(self, _name: str) -> object:
            def count(*_arguments: object) -> None:
                self.shown += 1

            return count

    view, led = Silent(), Led()
    tasks = Tasks(led.explain)
    presenter = SearchPresenter(session_of(desk), led, tasks, view)  # type: ignore[arg-type]

    async def story() -> None:
        presenter.refresh(None)
        presenter.typed("2214567")
        await tasks.settled()
        presenter.entered()
        await tasks.settled()

    run(qapp, story())
    assert led.steps == [("card", demo.ACCOUNT_ID)]
    assert view.shown


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(("name", "asked"), [("welcome", ""), ("results", "محمد"), ("nothing", "0991234567")])
def test_how_it_looks(bench: Bench, look: Look, language: str, name: str, asked: str) -> None:
    look.set_language("en" if language == "en" else "ar")
    run(bench.app, bench.ask(asked))
    assert_golden(bench.view, f"search-{name}.{language}", SMALL)


def test_how_it_looks_on_a_large_screen(bench: Bench, look: Look) -> None:
    run(bench.app, bench.ask("محمد"))
    assert_golden(bench.view, "search-results.ar", LARGE)
    look.set_language("en")
    assert_golden(bench.view, "search-results.en", LARGE)


def test_how_it_looks_in_the_dark(bench: Bench, look: Look) -> None:
    look.set_scheme(Scheme.DARK)
    run(bench.app, bench.ask("محمد"))
    assert_golden(bench.view, "search-results.ar.dark", SMALL)
