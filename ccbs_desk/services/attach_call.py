"""Say whom a call was about, where its number did not tell: withheld, unknown, or of several subscribers.

The call itself is the exchange's word and is not changed; the link is ours. Attaching the same twice changes nothing.
"""

from uuid import UUID

from ccbs_desk.domain.care_commands import AttachCall
from ccbs_desk.domain.care_errors import LineUnknown
from ccbs_desk.domain.errors import AccountUnknown, Refused
from ccbs_desk.services.accounts import account_facts
from ccbs_desk.services.call_links import TO_ACCOUNT, TO_LINE, link, linked
from ccbs_desk.services.features import line_facts
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work


@handles(AttachCall)
def attach_call(command: AttachCall, work: Work) -> UUID:
    """Return what the call is attached to: the line where one is named, else the account.

    Raises Refused: account.unknown, line.unknown.
    """
    account = account_facts(work.connection, command.account_id)
    if account is None:
        raise Refused(AccountUnknown(command.account_id))
    kind, target = TO_ACCOUNT, account.id
    if command.line_id is not None:
        line = line_facts(work.connection, command.line_id)
        if line is None or line.account_id != account.id:
            raise Refused(LineUnknown(command.line_id))
        kind, target = TO_LINE, line.id
    if not linked(work.connection, command.call_id, target):
        link(work, command.call_id, kind, target, area_id=account.area_id, account_id=account.id)
    return target
