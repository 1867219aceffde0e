"""A desk's clock that is off: shown from two minutes on; a day off, money needs a supervisor, nothing else stops."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from ccbs_desk.config.language import LANGUAGES
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.commands import TakePayment, ViewSubscriber
from ccbs_desk.domain.errors import ApprovalInvalid, ClockOff, OfflineSignInExpired, Reason, Refused
from ccbs_desk.domain.permissions import PAYMENT_CLOCK_OFF
from ccbs_desk.models import desk_state
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import Audit
from ccbs_desk.services import outbox
from ccbs_desk.services.drafts import drafts_of
from ccbs_desk.services.session import Session
from ccbs_desk.ui.asking import ApprovalAsk
from ccbs_desk.ui.payment.form import AMOUNT
from ccbs_desk.wire.codec import body_hash
from server_stub.demo.link import Link
from server_stub.seed import demo
from tests.factories.counter import Counter, Run, open_till, payment, refused
from tests.factories.desk import Desk
from tests.factories.dumps import changed
from tests.factories.server import RunningServer, TurnableClock
from tests.factories.words import told
from tests.stories.at_payment import everything, payment_form, said

BOTH_WAYS = pytest.mark.parametrize("hours", [25, -25], ids=["ahead", "behind"])


def clock_is_off(desk: Desk, offset: timedelta) -> None:
    """Let the desk have measured its clock against the server's."""
    desk.write(desk_state.note_server_time, desk.clock.now - offset, desk.clock.now)


def approver_of(connection: Connection, command_id: UUID) -> UUID | None:
    """Return who approved an act, as the audit has it."""
    return connection.execute(select(Audit.approved_by).where(Audit.command_id == command_id)).scalar_one()


async def a_payment_under_approval(program: Run, session: Session, command: TakePayment, command_id: UUID) -> Approval:
    """Let the supervisor sign for a payment, in a session of his own."""
    supervisor = await program.approver.verify(demo.SUPERVISOR, demo.PASSWORD)
    return Approval(supervisor.id, session.now(), body_hash(command, command_id), PAYMENT_CLOCK_OFF)


@BOTH_WAYS
def test_a_day_off_money_needs_a_supervisor_and_the_server_hears_of_it(
    counter: Counter, centre: RunningServer, hours: int
) -> None:
    clock = counter.clock
    assert isinstance(clock, TurnableClock)
    clock.turn(hours=hours)

    async def story() -> None:
        async with counter.run() as program:
            session = await program.sign_in()
            await open_till(session)
            program.sync()
            facts = await program.told(lambda facts: facts.link == "online" and facts.unsent == 0)
            assert facts.offset_seconds == pytest.approx(hours * 3600, abs=60)
            command, command_id = await payment(session, 5_000), session.new_id()
            reason = await refused(lambda: session.act(command, command_id=command_id))
            assert isinstance(reason, ClockOff)
            assert reason.offset_seconds == pytest.approx(abs(hours) * 3600, abs=60)
            assert (await session.read(outbox.summary)).unsent == 0
            told(reason)
            looked = ViewSubscriber(account_id=demo.ACCOUNT_ID, how="name", asked_hash=bytes(32))
            await session.act(looked, command_id=session.new_id())
            approval = await a_payment_under_approval(program, session, command, command_id)
            await session.act(command, command_id=command_id, approvals=[approval])
            await program.home()
            assert await session.read(approver_of, command_id) == approval.approver_id
            with reading(centre.engine) as connection:
                assert approver_of(connection, command_id) == approval.approver_id

    asyncio.run(story())


@BOTH_WAYS
def test_an_approval_that_is_none_does_not_count(desk: Desk, hours: int) -> None:
    desk.open_till()
    clock_is_off(desk, timedelta(hours=hours))
    command = desk.payment(1_000)
    before = everything(desk)
    for approval in (
        desk.approval(command, PAYMENT_CLOCK_OFF, by=desk.people.clerk),
        desk.approval(command, PAYMENT_CLOCK_OFF, by=desk.people.clerk_2),
        desk.approval(desk.payment(2_000), PAYMENT_CLOCK_OFF),
    ):
        with pytest.raises(Refused) as no:
            desk.do(command, approvals=[approval])
        assert isinstance(no.value.reason, ApprovalInvalid)
        told(no.value.reason)
    assert changed(before, everything(desk)) == set()


@pytest.mark.parametrize("minutes", [2, 24 * 60 - 1, -2, -(24 * 60 - 1)])
def test_less_than_a_day_off_is_shown_and_stops_nothing(desk: Desk, minutes: int) -> None:
    desk.open_till()
    clock_is_off(desk, timedelta(minutes=minutes))
    assert desk.do(desk.payment(1_000)).receipt_number == "0001-A-000001"


def test_a_clock_that_is_set_back_offline_is_known_to_be_behind(counter: Counter, link: Link) -> None:
    clock = counter.clock
    assert isinstance(clock, TurnableClock)

    async def story() -> None:
        async with counter.run() as program:
            session = await program.sign_in()
            await open_till(session)
            program.sync()
            await program.told(lambda facts: facts.link == "online" and facts.unsent == 0)
            link.cut()
            await program.told(lambda facts: facts.link == "offline")
            await session.act(await payment(session, 5_000), command_id=session.new_id())
            clock.turn(hours=-26)
            command, command_id = await payment(session, 5_000), session.new_id()
            reason = await refused(lambda: session.act(command, command_id=command_id))
            assert isinstance(reason, ClockOff)
            assert reason.offset_seconds == pytest.approx(26 * 3600, abs=60)
            program.engines[-1].wake()
            facts = await program.told(lambda facts: (facts.offset_seconds or 0) < -25 * 3600)
            # What was taken before is kept, and goes home once the link is back.
            assert facts.unsent == 1
            link.mend()
            await program.home()

    asyncio.run(story())


@BOTH_WAYS
def test_the_form_asks_for_the_supervisor_and_keeps_what_was_typed(desk: Desk, hours: int) -> None:
    desk.open_till()
    clock_is_off(desk, timedelta(hours=hours))
    asked: list[ApprovalAsk] = []

    async def nobody_is_there(ask: ApprovalAsk) -> Approval | None:
        asked.append(ask)
        return None

    async def supervisor_signs(ask: ApprovalAsk) -> Approval | None:
        asked.append(ask)
        return await asyncio.to_thread(desk.approval, ask.command, ask.permission, command_id=ask.command_id)

    async def story() -> None:
        before = everything(desk)
        async with payment_form(desk, desk.account_id, approve=nobody_is_there) as form:
            await form.type(AMOUNT, "١٥٠٠")
            await form.confirm()
            shown = said(form.view.problem[0])
            assert all(shown[language].strip() for language in LANGUAGES)
            assert changed(before, everything(desk)) == set()
            (kept,) = desk.read(drafts_of, desk.people.clerk, kind=TakePayment.KIND)
            assert kept.fields[AMOUNT] == "١٥٠٠"
        async with payment_form(desk, desk.account_id, approve=supervisor_signs) as form:
            assert form.takes(AMOUNT) == "١٥٠٠"
            await form.confirm()
            assert [step[0] for step in form.led.steps] == ["receipt"]
        assert desk.read(approver_of, kept.command_id) == desk.people.supervisor

    asyncio.run(story())
    assert {ask.permission for ask in asked} == {PAYMENT_CLOCK_OFF}
    assert len(asked) == 2


def test_the_age_of_an_offline_sign_in_is_counted_from_the_highest_server_time(
    counter: Counter, centre: RunningServer, link: Link
) -> None:
    clock = counter.clock
    assert isinstance(clock, TurnableClock)

    async def first_day() -> None:
        async with counter.run() as program:
            await program.sign_in(demo.CLERK)

    async def three_weeks_later() -> None:
        centre.clock.turn(days=21)
        clock.turn(days=21)
        async with counter.run() as program:
            await program.sign_in(demo.CLERK_2)
            program.sync()
            await program.told(lambda facts: facts.link == "online" and facts.unsent == 0)

    async def with_the_clock_set_back() -> Reason:
        link.cut()
        clock.turn(days=-20)
        async with counter.run() as program:
            reason = await refused(lambda: program.sign_in(demo.CLERK))
            assert not program.stores
            await program.sign_in(demo.CLERK_2)
            return reason

    asyncio.run(first_day())
    first = centre.clock()
    asyncio.run(three_weeks_later())
    reason = asyncio.run(with_the_clock_set_back())
    assert isinstance(reason, OfflineSignInExpired)
    assert abs(reason.last - first) < timedelta(minutes=5)
    told(reason)


def test_the_age_grows_while_somebody_else_works(counter: Counter, centre: RunningServer, link: Link) -> None:
    """Nobody has to sign in for the time to be known: what sync hears is enough."""
    clock = counter.clock
    assert isinstance(clock, TurnableClock)

    async def one_long_day() -> None:
        async with counter.run() as program:
            await program.sign_in(demo.CLERK)
            await program.signin.sign_out()
            await program.sign_in(demo.CLERK_2)
            centre.clock.turn(minutes=14)
            clock.turn(days=15)
            program.sync()
            before = program.keys.ring.highest_server_time
            assert before is not None
            later = before + timedelta(minutes=13)
            await program.told(lambda facts: facts.server_time is not None and facts.server_time > later)
            heard = program.keys.ring.highest_server_time
            assert heard is not None
            assert heard > later

    asyncio.run(one_long_day())
