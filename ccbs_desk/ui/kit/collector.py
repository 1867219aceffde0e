"""Python's cyclic collector, on the UI thread only.

Left to itself it runs on whichever thread allocates, also on the store's; there it would destroy Qt objects, which
belong to the UI thread. So it is switched off and run by a timer here, by the same thresholds.
"""

import gc

from PySide6.QtCore import QObject, QTimer

PERIOD_MS = 1_000


class Collector(QObject):
    """Collects from the UI thread for as long as it lives. Make one for each application."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(PERIOD_MS)

    def settle(self) -> None:
        """Everything that was loaded stays: take it out of what the collector walks through, so that it stays short."""
        gc.freeze()

    def collect(self) -> None:
        """Collect the oldest generation whose count is over its threshold."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
