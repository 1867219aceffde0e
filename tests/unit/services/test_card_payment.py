"""A payment by card: over the telephone or at the counter, with the till's number and without its drawer."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from ccbs_desk.domain.card_errors import CardNotCash, CardNumberTyped, CardSlipAmiss
from ccbs_desk.domain.cards import CardSlip, masked
from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.domain.errors import MethodUnknown, NotAllowed, Reason, Refused, TillClosed, TillUnknown
from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from ccbs_desk.domain.ledger import CASH_TILL, CLEARING_CARD, CUSTOMER_CREDIT, RECEIVABLE, ROUNDING
from ccbs_desk.domain.money import SYO, SYP, Money
from ccbs_desk.domain.permissions import AGENT, CLERK, PAYMENT_TAKE, PAYMENT_TAKE_CARD, SUPERVISOR, allowed
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import LedgerRow, Payment, Receipt, TillJournal
from ccbs_desk.models.reference import Till
from ccbs_desk.services.accounts import account_facts
from ccbs_desk.services.bus import execute
from ccbs_desk.services.payment_preview import preview
from ccbs_desk.services.take_payment import Taken, payment_id_of
from ccbs_desk.services.till_views import till_view
from ccbs_desk.wire.codec import decode_envelope
from tests.factories.desk import Desk
from tests.factories.dumps import dump

SLIP = CardSlip("482913", "501234567890", masked("4417"))
# A sum that cash would round.
ODD = 83_004


def by_card(desk: Desk, minor: int = ODD, **what: Any) -> TakePayment:
    """Return a card payment, split as previewed."""
    seen = desk.read(preview, desk.account_id, Money(minor, SYP), today=desk.today, method="card")
    assert seen.terms is not None
    assert (seen.terms.collect, seen.terms.rounding, seen.terms.change) == (seen.amount, Money(0, SYP), Money(0, SYP))
    payment = TakePayment(
        till_id=desk.till_id,
        account_id=desk.account_id,
        method="card",
        amount=seen.amount,
        tendered=(),
        shares=seen.shares,
        card=SLIP,
    )
    return replace(payment, **what)


def legs(connection: Connection, command_id: Any) -> dict[str, int]:
    rows = connection.execute(
        select(LedgerRow.ledger_account, func.sum(LedgerRow.amount_minor))
        .where(LedgerRow.command_id == command_id)
        .group_by(LedgerRow.ledger_account)
    )
    return {account: int(minor) for account, minor in rows}


def refusal(desk: Desk, command: TakePayment, by: Any = None) -> Reason:
    """Return why it is refused; nothing may have changed."""
    before = desk.read(dump)
    with pytest.raises(Refused) as no:
        desk.do(command, by=by)
    assert desk.read(dump) == before
    return no.value.reason


def test_an_agent_takes_a_card_over_the_telephone_without_a_drawer(desk: Desk) -> None:
    done = desk.do(by_card(desk), by=desk.people.agent)
    taken = done.result
    assert isinstance(taken, Taken)
    assert desk.read(legs, done.command_id) == {CLEARING_CARD: ODD, RECEIVABLE: -ODD}
    printed = taken.printed
    assert (printed.method, printed.card) == ("card", SLIP)
    assert (printed.collected, printed.tendered, printed.change.minor) == (Money(ODD, SYP), (), 0)
    assert printed.clerk.ar
    assert printed.number == "0001-A-000001"
    row = desk.read(lambda c: c.execute(select(Payment).where(Payment.id == payment_id_of(done.command_id))).one())
    assert (row.method, row.state, row.amount_minor) == ("card", "confirmed", ODD)
    session_ids = desk.read(
        lambda c: c.execute(select(LedgerRow.session_id).where(LedgerRow.command_id == done.command_id)).scalars().all()
    )
    assert set(session_ids) == {None}


def test_numbers_run_on_through_both_methods(desk: Desk) -> None:
    first = desk.do(by_card(desk), by=desk.people.agent)
    desk.open_till()
    second = desk.do(desk.payment(1_000))
    third = desk.do(by_card(desk, 2_005))
    numbers = [done.receipt_number for done in (first, second, third)]
    assert numbers == ["0001-A-000001", "0001-A-000002", "0001-A-000003"]
    journal = desk.read(
        lambda c: c.execute(select(TillJournal.receipt_number).order_by(TillJournal.seq)).scalars().all()
    )
    assert [number for number in journal if number] == numbers
    # What the clerk took by card in his own session is told with it, and not looked for in the drawer.
    view = desk.read(till_view, desk.till_id)
    assert view is not None
    assert view.session is not None
    assert [(method.method, method.payments) for method in view.session.methods] == [("card", 1), ("cash", 1)]
    assert desk.read(legs, third.command_id).keys() == {CLEARING_CARD, RECEIVABLE}


def test_money_beyond_the_bills_is_credit(desk: Desk) -> None:
    done = desk.do(by_card(desk, 1_000_000))
    posted = desk.read(legs, done.command_id)
    assert posted[CLEARING_CARD] == 1_000_000
    assert posted[CUSTOMER_CREDIT] < 0
    assert ROUNDING not in posted
    assert CASH_TILL not in posted


def test_who_may_take_what() -> None:
    assert allowed({AGENT}, PAYMENT_TAKE_CARD)
    assert not allowed({AGENT}, PAYMENT_TAKE)
    assert allowed({CLERK}, PAYMENT_TAKE_CARD)
    assert not allowed({SUPERVISOR}, PAYMENT_TAKE_CARD)


def test_an_agent_takes_no_cash_and_a_supervisor_no_card(desk: Desk) -> None:
    assert refusal(desk, desk.payment(1_000), desk.people.agent) == NotAllowed(PAYMENT_TAKE)
    assert refusal(desk, by_card(desk), desk.people.supervisor) == NotAllowed(PAYMENT_TAKE_CARD)
    assert refusal(desk, desk.payment(1_000)) == TillClosed("0001")


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"card": CardSlip("4539578763621486", "501234567890", masked("4417"))}, CardNumberTyped()),
        ({"card": CardSlip("482913", "4539 5787 6362 1486", masked("4417"))}, CardNumberTyped()),
        ({"card": CardSlip("482913", "501234567890", "4539578763621486")}, CardNumberTyped()),
        ({"override_reason": "بطاقة ٤٥٣٩ ٥٧٨٧ ٦٣٦٢ ١٤٨٦"}, CardNumberTyped()),
        ({"card": CardSlip("", "501234567890", masked("4417"))}, CardSlipAmiss("approval")),
        ({"card": CardSlip("482913", "501234567890", "4417")}, CardSlipAmiss("masked")),
        ({"tendered": (Money(ODD, SYP),)}, CardNotCash()),
        ({"card": None}, NotAllowed(PAYMENT_TAKE)),
        ({"method": "cash"}, CardNotCash()),
        ({"method": "cheque"}, CardNotCash()),
        ({"method": "cheque", "card": None}, NotAllowed(PAYMENT_TAKE)),
    ],
)
def test_what_is_refused(desk: Desk, what: dict[str, Any], reason: Reason) -> None:
    assert refusal(desk, by_card(desk, **what), desk.people.agent) == reason


def test_a_clerk_is_told_of_a_slip_that_is_missing_and_of_strange_methods(desk: Desk) -> None:
    assert refusal(desk, by_card(desk, card=None)) == CardNotCash()
    desk.open_till()
    assert refusal(desk, by_card(desk, method="cheque", card=None)) == MethodUnknown("cheque")


def test_a_desk_without_a_till_takes_nothing(desk: Desk) -> None:
    nowhere = uuid7(1, bytes(RANDOM_BYTES))
    assert refusal(desk, by_card(desk, till_id=nowhere)) == TillUnknown(nowhere)


def test_no_digit_of_a_card_but_the_last_is_on_the_disk(desk: Desk) -> None:
    refusal(desk, by_card(desk, override_reason="4539578763621486"))
    done = desk.do(by_card(desk))
    raw = desk.read(lambda c: c.execute(select(Outbox.raw).where(Outbox.command_id == done.command_id)).scalar_one())
    envelope = decode_envelope(raw)
    assert isinstance(envelope.command, TakePayment)
    assert envelope.command.card == SLIP
    whole = str(desk.read(dump))
    assert "4539578763621486" not in whole


def test_once_recorded_it_stands_whatever_is_found_against_it(desk: Desk) -> None:
    done = desk.do(by_card(desk))
    raw = desk.read(lambda c: c.execute(select(Outbox.raw).where(Outbox.command_id == done.command_id)).scalar_one())
    envelope = decode_envelope(raw)
    assert isinstance(envelope.command, TakePayment)
    strange = replace(envelope.command, tendered=(Money(5, SYO),), account_id=uuid7(2, bytes(RANDOM_BYTES)))
    again = replace(envelope, command=strange, command_id=uuid7(3, bytes(RANDOM_BYTES)))
    till = replace(again.stamps.till, seq=99, receipt_number="0001-A-000099") if again.stamps.till else None
    decided = {**again.stamps.decided, "printed": {**again.stamps.decided["printed"], "number": "0001-A-000099"}}
    again = replace(again, stamps=replace(again.stamps, device_seq=99, till=till, decided=decided))

    def recorded(connection: Connection) -> dict[str, int]:
        execute(connection, again, deciding=False)
        return legs(connection, again.command_id)

    assert desk.write(recorded) == {CLEARING_CARD: ODD, "suspense": -ODD}
    assert desk.read(lambda c: c.execute(select(func.count()).select_from(Receipt)).scalar_one()) == 2
    assert desk.read(account_facts, desk.account_id) is not None
    assert desk.read(lambda c: c.execute(select(Till.id)).first()) is not None
