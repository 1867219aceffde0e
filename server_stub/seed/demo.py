"""The people and places of the demo country that guides, tests and the journey may count on, whatever its size.

The demo subscriber owes three bills, one of them half paid (as far as the country has so many cycles; with none, an
opening balance), has ADSL and an open complaint.
"""

from datetime import date

from server_stub.seed.ids import uuid_of

TODAY = date(2026, 11, 20)
"""The day on which the demo country stands."""
PASSWORD = "demo-2026"  # noqa: S105 - a demo login's, printed in the guide; people at work choose their own

AREA = 1
TILL_CODE = "0001"
SECOND_TILL_CODE = "0301"
CARE_CENTRE_CODE = "C001"
CALL_CENTRE_CODE = "K01"
ADMIN_CENTRE_CODE = "B1"

CLERK = "clerk"
CLERK_2 = "clerk2"
SUPERVISOR = "supervisor"
AGENT = "agent"
ADMIN = "admin"
LOGINS = (CLERK, CLERK_2, SUPERVISOR, AGENT, ADMIN)

NUMBER = "963112214567"
GIVEN, FATHER, FAMILY = "محمد", "عبد الرحمن", "الحلبي"
NAME = f"{GIVEN} {FATHER} {FAMILY}"
ACCOUNT_NUMBER = "0010000016"

SUBSCRIBER_ID = uuid_of("subscriber", AREA, 1)
ACCOUNT_ID = uuid_of("account", AREA, 1)
LINE_ID = uuid_of("line", AREA, 1)
ADSL_ID = uuid_of("feature", 0, 17)
TILL_ID = uuid_of("till", 0, 1)
CARE_CENTRE_ID = uuid_of("centre", AREA, 1)
