"""The command that gives this desk's database another key: asked, done, and left as a trace in the audit."""

from collections.abc import Awaitable, Callable

from ccbs_desk.config.language import message
from ccbs_desk.domain.commands import ChangeStoreKey
from ccbs_desk.services.session import Session
from ccbs_desk.ui.kit.buttons import Kind
from ccbs_desk.ui.kit.dialogs import Answer, ask
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.shell.matching import PaletteItem
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.shell.window import Window

CHANGE_KEY = message("Give this desk's data a new key")
CHANGE_KEY_MEANS = message("It takes a moment. After that everybody else signs in here once with the link up.")
CHANGE = message("Give a new key")
STAY = message("Leave it")
CHANGED_KEY = message("This desk's data has a new key.")


class KeyChange:
    """Offers the command to whoever may give it. `change` changes the key."""

    def __init__(self, window: Window, session: Session, tasks: Tasks, change: Callable[[], Awaitable[None]]) -> None:
        self._window, self._session, self._tasks, self._change = window, session, tasks, change

    def offer(self) -> tuple[PaletteItem, ...]:
        """Return the command for the palette, if the person may give it."""
        if not self._session.person.may(ChangeStoreKey.PERMISSION):
            return ()
        return (PaletteItem("change-key", CHANGE_KEY, lambda: self._tasks.start(self.run())),)

    async def run(self) -> None:
        """Ask, change the key, leave a trace."""
        answers = (Answer("stay", STAY), Answer("change", CHANGE, Kind.PRIMARY))
        if await ask(self._window, CHANGE_KEY, CHANGE_KEY_MEANS, answers, tone=Tone.WARN) != "change":
            return
        await self._change()
        await self._session.act(ChangeStoreKey(), command_id=self._session.new_id())
        self._window.say(CHANGED_KEY, Tone.OK)
