"""The words of the outbox."""

from collections.abc import Mapping

from ccbs_desk.config.language import Message, message, pmessage
from ccbs_desk.ui.kit.tokens import Tone

TITLE = message("Outbox")
ALL_SENT = message("Everything has reached the centre")
SUMS_OLDEST = message("{sums}, the oldest since {oldest}")
OLDEST = message("The oldest since {oldest}")
SENT_BY_ITSELF = message("It goes out by itself when the link is up.")

FILTER = message("Which acts")
WAITING = pmessage("outbox", "Waiting")
ATTENTION = message("Needs a person")
DONE = pmessage("outbox", "Done")
ALL = pmessage("outbox", "All")

ACTS = message("Acts of this desk")
WHEN = pmessage("column", "When")
WHAT = pmessage("column", "Act")
WHO = pmessage("column", "Name")
BY = pmessage("column", "Clerk")
SUM = pmessage("column", "Sum (SYP)")
STATE = pmessage("column", "State")
EMPTY = message("Nothing here")
EMPTY_TODO = message("What you do while the link is down waits here and goes out by itself.")

KINDS: Mapping[str, Message] = {
    "TakePayment": pmessage("act", "Payment"),
    "OpenTill": pmessage("act", "Till opened"),
    "CloseTill": pmessage("act", "Till closed"),
    "CopyReceipt": pmessage("act", "Receipt copy"),
    "SignIn": pmessage("act", "Sign-in"),
    "SignOut": pmessage("act", "Sign-out"),
    "ViewSubscriber": pmessage("act", "Card opened"),
    "WithdrawAct": pmessage("act", "Withdrawal"),
    "ChangeStoreKey": pmessage("act", "New key for this desk's data"),
    "AddFeature": pmessage("act", "Feature ordered"),
    "RemoveFeature": pmessage("act", "Feature removed"),
    "OpenComplaint": pmessage("act", "Complaint"),
    "CommentComplaint": pmessage("act", "Comment on a complaint"),
    "ResolveComplaint": pmessage("act", "Complaint resolved"),
    "AttachCall": pmessage("act", "Call attached"),
    "WrapUpCall": pmessage("act", "Call wrapped up"),
    "LookUpListing": pmessage("act", "Directory look-up"),
    "ReverseLookUp": pmessage("act", "Look-up by number"),
    "CloseDirectoryAlarm": pmessage("act", "Alarm closed"),
    "TeachSpelling": pmessage("act", "Spelling picked"),
    "RevokeSpelling": pmessage("act", "Spelling taken back"),
}
OTHER_KIND = pmessage("act", "Another act")
WITH_RECEIPT = message("{act} {number}")
WITH_CATEGORY = message("{act}: {category}")

STATES: Mapping[str, tuple[Message, Tone]] = {
    "pending": (pmessage("outbox", "Waits"), Tone.INFO),
    "seen": (pmessage("outbox", "Sent"), Tone.OK),
    "applied": (pmessage("outbox", "Sent"), Tone.OK),
    "home": (pmessage("outbox", "At the centre"), Tone.OK),
    "refused": (pmessage("outbox", "Refused"), Tone.BAD),
    "conflict": (pmessage("outbox", "Conflict"), Tone.BAD),
    "parked": (pmessage("outbox", "Parked"), Tone.WARN),
    "frozen": (pmessage("outbox", "Stopped"), Tone.WARN),
    "withdrawn": (pmessage("outbox", "Withdrawn"), Tone.NEUTRAL),
}
OTHER_STATE = pmessage("outbox", "Another state")
STATES_TOLD: Mapping[str, Message] = {
    "pending": message("It is recorded on this desk and counts here. It goes out by itself when the link is up."),
    "seen": message("It is recorded on this desk and at the centre."),
    "applied": message("It is recorded on this desk and at the centre."),
    "home": message("It is recorded on this desk and at the centre."),
    "refused": message("The centre did not record it."),
    "conflict": message("The centre did not record it."),
    "parked": message("The centre failed on it. It is recorded on this desk and counts here."),
    "frozen": message("The centre takes nothing from this desk. It is recorded here and counts here."),
    "withdrawn": message("It was withdrawn. It stays here to be read."),
}
AMENDED = message("A later act has put it right.")
SEEN_TO = message("A person has seen to it.")
KEPT_RECEIPT = message("The receipt that was given stands.")

NOTHING_CHOSEN = message("No act is chosen")
NOTHING_CHOSEN_TODO = message("Choose one from the list to see what was meant, what was kept and what to do.")
MEANT = message("What was meant")
SUBSCRIBER = message("Subscriber")
AMOUNT = message("Amount")
RECEIPT = message("Receipt number")
BY_WHOM = message("Clerk")
WORDS = message("What was written")

AMEND = message("Put right")
RETRY = message("Send again")
HANDLED = message("Mark as seen to")
WITHDRAW = message("Withdraw")
CARD = message("Subscriber's card")
KEEP = message("Leave it")
ASK_WITHDRAW = message("Withdraw this act?")
ASK_WITHDRAW_TEXT = message("Nothing more will be done about it. It stays here to be read.")
WHY = message("Why is it withdrawn?")
WHY_HINT = message("It is kept with the act, at the centre too.")
WHY_MISSING = message("Say in a few words why.")
WHY_WITHDRAWN = message("Reason: {why}")
SENT_AGAIN = message("It is sent again")
NOTED = message("Marked as seen to")
WITHDRAWN = message("The act is withdrawn")
