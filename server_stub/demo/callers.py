"""Callers of a demo that is used by hand: while an agent is ready somebody calls now and then, by himself."""

import threading
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Final

from sqlalchemy import Engine, select

from ccbs_desk.models.central import AgentState
from ccbs_desk.models.database import reading
from server_stub.demo.exchanges import Failed

FIRST_SECONDS: Final = 6.0
"""How long an agent has been ready when the telephone rings: time enough to look around."""
LOOK_SECONDS: Final = 1.0
CALLERS: Final[tuple[dict[str, str], ...]] = (
    {"number": "0112214567", "name": ""},
    {"number": "0933123456", "name": ""},
)
"""A subscriber with much to tell of, and one whose number nobody knows."""

Bring = Callable[[str, dict[str, str]], object]


class Callers:
    """Calls, in a thread of its own, whenever some agent has been ready for a while."""

    def __init__(self, engine: Engine, bring: Bring, *, first: float = FIRST_SECONDS) -> None:
        """`bring` is told `call` and who calls; it may raise Failed, and is told again."""
        self._engine, self._bring, self._first = engine, bring, first
        self._next: Iterator[dict[str, str]] = cycle(CALLERS)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="callers", daemon=True)

    def start(self) -> None:
        """Begin to look for agents."""
        self._thread.start()

    def stop(self) -> None:
        """Nobody calls any more."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            if self._somebody_is_ready() and not self._stopped.wait(self._first) and self._somebody_is_ready():
                self._call()

    def _somebody_is_ready(self) -> bool:
        with reading(self._engine) as connection:
            told = connection.execute(select(AgentState.staff_id, AgentState.state).order_by(AgentState.since))
            now = {row.staff_id: row.state for row in told}
        return "ready" in now.values()

    def _call(self) -> None:
        try:
            self._bring("call", next(self._next))
        except (Failed, OSError):
            # The exchange or the server is not there at this moment; whoever wanted to call tries later.
            return
