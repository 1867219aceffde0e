"""One thread that applies what the desks push: all that waits in one transaction, answered after the commit.

Correctness rests on the feed lock alone; grouping makes it fast. A batch that fails as a whole is run again act by act.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from sqlalchemy import Engine

from ccbs_desk.domain.errors import ServerFault, Unavailable
from ccbs_desk.wire.messages import Answer
from server_stub.acts import TRIES, Act, Batch
from server_stub.binding import Parked
from server_stub.feed import feeding

log = logging.getLogger(__name__)

Push = tuple[Sequence[Act], "Future[list[Answer]]"]


def apply_acts(
    engine: Engine, now: datetime, acts: Sequence[Act], *, by_hand: bool = False
) -> tuple[list[Answer], int]:
    """Apply the acts in one transaction; return their answers and the feed's head after it."""
    with feeding(engine) as (connection, writer):
        batch = Batch(connection, writer, now, acts)
        answers = [batch.apply(act, by_hand=by_hand) for act in acts]
        batch.flush()
    return answers, writer.head


def park_act(engine: Engine, now: datetime, act: Act, error: str) -> Answer:
    """Park an act that can't be recorded, without trying it again."""
    with feeding(engine) as (connection, writer):
        return Batch(connection, writer, now, [act]).park(act, Parked(error))


class Applier:
    """Owns the thread. `submit` may be called from any other."""

    def __init__(
        self, engine: Engine, now: Callable[[], datetime], on_head: Callable[[int], None], largest_batch: int
    ) -> None:
        self._engine = engine
        self._now = now
        self._on_head = on_head
        self._largest = largest_batch
        self._waiting: queue.SimpleQueue[Push | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="applier", daemon=True)

    def start(self) -> None:
        """Begin to apply."""
        self._thread.start()

    def stop(self) -> None:
        """Apply what waits, then end the thread."""
        self._waiting.put(None)
        self._thread.join()

    def submit(self, acts: Sequence[Act]) -> "Future[list[Answer]]":
        """Return the answers to come, in the order of the acts; Unavailable when the database is not there."""
        future: Future[list[Answer]] = Future()
        self._waiting.put((acts, future))
        return future

    def _serve(self) -> None:
        going_on = True
        while going_on:
            pushes, going_on = self._take()
            if pushes:
                self._apply(pushes)

    def _take(self) -> tuple[list[Push], bool]:
        """Wait for a push, then take all that waits, up to a batch."""
        pushes: list[Push] = []
        size = 0
        asked = self._waiting.get()
        while asked is not None:
            # Who asked may have gone meanwhile; then nothing is done, and the desk comes again.
            if asked[1].set_running_or_notify_cancel():
                pushes.append(asked)
                size += len(asked[0])
            if size >= self._largest:
                return pushes, True
            try:
                asked = self._waiting.get_nowait()
            except queue.Empty:
                return pushes, True
        return pushes, False

    def _apply(self, pushes: list[Push]) -> None:
        acts = [act for push, _ in pushes for act in push]
        try:
            answers, head = apply_acts(self._engine, self._now(), acts)
        except Exception:  # one poisoned act must not hold the others back: each is run alone
            log.exception("a batch of %d acts failed as a whole; each is run alone", len(acts))
            for push, future in pushes:
                self._apply_alone(push, future)
            return
        self._on_head(head)
        for push, future in pushes:
            future.set_result(answers[: len(push)])
            del answers[: len(push)]

    def _apply_alone(self, acts: Sequence[Act], future: "Future[list[Answer]]") -> None:
        answers = []
        for act in acts:
            answer = self._one(act)
            if answer is None:
                # Nothing of this act is recorded; what was applied before it is found again when the desk repeats.
                future.set_exception(Unavailable(ServerFault(503)))
                return
            answers.append(answer)
        future.set_result(answers)

    def _one(self, act: Act) -> Answer | None:
        """Apply an act alone; park it when that fails for good. None when nothing at all can be recorded."""
        error = "server.bug"
        for _ in range(TRIES):
            try:
                answers, head = apply_acts(self._engine, self._now(), [act])
            except Exception as failure:  # the thread outlives any act; the desk keeps it and comes again
                log.exception("act %s could not be recorded", act.command_id)
                error = f"server.bug: {type(failure).__name__}"
                continue
            self._on_head(head)
            return answers[0]
        try:
            return park_act(self._engine, self._now(), act, error)
        except Exception:  # the same; nothing at all is recorded of the act
            log.exception("act %s could not even be parked", act.command_id)
            return None
