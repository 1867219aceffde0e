"""The search joined: view, presenter and tasks, as the window holds it."""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.session import Session
from ccbs_desk.ui.search import text
from ccbs_desk.ui.search.presenter import SearchPresenter
from ccbs_desk.ui.search.view import SearchWidget
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class SearchScreen:
    """The search of one sign-in."""

    def __init__(self, view: SearchWidget, presenter: SearchPresenter, tasks: Tasks) -> None:
        self._view, self._presenter, self._tasks = view, presenter, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self, *, text: str = "") -> None:
        """Take the keyboard; ask for a text if one is given."""
        self._presenter.activate(text)

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed; None means that anything may have."""
        self._presenter.refresh(accounts)

    async def settled(self) -> None:
        """Wait until nothing is being read any more."""
        await self._tasks.settled()

    def close(self) -> None:
        """End what is still being asked."""
        self._tasks.cancel()


def build(session: Session, navigator: Navigator) -> SearchScreen:
    """Join view and presenter."""
    view, tasks = SearchWidget(), Tasks(navigator.explain)
    presenter = SearchPresenter(session, navigator, tasks, view)
    view.typed.connect(presenter.typed)
    view.entered.connect(presenter.entered)
    view.left.connect(presenter.left)
    view.opened.connect(presenter.open)
    return SearchScreen(view, presenter, tasks)
