"""The look-up that is under way, and how it ended: that is written down, whatever the end was."""

from dataclasses import dataclass
from datetime import datetime

from ccbs_desk.domain.directory_commands import LookUpListing, TeachSpelling
from ccbs_desk.services.look_up import asked_hash
from ccbs_desk.services.session import Session
from ccbs_desk.ui.directory.shown import Row
from ccbs_desk.ui.shell.tasks import Tasks


@dataclass(slots=True)
class LookUp:
    """One look-up, from its first letter to its end. `shown` is set once listings were seen."""

    began: datetime
    asked: str = ""
    ended: bool = False
    shown: bool = False

    def seconds(self, now: datetime) -> int:
        """Return how long it has taken."""
        return max(0, int((now - self.began).total_seconds()))


class LookUps:
    """Begins look-ups and writes down how each ended. `current` is the last one, until it is forgotten."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        self._session, self._tasks = session, tasks
        self.current: LookUp | None = None

    @property
    def under_way(self) -> bool:
        """Whether there is one that nobody has ended."""
        return self.current is not None and not self.current.ended

    def begin(self) -> LookUp:
        """Return the look-up that is under way, a new one where there is none."""
        if self.current is None or self.current.ended:
            self.current = LookUp(self._session.now())
        return self.current

    def seen(self) -> None:
        """Listings of it are shown."""
        if self.current is not None:
            self.current.shown = True

    def forget(self) -> None:
        """Begin with nothing."""
        self.current = None

    def leave(self) -> None:
        """A look-up whose listings were seen, and that nobody ended, was left; that too is written down."""
        left = self.current
        if left is not None and left.shown and not left.ended:
            left.ended = True
            self._tasks.start(self._trace(left, "left", "", ""))

    async def end(self, outcome: str, row: Row | None, why: str = "") -> None:
        """Write down how it ended, and what was picked for a word that was met loosely."""
        look_up = self.current or LookUp(self._session.now())
        await self._trace(look_up, outcome, row.id if row else "", why)
        look_up.ended = True
        if row is not None and row.teaches is not None:
            act = TeachSpelling(typed=row.teaches.typed, meant=row.teaches.meant)
            await self._session.act(act, command_id=self._session.new_id())

    async def _trace(self, look_up: LookUp, outcome: str, listing: str, why: str) -> None:
        act = LookUpListing(
            asked_hash=asked_hash(look_up.asked, self._session.place.home_area),
            outcome=outcome,
            listing_id=listing,
            why=why,
            seconds=look_up.seconds(self._session.now()),
        )
        await self._session.act(act, command_id=self._session.new_id())
