"""Rights: each role does its work, and nobody can both act and approve on money."""

import pytest

from ccbs_desk.domain import permissions
from ccbs_desk.domain.permissions import ADMIN, AGENT, AUDITOR, BILLING, CLERK, ROLES, SUPERVISOR, allowed, granted


def test_a_clerk_takes_payments_and_an_agent_does_not() -> None:
    assert allowed([CLERK], permissions.PAYMENT_TAKE)
    assert not allowed([AGENT], permissions.PAYMENT_TAKE)


def test_roles_add_up() -> None:
    assert allowed([AGENT, BILLING], permissions.BILL_CORRECT)
    assert granted([AGENT, BILLING]) == ROLES[AGENT] | ROLES[BILLING]
    assert granted([]) == frozenset()


def test_who_holds_a_till_approves_nothing_on_it_and_the_other_way_round() -> None:
    approvals = {permissions.PAYMENT_APPROVE_VOID, permissions.TILL_APPROVE_DIFFERENCE}
    for role, rights in ROLES.items():
        assert not (permissions.PAYMENT_TAKE in rights and rights & approvals), role


def test_an_auditor_only_reads() -> None:
    assert all(right.rsplit(".", 1)[1] in {"sign_in", "view", "read", "look_up"} for right in ROLES[AUDITOR])


def test_the_keeper_of_staff_and_devices_sees_no_subscriber() -> None:
    assert not allowed([ADMIN], permissions.SUBSCRIBER_VIEW)
    assert allowed([ADMIN], permissions.STAFF_MANAGE)
    assert allowed([SUPERVISOR], permissions.DEVICE_APPROVE)


def test_every_role_may_sign_in() -> None:
    assert all(allowed([role], permissions.DESK_SIGN_IN) for role in ROLES)


def test_a_role_of_a_newer_release_grants_nothing() -> None:
    assert not allowed(["astronaut"], permissions.PAYMENT_TAKE)


def test_a_misspelt_permission_is_our_bug_and_no_refusal() -> None:
    with pytest.raises(permissions.UnknownPermission) as caught:
        allowed([CLERK], "payment.taek")
    assert (caught.value.code, caught.value.permission) == ("permission.unknown", "payment.taek")
    assert not isinstance(caught.value, ValueError)


def test_roles_grant_only_what_exists_and_everything_is_granted_to_somebody() -> None:
    assert frozenset().union(*ROLES.values()) == permissions.PERMISSIONS
    named = {value for name, value in vars(permissions).items() if name.isupper() and isinstance(value, str)}
    assert permissions.PERMISSIONS | ROLES.keys() == named
