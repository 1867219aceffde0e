"""Acts on the wire: bytes of desks before today are read, and bound to as they were then; a call is bound as well."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from ccbs_desk.domain.commands import CopyReceipt, Envelope, Stamps
from ccbs_desk.domain.ids import call_id
from ccbs_desk.services.bus import act_hash
from ccbs_desk.wire.codec import decode_envelope, encode_envelope

# Recorded from a desk that knew nothing of calls.
BEFORE_CALLS = (
    b'{"amends":null,"approvals":[],"body":{"account_id":"00000000-0000-0000-0000-000000000003","receipt_id":'
    b'"00000000-0000-0000-0000-000000000002"},"id":"01900000-0000-7000-8000-000000000001","kind":"CopyReceipt",'
    b'"stamps":{"audit_prev":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","decided":{"copy":2},"device_id":'
    b'"00000000-0000-0000-0000-000000000005","device_seq":7,"occurred_at":"2026-11-20T06:00:00Z","policy_version":1,'
    b'"staff_id":"00000000-0000-0000-0000-000000000004","till":null},"version":1}'
)
BOUND_THEN = bytes.fromhex("b285acead604d14eae8e7023eae194f5c206dc73302b39c10dc9a1a407754b5c")
CALL = call_id("main", "1763624000.17")


def of_today() -> Envelope:
    return Envelope(
        command_id=UUID("01900000-0000-7000-8000-000000000001"),
        command=CopyReceipt(receipt_id=UUID(int=2), account_id=UUID(int=3)),
        stamps=Stamps(
            occurred_at=datetime(2026, 11, 20, 6, 0, tzinfo=UTC),
            staff_id=UUID(int=4),
            device_id=UUID(int=5),
            device_seq=7,
            audit_prev=bytes(32),
            policy_version=1,
            decided={"copy": 2},
        ),
    )


def test_bytes_from_before_calls_are_read_and_bound_as_they_were() -> None:
    envelope = decode_envelope(BEFORE_CALLS)
    assert envelope == of_today()
    assert act_hash(envelope) == BOUND_THEN


def test_an_act_without_a_call_comes_back_and_keeps_its_hash() -> None:
    envelope = decode_envelope(encode_envelope(of_today()))
    assert envelope == of_today()
    assert act_hash(envelope) == BOUND_THEN


def test_the_call_of_an_act_comes_back_and_can_not_be_changed_unseen() -> None:
    inside = replace(of_today(), stamps=replace(of_today().stamps, call_id=CALL))
    other = replace(of_today(), stamps=replace(of_today().stamps, call_id=call_id("main", "1763624000.18")))
    assert decode_envelope(encode_envelope(inside)) == inside
    assert len({BOUND_THEN, act_hash(inside), act_hash(other)}) == 3
