"""The project's own source, read and parsed once for all gates."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("ccbs_desk", "server_stub", "bench")
FILES = ("dev.py", "hatch_build.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or a class, with the names that lead to it."""

    name: str
    node: Function | ast.ClassDef

    @property
    def lines(self) -> int:
        """How long it is, decorators left out."""
        return (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1

    @property
    def public(self) -> bool:
        """Whether no name on the way to it is private, and no function hides it."""
        return not any(part.startswith(("_", "<")) for part in self.name.split("."))


@dataclass(frozen=True, slots=True)
class Source:
    """One file of code."""

    path: str
    text: str
    tree: ast.Module

    def definitions(self) -> list[Definition]:
        """Return every function and class; what is inside a function has `<locals>` in its name."""
        return list(_definitions(self.tree, ""))


def _definitions(node: ast.AST, prefix: str) -> Iterator[Definition]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            name = f"{prefix}{child.name}"
            yield Definition(name, child)
            yield from _definitions(child, f"{name}." if isinstance(child, ast.ClassDef) else f"{name}.<locals>.")
        else:
            yield from _definitions(child, prefix)


def parse(text: str, path: str = "sample.py") -> Source:
    """Return a source from its text."""
    return Source(path, text, ast.parse(text, path))


@cache
def sources() -> tuple[Source, ...]:
    """Return every file of code that the gates hold for."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    paths = sorted([*inside, *(ROOT / name for name in FILES)])
    return tuple(parse(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()) for path in paths)


def sources_in(*folders: str) -> list[Source]:
    """Return the files of these folders."""
    return [source for source in sources() if source.path.startswith(tuple(f"{folder}/" for folder in folders))]


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return every file that git tracks; the user's own settings are out of sight, so trust is given here."""
    command = ["git", "-c", f"safe.directory={ROOT}"]
    listing = subprocess.run([*command, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in listing.split("\0") if name and (path := ROOT / name).is_file())
