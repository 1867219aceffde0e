"""A caller in a few words, as call bar, tabs and screens show him alike."""

from dataclasses import dataclass

from ccbs_desk.config.language import Message, format_code, isolate, pmessage
from ccbs_desk.domain.numbers import BadNumber, parse_number
from ccbs_desk.services.caller_match import SURE
from ccbs_desk.sync.phone_state import CallNow, Match
from ccbs_desk.ui.values import Name, Named

WITHHELD = pmessage("caller", "Number withheld")
NO_NUMBER = pmessage("caller", "No number")
LONGEST = 24
"""No number has more digits; what an exchange sends beyond that is not shown whole."""


@dataclass(frozen=True, slots=True)
class CallerNumber:
    """What the exchange sent as the caller's number, as people write it where it is one."""

    sent: str

    def __str__(self) -> str:
        try:
            return format_code(parse_number(self.sent, None).national)
        except BadNumber:
            # One line and no direction of its own, whatever was sent.
            plain = "".join(letter if letter.isprintable() else " " for letter in self.sent)
            shown = plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
            return format_code(shown) if shown.isascii() else isolate(shown)


def number_of(call: CallNow) -> object:
    """Return the caller's number, or why there is none."""
    if call.presentation == "withheld":
        return WITHHELD
    if call.presentation == "unavailable" or not call.number.strip():
        return NO_NUMBER
    return CallerNumber(call.number)


def person_of(call: CallNow) -> Match | None:
    """Return the one subscriber who surely calls; never one who only had the number, or only used it once."""
    only = call.matches[0] if len(call.matches) == 1 else None
    return only if only is not None and only.why in SURE else None


def name_of(call: CallNow) -> object:
    """Return who it is, as far as that is known: the one subscriber who fits, else what the exchange calls him."""
    if call.card is not None:
        return Name(call.card.name)
    person = person_of(call)
    if person is not None:
        return Name(person.name)
    return Name(call.name) if call.name else ""


def queue_of(call: CallNow) -> object:
    """Return the name of the queue that the call came by."""
    return Named(call.queue.name) if call.queue else ""


STATES: dict[str, Message] = {
    "offered": pmessage("call", "Ringing"),
    "talking": pmessage("call", "In the call"),
    "held": pmessage("call", "On hold"),
    "ended": pmessage("call", "Call ended"),
}
CALLING = pmessage("call", "Calling")


def state_of(call: CallNow) -> Message:
    """Return the words for what a call does now."""
    if call.state == "offered" and call.direction == "outbound":
        return CALLING
    return STATES[call.state]
