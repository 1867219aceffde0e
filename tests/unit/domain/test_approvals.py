"""A second person's approval: by another one, for this very body."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest

from ccbs_desk.domain.approvals import Approval, BadApproval, check
from ccbs_desk.domain.clock import NotUtc
from ccbs_desk.domain.permissions import PAYMENT_APPROVE_VOID, TILL_APPROVE_DIFFERENCE

CLERK, SUPERVISOR = UUID(int=1), UUID(int=2)
BODY = sha256(b"void receipt 0217-B-000001").digest()
APPROVAL = Approval(SUPERVISOR, datetime(2026, 5, 3, 9, 30, tzinfo=UTC), BODY, PAYMENT_APPROVE_VOID)


def test_another_persons_approval_of_this_body_holds() -> None:
    check(APPROVAL, CLERK, BODY, {PAYMENT_APPROVE_VOID})


@pytest.mark.parametrize(
    ("requester", "body", "permission", "code"),
    [
        (SUPERVISOR, BODY, PAYMENT_APPROVE_VOID, "approval.same_person"),
        (CLERK, sha256(b"void receipt 0217-B-000002").digest(), PAYMENT_APPROVE_VOID, "approval.other_body"),
        (CLERK, BODY, TILL_APPROVE_DIFFERENCE, "approval.other_permission"),
    ],
)
def test_an_approval_that_does_not_cover_the_act_is_refused(
    requester: UUID, body: bytes, permission: str, code: str
) -> None:
    with pytest.raises(BadApproval) as caught:
        check(APPROVAL, requester, body, {permission})
    assert (caught.value.code, caught.value.approver_id) == (code, SUPERVISOR)


def test_an_approval_says_its_moment_in_utc() -> None:
    with pytest.raises(NotUtc):
        Approval(SUPERVISOR, datetime(2026, 5, 3, 9, 30), BODY, PAYMENT_APPROVE_VOID)  # noqa: DTZ001 (what is tested)
