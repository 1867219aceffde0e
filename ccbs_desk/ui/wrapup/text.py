"""The words of the wrap-up."""

from ccbs_desk.config.language import message, pmessage

TITLE = message("Wrap-up")
CODES = message("What the call came to")
RANK = pmessage("column", "No.")
CODE = pmessage("column", "Result")
NOTES = message("Notes")
NOTES_NEEDED = message("Notes (needed with this result)")
THEN = message("Then")
READY = message("Ready for calls")
PAUSE = message("Pause: {reason}")
CONFIRM = message("Finish the call")
BACK = message("Back")
CHOOSE = message("Press the number of the result.")
CODE_MISSING = message("Choose what the call came to.")
NOTES_MISSING = message("This result needs a few words.")
STILL_TALKING = message("The call is not over yet. It can be finished when it is.")
DONE = message("What was done in the call")
NOTHING_DONE = message("Nothing was recorded in this call")
AT = pmessage("column", "Time")
WHAT = pmessage("column", "What")
FINISHED = message("The call is finished.")
