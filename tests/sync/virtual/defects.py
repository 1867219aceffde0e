"""Defects planted in the product, one at a time: each is a mistake that somebody could make, and the seeds find it."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, select, update

from ccbs_desk.models import desk_state, undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import FeedHead
from ccbs_desk.models.desk import Outbox
from ccbs_desk.services.desk_bus import DeskBus
from ccbs_desk.sync import anew, pull, push, rebase, swap
from ccbs_desk.wire.messages import FeedPage
from server_stub import feed
from server_stub.acts import Batch
from server_stub.feed import FeedWriter, Page, feeding
from server_stub.routes import feed as route
from tests.sync.virtual.scenario import Scenario
from tests.sync.virtual.server import VirtualApplier

Defect: TypeAlias = Callable[[Scenario], AbstractContextManager[None]]


@contextmanager
def planted(*patches: tuple[Any, str, Any]) -> Iterator[None]:
    """Put something else in the place of parts of the product for a while."""
    real = [(owner, name, getattr(owner, name)) for owner, name, _ in patches]
    for owner, name, other in patches:
        setattr(owner, name, other)
    try:
        yield
    finally:
        for owner, name, was in real:
            setattr(owner, name, was)


def no_dedupe(_scenario: Scenario) -> AbstractContextManager[None]:
    """The server does not look whether it knows an act."""
    return planted((Batch, "_read_known", lambda _self, _acts: None))


def feed_by_bare_sequence(scenario: Scenario) -> AbstractContextManager[None]:
    """Positions come from a sequence as a transaction begins, without the feed lock; it commits when it is done."""
    server, real_init, real_flush = scenario.server, FeedWriter.__init__, FeedWriter.flush
    counter = {"next": 0}

    def begin(writer: FeedWriter, connection: Connection) -> None:
        real_init(writer, connection)
        if server.ticket is not None:
            writer.head = writer._first = server.ticket

    def flush(writer: FeedWriter) -> None:
        before = writer._connection.execute(select(FeedHead.position)).scalar_one()
        real_flush(writer)
        server.ticket = writer.head
        writer._connection.execute(update(table_of(FeedHead)).values(position=max(before, writer.head)))

    def ticket() -> int:
        counter["next"] += 100
        return counter["next"]

    server.begins = ticket
    server.new_lock = _NoLock
    return planted((FeedWriter, "__init__", begin), (FeedWriter, "flush", flush))


class _NoLock:
    async def __aenter__(self) -> None:
        """Let everybody in."""

    async def __aexit__(self, *_error: object) -> None:
        """Nothing was held."""


class _Undone(Exception):
    pass


def ack_before_commit(scenario: Scenario) -> AbstractContextManager[None]:
    """The answers leave a moment before their transaction commits."""
    server, real = scenario.server, VirtualApplier._apply

    def apply(applier: VirtualApplier, pushes: Any) -> None:
        acts = [act for each, _ in pushes for act in each]
        answers: list[Any] = []
        try:
            with feeding(server.memory.engine) as (connection, writer):
                batch = Batch(connection, writer, server.clock(), acts)
                answers = [batch.apply(act) for act in acts]
                batch.flush()
                raise _Undone
        except _Undone:
            pass
        later = [(each, asyncio.get_running_loop().create_future()) for each, _ in pushes]
        life = server.lives

        def commit() -> None:
            if server.lives == life and server.app is not None:
                server.in_power(lambda: real(applier, later))  # type: ignore[arg-type]

        asyncio.get_running_loop().call_later(0.5, commit)
        for each, future in pushes:
            future.set_result(answers[: len(each)])
            del answers[: len(each)]

    return planted((VirtualApplier, "_apply", apply))


def lost_tombstone(_scenario: Scenario) -> AbstractContextManager[None]:
    """Nobody is told that a row has gone."""
    real = FeedWriter.publish

    def publish(writer: FeedWriter, changes: Iterable[Any], **about: Any) -> int | None:
        return real(writer, [change for change in changes if change.row is not None], **about)

    return planted((FeedWriter, "publish", publish))


def forgets_to_run_again(_scenario: Scenario) -> AbstractContextManager[None]:
    """What was taken back for a page is not done again on top of it."""
    return planted((rebase, "run_again", lambda _connection, _ids: None))


def order_ignored(_scenario: Scenario) -> AbstractContextManager[None]:
    """The outbox is sent from its newest end."""

    def newest(connection: Connection, _after: int, _most: int) -> list[push.Act]:
        pending = select(Outbox.device_seq).where(Outbox.state.in_(("pending", "seen")))
        seqs: Sequence[int] = connection.execute(pending.order_by(Outbox.device_seq.desc()).limit(1)).scalars().all()
        return push._acts(connection, seqs)

    return planted((push, "next_batch", newest))


def cursor_before_rows(_scenario: Scenario) -> AbstractContextManager[None]:
    """The cursor moves in a transaction of its own, before that of the rows."""

    async def written(puller: pull.Pull, page: Any) -> bool:
        message: FeedPage = page.message
        before = await asyncio.wrap_future(puller._store.read(desk_state.cursor))
        moved = desk_state.Cursor(message.reached, message.head, message.epoch)
        await asyncio.wrap_future(puller._store.write(lambda c: desk_state.put(c, moved)))

        def write(connection: Connection) -> Any:
            desk_state.put(connection, before)
            return rebase.apply_page(connection, message)

        puller._told(await asyncio.wrap_future(puller._store.write(write)))
        return True

    return planted((pull.Pull, "_written", written))


def cursor_at_the_head(_scenario: Scenario) -> AbstractContextManager[None]:
    """After a page the cursor stands at the head, whatever lies between."""
    real = rebase.apply_page

    def apply(connection: Connection, page: FeedPage) -> rebase.Applied:
        applied = real(connection, page)
        desk_state.put(connection, desk_state.Cursor(page.head, page.head, page.epoch))
        return applied

    return planted((pull, "apply_page", apply))


def position_cut_in_two(_scenario: Scenario) -> AbstractContextManager[None]:
    """A page ends in the middle of an act."""

    real = feed.read_page

    def read(connection: Connection, *, limit: int, **about: Any) -> Page:
        page = real(connection, limit=2_000, **about)
        rows = page.rows[:limit]
        return replace(page, rows=rows, reached=rows[-1].position) if len(page.rows) > limit else page

    return planted((route, "read_page", read))


def refusal_keeps_its_rows(_scenario: Scenario) -> AbstractContextManager[None]:
    """A refused act is not taken back."""
    return planted((rebase, "TAKEN_BACK", ()))


def undo_in_the_wrong_order(_scenario: Scenario) -> AbstractContextManager[None]:
    """Acts are taken back oldest first."""
    real = undo.take_back

    def take_back(connection: Connection, ids: Collection[UUID]) -> None:
        for act in ids:
            real(connection, [act])

    return planted((undo, "take_back", take_back))


def no_savepoint(_scenario: Scenario) -> AbstractContextManager[None]:
    """An act that fails at the server leaves half of its rows."""
    real = Batch._attempt

    class Bare:
        def __init__(self, connection: Connection) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> Any:
            return getattr(self._connection, name)

        def begin_nested(self) -> Any:
            return nullcontext()

    def attempt(batch: Batch, *args: Any, **about: Any) -> Any:
        if not isinstance(batch._connection, Bare):
            batch._connection = Bare(batch._connection)  # type: ignore[assignment]
        return real(batch, *args, **about)

    return planted((Batch, "_attempt", attempt))


def parked_is_forgotten(_scenario: Scenario) -> AbstractContextManager[None]:
    """What waits for a person at the server is never asked for again."""

    async def waiting(_push: push.Push) -> bool:
        return False

    return planted((push.Push, "waiting", waiting))


def printed_before_commit(scenario: Scenario) -> AbstractContextManager[None]:
    """The receipt is in the payer's hand before the payment is on the disk, and the clerk does not do it again."""
    real = DeskBus.submit

    def submit(bus: DeskBus, connection: Connection, command: Any, **about: Any) -> Any:
        done = real(bus, connection, command, **about)
        for desk in scenario.desks:
            if getattr(command, "TAKES_MONEY", False) and desk.till_id == command.till_id:
                scenario.work.taken[done.command_id] = desk, command.tendered[0]
        return done

    for desk in scenario.desks:
        desk.forgetful = True
    return planted((DeskBus, "submit", submit))


def swap_loses_the_outbox(_scenario: Scenario) -> AbstractContextManager[None]:
    """A store that was loaded anew begins with an empty outbox."""
    kept = tuple(table for table in swap.OWN_TABLES if table.name != Outbox.__tablename__)
    return planted((swap, "OWN_TABLES", kept))


def rows_stay_where_an_account_left(_scenario: Scenario) -> AbstractContextManager[None]:
    """An area is not told to forget the rows of an account that has left it."""
    real = feed._sent

    def sent(reached: Any, row: bytes | None) -> Iterator[tuple[int | None, bytes | None]]:
        return ((area, told) for area, told in real(reached, row) if told is not None or row is None)

    return planted((feed, "_sent", sent))


def put_back_and_nothing_sent_again(_scenario: Scenario) -> AbstractContextManager[None]:
    """A desk that hears of another epoch loads its scope anew, and holds for home what was home."""

    def note(connection: Connection, epoch: str) -> None:
        desk_state.put(connection, desk_state.Cursor(0, 0, epoch))
        desk_state.put(connection, desk_state.Renewal(epoch))

    return planted((anew, "note", note))


DEFECTS: tuple[Defect, ...] = (
    no_dedupe,
    feed_by_bare_sequence,
    ack_before_commit,
    lost_tombstone,
    forgets_to_run_again,
    order_ignored,
    cursor_before_rows,
    cursor_at_the_head,
    position_cut_in_two,
    refusal_keeps_its_rows,
    undo_in_the_wrong_order,
    no_savepoint,
    parked_is_forgotten,
    printed_before_commit,
    swap_loses_the_outbox,
    rows_stay_where_an_account_left,
    put_back_and_nothing_sent_again,
)
