"""The words of the payment."""

from collections.abc import Mapping

from ccbs_desk.config.language import Message, message, pmessage
from ccbs_desk.domain.receipts import OutlookCode

TITLE = message("Take payment")
NOBODY = message("No subscriber is open")
NOBODY_TODO = message("Search for one first (F2).")
GONE = message("This account is not on this desk")
GONE_TODO = message("It may have moved to another area. Search for the subscriber again (F2).")
SEARCH = message("Search")

ACCOUNT = message("Account {number}")
OWES = pmessage("balance", "Owes")
IN_CREDIT = pmessage("balance", "We owe the subscriber")
OWES_NOTHING = pmessage("balance", "Owes nothing")
NOT_RECORDED = message("{what} · waits for the centre")

BILLS = message("Bills and how the payment is split")
NO_BILLS = message("No open bills")
NO_BILLS_TODO = message("What is paid now is kept on the account for the next bill.")
CHOOSE = message("Shift+Tab: to the bills · Space: pay this bill first")
CHOSEN = pmessage("column", "Choice")
BILL = pmessage("column", "Bill and months")
DUE = pmessage("column", "Due")
OWED = pmessage("column", "Owed (SYP)")
PAYS = pmessage("column", "Paid now")
REMAINS = pmessage("column", "Remains")
NOTE = pmessage("column", "Note")

OPENING = pmessage("bill", "Balance from before")
HALF_CYCLE = pmessage("bill", "Half a cycle")
IN_FULL = pmessage("bill", "Paid in full")
OVERDUE = pmessage("bill", "Overdue")
INCOMPLETE = pmessage("bill", "Incomplete")
DISPUTED = pmessage("bill", "Disputed")

AMOUNT = message("Amount of the payment")
TENDERED = message("Handed over")
TENDERED_OLD = message("Handed over in old pounds")
BY_CARD = message("Pay by card")
IN_CASH = message("Pay in cash")
APPROVAL = message("Approval code")
REFERENCE = message("Terminal's reference")
LAST_DIGITS = message("Last four digits of the card")
NEVER_TYPED = message("Never type the card number: the terminal reads the card.")
REASON = message("Why these bills")
REASON_HINT = message("The payer chose other bills than the oldest. Write down why.")
COLLECT = pmessage("payment", "To collect")
ROUNDING = message("{amount} rounded by {difference}")
CHANGE = message("Give back")
STILL_MISSING = message("Still to hand over")
CREDIT = message("{amount} is kept on the account for the next bill")
BALANCE_AFTER = message("Still owed afterwards: {amount}")
CREDIT_AFTER = message("In the subscriber's favour afterwards: {amount}")
SETTLED_AFTER = message("Nothing is owed afterwards")

CONFIRM = message("Confirm and print")
BACK = message("Back")
START_OVER = message("Start over")
RESTORED = message("What was typed at {time} is here again")
AMENDS = message("This payment mends one that the centre did not take")

NO_TILL = message("This desk has no till")
NO_TILL_TODO = message("Payments are taken at a desk with a till. Ask the supervisor to assign one.")
CLOSED = message("Till {till} is closed")
CLOSED_TODO = message("Open it first (F6). What you type here is kept.")
OTHER_CLERK = message("Till {till} is held by {clerk}")
OTHER_CLERK_TODO = message("The drawer stays with its holder until it is counted (F6). What you type here is kept.")
OPEN_TILL = message("Open the till")
TO_TILL = message("Go to the till")
SPLIT_CHANGED = message("A bill has changed meanwhile. Look at the split, then confirm again.")
APPROVE_CLOCK = message("Take a payment from {who} while the desk's clock is wrong")
NOT_APPROVED = message("No approval was given. What you typed is still here.")

STAYS = message("The line stays on")
STAYS_UNTIL = message("The line stays on until {day}")
RECONNECTS = message("The line is reconnected after this payment")
STAYS_CUT = message("The line stays cut")
MAY_BE_CUT = message("The line may be cut")
EXPECTED = message("Still expected: {items}")
EXPECTED_PART = message("{month}: {amount}")
EXPECTED_OPENING = message("from before: {amount}")
EXPECTED_LATER = message("{month}, not billed yet")
OUTLOOKS: Mapping[str, Message] = {
    OutlookCode.SETTLED: message("All issued bills are paid. A later fine or charge goes on the next bill."),
    OutlookCode.DUE: message("Then it may be cut for what is open."),
    OutlookCode.HALF_CYCLE: message(
        "A part of a billing cycle stays open. Its months count as one: the line is safe only with all of it."
    ),
    OutlookCode.BELOW_FLOOR: message("What is open is too small to cut for."),
    OutlookCode.HOLD: message("Collection is on hold in this area."),
    OutlookCode.DISPUTED: message("What is open is under complaint."),
    OutlookCode.RECONNECTING: message("The order goes to the exchange as soon as the centre knows of the payment."),
    OutlookCode.DEBT: message("What remains keeps it cut."),
    OutlookCode.OTHER_BAR: message("It is cut for a reason that money does not lift."),
}
