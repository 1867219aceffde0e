"""Start the desk up to its place of work: `python -m bench.work_window STARTED PROFILE`.

The product's own `main` runs; its program is loaded as usual, and then opens store and screens as if somebody had
signed in at once. No password is asked.
"""

import asyncio
import importlib
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.painted import PaintWatch, tell
from ccbs_desk import desktop


class Work:
    """Stands in for the program between sign-in and work; the rest is the product's own."""

    def __init__(self, _options: object, look: Any, window: Any, _faces: object) -> None:
        self._look, self._window = look, window

    def close(self) -> None:
        """Nothing is open that the end of the process does not close."""

    async def run(self) -> None:
        """Open the store and the screens, and tell when they are painted."""
        await importlib.import_module("bench.work").open_work(self._window, self._look, Path(sys.argv[2]))
        PaintWatch(tell)
        self._window.update()
        await asyncio.Event().wait()


def load(name: str) -> Any:
    """Load what the desk asks for, with this program in the place of its own."""
    module = importlib.import_module(name)
    return SimpleNamespace(Program=Work) if name == "ccbs_desk.program" else module


if __name__ == "__main__":
    vars(desktop)["importlib"] = SimpleNamespace(import_module=load)
    desktop.main(["--profile", sys.argv[2]])
