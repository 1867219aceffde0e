"""Features: what a change costs is shown before it is ordered; five keys at most from the card."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from sqlalchemy import Connection, insert, select, update

from ccbs_desk.config.language import Language
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.base import table_of
from ccbs_desk.models.reference import Feature
from ccbs_desk.models.subscribers import LineFeature
from ccbs_desk.services.service_orders import OrderView
from ccbs_desk.ui.account_screen import AccountScreen
from ccbs_desk.ui.features import screen as features
from ccbs_desk.ui.features.presenter import FeaturesPresenter
from ccbs_desk.ui.features.shown import day_of, orders_shown
from ccbs_desk.ui.features.view import FeaturesWidget
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.tokens import Scheme, Tone
from server_stub.seed import demo
from tests.ui.at_work import Led, run
from tests.ui.golden import assert_golden
from tests.ui.switchboard import LARGE, SIZE, Switchboard
from tests.ui.test_pop import recorded_acts

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at_card(board: Switchboard) -> None:
    """Let the demo subscriber call, and go to his card."""
    call = board.ring(card=board.card())
    board.do(lambda: board.phone.move(call, "talking"))
    board.press(Qt.Key.Key_F10)


def names(board: Switchboard) -> list[str]:
    """Return the features in the list."""
    return [row[0] for row in board.rows("features.list")]


def test_a_feature_is_added_with_four_keys_and_belongs_to_the_call(board: Switchboard) -> None:
    at_card(board)
    before = board.desk.read(recorded_acts)
    board.press(Qt.Key.Key_F5)
    states = [row[2] for row in board.rows("features.list")]
    steps = states.index("متاحة")
    wanted = names(board)[steps]
    board.press(*[Qt.Key.Key_Down] * max(steps, 1))
    assert wanted in board.said("features.title")
    assert "ل.س" in board.said("features.charge")
    board.press(Qt.Key.Key_F9)
    done = board.desk.read(recorded_acts)[len(before) :]
    assert done == [("AddFeature", board.phone.now.calls[0].id)]
    assert board.rows("features.list")[names(board).index(wanted)][2] == "قيد الإضافة"
    (order,) = board.rows("features.orders")
    assert wanted in order[0]
    assert order[2] == "هذا المكتب"


def test_what_can_not_be_done_says_why_and_orders_nothing(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F5)
    states = [row[2] for row in board.rows("features.list")]
    place = states.index("غير ممكنة الآن")
    board.press(*[Qt.Key.Key_Down] * place)
    before = board.desk.read(recorded_acts)
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts) == before
    assert board.said("features.problem")


def chosen(board: Switchboard) -> str:
    """Choose a feature that can be added, and return its name."""
    at_card(board)
    board.press(Qt.Key.Key_F5)
    states = [row[2] for row in board.rows("features.list")]
    wanted = names(board)[states.index("متاحة")]
    board.press(*[Qt.Key.Key_Down] * max(states.index("متاحة"), 1))
    assert wanted in board.said("features.title")
    return wanted


def test_a_feature_that_is_put_on_meanwhile_is_not_removed_by_the_same_key(board: Switchboard) -> None:
    wanted = chosen(board)

    def put_on(connection: Connection) -> None:
        feature = connection.execute(select(Feature.id).where(Feature.name_ar == wanted)).scalar_one()
        row = {
            "id": uuid4(), "area_id": demo.AREA, "account_id": demo.ACCOUNT_ID, "line_id": demo.LINE_ID,
            "feature_id": feature, "valid_from": date(2026, 11, 1), "valid_to": None,
        }  # fmt: skip
        connection.execute(insert(table_of(LineFeature)), row)

    board.desk.write(put_on)
    board.do(lambda: board.workplace.refresh(frozenset({demo.ACCOUNT_ID})))
    assert wanted in board.said("features.problem")
    before = board.desk.read(recorded_acts)
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts) == before


def test_a_price_that_changed_unseen_is_shown_before_it_is_ordered(board: Switchboard) -> None:
    wanted = chosen(board)
    shown = board.said("features.charge")
    dearer = update(Feature).where(Feature.name_ar == wanted).values(monthly_minor=Feature.monthly_minor + 50_000)
    board.desk.write(lambda connection: connection.execute(dearer))
    before = board.desk.read(recorded_acts)
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts) == before
    assert "تغيّر سعر" in board.said("features.problem")
    assert board.said("features.charge") != shown
    board.press(Qt.Key.Key_F9)
    assert [kind for kind, _ in board.desk.read(recorded_acts)[len(before) :]] == ["AddFeature"]


def test_a_removal_asks_for_its_last_day(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F5)
    board.press(Qt.Key.Key_End, Qt.Key.Key_Home)
    assert "إزالة" in board.said("features.title")
    board.press(Qt.Key.Key_Tab)
    while (focus := board.focus()) is not None and focus.objectName() != "features.day":
        board.press(Qt.Key.Key_Tab)
    board.press(Qt.Key.Key_Down)
    assert "نهاية" in board.find("features.day").currentText()  # type: ignore[attr-defined]
    board.press(Qt.Key.Key_F9)
    assert board.desk.read(recorded_acts)[-1][0] == "RemoveFeature"


def test_an_addition_may_hold_from_another_day_and_is_kept_meanwhile(board: Switchboard) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F5)
    states = [row[2] for row in board.rows("features.list")]
    board.press(*[Qt.Key.Key_Down] * states.index("متاحة"))
    today = board.said("features.charge")
    board.find("features.day").setFocus()
    board.press(Qt.Key.Key_Down)
    assert board.said("features.charge") != today
    board.press(Qt.Key.Key_Down)
    assert "٦١ من ٦١" in board.said("features.days") or "من" in board.said("features.days")
    board.press(Qt.Key.Key_Return)
    assert board.find("features.confirm").hasFocus()
    board.press(Qt.Key.Key_Escape)
    assert board.window.place() == "card"
    board.press(Qt.Key.Key_F5)
    assert board.find("features.day").currentIndex() == 2  # type: ignore[attr-defined]
    feature = board.workplace._rooms[board.window.room()].features
    assert feature.made is not None
    run(board.app, feature.made._presenter._keeper.written())
    fresh = features.build(board.session.in_call(board.phone.now.calls[0].id), Led(), board.workplace._look.shortcuts)
    run(board.app, opened(fresh))
    assert fresh._presenter._day == "next_cycle"
    fresh.close()
    fresh.widget.deleteLater()
    board.find("features.confirm").setFocus()
    board.press(Qt.Key.Key_Return)
    assert board.desk.read(recorded_acts)[-1][0] == "AddFeature"


async def opened(screen: AccountScreen[FeaturesWidget, FeaturesPresenter]) -> None:
    """Open the demo account."""
    screen.activate(account_id=demo.ACCOUNT_ID)
    await screen.settled()


def test_an_account_without_lines_or_unknown_is_told(board: Switchboard) -> None:
    screen = features.build(board.session, Led(), board.workplace._look.shortcuts)

    async def story() -> None:
        screen.activate(account_id=UUID(int=9))
        await screen.settled()
        screen.refresh(None)
        screen._presenter.confirm()
        screen._presenter.choose(None)
        screen._presenter.search()
        screen._presenter.back()
        screen.activate()
        await screen.settled()

    run(board.app, story())
    assert screen._presenter._card is None
    screen.close()
    screen.widget.deleteLater()


def test_what_the_exchange_did_or_could_not_do_stands_in_the_orders() -> None:
    order = OrderView(
        UUID(int=1), UUID(int=2), Bilingual("انتظار", "Waiting"), True, "failed", "nobody", NOON, NOON, NOON.date(),
        Bilingual("", ""), Money(-100, SYP), False, "no_port",
    )  # fmt: skip
    (row,) = orders_shown((order,), UUID(int=2))
    assert (row.tone, str(row.charge)) == (Tone.BAD, "دون كلفة")
    assert orders_shown((order,), UUID(int=3)) == ()
    (named,) = orders_shown((order,), UUID(int=2), {order.order_id: order.ordered_at})
    assert str(row.what) in str(named.what)
    assert "مكالمة" in str(named.what)
    assert day_of("tomorrow", date(2026, 11, 20), date(2026, 12, 31)) == date(2026, 11, 21)
    assert day_of("cycle_end", date(2026, 11, 20), date(2026, 12, 31)) == date(2026, 12, 31)


def test_nobody_is_open_leads_to_the_search(board: Switchboard) -> None:
    board.press(Qt.Key.Key_F5)
    assert "لا بطاقة مشترك مفتوحة" in " ".join(label for label in all_words(board))
    board.press(Qt.Key.Key_Escape)


def all_words(board: Switchboard) -> list[str]:
    """Return the words that can be seen."""
    return [label.text() for label in board.window.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_features_as_they_look(board: Switchboard, look: Look, language: Language) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F5)
    states = [row[2] for row in board.rows("features.list")]
    board.press(*[Qt.Key.Key_Down] * states.index("متاحة"))
    board.press(Qt.Key.Key_F9)
    states = [row[2] for row in board.rows("features.list")]
    board.press(*[Qt.Key.Key_Down] * 2)
    board.do(lambda: look.set_language(language))
    board.window._toast.hide()
    assert_golden(board.window, f"features.{language}", SIZE)


def test_the_features_on_a_large_screen_and_in_the_dark(board: Switchboard, look: Look) -> None:
    at_card(board)
    board.press(Qt.Key.Key_F5)
    board.press(Qt.Key.Key_Down)
    assert_golden(board.window, "features.ar", LARGE)
    board.do(lambda: look.set_language("en"))
    assert_golden(board.window, "features.en", LARGE)
    board.do(lambda: look.set_language("ar"))
    board.do(lambda: look.set_scheme(Scheme.DARK))
    assert_golden(board.window, "features.ar.dark", SIZE)
