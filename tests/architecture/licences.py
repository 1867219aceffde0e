"""The licences of everything that the product brings along: `python -m tests.architecture.licences`.

It prints docs/licences.md. Which packages belong to the product is read from requirements.lock, so the list is the
same on every system; what they say of themselves is read from their installed metadata.
"""

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import ROOT

TABLE = ROOT / "docs" / "licences.md"

# What may be used by, or shipped with, a program under Apache-2.0. LGPL libraries stay separate files that a user
# can replace: Qt and psycopg are loaded as they come, never linked into anything of ours.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "MIT", "MIT-0", "MPL-2.0",
    "PSF-2.0", "Zlib",
}  # fmt: skip

# Read in the package's own licence file, since its metadata says nothing or it is installed on some systems only.
READ_BY_HAND = {
    "backports-tarfile": "MIT",
    "colorama": "BSD-3-Clause",
    "importlib-metadata": "Apache-2.0",
    "jeepney": "MIT",
    "lazy-importer": "Apache-2.0",
    "pywin32-ctypes": "BSD-3-Clause",
    "secretstorage": "BSD-3-Clause",
    "sqlcipher3": "Zlib AND BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "zipp": "MIT",
}

SPELLINGS = {
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}

HEAD = """# Licences

CCBS Desk is under Apache-2.0 (`LICENSE`). These are the packages that it runs on, with what their authors chose;
every one of them may be used by a program under Apache-2.0. Where the authors offer a choice, one that is allowed is
enough. PySide6 (Qt) and psycopg are under the LGPL: they stay files of their own, which anyone can replace.
`python -m tests.architecture.licences > docs/licences.md` writes this page; a test compares it.

| package | licence |
|---|---|
"""


def runtime_packages() -> list[str]:
    """Return every locked package that the product needs, tools of development left out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted_by = _lock()
    found: set[str] = set()
    reached: set[str] = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    while reached - found:
        found |= reached
        reached = {name for name, parents in wanted_by.items() if parents & found}
    return sorted(found)


def _lock() -> dict[str, set[str]]:
    """Return each locked package with those that want it, from the notes that the lock's writer leaves."""
    wanted_by: dict[str, set[str]] = {}
    current = ""
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if pin := re.match(r"([\w.-]+)(?:\[.*\])?==", line):
            current = canonicalize_name(pin[1])
            wanted_by[current] = set()
        elif current and (parent := re.match(r"    # (?:via|  )\s*([\w.-]+)", line)):
            wanted_by[current].add(canonicalize_name(parent[1]))
    return wanted_by


def licence(name: str) -> str:
    """Return a package's licence as an SPDX expression."""
    if name in READ_BY_HAND:
        return READ_BY_HAND[name]
    return stated(distribution(name))


def stated(package: Distribution) -> str:
    """Return what an installed package says of its licence."""
    metadata = package.metadata.json
    classifiers = [one.split(" :: ")[-1] for one in metadata.get("classifier", []) if one.startswith("License")]
    # Some put the whole text where its name belongs; then its first line is the name.
    name = str(metadata.get("license", "")).strip().partition("\n")[0].strip()
    said = str(metadata.get("license_expression", "")) or name or " AND ".join(classifiers)
    return SPELLINGS.get(said, said)


def installed(name: str) -> Distribution | None:
    """Return a package's metadata when it is installed on this system."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def is_allowed(expression: str) -> bool:
    """Tell whether one of the offered licences, with all that go along, is on the list; of nested offers, all."""
    offers = [expression] if "(" in expression else expression.split(" OR ")
    return any(all(part in ALLOWED for part in re.findall(r"[\w.-]+", _plain(offer)) or [""]) for offer in offers)


def _plain(expression: str) -> str:
    return re.sub(r"\b(AND|OR|WITH)\b", " ", expression)


def table() -> str:
    """Return the page with the table."""
    return HEAD + "".join(f"| {name} | {licence(name)} |\n" for name in runtime_packages())


if __name__ == "__main__":
    print(table(), end="")
