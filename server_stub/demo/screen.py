"""A screen without a monitor, served over VNC on loopback only.

Qt's own VNC platform listens on every address of the machine, so a virtual X screen and x11vnc are used instead.
"""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator

from server_stub.demo.exchanges import Failed

SIZE = "1366x768x24"
READY_SECONDS = 30.0


@contextlib.contextmanager
def screen_on_loopback(port: int) -> Iterator[dict[str, str]]:
    """Run a screen that a VNC viewer on this machine can see; yield the environment of programs that use it.

    Raises Failed when the port is another program's.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failed(f"port {port} is another program's; the window can't be served on it") from error
    screen_command = ["Xvfb", "-displayfd", "1", "-screen", "0", SIZE, "-nolisten", "tcp"]
    with subprocess.Popen(screen_command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as screen:
        display = ":" + (screen.stdout.readline().strip() if screen.stdout else "")
        server_command = ["x11vnc", "-localhost", "-display", display, "-rfbport", str(port), "-forever", "-nopw", "-q"]
        with subprocess.Popen(server_command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                _wait_until_served(port, server)
                yield {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
            finally:
                server.terminate()
                server.wait(timeout=10)
                screen.terminate()


def _wait_until_served(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise Failed(f"x11vnc ended with {server.returncode}; the window is not served")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
            if probe.recv(3) == b"RFB":
                return
        time.sleep(0.05)
    raise Failed(f"nobody serves the window on port {port}")
