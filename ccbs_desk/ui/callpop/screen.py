"""The caller's place joined: view, presenter and tasks, as a call's room holds it."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.session import Session
from ccbs_desk.sync.phone_state import CallNow
from ccbs_desk.ui.callpop import text
from ccbs_desk.ui.callpop.chooser import ChooserWidget
from ccbs_desk.ui.callpop.choosing import ChooserPresenter
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class CallerScreen:
    """The caller of one call."""

    def __init__(self, view: ChooserWidget, presenter: ChooserPresenter, tasks: Tasks) -> None:
        self._view, self._presenter, self._tasks = view, presenter, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    @property
    def attached(self) -> UUID | None:
        """The account that the call was attached to by hand."""
        return self._presenter.attached

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self) -> None:
        """Show the caller and take the keyboard."""
        self._presenter.activate()

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has become of the call."""
        self._presenter.show()

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""
        await self._tasks.settled()

    def close(self) -> None:
        """End what is still being asked."""
        self._tasks.cancel()


def build(session: Session, navigator: Navigator, call: Callable[[], CallNow | None]) -> CallerScreen:
    """Join view and presenter. `call` is the call as it was told last."""
    view, tasks = ChooserWidget(), Tasks(navigator.explain)
    presenter = ChooserPresenter(session, navigator, tasks, view, call)
    view.typed.connect(presenter.typed)
    view.entered.connect(presenter.entered)
    view.picked.connect(presenter.pick)
    view.left.connect(presenter.left)
    return CallerScreen(view, presenter, tasks)
