"""What waits for who leads a centre: alarms that nobody has seen to, spellings that picks have taught.

Each is read, shown, and ended with a word on it, which needs a reason; whoever may not sees nothing of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from ccbs_desk.config.language import Text
from ccbs_desk.domain.commands import Command
from ccbs_desk.domain.permissions import DIRECTORY_ALARM
from ccbs_desk.services.session import Session
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks

T = TypeVar("T")
Shown = TypeVar("Shown", contravariant=True)


class JudgeFace(Protocol[Shown]):
    """What can be shown of what waits."""

    def show_rows(self, rows: Sequence[Shown]) -> None:
        """Show what waits."""

    def reason_missing(self) -> None:
        """Mark the reason as what is missing."""

    def taken(self) -> None:
        """The word is written down: empty the reason."""


@dataclass(frozen=True, slots=True)
class Matter(Generic[T]):
    """What is judged: how it is read and shown, the act with the word on it, and what is said and done then."""

    name: str
    read: Callable[[Any], Sequence[T]]
    act: Callable[[T, str], Command]
    said: Text
    opens: Callable[[], None]
    told: Callable[[int], None]
    """Hears how many wait."""
    then: Callable[[], None]


class Judge(Generic[T]):
    """Shows what waits to whoever may judge it, and writes down the word on it."""

    def __init__(
        self, session: Session, navigator: Navigator, tasks: Tasks, face: JudgeFace[T], matter: Matter[T]
    ) -> None:
        self._session, self._navigator, self._tasks = session, navigator, tasks
        self._face, self._matter = face, matter
        self.may = session.person.may(DIRECTORY_ALARM)

    def refresh(self) -> None:
        """Read it anew, for whoever may see it."""
        if self.may:
            self._tasks.start(self._read(), latest=self._matter.name)

    def open(self) -> None:
        """Show it."""
        if self.may:
            self._matter.opens()
            self.refresh()

    def judge(self, one: T | None, reason: str) -> None:
        """End one with a reason."""
        if one is None:
            return
        if not reason.strip():
            self._face.reason_missing()
            return
        self._tasks.start(self._judge(one, reason.strip()), latest=f"judge {self._matter.name}")

    async def _read(self) -> None:
        rows = await self._session.read(self._matter.read)
        self._matter.told(len(rows))
        self._face.show_rows(rows)

    async def _judge(self, one: T, reason: str) -> None:
        await self._session.act(self._matter.act(one, reason), command_id=self._session.new_id())
        self._face.taken()
        self._navigator.say(self._matter.said, Tone.OK)
        self._matter.then()
        await self._read()
