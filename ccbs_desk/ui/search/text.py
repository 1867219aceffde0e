"""The words of the search."""

from collections.abc import Mapping
from dataclasses import replace

from ccbs_desk.config.language import Code, Message, Text, message, nmessage, pmessage
from ccbs_desk.services.look_up import Found, HintCode, Hit
from ccbs_desk.ui.bringing import NOWHERE, UNREACHED, Reached
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.values import Joined, Name, Named, Phone

TITLE = message("Search")
BOX = message("Number, name, account or receipt")
BOX_NAME = message("Search for a subscriber")
RESULTS = message("Results of the search")

NAME = pmessage("column", "Name")
NUMBER = pmessage("column", "Number")
PLACE = pmessage("column", "Place")
STATE = pmessage("column", "State")
OWES = pmessage("column", "Owes (SYP)")
WHY = pmessage("column", "Found by")

WELCOME = message("Whom are you looking for?")
WAYS: tuple[tuple[str, Message, tuple[object, ...]], ...] = (
    (
        "phone",
        message("Telephone number, in any spelling"),
        (Code("011 2214567"), Code("2214567"), Code("+963112214567")),
    ),
    ("person", message("Parts of a name, in any order"), ("محمد الحلبي", "عبدالرحمن")),
    ("card", message("Account number"), (Code("0010000016"),)),
    ("receipt", message("Receipt number"), (Code("0217-B-000001"),)),
)

KEYS_BOX = message("The arrow down goes to the results, Enter opens.")
KEYS_RESULTS = message("Enter opens the card, Esc goes back to the box.")

STATES: Mapping[str, tuple[Message, Tone]] = {
    "active": (pmessage("line", "On"), Tone.OK),
    "barred": (pmessage("line", "Barred"), Tone.BAD),
    "stopped": (pmessage("line", "Stopped"), Tone.WARN),
    "cancelled": (pmessage("line", "Cancelled"), Tone.NEUTRAL),
    "none": (pmessage("line", "No line"), Tone.NEUTRAL),
}

NOTHING = message("Nothing found")
ELSEWHERE = message("another area")
UNKNOWN_HINT = message("Try another spelling, another part of the name, or the number.")
TRY: Mapping[str, tuple[Message, Message]] = {
    HintCode.TOO_SHORT: (
        message("Type a little more"),
        message("Two letters of a name or four digits of a number are the least."),
    ),
    HintCode.ONLY_ARTICLE: (
        message("Type a little more"),
        message("An article alone fits half the country. Add the letters after it."),
    ),
    HintCode.NOTHING: (
        NOTHING,
        message("Check the number, or try fewer parts of the name. Subscribers of other areas are not on this desk."),
    ),
    HintCode.OUTSIDE_AREA: (
        message("This number belongs to another area"),
        message("It is a number of {place}. The call centre or a centre there can help."),
    ),
    HintCode.NOT_FIXED: (
        message("Not a fixed line"),
        message("This is a mobile, a short code or a number abroad. Ask for the number of the fixed line."),
    ),
    HintCode.NUMBER_UNREADABLE: (
        message("This is no telephone number"),
        message("It has too many digits, or its area code does not exist. Check it with the caller."),
    ),
}


def state(hit: Hit) -> Text:
    """Return the word for a line's state."""
    return STATES.get(hit.state, STATES["none"])[0]


def tone(hit: Hit) -> Tone:
    """Return the tone of a line's state."""
    return STATES.get(hit.state, STATES["none"])[1]


def place(hit: Hit) -> object:
    """Return where the line is."""
    return Joined((hit.town, hit.street), "، ")


def why(hit: Hit) -> Text:
    """Say what of the subscriber fits what was typed."""
    match hit.why:
        case "old_number" if hit.matched_until is not None:
            return message("Had {number} until {day}", number=Phone(hit.matched), day=hit.matched_until)
        case "old_number":
            return message("Had {number}", number=Phone(hit.matched))
        case "number":
            return message("Number")
        case "number_begins":
            return message("Begins like this")
        case "name":
            return message("Name")
        case "name_begins":
            return message("Name begins like this")
        case "name_near":
            return message("Name is like this")
        case "receipt":
            return message("Receipt")
        case _:
            return message("Account")


def hint(found: Found) -> object:
    """Say under the box how many were found, what was searched for instead, and how to go on."""
    if not found.hits:
        return ""
    if found.meant is not None:
        return Joined(
            (_count(found), message("Searched for «{text}», in the other keyboard layout", text=Name(found.meant)))
        )
    return _count(found)


def _count(found: Found) -> Text:
    if found.hint_code == HintCode.MORE:
        if found.kind != "name":
            return nmessage(
                "The first {n} of more. Another digit narrows them.",
                "The first {n} of more. Another digit narrows them.",
                len(found.hits),
            )
        return nmessage(
            "The first {n} of more. Another part of the name narrows them.",
            "The first {n} of more. Another part of the name narrows them.",
            len(found.hits),
        )
    return nmessage("{n} found", "{n} found", len(found.hits))


def nothing(found: Found, reached: Reached = "not_asked") -> tuple[Text, Text]:
    """Say that nothing was found, here or anywhere, and what to try."""
    if reached != "not_asked":
        return NOTHING, UNREACHED.get(reached, NOWHERE)
    title, todo = TRY.get(found.hint_code or HintCode.NOTHING, (NOTHING, UNKNOWN_HINT))
    place = Named(found.place) if found.place is not None else ELSEWHERE
    return title, replace(todo, values=(("place", place),))
