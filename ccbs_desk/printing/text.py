"""The words of the receipt, in the paper's language whenever they are shown."""

from ccbs_desk.config.language import Message, message, pmessage
from ccbs_desk.domain.receipts import OutlookCode

OPERATOR = message("Fixed-line telephone")
TITLE = message("Payment receipt")

DATE = message("Date")
TILL = message("Till")
CLERK = message("Clerk")
ACCOUNT = message("Account")
PHONE = message("Telephone")

MONTH = pmessage("column", "Month")
PAID = pmessage("column", "Paid")
REMAINING = pmessage("column", "Remaining")
PAID_IN_FULL = message("Paid in full")
OPENING = message("Balance from before")
CREDIT = message("Kept on the account")

AMOUNT = message("Amount")
ROUNDING = message("Rounding to the smallest note")
COLLECTED = pmessage("receipt", "Received")
METHOD = message("Method")
TENDERED = message("Handed over")
CARD = message("Card")
APPROVAL = message("Approval code")
REFERENCE = message("Terminal's reference")
CHANGE = message("Change")
OWED_AFTER = message("Still owed on the account")
CREDIT_AFTER = message("In the subscriber's favour")

METHODS = {
    "cash": pmessage("method", "Cash"),
    "cheque": pmessage("method", "Cheque"),
    "bank_notice": pmessage("method", "Bank notice"),
    "card": pmessage("method", "Card"),
    "electronic": pmessage("method", "Electronic payment"),
}

STAYS_ON = message("The line stays on")
STAYS_BARRED = message("The line stays barred")
WILL_RECONNECT = message("The line is being reconnected")
MAY_BE_BARRED = message("The line may be barred")
STILL_EXPECTED = message("Still to be paid")
NOT_BILLED = message("not billed yet")

OUTLOOK: dict[str, Message] = {
    OutlookCode.SETTLED: message(
        "All bills issued so far are paid. A fine or charge that appears later goes on the next bill."
    ),
    OutlookCode.DUE: message("Please pay what follows in time to keep the line."),
    OutlookCode.HALF_CYCLE: message(
        "A part of a billing cycle is paid and a part is not. Its months count as one: please pay what follows to keep "
        "the line."
    ),
    OutlookCode.BELOW_FLOOR: message("What is left is a small sum. The line is not barred for it."),
    OutlookCode.HOLD: message("Collection is suspended in this area and due dates are postponed."),
    OutlookCode.DISPUTED: message("What is left is under complaint. The line is not barred for it meanwhile."),
    OutlookCode.RECONNECTING: message("This payment lifts the bar, and the order to reconnect goes to the exchange."),
    OutlookCode.DEBT: message("What is left keeps the line barred. Please pay what follows to have it reconnected."),
    OutlookCode.OTHER_BAR: message("It is barred for a reason other than debt. Please ask at the centre."),
}

COUNTS_FROM = message("The payment counts from the moment on this receipt. Please keep it.")


def not_before(day: object) -> Message:
    """Say until when the line is safe."""
    return message("It is not barred before {day}", day=day)


def due(day: object) -> Message:
    """Say when something is to be paid."""
    return message("due {day}", day=day)


def bill(number: object) -> Message:
    """Name a bill."""
    return message("Bill {number}", number=number)


def incomplete(number: object) -> Message:
    """Say that a bill may still grow, so that nobody takes it for settled."""
    return message("Bill {number} is not complete yet; more may be added to it.", number=number)


def copy_number(n: int) -> Message:
    """Say which copy this is."""
    return message("Copy {n}", n=n)
