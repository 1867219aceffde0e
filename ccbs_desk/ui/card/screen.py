"""The card joined: view, presenter and tasks, as the window holds it."""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.session import Session
from ccbs_desk.ui.card import text
from ccbs_desk.ui.card.presenter import CardPresenter, Told, nobody_told
from ccbs_desk.ui.card.view import CardWidget
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class CardScreen:
    """The card of one sign-in."""

    def __init__(self, view: CardWidget, presenter: CardPresenter, tasks: Tasks) -> None:
        self._view, self._presenter, self._tasks = view, presenter, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    @property
    def account_id(self) -> UUID | None:
        """The account that is on the card, or was last."""
        return self._presenter.account_id

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self, *, account_id: UUID | None = None) -> None:
        """Show this account, or the last one, and take the keyboard."""
        self._presenter.activate(account_id)

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed; None means that anything may have."""
        self._presenter.refresh(accounts)

    async def settled(self) -> None:
        """Wait until nothing is being read any more."""
        await self._tasks.settled()

    def close(self) -> None:
        """End what is still being read."""
        self._tasks.cancel()


def build(session: Session, navigator: Navigator, shortcuts: Shortcuts, told: Told = nobody_told) -> CardScreen:
    """Join view and presenter. `told` gives the card that came with a call, for a caller of another area."""
    view, tasks = CardWidget(), Tasks(navigator.explain)
    presenter = CardPresenter(session, navigator, tasks, view, told)
    view.pay_wanted.connect(presenter.pay)
    view.receipt_wanted.connect(presenter.receipt)
    view.explain_wanted.connect(presenter.explain)
    view.call_wanted.connect(presenter.call)
    view.dial_wanted.connect(presenter.dial)
    view.search_wanted.connect(presenter.search)
    view.left.connect(presenter.back)
    view.bind(shortcuts)
    return CardScreen(view, presenter, tasks)
