"""A clerk takes payments on a real store: what is shown before, what is taken once, and what is never lost."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTableView
from sqlalchemy import func, select, update

from ccbs_desk.domain.errors import PrinterGone
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import Receipt
from ccbs_desk.models.reference import Till
from ccbs_desk.services.drafts import drafts_of, save_draft
from ccbs_desk.services.outbox import amend_of
from ccbs_desk.services.receipts import receipts_of_account
from ccbs_desk.services.session import Session
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.kit.tokens import Scheme
from ccbs_desk.ui.payment.screen import build
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.factories.keys import press, type_text
from tests.factories.opening import bring_in
from tests.ui.at_work import collect, run
from tests.ui.counter import LARGE, SMALL, Counter, Shown
from tests.ui.golden import assert_golden, settle

F9, SPACE, ENTER, ESCAPE = Qt.Key.Key_F9, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape
NOBODY = UUID(int=1)


@pytest.fixture
def counter(desk: Desk, look: Look, qapp: QApplication) -> Iterator[Counter]:
    look.set_language("en")
    counter = Counter(desk, qapp)
    yield counter
    counter.close()
    collect()


class Payment(Shown):
    """The payment at work."""

    def __init__(self, counter: Counter, look: Look, session: Session | None = None) -> None:
        session = session or counter.session()
        self.payment = build(session, counter.led, look.shortcuts, counter.supervisor, counter.paper)
        counter.show(self.payment)
        super().__init__(self.payment, counter.app)

    def open(self, account_id: UUID | None = demo.ACCOUNT_ID, draft_id: UUID | None = None) -> None:
        """Open the form of an account."""
        self.do(lambda: self.payment.activate(account_id=account_id, draft_id=draft_id))

    def choose(self, row: int) -> None:
        """Go to a row of the bills and press Space."""
        table = self.find("payment.bills")
        assert isinstance(table, QTableView)
        table.setFocus()
        table.setCurrentIndex(table.model().index(row, 0))
        self.press(SPACE)


@pytest.fixture
def closed(counter: Counter, look: Look) -> Payment:
    """The payment of the demo subscriber while the till is closed."""
    payment = Payment(counter, look)
    payment.open()
    return payment


@pytest.fixture
def payment(counter: Counter, look: Look) -> Payment:
    """The payment of the demo subscriber with an open till."""
    counter.desk.open_till()
    payment = Payment(counter, look)
    payment.open()
    return payment


def receipts(desk: Desk) -> int:
    """Return how many receipts there are."""
    return desk.read(lambda connection: connection.execute(select(func.count()).select_from(Receipt)).scalar_one())


def test_paying_all_that_is_due_takes_one_key(counter: Counter, payment: Payment) -> None:
    before = receipts(counter.desk)
    assert payment.said("payment.who") == demo.NAME
    assert payment.said("payment.amount") == "4,148.90"
    assert payment.said("payment.collect") == "4,149.00 SYP"
    payment.press(F9)
    (row, *_) = counter.desk.read(receipts_of_account, demo.ACCOUNT_ID)
    assert row.amount.minor == 414890
    assert counter.led.steps == [("receipt", row.receipt_id)]
    assert counter.paper.sheets == [("0001-A-000001", 0)]
    assert receipts(counter.desk) == before + 1


def test_pressing_twice_pays_once(counter: Counter, payment: Payment) -> None:
    before = receipts(counter.desk)
    payment.press(F9, F9, F9)
    assert receipts(counter.desk) == before + 1
    assert len(counter.paper.sheets) == 1


def test_every_change_shows_what_it_comes_to(payment: Payment) -> None:
    payment.type("payment.amount", "١٠٠٠")
    payment.type("payment.tendered", "2000")
    assert payment.said("payment.change") == "1,000.00 SYP"
    rows = payment.rows("payment.bills")
    assert [row[4] for row in rows] == ["830.04", "—", "830.04", "169.96", "169.96", "—", "—", "—", "—"]
    assert rows[0][6] == "Paid in full"
    payment.type("payment.amount", "5000")
    assert payment.said("payment.credit") == "851.10 SYP is kept on the account for the next bill"
    assert payment.said("payment.outlook").startswith("The line stays on")


def test_half_a_cycle_is_warned_of(payment: Payment) -> None:
    payment.type("payment.amount", "1658.29")
    notes = [row[6] for row in payment.rows("payment.bills") if row[6]]
    assert notes == ["Paid in full", "Half a cycle"]
    assert "count as one" in payment.said("payment.outlook")


def test_old_pounds_count_a_hundred_to_one_and_the_rest_is_exact(counter: Counter, payment: Payment) -> None:
    payment.type("payment.amount", "1000")
    payment.type("payment.tendered_old", "50000")
    assert payment.said("payment.tendered") == "500.00"
    assert payment.said("payment.change") == "0.00 SYP"
    payment.type("payment.tendered_old", "150000")
    assert payment.said("payment.change") == "500.00 SYP"
    payment.press(F9)
    (row, *_) = counter.desk.read(receipts_of_account, demo.ACCOUNT_ID)
    assert row.amount.minor == 100000


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("payment.amount", "abc", "no amount"),
        ("payment.amount", "0", "above zero"),
        ("payment.amount", "-5", "above zero"),
        ("payment.amount", "99999999", "limit"),
        ("payment.tendered", "1", "handed over"),
        ("payment.tendered", "1.2.3", "no amount"),
        ("payment.tendered_old", "-100", "above zero"),
    ],
)
def test_what_speaks_against_it_stands_at_its_field(
    counter: Counter, payment: Payment, name: str, typed: str, said: str
) -> None:
    before = receipts(counter.desk)
    payment.type(name, typed)
    assert said in payment.under(name)
    payment.press(F9)
    assert receipts(counter.desk) == before
    assert payment.find(name).hasFocus()
    payment.type(name, "5000")
    assert "Error" not in payment.under(name)


@pytest.mark.parametrize("typed", ["abc", "0", "-5"])
def test_what_is_no_amount_leaves_nothing_of_the_figures_before(payment: Payment, typed: str) -> None:
    payment.type("payment.amount", "1000")
    assert payment.sees("payment.outlook")
    payment.type("payment.amount", typed)
    assert {row[4] for row in payment.rows("payment.bills")} == {"—"}
    assert payment.rows("payment.bills")[0][5] == "830.04"
    for name in ("collect", "change"):
        assert payment.said(f"payment.{name}") == "—"
    assert payment.said("payment.tendered") == ""
    assert not payment.sees("payment.outlook")
    payment.type("payment.amount", "1000")
    assert (payment.said("payment.tendered"), payment.said("payment.change")) == ("1,000.00", "0.00 SYP")


def test_who_owes_nothing_is_not_reproached_for_it(counter: Counter, look: Look) -> None:
    counter.desk.open_till()
    counter.desk.do(counter.desk.payment(414_890))
    payment = Payment(counter, look)
    payment.open()
    assert payment.said("payment.amount") == "0.00"
    assert "Error" not in payment.under("payment.amount")
    before = receipts(counter.desk)
    payment.press(F9)
    assert "above zero" in payment.under("payment.amount")
    assert receipts(counter.desk) == before


def test_figures_that_are_this_desks_own_word_are_marked(counter: Counter, look: Look) -> None:
    counter.desk.open_till()
    before = Payment(counter, look)
    before.open()
    assert before.said("payment.owes.what") == "Owes"
    counter.desk.do(counter.desk.payment(1_000))
    after = Payment(counter, look)
    after.open()
    assert after.said("payment.owes.what") == "Owes · waits for the centre"


def test_unreadable_cash_leaves_the_split_and_takes_the_change(payment: Payment) -> None:
    payment.type("payment.amount", "1000")
    payment.type("payment.tendered", "2000")
    payment.type("payment.tendered", "2x")
    assert payment.rows("payment.bills")[0][4] == "830.04"
    assert (payment.said("payment.collect"), payment.said("payment.change")) == ("1,000.00 SYP", "—")
    assert payment.said("payment.tendered") == "2x"
    payment.type("payment.tendered", "2")
    payment.press(Qt.Key.Key_Backspace)
    payment.type("payment.tendered_old", "x")
    assert (payment.said("payment.tendered"), payment.said("payment.change")) == ("", "—")


def test_the_bills_are_one_key_back(payment: Payment) -> None:
    def back() -> None:
        focused = payment.view.focusWidget()
        assert focused is not None
        press(focused, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)

    assert payment.find("payment.amount").hasFocus()
    payment.do(back)
    assert payment.find("payment.bills").hasFocus()


def test_what_is_still_expected_is_told_to_its_end(payment: Payment) -> None:
    payment.type("payment.amount", "1")
    assert payment.said("payment.outlook").endswith("August 2026: 830.90 SYP · and 2 more months")


def test_an_opening_balance_is_paid_first(counter: Counter, look: Look) -> None:
    counter.desk.open_till()
    counter.desk.write(bring_in, counter.desk.account_id, 50_000)
    payment = Payment(counter, look)
    payment.open()
    assert payment.rows("payment.bills")[0][1:6] == ["Balance from before", "20/11/2026", "500.00", "500.00", "0.00"]
    assert payment.said("payment.amount") == "4,648.90"
    payment.type("payment.amount", "300")
    assert "from before: 200.00 SYP" in payment.said("payment.outlook")
    payment.press(F9)
    owes = counter.desk.read(read_card, counter.desk.account_id, today=counter.desk.today)
    assert owes is not None
    assert (owes.owes.balance.minor, owes.owes.credit.minor) == (434_890, 0)


def test_other_bills_than_the_oldest_need_a_reason(counter: Counter, payment: Payment) -> None:
    assert not payment.sees("payment.reason")
    payment.choose(3)
    assert payment.said("payment.amount") == "1,659.15"
    assert payment.sees("payment.reason")
    payment.press(F9)
    assert "Write down why" in payment.under("payment.reason")
    assert counter.paper.sheets == []
    payment.type("payment.reason", "طلب الدافع")
    payment.press(F9)
    (row, *_) = counter.desk.read(receipts_of_account, demo.ACCOUNT_ID)
    assert row.amount.minor == 165915


def test_a_choice_is_taken_back_by_the_same_key(payment: Payment) -> None:
    payment.choose(3)
    assert payment.rows("payment.bills")[3][0] == "1"
    payment.choose(3)
    assert payment.rows("payment.bills")[3][0] == ""
    assert payment.said("payment.amount") == "4,148.90"
    assert not payment.sees("payment.reason")


def test_a_closed_till_is_said_and_what_is_typed_is_kept(counter: Counter, closed: Payment) -> None:
    assert "Till 0001 is closed" in closed.said("payment.till")
    closed.type("payment.amount", "1000")
    closed.press(F9)
    assert "Till 0001 is closed" in closed.said("payment.problem")
    assert counter.led.steps == []
    counter.desk.open_till()
    closed.do(lambda: closed.payment.refresh(frozenset()))
    assert not closed.sees("payment.till")
    assert closed.said("payment.amount") == "1000"
    closed.press(F9)
    assert len(counter.paper.sheets) == 1


def test_what_stood_against_it_is_gone_on_coming_back(counter: Counter, closed: Payment) -> None:
    closed.press(F9)
    assert closed.sees("payment.problem")
    counter.desk.open_till()
    closed.open()
    assert not closed.sees("payment.problem")


def test_a_till_of_another_clerk_is_named(counter: Counter, look: Look) -> None:
    counter.desk.open_till(by=counter.desk.people.clerk_2)
    payment = Payment(counter, look)
    payment.open()
    assert "is held by" in payment.said("payment.till")
    payment.press(F9)
    assert "is held by" in payment.said("payment.problem")


def test_a_desk_without_a_till_says_so(counter: Counter, look: Look) -> None:
    session = counter.session()
    session.place = replace(session.place, till_id=None)
    payment = Payment(counter, look, session)
    payment.open()
    assert "no till" in payment.said("payment.till")
    payment.press(F9)
    assert "no such till" in payment.said("payment.problem")


def test_a_till_of_another_desk_is_said(counter: Counter, payment: Payment) -> None:
    counter.desk.write(
        lambda connection: connection.execute(
            update(table_of(Till)).where(Till.id == demo.TILL_ID).values(device_id=NOBODY)
        )
    )
    payment.press(F9)
    assert "belongs to another desk" in payment.said("payment.problem")


def test_what_is_typed_survives_a_crash(counter: Counter, look: Look, payment: Payment) -> None:
    payment.choose(3)
    payment.type("payment.amount", "1200")
    payment.type("payment.tendered", "1500")
    payment.type("payment.reason", "as asked")
    again = Payment(counter, look)
    again.open()
    assert "is here again" in again.said("payment.note")
    assert again.said("payment.amount") == "1,200.00"
    assert again.said("payment.change") == "300.00 SYP"
    assert again.said("payment.reason") == "as asked"
    assert again.rows("payment.bills")[3][0] == "1"
    again.press(F9)
    assert counter.desk.read(drafts_of, counter.desk.people.clerk) == ()


def test_a_restored_form_is_begun_anew_on_demand(counter: Counter, look: Look, payment: Payment) -> None:
    payment.type("payment.amount", "1200")
    again = Payment(counter, look)
    again.open(None)
    assert again.said("payment.amount") == "1,200.00"
    again.do(again.payment._presenter.start_over)
    assert again.said("payment.amount") == "4,148.90"
    assert not again.sees("payment.note")
    assert counter.desk.read(drafts_of, counter.desk.people.clerk) == ()


def test_the_last_letters_before_leaving_are_kept(counter: Counter, payment: Payment) -> None:
    async def story() -> None:
        type_text(payment.find("payment.amount"), "77")
        await asyncio.sleep(0)
        payment.payment.close()

    run(counter.app, story())
    counter.desk.write(lambda _connection: None)
    (draft,) = counter.desk.read(drafts_of, counter.desk.people.clerk)
    assert draft.fields["amount"] == "77"


def test_coming_back_finds_the_form_as_it_was(counter: Counter, payment: Payment) -> None:
    payment.type("payment.amount", "1200")
    payment.press(ESCAPE)
    assert counter.led.steps == [("back",)]
    payment.open()
    assert payment.said("payment.amount") == "1200"
    assert not payment.sees("payment.note")
    assert payment.find("payment.amount").hasFocus()


def test_without_a_subscriber_it_leads_to_the_search(counter: Counter, look: Look) -> None:
    payment = Payment(counter, look)
    payment.open(None)
    payment.press(F9)
    payment.do(payment.payment._presenter.search)
    assert counter.led.steps == [("search", "")]
    payment.open(NOBODY)
    assert payment.payment.account_id is None
    assert counter.paper.sheets == []


def test_a_clock_a_day_off_takes_a_supervisor(counter: Counter, payment: Payment) -> None:
    counter.desk.write(desk_state.put, desk_state.ClockFacts(counter.desk.clock.now + timedelta(days=2), 0))
    counter.supervisor.willing = False
    payment.press(F9)
    assert "No approval was given" in payment.said("payment.problem")
    assert counter.paper.sheets == []
    counter.supervisor.willing = True
    payment.press(F9)
    assert [ask.permission for ask in counter.supervisor.asked] == ["payment.clock_off"] * 2
    assert len(counter.paper.sheets) == 1


def test_a_printer_that_is_gone_costs_no_receipt(counter: Counter, payment: Payment) -> None:
    counter.paper.gone = True
    before = receipts(counter.desk)
    payment.press(F9)
    assert receipts(counter.desk) == before + 1
    assert [step[0] for step in counter.led.steps] == ["receipt"]
    assert counter.led.explained == [PrinterGone()]


def test_a_bill_that_was_paid_meanwhile_is_looked_at_again(counter: Counter, payment: Payment) -> None:
    payment.type("payment.amount", "1000")
    counter.desk.do(counter.desk.payment(83004))
    before = receipts(counter.desk)
    payment.press(F9)
    assert "has changed meanwhile" in payment.said("payment.problem")
    assert receipts(counter.desk) == before
    payment.press(F9)
    assert receipts(counter.desk) == before + 1


def test_what_another_counter_did_shows_without_a_key(counter: Counter, payment: Payment) -> None:
    counter.desk.do(counter.desk.payment(83004))
    payment.do(lambda: payment.payment.refresh(frozenset({NOBODY})))
    assert payment.said("payment.amount") == "4,148.90"
    payment.do(lambda: payment.payment.refresh(None))
    assert payment.said("payment.amount") == "3,318.86"


def test_enter_goes_on_to_the_button(counter: Counter, payment: Payment) -> None:
    assert payment.find("payment.amount").hasFocus()
    payment.press(ENTER)
    assert payment.find("payment.tendered").hasFocus()
    payment.press(ENTER, ENTER)
    assert payment.find("payment.confirm").hasFocus()
    payment.press(ENTER)
    assert len(counter.paper.sheets) == 1


def test_a_refused_payment_is_mended_in_its_form(counter: Counter, look: Look, payment: Payment) -> None:
    act = counter.desk.payment(120000, tendered=(counter.desk.payment(130000).amount,), chosen=(), reason=None)
    done = counter.desk.do(act)
    refuse = update(table_of(Outbox)).where(Outbox.command_id == done.command_id)
    values = {"state": "conflict", "reason_code": "command.other_body"}
    counter.desk.write(lambda connection: connection.execute(refuse.values(values)))
    meant = counter.desk.read(amend_of, done.command_id)
    assert meant is not None
    draft_id = counter.desk.new_id()
    counter.desk.write(
        save_draft,
        draft_id,
        kind=meant.kind,
        staff_id=counter.desk.people.clerk,
        subject=meant.subject,
        fields=meant.fields,
        now=counter.desk.clock.now,
        amends=meant.amends,
    )
    payment.open(demo.ACCOUNT_ID, draft_id)
    assert "mends one" in payment.said("payment.note")
    assert payment.said("payment.amount") == "1,200.00"
    assert payment.said("payment.tendered") == "1,300.00"
    payment.press(F9)
    amends = counter.desk.read(
        lambda connection: connection.execute(select(Outbox.amends).where(Outbox.command_id == draft_id)).scalar_one()
    )
    assert amends == done.command_id


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_it_looks(payment: Payment, look: Look, language: str) -> None:
    look.set_language("ar" if language == "ar" else "en")
    settle()
    assert_golden(payment.view, f"payment.{language}", SMALL)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_how_a_choice_looks(payment: Payment, look: Look, language: str) -> None:
    payment.choose(3)
    payment.type("payment.amount", "500")
    payment.type("payment.tendered", "1000")
    look.set_language("ar" if language == "ar" else "en")
    settle()
    assert_golden(payment.view, f"payment-choice.{language}", SMALL)


def test_how_a_closed_till_looks(closed: Payment, look: Look) -> None:
    look.set_language("ar")
    closed.type("payment.amount", "5000")
    closed.type("payment.tendered", "20")
    assert_golden(closed.view, "payment-closed.ar", SMALL)


def test_how_it_looks_on_a_large_screen(payment: Payment, look: Look) -> None:
    look.set_language("ar")
    settle()
    assert_golden(payment.view, "payment.ar", LARGE)
    look.set_language("en")
    settle()
    assert_golden(payment.view, "payment.en", LARGE)


def test_how_it_looks_in_the_dark(payment: Payment, look: Look) -> None:
    look.set_language("ar")
    look.set_scheme(Scheme.DARK)
    payment.choose(3)
    assert_golden(payment.view, "payment.ar.dark", SMALL)
