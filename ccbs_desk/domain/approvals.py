"""A second person's approval (domain.md, Money 3 and Control).

The requester never approves. An approval binds to the SHA-256 of the act's id and the command's body: nothing in the
act can change after it was approved, and no other act can use it. Desk and server both check it.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ccbs_desk.domain.clock import require_utc


class BadApproval(ValueError):
    """An approval that does not cover the act.

    Codes: `approval.same_person`, `approval.other_body`, `approval.other_permission`.
    """

    def __init__(self, code: str, approver_id: UUID) -> None:
        super().__init__(f"{code}: {approver_id}")
        self.code = code
        self.approver_id = approver_id


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved what and when: a moment in UTC, the SHA-256 of the body, and the permission it was given under."""

    approver_id: UUID
    approved_at: datetime
    body_hash: bytes
    permission: str

    def __post_init__(self) -> None:
        require_utc(self.approved_at)


def check(approval: Approval, requester_id: UUID, body_hash: bytes, permissions: Collection[str]) -> None:
    """Raise BadApproval unless the approval covers this body, under one of these permissions, by another person.

    Whether the approver held the permission at that moment is for the caller, who knows the staff.
    """
    if approval.approver_id == requester_id:
        raise BadApproval("approval.same_person", approval.approver_id)
    if not hmac.compare_digest(approval.body_hash, body_hash):
        raise BadApproval("approval.other_body", approval.approver_id)
    if approval.permission not in permissions:
        raise BadApproval("approval.other_permission", approval.approver_id)
