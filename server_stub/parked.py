"""Acts that could not be applied, as a person sees them, and the word to try one again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, select

from ccbs_desk.models.central import ParkedCommand
from ccbs_desk.models.database import reading
from ccbs_desk.wire.messages import Answer
from server_stub.acts import read_act
from server_stub.applier import apply_acts


@dataclass(frozen=True, slots=True)
class ParkedAct:
    """An act that waits for a person."""

    command_id: UUID
    device_id: UUID
    error: str
    tries: int
    parked_at: datetime


def parked_acts(engine: Engine) -> list[ParkedAct]:
    """Return what is parked, oldest first."""
    columns = [getattr(ParkedCommand, name) for name in ParkedAct.__dataclass_fields__]
    with reading(engine) as connection:
        found = connection.execute(select(*columns).order_by(ParkedCommand.parked_at, ParkedCommand.command_id))
        return [ParkedAct(*row) for row in found]


def retry(engine: Engine, now: Callable[[], datetime], command_id: UUID) -> Sequence[Answer]:
    """Apply a parked act by a person's word, whichever device brought it; return what became of it."""
    with reading(engine) as connection:
        found = connection.execute(
            select(ParkedCommand.raw, ParkedCommand.device_id).where(ParkedCommand.command_id == command_id)
        ).all()
    acts = [read_act(row.raw, row.device_id) for row in found]
    return apply_acts(engine, now(), acts, by_hand=True)[0] if acts else []
