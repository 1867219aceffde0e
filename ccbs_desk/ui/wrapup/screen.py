"""The wrap-up joined: view, presenter and tasks, as a call's room holds it."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.session import Session
from ccbs_desk.sync.phone_state import CallNow
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.phone import Phone
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.ui.wrapup import text
from ccbs_desk.ui.wrapup.presenter import WrapUpPresenter
from ccbs_desk.ui.wrapup.view import WrapUpWidget


class WrapUpScreen:
    """The wrap-up of one call."""

    def __init__(self, view: WrapUpWidget, presenter: WrapUpPresenter, tasks: Tasks) -> None:
        self._view, self._presenter, self._tasks = view, presenter, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self) -> None:
        """Show the form and take the keyboard."""
        self._presenter.activate()

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what was done meanwhile."""
        self._presenter.refresh()

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""
        await self._tasks.settled()

    def close(self) -> None:
        """Keep what is typed and end what is still being read."""
        self._presenter.close()
        self._tasks.cancel()


def build(
    session: Session,
    navigator: Navigator,
    shortcuts: Shortcuts,
    phone: Phone,
    *,
    call: Callable[[], CallNow | None],
    done: Callable[[], None],
) -> WrapUpScreen:
    """Join view and presenter. `call` is the call as it was told last, `done` closes its tab."""
    view, tasks = WrapUpWidget(), Tasks(navigator.explain)
    presenter = WrapUpPresenter(session, navigator, tasks, view, phone, call, done)
    view.picked.connect(presenter.choose)
    view.typed.connect(presenter.typed)
    view.confirmed.connect(presenter.confirm)
    view.left.connect(presenter.back)
    view.bind(shortcuts)
    return WrapUpScreen(view, presenter, tasks)
