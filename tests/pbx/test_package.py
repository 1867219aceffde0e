"""Where Asterisk comes from: this machine's own source, kept once fetched, and a loud word when it can't be had."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pbx import package
from tests.pbx.fixture import WITHOUT
from tests.pbx.package import NoExchange, Source

ADDRESS = "http://mirror.example/debian"


def apt(folder: Path, name: str, text: str) -> Path:
    """Write a file of package sources."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return folder


def test_the_source_of_a_newer_machine(tmp_path: Path) -> None:
    apt(tmp_path, "sources.list.d/a-security.sources", f"Types: deb\nURIs: {ADDRESS}-security\nSuites: x\n")
    apt(tmp_path, "sources.list.d/debian.sources", f"Types: deb\nURIs: {ADDRESS}\nSigned-By: /usr/share/k.gpg\n")
    assert package.source(tmp_path) == Source(ADDRESS, "/usr/share/k.gpg")


def test_the_source_of_an_older_machine(tmp_path: Path) -> None:
    apt(tmp_path, "sources.list", f"# deb no\ndeb [arch=amd64 signed-by=/k.gpg] {ADDRESS} bookworm main contrib\n")
    assert package.source(tmp_path) == Source(ADDRESS, "/k.gpg")
    apt(tmp_path, "sources.list", f"deb {ADDRESS} bookworm main\n")
    assert package.source(tmp_path) == Source(ADDRESS, "")


def test_no_source_at_all(tmp_path: Path) -> None:
    with pytest.raises(NoExchange, match="no package source"):
        package.source(tmp_path)


def test_what_was_fetched_is_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "bullseye").mkdir()
    (tmp_path / "bullseye" / package.WHOLE).touch()
    assert package.root(cache=tmp_path) == tmp_path / "bullseye"


def fake_apt(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Put a package tool of our own first in the path; it notes what it is asked."""
    tool = folder / "bin" / "apt-get"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\necho "$@" >> {folder}/asked\n{script}\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
    return folder / "asked"


def test_a_source_that_cannot_be_reached_is_told_for_every_suite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "source", lambda: Source(ADDRESS, ""))
    asked = fake_apt(tmp_path, monkeypatch, "echo no route to host >&2; exit 100")
    with pytest.raises(NoExchange) as missing:
        package.root(cache=tmp_path / "cache")
    assert str(missing.value).count("no route to host") == 2
    assert "sid: " in str(missing.value)
    assert "bullseye: " in str(missing.value)
    lines = asked.read_text().splitlines()
    assert [line.split()[-1] for line in lines] == ["update", "update"]
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_second_suite_is_taken_when_the_first_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "source", lambda: Source(ADDRESS, ""))
    fake_apt(tmp_path, monkeypatch, 'case "$*" in *sid-*) exit 100;; esac')
    assert package.root(cache=tmp_path / "cache") == tmp_path / "cache" / "bullseye"
    assert (tmp_path / "cache" / "bullseye" / package.WHOLE).exists()
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["bullseye"]


def test_the_cache_can_be_put_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(package.CACHE, str(tmp_path))
    assert package.cache_folder() == tmp_path
    monkeypatch.delenv(package.CACHE)
    assert package.cache_folder().name in {"pbx", "ccbs-pbx"}


def run_one(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run one test that needs an exchange, in a run of its own, on a machine whose cache is empty."""
    (folder / "test_one.py").write_text("def test_one(exchange):\n    pass\n")
    environment = {**os.environ, package.CACHE: str(folder / "cache"), "PYTHONPATH": str(package.PROJECT)}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "tests.pbx.fixture", *options, "test_one.py"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_run_without_an_exchange_fails_loudly_unless_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_apt(tmp_path, monkeypatch, "echo no route to host >&2; exit 100")
    failed = run_one(tmp_path)
    assert failed.returncode == 1
    assert "no route to host" in failed.stdout
    assert f"{WITHOUT} runs everything that needs none" in failed.stdout
    told = run_one(tmp_path, WITHOUT)
    assert told.returncode == 0
    assert f"needs a real telephone exchange, and {WITHOUT} was given" in told.stdout
