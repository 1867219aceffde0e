"""Accounts of other areas on a call centre's desk: fetched, kept fresh, worked on, let go; over a real server."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, func, select

from ccbs_desk.domain.errors import AccountUnknown, LinkDown, ServerFault, Unavailable
from ccbs_desk.models.account_rows import rows_of_account
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import LookUp, Visit
from ccbs_desk.models.database import reading
from ccbs_desk.models.rows import to_wire
from ccbs_desk.models.subscribers import Account, AccountScope, Subscriber
from ccbs_desk.services.card_facts import Card
from ccbs_desk.services.complaints import complaints_of
from ccbs_desk.services.look_up import asked_hash, look_up
from ccbs_desk.services.session import Session
from ccbs_desk.services.subscriber_card import read_card
from ccbs_desk.sync.pull import Pull
from ccbs_desk.sync.rebase import Applied
from ccbs_desk.sync.visits import Visits, is_here, visiting
from ccbs_desk.ui.bringing import card_of
from ccbs_desk.wire.messages import FeedPage
from ccbs_desk.wire.visits import VisitAnswer, VisitRequest
from server_stub.demo.link import Link
from server_stub.seed import demo
from tests.factories.care import complaint
from tests.factories.counter import Counter, Run, open_till, payment, refused
from tests.factories.server import RunningServer, TurnableClock

pytest_plugins = ("tests.factories.counter",)
ACCOUNT = demo.ACCOUNT_ID


@dataclass
class Agent:
    """Somebody at work at a desk of the call centre."""

    run: Run
    session: Session
    visits: Visits
    clock: TurnableClock
    told: list[Applied]

    async def complaints(self) -> list[str]:
        """Return what stands on the account's complaints here."""
        found = await self.session.read(complaints_of, ACCOUNT, now=self.session.now())
        return [one.text for one in found if one.category == "noise"]

    async def until(self, wanted: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Wait for something to become so."""
        async with asyncio.timeout(30):
            while not await wanted():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def at_work(desk: Counter, login: str) -> AsyncIterator[Agent]:
    """Sign somebody in, with the way to the centre."""
    async with desk.run() as run:
        session = await run.sign_in(login)
        told: list[Applied] = []
        visits = Visits(run.store, run.client, desk.clock, told.append, session.place.home_area)
        session.reach = visits
        assert isinstance(desk.clock, TurnableClock)
        try:
            yield Agent(run, session, visits, desk.clock, told)
        finally:
            await visits.stop()


@pytest.fixture
def call_desk(centre: RunningServer, link: Link, tmp_path: Path) -> Counter:
    """An enrolled desk of the call centre, which has no area."""
    desk = Counter(tmp_path / "call", f"http://127.0.0.1:{link.port}", demo.CALL_CENTRE_CODE)
    asyncio.run(desk.enrol(centre.parts.devices))
    return desk


async def card_here(one: Agent, account_id: UUID = ACCOUNT) -> Card | None:
    """Open the card as a screen does."""
    return await card_of(one.session, account_id, lambda _title, _todo: None)


def story(told: Coroutine[Any, Any, None]) -> None:
    """Run a story to its end."""
    asyncio.run(asyncio.wait_for(told, 60))


def rows_here(connection: Connection) -> dict[str, set[bytes]]:
    """Return the account's rows, table by table, as they cross the wire."""
    found = {}
    for table, chosen in rows_of_account(ACCOUNT):
        rows = {to_wire(dict(row)) for row in connection.execute(select(table).where(chosen)).mappings()}
        if rows:
            found[table.name] = rows
    return found


def at_centre(centre: RunningServer) -> dict[str, set[bytes]]:
    """Return the same as the centre has them."""
    with reading(centre.engine) as connection:
        return rows_here(connection)


def count(connection: Connection, model: Any) -> int:
    """Return how many rows a table has."""
    return connection.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_desk_without_an_area_brings_an_account_whole_and_finds_it_by_name(
    centre: RunningServer, call_desk: Counter
) -> None:
    async def told() -> None:
        async with at_work(call_desk, demo.AGENT) as agent:
            session = agent.session
            assert session.place.area_id is None
            assert await session.read(count, Account) == 0
            card = await card_here(agent)
            assert card is not None
            assert await session.read(rows_here) == at_centre(centre)
            with reading(centre.engine) as connection:
                theirs = read_card(connection, ACCOUNT, today=session.today, at_desk=False)
            assert theirs is not None
            assert (card.name, card.owes, card.lines) == (theirs.name, theirs.owes, theirs.lines)
            found = await session.read(look_up, card.name, home_area="11", today=session.today)
            assert [hit.account_id for hit in found.hits] == [ACCOUNT]
            assert agent.told[-1].accounts == {ACCOUNT}
            assert await session.read(visiting) == {ACCOUNT}
            # Wanted again it is here, and nobody is asked.
            before = len(agent.told)
            assert await session.brought(ACCOUNT)
            assert len(agent.told) == before

    story(told())


def test_who_asked_for_what_is_kept_at_the_centre(centre: RunningServer, call_desk: Counter) -> None:
    call = uuid4()
    centre.prepare_names()

    async def told() -> None:
        async with at_work(call_desk, demo.AGENT) as agent:
            await asyncio.gather(agent.visits.bring(ACCOUNT, call), agent.visits.bring(ACCOUNT, call))
            found = await agent.visits.look_up("0112214567")
            assert [hit.account_id for hit in found.hits] == [ACCOUNT]
            assert await agent.visits.look_up("2214567") == found
            by_name = await agent.visits.look_up("محمد")
            assert len(by_name.hits) > 1
            assert (await agent.visits.look_up("لا أحد بهذا الاسم")).hits == ()
            assert (await agent.visits.look_up("%")).hits == ()
            person = agent.session.person.id
        with reading(centre.engine) as connection:
            rows = connection.execute(select(LookUp).order_by(LookUp.at)).all()
            visits = connection.execute(select(Visit.account_id)).scalars().all()
        assert visits == [ACCOUNT]
        assert {row[0] for row in connection_free(rows)} == {person}
        kinds = [row[1:] for row in connection_free(rows)]
        assert kinds[0] == ("visit", ACCOUNT, call, None, 1)
        assert kinds[1] == ("number", None, None, asked_hash("0112214567", "11"), 1)
        assert [kind[0] for kind in kinds[3:]] == ["name", "name", "nothing"]

    def connection_free(rows: Any) -> list[tuple[Any, ...]]:
        return [(r.staff_id, r.kind, r.account_id, r.call_id, r.asked, r.found) for r in rows]

    story(told())


def test_what_changes_elsewhere_while_it_visits_comes_with_the_feed(
    centre: RunningServer, call_desk: Counter, counter: Counter
) -> None:
    async def told() -> None:
        async with at_work(call_desk, demo.AGENT) as agent, at_work(counter, demo.CLERK) as clerk:
            await agent.visits.bring(ACCOUNT)
            agent.run.sync()
            clerk.run.sync()
            await open_till(clerk.session)
            await clerk.session.act(await payment(clerk.session, 9_000), command_id=clerk.session.new_id())
            await clerk.session.act(complaint(text="من المركز"), command_id=clerk.session.new_id())
            await clerk.run.home()
            await agent.until(lambda: same(agent, centre))
            assert await agent.complaints() == ["من المركز"]
            # And the other way round.
            await agent.session.act(complaint("adsl_slow", "من الهاتف"), command_id=agent.session.new_id())
            await agent.run.home()
            await agent.until(lambda: same(agent, centre))
            await clerk.until(lambda: same(clerk, centre))

    async def same(one: Agent, centre: RunningServer) -> bool:
        return await one.session.read(rows_here) == await asyncio.to_thread(at_centre, centre)

    story(told())


def test_what_is_unsent_stays_on_top_of_an_account_that_is_brought_anew(
    centre: RunningServer, call_desk: Counter, link: Link
) -> None:
    async def told() -> None:
        async with at_work(call_desk, demo.AGENT) as agent:
            await agent.visits.bring(ACCOUNT)
            await agent.session.act(complaint(text="قبل الجلب"), command_id=agent.session.new_id())
            agent.clock.turn(minutes=58)
            assert not await agent.session.read(is_here, ACCOUNT, agent.session.now() + timedelta(minutes=5))
            await agent.visits.bring(ACCOUNT)
            assert await agent.complaints() == ["قبل الجلب"]
            agent.run.sync()
            await agent.run.home()
            assert await agent.complaints() == ["قبل الجلب"]
            # What came home is not overwritten by an older state when it is fetched once more.
            agent.clock.turn(minutes=58)
            await agent.visits.bring(ACCOUNT)
            assert await agent.session.read(rows_here) == at_centre(centre)

    story(told())


def test_it_goes_when_its_time_is_over_but_not_while_something_is_unsent(
    centre: RunningServer, call_desk: Counter, link: Link
) -> None:
    async def told() -> None:
        async with at_work(call_desk, demo.AGENT) as agent:
            await agent.visits.bring(ACCOUNT)
            await agent.session.act(complaint(text="غير مرسلة"), command_id=agent.session.new_id())
            agent.clock.turn(minutes=61)
            await agent.visits.sweep()
            assert await agent.session.read(visiting) == {ACCOUNT}
            agent.run.sync()
            await agent.run.home()
            await agent.until(lambda: swept(agent))
            assert await agent.session.read(rows_here) == {}
            assert await agent.session.read(count, Subscriber) == 0
            found = await agent.session.read(look_up, "محمد", home_area="11", today=agent.session.today)
            assert found.hits == ()
            # The next fetch clears away at the centre what is over.
            centre.clock.turn(minutes=62)
            other = UUID(bytes=await asyncio.to_thread(another, centre))
            await agent.visits.bring(other)
            with reading(centre.engine) as connection:
                assert connection.execute(select(Visit.account_id)).scalars().all() == [other]

    async def swept(agent: Agent) -> bool:
        await agent.visits.sweep()
        return not await agent.session.read(visiting)

    def another(centre: RunningServer) -> bytes:
        with reading(centre.engine) as connection:
            return connection.execute(select(Account.id).where(Account.id != ACCOUNT).limit(1)).scalar_one().bytes

    story(told())


def test_a_subscriber_stays_while_another_of_his_accounts_is_here(centre: RunningServer, call_desk: Counter) -> None:
    def pair(connection: Connection) -> tuple[UUID, UUID]:
        several = select(Account.subscriber_id).group_by(Account.subscriber_id).having(func.count() > 1).limit(1)
        owner = connection.execute(several).scalar_one()
        first, second = connection.execute(select(Account.id).where(Account.subscriber_id == owner)).scalars().all()[:2]
        return first, second

    with reading(centre.engine) as connection:
        first, second = pair(connection)

    async def told() -> None:
        async with at_work(call_desk, demo.AGENT) as agent:
            await agent.visits.bring(first)
            agent.clock.turn(minutes=30)
            await agent.visits.bring(second)
            agent.clock.turn(minutes=31)
            await agent.visits.sweep()
            assert await agent.session.read(visiting) == {second}
            assert await agent.session.read(count, Account) == await agent.session.read(count, Subscriber) == 1

    story(told())


def test_an_account_that_moved_into_the_desks_own_area_stays(centre: RunningServer, counter: Counter) -> None:
    with reading(centre.engine) as connection:
        far = connection.execute(select(Account.id).where(Account.area_id != demo.AREA).limit(1)).scalar_one()

    async def told() -> None:
        async with at_work(counter, demo.CLERK) as clerk:
            await clerk.visits.bring(far)
            # Its own account is no visitor.
            await clerk.visits.bring(ACCOUNT)
            assert await clerk.session.read(visiting) == {far}

            def moved(connection: Connection) -> None:
                row = {"id": uuid4(), "account_id": far, "area_id": demo.AREA}
                connection.execute(table_of(AccountScope).insert(), row)

            await clerk.session.write(moved)
            clerk.clock.turn(minutes=61)
            await clerk.visits.sweep()
            assert await clerk.session.read(visiting) == frozenset()
            assert await card_here(clerk, far) is not None

    story(told())


def test_what_the_desks_own_till_took_stays_when_the_account_goes(centre: RunningServer, counter: Counter) -> None:
    with reading(centre.engine) as connection:
        far = connection.execute(select(Account.id).where(Account.area_id != demo.AREA).limit(1)).scalar_one()

    async def told() -> None:
        async with at_work(counter, demo.CLERK) as clerk:
            await clerk.visits.bring(far)
            await open_till(clerk.session)
            act = await payment(clerk.session, 9_000, far)
            await clerk.session.act(act, command_id=clerk.session.new_id())
            clerk.run.sync()
            await clerk.run.home()
            clerk.clock.turn(minutes=61)
            await clerk.until(lambda: swept(clerk))
            tables = {table.name for table, chosen in rows_of_account(far) if await has(clerk, table, chosen)}
            assert tables == {"receipt", "payment", "ledger"}

    async def swept(clerk: Agent) -> bool:
        await clerk.visits.sweep()
        return not await clerk.session.read(visiting)

    async def has(clerk: Agent, table: Any, chosen: Any) -> bool:
        return await clerk.session.read(lambda c: c.execute(select(table).where(chosen)).first()) is not None

    story(told())


def test_without_the_link_nothing_is_brought_and_nothing_breaks(call_desk: Counter, link: Link) -> None:
    async def told() -> None:
        async with at_work(call_desk, demo.AGENT) as agent:
            link.cut()
            assert await refused(lambda: agent.visits.bring(ACCOUNT)) == LinkDown()
            assert await refused(lambda: agent.visits.look_up("محمد")) == LinkDown()
            assert not await agent.session.brought(ACCOUNT)
            assert await card_here(agent) is None

    story(told())


def test_an_account_that_nobody_knows_is_refused(call_desk: Counter) -> None:
    nobody = uuid4()

    async def told() -> None:
        async with at_work(call_desk, demo.AGENT) as agent:
            assert await refused(lambda: agent.visits.bring(nobody)) == AccountUnknown(nobody)

    story(told())


def test_only_who_may_see_subscribers_is_given_any(centre: RunningServer) -> None:
    desk = centre.enrolled_desk(demo.ADMIN_CENTRE_CODE)
    admin = centre.sign_in(desk, demo.ADMIN)
    for path, asked in (("/v1/visits", {"account_id": str(ACCOUNT), "after": 0}), ("/v1/look-ups", {"text": "محمد"})):
        answer = admin.http.post(path, json=asked)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission.missing")
    with reading(centre.engine) as connection:
        assert count(connection, LookUp) == count(connection, Visit) == 0


class Answers:
    """A client that gives the real answers of the centre, spoiled as a test wants."""

    def __init__(self, agent: Agent, spoil: Callable[[int, VisitAnswer], VisitAnswer]) -> None:
        self.agent, self.spoil, self.asked = agent, spoil, 0

    async def visit(self, asked: VisitRequest) -> VisitAnswer:
        """Ask the centre."""
        self.asked += 1
        return self.spoil(self.asked, await self.agent.run.client.visit(asked))


def with_page(answer: VisitAnswer, **about: Any) -> VisitAnswer:
    """Return the answer with another page."""
    fields = {name: getattr(answer.page, name) for name in FeedPage.__struct_fields__} | about
    return VisitAnswer(page=FeedPage(**fields), rows=answer.rows, until=answer.until)


def test_an_answer_that_does_not_fit_is_asked_for_again_or_given_up(centre: RunningServer, call_desk: Counter) -> None:
    def late(asked: int, answer: VisitAnswer) -> VisitAnswer:
        """The first is of a page that this desk has not come to; the second has more behind it."""
        if asked == 1:
            return with_page(answer, after=answer.page.after + 1, reached=answer.page.reached + 1)
        return with_page(answer, head=answer.page.head + 1, more=True) if asked == 2 else answer

    def never(_asked: int, answer: VisitAnswer) -> VisitAnswer:
        return with_page(answer, head=answer.page.head + 1, more=True)

    def other_epoch(_asked: int, answer: VisitAnswer) -> VisitAnswer:
        return with_page(answer, epoch="another")

    async def told() -> None:
        async with at_work(call_desk, demo.AGENT) as agent:
            for spoil, reason in ((never, ServerFault(200)), (other_epoch, LinkDown())):
                visits = Visits(agent.run.store, Answers(agent, spoil), agent.clock)  # type: ignore[arg-type]
                assert await refused(lambda visits=visits: visits.bring(ACCOUNT)) == reason  # type: ignore[misc]
                assert await agent.session.read(visiting) == frozenset()
            answers = Answers(agent, late)
            await Visits(agent.run.store, answers, agent.clock).bring(ACCOUNT)  # type: ignore[arg-type]
            assert answers.asked == 3
            assert await agent.session.read(rows_here) == at_centre(centre)
            # The head that one answer promised is no head of this feed; it is followed on all the same.
            await Pull(agent.run.store, agent.run.client, agent.clock, lambda _: None).to_head()

    story(told())


def test_a_disk_that_is_full_keeps_the_sweeper_alive(call_desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    async def told() -> None:
        async with at_work(call_desk, demo.AGENT) as agent:
            monkeypatch.setattr("ccbs_desk.sync.visits.SWEEP_SECONDS", 0.01)
            tries = asyncio.Queue[int]()
            sweep = agent.visits.sweep

            async def full() -> None:
                tries.put_nowait(1)
                if tries.qsize() == 1:
                    raise Unavailable(LinkDown())
                await sweep()

            monkeypatch.setattr(agent.visits, "sweep", full)
            agent.visits.start()
            agent.visits.start()
            await agent.until(lambda: twice(tries))

    async def twice(tries: "asyncio.Queue[int]") -> bool:
        return tries.qsize() > 1

    story(told())
