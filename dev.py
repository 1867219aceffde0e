"""Set up and drive a checkout: `python3 dev.py run`, `python3 dev.py test`, nothing else to know.

Standard library only, so that a fresh clone on a bare machine needs no more than python3. What is missing
(the virtual environment, the locked packages, Debian's libraries) is installed when this may be done, and
otherwise named in one exact command.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / ".installed"
LOCKED = ("requirements.lock", "pyproject.toml", "hatch_build.py")

OFFSCREEN = ("libglib2.0-0", "libegl1", "libgl1", "libdbus-1-3", "libfontconfig1", "libxkbcommon0")
WINDOW = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
)
PRINTING = ("libcups2",)
SERVING = ("xvfb", "x11vnc")
POSTGRESQL = ("postgresql",)
SECRETS = ("dbus-daemon", "gnome-keyring")
TELEPHONES = ("sip-tester",)
TESTING = (*OFFSCREEN, *WINDOW, *PRINTING, *POSTGRESQL, *SECRETS, *TELEPHONES, *SERVING)

USAGE = """python3 dev.py COMMAND

  run [--headless] [--out DIR] [--vnc] [--fresh] [--pbx simulator|asterisk]
                                              the demo: a desk on this screen, or the journey without one
  test [--long] [--without-pbx] [...]         every test and gate, in one pytest process, with pytest's own arguments
  lint                                        ruff, mypy and the import contracts alone
  tour                                        pictures of every place
  bench [...]                                 the figures that we claim
  i18n                                        bring the message catalogues up to date with the code
"""

DEMO = """The demo of CCBS Desk: a desk on this screen, signed in as clerk; without a screen the journey through it.
People: clerk, clerk2, supervisor, agent, admin; the password of each: demo-2026. The country stays as it was left."""


class Stop(Exception):
    """The set-up can't go on; the message says what to do."""


def main(arguments: Sequence[str]) -> None:
    """Carry out one sub-command; the last thing it starts takes this process over."""
    command, rest = (arguments[0], list(arguments[1:])) if arguments else ("help", [])
    if command not in COMMANDS:
        print(USAGE)
        raise SystemExit(0 if command in {"help", "-h", "--help"} else 2)
    try:
        COMMANDS[command](rest)
    except Stop as stop:
        print(stop, file=sys.stderr)
        raise SystemExit(1) from None


def run(arguments: Sequence[str]) -> None:
    """Start the demo: the desk, or without a display the journey through it."""
    command = demo_command(arguments, os.environ)
    served = "--vnc" in command
    window, telephones = "desk" in command, "asterisk" in command
    set_up(
        (
            *(*OFFSCREEN, *PRINTING, *(WINDOW if window else ())),
            *(*(SERVING if served else ()), *(TELEPHONES if telephones else ())),
        )
    )
    replace_process(command)


def demo_command(arguments: Sequence[str], environment: Mapping[str, str], platform: str = sys.platform) -> list[str]:
    """Return what `run` starts with these arguments on a machine with this environment."""
    parser = argparse.ArgumentParser(prog="dev.py run", description=DEMO)
    parser.add_argument("--headless", action="store_true", help="walk the journey on the offscreen platform")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "journey", help="where the journey's files go")
    parser.add_argument("--vnc", action="store_true", help="serve the window on loopback")
    parser.add_argument("--fresh", action="store_true", help="begin with a new country; a journey always does")
    parser.add_argument("--pbx", choices=("simulator", "asterisk"), help="who brings the calls; the simulator does")
    chosen, extra = parser.parse_known_args(arguments)
    extra = [*(("--pbx", chosen.pbx) if chosen.pbx else ()), *extra]
    has_display = platform in {"win32", "darwin"} or any(environment.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY"))
    demo, fresh = [str(PYTHON), "-m", "server_stub.demo"], ["--fresh"] if chosen.fresh else []
    if chosen.vnc and not chosen.headless:
        return [*demo, "desk", "--vnc", *fresh, *extra]
    if has_display and not chosen.headless:
        return [*demo, "desk", *fresh, *extra]
    return [*demo, "journey", "--out", str(chosen.out.resolve()), *extra]


def test(arguments: Sequence[str]) -> None:
    """Run pytest; it takes this process over, so its summary is the last thing printed."""
    set_up(TESTING)
    if is_whole(arguments):
        os.environ["CCBS_COVERAGE"] = "1"
    replace_process([str(PYTHON), "-m", "pytest", *arguments])


def is_whole(arguments: Sequence[str]) -> bool:
    """Tell whether these arguments of pytest leave no test out: only then it can be told what the tests never run."""
    harmless = ("--long", "-q", "-v", "-s", "--durations", "--tb", "-p", "--color")
    return all(argument.startswith(harmless) for argument in arguments)


def lint(_arguments: Sequence[str]) -> None:
    """Run the static checks one after the other and name all that fail."""
    set_up(())
    failed = [name for name, command in lint_commands().items() if not passes(name, command)]
    if failed:
        raise Stop("failed: " + ", ".join(failed))


def lint_commands() -> dict[str, list[str]]:
    """Return each static check with its command; the architecture tests run the same ones."""
    return {
        "ruff check": [str(PYTHON), "-m", "ruff", "check", "."],
        "ruff format": [str(PYTHON), "-m", "ruff", "format", "--check", "."],
        "mypy": [str(PYTHON), "-m", "mypy"],
        "lint-imports": [str(PYTHON.with_name("lint-imports")), "--no-logo", "--cache-dir", "build/import_linter"],
    }


def tour(arguments: Sequence[str]) -> None:
    """Take a picture of every place, of a counter and of a call."""
    set_up((*OFFSCREEN, *PRINTING))
    replace_process([str(PYTHON), "-m", "server_stub.demo", "tour", *arguments])


def bench(arguments: Sequence[str]) -> None:
    """Measure the figures that we claim."""
    set_up((*OFFSCREEN, *PRINTING, *POSTGRESQL, *TELEPHONES))
    replace_process([str(PYTHON), "-m", "bench", *arguments])


def i18n(_arguments: Sequence[str]) -> None:
    """Bring the catalogue of each language up to date with the texts of the code, and compile them."""
    set_up(())
    step("Updating message catalogues", [str(PYTHON), "-m", "ccbs_desk.config.catalogues"])


COMMANDS = {"run": run, "test": test, "lint": lint, "tour": tour, "bench": bench, "i18n": i18n}


def set_up(packages: Iterable[str]) -> None:
    """Make the checkout ready: Debian packages, virtual environment, locked packages, message catalogues."""
    if sys.version_info < (3, 11):  # noqa: UP036  # whoever types python3 may have an older one
        raise Stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    os.chdir(ROOT)
    install_debian_packages([*packages, *venv_packages()])
    install_locked_packages()
    compile_catalogues()


def venv_packages() -> list[str]:
    """Return Debian's package for making virtual environments when one has to be made and can't."""
    return [] if has_environment() or importlib.util.find_spec("ensurepip") else ["python3-venv"]


def install_debian_packages(wanted: Sequence[str]) -> None:
    """Install what is missing when this user may; otherwise stop with the one command that would."""
    missing = missing_packages(wanted)
    if not missing:
        return
    if not is_root():
        raise Stop(f"Packages are missing; this installs them:\n{apt_line(missing)}")
    apt_get = ["apt-get", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=120"]
    install = [*apt_get, "install", "-y", "--no-install-recommends", *missing]
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    title = "Installing " + " ".join(missing)
    # A machine's package lists are often recent enough; a bare one has none and fails at once.
    if passes(title, install, quiet_failure=True):
        return
    for pause in (5, 15, 0):
        if passes("Updating the package lists", [*apt_get, "update"]) and passes(title, install):
            return
        time.sleep(pause)
    raise Stop(f"The packages could not be installed; by hand:\n{apt_line(missing)}")


def missing_packages(wanted: Sequence[str]) -> list[str]:
    """Return those of these Debian packages that are not installed; nothing on other systems."""
    if not wanted or not shutil.which("dpkg-query"):
        return []
    # Debian 13 renamed some libraries when their time stamps became 64 bits wide.
    names = [spelling for name in wanted for spelling in (name, f"{name}t64")]
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n", *names]
    listing = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[1] for line in listing.splitlines() if line.startswith("installed ")}
    return [name for name in wanted if not installed & {name, f"{name}t64"}]


def apt_line(packages: Sequence[str]) -> str:
    """Return the one command that a person types to install these packages."""
    return "sudo apt-get install --no-install-recommends " + " ".join(packages)


def is_root() -> bool:
    """Tell whether this user may install Debian packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install_locked_packages() -> None:
    """Make the virtual environment hold exactly the locked packages and this checkout, when it does not yet."""
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    if not has_environment():
        make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
        step(f"Making {VENV.name} with Python {sys.version.split()[0]}", make)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    count = sum("==" in line for line in (ROOT / "requirements.lock").read_text().splitlines())
    step(f"Installing {count} locked packages", [*pip, "--require-hashes", "-r", "requirements.lock"])
    step("Installing this checkout", [*pip, "--no-deps", "--no-build-isolation", "-e", "."])
    STAMP.write_text(wanted)


def fingerprint() -> str:
    """Return what the environment depends on: the lock, the project's own metadata and where the checkout is."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in LOCKED:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def has_environment() -> bool:
    """Tell whether the environment is there with a pip that starts; making it may have been interrupted."""
    if not PYTHON.exists() or STAMP.exists():
        return PYTHON.exists()
    return subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def compile_catalogues() -> None:
    """Compile the message catalogues when one is newer than its compiled file."""
    if any(is_stale(source) for source in (ROOT / "translations").glob("*/LC_MESSAGES/messages.po")):
        step("Compiling message catalogues", pybabel("compile", "-d", "translations"))


def is_stale(source: Path) -> bool:
    """Tell whether a catalogue was never compiled, or changed since."""
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def pybabel(verb: str, *arguments: str) -> list[str]:
    """Return a command of Babel's catalogue tool."""
    return [str(PYTHON), "-m", "babel.messages.frontend", "--quiet", verb, *arguments]


def step(title: str, command: Sequence[str]) -> None:
    """Run one step of the set-up and stop when it fails."""
    if not passes(title, command):
        raise Stop("stopped: " + title)


def passes(title: str, command: Sequence[str], *, quiet_failure: bool = False) -> bool:
    """Run a command behind one line with its title and seconds; its output is shown only when it fails."""
    start = time.monotonic()
    print(f"{title} …", end="", flush=True)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        while process.poll() is None:
            try:
                process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                if sys.stdout.isatty():
                    print(f"\r{title} … {time.monotonic() - start:.0f} s", end="", flush=True)
        failed = process.returncode != 0
        lead = f"\r{title} …" if sys.stdout.isatty() else ""
        print(f"{lead} {time.monotonic() - start:.1f} s{', failed' if failed else ''}", flush=True)
        if failed and not quiet_failure:
            output.seek(0)
            print("".join(output.readlines()[-60:]), end="", flush=True)
    return not failed


def replace_process(command: Sequence[str]) -> None:
    """Become this command; where the system can't, wait for it and end with its status."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], list(command))  # noqa: S606  # no shell is wanted
    raise SystemExit(subprocess.call(list(command)))


if __name__ == "__main__":
    main(sys.argv[1:])
