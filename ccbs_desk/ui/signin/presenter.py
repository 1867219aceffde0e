"""The decisions of the sign-in: try, tell what was wrong, hand on who signed in. Nothing typed is kept longer."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from ccbs_desk.config.language import Text
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.sync.sign_in import SignedIn
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.signin import text

Try = Callable[[str, str], Awaitable[SignedIn]]
Next = Callable[[SignedIn], Awaitable[None]]


class SignInView(Protocol):
    """What the presenter asks of the window."""

    def show_error(self, title: Text, hint: Text = "") -> None:
        """Say why nobody was signed in."""

    def show_busy(self, what: Text) -> None:
        """Say what is being done."""

    def reset(self) -> None:
        """Take error, progress and password away."""

    def show_ready(self) -> None:
        """Take the progress away; what is said and typed stays."""


class SignInPresenter:
    """One try at a time. `enter` takes over with whoever signed in; what it raises is told here too."""

    def __init__(self, view: SignInView, tasks: Tasks, attempt: Try, enter: Next) -> None:
        self._view, self._tasks, self._attempt, self._enter = view, tasks, attempt, enter
        self._busy = False

    def submitted(self, user: str, password: str) -> None:
        """Try to sign in with what was typed."""
        if not self._busy:
            self._busy = True
            self._tasks.start(self._sign_in(user.strip(), password))

    async def _sign_in(self, user: str, password: str) -> None:
        self._view.show_busy(text.CHECKING)
        try:
            await self._enter(await self._attempt(user, password))
        except (Refused, Unavailable) as no:
            words = words_of(no.reason)
            self._view.show_error(words.title, words.todo)
        else:
            self._view.reset()
        finally:
            self._busy = False
            self._view.show_ready()
