"""What the figures were measured on: a figure without its machine says nothing."""

import os
import platform
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

LIBRARIES = ("SQLAlchemy", "sqlcipher3", "psycopg", "PySide6_Essentials", "msgspec", "litestar", "uvicorn", "httpx")
FLUSHES = 200
PAGE = 4096


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine as it was during the run. `load` is the number of processes that wanted a core just before."""

    cores: int
    cpu: str
    memory_mib: int
    system: str
    python: str
    libraries: Mapping[str, str]
    fdatasync_p50_ms: float
    load: float

    def text(self) -> str:
        """Return it as it is printed."""
        libraries = ", ".join(f"{name} {number}" for name, number in self.libraries.items())
        return (
            f"{self.cores} cores {self.cpu}, {self.memory_mib} MiB, {self.system}, Python {self.python}\n"
            f"{libraries}\n"
            f"fdatasync p50 {self.fdatasync_p50_ms:.3f} ms, load before {self.load:.1f}"
        )


def look(folder: Path) -> Machine:
    """Return this machine; the disk is the one that holds `folder`."""
    return Machine(
        cores=os.cpu_count() or 1,
        cpu=_cpu(),
        memory_mib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        system=_system(),
        python=sys.version.split()[0],
        libraries={name: version(name) for name in LIBRARIES},
        fdatasync_p50_ms=flush_ms(folder),
        load=os.getloadavg()[0],
    )


def flush_ms(folder: Path) -> float:
    """Return how long the disk takes to make one page durable, in the middle."""
    path = folder / "flush.probe"
    times = []
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        for n in range(FLUSHES):
            os.pwrite(handle, bytes(PAGE), n * PAGE)
            began = time.perf_counter()
            os.fdatasync(handle)
            times.append((time.perf_counter() - began) * 1000)
    finally:
        os.close(handle)
        path.unlink()
    return median(times)


def resident_mib(pid: int | str = "self") -> float:
    """Return how much of a process is in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"process {pid} has no memory of its own")


def cpu_seconds(pid: int) -> float:
    """Return how long a process has kept a core busy; other people's load does not count."""
    # The name, in brackets, may hold blanks; user and system time are the 12th and 13th field after it.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform()
