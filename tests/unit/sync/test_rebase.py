"""The server's word over what a desk did meanwhile: taken back, written, run again, and never the whole outbox."""

from collections.abc import Collection
from uuid import UUID, uuid5

import msgspec
import pytest
from sqlalchemy import Connection, func, select, update

from ccbs_desk.domain.care_errors import ActLeft
from ccbs_desk.domain.commands import CloseTill, CopyReceipt, SignIn
from ccbs_desk.domain.errors import ApprovalInvalid
from ccbs_desk.domain.ledger import CASH_TILL, CUSTOMER_CREDIT, RECEIVABLE
from ccbs_desk.domain.money import SYP
from ccbs_desk.domain.permissions import TILL_APPROVE_DIFFERENCE
from ccbs_desk.domain.till import Note
from ccbs_desk.models import undo
from ccbs_desk.models.base import table_of
from ccbs_desk.models.database import reading
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.money import BillPart, LedgerRow, Notice, Payment, Receipt, TillJournal, TillSession
from ccbs_desk.models.reference import Feature, Staff
from ccbs_desk.models.subscribers import Account, Listing
from ccbs_desk.models.undo import is_provisional
from ccbs_desk.services import outbox
from ccbs_desk.services.take_payment import Taken
from ccbs_desk.services.tills import cash_in_drawer
from ccbs_desk.services.work import RowChange
from ccbs_desk.sync import anew
from ccbs_desk.sync.push import BATCH, next_batch
from ccbs_desk.sync.rebase import Applied
from ccbs_desk.wire.codec import Malformed
from ccbs_desk.wire.messages import Answer, Change, FeedPage
from server_stub.seed import demo
from tests.sync.world import SyncedDesk, World


def pay(desk: SyncedDesk, minor: int = 100_000, account_id: UUID | None = None) -> UUID:
    """Take a payment; return the act's id."""
    return desk.do(desk.payment(minor, account_id=account_id)).command_id


def other_account(desk: SyncedDesk, number: int = 1) -> UUID:
    """Return another account of the area that owes something."""
    owing = (
        select(LedgerRow.account_id)
        .where(LedgerRow.ledger_account == RECEIVABLE, LedgerRow.account_id != desk.account_id)
        .group_by(LedgerRow.account_id)
        .having(func.sum(LedgerRow.amount_minor) > 200_000)
        .order_by(LedgerRow.account_id)
    )
    found = desk.read(lambda connection: connection.execute(owing).scalars().all())
    account_id = found[number]
    assert account_id is not None
    return account_id


def effects(desk: SyncedDesk, command_id: UUID) -> dict[str, int]:
    """Return what an act posted, by ledger account."""
    rows = desk.read(
        lambda connection: connection.execute(
            select(LedgerRow.ledger_account, func.sum(LedgerRow.amount_minor))
            .where(LedgerRow.command_id == command_id)
            .group_by(LedgerRow.ledger_account)
        ).all()
    )
    return {name: int(minor) for name, minor in rows}


def count(desk: SyncedDesk, model: type[Receipt | Payment | Notice | TillJournal]) -> int:
    """Return how many rows a table has."""
    return desk.read(lambda connection: connection.execute(select(func.count()).select_from(model)).scalar_one())


def owed(desk: SyncedDesk) -> int:
    """Return what the demo account owes on its bills, in minor units."""
    return desk.read(
        lambda connection: int(
            connection.execute(
                select(func.sum(LedgerRow.amount_minor)).where(
                    LedgerRow.account_id == desk.account_id, LedgerRow.ledger_account == RECEIVABLE
                )
            ).scalar_one()
        )
    )


def test_an_act_comes_home_and_reaches_another_desk(world: World) -> None:
    here, there, _ = world.desks
    here.open_till()
    act = pay(here)
    assert is_provisional_payment(here, act)
    answers = here.send()
    assert [answer.outcome for answer in answers] == ["applied", "applied"]
    applied = here.hear(answers)
    assert here.state(act) == "applied"
    assert applied.home == ()
    seen = here.see(here.ask())
    assert set(seen.home) == {answer.command_id for answer in answers}
    assert seen.accounts == {here.account_id}
    assert here.state(act) == "home"
    assert not is_provisional_payment(here, act)
    assert there.see(there.ask()).accounts == {here.account_id}
    world.heal()
    world.assert_alike()


def is_provisional_payment(desk: SyncedDesk, act: UUID) -> bool:
    """Return whether the server has not yet spoken on a payment."""

    posted = select(LedgerRow.id).where(LedgerRow.command_id == act).limit(1)
    return desk.read(lambda c: is_provisional(c, "ledger", c.execute(posted).scalar_one()))


def test_the_answer_was_lost_and_the_page_comes_first(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    act = pay(desk)
    desk.send()
    desk.see(desk.ask())
    # Its rows are the server's now, but what it said of the act is not known.
    assert desk.state(act) == "seen"
    assert desk.undos() == 0
    again = desk.send()
    assert all(answer.repeated for answer in again)
    assert set(desk.hear(again).home) == {answer.command_id for answer in again}
    assert desk.state(act) == "home"
    world.heal()
    world.assert_alike()


def test_a_refusal_is_told_even_if_the_page_comes_first(world: World) -> None:
    desk = world.desks[0]
    session = desk.open_till()
    desk.heal()
    refused = close_far_off(desk, session)
    dismiss(world, desk.people.supervisor)
    desk.send()
    desk.see(desk.ask())
    [answer] = desk.send()
    assert answer.command_id == refused
    applied = desk.hear([answer])
    assert applied.refused == (refused,)
    assert desk.state(refused) == "refused"
    assert handled(desk, refused) is False
    assert open_sessions(desk) == [session]
    world.heal()
    world.assert_alike()


def dismiss(world: World, staff_id: UUID) -> None:
    """Let a person go at the server; no desk has heard of it."""
    row = world.central.row(table_of(Staff), staff_id)
    world.central.write(table_of(Staff), {**row, "active": False})


def close_far_off(desk: SyncedDesk, session: UUID) -> UUID:
    """Close a till with a count that only a supervisor's approval lets pass; return the act's id."""
    closing = CloseTill(till_id=desk.till_id, session_id=session, counted=(Note(SYP, 100_000, 50),))
    return desk.do(closing, approvals=[desk.approval(closing, TILL_APPROVE_DIFFERENCE)]).command_id


def open_sessions(desk: SyncedDesk) -> list[UUID]:
    """Return the sessions that are open on the desk's till, oldest first."""
    statement = select(TillSession.id).where(TillSession.till_id == desk.till_id, TillSession.closed_at.is_(None))
    return desk.read(lambda c: list(c.execute(statement.order_by(TillSession.opened_at)).scalars()))


def handled(desk: SyncedDesk, act: UUID) -> bool:
    """Return whether a person has dealt with an act."""
    return desk.read(
        lambda connection: connection.execute(select(Outbox.handled).where(Outbox.command_id == act)).scalar_one()
    )


def test_a_page_and_answers_that_come_again_change_nothing(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    pay(desk)
    answers = desk.send()
    page = desk.ask()
    desk.hear(answers)
    desk.see(page)
    before = desk.rows()
    later = pay(desk)
    after = desk.rows()
    assert after != before
    assert not desk.see(page)
    assert not desk.hear(answers)
    assert desk.rows() == after
    assert desk.state(later) == "pending"


def test_acts_on_another_account_are_left_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there, _ = world.desks
    here.open_till()
    there.open_till()
    mine = pay(here)
    apart = pay(here, account_id=other_account(here))
    pay(there, 50_000)
    there.heal()
    taken: list[UUID] = []
    real = undo.take_back

    def watched(connection: Connection, ids: Collection[UUID]) -> None:
        taken.extend(ids)
        real(connection, ids)

    monkeypatch.setattr(undo, "take_back", watched)
    here.see(here.ask())
    assert mine in taken
    assert apart not in taken


def test_the_same_bill_paid_at_two_counters(world: World) -> None:
    here, there, _ = world.desks
    here.open_till()
    there.open_till()
    due = owed(here)
    first, second = pay(here, due), pay(there, due)
    here.heal()
    there.see(there.ask())
    # The second payment stands on what the first has left, before the server has heard of it.
    assert effects(there, second)[CUSTOMER_CREDIT] == -due
    assert count(there, Notice) == 1
    world.heal()
    assert effects(here, first)[RECEIVABLE] == -due
    assert effects(there, second) == effects(here, second)
    assert RECEIVABLE not in effects(here, second)
    for desk in (here, there):
        assert count(desk, Receipt) == 2
        assert count(desk, Notice) == 1
    world.assert_alike()


def test_a_refused_act_is_taken_back_from_under_later_ones(world: World) -> None:
    desk = world.desks[0]
    session = desk.open_till()
    pay(desk)
    desk.heal()
    closed = close_far_off(desk, session)
    reopened = desk.open_till()
    later = pay(desk)
    dismiss(world, desk.people.supervisor)
    answers = desk.send()
    assert desk.hear(answers).refused == (closed,)
    answers = desk.send()
    assert [answer.outcome for answer in answers] == ["applied", "applied"]
    desk.hear(answers)
    # The first session is open again; the second was opened beside it, and somebody is told.
    assert open_sessions(desk) == [session, reopened]
    assert effects(desk, closed) == {}
    assert effects(desk, later)[CASH_TILL] > 0
    assert count(desk, Notice) == 1
    journal = desk.read(lambda c: c.execute(select(TillJournal.seq).order_by(TillJournal.seq)).scalars().all())
    assert journal == [1, 2, 3, 4, 5]
    world.heal()
    # Both drawers can be closed, the newest first; then the till is free.
    for held in (reopened, session):
        drawer = desk.read(cash_in_drawer, held)[SYP].minor
        desk.do(CloseTill(till_id=desk.till_id, session_id=held, counted=(Note(SYP, drawer, 1),)))
    assert open_sessions(desk) == []
    desk.open_till()
    world.heal()
    world.assert_alike()


def test_what_was_refused_stays_refused_when_the_server_was_put_back(world: World) -> None:
    desk = world.desks[0]
    session = desk.open_till()
    desk.heal()
    closed = close_far_off(desk, session)
    dismiss(world, desk.people.supervisor)
    desk.heal()
    # The drawer goes on, on top of the refusal, which nobody has dealt with.
    later = pay(desk)
    desk.heal()
    desk.write(anew.note, "another epoch")
    assert (desk.state(closed), desk.state(later)) == ("pending", "pending")
    sent_as_left = []
    while acts := desk.read(next_batch, 0, BATCH):
        sent_as_left += [act.command_id for act in acts if act.left]
        desk.hear(desk.send())
    assert sent_as_left == [closed]
    said = {"command_id": closed, "outcome": "refused", "reason": {"code": ActLeft.code}}
    desk.write(anew.note, "yet another")
    desk.hear([msgspec.convert(said, Answer)])
    assert desk.state(closed) == "refused"
    (item,) = [item for item in desk.read(outbox.items) if item.command_id == closed]
    assert isinstance(item.reason, ApprovalInvalid)
    assert item.can_amend
    assert desk.read(outbox.summary).attention == 1


def test_what_is_sent_again_after_it_was_parked_was_not_refused(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    desk.heal()
    act = pay(desk)
    parked = {"command_id": act, "outcome": "parked", "reason": {"code": "server.bug"}}
    desk.hear([msgspec.convert(parked, Answer)])
    assert desk.write(outbox.retry, act)
    (sent,) = desk.read(next_batch, 0, BATCH)
    assert (sent.command_id, sent.left) == (act, False)


def test_a_drawer_that_was_opened_and_counted_stays_so_though_its_clerk_is_gone(world: World) -> None:
    desk, people = world.desks[0], world.desks[0].people
    session = desk.open_till()
    desk.heal()
    counted = (Note(SYP, 100, 50),)
    desk.do(CloseTill(till_id=desk.till_id, session_id=session, counted=counted))
    desk.open_till(by=people.clerk)
    second = open_sessions(desk)[0]
    desk.do(CloseTill(till_id=desk.till_id, session_id=second, counted=counted))
    desk.open_till(by=people.clerk_2)
    dismiss(world, people.clerk)
    world.heal()
    assert set(outcomes(desk)) == {"home"}
    assert len(open_sessions(desk)) == 1
    assert count(desk, Notice) == 3
    assert desk.read(cash_in_drawer, session)[SYP].minor == 0
    world.assert_alike()


def test_a_counted_drawer_stays_closed_here_until_the_server_has_spoken(world: World) -> None:
    """Whoever approved it was let go and came back before it arrived: the money since then has its own session."""
    desk, supervisor = world.desks[0], world.desks[0].people.supervisor
    session = desk.open_till()
    desk.hear(desk.send())
    closed = close_far_off(desk, session)
    dismiss(world, supervisor)
    # The page brings the session's own rows: what was done on top of them is run again.
    desk.see(desk.ask())
    assert open_sessions(desk) == []
    second = desk.open_till()
    pay(desk)
    world.central.write(table_of(Staff), {**world.central.row(table_of(Staff), supervisor), "active": True})
    world.heal()
    assert desk.state(closed) == "home"
    assert open_sessions(desk) == [second]
    assert desk.read(cash_in_drawer, session)[SYP].minor == 0
    world.assert_alike()


def outcomes(desk: SyncedDesk) -> list[str]:
    """Return the states of the outbox."""
    return desk.read(lambda c: list(c.execute(select(Outbox.state).order_by(Outbox.device_seq)).scalars()))


def test_an_act_stands_on_the_row_that_it_changed(world: World) -> None:
    desk = world.desks[0]
    session = desk.open_till()
    desk.heal()
    closed = close_far_off(desk, session)
    # Somebody at the centre puts a word on the session: no order key leads from there to the act, only the row.
    row = world.central.row(table_of(TillSession), session)
    world.central.write(table_of(TillSession), {**row, "float_notes": []})
    desk.see(desk.ask())
    kept = select(TillSession.float_notes, TillSession.closed_at).where(TillSession.id == session)
    float_notes, closed_at = desk.read(lambda c: c.execute(kept).one())
    assert float_notes == []
    assert closed_at is not None
    assert desk.state(closed) == "pending"
    world.heal()
    world.assert_alike()


def test_an_act_without_rows_is_home_with_its_answer(world: World) -> None:
    desk = world.desks[0]
    act = desk.do(SignIn(online=False)).command_id
    [answer] = desk.send()
    assert answer.position is None
    assert desk.hear([answer]).home == (act,)
    assert desk.state(act) == "home"


def test_a_conflict_leaves_nothing_but_permanent_rows_and_is_shown(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    desk.heal()
    act = pay(desk)
    applied = desk.hear([Answer(command_id=act, outcome="conflict")])
    assert applied.refused == (act,)
    assert effects(desk, act) == {}
    assert count(desk, Receipt) == 1
    assert desk.state(act) == "conflict"
    assert handled(desk, act) is False


@pytest.mark.parametrize("outcome", ["parked", "frozen"])
def test_an_act_that_waits_at_the_server_keeps_its_rows_here(world: World, outcome: str) -> None:
    desk = world.desks[0]
    desk.open_till()
    act = pay(desk)
    desk.hear([msgspec.convert({"command_id": act, "outcome": outcome}, Answer)])
    assert desk.state(act) == outcome
    assert effects(desk, act)[CASH_TILL] > 0
    # Applied by hand at the server later: the feed brings it, and the answer follows when it is asked for again.
    answers = world.central.push(desk.device_id, [raw(desk, act)])
    desk.see(desk.ask())
    assert desk.state(act) == "seen"
    desk.hear(answers)
    assert desk.state(act) == "home"


def raw(desk: SyncedDesk, act: UUID) -> bytes:
    """Return an act's bytes."""
    return desk.read(
        lambda connection: connection.execute(select(Outbox.raw).where(Outbox.command_id == act)).scalar_one()
    )


def test_a_tombstone_takes_a_row_away_and_is_undone_by_nothing(world: World) -> None:
    desk = world.desks[0]
    listing = desk.read(
        lambda connection: connection.execute(
            select(Listing.id).where(Listing.account_id == desk.account_id).limit(1)
        ).scalar_one()
    )
    with world.central.engine.begin() as connection:
        connection.execute(table_of(Listing).delete().where(Listing.id == listing))
    world.central.change(RowChange("listing", listing, None))
    desk.open_till()
    pay(desk)
    desk.see(desk.ask())
    assert desk.read(lambda c: c.execute(select(Listing.id).where(Listing.id == listing)).first()) is None
    world.heal()
    world.assert_alike()


def test_a_changed_bill_moves_a_payment_that_waits(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    act = pay(desk, owed(desk))
    shared = select(LedgerRow.part_id).where(LedgerRow.command_id == act, LedgerRow.part_id.is_not(None)).limit(1)
    part_id = desk.read(lambda connection: connection.execute(shared).scalar_one())
    assert part_id is not None
    part = world.central.row(table_of(BillPart), part_id)
    world.central.write(table_of(BillPart), {**part, "disputed": True})
    before = effects(desk, act)
    desk.see(desk.ask())
    assert effects(desk, act) == before
    assert desk.state(act) == "pending"
    world.heal()
    world.assert_alike()


def test_a_page_with_garbage_changes_nothing(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    pay(desk)
    desk.send()
    page = desk.ask()
    before, position = desk.rows(), desk.cursor
    *first, last = page.changes
    damaged = msgspec.structs.replace(last, row={**(last.row or {}), "amount_minor": "a lot", "seq": []})
    with pytest.raises(msgspec.ValidationError):
        desk.see(msgspec.structs.replace(page, changes=(*first, damaged)))
    lacking = msgspec.structs.replace(last, row={"id": str(last.id)})
    with pytest.raises(msgspec.ValidationError):
        desk.see(msgspec.structs.replace(page, changes=(*first, lacking)))
    assert desk.rows() == before
    assert desk.cursor == position
    desk.see(page)
    assert desk.cursor.position == page.reached


def page_of(world: World, *positions: int, after: int = 0, reached: int = 9) -> FeedPage:
    """Return a page with changes of a table that no version knows, at these positions."""
    changes = tuple(
        Change(position=position, table="tariff", id=uuid5(demo.ACCOUNT_ID, str(position)), row={"id": "?"})
        for position in positions
    )
    now = world.clock()
    return FeedPage(after=after, reached=reached, head=9, more=False, changes=changes, server_time=now)


@pytest.mark.parametrize(
    "page",
    [
        {"after": 1, "reached": 2},
        {"after": 0, "reached": -1},
        {"positions": (3, 2)},
        {"positions": (0,)},
        {"positions": (10,)},
    ],
)
def test_a_page_that_does_not_follow_is_no_page(world: World, page: dict[str, object]) -> None:
    desk = world.desks[0]
    positions: tuple[int, ...] = page.pop("positions", ())  # type: ignore[assignment]
    with pytest.raises(Malformed):
        desk.see(page_of(world, *positions, **page))  # type: ignore[arg-type]
    assert desk.cursor.position == 0


def test_rows_of_no_account_are_shown_anew_everywhere_whatever_comes_with_them(world: World) -> None:
    world.heal()
    desk, other = world.desks[0], world.desks[1]
    other.open_till()
    pay(other, 5_000)
    other.heal()
    assert not desk.see(desk.ask()).everybody
    feature = table_of(Feature)
    pay(other, 5_000)
    other.heal()
    with reading(world.central.engine) as connection:
        row = dict(connection.execute(select(feature).limit(1)).mappings().one())
    world.central.write(feature, {**row, "monthly_minor": row["monthly_minor"] + 100})
    applied = desk.see(desk.ask())
    assert (applied.everybody, demo.ACCOUNT_ID in applied.accounts) == (True, True)
    assert (Applied() | Applied(everybody=True)).everybody


def test_tables_and_columns_of_a_newer_server_are_passed_over(world: World) -> None:
    desk = world.desks[0]
    account = world.central.row(table_of(Account), desk.account_id)
    wire = msgspec.json.decode(msgspec.json.encode(account)) | {"state": "stopped", "loyalty": "gold"}
    known = Change(position=2, table="account", id=desk.account_id, row=wire)
    page = page_of(world, 1, reached=2)
    desk.see(msgspec.structs.replace(page, changes=(*page.changes, known)))
    assert desk.cursor.position == 2
    state = desk.read(lambda c: c.execute(select(Account.state).where(Account.id == desk.account_id)).scalar_one())
    assert state == "stopped"


def test_an_act_that_can_not_run_again_keeps_nobody_out(world: World) -> None:
    here, there, _ = world.desks
    here.open_till()
    there.open_till()
    act = pay(here)
    pay(there)
    there.heal()
    # What this desk once wrote can't be read any more.
    broken = update(table_of(Outbox)).where(Outbox.command_id == act)
    sent = raw(here, act)
    here.write(lambda connection: connection.execute(broken.values(raw=b"{}")).rowcount)
    here.see(here.ask())
    assert here.cursor.position == world.central.head
    assert effects(here, act) == {}
    assert here.state(act) == "pending"
    # The server's word brings it back.
    here.write(lambda connection: connection.execute(broken.values(raw=sent)).rowcount)
    world.heal()
    assert effects(here, act)[CASH_TILL] > 0
    world.assert_alike()


def test_a_copy_that_was_printed_is_counted_though_its_clerk_is_gone(world: World) -> None:
    desk = world.desks[0]
    desk.open_till()
    taken = desk.do(desk.payment(100_000)).result
    assert isinstance(taken, Taken)
    desk.heal()
    dismiss(world, desk.people.clerk)
    copy = desk.do(CopyReceipt(receipt_id=taken.receipt_id, account_id=desk.account_id)).command_id
    world.heal()
    assert desk.state(copy) == "home"
    world.assert_alike()
