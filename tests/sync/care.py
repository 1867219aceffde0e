"""What agents do in the simulation beside taking money: features, complaints, calls; and the exchange's answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.domain.care_commands import (
    AddFeature,
    AttachCall,
    CommentComplaint,
    OpenComplaint,
    RemoveFeature,
    ResolveComplaint,
    WrapUpCall,
)
from ccbs_desk.domain.care_errors import ComplaintOpenAlready
from ccbs_desk.domain.commands import Command
from ccbs_desk.domain.errors import Refused
from ccbs_desk.domain.ids import call_id
from ccbs_desk.models.care import ComplaintNote
from ccbs_desk.models.database import reading
from ccbs_desk.models.subscribers import Line
from ccbs_desk.services.complaints import complaints_of
from ccbs_desk.services.feature_offer import feature_offer
from server_stub.provisioning.job import Provisioning
from server_stub.provisioning.simulator import SimulatedExchange
from tests.sync.world import SyncedDesk, World

KINDS = ("noise", "no_tone")
FAILS = frozenset({"do_not_disturb", "wake_up"})
Act = Callable[[SyncedDesk], None]


@dataclass(slots=True)
class Care:
    """The agents' work on a few accounts. `said` are the words of each act that was done."""

    world: World
    random: Random
    said: dict[UUID, str] = field(default_factory=dict)
    calls: list[UUID] = field(default_factory=list)
    accounts: tuple[UUID, ...] = ()
    _exchange: SimulatedExchange | None = None

    def acts(self) -> Iterator[tuple[Act, int]]:
        """Return what may happen, and how often."""
        yield from (
            (self.ring, 3),
            (self.change_feature, 7),
            (self.complain, 5),
            (self.comment, 4),
            (self.resolve, 3),
            (self.attach, 2),
            (self.wrap_up, 2),
            (self.provision, 4),
        )

    def call(self) -> UUID | None:
        """Return the call in whose tab something is done, if there is one."""
        return self.random.choice(self.calls) if self.calls and self.random.random() < 0.5 else None

    def ring(self, _desk: SyncedDesk) -> None:
        """The telephone rings."""
        self.calls.append(call_id("main", f"{len(self.calls)}"))

    def change_feature(self, desk: SyncedDesk) -> None:
        """A feature is ordered or removed, now or for another day, whatever the rules say of it."""
        account, line = self._place(desk)
        offer = desk.read(feature_offer, line, today=desk.today)
        assert offer is not None
        chosen = self.random.choice(offer.features)
        kind = RemoveFeature if chosen.on else AddFeature
        day = desk.today + timedelta(days=self.random.choice((0, 0, 0, 1)))
        self._do(desk, kind(account_id=account, line_id=line, feature_id=chosen.feature_id, effective_on=day))

    def complain(self, desk: SyncedDesk) -> None:
        """A complaint is opened; when one of its kind is open, words are added to it or a second is made."""
        account, line = self._place(desk)
        text = f"words {len(self.said)}"
        wanted = OpenComplaint(account_id=account, line_id=line, category=self.random.choice(KINDS), text=text)
        try:
            self._do(desk, wanted, text)
        except Refused as no:
            if not isinstance(no.reason, ComplaintOpenAlready):
                raise
            there = no.reason.complaint_id
            self._do(desk, CommentComplaint(account_id=account, complaint_id=there, text=text), text)

    def comment(self, desk: SyncedDesk) -> None:
        """Something is said on a complaint, whatever has become of it elsewhere."""
        found = self._complaint(desk)
        if found is not None:
            text = f"words {len(self.said)}"
            self._do(desk, CommentComplaint(account_id=found[0], complaint_id=found[1], text=text), text)

    def resolve(self, desk: SyncedDesk) -> None:
        """A complaint is resolved, at times by two at once."""
        found = self._complaint(desk)
        if found is not None:
            text = f"words {len(self.said)}"
            self._do(desk, ResolveComplaint(account_id=found[0], complaint_id=found[1], text=text), text)

    def attach(self, desk: SyncedDesk) -> None:
        """A call is attached to an account by hand."""
        if self.calls:
            account, line = self._place(desk)
            chosen = self.random.choice((None, line))
            self._do(desk, AttachCall(call_id=self.random.choice(self.calls), account_id=account, line_id=chosen))

    def wrap_up(self, desk: SyncedDesk) -> None:
        """A call is wrapped up."""
        if self.calls:
            self._do(desk, WrapUpCall(call_id=self.random.choice(self.calls), code="answered", notes=""))

    def provision(self, _desk: SyncedDesk) -> None:
        """The centre asks the exchange about its orders."""
        self._exchange = self._exchange or SimulatedExchange(self.world.clock, delay=timedelta(minutes=5), fails=FAILS)
        Provisioning(self.world.central.engine, self._exchange, self.world.clock, lambda _head: None, 1).round()

    def assert_nothing_said_is_lost(self, applied: frozenset[UUID]) -> None:
        """Fail unless the words of every act that the centre has recorded stand there."""
        with reading(self.world.central.engine) as connection:
            there = set(connection.execute(select(ComplaintNote.text)).scalars())
        missing = {act: text for act, text in self.said.items() if act in applied and text not in there}
        assert missing == {}

    def _do(self, desk: SyncedDesk, command: Command, text: str | None = None) -> None:
        done = desk.do(command, by=desk.people.agent, call_id=self.call())
        if text is not None:
            self.said[done.command_id] = text

    def _place(self, desk: SyncedDesk) -> tuple[UUID, UUID]:
        account = self.random.choice(self.accounts[:2])
        return account, desk.read(_first_line, account)

    def _complaint(self, desk: SyncedDesk) -> tuple[UUID, UUID] | None:
        account = self.random.choice(self.accounts[:2])
        found = desk.read(complaints_of, account, now=desk.clock.now)
        return (account, self.random.choice(found).complaint_id) if found else None


def _first_line(connection: Connection, account: UUID) -> UUID:
    lines = select(Line.id).where(Line.account_id == account).order_by(Line.id).limit(1)
    return connection.execute(lines).scalar_one()
