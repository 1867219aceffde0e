"""The codes of the work at the telephone, which are data: why a pause, what a call came to. Nothing here writes."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.models.calls import PauseReason, WrapUpCode


@dataclass(frozen=True, slots=True)
class PauseView:
    """A reason for which an agent takes no calls."""

    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class WrapUpView:
    """What a call came to; `needs_notes` says that the code alone does not tell."""

    code: str
    name: Bilingual
    needs_notes: bool


def pause_reasons(connection: Connection) -> tuple[PauseView, ...]:
    """Return the reasons for a pause, in the order in which they are offered."""
    rows = connection.execute(
        select(PauseReason.code, PauseReason.name_ar, PauseReason.name_en).order_by(PauseReason.id)
    )
    return tuple(PauseView(code, Bilingual(ar, en)) for code, ar, en in rows)


def wrap_up_codes(connection: Connection) -> tuple[WrapUpView, ...]:
    """Return what a call may have come to, in the order in which they are offered."""
    rows = connection.execute(
        select(WrapUpCode.code, WrapUpCode.name_ar, WrapUpCode.name_en, WrapUpCode.needs_notes).order_by(WrapUpCode.id)
    )
    return tuple(WrapUpView(code, Bilingual(ar, en), needs) for code, ar, en, needs in rows)
