"""The exchange by hand: `up` until Ctrl-C, one `console` command, `obey` another program, `record` scenes anew."""

import argparse
import asyncio
import json
import signal
import subprocess
from dataclasses import asdict
from pathlib import Path

from tests.pbx.exchange import KEPT, running
from tests.pbx.obey import obey
from tests.pbx.package import SUITES, root
from tests.pbx.scenes import SCENES, record


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.pbx", description=__doc__)
    parser.add_argument("--suite", action="append", help=f"Debian suite, else {', else '.join(SUITES)}")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("up", help="start an exchange and say how to reach it")
    console = verbs.add_parser("console", help="one command on the console of an exchange that is up")
    console.add_argument("folder", type=Path)
    console.add_argument("command")
    obedient = verbs.add_parser("obey", help="a telephone and callers that move as lines on standard input say")
    obedient.add_argument("--extension", default="1001", help="the telephone's number")
    obedient.add_argument("--exchange", type=Path, help="folder of an exchange that is up, else one is started")
    recorder = verbs.add_parser("record", help="record scenes anew")
    recorder.add_argument("out", type=Path)
    recorder.add_argument("scenes", nargs="*", help="their numbers; none for all")
    chosen = parser.parse_args()
    suites = chosen.suite or SUITES
    if chosen.verb == "up":
        up(suites)
    elif chosen.verb == "console":
        print(said(chosen.folder, chosen.command), end="")
    elif chosen.verb == "obey":
        obey(chosen.extension, chosen.exchange, suites)
    else:
        chosen.out.mkdir(parents=True, exist_ok=True)
        with running(root(suites), ring_seconds=4) as exchange:
            for name in (name for name in SCENES if not chosen.scenes or name.startswith(tuple(chosen.scenes))):
                asyncio.run(record(exchange, name, chosen.out))
                print(name, (chosen.out / f"{name}.ami").stat().st_size, "bytes")


def up(suites: list[str] | tuple[str, ...]) -> None:
    """Run an exchange until it is interrupted."""
    with running(root(suites)) as exchange:
        exchange.keep()
        print(json.dumps({name: str(value) for name, value in asdict(exchange).items()}, indent=1), flush=True)
        # Ctrl-C ends the wait and with it the exchange.
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


def said(folder: Path, command: str) -> str:
    """Return what an exchange that is up answers to a console command."""
    start = json.loads((folder / KEPT).read_text())["command"]
    return subprocess.run([*start, "-rx", command], capture_output=True, text=True, timeout=20, check=False).stdout


if __name__ == "__main__":
    main()
