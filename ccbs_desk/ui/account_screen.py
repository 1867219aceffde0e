"""A screen that is always about one account, as the window holds it: view, presenter and tasks."""

from typing import Generic, Protocol, TypeVar
from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.ui.shell.tasks import Tasks


class AccountPresenter(Protocol):
    """What decides on such a screen."""

    def activate(self, account_id: UUID | None) -> None:
        """Show an account, or the last one, and take the keyboard."""

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed."""

    def close(self) -> None:
        """Keep what is typed before the screen goes."""


V = TypeVar("V", bound=QWidget)
P = TypeVar("P", bound=AccountPresenter)


class AccountScreen(Generic[V, P]):
    """The screen of one sign-in."""

    def __init__(self, view: V, presenter: P, tasks: Tasks, title: Text) -> None:
        self._view, self._presenter, self._tasks, self._title = view, presenter, tasks, title

    @property
    def widget(self) -> V:
        """What the window shows."""
        return self._view

    def title(self) -> Text:
        """Return what the place is called."""
        return self._title

    def activate(self, *, account_id: UUID | None = None) -> None:
        """Show this account, or the last one, and take the keyboard."""
        self._presenter.activate(account_id)

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed; None means that anything may have."""
        self._presenter.refresh(accounts)

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""
        await self._tasks.settled()

    def close(self) -> None:
        """Keep what is typed and end what is still being read."""
        self._presenter.close()
        self._tasks.cancel()
