"""The words of the directory."""

from collections.abc import Mapping, Sequence

from ccbs_desk.config.language import Message, Text, message, nmessage, pmessage
from ccbs_desk.directory.query import Hint
from ccbs_desk.domain.errors import DiskFull, LinkDown
from ccbs_desk.services.listings import Coming
from ccbs_desk.ui.kit.tokens import Tone

TITLE = message("Directory")
BOX = message("Name and place, in any order")
BOX_NAME = message("Search the directory")
RESULTS = message("Listings found")

SLOTS: Sequence[tuple[str, Message]] = (
    ("name", pmessage("slot", "Given name")),
    ("father", pmessage("slot", "Father")),
    ("family", pmessage("slot", "Family")),
    ("governorate", pmessage("slot", "Governorate")),
    ("town", pmessage("slot", "Town")),
    ("area", pmessage("slot", "Area")),
    ("street", pmessage("slot", "Street")),
)

NAME = pmessage("column", "Name")
NUMBER = pmessage("column", "Number")
PLACE = pmessage("column", "Place")
WHY = pmessage("column", "Found by")

WHYS: Mapping[str, Message] = {
    "exact": pmessage("found by", "As asked"),
    "begun": pmessage("found by", "Begins so"),
    "spelling": pmessage("found by", "Other spelling"),
    "sound": pmessage("found by", "Sounds alike"),
    "latin": pmessage("found by", "Latin letters"),
    "learned": pmessage("found by", "Picked before"),
    "place": pmessage("found by", "Place"),
    "category": pmessage("found by", "Category"),
}
SIMILAR = pmessage("found by", "Similar name")
PREPARED_WHY = pmessage("found by", "Prepared")
BY_NUMBER = pmessage("found by", "Number")

WELCOME = message("Whom does the caller ask for?")
WAYS: Sequence[tuple[str, Message, tuple[str, ...]]] = (
    ("person", message("Parts of a name, with or without a place"), ("محمد الخطيب حلب", "خطيب محمد")),
    ("building", message("A shop or an office, by name or by what it is"), ("صيدلية المزة", "مشفى")),
    ("globe", message("Latin letters and digits"), ("Mohamad Khatib", "3abd el 7amid")),
    ("phone", message("Prepared numbers: Ctrl+E"), ("110", "112", "113")),
)

HINTS: Mapping[str, tuple[Message, Message]] = {
    Hint.TOO_SHORT: (message("Type a little more"), message("Two letters are the least. A second word helps most.")),
    Hint.ONLY_ARTICLE: (
        message("Type a little more"),
        message("An article alone fits half the country. Add the letters after it."),
    ),
    Hint.PLACE_UNKNOWN: (
        message("No listing is there"),
        message("Check the place in the fields above, or leave it out and look at where each listing is."),
    ),
    Hint.NOTHING: (
        message("Nobody is listed like this"),
        message("Leave a word out, or ask how it is spelt. Numbers that are not published are not here."),
    ),
}
NOTHING = HINTS[Hint.NOTHING]
NUMBER_TITLE = message("Whose number is it?")
NUMBER_TODO = message("A look-up by number is written down with your name. Write why, then press Enter.")
NUMBER_DENIED = message("Only a supervisor may ask whose a number is. Ask for the caller's name instead.")
REASON = message("Why you need to know")

COMING = message("The directory is on its way to this desk")
_PREPARING = message("The centre prepares it. Everything else works meanwhile; prepared numbers: Ctrl+E")
_NO_LINK = message("The directory waits for the link")
_NOTHING_YET = message("It comes by itself once the link is back. Prepared numbers: Ctrl+E")
_NO_ROOM = message("This desk's disk has no room for the directory")
_MAKE_ROOM = message("Free some space; it is tried again by itself. Prepared numbers: Ctrl+E")
_NOT_COMING = message("The directory does not come")
_AGAIN = message("It is tried again by itself. If it lasts, tell the support. Prepared numbers: Ctrl+E")

KEYS_BOX = message("The arrow down goes to the listings.")
KEYS_RESULTS = message("Enter: given to the caller. Esc goes back to the box.")

READ_BACK = message("Read back")
CHOOSE = message("Choose a listing; its number stands here, ready to be read.")
GIVEN = message("Given")
COPY = message("Copy the number")
SMS = message("Send by message")
ATTACH = message("Keep with the call")
NOT_FOUND = message("Not found")
SMS_TO = message("Mobile of the caller, then Enter")
SMS_NAME = message("Number that the message goes to")
COPIED = message("The number is copied.")
SENT = message("The message is on its way.")
ATTACHED = message("It is kept with the call.")
GIVEN_SAID = message("Written down as given.")
NOT_FOUND_SAID = message("Written down as not found.")

NOT_FOUND_ASK = message("Why was nobody found?")
NOT_FOUND_TEXT = message("The look-up ends with this reason.")
REASONS: Sequence[tuple[str, Message]] = (
    ("no_such_name", message("No such name")),
    ("not_published", message("Not published")),
    ("too_little_known", message("The caller knows too little")),
)

ALARMS_TITLE = message("Alarms of the directory")
ALARM_WHO = pmessage("column", "Name")
ALARM_ASKED = pmessage("column", "Numbers asked")
ALARM_SINCE = pmessage("column", "Since")
ALARM_REASONS = pmessage("column", "Reasons given")
ALARM_REASON = message("What was behind it")
ALARM_CLOSE = message("Close the alarm")
ALARM_CLOSED = message("The alarm is closed.")
BACK_TO_SEARCH = message("Back to the search")
NO_ALARMS = message("No alarm is open")
SHOW_ALARMS = message("Look at them")

PAIRS_TITLE = message("Spellings that picks have taught")
PAIR_TYPED = pmessage("column", "Was typed")
PAIR_MEANT = pmessage("column", "Stands for")
PAIR_WHO = pmessage("column", "Taught by")
PAIR_LAST = pmessage("column", "Last taught")
PAIR_REASON = message("Why it is wrong")
PAIR_REVOKE = message("Take it back")
PAIR_REVOKED = message("It is taken back, on every desk.")
NO_PAIRS = message("Nothing was taught")
SHOW_PAIRS = message("Taught spellings")


def coming(how_far: Coming) -> tuple[Text, Text]:
    """Say how much of the directory has come, or what stands in its way and what to do."""
    begun, percent = how_far.whole > 0, how_far.percent
    match how_far.problem:
        case None if begun:
            told = message(
                "{percent} % is here. Everything else works meanwhile; prepared numbers: Ctrl+E", percent=percent
            )
            return COMING, told
        case None:
            return COMING, _PREPARING
        case LinkDown() if begun:
            told = message(
                "{percent} % is here. The rest comes by itself once the link is back. Prepared numbers: Ctrl+E",
                percent=percent,
            )
            return _NO_LINK, told
        case LinkDown():
            return _NO_LINK, _NOTHING_YET
        case DiskFull():
            return _NO_ROOM, _MAKE_ROOM
        case _:
            return _NOT_COMING, _AGAIN


def waiting(count: int) -> Text:
    """Say how many alarms nobody has seen to."""
    return nmessage("{n} alarm waits for a supervisor", "{n} alarms wait for a supervisor", count)


def found(count: int, *, more: bool) -> Text:
    """Say how many listings there are."""
    if more:
        return nmessage(
            "The first {n} of more. A place or another word narrows them.",
            "The first {n} of more. A place or another word narrows them.",
            count,
        )
    return nmessage("{n} listing", "{n} listings", count)


def time_tone(seconds: int, target: int) -> Tone | None:
    """Colour the time against its target."""
    if seconds <= target // 2:
        return None
    return Tone.WARN if seconds <= target else Tone.BAD


def sms(name: str, number: object) -> Text:
    """Return what a message says of a listing."""
    return message("{name}: {number}", name=name, number=number)
