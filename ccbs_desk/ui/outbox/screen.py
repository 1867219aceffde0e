"""The outbox joined: view, presenter and tasks, as the window holds it."""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.session import Session
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.outbox import text
from ccbs_desk.ui.outbox.presenter import OutboxPresenter
from ccbs_desk.ui.outbox.view import OutboxWidget
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class OutboxScreen:
    """The outbox of this desk."""

    def __init__(self, view: OutboxWidget, presenter: OutboxPresenter, tasks: Tasks) -> None:
        self._view, self._presenter, self._tasks = view, presenter, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self) -> None:
        """Show what a person must see to, else what waits, and take the keyboard."""
        self._presenter.activate()

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed; any act and any answer may have."""
        self._presenter.refresh()

    def close(self) -> None:
        """End what is still being read."""
        self._tasks.cancel()

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""
        await self._tasks.settled()


def build(session: Session, navigator: Navigator, shortcuts: Shortcuts) -> OutboxScreen:
    """Join view and presenter."""
    view, tasks = OutboxWidget(), Tasks(navigator.explain)
    presenter = OutboxPresenter(session, navigator, tasks, view)
    view.chosen.connect(presenter.choose)
    view.filtered.connect(presenter.filter)
    view.main_wanted.connect(presenter.main_act)
    view.amend_wanted.connect(presenter.amend)
    view.retry_wanted.connect(presenter.retry)
    view.withdraw_wanted.connect(presenter.withdraw)
    view.note_wanted.connect(presenter.note)
    view.more_wanted.connect(presenter.more)
    view.card_wanted.connect(presenter.card)
    view.left.connect(presenter.back)
    view.bind(shortcuts)
    return OutboxScreen(view, presenter, tasks)
