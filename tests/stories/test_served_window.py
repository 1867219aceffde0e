"""The demo's window on a real X screen, served on loopback and used from there by keyboard alone."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server_stub.demo.world import free_port
from tests.factories.server import until
from tests.factories.viewer import CONTROL, ENTER, ESCAPE, Viewer

PATIENCE_SECONDS = 3.0
START = "import sys; from server_stub.demo import __main__ as demo; demo.VNC_PORT = int(sys.argv.pop(1)); demo.main()"


class _Demo:
    """A demo in a process of its own over a small country."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path, port: int) -> None:
        self.process, self.folder, self.port = process, folder, port

    @property
    def scheme(self) -> str:
        """How the desk looks, as it has kept it."""
        kept = self.folder / "desk" / "look.json"
        return str(json.loads(kept.read_text())["scheme"]) if kept.exists() else ""

    def has_begun(self) -> bool:
        """Return whether the clerk has signed in with the link up: only then there is a slot."""
        return (self.folder / "desk" / "keyslots.json").exists()


@pytest.fixture
def served(country_file: Path, tmp_path: Path) -> Iterator[_Demo]:
    folder = tmp_path / "ccbs-desk" / "demo"
    folder.mkdir(parents=True)
    shutil.copyfile(country_file, folder / "country.db")
    (folder / "seeded.json").write_text("{}")
    port = free_port()
    command = [sys.executable, "-c", START, str(port), "desk", "--vnc"]
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    with (tmp_path / "told").open("w") as told, subprocess.Popen(command, stdout=told, env=environment) as process:
        try:
            yield _Demo(process, folder, port)
        finally:
            process.send_signal(signal.SIGTERM)


def test_keys_that_come_over_the_served_screen_reach_the_window(served: _Demo) -> None:
    assert until(lambda: served.has_begun() or None)
    with Viewer(served.port) as viewer:
        tried = 0.0

        def choose_dark() -> bool | None:
            nonlocal tried
            if time.monotonic() - tried > PATIENCE_SECONDS:
                tried = time.monotonic()
                viewer.press(ESCAPE)
                viewer.press(CONTROL, ord("k"))
                viewer.write("]h;km")  # the keys of داكنة, on a keyboard left in Latin
                viewer.press(ENTER)
            return served.scheme == "dark" or None

        assert until(choose_dark)
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=30) == 128 + signal.SIGTERM
    with pytest.raises(ConnectionRefusedError):
        Viewer(served.port)
