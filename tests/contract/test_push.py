"""Push: each act exactly once, its first answer for ever, and nothing that was taken is ever lost."""

import threading
from dataclasses import replace
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ccbs_desk.domain.commands import SignIn, ViewSubscriber
from ccbs_desk.domain.money import SYP, Money
from ccbs_desk.models.central import AppliedCommand, ParkedCommand
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import Audit, LedgerRow, Notice, Receipt, TillJournal
from ccbs_desk.models.reference import Device
from ccbs_desk.wire.codec import decode_envelope, encode_envelope
from ccbs_desk.wire.messages import Answer
from server_stub import parked
from server_stub.seed import demo
from tests.factories.books import assert_clean, checked
from tests.factories.server import RunningServer, SignedIn, account_of


def id_of(act: bytes) -> UUID:
    """Return the id of an act's bytes."""
    return decode_envelope(act).command_id


def effects(server: RunningServer, act: bytes) -> int:
    """Return how many ledger rows an act has on the server."""
    statement = select(func.count()).select_from(LedgerRow).where(LedgerRow.command_id == id_of(act))
    with reading(server.engine) as connection:
        return connection.execute(statement).scalar_one()


def parked_error(server: RunningServer, act: bytes) -> str:
    """Return why an act is parked; it fails when it is not, or when its bytes are not those that were sent."""
    with reading(server.engine) as connection:
        row = connection.execute(select(ParkedCommand.raw, ParkedCommand.error).where(ParkedCommand.raw == act)).one()
    assert row.raw == act
    return str(row.error)


def one(answers: tuple[Answer, ...]) -> Answer:
    """Return the only answer."""
    (answer,) = answers
    return answer


@pytest.fixture
def clerk(server: RunningServer) -> SignedIn:
    """A clerk at a counter whose till is open on both sides."""
    clerk = server.counter()
    assert one(clerk.push(clerk.desk.do(clerk.desk.open_till()))).outcome == "applied"
    return clerk


class TestOnce:
    """An act has one effect and one answer, whatever comes between."""

    def test_a_payment_is_applied_once_and_its_answer_repeats(self, server: RunningServer, clerk: SignedIn) -> None:
        act = clerk.desk.do(clerk.desk.payment(100_000))
        first = one(clerk.push(act))
        rows = effects(server, act)
        again = one(clerk.push(act))
        assert (first.outcome, first.repeated, again.repeated) == ("applied", False, True)
        assert again.position == first.position
        assert effects(server, act) == rows > 0
        assert_clean(server.engine)

    def test_twice_in_one_push_is_once(self, server: RunningServer, clerk: SignedIn) -> None:
        act = clerk.desk.do(clerk.desk.payment(100_000))
        first, again = clerk.push(act, act)
        assert (first.repeated, again.repeated, first.position) == (False, True, again.position)
        assert_clean(server.engine)

    def test_many_at_a_time_from_several_lines_is_once(self, server: RunningServer, clerk: SignedIn) -> None:
        act = clerk.desk.do(clerk.desk.payment(100_000))
        answers: list[Answer] = []
        lines = [server.sign_in(clerk.desk) for _ in range(4)]

        def push(line: SignedIn) -> None:
            answers.extend(line.push(act, act, act))

        threads = [threading.Thread(target=push, args=(line,)) for line in lines]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 12
        assert sum(not answer.repeated for answer in answers) == 1
        assert len({answer.position for answer in answers}) == 1
        assert_clean(server.engine)

    def test_an_act_without_rows_for_desks_has_no_position(self, server: RunningServer, clerk: SignedIn) -> None:
        before = clerk.page(0).head
        answer = one(clerk.push(clerk.desk.do(SignIn(online=True))))
        assert (answer.outcome, answer.position) == ("applied", None)
        assert clerk.page(0).head == before
        assert_clean(server.engine)

    def test_an_empty_push_is_answered(self, clerk: SignedIn) -> None:
        assert clerk.push() == ()

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(sendings=st.lists(st.lists(st.integers(0, 4), max_size=6), max_size=5))
    def test_any_order_of_sending_ends_the_same(
        self, server: RunningServer, clerk: SignedIn, sendings: list[list[int]]
    ) -> None:
        accounts = clerk.desk.accounts(5)
        acts = [clerk.desk.do(clerk.desk.payment(10_000, account)) for account in accounts]
        first: dict[UUID, Answer] = {}
        for sending in [*sendings, range(len(acts))]:
            for answer in clerk.push(*(acts[n] for n in sending)):
                known = first.setdefault(answer.command_id, answer)
                assert (answer.outcome, answer.position) == ("applied", known.position)
        with reading(server.engine) as connection:
            ids = connection.execute(select(Receipt.command_id)).scalars().all()
        assert all(ids.count(id_of(act)) == 1 for act in acts)


class TestMoney:
    """Taken money is never refused and never lost."""

    def test_the_same_bill_paid_at_two_counters_becomes_credit_and_is_told(
        self, server: RunningServer, clerk: SignedIn
    ) -> None:
        other = server.counter()
        other.desk.account_id = clerk.desk.account_id
        acts = [other.desk.do(other.desk.open_till()), other.desk.do(other.desk.payment(100_000))]
        assert one(clerk.push(clerk.desk.do(clerk.desk.payment(100_000)))).outcome == "applied"
        assert [answer.outcome for answer in other.push(*acts)] == ["applied", "applied"]
        with reading(server.engine) as connection:
            told = connection.execute(select(Notice.code).where(Notice.command_id == id_of(acts[1]))).scalars().all()
        assert told == ["payment.became_credit"]
        assert_clean(server.engine)

    def test_another_body_under_a_known_id_is_a_conflict_and_kept(self, server: RunningServer, clerk: SignedIn) -> None:
        act = clerk.desk.do(clerk.desk.payment(100_000))
        first = one(clerk.push(act))
        body = msgspec.json.decode(act)
        forged = msgspec.json.encode({**body, "body": {**body["body"], "override_reason": "more"}})
        answer = one(clerk.push(forged))
        assert answer.outcome == "conflict"
        assert answer.reason is not None
        assert answer.reason.code == "command.other_body"
        assert parked_error(server, forged) == "command.other_body"
        assert one(clerk.push(act)).position == first.position

    def test_an_act_that_makes_the_server_fail_is_parked_and_the_rest_goes_on(
        self, server: RunningServer, clerk: SignedIn
    ) -> None:
        desk = clerk.desk
        good = desk.do(desk.payment(100_000))
        # A till's number that is taken: nothing that a handler expects, so the server fails on it.
        envelope = decode_envelope(desk.do(desk.payment(20_000)))
        till = envelope.stamps.till
        assert till is not None
        poison = encode_envelope(
            replace(envelope, stamps=replace(envelope.stamps, till=replace(till, seq=till.seq - 1)))
        )
        last = desk.do(SignIn(online=True))
        outcomes = [answer.outcome for answer in clerk.push(good, poison, last)]
        assert outcomes == ["applied", "parked", "applied"]
        assert parked_error(server, poison) == "server.bug: IntegrityError"
        assert effects(server, poison) == 0
        assert one(clerk.push(poison)).outcome == "parked"
        with reading(server.engine) as connection:
            tries = select(ParkedCommand.tries).where(ParkedCommand.command_id == id_of(poison))
            assert connection.execute(tries).scalar_one() == 2
        assert_clean(server.engine)

    def test_an_act_of_a_newer_desk_waits_for_a_newer_server(self, server: RunningServer, clerk: SignedIn) -> None:
        act = clerk.desk.do(clerk.desk.payment(100_000))
        newer = msgspec.json.encode({**msgspec.json.decode(act), "version": 99})
        answer = one(clerk.push(newer))
        assert answer.outcome == "parked"
        assert answer.reason is not None
        assert (answer.reason.code, answer.reason.values) == ("command.unknown", {"kind": "TakePayment", "version": 99})
        assert parked_error(server, newer) == "command.unknown"

    def test_an_act_whose_body_is_damaged_is_parked(self, server: RunningServer, clerk: SignedIn) -> None:
        act = msgspec.json.decode(clerk.desk.do(clerk.desk.payment(100_000)))
        damaged = msgspec.json.encode({**act, "body": {**act["body"], "amount": "much"}})
        assert one(clerk.push(damaged)).outcome == "parked"
        assert parked_error(server, damaged) == "request.malformed"
        unstamped = msgspec.json.encode({"id": act["id"], "stamps": {}})
        assert one(clerk.push(unstamped)).outcome == "parked"

    def test_a_parked_act_counts_once_a_person_says_so(self, server: RunningServer, clerk: SignedIn) -> None:
        other = server.counter()
        act = clerk.desk.do(clerk.desk.payment(100_000))
        # Another desk brings it: the outbox of a device that was shut out, for instance.
        assert one(other.push(act)).outcome == "parked"
        assert parked_error(server, act) == "device.other"
        assert effects(server, act) == 0
        assert id_of(act) in [each.command_id for each in parked.parked_acts(server.engine)]
        assert [answer.outcome for answer in parked.retry(server.engine, server.clock, id_of(act))] == ["applied"]
        assert effects(server, act) > 0
        assert id_of(act) not in [each.command_id for each in parked.parked_acts(server.engine)]
        assert one(clerk.push(act)).repeated
        assert_clean(server.engine)

    def test_what_another_device_parked_does_not_bind(self, server: RunningServer, clerk: SignedIn) -> None:
        other = server.counter()
        act = clerk.desk.do(clerk.desk.payment(100_000))
        assert one(other.push(act)).outcome == "parked"
        answer = one(clerk.push(act))
        assert (answer.outcome, answer.repeated) == ("applied", False)
        assert_clean(server.engine)

    def test_the_running_series_of_another_device_takes_no_act(self, server: RunningServer, clerk: SignedIn) -> None:
        other = server.counter()
        other.desk.till_id, other.desk.till_code = clerk.desk.till_id, clerk.desk.till_code
        stolen = other.desk.forced(other.desk.open_till())
        answer = one(other.push(stolen))
        assert answer.outcome == "parked"
        assert answer.reason is not None
        assert answer.reason.code == "till.other_device"


class TestRefused:
    """A refusal is an answer for ever too, and leaves its traces."""

    def test_a_refused_act_stays_refused_and_leaves_no_hole(self, server: RunningServer, clerk: SignedIn) -> None:
        desk = clerk.desk
        nonsense = desk.forced(replace(desk.payment(100_000), amount=Money(0, SYP)))
        good = desk.do(desk.payment(100_000))
        refused, applied = clerk.push(nonsense, good)
        assert (refused.outcome, applied.outcome) == ("refused", "applied")
        assert refused.reason is not None
        assert refused.reason.code == "amount.not_positive"
        assert refused.position is not None
        again = one(clerk.push(nonsense))
        assert (again.outcome, again.reason, again.repeated) == ("refused", refused.reason, True)
        assert effects(server, nonsense) == 0
        with reading(server.engine) as connection:
            mine = select(TillJournal.seq).where(TillJournal.till_id == desk.till_id).order_by(TillJournal.seq)
            seqs = connection.execute(mine).scalars().all()
        assert seqs == [1, 2, 3]
        assert_clean(server.engine)

    def test_who_lacks_the_right_is_refused_here_whatever_the_desk_thought(
        self, server: RunningServer, clerk: SignedIn
    ) -> None:
        looked = ViewSubscriber(account_id=clerk.desk.account_id, how="name", asked_hash=bytes(32))
        answer = one(clerk.push(clerk.desk.forced(looked, by=demo.ADMIN)))
        assert answer.outcome == "refused"
        assert answer.reason is not None
        assert (answer.reason.code, answer.reason.values) == ("permission.missing", {"permission": "subscriber.view"})
        assert_clean(server.engine)

    def test_acts_of_an_earlier_clerk_are_sent_by_the_next_one(self, server: RunningServer, clerk: SignedIn) -> None:
        act = clerk.desk.do(clerk.desk.payment(100_000))
        next_clerk = server.sign_in(clerk.desk, demo.CLERK_2)
        assert next_clerk.tokens.staff.id != clerk.tokens.staff.id
        assert one(next_clerk.push(act)).outcome == "applied"
        with reading(server.engine) as connection:
            taken_by = connection.execute(select(Receipt.staff_id).where(Receipt.command_id == id_of(act))).scalar_one()
        assert taken_by == clerk.tokens.staff.id


class TestFrozen:
    """One sequence number with two acts freezes the device until a person decides."""

    def test_a_taken_number_freezes_the_device_and_loses_nothing(self, server: RunningServer, clerk: SignedIn) -> None:
        desk = clerk.desk
        first = desk.do(desk.payment(100_000))
        assert one(clerk.push(first)).outcome == "applied"
        envelope = decode_envelope(desk.do(desk.payment(30_000)))
        twin = encode_envelope(replace(envelope, stamps=replace(envelope.stamps, device_seq=desk.seq - 1)))
        later = encode_envelope(envelope)
        frozen, waiting = clerk.push(twin, later)
        assert (frozen.outcome, waiting.outcome) == ("frozen", "frozen")
        assert frozen.reason is not None
        assert (frozen.reason.code, frozen.reason.values) == ("device.frozen", {"device_seq": desk.seq - 1})
        assert parked_error(server, twin) == "device.seq_taken"
        assert parked_error(server, later) == "device.frozen"
        assert self.state(server, clerk) == "frozen"
        assert one(clerk.push(first)).repeated

        server.parts.devices.unfreeze(desk.device_id)
        assert one(clerk.push(later)).outcome == "applied"
        assert one(clerk.push(twin)).outcome == "conflict"
        assert self.state(server, clerk) == "approved"
        assert_clean(server.engine)

    def test_an_act_whose_number_is_taken_is_booked_by_hand(self, server: RunningServer, clerk: SignedIn) -> None:
        desk = clerk.desk
        assert one(clerk.push(desk.do(desk.payment(100_000)))).outcome == "applied"
        twins = []
        # The desk's store was lost with its last numbers, and counts its acts anew.
        for seq, minor in ((1, 20_000), (2, 30_000)):
            desk.seq = 10 * seq
            envelope = decode_envelope(desk.do(desk.payment(minor)))
            desk.receipts -= 1
            twins.append(desk.sent(replace(envelope, stamps=replace(envelope.stamps, device_seq=seq))))
        assert [answer.outcome for answer in clerk.push(*twins)] == ["frozen", "frozen"]
        server.parts.devices.unfreeze(desk.device_id)
        for twin in twins:
            (booked,) = parked.retry(server.engine, server.clock, id_of(twin))
            assert booked.outcome == "applied"
            assert effects(server, twin) > 0
            assert one(clerk.push(twin)).repeated
        with reading(server.engine) as connection:
            beside = select(Audit.device_seq).where(Audit.command_id.in_([id_of(twin) for twin in twins]))
            assert sorted(connection.execute(beside).scalars()) == [-2, -1]
        assert_clean(server.engine)

    def test_holes_in_the_sequence_are_known_and_wait_for_nobody(self, own_server: RunningServer) -> None:
        clerk = own_server.counter()
        assert one(clerk.push(clerk.desk.do(clerk.desk.open_till()))).outcome == "applied"
        assert_clean(own_server.engine, strict=True)
        lost = clerk.desk.do(clerk.desk.payment(20_000))
        assert one(clerk.push(clerk.desk.do(clerk.desk.payment(30_000)))).outcome == "applied"
        assert_clean(own_server.engine)
        status, printed = checked(own_server.engine, strict=True)
        assert status == 1
        assert "acts of a device have not come" in printed
        assert "a receipt's number is missing: 0001-A-000001" in printed
        assert one(clerk.push(lost)).outcome == "applied"
        assert_clean(own_server.engine, strict=True)

    def state(self, server: RunningServer, clerk: SignedIn) -> str:
        """Return the device's state."""
        with reading(server.engine) as connection:
            return connection.execute(select(Device.state).where(Device.id == clerk.desk.device_id)).scalar_one()


class TestAnswersForEver:
    """What was answered is kept with the bytes that it answered."""

    def test_the_exact_bytes_are_kept(self, server: RunningServer, clerk: SignedIn) -> None:
        act = clerk.desk.do(clerk.desk.payment(100_000))
        clerk.push(act)
        with reading(server.engine) as connection:
            raw = connection.execute(
                select(AppliedCommand.raw).where(AppliedCommand.command_id == id_of(act))
            ).scalar_one()
        assert raw == act
        assert account_of(raw) == clerk.desk.account_id

    def test_the_audit_says_who_and_where(self, server: RunningServer, clerk: SignedIn) -> None:
        act = clerk.desk.do(clerk.desk.payment(100_000))
        clerk.push(act)
        with reading(server.engine) as connection:
            at = select(Device.centre_id).where(Device.id == clerk.desk.device_id)
            centre = connection.execute(at).scalar_one()
            said = select(Audit.roles, Audit.centre_id, Audit.till_id, Audit.call_id, Audit.reason)
            row = connection.execute(said.where(Audit.command_id == id_of(act))).one()
        assert tuple(row) == ("clerk", centre, clerk.desk.till_id, None, None)
