"""What a till is told of acts that were recorded against a rule: by whom, where, and until when."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert

from ccbs_desk.domain.errors import AccountUnknown, NotAllowed
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.money import Notice, Receipt
from ccbs_desk.services.notices import BECAME_CREDIT, BecameCredit, details_of
from ccbs_desk.services.till_notices import TOLD_FOR, TillNotice, see_to, told_at_till
from tests.factories.desk import Desk, recorded, run_recorded

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")
OTHER_TILL = UUID("01900000-0000-7000-8000-00000000d0bb")
HALF = 83_004


def told(desk: Desk, till_id: UUID | None, *, everywhere: bool = False) -> tuple[TillNotice, ...]:
    """Return what a till is told now."""
    return desk.read(told_at_till, till_id, now=desk.clock.now, everywhere=everywhere)


def credit_at(desk: Desk, till_id: UUID, *, days_ago: int = 0, account_id: UUID | None = None) -> None:
    """Let a payment at a till have become credit."""
    values = {
        "id": desk.new_id(),
        "area_id": 1,
        "account_id": account_id or desk.account_id,
        "till_id": till_id,
        "command_id": desk.new_id(),
        "code": BECAME_CREDIT,
        "details": details_of(BecameCredit("0099-A-000001", Money(HALF, SYP), Money(HALF, SYP))),
        "occurred_at": desk.clock.now - timedelta(days=days_ago),
    }
    desk.write(lambda connection: connection.execute(insert(table_of(Notice)), values))


def lost_payment(desk: Desk, elsewhere: Desk) -> UUID:
    """Record money for an account that nobody knows; return the act."""
    desk.open_till()
    desk.do(desk.payment(HALF))
    envelope = recorded(desk)[-1]
    elsewhere.write(run_recorded, replace(envelope, command=replace(envelope.command, account_id=NOBODY)))  # type: ignore[call-arg]
    return envelope.command_id


def test_a_quiet_till_is_told_nothing(desk: Desk) -> None:
    assert told(desk, desk.till_id) == told(desk, None) == told(desk, None, everywhere=True) == ()


def test_money_in_suspense_is_told_with_its_receipt_at_its_till_and_to_the_supervisor(
    desk: Desk, elsewhere: Desk
) -> None:
    act = lost_payment(desk, elsewhere)
    (one,) = told(elsewhere, desk.till_id)
    assert (one.notice.about, one.notice.command_id) == (AccountUnknown(NOBODY), act)
    assert (one.till_code, one.receipt_number) == ("0001", "0001-A-000001")
    assert one.amount == one.suspense == Money(HALF, SYP)
    assert one.clerk.en
    assert told(elsewhere, OTHER_TILL) == ()
    assert told(elsewhere, None, everywhere=True) == (one,)


def test_suspense_stays_before_the_supervisor_whoever_has_seen_to_it(desk: Desk, elsewhere: Desk) -> None:
    lost_payment(desk, elsewhere)
    seen = [one.notice.notice_id for one in told(elsewhere, desk.till_id)]
    elsewhere.write(see_to, seen, now=elsewhere.clock.now)
    assert told(elsewhere, desk.till_id) == ()
    assert [one.notice.notice_id for one in told(elsewhere, None, everywhere=True)] == seen


def test_what_was_seen_to_is_told_no_more_and_forgotten_in_time(desk: Desk) -> None:
    credit_at(desk, desk.till_id)
    (first,) = told(desk, desk.till_id)
    desk.write(see_to, [first.notice.notice_id], now=desk.clock.now)
    assert told(desk, desk.till_id) == told(desk, None, everywhere=True) == ()
    credit_at(desk, desk.till_id)
    (second,) = told(desk, desk.till_id)
    assert second.notice.notice_id != first.notice.notice_id
    desk.clock.forward(TOLD_FOR + timedelta(days=1))
    assert told(desk, desk.till_id) == ()
    desk.write(see_to, [second.notice.notice_id], now=desk.clock.now)
    assert desk.read(desk_state.seen_notices).ids == ()


def test_the_till_of_the_other_payment_is_told_too(desk: Desk) -> None:
    desk.open_till()
    desk.do(desk.payment(HALF))
    receipts = desk.read(lambda connection: connection.execute(table_of(Receipt).select()).all())
    assert len(receipts) == 1
    credit_at(desk, OTHER_TILL, days_ago=10)
    credit_at(desk, OTHER_TILL, account_id=NOBODY)
    assert told(desk, desk.till_id) == ()
    credit_at(desk, OTHER_TILL)
    (one,) = told(desk, desk.till_id)
    assert isinstance(one.notice.about, BecameCredit)
    assert (one.till_code, one.receipt_number, one.amount, one.suspense) == ("", "", None, None)


def test_an_act_without_a_receipt_is_told_by_its_till_alone(desk: Desk) -> None:
    values = {
        "id": desk.new_id(),
        "area_id": 1,
        "account_id": None,
        "till_id": desk.till_id,
        "command_id": desk.new_id(),
        "code": NotAllowed("till.open").code,
        "details": details_of(NotAllowed("till.open")),
        "occurred_at": desk.clock.now,
    }
    desk.write(lambda connection: connection.execute(insert(table_of(Notice)), values))
    (one,) = told(desk, desk.till_id)
    assert (one.notice.about, one.till_code, one.receipt_number) == (NotAllowed("till.open"), "0001", "")
    assert (one.clerk.ar, one.amount) == ("", None)
