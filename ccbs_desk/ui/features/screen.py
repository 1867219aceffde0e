"""The features joined: view, presenter and tasks, as the window holds it."""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.session import Session
from ccbs_desk.ui.features import text
from ccbs_desk.ui.features.presenter import FeaturesPresenter
from ccbs_desk.ui.features.view import FeaturesWidget
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class FeaturesScreen:
    """The features of one sign-in."""

    def __init__(self, view: FeaturesWidget, presenter: FeaturesPresenter, tasks: Tasks) -> None:
        self._view, self._presenter, self._tasks = view, presenter, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self, *, account_id: UUID | None = None) -> None:
        """Show this account's lines, or the last one's, and take the keyboard."""
        self._presenter.activate(account_id)

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed; None means that anything may have."""
        self._presenter.refresh(accounts)

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""
        await self._tasks.settled()

    def close(self) -> None:
        """Keep what is chosen and end what is still being read."""
        self._presenter.close()
        self._tasks.cancel()


def build(session: Session, navigator: Navigator, shortcuts: Shortcuts) -> FeaturesScreen:
    """Join view and presenter."""
    view, tasks = FeaturesWidget(), Tasks(navigator.explain)
    presenter = FeaturesPresenter(session, navigator, tasks, view)
    view.chosen.connect(presenter.choose)
    view.line_chosen.connect(presenter.choose_line)
    view.day_chosen.connect(presenter.choose_day)
    view.confirmed.connect(presenter.confirm)
    view.search_wanted.connect(presenter.search)
    view.left.connect(presenter.back)
    view.bind(shortcuts)
    return FeaturesScreen(view, presenter, tasks)
