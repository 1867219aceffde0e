"""A screen without a monitor, served over VNC on loopback only.

Qt's own VNC platform listens on every address of the machine, so a virtual X screen and x11vnc are used instead.
"""

import contextlib
import subprocess
from collections.abc import Iterator

SIZE = "1366x768x24"


@contextlib.contextmanager
def screen_on_loopback(port: int) -> Iterator[dict[str, str]]:
    """Run a screen that a VNC viewer on this machine can see; yield the environment of programs that use it."""
    screen_command = ["Xvfb", "-displayfd", "1", "-screen", "0", SIZE, "-nolisten", "tcp"]
    with subprocess.Popen(screen_command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as screen:
        display = ":" + (screen.stdout.readline().strip() if screen.stdout else "")
        server_command = ["x11vnc", "-localhost", "-display", display, "-rfbport", str(port), "-forever", "-nopw", "-q"]
        with subprocess.Popen(server_command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                yield {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
            finally:
                server.terminate()
                server.wait(timeout=10)
                screen.terminate()
