"""A server's database comes from a backup: what it has forgotten comes home again, once, and nothing is lost."""

import asyncio
import io
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, make_url, select

from ccbs_desk.domain.care_errors import FeatureOrderOpen
from ccbs_desk.domain.commands import WithdrawAct
from ccbs_desk.models import desk_state
from ccbs_desk.models.care import ServiceOrder
from ccbs_desk.models.database import open_database, reading
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import Audit, LedgerRow, Receipt
from ccbs_desk.models.registry import SYNCED
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.scopes import in_scope
from ccbs_desk.services import drafts, outbox
from ccbs_desk.services.feature_offer import feature_offer
from ccbs_desk.services.session import Session
from server_stub.__main__ import main
from server_stub.check import run_checks
from server_stub.feed import head_of
from server_stub.seed import demo
from tests.factories.care import add_feature
from tests.factories.counter import Counter, Run, open_till, payment
from tests.factories.postgres import Postgres
from tests.factories.server import BACKENDS, RunningServer, copy_of, running

CEILING_SECONDS = 60.0
Rows = dict[str, dict[UUID, bytes]]


@dataclass
class Centre:
    """A database that can be copied and put back, and a server over it that always listens at the same port."""

    url: str
    folder: Path
    country_file: Path
    copied: Callable[[str], str]
    port: int = 0

    @asynccontextmanager
    async def serving(self, **changed: object) -> AsyncIterator[RunningServer]:
        """Run the server."""
        with ExitStack() as stack:
            given = {"port": self.port, "beat_seconds": 0.2} | changed
            server = await asyncio.to_thread(
                stack.enter_context, running(self.url, self.country_file, self.folder, **given)
            )
            self.port = int(server.url.rpartition(":")[2])
            try:
                yield server
            finally:
                await asyncio.to_thread(stack.close)

    def check(self) -> None:
        """Fail unless every invariant holds."""
        engine = open_database(self.url)
        out = io.StringIO()
        clean = run_checks(engine, out, strict=True) == 0
        engine.dispose()
        assert clean, out.getvalue()

    def rows(self) -> Rows:
        """Return what a desk of the area must hold."""
        engine = open_database(self.url)
        with reading(engine) as connection:
            found = {
                name: {
                    row["id"]: to_wire(dict(row))
                    for row in connection.execute(select(t).where(in_scope(t, demo.AREA))).mappings()
                }
                for name, t in SYNCED.items()
            }
        engine.dispose()
        return found


@pytest.fixture(params=BACKENDS)
def centre(request: pytest.FixtureRequest, country_file: Path, tmp_path: Path) -> Iterator[Centre]:
    """A centre with the demo country."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            shutil.copyfile(country_file, tmp_path / "server.db")
            url = f"sqlite:///{tmp_path / 'server.db'}"
            yield Centre(url, tmp_path, country_file, lambda url: stack.enter_context(_copied_file(url)))
            return
        cluster: Postgres = request.getfixturevalue("postgres")
        url = stack.enter_context(copy_of(cluster, request.getfixturevalue("country_template")))
        yield Centre(
            url, tmp_path, country_file, lambda url: stack.enter_context(copy_of(cluster, make_url(url).database or ""))
        )


@contextmanager
def _copied_file(url: str) -> Iterator[str]:
    source = Path(make_url(url).database or "")
    copy = source.with_name(f"{source.stem}-copy.db")
    shutil.copyfile(source, copy)
    yield f"sqlite:///{copy}"


async def paid(session: Session, minor: int) -> tuple[UUID, str]:
    """Take a payment on the demo account; return the act's id and the receipt's number."""
    done = await session.act(await payment(session, minor), command_id=session.new_id())
    assert done.receipt_number is not None
    return done.command_id, done.receipt_number


def legs(connection: Connection, command_id: UUID) -> int:
    """Return how many rows of the ledger an act has made."""
    rows = select(func.count()).select_from(LedgerRow).where(LedgerRow.command_id == command_id)
    return connection.execute(rows).scalar_one()


def receipts(connection: Connection) -> set[str]:
    """Return the numbers of the receipts that are here."""
    return set(connection.execute(select(Receipt.number)).scalars())


async def loaded_anew(program: Run, session: Session, epoch: str) -> None:
    """Wait until the desk follows this epoch's feed and all its acts are home."""

    def done(connection: Connection) -> bool:
        states = set(connection.execute(select(Outbox.state).distinct()).scalars())
        cursor = desk_state.cursor(connection)
        settled = states == {"home"} and cursor.position == cursor.head and cursor.epoch == epoch
        return settled and desk_state.renewal(connection) is None

    async with asyncio.timeout(CEILING_SECONDS):
        while not await session.read(done):
            await asyncio.sleep(0.02)
    await program.told(lambda facts: (facts.link, facts.unsent, facts.problem) == ("online", 0, None))


def rows_here(connection: Connection) -> Rows:
    """Return all synced rows of a desk."""
    return {
        name: {row["id"]: to_wire(dict(row)) for row in connection.execute(select(t)).mappings()}
        for name, t in SYNCED.items()
    }


@pytest.mark.parametrize("by_hand", [True, False], ids=["new-epoch", "found-out"])
def test_what_a_restored_server_has_forgotten_comes_home_once(centre: Centre, tmp_path: Path, by_hand: bool) -> None:
    async def story() -> None:
        desk, other = (Counter(tmp_path / name, "") for name in ("desk", "other"))
        async with centre.serving() as server:
            desk.address = other.address = server.url
            for each in (desk, other):
                await each.enrol(server.parts.devices)
            async with desk.run() as first:
                session = await first.sign_in()
                first.sync()
                await open_till(session)
                early, _ = await paid(session, 10_000)
                await first.home()
        backup = await asyncio.to_thread(centre.copied, centre.url)
        async with desk.run() as program, other.run() as watching:
            async with centre.serving() as server:
                session, onlooker = await program.sign_in(), await watching.sign_in(demo.CLERK_2)
                for run in (program, watching):
                    run.sync()
                late, number = await paid(session, 20_000)
                await program.home()
                with reading(server.engine) as connection:
                    head = head_of(connection).position
                await watching.told(lambda facts: facts.position >= head)
            await program.told(lambda facts: facts.link == "offline")
            unsent, _ = await paid(session, 30_000)
            draft = session.new_id()
            await session.write(
                drafts.save_draft,
                draft,
                kind="take_payment",
                staff_id=session.person.id,
                subject="",
                fields={"typed": "7"},
                now=session.now(),
            )
            before = await session.read(receipts)
            centre.url = backup
            if by_hand:
                assert await asyncio.to_thread(main, ["new-epoch", "--database", backup]) == 0
            async with centre.serving() as server:
                with reading(server.engine) as connection:
                    epoch = head_of(connection).epoch
                for run, who in ((program, session), (watching, onlooker)):
                    await loaded_anew(run, who, epoch)
                    await run.told(lambda facts: facts.position == facts.head)
                with reading(server.engine) as connection:
                    final = head_of(connection).position
                    counts = [legs(connection, act) for act in (early, late, unsent)]
                    assert before <= receipts(connection)
                for run in (program, watching):
                    await run.told(lambda facts: facts.position >= final)
            assert number in before
            for who in (session, onlooker):
                assert [await who.read(legs, act) for act in (early, late, unsent)] == counts
                assert min(counts) > 0
                assert before <= await who.read(receipts)
                assert await who.read(rows_here) == await asyncio.to_thread(centre.rows)
            assert [kept.fields for kept in await session.read(drafts.drafts_of, session.person.id)] == [{"typed": "7"}]

    asyncio.run(asyncio.wait_for(story(), 2 * CEILING_SECONDS))
    centre.check()


async def ordered(session: Session, feature: UUID, *, days: int = 0, amends: UUID | None = None) -> UUID:
    """Order a feature for the demo line; return the act."""
    wish = add_feature(feature, session.today + timedelta(days=days))
    return (await session.act(wish, command_id=session.new_id(), amends=amends)).command_id


async def settled(session: Session, states: dict[UUID, str], epoch: str | None = None) -> None:
    """Wait until these acts stand so, and this epoch's feed is followed, if one is named."""

    def stand(connection: Connection) -> bool:
        rows = connection.execute(select(Outbox.command_id, Outbox.state).where(Outbox.command_id.in_(states)))
        followed = epoch in (None, desk_state.cursor(connection).epoch) and desk_state.renewal(connection) is None
        return followed and {row.command_id: row.state for row in rows} == states

    async with asyncio.timeout(CEILING_SECONDS):
        while not await session.read(stand):
            await asyncio.sleep(0.02)


def test_what_was_refused_and_then_withdrawn_or_mended_stays_undone(centre: Centre, tmp_path: Path) -> None:
    async def story() -> None:
        first, second = (Counter(tmp_path / name, "") for name in ("first", "second"))
        async with centre.serving() as server:
            first.address = second.address = server.url
            for each in (first, second):
                await each.enrol(server.parts.devices)
        backup = await asyncio.to_thread(centre.copied, centre.url)
        async with second.run() as program:
            async with centre.serving(), first.run() as other:
                session, before = await program.sign_in(demo.CLERK_2), await other.sign_in()
                offer = await session.read(feature_offer, demo.LINE_ID, today=session.today)
                assert offer is not None
                free = [each.feature_id for each in offer.features if not each.on and each.against is None][:3]
                for feature in free[:2]:
                    await ordered(before, feature)
                left = [await ordered(session, feature, days=5) for feature in free[:2]]
                other.sync()
                await other.home()
                program.sync()
                await settled(session, dict.fromkeys(left, "refused"))
                withdrawal = WithdrawAct(act_id=left[0], why="he wants it no more")
                await session.act(withdrawal, command_id=session.new_id(), amends=left[0])
                mended = await ordered(session, free[2], days=5, amends=left[1])
                await program.home()
                await settled(session, {left[0]: "withdrawn", left[1]: "refused", mended: "home"})
            # The first desk is gone with what it did; nothing stands against the second one's orders any more.
            centre.url = backup
            assert await asyncio.to_thread(main, ["new-epoch", "--database", backup]) == 0
            async with centre.serving() as server:
                with reading(server.engine) as connection:
                    epoch = head_of(connection).epoch
                await settled(session, {**dict.fromkeys(left, "refused"), mended: "home"}, epoch)
                with reading(server.engine) as connection:
                    orders = connection.execute(select(ServiceOrder.command_id)).scalars().all()
                    audited = connection.execute(select(Audit.command_id)).scalars().all()
                assert orders == [mended]
                assert set(left) < set(audited)
                waiting = await session.read(outbox.summary)
                assert (waiting.unsent, waiting.attention) == (0, 0)
                reasons = [i.reason for i in await session.read(outbox.items) if i.command_id in left]
                assert [type(reason) for reason in reasons] == [FeatureOrderOpen, FeatureOrderOpen]

    asyncio.run(asyncio.wait_for(story(), 2 * CEILING_SECONDS))
    centre.check()
