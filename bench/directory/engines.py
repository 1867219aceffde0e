"""Our own engine and its peers as commands, so that all are built, asked and changed in the same way."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from os import POSIX_FADV_DONTNEED, posix_fadvise
from pathlib import Path

import psycopg

from bench.directory.asking import ours

LOCK = Path(__file__).with_name("peers.lock")


@dataclass(frozen=True, slots=True)
class Contender:
    """An engine with its index: a file, a folder, or the address of a database."""

    name: str
    index: str
    peer: str = ""
    libraries: str = ""
    every: int = 1
    """Every n-th query is asked; a slow engine would take hours otherwise."""

    def command(self, verb: str, *arguments: str) -> list[str]:
        """Return the command for a verb: build, query or update."""
        if not self.peer:
            return ours(verb, *arguments)
        program = [sys.executable, "-m", "bench.directory.peers", self.peer, verb, *arguments]
        return ["env", f"PYTHONPATH={self.libraries}", *program]

    def build(self, listings: Path) -> None:
        """Index a file of listings."""
        subprocess.run(self.command("build", str(listings), self.index), check=True)

    def files(self) -> list[Path]:
        """Return the files of the index; none for a database."""
        path = Path(self.index)
        if path.is_dir():
            return [each for each in path.rglob("*") if each.is_file()]
        return (
            [each for each in path.parent.glob(f"{path.name}*") if each.suffix != ".rejected"] if path.exists() else []
        )

    def mib(self) -> float:
        """Return how large the index is, with all that it needs to answer."""
        if self.files():
            return sum(each.stat().st_size for each in self.files()) / 2**20
        with psycopg.connect(self.index) as connection:
            found = connection.execute("SELECT pg_relation_size('listing_text')").fetchone()
        return float(found[0]) / 2**20 if found else 0.0

    def cool(self) -> None:
        """Let the system forget what it keeps of the files in memory."""
        for each in self.files():
            with each.open("rb") as file:
                posix_fadvise(file.fileno(), 0, 0, POSIX_FADV_DONTNEED)


def contenders(folder: Path, libraries: Path, database: str) -> Sequence[Contender]:
    """Return our own engine first, then its peers."""
    return (
        Contender("ours", str(folder / "ours.index")),
        Contender("Tantivy", str(folder / "tantivy"), "tantivy", str(libraries)),
        Contender("FTS5", str(folder / "fts5.db"), "fts5", str(libraries)),
        Contender("pg_trgm", database, "pg_trgm", str(libraries), every=12),
    )


def install_peers(folder: Path) -> bool:
    """Put the peers' libraries into a folder of their own, and tell whether they are there.

    The product's environment stays as it is locked.
    """
    if (folder / "tantivy").exists():
        return True
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", str(folder)]
    return subprocess.run([*pip, "-r", str(LOCK)], check=False).returncode == 0
