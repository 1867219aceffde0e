"""How an act is stamped, numbered and kept: in one transaction, each number once, and no number lost to a refusal."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, delete, select, update

from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.commands import SignIn, SignOut, ViewSubscriber
from ccbs_desk.domain.errors import ApprovalInvalid, ClockOff, CommandConflict, DeviceNotEnrolled, Refused
from ccbs_desk.domain.ids import call_id
from ccbs_desk.domain.journal import Entry, holes, verify
from ccbs_desk.domain.permissions import PAYMENT_CLOCK_OFF
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import DeskState, Outbox
from ccbs_desk.models.money import Audit, TillJournal
from ccbs_desk.models.reference import Policy, Till
from ccbs_desk.services.bus import policy_at
from ccbs_desk.services.drafts import draft, save_draft
from tests.factories.desk import DEVICE_ID, MORNING, Desk, recorded
from tests.factories.dumps import changed, dump


def journal(connection: Connection) -> list[Entry]:
    rows = connection.execute(
        select(
            TillJournal.till_id,
            TillJournal.seq,
            TillJournal.command_id,
            TillJournal.body_hash,
            TillJournal.prev_hash,
            TillJournal.hash,
        ).order_by(TillJournal.seq)
    )
    return [Entry(*row) for row in rows]


def audit(connection: Connection) -> list[Entry]:
    rows = connection.execute(
        select(
            Audit.device_id, Audit.device_seq, Audit.command_id, Audit.body_hash, Audit.prev_hash, Audit.hash
        ).order_by(Audit.device_seq)
    )
    return [Entry(*row) for row in rows]


def test_refusals_use_up_no_number(desk: Desk) -> None:
    desk.open_till()
    numbers = []
    for minor in (1_000, 2_000, 3_000):
        for _ in range(2):
            with pytest.raises(Refused):
                desk.do(replace(desk.payment(minor), tendered=()))
        numbers.append(desk.do(desk.payment(minor)).receipt_number)
    assert numbers == ["0001-A-000001", "0001-A-000002", "0001-A-000003"]
    stamps = [envelope.stamps for envelope in recorded(desk)]
    assert [stamp.device_seq for stamp in stamps] == [1, 2, 3, 4]
    assert [stamp.till.seq for stamp in stamps if stamp.till] == [1, 2, 3, 4]


def test_the_same_id_twice_is_one_effect(desk: Desk) -> None:
    desk.open_till()
    command, command_id = desk.payment(5_000), desk.new_id()
    first = desk.do(command, command_id=command_id)
    after = desk.read(dump)
    again = desk.do(command, command_id=command_id)
    assert changed(after, desk.read(dump)) == set()
    assert (again.command_id, again.device_seq, again.receipt_number) == (
        first.command_id,
        first.device_seq,
        first.receipt_number,
    )
    assert len(recorded(desk)) == 2


def test_the_same_id_with_another_body_is_a_conflict(desk: Desk) -> None:
    desk.open_till()
    command_id = desk.new_id()
    desk.do(desk.payment(5_000), command_id=command_id)
    with pytest.raises(Refused) as no:
        desk.do(desk.payment(6_000), command_id=command_id)
    assert no.value.reason == CommandConflict(command_id)


def test_a_refused_id_binds_nothing(desk: Desk) -> None:
    desk.open_till()
    command_id = desk.new_id()
    with pytest.raises(Refused):
        desk.do(replace(desk.payment(5_000), tendered=()), command_id=command_id)
    assert desk.do(desk.payment(6_000), command_id=command_id).receipt_number == "0001-A-000001"


def test_journal_and_audit_are_whole_chains(desk: Desk) -> None:
    desk.do(SignIn(online=True))
    session = desk.open_till()
    for minor in (1_000, 2_000):
        desk.do(desk.payment(minor))
    desk.do(ViewSubscriber(account_id=desk.account_id, how="number", asked_hash=bytes(32)))
    desk.do(desk.close_till(session))
    desk.do(SignOut(unsent=6))
    at_till, at_device = desk.read(journal), desk.read(audit)
    assert (len(at_till), verify(at_till), holes(entry.seq for entry in at_till)) == (4, None, ())
    assert (len(at_device), verify(at_device), holes(entry.seq for entry in at_device)) == (7, None, ())
    assert verify([*at_till[:2], replace(at_till[2], body_hash=bytes(32)), at_till[3]]) == 3


def test_the_audit_says_who_in_which_office_where_in_which_call_and_why(desk: Desk) -> None:
    desk.open_till()
    call = call_id("main", "1763624000.17")
    paid = desk.do(desk.payment(5_000, reason="asked for the newest"), call_id=call)
    found = select(Audit.command_id, Audit.roles, Audit.centre_id, Audit.till_id, Audit.call_id, Audit.reason)
    rows = {row.command_id: tuple(row)[1:] for row in desk.read(lambda connection: connection.execute(found).all())}
    centre = desk.read(lambda connection: connection.execute(select(Till.centre_id).distinct()).scalars().first())
    assert rows.pop(paid.command_id) == ("clerk", centre, desk.till_id, call, "asked for the newest")
    assert [row[-2:] for row in rows.values()] == [(None, None)]


def test_what_the_outbox_keeps(desk: Desk) -> None:
    desk.open_till()
    done = desk.do(desk.payment(5_000))
    row = desk.read(
        lambda connection: connection.execute(select(Outbox).where(Outbox.command_id == done.command_id)).one()
    )
    assert (row.device_seq, row.kind, row.state, row.attempts) == (2, "TakePayment", "pending", 0)
    assert (row.amount_minor, row.currency, row.order_keys) == (5_000, "SYP", [f"account:{desk.account_id}"])
    assert (row.occurred_at, row.staff_id, row.handled) == (MORNING + timedelta(minutes=1), desk.people.clerk, False)
    stamps = recorded(desk)[1].stamps
    assert stamps.till is not None
    assert (stamps.device_id, stamps.policy_version, stamps.till.receipt_number) == (DEVICE_ID, 1, "0001-A-000001")
    assert sorted(stamps.decided) == ["printed", "session_id"]


def test_an_act_ends_its_draft_and_a_refusal_keeps_it(desk: Desk) -> None:
    command_id = desk.new_id()
    desk.write(
        save_draft,
        command_id,
        kind="TakePayment",
        staff_id=desk.people.clerk,
        subject=str(desk.account_id),
        fields={"amount": "50"},
        now=MORNING,
    )
    with pytest.raises(Refused):
        desk.do(desk.payment(5_000), command_id=command_id)
    assert desk.read(draft, command_id) is not None
    desk.open_till()
    desk.do(desk.payment(5_000), command_id=command_id)
    assert desk.read(draft, command_id) is None


def test_a_desk_that_is_not_enrolled_does_nothing(desk: Desk) -> None:
    desk.write(lambda connection: connection.execute(delete(table_of(DeskState))).rowcount)
    with pytest.raises(Refused) as no:
        desk.do(SignIn(online=False))
    assert no.value.reason == DeviceNotEnrolled("unknown")


def test_a_new_letter_begins_at_one(desk: Desk) -> None:
    session = desk.open_till()
    desk.do(desk.payment(1_000))
    desk.do(desk.close_till(session))
    table = table_of(Till)
    desk.write(
        lambda connection: (
            connection.execute(update(table).where(table.c.id == desk.till_id).values(letter="B")).rowcount
        )
    )
    desk.open_till()
    assert desk.do(desk.payment(1_000)).receipt_number == "0001-B-000001"
    till = recorded(desk)[-2].stamps.till
    assert till is not None
    assert (till.letter, till.seq, till.prev_hash) == ("B", 1, bytes(32))


def _server_time(desk: Desk, ahead: timedelta) -> None:
    """Let the desk have seen a server's clock that is `ahead` of its own (behind it when negative)."""
    desk.write(desk_state.note_server_time, desk.clock.now + ahead, desk.clock.now)


@pytest.mark.parametrize("ahead", [timedelta(hours=25), timedelta(hours=-25)])
def test_a_clock_a_day_off_takes_no_money_without_a_supervisor(desk: Desk, ahead: timedelta) -> None:
    desk.open_till()
    _server_time(desk, ahead)
    command = desk.payment(1_000)
    with pytest.raises(Refused) as no:
        desk.do(command)
    assert no.value.reason == ClockOff(25 * 3600)
    desk.do(ViewSubscriber(account_id=desk.account_id, how="name", asked_hash=bytes(32)))
    for person in (desk.people.clerk_2, desk.people.clerk):
        with pytest.raises(Refused) as no:
            desk.do(command, approvals=[desk.approval(command, PAYMENT_CLOCK_OFF, by=person)])
        assert isinstance(no.value.reason, ApprovalInvalid)
    done = desk.do(command, approvals=[desk.approval(command, PAYMENT_CLOCK_OFF)])
    assert done.receipt_number == "0001-A-000001"


def test_how_far_off_is_too_far_is_a_rule_of_the_day(desk: Desk) -> None:
    rule = {"key": "clock.block_seconds", "version": 2, "valid_from": MORNING.date(), "value": 600}
    desk.write(lambda c: c.execute(table_of(Policy).insert(), {"id": desk.new_id(), **rule}).rowcount)
    desk.open_till()
    _server_time(desk, timedelta(minutes=-11))
    with pytest.raises(Refused) as no:
        desk.do(desk.payment(1_000))
    assert no.value.reason == ClockOff(660)


def test_a_clock_an_hour_off_is_no_obstacle(desk: Desk) -> None:
    desk.open_till()
    _server_time(desk, timedelta(hours=1))
    assert desk.do(desk.payment(1_000)).receipt_number == "0001-A-000001"


def test_an_approval_of_a_permission_that_the_act_can_t_need_does_not_count(desk: Desk) -> None:
    desk.open_till()
    command = desk.payment(1_000)
    for permission in ("no.such_right", "payment.take", "till.approve_difference"):
        approval: Approval = desk.approval(command, permission)
        with pytest.raises(Refused) as no:
            desk.do(command, approvals=[approval])
        assert no.value.reason == ApprovalInvalid("approval.other_permission")


def test_rules_of_the_day_of_the_act(desk: Desk) -> None:
    def later(connection: Connection) -> UUID:
        row_id = desk.new_id()
        connection.execute(
            table_of(Policy).insert(),
            {
                "id": row_id,
                "key": "payment.limit",
                "version": 2,
                "valid_from": (MORNING + timedelta(days=1)).date(),
                "value": {"minor": 100_000, "currency": "SYP"},
            },
        )
        return row_id

    desk.write(later)
    desk.open_till()
    desk.do(desk.payment(200_000))
    desk.clock.forward(timedelta(days=1))
    with pytest.raises(Refused):
        desk.do(desk.payment(200_000))
    desk.do(desk.payment(100_000))
    assert [envelope.stamps.policy_version for envelope in recorded(desk)] == [1, 1, 2]


def test_without_any_rows_the_defaults_hold(desk: Desk) -> None:
    desk.write(lambda connection: connection.execute(delete(table_of(Policy))).rowcount)
    desk.open_till()
    desk.do(desk.payment(1_000))
    assert recorded(desk)[-1].stamps.policy_version == 0
    assert desk.read(policy_at, 0).number("dunning.grace_days") == 10


def test_an_act_in_the_tab_of_a_call_is_stamped_with_it(desk: Desk) -> None:
    call = call_id("main", "1763624000.17")
    desk.do(SignIn(online=False), call_id=call)
    desk.do(SignIn(online=False))
    assert [envelope.stamps.call_id for envelope in recorded(desk)] == [call, None]
