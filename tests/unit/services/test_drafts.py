"""Drafts: what is being typed survives, under the id that the act will have, and only until the act is done."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from ccbs_desk.services.drafts import DraftView, draft, drafts_of, drop_draft, save_draft
from tests.factories.desk import MORNING, Desk

NOBODY = UUID("01900000-0000-7000-8000-000000000bad")


def save(desk: Desk, command_id: UUID, minutes: int = 0, **what: Any) -> bool:
    given = {"kind": "TakePayment", "staff_id": desk.people.clerk, "subject": str(desk.account_id), "fields": {}}
    return desk.write(save_draft, command_id, now=MORNING + timedelta(minutes=minutes), **{**given, **what})


def test_what_is_typed_is_kept_and_grows(desk: Desk) -> None:
    command_id = desk.new_id()
    assert save(desk, command_id, fields={"amount": "50"}, amends=NOBODY)
    assert save(desk, command_id, 1, fields={"amount": "500", "note": "ب"})
    assert desk.read(draft, command_id) == DraftView(
        command_id=command_id,
        kind="TakePayment",
        staff_id=desk.people.clerk,
        subject=str(desk.account_id),
        fields={"amount": "500", "note": "ب"},
        amends=NOBODY,
        updated_at=MORNING + timedelta(minutes=1),
    )


def test_drafts_of_a_person_the_latest_first(desk: Desk) -> None:
    first, second, third, other = (desk.new_id() for _ in range(4))
    save(desk, first, 1)
    save(desk, second, 3)
    save(desk, third, 2, kind="CloseTill")
    save(desk, other, 9, staff_id=desk.people.clerk_2)
    assert [one.command_id for one in desk.read(drafts_of, desk.people.clerk)] == [second, third, first]
    assert [one.command_id for one in desk.read(drafts_of, desk.people.clerk, kind="CloseTill")] == [third]
    assert desk.read(drafts_of, NOBODY) == ()


def test_a_draft_is_dropped_once(desk: Desk) -> None:
    command_id = desk.new_id()
    save(desk, command_id)
    assert desk.write(drop_draft, command_id)
    assert not desk.write(drop_draft, command_id)
    assert desk.read(draft, command_id) is None


def test_what_is_saved_late_does_not_come_back_after_the_act(desk: Desk) -> None:
    desk.open_till()
    command_id = desk.new_id()
    save(desk, command_id)
    desk.do(desk.payment(1_000), command_id=command_id)
    assert not save(desk, command_id, 5)
    assert desk.read(draft, command_id) is None
