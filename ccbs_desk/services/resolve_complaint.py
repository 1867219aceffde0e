"""Resolve a complaint, online or offline: its clock stops, and what was done is written down.

The first resolution stands. When somebody else has resolved it meanwhile, these words become a comment beside his, and
both are told: nothing that was done for a subscriber is lost. Source: domain.md, Complaints and faults.
"""

from uuid import UUID

from ccbs_desk.domain.care_commands import ResolveComplaint
from ccbs_desk.domain.care_errors import ComplaintResolvedAlready, ComplaintUnknown
from ccbs_desk.domain.errors import Refused
from ccbs_desk.models.subscribers import Complaint
from ccbs_desk.services.complaint_facts import (
    COMMENT,
    RESOLUTION,
    RESOLVED,
    ComplaintFacts,
    complaint_facts,
    required_text,
    say,
    stop_clock,
)
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work


@handles(ResolveComplaint)
def resolve_complaint(command: ResolveComplaint, work: Work) -> UUID:
    """Return the note's id.

    Raises Refused: complaint.unknown, text.missing, text.too_long; complaint.resolved_already while it is decided.
    """
    text = required_text(command.text)
    complaint = complaint_facts(work.connection, command.account_id, command.complaint_id)
    if complaint is None:
        raise Refused(ComplaintUnknown(command.complaint_id))
    if not complaint.is_open:
        return _too_late(work, complaint, text)
    stop_clock(work, complaint)
    work.change(Complaint, complaint.id, state=RESOLVED, resolved_at=max(complaint.opened_at, work.stamps.occurred_at))
    return say(work, complaint, RESOLUTION, text)


def _too_late(work: Work, complaint: ComplaintFacts, text: str) -> UUID:
    reason = ComplaintResolvedAlready(complaint.id, complaint.resolved_at or complaint.opened_at)
    if work.deciding:
        raise Refused(reason)
    work.notice(reason.code, reason, area_id=complaint.area_id, account_id=complaint.account_id, till_id=None)
    return say(work, complaint, COMMENT, text)
