"""Watch a window's first paint from outside. It imports next to nothing: its own weight is in every figure."""

import json
import os
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication


class PaintWatch(QObject):
    """Tells once that something was painted, as soon as the loop turns after it."""

    def __init__(self, told: Callable[[], None]) -> None:
        app = QApplication.instance()
        super().__init__(app)
        self._told = told
        if app is not None:
            app.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See every event; take none."""
        if event.type() == QEvent.Type.Paint:
            app = QApplication.instance()
            if app is not None:
                app.removeEventFilter(self)
            QTimer.singleShot(0, self._told)
        return False


def tell() -> None:
    """Print how long it has taken and what is in memory, and end at once: what comes after is not measured.

    The first argument of the process is the monotonic clock of whoever started it, just before.
    """
    milliseconds = (time.monotonic() - float(sys.argv[1])) * 1000
    print(json.dumps({"ms": milliseconds, "mib": _resident_mib()}), flush=True)
    os._exit(0)


def _resident_mib() -> float:
    with open("/proc/self/status") as status:  # noqa: PTH123 - pathlib would be weighed too
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS:"))
