"""A person at work on this desk: the one object through which presenters read and act.

Everything runs on the store thread; here are only awaitables. Nothing of Qt, nothing of the wire.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.commands import Command
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from ccbs_desk.domain.permissions import allowed
from ccbs_desk.models.store import Store
from ccbs_desk.services.desk_bus import DeskBus, Submitted
from ccbs_desk.services.reach import Reach

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in. `language` is the person's own choice of interface."""

    id: UUID
    login: str
    name_ar: str
    name_en: str
    language: str
    roles: frozenset[str]

    def may(self, permission: str) -> bool:
        """Tell whether the person's roles hold the permission."""
        return allowed(self.roles, permission)


@dataclass(frozen=True, slots=True)
class Place:
    """Where this desk stands. `home_area` is the telephone area of local numbers ("11"); the till may be missing."""

    device_id: UUID
    area_id: int | None
    home_area: str | None
    centre_ar: str
    centre_en: str
    till_id: UUID | None
    till_code: str


@dataclass(slots=True)
class Session:
    """One sign-in.

    `acted` is called after each act that became durable, so that sync wakes and screens refresh; `marked` after a mark
    in the outbox, which may let something go out that waited. `call_id` is the call in whose tab one works, if any: all
    that is done through such a session is linked to it. `reach` leads to subscribers who are not on this desk.
    """

    store: Store
    bus: DeskBus
    person: Person
    place: Place
    now: Callable[[], datetime]
    acted: list[Callable[[Submitted], None]] = field(default_factory=list)
    marked: list[Callable[[], None]] = field(default_factory=list)
    call_id: UUID | None = None
    reach: Reach | None = None

    def in_call(self, call_id: UUID) -> "Session":
        """Return the same sign-in at work in the tab of a call."""
        return replace(self, call_id=call_id)

    @property
    def today(self) -> date:
        """The business date in Damascus."""
        return damascus_date(self.now())

    def new_id(self) -> UUID:
        """Return a fresh command id, minted when a form opens and kept with its draft."""
        return uuid7(int(self.now().timestamp() * 1000), secrets.token_bytes(RANDOM_BYTES))

    async def read(self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a read of `services` on the store thread; cancelling the awaiting task cancels it while it waits."""
        return await _of(self.store.read(lambda connection: act(connection, *args, **kwargs)))

    async def brought(self, account_id: UUID) -> bool:
        """Have an account of another area on this desk; return whether the centre could be asked and gave it."""
        if self.reach is None:
            return False
        try:
            await self.reach.bring(account_id, self.call_id)
        except (Refused, Unavailable):
            return False
        return True

    async def write(self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a write that is no act on shared data: drafts."""
        return await _of(self.store.write(lambda connection: act(connection, *args, **kwargs)))

    async def mark(self, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a write that marks an act in the outbox, and tell that it may go out now."""
        done = await self.write(act, *args, **kwargs)
        for tell in self.marked:
            tell()
        return done

    async def act(
        self,
        command: Command,
        *,
        command_id: UUID,
        approvals: Sequence[Approval] = (),
        amends: UUID | None = None,
        call_id: UUID | None = None,
    ) -> Submitted:
        """Do an act, in the tab of a call if one is named; when this returns it is on the disk.

        Raises Refused, Unavailable.
        """
        submitted = await _of(
            self.store.write(
                lambda connection: self.bus.submit(
                    connection,
                    command,
                    command_id=command_id,
                    staff_id=self.person.id,
                    approvals=approvals,
                    amends=amends,
                    call_id=call_id or self.call_id,
                )
            )
        )
        for tell in self.acted:
            tell(submitted)
        return submitted


async def _of(future: "Future[T]") -> T:
    return await asyncio.wrap_future(future)
