"""The complaints joined: view, presenter and tasks, as the window holds them."""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.session import Session
from ccbs_desk.ui.complaint import text
from ccbs_desk.ui.complaint.presenter import ComplaintsPresenter
from ccbs_desk.ui.complaint.view import ComplaintsWidget
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class ComplaintScreen:
    """The complaints of one sign-in."""

    def __init__(self, view: ComplaintsWidget, presenter: ComplaintsPresenter, tasks: Tasks) -> None:
        self._view, self._presenter, self._tasks = view, presenter, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self, *, account_id: UUID | None = None) -> None:
        """Show this account's complaints, or the last one's, and take the keyboard."""
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


def build(session: Session, navigator: Navigator, shortcuts: Shortcuts) -> ComplaintScreen:
    """Join view and presenter."""
    view, tasks = ComplaintsWidget(), Tasks(navigator.explain)
    presenter = ComplaintsPresenter(session, navigator, tasks, view)
    view.chosen.connect(presenter.choose)
    view.new_wanted.connect(presenter.begin)
    view.category_chosen.connect(presenter.choose_category)
    view.typed.connect(presenter.typed)
    view.commented.connect(presenter.commented)
    view.confirmed.connect(presenter.confirm)
    view.resolved.connect(presenter.resolve)
    view.all_the_same.connect(presenter.all_the_same)
    view.search_wanted.connect(presenter.search)
    view.left.connect(presenter.back)
    view.bind(shortcuts)
    return ComplaintScreen(view, presenter, tasks)
