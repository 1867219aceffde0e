"""The words for the bare codes inside a reason: why something could not be read, which right, which state.

An unknown code, from a newer server say, gets the general words of its field.
"""

from collections.abc import Mapping

from ccbs_desk.config.language import Message, message, pmessage
from ccbs_desk.domain import permissions
from ccbs_desk.ui.values import METHODS

WHY: Mapping[str, Message] = {
    "amount.empty": message("nothing was typed."),
    "amount.not_a_number": message("it can't be read as a figure, or could be read in two ways."),
    "amount.too_many_decimals": message("it has more than two decimals."),
    "amount.too_large": message("it is too large."),
    "number.empty": message("nothing was typed."),
    "number.not_a_number": message("it holds more than digits."),
    "number.too_short": message("it is too short."),
    "number.too_long": message("it is too long."),
    "number.unknown_area": message("there is no such area code."),
    "approval.same_person": message("nobody approves an act of his own."),
    "approval.other_body": message("the act was changed after it was approved."),
    "approval.other_permission": message("it was given for another kind of act."),
    "approval.not_entitled": message("the approver does not have the right."),
    "approval.not_here": message("the approver has never signed in at this desk."),
}

PERMISSIONS: Mapping[str, Message] = {
    permissions.DESK_SIGN_IN: pmessage("right", "sign in at a desk"),
    permissions.PAYMENT_TAKE: pmessage("right", "take payments"),
    permissions.PAYMENT_TAKE_CARD: pmessage("right", "take payments by card"),
    permissions.PAYMENT_CLOCK_OFF: pmessage("right", "allow payments while the clock is wrong"),
    permissions.PAYMENT_VOID: pmessage("right", "void a payment"),
    permissions.PAYMENT_APPROVE_VOID: pmessage("right", "approve the void of a payment"),
    permissions.RECEIPT_COPY: pmessage("right", "print a receipt again"),
    permissions.TILL_OPEN: pmessage("right", "open a till"),
    permissions.TILL_CLOSE: pmessage("right", "close a till"),
    permissions.TILL_APPROVE_DIFFERENCE: pmessage("right", "approve a difference in the till"),
    permissions.DIRECTORY_LOOK_UP: pmessage("right", "search the directory"),
    permissions.DIRECTORY_REVERSE: pmessage("right", "search the directory by number"),
    permissions.DIRECTORY_ALARM: pmessage("right", "close an alarm of the directory"),
    permissions.SUBSCRIBER_VIEW: pmessage("right", "see subscribers"),
    permissions.BILL_VIEW: pmessage("right", "see bills"),
    permissions.BILL_CORRECT: pmessage("right", "correct a bill"),
    permissions.BILL_APPROVE_CORRECTION: pmessage("right", "approve the correction of a bill"),
    permissions.BILL_VOID: pmessage("right", "void a bill"),
    permissions.ACCOUNT_CREDIT: pmessage("right", "give credit on an account"),
    permissions.OUTBOX_VIEW: pmessage("right", "see unsent work"),
    permissions.OUTBOX_AMEND: pmessage("right", "mend refused work"),
    permissions.FEATURE_CHANGE: pmessage("right", "change the features of a line"),
    permissions.ORDER_OPEN: pmessage("right", "open an order"),
    permissions.COMPLAINT_OPEN: pmessage("right", "open a complaint"),
    permissions.COMPLAINT_RESOLVE: pmessage("right", "resolve a complaint"),
    permissions.CALL_HANDLE: pmessage("right", "answer calls"),
    permissions.AGENT_WORK: pmessage("right", "work at the queues"),
    permissions.FAULT_REPORT: pmessage("right", "report a fault"),
    permissions.FAULT_WORK: pmessage("right", "work on faults"),
    permissions.ACT_BACK_DATE: pmessage("right", "date an act back"),
    permissions.AUDIT_READ: pmessage("right", "read the log of acts"),
    permissions.STAFF_MANAGE: pmessage("right", "manage staff"),
    permissions.DEVICE_APPROVE: pmessage("right", "approve desks"),
    permissions.POLICY_CHANGE: pmessage("right", "change the rules"),
}

DEVICE_STATES: Mapping[str, Message] = {
    "unknown": message("it is not enrolled."),
    "key_missing": message("its own key can't be read; it has to be enrolled anew."),
    "waiting": message("its enrolment waits for approval."),
    "revoked": message("it was taken out of service."),
    "frozen": message("it was stopped until a person decides."),
    "other": message("the work comes from another desk."),
}

EXCHANGE_FAILURES: Mapping[str, Message] = {
    "exchange.not_possible": message("this exchange can't do that."),
    "exchange.no_port": message("no free port is left."),
    "exchange.line_gone": message("the line is not there any more."),
    "order.not_valid": message("it does not go together with what is on the line now."),
}

SLIP_PARTS: Mapping[str, Message] = {
    "approval": message("the approval code"),
    "reference": message("the terminal's reference"),
    "masked": message("the last four digits of the card"),
}

_TABLES: Mapping[str, tuple[Mapping[str, Message], Message]] = {
    "why": (WHY, message("the reason is not known to this version.")),
    "permission": (PERMISSIONS, pmessage("right", "an act that this version does not know")),
    "state": (DEVICE_STATES, message("its state is not known to this version.")),
    "failure": (EXCHANGE_FAILURES, message("the exchange gave no reason that this version knows.")),
    "part": (SLIP_PARTS, message("a part of it")),
    "method": (METHODS, message("this method of payment")),
}
_NO_WORDS = message("something that this version does not know")


def words(field: str, code: str) -> Message:
    """Return the words for a code that stands in this field of a reason."""
    table, general = _TABLES.get(field, ({}, _NO_WORDS))
    return table.get(code, general)
