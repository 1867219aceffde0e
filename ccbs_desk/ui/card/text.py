"""The words of the card."""

from collections.abc import Mapping

from ccbs_desk.config.language import Message, message, pmessage
from ccbs_desk.domain.receipts import OutlookCode

TITLE = message("Subscriber")
NOBODY = message("No subscriber is open")
NOBODY_TODO = message("Search for one first (F2).")
GONE = message("This account is not on this desk")
GONE_TODO = message("It may have moved to another area. Search for the subscriber again (F2).")
SEARCH = message("Search")

PAY = message("Take payment")
RECEIPTS = message("Receipt")
DIAL = pmessage("action", "Call")
EXPLAIN = message("What it is made of")
NO_RECEIPT = message("No receipt of this subscriber is on this desk.")

PERSON = message("Person")
ORGANISATION = message("Organisation")
CLASSES: Mapping[str, Message] = {
    "residential": pmessage("class", "Residential"),
    "business": pmessage("class", "Business"),
    "government": pmessage("class", "Government"),
}
OTHER_CLASS = pmessage("class", "Special class")
ACCOUNT = message("Account {number}")
MORE_LINES = message("{number} and more")
NO_LINE = message("No line")

ON = pmessage("line", "Line on")
OFF = pmessage("line", "Line cut")
PARTLY = pmessage("line", "Partly on")
OUTGOING_CUT = pmessage("line", "Outgoing cut")
INCOMING_CUT = pmessage("line", "Incoming cut")
STOPPED = pmessage("line", "Stopped")
CANCELLED = pmessage("line", "Cancelled")

OWES = pmessage("balance", "Owes")
IN_CREDIT = pmessage("balance", "We owe the subscriber")
OWES_NOTHING = pmessage("balance", "Owes nothing")
OVERDUE = message("Overdue")
OLDEST_DUE = message("oldest due {day}")
CREDIT = message("Credit")
DISPUTED_SUM = message("{amount} disputed")
STAYS_ON_UNTIL = message("Line stays on until")
STAYS_ON = message("The line")
STAYS = message("Stays on")
STAYS_CUT = message("Stays cut")
MAY_BE_CUT = message("May be cut now")
RECONNECTS = message("Is being reconnected")
OUTLOOKS: Mapping[str, Message] = {
    OutlookCode.SETTLED: message("All issued bills are paid."),
    OutlookCode.DUE: message("Then it may be cut for what is open."),
    OutlookCode.HALF_CYCLE: message("One month of a cycle is paid, the other is not: both count as one."),
    OutlookCode.BELOW_FLOOR: message("What is open is too small to cut for."),
    OutlookCode.HOLD: message("Collection is on hold in this area."),
    OutlookCode.DISPUTED: message("What is open is under complaint."),
    OutlookCode.RECONNECTING: message("Nothing overdue is left; the exchange reconnects it."),
    OutlookCode.DEBT: message("It is cut for debt that is still open."),
    OutlookCode.OTHER_BAR: message("It is cut for a reason that money does not lift."),
}

BILLS = message("Bills")
NO_BILLS = message("No bills yet")
BILL = pmessage("column", "Bill")
MONTHS = pmessage("column", "Months")
AMOUNT = pmessage("column", "Amount")
REMAINING = pmessage("column", "Remaining")
DUE = pmessage("column", "Due")
STATE = pmessage("column", "State")
MARK = pmessage("column", "Note")
MONTHS_SHORT = (
    pmessage("month, short", "Jan"),
    pmessage("month, short", "Feb"),
    pmessage("month, short", "Mar"),
    pmessage("month, short", "Apr"),
    pmessage("month, short", "May"),
    pmessage("month, short", "Jun"),
    pmessage("month, short", "Jul"),
    pmessage("month, short", "Aug"),
    pmessage("month, short", "Sep"),
    pmessage("month, short", "Oct"),
    pmessage("month, short", "Nov"),
    pmessage("month, short", "Dec"),
)
BILL_OPEN = pmessage("bill", "Open")
BILL_OVERDUE = pmessage("bill", "Overdue")
BILL_PARTLY = pmessage("bill", "Partly paid")
BILL_SETTLED = pmessage("bill", "Settled")
BILL_VOID = pmessage("bill", "Void")
BILL_NOT_ISSUED = pmessage("bill", "Not issued")
HALF_PAID = pmessage("bill", "Half paid")
INCOMPLETE = pmessage("bill", "Incomplete")
DISPUTED_BILL = pmessage("bill", "Disputed")
MONTH_OPEN = message("{month}: {remaining} of {amount} open")
MONTH_PAID = message("{month}: {amount} paid")
MONTH_DISPUTED = message("{month}: {remaining} of {amount} open, disputed")

PAYMENTS = message("Last payments")
NO_PAYMENTS = message("No payments yet")
DAY = pmessage("column", "Day")
METHOD = pmessage("column", "Method")
RECEIPT = pmessage("column", "Receipt")
PAID = pmessage("column", "Paid")
RECORDED = pmessage("payment", "Recorded")
WAITS = message("Waits for the centre")
PAYMENT_STATES: Mapping[str, Message] = {
    "confirmed": RECORDED,
    "matched": RECORDED,
    "cleared": pmessage("payment", "Cleared"),
    "received": pmessage("payment", "Received"),
    "deposited": pmessage("payment", "Deposited"),
    "bounced": pmessage("payment", "Bounced"),
    "pending": pmessage("payment", "Pending"),
    "suspense": pmessage("payment", "In suspense"),
    "reversed": pmessage("payment", "Reversed"),
}
PAYMENT_OTHER = pmessage("payment", "Another state")

ASIDE = message("Lines and complaints")
LINES = message("Lines")
FEATURES_NONE = message("No features")
UNLISTED = message("Not in the directory")
FORMERLY = message("had {number} until {day}")
BAR = message("{direction} cut for {reason} since {day}")
DIRECTIONS: Mapping[str, Message] = {
    "outgoing": pmessage("direction", "Outgoing"),
    "incoming": pmessage("direction", "Incoming"),
    "both": pmessage("direction", "Both directions"),
}
BAR_REASONS: Mapping[str, Message] = {
    "debt": pmessage("bar", "debt"),
    "threshold": pmessage("bar", "the spending limit"),
    "fraud": pmessage("bar", "suspected fraud"),
    "court": pmessage("bar", "a court order"),
    "wish": pmessage("bar", "the subscriber's own wish"),
}
BAR_OTHER = pmessage("bar", "another reason")

COMPLAINTS = message("Open complaints")
NO_COMPLAINTS = message("No open complaints")
OPENED = message("opened {day}")
COMPLAINT_CATEGORIES: Mapping[str, Message] = {
    "no_tone": pmessage("complaint", "No dial tone"),
    "noise": pmessage("complaint", "Noise on the line"),
    "adsl_slow": pmessage("complaint", "Slow internet"),
    "adsl_down": pmessage("complaint", "Internet down"),
    "billing": pmessage("complaint", "Bill"),
    "cut_wrongly": pmessage("complaint", "Cut wrongly"),
    "nuisance": pmessage("complaint", "Nuisance calls"),
}
COMPLAINT_OTHER = pmessage("complaint", "Complaint")
COMPLAINT_STATES: Mapping[str, Message] = {
    "acknowledged": pmessage("complaint", "Received"),
    "inProgress": pmessage("complaint", "In progress"),
    "pending": pmessage("complaint", "Pending"),
    "held": pmessage("complaint", "On hold"),
}
COMPLAINT_STATE_OTHER = pmessage("complaint", "Open")

NOTICES = message("Notices")
NOTICE_CREDIT = message("{amount} of receipt {number} became credit")
NOTICE_CREDIT_TEXT = message("The bills that it was meant for had been paid meanwhile.")

TIMELINE = message("What happened")
NO_EVENTS = message("Nothing yet")
EVENTS: Mapping[str, Message] = {
    "bill": message("Bill issued"),
    "payment": message("Payment"),
    "complaint_opened": message("Complaint: {detail}"),
    "complaint_resolved": message("Resolved: {detail}"),
    "barred": message("Cut for {detail}"),
    "unbarred": message("Reconnected: {detail}"),
    "call": pmessage("event", "Call"),
    "call_lost": message("Call that nobody answered"),
    "feature_add": message("Ordered: {detail}"),
    "feature_remove": message("Removal ordered: {detail}"),
    "order_done": message("Done by the exchange: {detail}"),
    "order_failed": message("Not possible at the exchange: {detail}"),
}
EVENT_OTHER = message("Another event")

PROVISIONAL_TEXT = message("The figures below include it. The centre has the last word as soon as the link is up.")

EXPLAIN_TITLE = message("What the balance is made of")
EXPLAIN_TEXT = message("Every figure of the card is a sum of these lines, oldest first.")
EXPLAIN_PROVISIONAL = message(
    "Lines that wait for the centre are this desk's own word; the centre has not recorded them yet."
)
EXPLAIN_EMPTY = message("Nothing was ever posted on this account")
WHAT = pmessage("column", "What")
NUMBER = pmessage("column", "Number")
CHANGE = pmessage("column", "Change")
RUNNING = pmessage("column", "Owes then")
CLOSE = message("Close")
LEDGER: Mapping[str, Message] = {
    "opening": pmessage("ledger", "Brought in from the earlier system"),
    "bill": pmessage("ledger", "Bill"),
    "payment": pmessage("ledger", "Payment"),
    "transfer": pmessage("ledger", "Credit used"),
    "other": pmessage("ledger", "Other"),
}
