"""Counters at work over a link that loses, delays, doubles and reorders, against one centre: chance from a seed.

Whatever happens on the way, taken money has one effect at every moment on the desk that took it; and when all has come
home, every desk holds the server's rows and nothing else.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.domain.commands import CloseTill, CopyReceipt, SignIn
from ccbs_desk.domain.errors import Refused
from ccbs_desk.domain.ledger import CASH_TILL, RECEIVABLE
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.till import Note
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import AppliedCommand
from ccbs_desk.models.database import reading
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import BillPart, LedgerRow, Receipt
from ccbs_desk.models.reference import Staff
from ccbs_desk.models.subscribers import Account
from ccbs_desk.services.payment_preview import preview
from ccbs_desk.services.take_payment import Taken
from ccbs_desk.services.tills import cash_in_drawer, till_facts
from ccbs_desk.wire.codec import Malformed
from server_stub.check import run_checks
from tests.sync.care import Care
from tests.sync.world import SyncedDesk, World

HOT_ACCOUNTS = 4
STEP = 2_500
ENDS = {"applied": "home", "refused": "refused"}


@dataclass(frozen=True, slots=True)
class Flight:
    """Something on its way to a desk."""

    desk: SyncedDesk
    arrive: Callable[[], object]


@dataclass(slots=True)
class Simulator:
    """One run. `taken` are the payments that were confirmed to a payer, with the cash that came into the drawer."""

    world: World
    random: Random
    flights: list[Flight] = field(default_factory=list)
    taken: dict[UUID, tuple[SyncedDesk, Money]] = field(default_factory=dict)
    receipts: list[tuple[UUID, UUID]] = field(default_factory=list)
    accounts: tuple[UUID, ...] = ()
    names: int = 0
    refusals: int = 0
    log: list[str] = field(default_factory=list)
    care: Care = field(init=False)

    def __post_init__(self) -> None:
        self.care = Care(self.world, self.random)

    def run(self, steps: int) -> None:
        """Let some things happen, then bring everything home and compare."""
        self.accounts = self.care.accounts = tuple(self._owing())
        self._everybody_works()
        for _ in range(steps):
            self.step()
        self.flights.clear()
        self.world.heal()
        self.assert_home()

    def _everybody_works(self) -> None:
        """A new day: whoever was let go is back, and every desk knows it."""
        for person in (self._clerk(self.world.desks[0]), self._clerk(self.world.desks[1])):
            self._employ(person, active=True)
        self._employ(self.world.desks[0].people.supervisor, active=True)
        self.world.heal()

    def _employ(self, person: UUID, *, active: bool | None = None) -> None:
        row = self.world.central.row(table_of(Staff), person)
        self.world.central.write(table_of(Staff), {**row, "active": not row["active"] if active is None else active})

    def step(self) -> None:
        """Let one thing happen."""
        desk = self.random.choice(self.world.desks)
        chosen = self.random.choices(list(self._acts()), [weight for _, weight in self._acts()])[0][0]
        self.log.append(f"{chosen.__name__} at {self.world.desks.index(desk)}")
        try:
            chosen(desk)
        except Refused as no:
            self.log.append(f"  refused: {no.reason}")
        self.assert_taken(desk)

    def _acts(self) -> Iterator[tuple[Callable[[SyncedDesk], None], int]]:
        yield from (
            (self.pay, 16),
            (self.copy, 2),
            (self.close_till, 2),
            (self.close_far_off, 3),
            (self.come_in, 1),
            (self.send, 8),
            (self.ask, 12),
            (self.deliver, 20),
            (self.dispute, 4),
            (self.dismiss, 1),
            (self.dismiss_supervisor, 3),
            (self.rename, 6),
            *self.care.acts(),
        )

    # At the counter

    def pay(self, desk: SyncedDesk) -> None:
        """Somebody pays something on an account that others pay on too."""
        self._open(desk)
        account = self.random.choice(self.accounts)
        amount = Money(self.random.randint(1, 80) * STEP + self.random.randint(0, 99), SYP)
        seen = desk.read(preview, account, amount, today=desk.today)
        assert seen.terms is not None
        paying = desk.payment(amount.minor, account_id=account)
        done = desk.do(paying, by=self._clerk(desk), call_id=self.care.call())
        assert isinstance(done.result, Taken)
        self.taken[done.command_id] = desk, seen.terms.collect
        self.receipts.append((done.result.receipt_id, account))

    def copy(self, desk: SyncedDesk) -> None:
        """Somebody asks for a copy of a receipt, not always at the counter that gave it."""
        if self.receipts:
            receipt_id, account_id = self.random.choice(self.receipts)
            desk.do(CopyReceipt(receipt_id=receipt_id, account_id=account_id), by=self._clerk(desk))

    def close_till(self, desk: SyncedDesk) -> None:
        """The clerk counts and goes home; the count is a little off at times."""
        till = desk.read(till_facts, desk.till_id)
        if till is None or till.session_id is None:
            return
        drawer = desk.read(cash_in_drawer, till.session_id).get(SYP, Money(0, SYP))
        counted = Note(SYP, 100, max(0, drawer.minor // 100 + self.random.choice((0, 0, 0, -1, 2))))
        closing = CloseTill(till_id=desk.till_id, session_id=till.session_id, counted=(counted,))
        desk.do(closing, by=self._clerk(desk))

    def close_far_off(self, desk: SyncedDesk) -> None:
        """The drawer is far off; a supervisor approves, who may work here no longer. Then the centre refuses."""
        till = desk.read(till_facts, desk.till_id)
        if till is None or till.session_id is None:
            return
        counted = (Note(SYP, 1_000_000, 1),)
        closing = CloseTill(till_id=desk.till_id, session_id=till.session_id, counted=counted)
        act = desk.new_id()
        approval = desk.approval(closing, TILL_APPROVE_DIFFERENCE, command_id=act)
        desk.do(closing, by=self._clerk(desk), command_id=act, approvals=[approval])
        if self.random.random() < 0.7:
            self._employ(desk.people.supervisor, active=False)

    def come_in(self, desk: SyncedDesk) -> None:
        """Somebody sits down: an act that leaves no synced row."""
        desk.do(SignIn(online=False), by=self._clerk(desk))

    def _open(self, desk: SyncedDesk) -> None:
        till = desk.read(till_facts, desk.till_id)
        if till is not None and till.session_id is None:
            desk.open_till(by=self._clerk(desk))

    def _clerk(self, desk: SyncedDesk) -> UUID:
        return desk.people.clerk if self.world.desks.index(desk) != 1 else desk.people.clerk_2

    # On the way

    def send(self, desk: SyncedDesk) -> None:
        """Some acts reach the server. What it says is lost at times, and late at others."""
        answers = desk.send(self.random.randint(1, 6))
        if answers and self.random.random() > 0.3:
            self.flights.append(Flight(desk, lambda: desk.hear(answers)))

    def ask(self, desk: SyncedDesk) -> None:
        """The server makes a page; when it arrives, if ever, is another matter."""
        page = desk.ask(self.random.choice((1, 4, 2_000)))
        self.flights.append(Flight(desk, lambda: desk.see(page)))

    def deliver(self, _desk: SyncedDesk) -> None:
        """Something arrives, in no order, and not always for the last time."""
        if not self.flights:
            return
        flight = self.random.choice(self.flights)
        if self.random.random() > 0.2:
            self.flights.remove(flight)
        try:
            flight.arrive()
        except Malformed:
            self.log.append("  a page that does not follow")
        self.assert_taken(flight.desk)

    # At the centre

    def dispute(self, desk: SyncedDesk) -> None:
        """A part of a bill is disputed, or no longer."""
        parts = select(BillPart.id).where(BillPart.account_id == self.accounts[0]).order_by(BillPart.id).limit(2)
        found = desk.read(lambda connection: connection.execute(parts).scalars().all())
        if not found:
            return
        row = self.world.central.row(table_of(BillPart), self.random.choice(found))
        self.world.central.write(table_of(BillPart), {**row, "disputed": not row["disputed"]})

    def dismiss(self, desk: SyncedDesk) -> None:
        """A clerk is let go, or comes back; desks hear of it late."""
        self._employ(self._clerk(desk))

    def dismiss_supervisor(self, desk: SyncedDesk) -> None:
        """Whoever approves is let go, or comes back."""
        self._employ(desk.people.supervisor)

    def rename(self, _desk: SyncedDesk) -> None:
        """The account itself changes under the payments on it."""
        row = self.world.central.row(table_of(Account), self.accounts[1])
        self.names += 1
        self.world.central.write(table_of(Account), {**row, "customer_class": f"class {self.names}"})

    # What must hold

    def assert_taken(self, desk: SyncedDesk) -> None:
        """Fail unless the desk's ledger balances and every payment taken there is in it once."""
        off, cash, receipts = desk.read(_money)
        assert off == [], self.story()
        for act, (where, amount) in self.taken.items():
            if where is desk:
                assert cash.get(act) == amount.minor, f"{act}\n{self.story()}"
                assert receipts.get(act) == 1, f"{act}\n{self.story()}"

    def assert_home(self) -> None:
        """Fail unless all desks hold the server's rows and all acts have their end."""
        self.world.assert_alike()
        for desk in self.world.desks:
            self.assert_taken(desk)
            ends = desk.read(lambda c: dict(c.execute(select(Outbox.command_id, Outbox.state)).all()))
            assert ends == {act: ENDS[said] for act, said in self._said(desk).items()}, self.story()
            self.care.assert_nothing_said_is_lost(frozenset(act for act, end in ends.items() if end == "home"))
            self.refusals = max(self.refusals, sum(state == "refused" for state in ends.values()))

    def _said(self, desk: SyncedDesk) -> dict[UUID, str]:
        """Return what the server said of each act of a desk, once and for ever."""
        said = select(AppliedCommand.command_id, AppliedCommand.outcome)
        with reading(self.world.central.engine) as connection:
            return dict(connection.execute(said.where(AppliedCommand.device_id == desk.device_id)).all())

    def assert_sound(self) -> None:
        """Fail unless the server keeps all its promises."""
        out = io.StringIO()
        assert run_checks(self.world.central.engine, out) == 0, f"{out.getvalue()}\n{self.story()}"

    def story(self) -> str:
        """Return what happened."""
        return "\n".join(self.log)

    def _owing(self) -> list[UUID]:
        owing = (
            select(LedgerRow.account_id)
            .where(LedgerRow.ledger_account == RECEIVABLE, LedgerRow.account_id.is_not(None))
            .group_by(LedgerRow.account_id)
            .having(func.sum(LedgerRow.amount_minor) > 0)
            .order_by(LedgerRow.account_id)
            .limit(HOT_ACCOUNTS)
        )
        found = self.world.desks[0].read(lambda connection: connection.execute(owing).scalars().all())
        return [account for account in found if account is not None]


def _money(connection: Connection) -> tuple[list[UUID], dict[UUID, int], dict[UUID, int]]:
    """Return acts whose legs do not sum to zero, the cash of each act, and its receipts."""
    total = func.sum(LedgerRow.amount_minor)
    by_act = select(LedgerRow.command_id, total).group_by(LedgerRow.command_id)
    off = connection.execute(
        select(LedgerRow.command_id).group_by(LedgerRow.command_id, LedgerRow.currency).having(total != 0)
    )
    cash = connection.execute(by_act.where(LedgerRow.ledger_account == CASH_TILL))
    receipts = connection.execute(select(Receipt.command_id, func.count()).group_by(Receipt.command_id))
    return list(off.scalars()), {act: int(sum_) for act, sum_ in cash}, dict(receipts.all())
