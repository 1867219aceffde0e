"""The two windows that may come first, and what a quick hand typed into one of them before the program was there."""

from ccbs_desk.ui.signin.text import CHECKING
from ccbs_desk.ui.signin.view import SignInView
from ccbs_desk.ui.welcome.view import WelcomeView


class Faces:
    """Made before anything else is loaded. What is typed meanwhile is not lost: the program takes it up."""

    def __init__(self, signin: SignInView, welcome: WelcomeView) -> None:
        self.signin, self.welcome = signin, welcome
        self._typed: tuple[str, str] | None = None

    def early(self, user: str, password: str) -> None:
        """Keep what was submitted before anybody could try it."""
        self._typed = (user, password)
        self.signin.show_busy(CHECKING)

    def take_early(self) -> tuple[str, str] | None:
        """Return what was submitted too early, once; from now on nobody keeps it."""
        self.signin.submitted.disconnect(self.early)
        typed, self._typed = self._typed, None
        return typed
