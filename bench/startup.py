"""Sign-in painted and work ready, from the start of the process, against a bare window of PySide6.

Every start is a fresh process on the offscreen platform, the kinds taking turns. The files are in the page cache and
the byte code is compiled: a first start after boot is slower for both and is not tried here.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.country import SMOKE_SUBSCRIBERS, SUBSCRIBERS, desk_folder
from bench.figures import Report, compared
from ccbs_desk.config.options import ENROLMENT_FILE

NAME = "startup"
WINDOWS = ("bare_window", "signin_window", "work_window")
ROUNDS, SMOKE_ROUNDS = 10, 1
FIRST_PAINT_AIM = 2.0
LONGEST_START = 60
NOTES = ("caches are warm; the password check and the person's own time are left out of 'work ready'",)


def measure(folder: Path, *, smoke: bool = False) -> Report:
    """Start each kind of window in turn, after one round that warms the caches."""
    subscribers, rounds = (SMOKE_SUBSCRIBERS, SMOKE_ROUNDS) if smoke else (SUBSCRIBERS, ROUNDS)
    profile = folder / "startup"
    shutil.rmtree(profile, ignore_errors=True)
    shutil.copytree(desk_folder(folder, subscribers), profile)
    (profile / ENROLMENT_FILE).write_text("{}")
    times: dict[str, list[float]] = {window: [] for window in WINDOWS}
    for turn in range(rounds + 1):
        for window in WINDOWS:
            told = started(window, profile)
            if turn:
                times[window].append(told["ms"])
    bare, signin, work = (times[window] for window in WINDOWS)
    figures = (
        compared("sign-in painted", signin, "bare window", bare, "ms", below=FIRST_PAINT_AIM),
        compared("work ready (store and all screens, painted)", work, "bare window", bare, "ms"),
    )
    return Report(
        NAME, "fresh processes, offscreen platform", figures, NOTES, {"store": f"{subscribers:,} subscribers"}
    )


def started(window: str, profile: Path) -> dict[str, Any]:
    """Start one of `WINDOWS`; return what it tells."""
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "QT_LOGGING_RULES": "*.warning=false",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        # Compiled once, in the round that warms up, as an installation is.
        "PYTHONPYCACHEPREFIX": str(profile.parent / "bytecode"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", f"bench.{window}", repr(time.monotonic()), str(profile)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST_START, check=False)
    if done.returncode:
        raise RuntimeError(f"{window} did not start:\n{done.stderr}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told
