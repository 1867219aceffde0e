"""Where the program starts the walker: hands on the application, a phase to walk, and the way out."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from ccbs_desk.ui.walker.hands import Hands
from ccbs_desk.ui.walker.journey import walk
from ccbs_desk.ui.walker.pulse import Pulse


async def walk_phase(app: QApplication, phase: str, out: Path, leave: Callable[[], None]) -> int:
    """Walk a phase, then leave the program; return the exit status."""
    pulse = Pulse()
    try:
        return await walk(phase, Hands(app, out, pulse), pulse)
    finally:
        leave()
