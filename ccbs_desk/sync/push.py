"""Send the outbox, oldest act first, and keep what the server says of each.

Order is kept within an order key only: an act that waits for a person holds back the later ones that share a key with
it, and nothing else. Taken money waits behind nothing. What was sent and not answered is sent again; the server knows
it by its id and gives the first result.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from ccbs_desk.domain.commands import all_commands
from ccbs_desk.domain.errors import ServerFault, Unavailable
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.store import Store
from ccbs_desk.sync import clock
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.rebase import UNANSWERED, Applied, apply_answers, left_acts
from ccbs_desk.wire.messages import Answer, PushAnswer

_log = logging.getLogger(__name__)

BATCH = 100
TRIES = 3
"""An act on which the server fails so often, while it answers otherwise, is parked."""
WAITING = ("parked", "frozen")
_MONEY = frozenset(kind.KIND for kind in all_commands() if kind.TAKES_MONEY)


@dataclass(frozen=True, slots=True)
class Act:
    """An act as the outbox keeps it. `left`: it was refused once, and what came after it was done on top of that."""

    device_seq: int
    command_id: UUID
    raw: bytes
    left: bool


def next_batch(connection: Connection, after: int, most: int) -> list[Act]:
    """Return the next acts after a sequence number that may be sent together.

    An act other than money ends the batch when one before it in the batch shares a key: it waits for that answer.
    """
    rows = connection.execute(
        select(Outbox.device_seq, Outbox.kind, Outbox.state, Outbox.order_keys)
        .where(Outbox.state.in_(UNANSWERED))
        .order_by(Outbox.device_seq)
    )
    held: set[str] = set()
    sent: set[str] = set()
    chosen: list[int] = []
    for seq, kind, state, keys in rows:
        if state in WAITING or (kind not in _MONEY and not held.isdisjoint(keys)):
            held.update(keys)
        elif seq > after:
            if len(chosen) == most or (kind not in _MONEY and not sent.isdisjoint(keys)):
                break
            chosen.append(seq)
            sent.update(keys)
    return _acts(connection, chosen)


def waiting_acts(connection: Connection) -> list[Act]:
    """Return the acts that the server has parked or did not take, to ask what has become of them."""
    rows = connection.execute(
        select(Outbox.device_seq).where(Outbox.state.in_(WAITING)).order_by(Outbox.device_seq)
    ).scalars()
    return _acts(connection, rows.all())


def _acts(connection: Connection, seqs: Sequence[int]) -> list[Act]:
    rows = connection.execute(
        select(Outbox.device_seq, Outbox.command_id, Outbox.raw, Outbox.reason_code, Outbox.state)
        .where(Outbox.device_seq.in_(seqs))
        .order_by(Outbox.device_seq)
    ).all()
    left = left_acts(connection, rows)
    return [Act(row.device_seq, row.command_id, row.raw, row.command_id in left) for row in rows]


class Push:
    """Sends the outbox of one desk. `told` hears of everything that an answer changed here."""

    def __init__(
        self, store: Store, client: Client, now: Callable[[], datetime], told: Callable[[Applied], None]
    ) -> None:
        self._store = store
        self._client = client
        self._now = now
        self._told = told
        self._size = BATCH
        self._suspect: Act | None = None
        self.unreadable = 0
        """How many answers could not be applied."""

    async def waiting(self) -> bool:
        """Ask what has become of the acts that wait for a person at the server; return whether any waits no longer.

        An act on which the server fails waits on; it keeps neither the others from being asked for nor anything else.
        """
        acts = await asyncio.wrap_future(self._store.read(waiting_acts))
        for start in range(0, len(acts), BATCH):
            batch = acts[start : start + BATCH]
            if not await self._asked(batch) and len(batch) > 1:
                for act in batch:
                    await self._asked([act])
        return bool(acts) and len(await asyncio.wrap_future(self._store.read(waiting_acts))) < len(acts)

    async def _asked(self, batch: list[Act]) -> bool:
        """Return whether the server had an answer that is of use."""
        try:
            await self._send(batch)
        except Unavailable as gone:
            if not isinstance(gone.reason, ServerFault):
                raise
            _log.warning("the server still fails on acts that wait: %s", ", ".join(str(a.command_id) for a in batch))
            return False
        return True

    async def all(self) -> None:
        """Send everything that may be sent. Raises Unavailable, Refused."""
        after = 0
        while batch := await self._next(after):
            if await self._sent_whole(batch):
                after = batch[-1].device_seq

    async def blame(self) -> None:
        """The server answers otherwise, so the act on which it failed alone is at fault: count, and in the end park."""
        suspect, self._suspect = self._suspect, None
        if suspect is not None:
            await asyncio.wrap_future(self._store.write(lambda connection: _count_fault(connection, suspect)))

    async def _next(self, after: int) -> list[Act]:
        size = self._size
        return await asyncio.wrap_future(self._store.read(lambda connection: next_batch(connection, after, size)))

    async def _sent_whole(self, batch: list[Act]) -> bool:
        """Send a batch; when the server fails on it, make the next one smaller, down to the act at fault."""
        try:
            await self._send(batch)
        except Unavailable as gone:
            if not isinstance(gone.reason, ServerFault):
                raise
            if len(batch) == 1:
                self._suspect = batch[0]
                raise
            self._size = max(1, len(batch) // 4)
            return False
        self._size = min(BATCH, self._size * 2)
        return True

    async def _send(self, batch: list[Act]) -> None:
        answer = await clock.timed(
            self._client.push([act.raw for act in batch], [act.command_id for act in batch if act.left]), self._now
        )
        asked = {act.command_id for act in batch}
        answers = [one for one in answer.message.answers if one.command_id in asked]
        if not answers:
            raise Unavailable(ServerFault(200))
        await self._keep(answers, answer)

    async def _keep(self, answers: list[Answer], answer: clock.Timed[PushAnswer]) -> None:
        def keep(connection: Connection, some: Iterable[Answer]) -> Applied:
            clock.note(connection, answer)
            return apply_answers(connection, some)

        try:
            applied = await asyncio.wrap_future(self._store.write(lambda connection: keep(connection, answers)))
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - one poisoned answer must not hold the others back
            _log.exception("%d answers could not be applied together; each is applied alone", len(answers))
            applied = await self._keep_each(answers)
        self._told(applied)

    async def _keep_each(self, answers: list[Answer]) -> Applied:
        told = Applied()
        for one in answers:
            try:
                told |= await asyncio.wrap_future(
                    self._store.write(lambda connection, one=one: apply_answers(connection, [one]))  # type: ignore[misc]
                )
            except Unavailable:
                raise
            except Exception:  # noqa: BLE001 - the act is parked, where a person sees it
                _log.exception("the answer to act %s could not be applied", one.command_id)
                self.unreadable += 1
                await asyncio.wrap_future(
                    self._store.write(lambda connection, one=one: _park(connection, one.command_id))  # type: ignore[misc]
                )
        return told


def _count_fault(connection: Connection, act: Act) -> None:
    table = table_of(Outbox)
    connection.execute(update(table).where(table.c.command_id == act.command_id).values(attempts=table.c.attempts + 1))
    tried = connection.execute(select(table.c.attempts).where(table.c.command_id == act.command_id)).scalar_one()
    if tried >= TRIES:
        _log.error("act %s is parked: the server fails on it", act.command_id)
        _park(connection, act.command_id)


def _park(connection: Connection, command_id: UUID) -> None:
    table = table_of(Outbox)
    connection.execute(
        update(table)
        .where(table.c.command_id == command_id, table.c.state.in_(UNANSWERED))
        .values(state="parked", reason_code=ServerFault.code, reason_values={"status": 0}, handled=False)
    )
