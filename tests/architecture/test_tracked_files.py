"""What git tracks names no folder of one machine and no host that packages come from."""

import re

import pytest

from tests.architecture.source import ROOT, tracked_files

MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:work|farm|root|home/\w+|Users/\w+)/|[A-Z]:\\Users\\")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|(?:deb|security)\.debian\.org|crates\.io|golang\.org"
)


def naming(pattern: re.Pattern[str]) -> list[str]:
    """Return each line of a tracked file in which a pattern is found."""
    found = []
    for path in tracked_files():
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        name = path.relative_to(ROOT)
        found += [f"{name}:{n}: {line.strip()}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    return found


def test_no_machine_path() -> None:
    assert naming(MACHINE_PATH) == []


def test_no_registry_host() -> None:
    assert naming(REGISTRY) == []


@pytest.mark.parametrize("folder", ["work", "root", "home/anna", "Users/anna"])
def test_a_machine_path_is_seen(folder: str) -> None:
    assert MACHINE_PATH.search(f"see /{folder}/notes")
    assert not MACHINE_PATH.search(f"see build/{folder}/notes")


@pytest.mark.parametrize(("name", "end"), [("pypi", "org"), ("files.pythonhosted", "org"), ("deb.debian", "org")])
def test_a_registry_is_seen(name: str, end: str) -> None:
    assert REGISTRY.search(f"https://{name}.{end}/simple")
