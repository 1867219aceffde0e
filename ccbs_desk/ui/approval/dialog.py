"""The approval joined: opened over the window, answered through a future, never a nested loop."""

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ccbs_desk.config.language import current_language, message
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.services.session import Session
from ccbs_desk.ui.approval import text
from ccbs_desk.ui.approval.presenter import ApprovalPresenter, Verify
from ccbs_desk.ui.approval.view import ApprovalDialog
from ccbs_desk.ui.asking import ApprovalAsk
from ccbs_desk.ui.shell.tasks import Tasks


class Approvals:
    """Asks for approvals over one window. `verify` proves who the second person is; `offline` tells whether the centre
    is out of reach, which limits who that can be."""

    def __init__(
        self, window: QWidget, session: Session, verify: Verify, offline: Callable[[], bool] = lambda: False
    ) -> None:
        self._window, self._session, self._verify, self._offline = window, session, verify, offline

    async def ask(self, ask: ApprovalAsk) -> Approval | None:
        """Return the approval, or None when it was not given."""
        answer: asyncio.Future[Approval | None] = asyncio.get_running_loop().create_future()
        person = self._session.person
        name = person.name_ar if current_language() == "ar" else person.name_en
        amount = message(text.AMOUNT.msgid, amount=ask.amount) if ask.amount is not None else ""
        dialog = ApprovalDialog(self._window, message(text.ASKS.msgid, name=name), ask.act, amount)
        if self._offline():
            dialog.show_offline()
        tasks = Tasks(lambda _reason: None)

        def settle(approval: Approval | None) -> None:
            if not answer.done():
                answer.set_result(approval)

        presenter = ApprovalPresenter(self._session, tasks, dialog, ask, self._verify, settle)
        dialog.submitted.connect(presenter.submitted)
        dialog.approved.connect(presenter.approved)
        dialog.finished.connect(lambda _code: settle(None))
        dialog.open()
        try:
            return await answer
        finally:
            tasks.cancel()
            dialog.close()
            dialog.deleteLater()
