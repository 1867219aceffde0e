"""Who may do what: permissions by name, and the roles that hold them.

The same table is read by the desk, so that it can refuse offline, and by the server, which has the last word. Names are
stored and sent: they never change their meaning. An approval permission is one that a second person needs (domain.md,
Control); that the requester is not the approver is checked in `approvals`.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

DESK_SIGN_IN = "desk.sign_in"
DESK_SIGN_IN = "desk.sign_in"
PAYMENT_TAKE = "payment.take"
PAYMENT_TAKE_CARD = "payment.take_card"
PAYMENT_CLOCK_OFF = "payment.clock_off"
PAYMENT_VOID = "payment.void"
PAYMENT_APPROVE_VOID = "payment.approve_void"
RECEIPT_COPY = "receipt.copy"
TILL_OPEN = "till.open"
TILL_CLOSE = "till.close"
TILL_APPROVE_DIFFERENCE = "till.approve_difference"
DIRECTORY_LOOK_UP = "directory.look_up"
DIRECTORY_REVERSE = "directory.reverse"
DIRECTORY_ALARM = "directory.alarm"
SUBSCRIBER_VIEW = "subscriber.view"
BILL_VIEW = "bill.view"
BILL_CORRECT = "bill.correct"
BILL_APPROVE_CORRECTION = "bill.approve_correction"
BILL_VOID = "bill.void"
ACCOUNT_CREDIT = "account.credit"
OUTBOX_VIEW = "outbox.view"
OUTBOX_AMEND = "outbox.amend"
FEATURE_CHANGE = "feature.change"
ORDER_OPEN = "order.open"
COMPLAINT_OPEN = "complaint.open"
COMPLAINT_RESOLVE = "complaint.resolve"
CALL_HANDLE = "call.handle"
AGENT_WORK = "agent.work"
FAULT_REPORT = "fault.report"
FAULT_WORK = "fault.work"
ACT_BACK_DATE = "act.back_date"
AUDIT_READ = "audit.read"
STAFF_MANAGE = "staff.manage"
DEVICE_APPROVE = "device.approve"
POLICY_CHANGE = "policy.change"

PERMISSIONS = frozenset(
    {
        DESK_SIGN_IN,
        PAYMENT_TAKE,
        PAYMENT_TAKE_CARD,
        PAYMENT_CLOCK_OFF,
        PAYMENT_VOID,
        PAYMENT_APPROVE_VOID,
        RECEIPT_COPY,
        TILL_OPEN,
        TILL_CLOSE,
        TILL_APPROVE_DIFFERENCE,
        DIRECTORY_LOOK_UP,
        DIRECTORY_REVERSE,
        DIRECTORY_ALARM,
        SUBSCRIBER_VIEW,
        BILL_VIEW,
        BILL_CORRECT,
        BILL_APPROVE_CORRECTION,
        BILL_VOID,
        ACCOUNT_CREDIT,
        OUTBOX_VIEW,
        OUTBOX_AMEND,
        FEATURE_CHANGE,
        ORDER_OPEN,
        COMPLAINT_OPEN,
        COMPLAINT_RESOLVE,
        CALL_HANDLE,
        AGENT_WORK,
        FAULT_REPORT,
        FAULT_WORK,
        ACT_BACK_DATE,
        AUDIT_READ,
        STAFF_MANAGE,
        DEVICE_APPROVE,
        POLICY_CHANGE,
    }
)
"""Every permission there is; asking for another is our bug."""

AGENT = "agent"
"""Answers calls in a call centre."""
CLERK = "clerk"
"""Serves at a counter and holds a till."""
SUPERVISOR = "supervisor"
"""Leads a centre and approves; takes no money, so that nobody approves his own drawer."""
BILLING = "billing"
"""Corrects bills in a billing centre."""
FAULT_DESK = "fault_desk"
"""Tests, dispatches and closes faults."""
AUDITOR = "auditor"
"""Reads everything and changes nothing."""
ADMIN = "admin"
"""Keeps staff, devices and policy; sees no subscriber and moves no money."""

_DESK = frozenset({DESK_SIGN_IN, DIRECTORY_LOOK_UP, SUBSCRIBER_VIEW, BILL_VIEW, OUTBOX_VIEW, OUTBOX_AMEND})
_SERVICE = _DESK | {FEATURE_CHANGE, ORDER_OPEN, COMPLAINT_OPEN, COMPLAINT_RESOLVE, CALL_HANDLE, FAULT_REPORT}

ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        AGENT: _SERVICE | {AGENT_WORK, PAYMENT_TAKE_CARD},
        CLERK: _SERVICE | {PAYMENT_TAKE, PAYMENT_TAKE_CARD, PAYMENT_VOID, RECEIPT_COPY, TILL_OPEN, TILL_CLOSE},
        SUPERVISOR: _SERVICE
        | {
            AGENT_WORK,
            PAYMENT_CLOCK_OFF,
            DIRECTORY_REVERSE,
            DIRECTORY_ALARM,
            RECEIPT_COPY,
            PAYMENT_APPROVE_VOID,
            TILL_APPROVE_DIFFERENCE,
            BILL_APPROVE_CORRECTION,
            ACT_BACK_DATE,
            AUDIT_READ,
            DEVICE_APPROVE,
        },
        BILLING: _DESK | {BILL_CORRECT, BILL_APPROVE_CORRECTION, BILL_VOID, ACCOUNT_CREDIT},
        FAULT_DESK: _DESK | {FAULT_REPORT, FAULT_WORK},
        AUDITOR: frozenset({DESK_SIGN_IN, DIRECTORY_LOOK_UP, SUBSCRIBER_VIEW, BILL_VIEW, OUTBOX_VIEW, AUDIT_READ}),
        ADMIN: frozenset({DESK_SIGN_IN, STAFF_MANAGE, DEVICE_APPROVE, POLICY_CHANGE, AUDIT_READ}),
    }
)
"""What each role may do."""


class UnknownPermission(Exception):
    """Our bug: somebody asked for a permission that does not exist. Code: `permission.unknown`."""

    code = "permission.unknown"

    def __init__(self, permission: str) -> None:
        super().__init__(f"{self.code}: {permission}")
        self.permission = permission


def granted(roles: Iterable[str]) -> frozenset[str]:
    """Return all that a person with these roles may do. A role that this release does not know grants nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


def allowed(roles: Iterable[str], permission: str) -> bool:
    """Tell whether a person with these roles may do it. Raises UnknownPermission."""
    if permission not in PERMISSIONS:
        raise UnknownPermission(permission)
    return permission in granted(roles)
