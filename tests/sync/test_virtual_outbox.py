"""Thousands of acts wait in one outbox, and on one of them the server fails for ever: all the others come home."""

import asyncio
import gc
from collections.abc import Collection, Iterator
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from ccbs_desk.domain.care_commands import CommentComplaint, OpenComplaint
from ccbs_desk.domain.commands import SignIn
from ccbs_desk.models import undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import AppliedCommand
from ccbs_desk.models.database import reading
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.reference import Staff
from ccbs_desk.models.subscribers import Line
from ccbs_desk.services.open_complaint import Opened
from ccbs_desk.wire.codec import decode_envelope
from tests.sync.virtual.desk import VirtualDesk
from tests.sync.virtual.kit import make_kit
from tests.sync.virtual.loop import VirtualLoop
from tests.sync.virtual.scenario import poisoned
from tests.sync.virtual.server import VirtualServer

# A machine that lost its power leaves coroutines behind that nobody will go on with.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
MANY, TEN_THOUSAND = 1_000, 10_000
HOURS = 3_600.0


def fill_outbox(desk: VirtualDesk, acts: int) -> UUID:
    """Do so many acts without a line; return the one that is to be the poison: the last comment on its account."""
    lines = select(Line.account_id, Line.id).order_by(Line.account_id)
    found = dict(desk.read(lambda connection: connection.execute(lines).all()))
    desk.open_till()
    complaints = []
    for account, line in found.items():
        opening = OpenComplaint(account_id=account, line_id=line, category="noise", text="first words")
        opened = desk.do(opening, by=desk.people.agent).result
        assert isinstance(opened, Opened)
        complaints.append((account, opened.complaint_id))
    poison = UUID(int=0)
    for n in range(acts - 1 - len(complaints)):
        account, complaint = complaints[n // 8 % len(complaints)]
        if n % 8 == 0 and (account != complaints[0][0] or n < acts // 2):
            words = CommentComplaint(account_id=account, complaint_id=complaint, text=f"words {n}")
            done = desk.do(words, by=desk.people.agent)
            poison = done.command_id if account == complaints[0][0] else poison
        elif n % 8 == 1:
            desk.do(desk.payment(1_000, account_id=account))
        else:
            desk.do(SignIn(online=False))
    return poison


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """What the machines left is swept up before the next test."""
    yield
    gc.collect()


def test_a_thousand_acts_and_one_poison() -> None:
    come_home_but_one(MANY)


@pytest.mark.long
def test_ten_thousand_acts_and_one_poison() -> None:
    come_home_but_one(TEN_THOUSAND)


def test_a_page_reads_only_those_of_a_thousand_acts_that_it_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[UUID] = []
    real = undo.touched

    def touched(connection: Connection, acts: Collection[UUID]) -> dict[UUID, set[tuple[str, UUID]]]:
        looked.extend(acts)
        return real(connection, acts)

    monkeypatch.setattr(undo, "touched", touched)
    kit, loop = make_kit(), VirtualLoop(Random(1))
    try:
        desk = kit.new_desk(0, loop, Random(3), kit.new_server(loop, Random(2)))
        fill_outbox(desk, MANY)
        first = select(Line.account_id, Line.id).limit(1)
        account, line = desk.read(lambda connection: connection.execute(first).one())
        keys = select(Outbox.command_id, Outbox.order_keys)
        on_it = {
            act
            for act, named in desk.read(lambda connection: connection.execute(keys).all())
            if f"account:{account}" in named
        }
        for table, row_id, read in ((Staff, desk.people.agent, set()), (Line, line, on_it)):
            desk.central.write(table_of(table), desk.central.row(table_of(table), row_id))
            assert desk.see(desk.ask())
            assert set(looked) == read
            assert len(looked) == len(read) < MANY / 10
            looked.clear()
        assert desk.acts_in("pending") >= MANY
    finally:
        loop.close()
        kit.close()


def come_home_but_one(acts: int) -> None:
    """Let so many acts wait, one of them poison; fail unless all others come home in their order."""
    kit, loop = make_kit(), VirtualLoop(Random(1))
    asyncio.set_event_loop(loop)
    try:
        server = kit.new_server(loop, Random(2))
        desk = kit.new_desk(0, loop, Random(3), server)
        desk.line.is_down = True
        poison = fill_outbox(desk, acts)
        with poisoned({poison}):
            loop.run_until_complete(bring_home(server, desk, acts))
        assert_all_but_one_arrived(server, desk, poison, acts)
    finally:
        asyncio.set_event_loop(None)
        loop.close()
        kit.close()


async def bring_home(server: VirtualServer, desk: VirtualDesk, acts: int) -> None:
    """Let the line be mended, and wait until nothing but the poison waits."""
    await server.start()
    desk.line.is_down = False
    desk.boot()
    async with asyncio.timeout(24 * HOURS):
        while desk.acts_in("home") < acts - 1:
            await asyncio.sleep(30)
    await desk.end()
    await server.stop()
    await asyncio.sleep(1)


def assert_all_but_one_arrived(server: VirtualServer, desk: VirtualDesk, poison: UUID, acts: int) -> None:
    """Fail unless the server has every other act, those of one key in their order."""
    outbox = select(Outbox.command_id, Outbox.state).where(Outbox.state != "home")
    assert desk.read(lambda connection: connection.execute(outbox).all()) == [(poison, "parked")]
    recorded = select(AppliedCommand.device_seq, AppliedCommand.position, AppliedCommand.raw)
    with reading(server.memory.engine) as connection:
        rows = connection.execute(recorded.order_by(AppliedCommand.position)).all()
    assert len(rows) == acts - 1
    by_key: dict[str, list[int]] = {}
    for seq, position, raw in rows:
        command = decode_envelope(raw).command
        if position is not None and not command.TAKES_MONEY:
            for key in command.order_keys():
                by_key.setdefault(key, []).append(seq)
    assert by_key
    assert all(earlier < later for seqs in by_key.values() for earlier, later in pairwise(seqs))
