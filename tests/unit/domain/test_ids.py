"""Identifiers: the layout of RFC 9562, and one id for one fact wherever it is made."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.domain import ids

COMMAND = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
texts = st.text(max_size=20)
times = st.integers(min_value=0, max_value=(1 << 48) - 1)
randoms = st.binary(min_size=ids.RANDOM_BYTES, max_size=ids.RANDOM_BYTES)


def test_the_example_of_the_standard_comes_out() -> None:
    # RFC 9562, A.6: 2022-02-22T19:22:22Z, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
    random = (0xCC3 << 62 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert ids.uuid7(0x017F22E279B0, random) == COMMAND


@given(times, randoms)
def test_an_id_tells_its_time_version_and_variant(unix_ms: int, random: bytes) -> None:
    value = ids.uuid7(unix_ms, random)
    assert (value.version, value.variant) == (7, "specified in RFC 4122")
    assert ids.unix_ms_of(value) == unix_ms


@given(times, times, randoms, randoms)
def test_a_later_id_sorts_later(first: int, second: int, one: bytes, two: bytes) -> None:
    if first < second:
        assert str(ids.uuid7(first, one)) < str(ids.uuid7(second, two))


@given(st.integers(min_value=0, max_value=(1 << 74) - 1), st.integers(min_value=0, max_value=(1 << 74) - 1))
def test_no_random_bit_is_lost(one: int, two: int) -> None:
    same = ids.uuid7(0, one.to_bytes(10, "big")) == ids.uuid7(0, two.to_bytes(10, "big"))
    assert same == (one == two)


@pytest.mark.parametrize("unix_ms", [-1, 1 << 48])
def test_a_time_out_of_range_is_no_id(unix_ms: int) -> None:
    with pytest.raises(ids.BadId) as caught:
        ids.uuid7(unix_ms, bytes(10))
    assert (caught.value.code, caught.value.text) == ("id.bad_time", str(unix_ms))


def test_too_little_randomness_is_no_id() -> None:
    with pytest.raises(ids.BadId) as caught:
        ids.uuid7(0, bytes(9))
    assert caught.value.code == "id.bad_random"


def test_only_a_time_ordered_id_tells_a_time() -> None:
    with pytest.raises(ids.BadId) as caught:
        ids.unix_ms_of(ids.derive(COMMAND, "receipt", ""))
    assert caught.value.code == "id.bad_time"


def test_the_derived_id_never_changes_between_releases() -> None:
    # Recorded: desks and servers of different releases must agree on it for ever.
    assert str(ids.derive(COMMAND, "receipt", "0217-B-000001")) == "f374c9e5-8914-8d62-9212-2bc32fa1814d"


@given(st.uuids(), texts, texts)
def test_a_derived_id_is_a_version_8_id(command: UUID, table: str, key: str) -> None:
    value = ids.derive(command, table, key)
    assert (value.version, value.variant) == (8, "specified in RFC 4122")
    assert value == ids.derive(command, table, key)


@given(st.tuples(st.uuids(), texts, texts), st.tuples(st.uuids(), texts, texts))
def test_two_facts_never_share_an_id(one: tuple[UUID, str, str], two: tuple[UUID, str, str]) -> None:
    assert (ids.derive(*one) == ids.derive(*two)) == (one == two)


def test_the_border_between_table_and_key_counts() -> None:
    assert ids.derive(COMMAND, "ab", "c") != ids.derive(COMMAND, "a", "bc")


def test_a_call_has_one_id_for_whoever_hears_of_it() -> None:
    # Recorded: the gateway, the desks and their replays must agree on it for ever.
    assert str(ids.call_id("main", "1763624000.17")) == "ebadb29d-723b-50be-8aa2-61792648e34c"
    assert ids.call_id("main", "1763624000.17").version == 5
    assert ids.call_id("main1", "763624000.17") != ids.call_id("main", "1763624000.17")
