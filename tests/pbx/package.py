"""Asterisk for the tests: fetched once by the machine's own package tools, unpacked, never installed.

Nothing here needs root, a container or a maintainer script. The packages come from the source that this machine's
package manager uses, with another suite's name, and their signatures are checked. What was unpacked is kept and only
read from then on, by as many runs as there are.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SUITES = ("sid", "bullseye")
"""Where Asterisk is packaged: 22 in the first, 16 in the second."""
PACKAGES = ("asterisk", "asterisk-core-sounds-en-gsm")
UNREAD = (
    "./usr/share/doc",
    "./usr/share/man",
    "./usr/share/locale",
    "./usr/share/info",
    "./usr/share/perl*",
    "./usr/lib/*/perl*",
    "./usr/lib/*/gconv",
    "./usr/share/lintian",
    "./usr/share/bash-completion",
    "./etc/asterisk",
    "./var",
)
"""Paths that an exchange on loopback never reads."""
WHOLE = ".complete"
CACHE = "CCBS_PBX_CACHE"
"""The environment's own choice of where the download is kept."""
PROJECT = Path(__file__).resolve().parents[2]
APT = Path("/etc/apt")
LONGEST_FETCH = 600


class NoExchange(Exception):
    """There is no Asterisk to be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where this machine gets its packages from, and the key that they are signed with."""

    address: str
    keyring: str


def root(suites: Sequence[str] = SUITES, cache: Path | None = None) -> Path:
    """Return the folder with an unpacked Asterisk, fetching the first suite that can be had. Raises NoExchange."""
    folder = cache or cache_folder()
    for suite in suites:
        if (folder / suite / WHOLE).exists():
            return folder / suite
    failed = []
    for suite in suites:
        try:
            return fetch(folder, suite)
        except (NoExchange, OSError, subprocess.SubprocessError) as error:
            failed.append(f"{suite}: {_told(error)}")
    raise NoExchange("Asterisk could not be fetched:\n" + "\n".join(failed))


def cache_folder() -> Path:
    """Return where downloads are kept: in the checkout, or where another user can read them when root must leave it."""
    chosen = os.environ.get(CACHE)
    if chosen:
        return Path(chosen)
    folder = PROJECT / "build" / "pbx"
    open_to_all = all(parent.stat().st_mode & 0o005 == 0o005 for parent in (PROJECT, *PROJECT.parents))
    return folder if os.geteuid() != 0 or open_to_all else Path("/var/cache/ccbs-pbx")


def fetch(folder: Path, suite: str) -> Path:
    """Download a suite's Asterisk into a folder and unpack it. Raises NoExchange, OSError, SubprocessError."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{suite}-", dir=folder) as made:
        work = Path(made)
        work.chmod(0o755)
        unpacked = work / "root"
        (unpacked / "usr" / "lib").mkdir(parents=True)
        for package in _download(work / "apt", suite, source()):
            _unpack(package, unpacked)
        _link_voice(unpacked / "usr" / "share" / "asterisk" / "sounds")
        (unpacked / WHOLE).touch()
        # Another run may have been quicker; its copy is as good.
        with suppress(OSError):
            unpacked.rename(folder / suite)
    return folder / suite


def source(apt: Path = APT) -> Source:
    """Return the first package source of this machine. Raises NoExchange."""
    for path in sorted((apt / "sources.list.d").glob("*.sources")):
        text = path.read_text()
        address = re.search(r"^URIs:\s*(\S+)", text, re.M)
        keyring = re.search(r"^Signed-By:\s*(/\S+)", text, re.M)
        if address and "security" not in address[1]:
            return Source(address[1], keyring[1] if keyring else "")
    for path in (apt / "sources.list", *sorted((apt / "sources.list.d").glob("*.list"))):
        line = path.exists() and re.search(r"^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+\S+\s+main", path.read_text(), re.M)
        if line:
            keyring = re.search(r"signed-by=(\S+)", line[1] or "")
            return Source(line[2], keyring[1] if keyring else "")
    raise NoExchange(f"{apt} names no package source")


def _download(work: Path, suite: str, where: Source) -> list[Path]:
    for name in ("state/lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    signed = f"[signed-by={where.keyring}] " if where.keyring else ""
    (work / "sources.list").write_text(f"deb {signed}{where.address} {suite} main\n")
    options = {
        "Dir::State": work / "state",
        "Dir::State::status": work / "status",
        "Dir::Cache": work / "cache",
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        # The lists of a frozen mirror are past their date; the signature is checked all the same.
        "Acquire::Check-Valid-Until": "false",
    }
    apt_get = ["apt-get", "-qq", *(part for key, value in options.items() for part in ("-o", f"{key}={value}"))]
    _run([*apt_get, "update"])
    _run([*apt_get, "-y", "--no-install-recommends", "--download-only", "install", *PACKAGES])
    return sorted((work / "cache" / "archives").glob("*.deb"))


def _unpack(package: Path, into: Path) -> None:
    excluded = [f"--exclude={path}" for path in UNREAD]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as files:
        tar = ["tar", "-x", "--keep-directory-symlink", "--no-same-owner", *excluded, "-C", str(into)]
        subprocess.run(tar, stdin=files.stdout, check=True, timeout=LONGEST_FETCH, capture_output=True)
    if files.returncode != 0:
        raise NoExchange(f"{package.name} can't be unpacked")


def _link_voice(sounds: Path) -> None:
    """Give the voice the name that the package's own scripts would give it."""
    voices = sorted(path.name for path in sounds.glob("en_US*"))
    if voices and not (sounds / "en").exists():
        (sounds / "en").symlink_to(voices[0])


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=LONGEST_FETCH)


def _told(error: Exception) -> str:
    said = getattr(error, "stderr", "") or str(error)
    return (said if isinstance(said, str) else said.decode(errors="replace")).strip()[-1000:]
