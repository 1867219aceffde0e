"""What tabs, strip and chooser show of a call: words, values and tones, still without a widget."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ccbs_desk.config.language import Text
from ccbs_desk.domain.money import Money
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.hits import Hit
from ccbs_desk.sync.phone_state import CallNow, Match
from ccbs_desk.ui.callers import CallerNumber, name_of, number_of, person_of, queue_of, state_of
from ccbs_desk.ui.callpop import text
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.shell.calltabs import Tab
from ccbs_desk.ui.shell.rooms import OWN
from ccbs_desk.ui.values import Joined, Name, Named, Phone, filled

NAMED = 3
"""how many of several names the strip has room for"""
TONES = {"offered": Tone.WARN, "talking": Tone.OK, "held": Tone.WARN, "ended": Tone.NEUTRAL}
ICONS = {"offered": "phone-in", "talking": "phone", "held": "pause", "ended": "phone-off"}
POWERS: dict[str, tuple[Text, Tone]] = {
    "on": (text.ON, Tone.OK),
    "partly": (text.PARTLY, Tone.WARN),
    "off": (text.OFF, Tone.BAD),
}


@dataclass(frozen=True, slots=True)
class Account:
    """What a caller's account looks like at a glance."""

    power: Text
    power_tone: Tone
    owes_label: Text
    owes: Money
    owes_tone: Tone
    overdue: object
    open: object
    open_tone: Tone | None


@dataclass(frozen=True, slots=True)
class Pop:
    """What the strip shows of a call. Without an account it says what to do."""

    call_id: UUID
    state: Text
    tone: Tone
    icon: str
    number: object
    queue: object
    who: object
    about: object
    account: Account | None


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody who may be calling."""

    rank: int
    account_id: UUID
    line_id: UUID | None
    name: str
    number: object
    place: object
    why: Text


def tab_of(call: CallNow, *, urgent: bool) -> Tab:
    """Return a call's tab."""
    name = name_of(call)
    words = filled(text.TAB, number=number_of(call), name=name) if name else number_of(call)
    return Tab(str(call.id), words, ICONS[call.state], TONES[call.state], urgent)


def own_tab() -> Tab:
    """Return the tab of the desk's own work."""
    return Tab(OWN, text.OWN_TAB, "home")


def pop_of(call: CallNow) -> Pop:
    """Return what the strip shows of a call."""
    queue = queue_of(call)
    who, about = _who(call)
    return Pop(
        call_id=call.id,
        state=state_of(call),
        tone=TONES[call.state],
        icon=ICONS[call.state],
        number=number_of(call),
        queue=Joined((queue, "" if call.card or person_of(call) or not call.name else Name(call.name))),
        who=who,
        about=Joined((handed_over(call), about)),
        account=_account(call.card) if call.card else None,
    )


def handed_over(call: CallNow) -> object:
    """Return who handed the call over, and what he said."""
    if not call.transferred_from:
        return ""
    agent = Name(call.transferred_from)
    if call.note:
        return filled(text.HANDED_NOTE, agent=agent, note=Name(call.note))
    return filled(text.HANDED_OVER, agent=agent)


def told_of(call: CallNow) -> tuple[Text, Text]:
    """Return what is known of a caller who is not one subscriber, and what to do."""
    if call.presentation == "withheld":
        return text.WITHHELD, text.ASK
    if call.presentation == "unavailable" or not call.number.strip():
        return text.UNAVAILABLE, text.ASK
    if len(call.matches) == 1:
        (only,) = call.matches
        return filled(text.HINTS.get(only.why, text.MAY_BE), name=Name(only.name)), text.SEVERAL_TODO
    if call.matches:
        return text.several(len(call.matches)), text.SEVERAL_TODO
    return text.NONE, text.NONE_TODO


def _who(call: CallNow) -> tuple[object, object]:
    if call.card is not None:
        return Name(call.card.name), _place(call.card, call.number)
    person = person_of(call)
    if person is not None:
        return Name(person.name), Name(person.place) if person.place else ""
    told, todo = told_of(call)
    if len(call.matches) > 1:
        names = Joined(tuple(Name(match.name) for match in call.matches[:NAMED]))
        return told, names
    return told, todo


def _place(card: Card, number: str) -> object:
    """Return where the line ends, with its number where the caller has another one."""
    line = next(iter(card.lines), None)
    if line is None:
        return text.NO_LINE
    other = Phone(line.e164) if str(Phone(line.e164)) != str(CallerNumber(number)) else ""
    address = line.address
    if address is None:
        return Joined((other, Named(line.exchange)))
    quarter = address.quarter if address.quarter != address.town else ""
    return Joined((other, Name(Joined((address.town, quarter, address.street), "، "))))


def _account(card: Card) -> Account:
    owes, zero = card.owes, Money(0, card.owes.balance.currency)
    label, tone = text.OWES_NOTHING, Tone.OK
    if owes.balance > zero:
        label, tone = text.OWES, Tone.BAD if owes.overdue > zero else Tone.WARN
    elif owes.balance < zero:
        label = text.IN_CREDIT
    power, power_tone = POWERS[card.power] if card.lines else (text.NO_LINE, Tone.NEUTRAL)
    count = len(card.complaints)
    return Account(
        power=power,
        power_tone=power_tone,
        owes_label=label,
        owes=abs(owes.balance),
        owes_tone=tone,
        overdue=filled(text.OVERDUE, amount=owes.overdue) if owes.overdue > zero else "",
        open=text.complaints(count) if count else text.NOTHING_OPEN,
        open_tone=Tone.WARN if count else None,
    )


def rows_of_matches(matches: Sequence[Match]) -> tuple[Row, ...]:
    """Return those whom the number may mean, the likeliest first."""
    return tuple(
        Row(
            rank,
            match.account_id,
            match.line_id,
            match.name,
            Phone(match.number),
            match.place,
            text.WHYS.get(match.why, text.OTHER_WHY),
        )
        for rank, match in enumerate(sorted(matches, key=lambda match: match.rank), start=1)
    )


def rows_of_hits(hits: Sequence[Hit]) -> tuple[Row, ...]:
    """Return those whom a search has found."""
    return tuple(
        Row(
            rank,
            hit.account_id,
            hit.line_id,
            hit.name,
            Phone(hit.e164),
            Joined((hit.town, hit.street), "، "),
            text.WHYS.get(hit.why, text.OTHER_WHY),
        )
        for rank, hit in enumerate(hits, start=1)
    )
