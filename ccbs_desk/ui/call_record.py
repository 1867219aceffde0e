"""A call that is over, as whoever comes after reads it: who spoke, what was done, what was promised; no widget."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ccbs_desk.config.language import Message, Text, TimeOfDay, message, pmessage
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.services.call_acts import ActView
from ccbs_desk.services.calls import CallView, LegView
from ccbs_desk.ui.values import Absent, Code, Joined, Name, Named, Phone, filled

TITLE = pmessage("record", "Call")
ELSEWHERE = message("This call is kept at the centre that took it, not on this desk.")
IN, OUT = pmessage("record", "The subscriber called"), pmessage("record", "We called")
WITHHELD = pmessage("caller", "Number withheld")
NO_NUMBER = pmessage("caller", "No number")
OUTCOMES: dict[str, Message] = {
    "waiting": pmessage("call outcome", "Waiting"),
    "offered": pmessage("call outcome", "Ringing"),
    "answered": pmessage("call outcome", "Answered"),
    "abandoned": pmessage("call outcome", "Gave up"),
    "overflowed": pmessage("call outcome", "Nobody took it"),
    "failed": pmessage("call outcome", "Did not come about"),
}
RANG: dict[str, Message] = {
    "no_answer": pmessage("leg", "Did not answer"),
    "busy": pmessage("leg", "Telephone in use"),
    "cancelled": pmessage("leg", "Rang, and the caller was gone"),
}
ANSWERED, HANDED_OVER, ENDED = pmessage("leg", "Answered"), pmessage("leg", "Handed over"), pmessage("leg", "Hung up")
WRAPPED = message("Result: {result}")
EXTENSION = message("Extension {extension}")
ACTS: dict[str, Message] = {
    "payment": pmessage("call act", "Payment"),
    "complaint_opened": pmessage("call act", "Complaint opened"),
    "complaint_comment": pmessage("call act", "Word on a complaint"),
    "complaint_resolved": pmessage("call act", "Complaint resolved"),
    "complaint_reopened": pmessage("call act", "Complaint reopened"),
    "feature_add": pmessage("call act", "Feature added"),
    "feature_remove": pmessage("call act", "Feature removed"),
    "attached": pmessage("call act", "Attached to"),
}
OTHER_ACT = pmessage("call act", "Another change")


Told = tuple[datetime, object, object]
"""When, what, and by whom."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """Something that happened in a call."""

    key: int
    at: object
    what: object
    by: object


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call in words: with whom and how it came out, and what happened in its order."""

    call_id: UUID
    number: object
    about: object
    lines: tuple[CallLine, ...]


def act_words(act: ActView) -> object:
    """Say what was done, and with what: the category, the feature, the sum."""
    name = Named(act.name) if act.name is not None else ""
    return Joined((ACTS.get(act.kind, OTHER_ACT), name, act.amount or ""))


def record_of(call: CallView) -> CallRecord:
    """Return a call as it is read later."""
    outcome = OUTCOMES.get(call.outcome, "")
    began: Text = "" if not call.known else OUT if call.direction == "outbound" else IN
    day = Joined((call.arrived_at or "", began, outcome))
    told = sorted((*_legs(call), *_acts(call), *_words(call)), key=lambda one: one[0])
    lines = tuple(CallLine(place, TimeOfDay(at), what, by) for place, (at, what, by) in enumerate(told))
    return CallRecord(call.call_id, _number(call), day, lines)


def _number(call: CallView) -> object:
    if call.direction == "outbound":
        return Code(call.dialled)
    if call.number:
        return Phone(call.number)
    if call.presentation == "withheld":
        return WITHHELD
    return Name(call.caller) if call.caller else NO_NUMBER


def _legs(call: CallView) -> Iterator[Told]:
    for leg in call.legs:
        if leg.answered_at is None:
            yield leg.ended_at or leg.offered_at, RANG.get(leg.outcome, OUTCOMES["offered"]), _who(leg)
            continue
        yield leg.answered_at, ANSWERED, _who(leg)
        if leg.ended_at is not None:
            yield leg.ended_at, HANDED_OVER if leg.outcome == "transferred" else ENDED, _who(leg)


def _acts(call: CallView) -> Iterator[Told]:
    for act in call.acts:
        yield act.at, act_words(act), _person(act.by)


def _words(call: CallView) -> Iterator[Told]:
    for word in call.wrap_ups:
        told = filled(WRAPPED, result=Named(word.name))
        yield word.at, Joined((told, Name(word.notes) if word.notes else "")), _person(word.by)


def _who(leg: LegView) -> object:
    return Named(leg.by) if leg.by is not None else filled(EXTENSION, extension=Code(leg.extension))


def _person(by: Bilingual | None) -> object:
    return Named(by) if by is not None else Absent()
