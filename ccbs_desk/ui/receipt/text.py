"""The words of the receipts."""

from ccbs_desk.config.language import message, pmessage

TITLE = message("Receipts")
LIST = message("Receipts that were given")
OF_TILL = message("Of this till today")
OF_ACCOUNT = message("Of this subscriber")
SCOPE = message("Which receipts")
NUMBER = pmessage("column", "Receipt")
TIME = pmessage("column", "Time")
WHO = pmessage("column", "Name")
AMOUNT_COLUMN = pmessage("column", "Paid (SYP)")
NONE = message("No receipts yet")
NONE_TODO = message("The receipt of each payment stands here.")
NOBODY = message("No receipt is open")
NOBODY_TODO = message("Choose one from the list.")

RECEIPT = message("Receipt number")
PROVISIONAL = message("Waits for the centre")
CONFIRMED = message("Recorded at the centre")
PAID = message("Paid")
CHANGE = message("Give back")
SUBSCRIBER = message("Subscriber")
WHEN = message("When")
CLERK = message("Clerk")
COPIES = message("Last copies")
NO_COPIES = message("None")
COPY_LINE = message("Copy {n}: {at}")
PAPER = message("The receipt as it was printed")

COPY = message("Print again")
COPIED = message("Copy {n} of receipt {number} is printed")
CARD = message("The card")
BACK = message("Back")

BECAME_CREDIT = message("{amount} of it became credit on the account")
BECAME_CREDIT_WHY = message("Bills that it was meant for had been paid elsewhere meanwhile. Tell the subscriber.")
TAKEN_ALL_THE_SAME = message("The centre noted something against it")
