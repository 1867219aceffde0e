"""The till joined: view, presenter and tasks, as the window holds it."""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.session import Session
from ccbs_desk.ui.asking import Approve
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.till import text
from ccbs_desk.ui.till.presenter import TillPresenter
from ccbs_desk.ui.till.view import TillWidget


class TillScreen:
    """The till of one sign-in."""

    def __init__(self, view: TillWidget, presenter: TillPresenter, tasks: Tasks) -> None:
        self._view, self._presenter, self._tasks = view, presenter, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self) -> None:
        """Show how the till stands and take the keyboard."""
        self._presenter.activate()

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed; a till belongs to no account, so that anything may concern it."""
        self._presenter.refresh()

    def close(self) -> None:
        """Keep what is counted and end what is still being read."""
        self._presenter.close()
        self._tasks.cancel()

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""
        await self._tasks.settled()


def build(session: Session, navigator: Navigator, shortcuts: Shortcuts, approve: Approve) -> TillScreen:
    """Join view and presenter. `approve` asks a second person."""
    view, tasks = TillWidget(), Tasks(navigator.explain)
    presenter = TillPresenter(session, navigator, tasks, view, approve)
    view.typed.connect(presenter.typed)
    view.confirmed.connect(presenter.confirm)
    view.left.connect(presenter.leave_count)
    view.seen_to.connect(presenter.see_to)
    view.bind(shortcuts)
    return TillScreen(view, presenter, tasks)
