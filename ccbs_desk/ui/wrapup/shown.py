"""What the wrap-up shows: results to choose from, what was done, what may come next; still without a widget."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from ccbs_desk.config.language import Text, TimeOfDay
from ccbs_desk.services.call_codes import PauseView, WrapUpView
from ccbs_desk.services.calls import CallView
from ccbs_desk.ui.call_record import act_words
from ccbs_desk.ui.values import Named
from ccbs_desk.ui.wrapup import text

READY, PAUSE = "ready", "pause:"


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A result to choose."""

    rank: int
    code: str
    name: object
    needs_notes: bool


@dataclass(frozen=True, slots=True)
class DoneRow:
    """Something that was done in the call."""

    command_id: UUID
    at: object
    what: object


def codes_shown(codes: Sequence[WrapUpView]) -> tuple[CodeRow, ...]:
    """Return the results with the number to press."""
    return tuple(CodeRow(rank, one.code, Named(one.name), one.needs_notes) for rank, one in enumerate(codes, start=1))


def done_in(call: CallView | None) -> tuple[DoneRow, ...]:
    """Return what was done in the call, one act a line, in its order."""
    acts = call.acts if call is not None else ()
    return tuple(DoneRow(act.command_id, TimeOfDay(act.at), act_words(act)) for act in acts)


def next_states(pauses: Sequence[PauseView]) -> tuple[tuple[str, Text], ...]:
    """Return what may come next; ready is the first, and still the person's own choice."""
    reasons = tuple(
        (f"{PAUSE}{one.code}", replace(text.PAUSE, values=(("reason", Named(one.name)),))) for one in pauses
    )
    return ((READY, text.READY), *reasons)
