"""What the centre does beside the work: accounts and desks change their area, and a backup takes the server's place."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from sqlalchemy import Engine, select

from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from ccbs_desk.models.database import reading
from ccbs_desk.models.reference import Device
from ccbs_desk.models.subscribers import Account, AccountScope
from server_stub import moves
from server_stub.feed import new_epoch
from server_stub.moves import Moves
from server_stub.seed import demo
from tests.sync.virtual.desk import VirtualDesk
from tests.sync.virtual.server import VirtualServer

ELSEWHERE, CENTRE_ELSEWHERE = 9, "C009"
"""The other area of this world: it holds one subscriber, and its centre has one till."""


@dataclass(slots=True)
class Events:
    """Moves accounts and desks and puts the server back, whatever anybody is doing."""

    server: VirtualServer
    desks: Sequence[VirtualDesk]
    accounts: Sequence[UUID]
    chance: Random
    note: Callable[[str], None]
    moved: int = field(default=0, init=False)
    put_back: int = field(default=0, init=False)
    _since: list[tuple[UUID, str]] = field(default_factory=list, init=False)

    async def move(self) -> None:
        """Move something now and then; the centre does it as any writer of the feed."""
        while True:
            await asyncio.sleep(self.chance.expovariate(1 / 45))
            if self.server.app is None:
                continue
            self.moved += 1
            if self.chance.random() < 0.35:
                desk = self.chance.choice(self.desks)
                self.note(f"desk {desk.number} is moved")
                self.server.spawn(self.server.transaction(lambda desk=desk: self._move_desk(desk)))  # type: ignore[misc]
            else:
                account, both = self.chance.choice(self.accounts), self.chance.random() < 0.4
                self.note(f"account {self.accounts.index(account)} is moved")
                self.server.spawn(
                    self.server.transaction(lambda account=account, both=both: self._move_account(account, both))  # type: ignore[misc]
                )

    async def lose_a_day(self, seconds: float) -> None:
        """Take a backup in the first half of so many seconds, and put it back in the second."""
        await asyncio.sleep(self.chance.uniform(0.1, 0.5) * seconds)
        self.note("a backup is taken")
        self.server.back_up()
        self._since.clear()
        await asyncio.sleep(self.chance.uniform(0.1, 0.4) * seconds)
        self.note("the server is put back")
        self.put_back += 1
        self.server.put_back(self._done_again)
        for desk in self.desks:
            # To put a server back takes longer than anything is on its way.
            desk.line.forget()

    def _done_again(self, engine: Engine) -> None:
        """What no desk can bring again the centre does again: which desk works where, and at which till."""
        new_epoch(engine)
        for device_id, centre in self._since:
            self._moves.device(device_id, centre)

    @property
    def _moves(self) -> Moves:
        return Moves(self.server.memory.engine, self.server.clock, "root")

    def _move_desk(self, desk: VirtualDesk) -> None:
        at = select(Device.area_id).where(Device.id == desk.device_id)
        with reading(self.server.memory.engine) as connection:
            area = connection.execute(at).scalar_one()
        centre = CENTRE_ELSEWHERE if area == demo.AREA else demo.CARE_CENTRE_CODE
        self._moves.device(desk.device_id, centre)
        self._since.append((desk.device_id, centre))

    def _move_account(self, account_id: UUID, both: bool) -> None:
        """Let an account be held by two areas, or by the one of them where it was not."""
        scopes = select(AccountScope.area_id).where(AccountScope.account_id == account_id)
        with reading(self.server.memory.engine) as connection:
            number = connection.execute(select(Account.number).where(Account.id == account_id)).scalar_one()
            held = frozenset(connection.execute(scopes).scalars())
        wanted = {demo.AREA, ELSEWHERE} if both else {demo.AREA, ELSEWHERE} - held or {ELSEWHERE}
        self._moves.account(number, add=sorted(wanted - held), remove=sorted(held - wanted))


@contextmanager
def ids_by_chance(chance: Random) -> Iterator[None]:
    """Let what is moved get its ids by this chance, so that a seed tells the same story again."""

    def fresh(now: datetime) -> UUID:
        return uuid7(int(now.timestamp() * 1000), chance.randbytes(RANDOM_BYTES))

    real, moves._fresh = moves._fresh, fresh
    try:
        yield
    finally:
        moves._fresh = real
