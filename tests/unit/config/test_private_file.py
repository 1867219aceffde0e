"""A secret's file belongs to its owner alone and is whole, or it is the file that was there before."""

import errno
import os
import stat
from pathlib import Path

import pytest

from ccbs_desk.config.private_file import write_private
from ccbs_desk.domain.errors import DiskFull, Unavailable


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "profile" / "secret.json"
    write_private(path, b"one")
    write_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert (rights(path), rights(path.parent)) == (0o600, 0o700)


def test_what_a_crash_left_behind_lends_nothing(tmp_path: Path) -> None:
    left = tmp_path / "secret.json.part"
    left.write_bytes(b"half")
    left.chmod(0o644)
    write_private(tmp_path / "secret.json", b"whole")
    assert rights(tmp_path / "secret.json") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.json"]


@pytest.mark.parametrize(("number", "expected"), [(errno.ENOSPC, Unavailable), (errno.EIO, OSError)])
def test_a_failure_keeps_the_file_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[Exception]
) -> None:
    path = tmp_path / "secret.json"
    write_private(path, b"before")

    def fail(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(expected) as caught:
        write_private(path, b"after")
    if isinstance(caught.value, Unavailable):
        assert caught.value.reason == DiskFull()
    assert path.read_bytes() == b"before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret.json"]
