"""A clerk reads a subscriber's card on a real store: what it says, where its keys lead, what a change leaves alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, func, select

from ccbs_desk.config.language import strip_isolates
from ccbs_desk.domain.errors import LinkDown, PrinterGone
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.receipts import Bilingual, Outlook, OutlookCode
from ccbs_desk.models.subscribers import Account, Line, LineBar
from ccbs_desk.services.card_facts import (
    AddressView,
    BarView,
    BillView,
    Card,
    Event,
    FormerNumber,
    LineView,
    MonthView,
    PaymentView,
    Waiting,
)
from ccbs_desk.services.notices import BecameCredit, NoticeView
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.ui.card import text
from ccbs_desk.ui.card.bills import bill_row
from ccbs_desk.ui.card.explanation import Explanation
from ccbs_desk.ui.card.rows import address_of, event_row, line_shown, notice_shown, payment_row, power_of
from ccbs_desk.ui.card.screen import CardScreen, build
from ccbs_desk.ui.card.shown import shown
from ccbs_desk.ui.card.view import CardWidget
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.tokens import Scheme, Tone
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.keys import press, press_physical
from tests.ui.at_work import Led, collect, run, session_of
from tests.ui.golden import assert_golden, settle

SMALL, LARGE = (1198, 690), (1752, 1002)
"""What the frame leaves of 1366x768 and of 1920x1080."""
NOBODY = UUID(int=1)


def plain(text: str) -> str:
    """Return a text without direction marks, its spaces all alike."""
    return strip_isolates(text).replace("\u00a0", " ")


def pounds(amount: int) -> Money:
    """Return an amount in new pounds."""
    return Money(amount * 100, SYP)


class Bench:
    """The card at work."""

    def __init__(self, desk: Desk, app: QApplication, look: Look, login: str = demo.CLERK) -> None:
        self.desk, self.app, self.led = desk, app, Led()
        self.screen: CardScreen = build(session_of(desk, login), self.led, look.shortcuts)
        widget = self.screen.widget
        assert isinstance(widget, CardWidget)
        self.view = widget
        self.view.resize(*SMALL)
        self.view.show()
        self.view.activateWindow()
        settle()

    def open(self, account_id: UUID | None = None) -> None:
        """Open a card and wait until it is there."""

        async def story() -> None:
            self.screen.activate(account_id=account_id)
            await self.screen.settled()

        run(self.app, story())
        settle()

    def refresh(self, *accounts: UUID) -> None:
        """Tell the card that accounts have changed."""

        async def story() -> None:
            self.screen.refresh(frozenset(accounts) if accounts else None)
            await self.screen.settled()

        run(self.app, story())
        settle()

    def find(self, name: str) -> QWidget:
        """Return the widget of this name."""
        found = self.view.findChild(QWidget, name)
        assert isinstance(found, QWidget), name
        return found

    def said(self, name: str) -> str:
        """Return what a label says."""
        label = self.find(name)
        assert isinstance(label, QLabel)
        return plain(label.text())

    def cells(self, name: str, row: int) -> list[str]:
        """Return the cells of a table's row."""
        table = self.find(name)
        assert isinstance(table, QTableView)
        model = table.model()
        return [plain(str(model.index(row, column).data() or "")) for column in range(model.columnCount())]

    def key(self, key: Qt.Key) -> None:
        """Press a key where the keyboard is."""
        press(self.view.focusWidget() or self.view, key)

    def explanation(self) -> Explanation | None:
        """Return the open dialog."""
        return next((dialog for dialog in self.view.findChildren(Explanation) if dialog.isVisible()), None)

    def explain(self, *, letter: str = "") -> Explanation:
        """Press the key E, under a layout that makes another letter of it, and wait for what comes."""

        async def story() -> None:
            press_physical(self.view.focusWidget() or self.view, "E", Qt.KeyboardModifier.NoModifier, letter)
            await self.screen.settled()

        run(self.app, story())
        dialog = self.explanation()
        assert dialog is not None
        return dialog


@pytest.fixture
def bench(desk: Desk, look: Look, qapp: QApplication, qtbot: QtBot) -> Iterator[Bench]:
    look.set_language("en")
    bench = Bench(desk, qapp, look)
    qtbot.addWidget(bench.view)
    yield bench
    bench.screen.close()
    collect()


def test_it_says_who_which_line_on_or_off_and_what_is_owed(bench: Bench) -> None:
    bench.open(demo.ACCOUNT_ID)
    assert bench.said("card.name") == demo.NAME
    assert bench.said("card.number") == "011 2214567"
    assert bench.said("card.account") == f"Account {demo.ACCOUNT_NUMBER}"
    assert bench.said("card.state") == "Line on"
    facts = bench.desk.read(read_card, demo.ACCOUNT_ID, today=bench.desk.today)
    assert facts is not None
    assert bench.said("card.balance").startswith(f"{facts.owes.balance.minor // 100:,}.")
    assert bench.said("card.overdue").startswith(f"{facts.owes.overdue.minor // 100:,}.")
    assert not bench.find("card.provisional").isVisible()


def test_the_bills_tell_months_state_and_half_a_cycle(bench: Bench) -> None:
    bench.open(demo.ACCOUNT_ID)
    assert bench.cells("card.bills", 0)[1] == "Sep – Oct 2026"
    assert bench.cells("card.bills", 0)[5:] == ["Open", ""]
    assert bench.cells("card.bills", 2)[5:] == ["Overdue", "Half paid"]
    bench.view.bills.select(2)
    assert bench.said("card.months").startswith("May 2026: ")
    assert "open" in bench.said("card.months")


def test_the_keyboard_starts_on_the_first_open_bill_and_enter_pays(bench: Bench) -> None:
    bench.open(demo.ACCOUNT_ID)
    assert bench.view.bills.hasFocus()
    current = bench.view.bills.current()
    assert current is not None
    assert current.remaining.minor > 0
    bench.key(Qt.Key.Key_Return)
    assert bench.led.steps == [("payment", demo.ACCOUNT_ID)]


def test_its_keys_pay_go_back_and_show_the_newest_receipt(bench: Bench) -> None:
    bench.desk.open_till()
    bench.desk.do(bench.desk.payment(500_00))
    bench.open(demo.ACCOUNT_ID)
    bench.key(Qt.Key.Key_F4)
    bench.key(Qt.Key.Key_F8)
    bench.key(Qt.Key.Key_Escape)
    steps = [step[0] for step in bench.led.steps]
    assert steps == ["payment", "receipt", "back"]


def test_return_on_a_payment_shows_its_receipt(bench: Bench) -> None:
    bench.desk.open_till()
    first = bench.desk.do(bench.desk.payment(500_00))
    bench.desk.do(bench.desk.payment(600_00))
    bench.open(demo.ACCOUNT_ID)
    numbers = [bench.cells("card.payments", row)[2] for row in range(2)]
    place = numbers.index(str(first.receipt_number))
    bench.view.payments.select(place)
    bench.view.payments.setFocus()
    bench.key(Qt.Key.Key_Return)
    chosen = bench.view.payments.current()
    assert chosen is not None
    assert bench.led.steps == [("receipt", chosen.receipt_id)]
    bench.key(Qt.Key.Key_F8)
    assert bench.led.steps[1:] == [("receipt", chosen.receipt_id)]


def test_without_a_receipt_it_says_so(bench: Bench) -> None:
    bench.open(demo.ACCOUNT_ID)
    bench.key(Qt.Key.Key_F8)
    assert bench.led.steps == []
    assert bench.led.said == ["No receipt of this subscriber is on this desk."]


def test_a_long_name_never_pushes_the_actions_out(bench: Bench, card: Card) -> None:
    bench.open(demo.ACCOUNT_ID)
    bench.view.show_card(shown(replace(card, name="شركة " * 40, category="تجارة " * 10)), may_pay=True, anew=False)
    settle()
    assert bench.view.width() == SMALL[0]
    pay = bench.find("card.pay")
    assert bench.view.rect().contains(QRect(pay.mapTo(bench.view, QPoint(0, 0)), pay.size()))
    assert bench.view.minimumSizeHint().width() <= SMALL[0]


def test_what_the_centre_has_not_recorded_is_marked(bench: Bench) -> None:
    bench.desk.open_till()
    bench.desk.do(bench.desk.payment(500_00))
    bench.open(demo.ACCOUNT_ID)
    assert bench.find("card.provisional").isVisible()
    assert bench.said("card.provisional.what") == "1 act waits for the centre: 500.00 SYP taken"
    assert bench.cells("card.payments", 0)[4] == "Waits for the centre"


@pytest.mark.parametrize("letter", ["e", "ث"])
def test_the_key_e_explains_the_balance_under_any_layout(bench: Bench, letter: str) -> None:
    bench.desk.open_till()
    bench.desk.do(bench.desk.payment(500_00))
    bench.open(demo.ACCOUNT_ID)
    dialog = bench.explain(letter=letter)
    rows = dialog.table.rows()
    assert sum(row.amount.minor for row in rows) == rows[-1].running.minor
    assert plain(dialog.total.text()) == bench.said("card.balance")
    assert str(rows[-1].state) == "Waits for the centre"
    press(dialog.table, Qt.Key.Key_Escape)
    assert bench.explanation() is None


def test_control_e_explains_too_and_so_does_the_button(bench: Bench) -> None:
    bench.open(demo.ACCOUNT_ID)

    async def by_keys() -> None:
        press_physical(bench.view.bills, "E", Qt.KeyboardModifier.ControlModifier)
        await bench.screen.settled()

    async def by_button() -> None:
        button = bench.find("card.explain")
        assert isinstance(button, QPushButton)
        button.click()
        await bench.screen.settled()

    for way in (by_keys, by_button):
        run(bench.app, way())
        dialog = bench.explanation()
        assert dialog is not None
        dialog.close()


def test_a_change_is_shown_and_moves_nothing(bench: Bench) -> None:
    bench.open(demo.ACCOUNT_ID)
    bench.view.bills.select(2)
    bench.view.payments.setFocus()
    chosen = bench.view.bills.current()
    before = bench.said("card.balance")
    bench.desk.open_till()
    bench.desk.do(bench.desk.payment(500_00))
    bench.refresh(NOBODY)
    assert bench.said("card.balance") == before
    bench.refresh(demo.ACCOUNT_ID)
    assert bench.said("card.balance") != before
    current = bench.view.bills.current()
    assert chosen is not None
    assert current is not None
    assert current.bill_id == chosen.bill_id
    assert bench.view.payments.hasFocus()
    assert bench.led.steps == []


def test_another_subscriber_starts_anew(bench: Bench) -> None:
    bench.open(demo.ACCOUNT_ID)
    bench.view.bills.select(3)
    bench.open(bench.desk.read(_with_most_lines))
    assert bench.screen.account_id != demo.ACCOUNT_ID
    assert "and more" in bench.said("card.number")
    assert bench.view.bills.hasFocus()
    bench.open()
    assert "and more" in bench.said("card.number")


def _with_most_lines(connection: Connection) -> UUID:
    lines = func.count(Line.id)
    found = connection.execute(select(Line.account_id).group_by(Line.account_id).order_by(lines.desc())).scalars()
    account_id = found.first()
    assert isinstance(account_id, UUID)
    return account_id


def _barred(connection: Connection) -> UUID:
    found = select(Account.id).join(LineBar, LineBar.account_id == Account.id)
    account_id = connection.execute(found.where(LineBar.direction == "outgoing")).scalars().first()
    assert isinstance(account_id, UUID)
    return account_id


def test_a_cut_line_says_what_is_cut_and_why(bench: Bench) -> None:
    bench.open(bench.desk.read(_barred))
    assert bench.said("card.state") == "Outgoing cut"
    assert bench.said("card.outlook") == "Stays cut"
    told = [label.text() for label in bench.find("card.lines").findChildren(QLabel)]
    assert any("cut for debt since" in plain(line) for line in told)


def test_an_account_that_is_not_here_leads_to_the_search(bench: Bench) -> None:
    bench.open(NOBODY)
    texts = [label.text() for label in bench.view.findChildren(QLabel) if label.isVisible()]
    assert "This account is not on this desk" in texts
    for key in (Qt.Key.Key_F4, Qt.Key.Key_F8):
        press(bench.view, key)
    assert bench.led.steps == []
    button = next(button for button in bench.view.findChildren(QPushButton) if button.isVisible())
    button.click()
    assert bench.led.steps == [("search", "")]


def test_before_any_subscriber_it_asks_for_one(bench: Bench) -> None:
    bench.open()
    texts = [label.text() for label in bench.view.findChildren(QLabel) if label.isVisible()]
    assert "No subscriber is open" in texts
    bench.refresh()


def test_who_may_not_take_money_has_no_button_for_it(desk: Desk, look: Look, qapp: QApplication, qtbot: QtBot) -> None:
    bench = Bench(desk, qapp, look, demo.SUPERVISOR)
    qtbot.addWidget(bench.view)
    bench.open(demo.ACCOUNT_ID)
    assert not bench.find("card.pay").isVisible()
    bench.key(Qt.Key.Key_F4)
    assert bench.led.steps == []
    bench.screen.close()
    collect()


# What is shown of facts that the demo country does not have.

LINE = LineView(
    line_id=UUID(int=2),
    kind="voice",
    e164="+963112214567",
    former=(FormerNumber("+963112210000", date(2026, 3, 1)),),
    exchange=Bilingual("مقسم المزة", "Mezzeh exchange"),
    address=AddressView(Bilingual("دمشق", "Damascus"), "دمشق", "دمشق", "شارع الجلاء", ""),
    features=(),
    state="active",
    power="on",
    bars=(),
    installed_on=date(2020, 1, 1),
    listed=False,
)
NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


@pytest.fixture
def _english(look: Look) -> None:
    look.set_language("en")


@pytest.fixture
def card(desk: Desk) -> Card:
    """The facts of the demo subscriber."""
    card = desk.read(read_card, demo.ACCOUNT_ID, today=desk.today)
    assert card is not None
    return card


@pytest.mark.usefixtures("_english")
@pytest.mark.parametrize(
    ("state", "power", "bars", "said", "tone"),
    [
        ("active", "on", (), "Line on", Tone.OK),
        ("active", "off", (BarView("debt", "both", NOW),), "Line cut", Tone.BAD),
        ("active", "partly", (BarView("wish", "incoming", NOW),), "Incoming cut", Tone.BAD),
        ("active", "partly", (BarView("threshold", "outgoing", NOW),), "Outgoing cut", Tone.BAD),
        ("stopped", "off", (), "Stopped", Tone.WARN),
        ("cancelled", "off", (), "Cancelled", Tone.NEUTRAL),
    ],
)
def test_a_line_is_told_in_a_word(state: str, power: str, bars: tuple[BarView, ...], said: str, tone: Tone) -> None:
    word, its_tone = power_of(replace(LINE, state=state, power=power, bars=bars))  # type: ignore[arg-type]
    assert (str(word), its_tone) == (said, tone)


@pytest.mark.usefixtures("_english")
def test_a_line_tells_its_former_number_and_that_it_is_unlisted() -> None:
    line = line_shown(replace(LINE, bars=(BarView("from_tomorrow", "sideways", NOW),)))
    assert plain(str(line.former[0])) == "had 011 2210000 until 01/03/2026"
    assert "Not in the directory" in str(line.place)
    assert str(line.features) == "No features"
    assert plain(str(line.bars[0])) == "Both directions cut for another reason since 21/11/2026"
    assert plain(str(address_of(LINE))) == "دمشق، شارع الجلاء"
    assert str(address_of(replace(LINE, address=None))) == "Mezzeh exchange"


@pytest.mark.usefixtures("_english")
def test_lines_that_differ_and_an_account_without_any(card: Card) -> None:
    off = replace(LINE, power="off", state="stopped")
    several = shown(replace(card, lines=(LINE, off), power="partly")).head
    assert (str(several.power), several.power_tone) == ("Partly on", Tone.WARN)
    none = shown(replace(card, lines=(), kind="organisation", customer_class="embassy")).head
    assert str(none.power) == str(none.number) == "No line"
    assert str(none.about).startswith("Organisation · Special class")


@pytest.mark.usefixtures("_english")
@pytest.mark.parametrize(
    ("reason", "stays_on", "until", "label", "said"),
    [
        (OutlookCode.DUE, True, date(2026, 12, 16), "Line stays on until", "2026-12-15"),
        (OutlookCode.SETTLED, True, None, "The line", "Stays on"),
        (OutlookCode.RECONNECTING, True, None, "The line", "Is being reconnected"),
        (OutlookCode.DEBT, False, None, "The line", "May be cut now"),
        ("outlook.from_tomorrow", True, None, "The line", "Stays on"),
    ],
)
def test_until_when_the_line_stays_on(
    card: Card, reason: str, stays_on: bool, until: date | None, label: str, said: str
) -> None:
    outlook = Outlook(stays_on=stays_on, reason=reason, until=until)
    balance = shown(replace(card, outlook=outlook)).balance
    assert (str(balance.line_label), str(balance.line)) == (label, said)
    assert "outlook" not in str(balance.why)


@pytest.mark.usefixtures("_english")
def test_credit_and_nothing_owed_are_told_as_such(card: Card) -> None:
    nothing = replace(card.owes, balance=pounds(0), overdue=pounds(0), oldest_due=None)
    assert str(shown(replace(card, owes=nothing)).balance.owes_label) == "Owes nothing"
    credit = shown(replace(card, owes=replace(nothing, balance=pounds(-20), disputed=pounds(5)))).balance
    assert str(credit.owes_label) == "We owe the subscriber"
    assert credit.owes == pounds(20)
    assert plain(str(credit.disputed)) == "5.00 SYP disputed"


@pytest.mark.usefixtures("_english")
def test_acts_without_money_wait_too(card: Card) -> None:
    waiting = shown(replace(card, waiting=Waiting(2, pounds(0)))).waiting
    assert plain(str(waiting)) == "2 acts wait for the centre"


def bill(**changed: object) -> BillView:
    """Return a bill over two months."""
    months = (
        MonthView(UUID(int=5), 1, "2026-12", pounds(10), pounds(0), disputed=False),
        MonthView(UUID(int=6), 2, "2027-01", pounds(10), pounds(10), disputed=True),
    )
    plain = BillView(
        bill_id=UUID(int=4),
        number="B1-2026-1",
        cycle="2026-12",
        issued_on=date(2027, 2, 1),
        due_on=date(2027, 3, 1),
        state="sent",
        months=months,
        amount=pounds(20),
        remaining=pounds(10),
        half_paid=False,
        incomplete=False,
        overdue=False,
        void=False,
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


@pytest.mark.usefixtures("_english")
@pytest.mark.parametrize(
    ("changed", "state", "mark"),
    [
        ({}, "Open", "Disputed"),
        ({"void": True}, "Void", "Disputed"),
        ({"state": "settled", "months": ()}, "Settled", ""),
        ({"state": "partiallyPaid", "half_paid": True, "incomplete": True}, "Partly paid", "Half paid"),
        ({"overdue": True, "incomplete": True}, "Overdue", "Incomplete"),
        ({"state": "validated"}, "Not issued", "Disputed"),
    ],
)
def test_a_bill_in_two_words(changed: dict[str, object], state: str, mark: str) -> None:
    row = bill_row(bill(**changed))
    assert (str(row.state), str(row.mark)) == (state, mark)


@pytest.mark.usefixtures("_english")
def test_months_over_the_turn_of_a_year() -> None:
    row = bill_row(bill())
    assert str(row.months) == "Dec 2026 – Jan 2027"
    told = "December 2026: 10.00 paid · January 2027: 10.00 of 10.00 open, disputed"
    assert plain(str(row.months_told)) == told
    assert str(bill_row(bill(months=bill().months[:1])).months) == "Dec 2026"


@pytest.mark.usefixtures("_english")
@pytest.mark.parametrize(
    ("state", "said", "tone"),
    [
        ("confirmed", "Recorded", Tone.OK),
        ("cleared", "Cleared", Tone.OK),
        ("bounced", "Bounced", Tone.BAD),
        ("pending", "Pending", Tone.WARN),
        ("from_tomorrow", "Another state", Tone.WARN),
    ],
)
def test_a_payment_by_its_state(state: str, said: str, tone: Tone) -> None:
    payment = PaymentView(UUID(int=7), NOW, "barter", state, pounds(1), "", None, provisional=False)
    row = payment_row(payment)
    assert (str(row.state), row.tone) == (said, tone)
    assert str(row.method) == "Other"
    assert str(row.number) == "—"


@pytest.mark.usefixtures("_english")
def test_notices_are_told_in_words() -> None:
    credit = BecameCredit("0217-A-000007", pounds(20), pounds(5))
    notice = NoticeView(UUID(int=8), "payment.became_credit", credit, NOW, None, None, UUID(int=9))
    assert plain(str(notice_shown(notice).title)) == "5.00 SYP of receipt 0217-A-000007 became credit"
    for reason in (PrinterGone(), LinkDown()):
        told = notice_shown(replace(notice, code=reason.code, about=reason))
        assert reason.code not in f"{told.title} {told.text}"
        assert told.tone is Tone.WARN


@pytest.mark.usefixtures("_english")
@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        ("bill", "B1-1", "Bill issued · 1.00"),
        ("payment", "", "Payment · 1.00"),
        ("complaint_opened", "noise", "Complaint: Noise on the line · 1.00"),
        ("complaint_resolved", "from_tomorrow", "Resolved: Complaint · 1.00"),
        ("barred", "court", "Cut for a court order · 1.00"),
        ("call", "answered", "Call · 1.00"),
        ("from_tomorrow", "x", "Another event · 1.00"),
    ],
)
def test_history_in_words(kind: str, detail: str, said: str) -> None:
    row = event_row(Event(NOW, kind, detail, pounds(1)))
    assert plain(str(row.what)) == said
    assert row.on == date(2026, 11, 21)


@pytest.mark.usefixtures("_english")
def test_what_the_catalogue_names_is_told_by_its_name() -> None:
    name = Bilingual("خدمة الإيقاظ", "Wake-up call")
    row = event_row(Event(NOW, "order_done", "wake_up", pounds(1), name))
    assert plain(str(row.what)) == "Done by the exchange: Wake-up call · 1.00"


def test_every_outlook_is_worded() -> None:
    codes = {value for name, value in vars(OutlookCode).items() if name.isupper()}
    assert codes == set(text.OUTLOOKS)


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_it_looks(bench: Bench, look: Look, language: str, size: tuple[int, int]) -> None:
    look.set_language("ar" if language == "ar" else "en")
    bench.open(demo.ACCOUNT_ID)
    assert_golden(bench.view, f"card.{language}", size)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_a_payment_that_waits_looks(bench: Bench, look: Look, language: str) -> None:
    look.set_language("ar" if language == "ar" else "en")
    bench.desk.open_till()
    bench.desk.do(bench.desk.payment(3_000_00))
    bench.open(demo.ACCOUNT_ID)
    assert_golden(bench.view, f"card-waiting.{language}", SMALL)


def test_how_it_looks_on_a_large_screen(bench: Bench, look: Look) -> None:
    look.set_language("ar")
    bench.open(bench.desk.read(_with_most_lines))
    assert_golden(bench.view, "card-organisation.ar", LARGE)


def test_how_it_looks_in_the_dark(bench: Bench, look: Look) -> None:
    look.set_language("ar")
    look.set_scheme(Scheme.DARK)
    bench.open(bench.desk.read(_barred))
    assert_golden(bench.view, "card-barred.ar.dark", SMALL)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_the_explanation_looks(bench: Bench, look: Look, language: str) -> None:
    look.set_language("ar" if language == "ar" else "en")
    bench.desk.open_till()
    bench.desk.do(bench.desk.payment(3_000_00))
    bench.open(demo.ACCOUNT_ID)
    assert_golden(bench.explain(), f"card-explanation.{language}", (920, 560))
