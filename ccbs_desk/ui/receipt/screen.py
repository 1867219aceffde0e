"""The receipts joined: view, presenter and tasks, as the window holds them."""

from uuid import UUID

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import Text
from ccbs_desk.services.session import Session
from ccbs_desk.ui.asking import PrintReceipt
from ccbs_desk.ui.kit.shortcuts import Shortcuts
from ccbs_desk.ui.receipt import text
from ccbs_desk.ui.receipt.drawing import draw
from ccbs_desk.ui.receipt.presenter import ReceiptPresenter
from ccbs_desk.ui.receipt.view import ReceiptWidget
from ccbs_desk.ui.shell.navigator import Navigator
from ccbs_desk.ui.shell.tasks import Tasks


class ReceiptScreen:
    """The receipts of one sign-in."""

    def __init__(self, view: ReceiptWidget, presenter: ReceiptPresenter, tasks: Tasks) -> None:
        self._view, self._presenter, self._tasks = view, presenter, tasks

    @property
    def widget(self) -> QWidget:
        """What the window shows."""
        return self._view

    def title(self) -> Text:
        """Return what the place is called."""
        return text.TITLE

    def activate(self, *, receipt_id: UUID | None = None, account_id: UUID | None = None) -> None:
        """Show this receipt, or the last one, and take the keyboard; the subscriber's are listed beside the till's."""
        self._presenter.activate(receipt_id, account_id)

    def refresh(self, accounts: frozenset[UUID] | None) -> None:
        """Show what has changed; None means that anything may have."""
        self._presenter.refresh(accounts)

    def close(self) -> None:
        """End what is still being read or drawn."""
        self._presenter.close()
        self._tasks.cancel()

    async def settled(self) -> None:
        """Wait until nothing is being read or written."""
        await self._tasks.settled()


def build(session: Session, navigator: Navigator, shortcuts: Shortcuts, printer: PrintReceipt) -> ReceiptScreen:
    """Join view and presenter. `printer` puts a copy on paper."""
    view, tasks = ReceiptWidget(), Tasks(navigator.explain)
    presenter = ReceiptPresenter(session, navigator, tasks, view, printer, draw)
    view.chosen.connect(presenter.choose)
    view.scope_wanted.connect(presenter.scope)
    view.copy_wanted.connect(presenter.copy)
    view.card_wanted.connect(presenter.card)
    view.paper_stale.connect(presenter.redraw)
    view.left.connect(presenter.back)
    view.bind(shortcuts)
    return ReceiptScreen(view, presenter, tasks)
