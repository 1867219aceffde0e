"""What an act says of its till must hold together and be its sender's to say; nothing else is ever booked."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from ccbs_desk.domain.commands import CloseTill, Envelope
from ccbs_desk.models.central import ParkedCommand
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import LedgerRow, TillJournal, TillSession
from ccbs_desk.wire.codec import decode_envelope, encode_envelope
from ccbs_desk.wire.messages import EnrolRequest
from server_stub.seed import demo
from tests.factories.field_desk import field_desk
from tests.factories.server import b64
from tests.unit.server.conftest import Counter, let_sign_in

Change = Callable[[Envelope, Counter], Envelope]


def session_of(counter: Counter) -> UUID:
    """Return the open session of a counter's till."""
    with reading(counter.engine) as connection:
        mine = select(TillSession.id).where(TillSession.till_id == counter.desk.till_id)
        return connection.execute(mine).scalar_one()


def stamped(envelope: Envelope, **values: Any) -> Envelope:
    """Return the act with another stamp of the till."""
    assert envelope.stamps.till is not None
    till = replace(envelope.stamps.till, **values)
    return replace(envelope, stamps=replace(envelope.stamps, till=till))


def numbered(envelope: Envelope, number: str) -> Envelope:
    """Return the act with another receipt number, the same in the stamp and on the paper."""
    envelope = stamped(envelope, receipt_number=number)
    printed = {**envelope.stamps.decided["printed"], "number": number}
    decided = {**envelope.stamps.decided, "printed": printed}
    return replace(envelope, stamps=replace(envelope.stamps, decided=decided))


def in_session(envelope: Envelope, session: object) -> Envelope:
    """Return the act as if it had been done in another session."""
    decided = {**envelope.stamps.decided, "session_id": str(session)}
    return replace(envelope, stamps=replace(envelope.stamps, decided=decided))


def at_till(envelope: Envelope, till_id: UUID | None) -> Envelope:
    """Return the act as one at another till; its stamp is left."""
    return replace(envelope, command=replace(envelope.command, till_id=till_id))  # type: ignore[call-arg]


def without_stamp(envelope: Envelope) -> Envelope:
    """Return the act without the till's part."""
    return replace(envelope, stamps=replace(envelope.stamps, till=None))


FORGED: dict[str, tuple[Change, str]] = {
    "no stamp": (lambda act, _: without_stamp(act), "request.inconsistent: till"),
    "at another till": (lambda act, victim: at_till(act, victim.desk.till_id), "request.inconsistent: till"),
    "at another till without stamp": (
        lambda act, victim: without_stamp(at_till(act, victim.desk.till_id)),
        "request.inconsistent: till",
    ),
    "stamped at another till": (
        lambda act, victim: at_till(stamped(act, till_id=victim.desk.till_id), victim.desk.till_id),
        "till.other_device",
    ),
    "in the session of another till": (
        lambda act, victim: in_session(act, session_of(victim)),
        "request.inconsistent: session",
    ),
    "in no session": (lambda act, _: in_session(act, "x"), "request.inconsistent: session"),
    "a letter that no till was given": (
        lambda act, _: numbered(stamped(act, letter="B"), "0301-B-000001"),
        "request.inconsistent: letter",
    ),
    "no number": (lambda act, _: stamped(act, receipt_number=None), "request.inconsistent: receipt number"),
    "another till's number": (lambda act, _: numbered(act, "0001-A-000001"), "request.inconsistent: receipt number"),
    "another letter's number": (lambda act, _: numbered(act, "0301-B-000001"), "request.inconsistent: receipt number"),
    "a number written otherwise": (lambda act, _: numbered(act, "0301-A-1"), "request.inconsistent: receipt number"),
    "no number at all": (lambda act, _: numbered(act, "x"), "request.inconsistent: receipt number"),
    "another number on the paper": (
        lambda act, _: stamped(numbered(act, "0301-A-000007"), receipt_number="0301-A-000008"),
        "request.inconsistent: receipt number",
    ),
}


@pytest.fixture
def rogue(counter: Counter, country_file: Path, tmp_path: Path) -> Iterator[Counter]:
    """A second counter of the centre. The tills of both are open."""
    with field_desk(tmp_path / "rogue", country_file) as desk:
        asked = EnrolRequest(name="rogue", centre_code=demo.CARE_CENTRE_CODE, public_key=b64(desk.public_key))
        desk.enrolled(counter.devices.approve(counter.devices.enrol(asked).device_id))
        let_sign_in(counter.engine, desk, demo.CLERK)
        second = Counter(counter.engine, desk, counter.devices)
        for each in (counter, second):
            assert each.apply(each.desk.do(each.desk.open_till()))[0].outcome == "applied"
        assert desk.till_code == "0301"
        yield second


def parked_error(counter: Counter, act: bytes) -> str:
    """Return why an act is parked."""
    with reading(counter.engine) as connection:
        return connection.execute(select(ParkedCommand.error).where(ParkedCommand.raw == act)).scalar_one()


def booked(counter: Counter, act: bytes) -> int:
    """Return how many rows an act has left."""
    command_id = decode_envelope(act).command_id
    with reading(counter.engine) as connection:
        return sum(
            connection.execute(select(func.count()).where(model.command_id == command_id)).scalar_one()
            for model in (LedgerRow, TillJournal)
        )


@pytest.mark.parametrize("name", FORGED)
def test_a_payment_that_contradicts_itself_is_never_booked(counter: Counter, rogue: Counter, name: str) -> None:
    change, error = FORGED[name]
    forged = encode_envelope(change(decode_envelope(rogue.desk.do(rogue.desk.payment(50_000))), counter))
    (answer,) = rogue.apply(forged)
    assert answer.outcome == "parked"
    assert parked_error(rogue, forged) == error
    assert booked(rogue, forged) == 0
    # The number that it reached for is still free for who owns it.
    assert counter.apply(counter.desk.do(counter.desk.payment(20_000)))[0].outcome == "applied"


def test_no_drawer_of_another_till_is_closed(counter: Counter, rogue: Counter) -> None:
    assert rogue.desk.till_id is not None
    victim = session_of(counter)
    forged = rogue.desk.forced(CloseTill(till_id=rogue.desk.till_id, session_id=victim, counted=()))
    assert rogue.apply(forged)[0].outcome == "parked"
    assert parked_error(rogue, forged) == "request.inconsistent: session"
    assert booked(rogue, forged) == 0


def test_an_act_that_gives_no_receipt_bears_no_number(rogue: Counter) -> None:
    assert rogue.desk.till_id is not None
    closing = CloseTill(till_id=rogue.desk.till_id, session_id=session_of(rogue), counted=())
    forged = encode_envelope(stamped(decode_envelope(rogue.desk.forced(closing)), receipt_number="0301-A-000001"))
    assert rogue.apply(forged)[0].outcome == "parked"
    assert parked_error(rogue, forged) == "request.inconsistent: receipt number"


def test_a_number_is_borne_by_one_act(rogue: Counter) -> None:
    desk = rogue.desk
    assert rogue.apply(desk.do(desk.payment(50_000)))[0].outcome == "applied"
    twin = encode_envelope(numbered(decode_envelope(desk.do(desk.payment(20_000))), "0301-A-000001"))
    assert rogue.apply(twin)[0].outcome == "parked"
    assert parked_error(rogue, twin) == "receipt.number_taken"
    assert booked(rogue, twin) == 0


def test_the_letter_before_is_whose_acts_began_it(counter: Counter, rogue: Counter) -> None:
    late = counter.desk.do(counter.desk.payment(30_000))
    forged = encode_envelope(
        numbered(
            at_till(
                stamped(
                    decode_envelope(rogue.desk.do(rogue.desk.payment(50_000))), till_id=counter.desk.till_id, seq=9
                ),
                counter.desk.till_id,
            ),
            "0001-A-000009",
        )
    )
    counter.devices.revoke(counter.desk.device_id)
    assert rogue.apply(forged)[0].outcome == "parked"
    assert parked_error(rogue, forged) == "till.other_device"
    # Taken while the desk was let in; a person books it.
    assert counter.apply(late)[0].outcome == "frozen"
