"""What the call bar shows of the telephone: words, tones and what may be done, still without a widget."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ccbs_desk.config.language import Message, Text, show
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.domain.text import fold, fold_digits
from ccbs_desk.sync.phone_state import AgentNow, CallNow, Colleague, PhoneNow, Queue
from ccbs_desk.ui.agent import text
from ccbs_desk.ui.callers import name_of, number_of, queue_of, state_of
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.shell.callbar import BarFacts, CallOnBar
from ccbs_desk.ui.values import Code, Joined, Name, Named, filled

TONES: Mapping[str, Tone] = {
    "logged_out": Tone.NEUTRAL,
    "ready": Tone.OK,
    "offered": Tone.INFO,
    "talking": Tone.INFO,
    "wrap_up": Tone.WARN,
    "paused": Tone.WARN,
    "away": Tone.BAD,
}
CALL_TONES: Mapping[str, Tone] = {"offered": Tone.WARN, "talking": Tone.OK, "held": Tone.WARN, "ended": Tone.NEUTRAL}
CALL_ICONS: Mapping[str, str] = {"offered": "phone-in", "talking": "phone", "held": "pause", "ended": "phone-off"}
TROUBLES: Mapping[str, tuple[Text, Tone]] = {
    "up": ("", Tone.NEUTRAL),
    "down": (text.PBX_DOWN, Tone.WARN),
    "refused": (text.PBX_REFUSED, Tone.BAD),
    "resyncing": (text.PBX_RESYNCING, Tone.INFO),
    "off": (text.PBX_OFF, Tone.NEUTRAL),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call can be sent: a queue's code or a telephone, in words; `icon` tells which of them."""

    to: str
    words: object
    icon: str

    def fits(self, asked: str) -> bool:
        """Tell whether what was typed is a part of its name, or the beginning of its number."""
        return fold(asked) in fold(show(self.words)) or self.to.startswith(fold_digits(asked))


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """A queue that one may be logged in to, and whether that is wanted as it stands."""

    code: str
    name: object
    wanted: bool


_ORDER = ("talking", "held", "offered", "ended")


def agent_text(agent: AgentNow, reasons: Mapping[str, Bilingual]) -> Message:
    """Return the agent's state in words; a reason that is not known here stays without its name."""
    if agent.state == "paused" and agent.reason in reasons:
        return filled(text.PAUSED_FOR, reason=Named(reasons[agent.reason]))
    return text.STATES[agent.state]


def call_in_hand(now: PhoneNow) -> CallNow | None:
    """Return the call that the actions are about: the one that is spoken in, else held, offered, over."""
    ranked = sorted(now.calls, key=lambda call: _ORDER.index(call.state))
    return ranked[0] if ranked else None


def actions_on(now: PhoneNow, call: CallNow | None) -> frozenset[str]:
    """Return what may be done with the call now, as far as the exchange can."""
    if call is None:
        return frozenset()
    if call.state == "ended":
        return frozenset({"wrap_up"})
    if now.pbx != "up":
        return frozenset()
    can = set[str]()
    if call.state == "offered" and call.direction == "inbound":
        can |= {"answer"} & now.capabilities
    if "hang_up" in now.capabilities and call.state != "offered":
        can.add("hang_up")
    if call.state == "talking":
        can |= {"hold"} & now.capabilities
        can |= {"transfer"} if "blind_transfer" in now.capabilities else set()
    if call.state == "held":
        can |= {"resume"} & now.capabilities
    return frozenset(can)


def queue_choices(queues: Sequence[Queue], last: Collection[str]) -> tuple[QueueChoice, ...]:
    """Return the queues to choose from: those of the last time are wanted, without any of them all are."""
    known = {queue.code for queue in queues} & set(last)
    return tuple(QueueChoice(queue.code, Named(queue.name), not known or queue.code in known) for queue in queues)


def targets_of(queues: Sequence[Queue], colleagues: Sequence[Colleague]) -> tuple[Target, ...]:
    """Return where a call can be sent: to a queue, or to a colleague who is free."""
    return (
        *(Target(queue.code, Named(queue.name), "list") for queue in queues),
        *(
            Target(one.extension, filled(text.COLLEAGUE, name=Name(one.name), extension=Code(one.extension)), "headset")
            for one in colleagues
        ),
    )


def bar_facts(now: PhoneNow, reasons: Mapping[str, Bilingual]) -> BarFacts:
    """Return what the call bar shows."""
    call = call_in_hand(now)
    trouble, tone = TROUBLES[now.pbx]
    if now.pbx in ("down", "refused") and now.problem is not None:
        trouble = words_of(now.problem).title
    return BarFacts(
        state=agent_text(now.agent, reasons),
        tone=TONES[now.agent.state],
        since=None if now.agent.state == "logged_out" else now.agent.since,
        trouble=trouble,
        trouble_tone=tone,
        call=_on_bar(call) if call else None,
        actions=actions_on(now, call),
    )


def _on_bar(call: CallNow) -> CallOnBar:
    queue = queue_of(call)
    handed = filled(text.HANDED_OVER, agent=Name(call.transferred_from)) if call.transferred_from else ""
    return CallOnBar(
        state=state_of(call),
        tone=CALL_TONES[call.state],
        number=number_of(call),
        name=name_of(call),
        queue=Joined((queue, handed)),
        since=call.since,
        icon=CALL_ICONS[call.state],
    )
