"""`ccbs-server check` finds every way in which the books could be wrong, and names what is broken."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, text

from ccbs_desk.domain.commands import CloseTill, SignIn
from ccbs_desk.domain.money import SYP
from ccbs_desk.domain.till import Note
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.money import TillSession
from ccbs_desk.wire.codec import decode_envelope, encode_envelope, envelope_hash
from server_stub.check import FAMILIES, SHOWN
from tests.factories.books import checked
from tests.factories.opening import bring_in
from tests.unit.server.conftest import Counter

TAMPERED = {
    "a leg is changed": (
        "UPDATE ledger SET amount_minor = amount_minor + 1 WHERE ledger_account = 'cash.till'",
        ["ledger legs do not sum to zero"],
    ),
    "a leg is gone": (
        """DELETE FROM ledger WHERE command_id = (SELECT command_id FROM receipt LIMIT 1)
        AND ledger_account = 'receivable'""",
        ["ledger legs do not sum to zero", "a receipt's effect in the ledger", "allocations differ from the ledger"],
    ),
    "an account that does not exist": (
        "UPDATE ledger SET ledger_account = 'cash.pocket' WHERE ledger_account = 'cash.safe'",
        ["no such ledger account: cash.pocket"],
    ),
    "a bill's total": ("UPDATE bill SET total_minor = total_minor + 5", ["a bill is not the sum of its parts"]),
    "a bill's line": (
        "UPDATE bill_line SET amount_minor = amount_minor + 1",
        ["a bill's part is not the sum of its lines"],
    ),
    "paid twice": (
        """INSERT INTO ledger SELECT area_id, period, randomblob(16), command_id, ledger_account, 10 * amount_minor,
        currency, account_id, bill_id, part_id, till_id, session_id, occurred_at FROM ledger
        WHERE command_id = (SELECT command_id FROM receipt LIMIT 1) AND ledger_account = 'receivable'""",
        ["more is paid than was owed", "ledger legs do not sum to zero"],
    ),
    "an allocation": (
        "UPDATE payment_allocation SET amount_minor = 100 * amount_minor",
        ["allocations differ from the ledger", "a payment is split into more than itself"],
    ),
    "a receipt's amount": (
        "UPDATE receipt SET amount_minor = amount_minor + 100",
        ["a receipt has no payment of its amount", "a receipt's effect", "the feed's last word is not the row"],
    ),
    "a receipt without payment": (
        "DELETE FROM payment WHERE reference = (SELECT number FROM receipt LIMIT 1)",
        ["a receipt has no payment of its amount and number"],
    ),
    "a card payment in a drawer": (
        "UPDATE payment SET method = 'card' WHERE reference = (SELECT number FROM receipt LIMIT 1)",
        ["a card payment does not await its amount from the acquirer", "a card payment is in a drawer"],
    ),
    "a journal row is gone": ("DELETE FROM till_journal", ["a receipt has not exactly one journal row"]),
    "a journal row is changed": (
        "UPDATE till_journal SET body_hash = randomblob(32) WHERE seq = 2",
        ["a journal's row was changed or is not chained"],
    ),
    "a number jumps": (
        "UPDATE till_journal SET receipt_number = '0001-A-000009' WHERE seq = 2",
        ["a receipt's number is missing: 0001-A-000008"],
    ),
    "a number comes twice": (
        "UPDATE till_journal SET receipt_number = '0001-A-000001' WHERE seq = 3",
        ["a receipt's number came twice or out of turn: 0001-A-000001"],
    ),
    "a number is none": (
        "UPDATE till_journal SET receipt_number = 'x' WHERE seq = 2",
        ["a journal row bears no receipt number"],
    ),
    "an audit row is changed": (
        "UPDATE audit SET prev_hash = randomblob(32) WHERE device_seq = 2",
        ["a journal's row was changed or is not chained"],
    ),
    "an audit row is gone": ("DELETE FROM audit WHERE device_seq = 2", ["an act has no audit row"]),
    "an audit row binds to another act": (
        "UPDATE audit SET body_hash = randomblob(32)",
        ["an act's audit row binds to something else"],
    ),
    "an act's bytes": (
        "UPDATE applied_command SET raw = x'7b7d'",
        ["an act's bytes are not those that were recorded"],
    ),
    "an act's position": (
        "UPDATE applied_command SET position = 999 WHERE device_seq = 2",
        ["an act has no rows at its position of the feed", "at 999"],
    ),
    "a position is gone": (
        "DELETE FROM feed WHERE position = 3",
        ["positions of the feed are missing: 3 to 3"],
    ),
    "the head is wrong": ("UPDATE feed_head SET position = 77", ["the feed's head is not its last position: head 77"]),
    "there is no head": ("DELETE FROM feed_head", ["the feed has not exactly one head"]),
    "a row changed behind the feed": (
        "UPDATE till_session SET staff_id = randomblob(16)",
        ["the feed's last word is not the row: till_session"],
    ),
    "a row of the feed is garbage": (
        "UPDATE feed SET row = x'ff' WHERE table_name = 'ledger'",
        ["a row of the feed can't be read: ledger"],
    ),
    "the feed speaks of nothing": (
        "UPDATE feed SET table_name = 'password' WHERE table_name = 'device'",
        ["the feed speaks of a table that is not synced: password"],
    ),
    "a session of another till": (
        "UPDATE till_session SET till_id = randomblob(16)",
        ["a session is of another till than the ledger says"],
    ),
    "a session is gone": ("DELETE FROM till_session", ["the ledger names a session that is not there"]),
    "a till without its device": (
        "UPDATE device SET state = 'revoked'",
        ["a till belongs to a device that is not let in: till 0001"],
    ),
    "two tills": (
        "UPDATE till SET device_id = (SELECT id FROM device) WHERE code = '0301'",
        ["a device has several tills"],
    ),
    "one key twice": (
        """INSERT INTO device SELECT randomblob(16), name, centre_id, area_id, public_key, state, approved_by,
        approved_at FROM device""",
        ["a key is held by several devices"],
    ),
    "an account nobody holds": (
        "DELETE FROM account_scope WHERE account_id = (SELECT min(account_id) FROM account_scope)",
        ["an account is in no area's scope"],
    ),
}


@pytest.fixture
def paid(counter: Counter) -> Counter:
    """A counter that has opened its till and taken two payments, one with a receipt left to look at."""
    desk = counter.desk
    acts = [desk.do(desk.open_till()), desk.do(desk.payment(9_000)), desk.do(desk.payment(8_000))]
    assert [answer.outcome for answer in counter.apply(*acts)] == ["applied"] * 3
    return counter


def test_a_whole_country_is_clean(country: Engine) -> None:
    status, printed = checked(country, strict=True, families=FAMILIES)
    assert status == 0
    assert printed.splitlines()[-1] == "clean"
    assert len(printed.splitlines()) == 1 + sum(map(len, FAMILIES.values()))


def test_what_was_applied_is_clean(paid: Counter) -> None:
    assert checked(paid.engine, strict=True, families=FAMILIES)[0] == 0


def test_a_row_that_its_digest_does_not_know_is_named(paid: Counter) -> None:
    with writing(paid.engine) as connection:
        connection.execute(text("UPDATE bill SET total_minor = total_minor + 5"))
    status, printed = checked(paid.engine, families=["digests"])
    assert status == 1
    assert "BROKEN  a digest is not that of the rows: bill of area 1" in printed
    assert "a bill is not the sum of its parts" not in printed


@pytest.mark.parametrize("how", TAMPERED)
def test_what_is_wrong_is_named(paid: Counter, how: str) -> None:
    statement, expected = TAMPERED[how]
    with writing(paid.engine) as connection:
        assert connection.execute(text(statement)).rowcount > 0
    status, printed = checked(paid.engine)
    assert (status, printed.splitlines()[-1]) == (1, "broken")
    for line in expected:
        assert line in printed


def test_what_is_only_missing_is_pending(counter: Counter) -> None:
    desk = counter.desk
    opening, lost, last = desk.do(desk.open_till()), desk.do(desk.payment(9_000)), desk.do(desk.payment(8_000))
    counter.apply(opening, last)
    status, printed = checked(counter.engine)
    assert (status, printed.splitlines()[-1]) == (0, "clean")
    assert "pending  a receipt's number is missing: 0001-A-000001" in printed
    assert "pending  a journal's row is missing: till" in printed
    assert "acts of a device have not come" in printed
    assert checked(counter.engine, strict=True)[0] == 1
    counter.apply(lost)
    assert checked(counter.engine, strict=True)[0] == 0


def test_an_opening_balance_is_paid_once(counter: Counter) -> None:
    desk = counter.desk
    for engine in (counter.engine, desk.engine):
        with writing(engine) as connection:
            bring_in(connection, desk.account_id, 5_000)
    counter.apply(desk.do(desk.open_till()), desk.do(desk.payment(6_000)))
    status, printed = checked(counter.engine)
    assert (status, printed.splitlines()[-1]) == (0, "clean")
    with writing(counter.engine) as connection:
        again = """INSERT INTO ledger SELECT area_id, period, randomblob(16), command_id, ledger_account, amount_minor,
        currency, account_id, bill_id, part_id, till_id, session_id, occurred_at FROM ledger
        WHERE command_id = (SELECT command_id FROM receipt LIMIT 1) AND ledger_account = 'receivable'
        AND part_id IS NULL"""
        assert connection.execute(text(again)).rowcount == 1
    status, printed = checked(counter.engine)
    assert status == 1
    for line in ("more is paid than was owed", "allocations differ from the ledger"):
        assert line in printed


def closing(counter: Counter, counted: int) -> CloseTill:
    """Return the close of the desk's open session."""
    assert counter.desk.till_id is not None
    with reading(counter.desk.engine) as connection:
        mine = select(TillSession.id).where(TillSession.till_id == counter.desk.till_id)
        session_id = connection.execute(mine).scalar_one()
    return CloseTill(till_id=counter.desk.till_id, session_id=session_id, counted=(Note(SYP, counted, 1),))


def test_a_drawer_that_lacks_an_act_is_pending_until_it_comes(counter: Counter) -> None:
    desk = counter.desk
    opening, lost, last = desk.do(desk.open_till()), desk.do(desk.payment(9_000)), desk.do(desk.payment(8_000))
    close = desk.do(closing(counter, 67_000))
    assert [answer.outcome for answer in counter.apply(opening, last, close)] == ["applied"] * 3
    status, printed = checked(counter.engine)
    assert (status, printed.splitlines()[-1]) == (0, "clean")
    assert "pending  a closed session does not come to nothing: session" in printed
    assert "-9000 SYP left in the drawer" in printed
    counter.apply(lost)
    assert checked(counter.engine, strict=True)[0] == 0


def test_a_drawer_that_lacks_a_parked_act_is_pending(counter: Counter) -> None:
    desk = counter.desk
    opening, paid = desk.do(desk.open_till()), desk.do(desk.payment(9_000))
    newer = paid.replace(b'"version":2', b'"version":9')
    close = decode_envelope(desk.do(closing(counter, 59_000)))
    # The payment's row of the journal is there: it was parked under another number of the till.
    assert close.stamps.till is not None
    at_once = replace(close.stamps, till=replace(close.stamps.till, seq=2))
    outcomes = [
        answer.outcome for answer in counter.apply(opening, newer, encode_envelope(replace(close, stamps=at_once)))
    ]
    assert outcomes == ["applied", "parked", "applied"]
    assert "pending  a closed session does not come to nothing: session" in checked(counter.engine)[1]


def test_a_drawer_that_lacks_money_is_broken(counter: Counter) -> None:
    desk = counter.desk
    acts = [desk.do(desk.open_till()), desk.do(desk.payment(9_000)), desk.do(closing(counter, 59_000))]
    assert [answer.outcome for answer in counter.apply(*acts)] == ["applied"] * 3
    assert checked(counter.engine, strict=True)[0] == 0
    with writing(counter.engine) as connection:
        connection.execute(text("DELETE FROM ledger WHERE command_id = (SELECT command_id FROM receipt LIMIT 1)"))
    status, printed = checked(counter.engine)
    assert status == 1
    assert "BROKEN  a closed session does not come to nothing: session" in printed


def test_what_is_parked_is_pending(counter: Counter) -> None:
    act = counter.desk.do(SignIn(online=True)).replace(b'"SignIn"', b'"SignOff"')
    assert counter.apply(act)[0].outcome == "parked"
    status, printed = checked(counter.engine)
    assert status == 0
    assert "an act is parked: act" in printed
    assert "command.unknown" in printed


def test_only_so_many_are_named_and_all_are_counted(paid: Counter) -> None:
    with writing(paid.engine) as connection:
        connection.execute(text("UPDATE bill SET total_minor = total_minor + 5"))
        bills = connection.execute(text("SELECT count(*) FROM bill")).scalar_one()
    _, printed = checked(paid.engine)
    assert printed.count("BROKEN  a bill is not the sum of its parts") == SHOWN < bills
    assert f"{bills} broken" in printed


def test_an_act_that_can_be_read_no_more_is_named(paid: Counter) -> None:
    with writing(paid.engine) as connection:
        connection.execute(
            text("UPDATE applied_command SET raw = x'7b7d', body_hash = :hash"), {"hash": envelope_hash(b"{}")}
        )
    assert "an act can't be read any more" in checked(paid.engine)[1]
