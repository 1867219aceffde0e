"""Digests: rows are added and taken away in any order, and two stores that differ do not come to the same."""

from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from ccbs_desk.domain.digests import BUCKETS, MODULUS, Digest, bucket_of, form_of, in_buckets, of_row, row_hash


@given(rows=st.lists(st.binary(min_size=1), unique=True), data=st.data())
@settings(deadline=None)
def test_the_order_counts_for_nothing_and_what_is_taken_away_is_gone(rows: list[bytes], data: st.DataObject) -> None:
    whole = sum((of_row(row) for row in rows), Digest())
    shuffled = data.draw(st.permutations(rows))
    assert sum((of_row(row) for row in shuffled), Digest()) == whole
    assert 0 <= whole.sum < MODULUS
    for row in shuffled:
        whole -= of_row(row)
    assert whole == Digest()


def test_a_row_that_is_another_is_seen() -> None:
    one, other = of_row(b'{"id":1}'), of_row(b'{"id":2}')
    assert one != other
    assert one + other != one + one
    assert row_hash(b"x") == row_hash(b"x")


def test_parts_come_to_the_whole() -> None:
    ids = [uuid4() for _ in range(50)]
    parts = in_buckets((row_id, row_hash(row_id.bytes)) for row_id in ids)
    assert sum(parts.values(), Digest()) == sum((of_row(row_id.bytes) for row_id in ids), Digest())
    assert all(0 <= bucket < BUCKETS for bucket in parts)
    assert bucket_of(UUID(int=BUCKETS + 3)) == 3


def test_the_form_follows_the_columns_whatever_their_order() -> None:
    assert form_of(["a", "b"]) == form_of(["b", "a"]) != form_of(["a", "b", "c"])
