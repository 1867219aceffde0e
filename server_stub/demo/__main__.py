"""`python -m server_stub.demo desk|journey|tour`: what `dev.py run` starts once everything is installed."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from ccbs_desk.config.paths import data_home
from ccbs_desk.domain.errors import Unavailable
from ccbs_desk.models.database import open_database
from ccbs_desk.models.lock import ProfileLock
from server_stub.demo import journey, tour
from server_stub.demo.callers import FIRST_SECONDS, Callers
from server_stub.demo.exchanges import KINDS, Failed
from server_stub.demo.journey import CYCLES, SUBSCRIBERS
from server_stub.demo.screen import screen_on_loopback
from server_stub.demo.world import World, demo_environment
from server_stub.seed import demo

VNC_PORT = 5900
EXTENSION = "1001"
MOVES = ("call NUMBER [NAME]", "answer", "hang-up")


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="dev.py run", description="The demo of CCBS Desk")
    commands = parser.add_subparsers(dest="command", required=True)
    desk = commands.add_parser("desk", help="a desk on this screen, signed in as a demo clerk")
    desk.add_argument("--vnc", action="store_true", help=f"serve the window on loopback, port {VNC_PORT}")
    desk.add_argument("--fresh", action="store_true", help="begin with a new country")
    walks = {
        name: commands.add_parser(name, help="walk the journey without a screen and keep pictures")
        for name in ("journey", "tour")
    }
    for name, walk in walks.items():
        walk.add_argument("--out", type=Path, default=Path("build") / name)
        walk.add_argument("--subscribers", type=int, default=SUBSCRIBERS, help="how large the country is")
    walks["journey"].add_argument("--exchange", type=Path, help="folder of a real exchange that is up already")
    for called in (desk, walks["journey"]):
        called.add_argument("--pbx", choices=KINDS, default=KINDS[0], help="who brings the calls")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if options.command == "desk":
        try:
            return use(options.pbx, vnc=options.vnc, fresh=options.fresh)
        except Failed as failure:
            sys.stderr.write(f"{failure}\n")
            return 1
    if options.command == "tour":
        return tour.run(options.out.resolve(), options.subscribers)
    return journey.run(options.out.resolve(), options.subscribers, options.pbx, options.exchange)


def use(pbx: str, *, vnc: bool, fresh: bool) -> int:
    """Open the demo desk and stay until its window is closed. Raises Failed."""
    world = World(data_home() / "demo", pbx)
    with contextlib.ExitStack() as stack:
        held = ProfileLock(world.folder / "demo.lock")
        try:
            held.take()
        except Unavailable as error:
            raise Failed(f"this country is in use by another demo: {world.folder}") from error
        stack.callback(held.release)
        _make(world, fresh=fresh)
        return _stay(world, stack, vnc=vnc)


def _make(world: World, *, fresh: bool) -> None:
    if fresh:
        (world.folder / "seeded.json").unlink(missing_ok=True)
    say = sys.stdout.write
    if not (world.folder / "seeded.json").exists():
        say(f"making a demo country of {SUBSCRIBERS:,} subscribers, once ...\n")
    world.seed(SUBSCRIBERS, CYCLES)
    say(f"people: {', '.join(demo.LOGINS)}; the password of each: {demo.PASSWORD}\n")
    say("the country stays as you leave it; --fresh begins with a new one\n")
    sys.stdout.flush()


def _stay(world: World, stack: contextlib.ExitStack, *, vnc: bool) -> int:
    say = sys.stdout.write
    secret = {"CCBS_DEMO_PASSWORD": demo_environment()["CCBS_DEMO_PASSWORD"]}
    platform = stack.enter_context(screen_on_loopback(VNC_PORT)) if vnc else {}
    link = stack.enter_context(world.serving())
    say(f"agents sign in as agent, at telephone {EXTENSION}; who is ready is called after {FIRST_SECONDS:.0f} s\n")
    say(f"lines here move callers and telephone too: {', '.join(MOVES)}\n")
    sys.stdout.flush()
    engine = open_database(world.database)
    stack.callback(engine.dispose)
    callers = Callers(engine, lambda act, facts: world.telephone(act, **facts))
    callers.start()
    stack.callback(callers.stop)
    threading.Thread(target=move_by_hand, args=(world, sys.stdin), daemon=True).start()
    if vnc:
        say(f"the window is served on 127.0.0.1:{VNC_PORT}; Ctrl+C ends it\n")
        sys.stdout.flush()
    command = world.desk_command("desk", link.port, "--demo-clerk", "clerk")
    window = stack.enter_context(subprocess.Popen(command, env={**os.environ, **secret, **platform}))
    stack.callback(window.terminate)
    while window.poll() is None and not world.is_enrolled("desk"):
        world.approve_waiting()
        with contextlib.suppress(subprocess.TimeoutExpired):
            window.wait(timeout=1)
    return window.wait()


def move_by_hand(world: World, lines: Iterable[str]) -> None:
    """Move callers and telephone as lines say, until there are no more."""
    for line in lines:
        act, _, rest = line.strip().partition(" ")
        number, _, name = rest.partition(" ")
        facts = {"call": {"number": number, "name": name.strip()}} if number else {}
        facts |= {"answer": {"extension": EXTENSION}, "hang-up": {"extension": EXTENSION}}
        try:
            if act not in facts:
                raise Failed(f"a line is one of: {', '.join(MOVES)}")
            world.telephone(act, **facts[act])
        except (Failed, OSError) as failure:
            sys.stdout.write(f"{failure}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
