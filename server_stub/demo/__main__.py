"""`python -m server_stub.demo desk|journey|tour`: what `dev.py run` starts once everything is installed."""

import argparse
import contextlib
import os
import subprocess
import sys
from pathlib import Path

from ccbs_desk.config.paths import data_home
from server_stub.demo import journey, tour
from server_stub.demo.journey import CYCLES, SUBSCRIBERS
from server_stub.demo.screen import screen_on_loopback
from server_stub.demo.world import World, demo_environment
from server_stub.seed import demo

VNC_PORT = 5900


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="dev.py run", description="The demo of CCBS Desk")
    commands = parser.add_subparsers(dest="command", required=True)
    desk = commands.add_parser("desk", help="a desk on this screen, signed in as a demo clerk")
    desk.add_argument("--vnc", action="store_true", help=f"serve the window on loopback, port {VNC_PORT}")
    desk.add_argument("--fresh", action="store_true", help="begin with a new country")
    for name in ("journey", "tour"):
        walk = commands.add_parser(name, help="walk the journey without a screen and keep pictures")
        walk.add_argument("--out", type=Path, default=Path("build") / name)
        walk.add_argument("--subscribers", type=int, default=SUBSCRIBERS, help="how large the country is")
    options = parser.parse_args()
    if options.command == "desk":
        return use(vnc=options.vnc, fresh=options.fresh)
    if options.command == "tour":
        return tour.run(options.out.resolve(), options.subscribers)
    return journey.run(options.out.resolve(), options.subscribers)


def use(*, vnc: bool, fresh: bool) -> int:
    """Open the demo desk and stay until its window is closed."""
    world = World(data_home() / "demo")
    if fresh:
        (world.folder / "seeded.json").unlink(missing_ok=True)
    say = sys.stdout.write
    if not (world.folder / "seeded.json").exists():
        say(f"making a demo country of {SUBSCRIBERS:,} subscribers, once ...\n")
    world.seed(SUBSCRIBERS, CYCLES)
    say(f"people: {', '.join(demo.LOGINS)}; the password of each: {demo.PASSWORD}\n")
    say("the country stays as you leave it; --fresh begins with a new one\n")
    sys.stdout.flush()
    secret = {"CCBS_DEMO_PASSWORD": demo_environment()["CCBS_DEMO_PASSWORD"]}
    with contextlib.ExitStack() as stack:
        platform = stack.enter_context(screen_on_loopback(VNC_PORT)) if vnc else {}
        link = stack.enter_context(world.serving())
        if vnc:
            say(f"the window is served on 127.0.0.1:{VNC_PORT}; Ctrl+C ends it\n")
            sys.stdout.flush()
        command = world.desk_command("desk", link.port, "--demo-clerk", "clerk")
        window = stack.enter_context(subprocess.Popen(command, env={**os.environ, **secret, **platform}))
        while window.poll() is None and not world.is_enrolled("desk"):
            world.approve_waiting()
            with contextlib.suppress(subprocess.TimeoutExpired):
                window.wait(timeout=1)
        return window.wait()


if __name__ == "__main__":
    sys.exit(main())
