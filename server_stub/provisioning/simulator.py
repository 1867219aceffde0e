"""An exchange for demos and tests: it takes its time, does what it can, and says of some features that it can't."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from server_stub.provisioning.port import Answer, CanNot, Done, ExchangeGone, Instruction, Later

NOT_POSSIBLE = "exchange.not_possible"


class SimulatedExchange:
    """Confirms after `delay`, fails for the features named in `fails`, and is `gone` when a test says so."""

    def __init__(
        self, now: Callable[[], datetime], *, delay: timedelta = timedelta(0), fails: Collection[str] = ()
    ) -> None:
        self._now = now
        self._delay = delay
        self._fails = frozenset(fails)
        self._asked: dict[UUID, datetime] = {}
        self.gone = False
        self.done: list[Instruction] = []
        """What it did, each order once, in its order."""

    def ask(self, instruction: Instruction) -> Answer:
        """Give the instruction, or ask what became of it. Raises ExchangeGone."""
        if self.gone:
            raise ExchangeGone
        since = self._asked.setdefault(instruction.order_id, self._now())
        if self._now() - since < self._delay:
            return Later()
        if instruction.feature in self._fails:
            return CanNot(NOT_POSSIBLE)
        if instruction not in self.done:
            self.done.append(instruction)
        return Done(f"SIM-{instruction.order_id.hex[:12].upper()}")
