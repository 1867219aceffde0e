"""Say something on a complaint, online or offline.

Comments of several people merge: each stands with its own moment. What is said on a complaint that was merged into
another stands there. A closed complaint can be commented too; it stays closed.
"""

from uuid import UUID

from ccbs_desk.domain.care_commands import CommentComplaint
from ccbs_desk.domain.care_errors import ComplaintUnknown
from ccbs_desk.domain.errors import Refused
from ccbs_desk.services.complaint_facts import COMMENT, complaint_facts, required_text, say
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work


@handles(CommentComplaint)
def comment_complaint(command: CommentComplaint, work: Work) -> UUID:
    """Return the note's id. Raises Refused: complaint.unknown, text.missing, text.too_long."""
    text = required_text(command.text)
    complaint = complaint_facts(work.connection, command.account_id, command.complaint_id)
    if complaint is None:
        raise Refused(ComplaintUnknown(command.complaint_id))
    return say(work, complaint, COMMENT, text)
