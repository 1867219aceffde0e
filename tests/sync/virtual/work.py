"""What people do in the virtual world: the random work of the simulation, at desks that may die while they do it."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from ccbs_desk.domain.commands import Command, TakePayment, WithdrawAct
from ccbs_desk.domain.errors import Refused
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import reading
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import Receipt
from ccbs_desk.models.subscribers import Account, AccountScope, Listing
from ccbs_desk.services.desk_bus import Submitted
from server_stub.seed import demo
from tests.sync.simulator import Simulator
from tests.sync.virtual.desk import VirtualDesk
from tests.sync.virtual.events import ELSEWHERE
from tests.sync.virtual.server import VirtualServer
from tests.sync.world import Central, SyncedDesk, World


class VirtualCentral(Central):
    """The centre of the older simulation, whose jobs take their turn at the feed lock here."""

    def __init__(self, server: VirtualServer) -> None:
        super().__init__(server.memory.engine, server.clock)  # type: ignore[arg-type]
        self.server = server

    def write(self, table: Table, row: dict[str, Any]) -> None:
        """Let a job write a row."""
        if self.server.app is not None:
            self.server.job(table, row, row["id"])


class Work(Simulator):
    """A day's work at some desks, in steps; every payment that was confirmed to a payer is in `taken`."""

    def prepare(self) -> None:
        """Look where there is work to do."""
        self.everywhere = (*self._owing(), *self._elsewhere())
        self.poison: set[UUID] = set()
        self.poisonous = 0.0
        for desk in self.world.desks:
            assert isinstance(desk, VirtualDesk)
            desk.printed = self._printer(desk)

    def employ_all(self) -> None:
        """Whoever was let go is back: where nobody may sign in, nothing comes home."""
        people = self.world.desks[0].people
        for person in (people.clerk, people.clerk_2, people.supervisor):
            self._employ(person, active=True)

    def one(self, desk: VirtualDesk) -> None:
        """Let one thing happen at a desk. Raises PowerCut when the desk dies of it."""
        desk.sit_down()
        held = desk.read(_held, self.everywhere)
        self.accounts = self.care.accounts = held if len(held) > 1 else held * 2
        acts = [
            (self.pay, 18),
            (self.copy, 3),
            (self.close_till, 2),
            (self.close_far_off, 6),
            (self.come_in, 1),
            (self.withdraw, 3),
            (self.dispute, 2),
            (self.dismiss, 2),
            (self.dismiss_supervisor, 3),
            (self.rename, 2),
            (self.unlist, 2),
            *self.care.acts(),
        ]
        if not held:
            # The desk has just come to where nobody is known.
            acts = [(self.close_till, 1), (self.come_in, 1)]
        chosen: Callable[[SyncedDesk], None] = self.random.choices([a for a, _ in acts], [w for _, w in acts])[0]
        self.note(f"{chosen.__name__} at {desk.number}")
        try:
            chosen(desk)
        except Refused as no:
            self.note(f"  refused: {no.reason}")

    def note(self, line: str) -> None:
        """Keep what happens, and when."""
        desk = self.world.desks[0]
        assert isinstance(desk, VirtualDesk)
        self.log.append(f"{desk.loop.time():9.3f} {line}")

    def _elsewhere(self) -> list[UUID]:
        """Return the accounts of the area to which desks are moved."""
        scopes = select(AccountScope.account_id).where(AccountScope.area_id == ELSEWHERE)
        with reading(self.world.central.engine) as connection:
            return list(connection.execute(scopes.order_by(AccountScope.account_id)).scalars())

    def pay(self, desk: SyncedDesk) -> None:
        """Somebody pays; what is printed is what counts."""
        self._open(desk)
        account = self.random.choice(self.accounts)
        amount = self.random.randint(1, 80) * 2_500 + self.random.randint(0, 99)
        paying = desk.payment(amount, account_id=account)
        desk.do(paying, by=self._clerk(desk), call_id=self.care.call())

    def withdraw(self, desk: SyncedDesk) -> None:
        """A refused act is left as it is."""
        refused = (
            select(Outbox.command_id).where(Outbox.state == "refused", ~Outbox.handled).order_by(Outbox.device_seq)
        )
        found = desk.read(lambda connection: connection.execute(refused.limit(1)).scalar_one_or_none())
        if found is not None:
            desk.do(WithdrawAct(act_id=found, why="left"), by=self._clerk(desk), amends=found)

    def unlist(self, _desk: SyncedDesk) -> None:
        """An entry of the directory is removed: a row goes, and every desk has to hear of it."""
        central = self.world.central
        assert isinstance(central, VirtualCentral)
        entries = select(Listing.id).where(Listing.area_id == demo.AREA).order_by(Listing.id)
        found = self.world.desks[0].read(lambda connection: connection.execute(entries).scalars().all())
        if found and central.server.app is not None:
            central.server.job(table_of(Listing), None, self.random.choice(found))

    def _printer(self, desk: VirtualDesk) -> Callable[[Command, Submitted], None]:
        def printed(command: Command, done: Submitted) -> None:
            if self.random.random() < self.poisonous:
                self.poison.add(done.command_id)
            if isinstance(command, TakePayment):
                self.taken[done.command_id] = desk, command.tendered[0]
                receipt = desk.read(_receipt_of, done.command_id)
                self.receipts.append((receipt, command.account_id))

        return printed


def _held(connection: Connection, accounts: Sequence[UUID]) -> tuple[UUID, ...]:
    """Return which of these accounts are known at a desk, in their order."""
    there = set(connection.execute(select(Account.id).where(Account.id.in_(accounts))).scalars())
    return tuple(account for account in accounts if account in there)


def _receipt_of(connection: Connection, command_id: UUID) -> UUID:
    found: UUID = connection.execute(select(Receipt.id).where(Receipt.command_id == command_id)).scalar_one()
    return found


def new_work(server: VirtualServer, desks: tuple[VirtualDesk, ...], random: Random) -> Work:
    """Return the work of some desks."""
    central = VirtualCentral(server)
    world = World(central, desks, server.clock)  # type: ignore[arg-type]
    work = Work(world, random)
    work.prepare()
    return work
