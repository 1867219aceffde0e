"""A sealed file: nothing to be read in it without the key, and one file however often it was cut."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbs_desk.sync.sealed import KEY_BYTES, Seal, new_key, open_sealed

KEY = bytes(range(KEY_BYTES))


@given(data=st.binary(max_size=200), cuts=st.lists(st.integers(0, 200), max_size=4))
def test_a_file_sealed_in_pieces_is_the_file_sealed_at_once(data: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    pieces = [Seal(KEY, start)(data[start:end]) for start, end in pairwise(places)]
    assert b"".join(pieces) == Seal(KEY, 0)(data)
    assert Seal(KEY, 0)(b"".join(pieces)) == data


def test_it_is_read_as_it_was_written_and_by_its_key_only(tmp_path: Path) -> None:
    data = b"011 2214567 " * 20_000
    path = tmp_path / "sealed"
    path.write_bytes(Seal(KEY, 0)(data))
    assert b"2214567" not in path.read_bytes()
    with open_sealed(path, KEY) as file:
        assert file.readable()
        assert file.read() == data
    with open_sealed(path, new_key()) as file:
        assert file.read() != data


def test_each_file_has_a_key_of_its_own() -> None:
    assert new_key() != new_key()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_sealed(tmp_path / "nothing", KEY)
