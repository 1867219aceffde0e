"""Whatever bytes come, the codec reads an act whole or says no in one of its two ways; what it read it can write."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccbs_desk.domain.commands import all_commands
from ccbs_desk.domain.errors import NewerServer, Refused
from ccbs_desk.services.bus import act_hash
from ccbs_desk.wire.codec import Malformed, ReasonForm, decode_envelope, encode_envelope, reason_of
from tests.unit.wire.recording import act

ACTS = [msgspec.json.decode(encode_envelope(act(kind))) for kind in all_commands()]
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
MANY = settings(max_examples=300)


def read(raw: bytes) -> None:
    """Read an act, or be told no; what was read comes back the same, and has a hash."""
    try:
        envelope = decode_envelope(raw)
    except (Malformed, Refused):
        return
    again = decode_envelope(encode_envelope(envelope))
    assert again == envelope
    assert len(act_hash(envelope)) == 32


@MANY
@given(raw=st.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    read(raw)


@MANY
@given(value=ANYTHING)
def test_any_json(value: Any) -> None:
    read(msgspec.json.encode(value))


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """Return an act with one of its parts, at any depth, exchanged or left out, or with one too many."""
    whole: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(draw(st.sampled_from(ACTS))))
    part = whole
    while True:
        name = draw(st.sampled_from(sorted(part)))
        inner = part[name]
        if not (isinstance(inner, dict) and inner and draw(st.booleans())):
            break
        part = inner
    how = draw(st.sampled_from(["left out", "exchanged", "more"]))
    if how == "left out":
        del part[name]
    else:
        part[name if how == "exchanged" else draw(st.text(max_size=9))] = draw(ANYTHING)
    return msgspec.json.encode(whole)


@MANY
@given(raw=spoiled())
def test_an_act_that_is_not_quite_one(raw: bytes) -> None:
    read(raw)


@MANY
@given(raw=st.sampled_from(ACTS).map(msgspec.json.encode), data=st.data())
def test_an_act_with_a_byte_changed_or_cut_off(raw: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255))
    read(raw[:at] + bytes([byte]) + raw[at + 1 :])
    read(raw[:at])


@pytest.mark.parametrize("depth", [10, 100_000])
def test_an_act_that_is_nested_without_end(depth: int) -> None:
    read(b'{"body":' * depth + b"1" + b"}" * depth)
    read(b"[" * depth)


@MANY
@given(code=st.text(max_size=20), values=st.dictionaries(st.text(max_size=8), ANYTHING, max_size=3))
def test_any_reason_of_a_server(code: str, values: dict[str, Any]) -> None:
    assert isinstance(reason_of(ReasonForm(code, values)), NewerServer)
