"""The words of the pop."""

from ccbs_desk.config.language import Message, Text, message, nmessage, pmessage

TITLE = pmessage("place", "Caller")
OWN_TAB = message("This desk")
TAB = message("{number} {name}")
GO = message("Go to the call")

ON = pmessage("line", "Line on")
OFF = pmessage("line", "Line cut")
PARTLY = pmessage("line", "Partly on")
NO_LINE = message("No line")
OWES = pmessage("balance", "Owes")
IN_CREDIT = pmessage("balance", "We owe the subscriber")
OWES_NOTHING = pmessage("balance", "Owes nothing")
OVERDUE = message("{amount} overdue")
NOTHING_OPEN = message("Nothing open")
HANDED_OVER = message("Handed over by {agent}")
HANDED_NOTE = message("Handed over by {agent}: {note}")


def complaints(count: int) -> Text:
    """Say how many complaints are open."""
    return nmessage("{n} open complaint", "{n} open complaints", count)


def several(count: int) -> Text:
    """Say that the number alone does not tell who it is."""
    return nmessage("{n} subscriber may be calling", "{n} subscribers may be calling", count)


NONE = message("This number is nobody’s here")
NONE_TODO = message("Ask who is calling, search, and press Enter: the call is attached to the subscriber.")
MAY_BE = message("{name} may be calling")
HINTS: dict[str, Message] = {
    "old_number": message("Former number of {name}"),
    "called_before": message("{name} has called from this number before"),
}
"""What is said of one who may be calling, and may well not."""
WITHHELD = message("The caller withholds his number")
UNAVAILABLE = message("The exchange sent no number")
ASK = message("Ask for number or name, search, and press Enter: the call is attached to the subscriber.")
SEVERAL_TODO = message("Nobody is chosen for you. Ask who is calling, then press the number beside the name.")
ATTACHED = message("This call is attached to {name}")
ATTACHED_TODO = message("Choose another subscriber if it is somebody else.")

BOX = message("Number, name or account")
BOX_NAME = message("Search for the caller")
RANK = pmessage("column", "No.")
NAME = pmessage("column", "Name")
NUMBER = pmessage("column", "Number")
PLACE = pmessage("column", "Place")
WHY = pmessage("column", "Found by")
RESULTS = message("Who may be calling")
NOTHING_FOUND = message("Nobody was found")
TYPE_MORE = message("Type a name or a number")
KEYS = message("1 to 9 choose · arrows and Enter choose")
WHYS: dict[str, Message] = {
    "number": pmessage("found by", "Number"),
    "old_number": pmessage("found by", "Former number"),
    "number_begins": pmessage("found by", "Beginning of the number"),
    "name": pmessage("found by", "Name"),
    "name_begins": pmessage("found by", "Beginning of the name"),
    "name_near": pmessage("found by", "A name like it"),
    "receipt": pmessage("found by", "Receipt"),
    "account": pmessage("found by", "Account"),
    "transferred": pmessage("found by", "Found by the colleague"),
    "called_before": pmessage("found by", "Called before"),
}
OTHER_WHY = pmessage("found by", "Other")
