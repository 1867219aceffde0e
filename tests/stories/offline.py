"""What the stories of the cut link share: desks at a real centre, and a day's work in a few words."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, func, select

from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import LedgerRow
from ccbs_desk.services.session import Session
from ccbs_desk.sync.facts import SyncFacts
from tests.factories.counter import Counter, Run, payment
from tests.stories.centre import Centre

T = TypeVar("T")
CEILING = 60.0


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run a story; fail when it does not come to its end."""
    return asyncio.run(asyncio.wait_for(story, CEILING))


async def counter_at(centre: Centre, folder: Path) -> Counter:
    """Return an enrolled desk at the centre."""
    desk = Counter(folder, centre.link.address)
    await desk.enrol(centre.devices)
    return desk


def synced(program: Run, session: Session) -> None:
    """Start to push and pull; each act wakes the sync, as in the program."""
    engine = program.sync()
    session.acted.append(lambda _done: engine.wake())


async def home(program: Run) -> SyncFacts:
    """Wait until nothing of this desk waits and it has followed the feed to where its own acts are."""
    return await program.told(
        lambda facts: (facts.link, facts.problem, facts.unsent) == ("online", None, 0) and is_caught_up(program)
    )


def is_caught_up(program: Run) -> bool:
    """Return whether every act of the outbox has come to its end."""
    states = program.store.read(_states).result(CEILING)
    return states <= {"home", "refused", "conflict", "withdrawn"}


def _states(connection: Connection) -> set[str]:
    return set(connection.execute(select(Outbox.state).distinct()).scalars())


async def cut_off(centre: Centre, *programs: Run) -> None:
    """Cut the line and wait until the desks have noticed."""
    await asyncio.to_thread(centre.link.cut)
    for program in programs:
        await program.told(lambda facts: facts.link == "offline")


async def mended(centre: Centre) -> None:
    """Mend the line."""
    await asyncio.to_thread(centre.link.mend)


async def paid(session: Session, minor: int) -> tuple[UUID, str]:
    """Take a payment on the demo account; return the act's id and the receipt's number."""
    done = await session.act(await payment(session, minor), command_id=session.new_id())
    assert done.receipt_number is not None
    return done.command_id, done.receipt_number


async def posted(session: Session, command_id: UUID) -> dict[str, int]:
    """Return what an act has posted as this desk sees it, by ledger account."""

    def sums(connection: Connection) -> dict[str, int]:
        rows = connection.execute(
            select(LedgerRow.ledger_account, func.sum(LedgerRow.amount_minor))
            .where(LedgerRow.command_id == command_id)
            .group_by(LedgerRow.ledger_account)
        )
        return {name: int(minor) for name, minor in rows}

    return await session.read(sums)


async def state_of(session: Session, command_id: UUID) -> str:
    """Return the state of an act in the outbox."""

    def state(connection: Connection) -> str:
        return connection.execute(select(Outbox.state).where(Outbox.command_id == command_id)).scalar_one()

    return await session.read(state)


async def until(told: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Wait for something to become true."""
    while not await told():
        await asyncio.sleep(0.01)
