"""A payment by card: an agent at the telephone, a clerk who chooses; a card number never goes further than the eye."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from ccbs_desk.domain.cards import CardSlip, masked
from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.models.desk import Draft, Outbox
from ccbs_desk.services.call_links import call_moments
from ccbs_desk.services.receipts import receipt, receipts_of_account
from ccbs_desk.ui.kit.application import Look
from ccbs_desk.ui.receipt.shown import shown
from ccbs_desk.wire.codec import decode_envelope
from server_stub.seed import demo
from tests.factories.desk import Desk
from tests.ui.at_work import collect, session_of
from tests.ui.counter import SMALL, Counter
from tests.ui.golden import assert_golden
from tests.ui.test_payment import F9, Payment

NUMBER = "4539 5787 6362 1486"
ENTER = Qt.Key.Key_Return


@pytest.fixture
def counter(desk: Desk, look: Look, qapp: QApplication) -> Iterator[Counter]:
    look.set_language("en")
    counter = Counter(desk, qapp)
    yield counter
    counter.close()
    collect()


@pytest.fixture
def agent(counter: Counter, look: Look) -> Payment:
    """The payment at an agent's desk, with no till open."""
    payment = Payment(counter, look, session_of(counter.desk, demo.AGENT))
    payment.open()
    return payment


def payments(desk: Desk) -> list[TakePayment]:
    """Return the payments that were taken here."""
    rows = desk.read(lambda c: c.execute(select(Outbox.raw).where(Outbox.kind == TakePayment.KIND)).scalars().all())
    found = (decode_envelope(raw).command for raw in rows)
    return [command for command in found if isinstance(command, TakePayment)]


def fill(payment: Payment) -> None:
    """Type what the terminal shows."""
    payment.type("payment.approval", "482913")
    payment.type("payment.reference", "501234567890")
    payment.type("payment.masked", "4417")


def test_an_agent_is_asked_for_the_slip_and_for_no_cash(counter: Counter, agent: Payment) -> None:
    assert not agent.sees("payment.tendered")
    assert not agent.sees("payment.change")
    assert not agent.sees("payment.method")
    assert not agent.sees("payment.till")
    # To the piastre: nothing is rounded.
    assert agent.said("payment.collect") == "4,148.90 SYP"
    fill(agent)
    agent.press(F9)
    (taken,) = payments(counter.desk)
    assert (taken.method, taken.tendered) == ("card", ())
    assert taken.card == CardSlip("482913", "501234567890", masked("4417"))
    assert counter.led.steps[-1][0] == "receipt"


def test_enter_goes_from_field_to_field(counter: Counter, agent: Payment) -> None:
    agent.type("payment.amount", "1000")
    for name, typed in (("approval", "482913"), ("reference", "501234567890"), ("masked", "4417")):
        agent.press(ENTER)
        agent.type(f"payment.{name}", typed)
    agent.press(ENTER, ENTER)
    (taken,) = payments(counter.desk)
    assert taken.amount.minor == 100_000


def test_what_is_missing_is_said_at_its_field(counter: Counter, agent: Payment) -> None:
    agent.type("payment.approval", "482913")
    agent.press(F9)
    assert payments(counter.desk) == []
    agent.type("payment.reference", "5012")
    agent.type("payment.masked", "441")
    agent.press(F9)
    assert payments(counter.desk) == []
    agent.type("payment.masked", "4417")
    agent.press(F9)
    assert len(payments(counter.desk)) == 1


@pytest.mark.parametrize("name", ["approval", "reference", "masked"])
def test_a_card_number_is_refused_at_once_and_kept_nowhere(counter: Counter, agent: Payment, name: str) -> None:
    fill(agent)
    agent.type(f"payment.{name}", NUMBER)
    agent.press(F9)
    assert payments(counter.desk) == []
    kept = counter.desk.read(lambda c: c.execute(select(Draft.fields)).scalars().all())
    assert kept
    assert not any(NUMBER in str(fields) or NUMBER.replace(" ", "") in str(fields) for fields in kept)
    agent.type(f"payment.{name}", "4417")
    agent.press(F9)
    assert len(payments(counter.desk)) == 1


def test_a_clerk_changes_the_method_and_keeps_the_rest(counter: Counter, look: Look) -> None:
    counter.desk.open_till()
    payment = Payment(counter, look)
    payment.open()
    assert payment.sees("payment.tendered")
    payment.type("payment.amount", "1000")
    payment.press_with("M")
    assert not payment.sees("payment.tendered")
    assert payment.said("payment.amount") == "1000"
    payment.press_with("M")
    assert payment.sees("payment.tendered")
    payment.press_with("M")
    fill(payment)
    payment.press(F9)
    (taken,) = payments(counter.desk)
    assert (taken.method, taken.amount.minor) == ("card", 100_000)


def test_a_slip_that_was_begun_is_there_again(counter: Counter, agent: Payment, look: Look) -> None:
    fill(agent)
    agent.payment.close()
    again = Payment(counter, look, session_of(counter.desk, demo.AGENT))
    again.open()
    assert again.said("payment.approval") == "482913"
    assert again.said("payment.masked") == "4417"


def test_over_the_telephone_nothing_is_printed(counter: Counter, look: Look) -> None:
    session = session_of(counter.desk, demo.AGENT)
    call = session.new_id()
    payment = Payment(counter, look, session.in_call(call))
    payment.open()
    fill(payment)
    payment.press(F9)
    assert len(payments(counter.desk)) == 1
    assert counter.paper.sheets == []
    # Where the receipt is shown, it names the call.
    (row, *_) = counter.desk.read(receipts_of_account, demo.ACCOUNT_ID)
    view = counter.desk.read(receipt, row.receipt_id)
    at = counter.desk.read(call_moments, [row.receipt_id, call])
    assert view is not None
    assert at.keys() == {row.receipt_id}
    assert "in the call of" in str(shown(view, (), call=at[row.receipt_id]).when)
    assert "in the call of" not in str(shown(view, ()).when)


def test_the_card_payment_looks_like_this(counter: Counter, look: Look) -> None:
    look.set_language("ar")
    payment = Payment(counter, look, session_of(counter.desk, demo.AGENT))
    payment.open()
    fill(payment)
    assert_golden(payment.view, "payment-by-card.ar", SMALL)
