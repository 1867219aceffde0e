"""Withdraw an act that the server refused: nothing more is done about it, and the person says why.

The act itself stays in the outbox to be read. The withdrawal is an act of its own: it goes home, so that who withdrew
what, when and why stands in the audit of the centre too. Only the desk has the outbox; elsewhere nothing is left to do.
Money that was taken is on a receipt and is never withdrawn.
"""

from ccbs_desk.domain.commands import WithdrawAct
from ccbs_desk.domain.errors import ActNotOpen, Refused, WithdrawalNeedsReason
from ccbs_desk.services import outbox
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work


@handles(WithdrawAct)
def withdraw_act(command: WithdrawAct, work: Work) -> None:
    """Mark the act as withdrawn. Raises Refused at the desk: act.withdrawal_needs_reason, act.not_open."""
    if not work.deciding:
        return
    if not command.why.strip():
        raise Refused(WithdrawalNeedsReason())
    if not outbox.withdraw(work.connection, command.act_id):
        raise Refused(ActNotOpen())
