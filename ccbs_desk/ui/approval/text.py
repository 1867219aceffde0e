"""The words of an approval."""

from ccbs_desk.config.language import message

TITLE = message("A supervisor’s approval")
ASKS = message("{name} asks for:")
AMOUNT = message("Amount: {amount}")
USER = message("Supervisor’s user name")
PASSWORD = message("Supervisor’s password")
HINT = message("The approval counts for this one act only and is kept with it.")
OFFLINE = message("Without the link only somebody who has signed in at this desk before can approve.")
APPROVE = message("Approve")
CANCEL = message("Do not approve")
APPROVED_BY = message("{name} approves")
COUNT = message("Count of the drawer")
COUNT_HINT = message("Only the supervisor sees this, before the count is confirmed.")
CHECKING = message("Checking the password")
SAME_PERSON = message("Whoever asks can’t approve. Another person must.")
NOT_ENTITLED = message("This person may not approve this.")
USER_MISSING = message("Type the supervisor’s user name.")
PASSWORD_MISSING = message("Type the password.")
