"""The payment joined: view, presenter and tasks, as the window holds it."""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.session import Session
from ccbs_desk.ui.asking import Approve, PrintReceipt
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.payment import text
from ccbs_desk.ui.payment.presenter import PaymentPresenter
from ccbs_desk.ui.payment.view import PaymentWidget
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class PaymentScreen:
    """The payment of one sign-in."""

    def __init__(self, view: PaymentWidget, presenter: PaymentPresenter, tasks: Tasks) -> None:
        self._view, self._presenter, self._tasks = view, presenter, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    @property
    def account_id(self) -> UUID | None:
        """The account whose payment is being typed."""
        return self._presenter.account_id

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self, *, account_id: UUID | None = None, draft_id: UUID | None = None) -> None:
        """Show this account's payment, from a draft if one is named, or the last one, and take the keyboard."""
        self._presenter.activate(account_id, draft_id)

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed; None means that anything may have."""
        self._presenter.refresh(accounts)

    def close(self) -> None:
        """Keep what is typed and end what is still being read."""
        self._presenter.close()
        self._tasks.cancel()

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""
        await self._tasks.settled()


def build(
    session: Session, navigator: Navigator, shortcuts: Shortcuts, approve: Approve, printer: PrintReceipt
) -> PaymentScreen:
    """Join view and presenter. `approve` asks a second person, `printer` puts a receipt on paper."""
    view, tasks = PaymentWidget(), Tasks(navigator.explain)
    presenter = PaymentPresenter(session, navigator, tasks, view, approve, printer)
    view.edited.connect(presenter.edited)
    view.toggled.connect(presenter.toggle)
    view.confirmed.connect(presenter.confirm)
    view.method_wanted.connect(presenter.change_method)
    view.start_over_wanted.connect(presenter.start_over)
    view.till_wanted.connect(presenter.till)
    view.search_wanted.connect(presenter.search)
    view.left.connect(presenter.back)
    view.bind(shortcuts)
    return PaymentScreen(view, presenter, tasks)
