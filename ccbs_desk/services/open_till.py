"""Open a till with a float counted by note, online or offline.

The float moves from the safe into the drawer. One session a till, one person a session. A till that was opened stays
opened: when the server finds another session open beside it, this one gets its own row and a person is told.
Source: domain.md, Tills.
"""

from uuid import UUID

import msgspec

from ccbs_desk.domain.commands import OpenTill
from ccbs_desk.domain.errors import Refused, TillOpenAlready, TillUnknown
from ccbs_desk.domain.ledger import CASH_SAFE, CASH_TILL, Posting
from ccbs_desk.domain.till import count_total
from ccbs_desk.models.money import TillSession
from ccbs_desk.services.registry import handles
from ccbs_desk.services.tills import till_facts
from ccbs_desk.services.work import Work


@handles(OpenTill)
def open_till(command: OpenTill, work: Work) -> UUID:
    """Return the session's id. Raises Refused: till.unknown, till.open_already."""
    till = till_facts(work.connection, command.till_id)
    if till is None:
        raise Refused(TillUnknown(command.till_id))
    if till.opened_at is not None:
        work.object_to(TillOpenAlready(till.code, till.opened_at))
    session_id = work.insert(
        TillSession,
        "session",
        area_id=till.area_id,
        till_id=till.id,
        staff_id=work.stamps.staff_id,
        opened_at=work.stamps.occurred_at,
        float_notes=msgspec.to_builtins(command.float_notes),
        closed_at=None,
        counted_notes=[],
        differences=[],
        approved_by=None,
    )
    postings = []
    for amount in count_total(command.float_notes).values():
        postings += [
            Posting(CASH_TILL, amount, till_id=till.id),
            Posting(CASH_SAFE, -amount, till_id=till.id),
        ]
    work.post(postings, area_id=till.area_id, session_id=session_id)
    work.tell_objections(area_id=till.area_id, till_id=till.id)
    return session_id
