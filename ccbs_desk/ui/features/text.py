"""The words of the features."""

from ccbs_desk.config.language import Message, message, pmessage

TITLE = message("Features")
NOBODY = message("No subscriber is open")
NOBODY_TODO = message("Search for one first (F2).")
NO_LINES = message("This account has no line")
SEARCH = message("Search")
BACK = message("Back")
LINE = message("Line")
NUMBER = message("{number}")
LISTED = message("Features of the line")
ORDERS = message("Orders")
NO_ORDERS = message("Nothing was ordered yet")

FEATURE = pmessage("column", "Feature")
MONTHLY = pmessage("column", "A month")
STATE = pmessage("column", "State")
NOTE = pmessage("column", "Note")
WHAT = pmessage("column", "Order")
HOLDER = pmessage("column", "With")
SINCE = pmessage("column", "Since")
FROM = pmessage("column", "Holds from")
CHARGE = pmessage("column", "Charge")

ON = pmessage("feature", "On")
OFF = pmessage("feature", "Can be added")
ADDING = pmessage("feature", "Being added")
REMOVING = pmessage("feature", "Being removed")
NOT_NOW = pmessage("feature", "Not now")
ON_SINCE = message("since {day}")
NEEDS = message("needs {features}")
EXCLUDES = message("not beside {features}")

ADD = message("Add {feature}")
REMOVE = message("Remove {feature}")
CHOOSE = message("Choose a feature")
DAY = message("From")
LAST_DAY = message("Last day")
TODAY = message("Today")
TOMORROW = message("Tomorrow")
CYCLE_START = message("Start of the next cycle")
CYCLE_END = message("End of this cycle")
CHARGE_NOW = message("Charge for this cycle")
CREDIT_NOW = message("Credit for this cycle")
NO_CREDIT = message("No credit for this cycle")
DAYS = message("{left} of {days} days, to {last}")
PER_MONTH = message("Each month")
AFTER = message("Charged only when the exchange has confirmed.")
AFTER_REMOVAL = message("It stays on until the exchange has confirmed.")
CONFIRM_ADD = message("Order it")
CONFIRM_REMOVE = message("Order the removal")
ORDERED = message("Ordered: {feature}. It is charged when the exchange has confirmed.")
REMOVAL_ORDERED = message("Removal ordered: {feature}.")

ORDER_ADD = message("Add: {feature}")
ORDER_REMOVE = message("Remove: {feature}")
ORDER_STATES: dict[str, Message] = {
    "acknowledged": pmessage("order", "Waits"),
    "inProgress": pmessage("order", "At the exchange"),
    "completed": pmessage("order", "Done"),
    "failed": pmessage("order", "Failed"),
    "cancelled": pmessage("order", "Cancelled"),
}
HOLDERS: dict[str, Message] = {
    "desk": pmessage("holder", "This desk"),
    "centre": pmessage("holder", "The centre"),
    "exchange": pmessage("holder", "The exchange"),
    "nobody": pmessage("holder", "—"),
}
ON_MEANWHILE = message("“{feature}” was put on this line meanwhile. Nothing was ordered: choose again.")
OFF_MEANWHILE = message("“{feature}” was taken off this line meanwhile. Nothing was ordered: choose again.")
NOT_CHARGED = message("not charged")
