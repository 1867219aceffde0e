"""The decisions of an approval: who may give it, and what it binds to."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from ccbs_desk.config.language import Text
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.errors import Refused, Unavailable
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.services.close_till import Count
from ccbs_desk.services.session import Person, Session
from ccbs_desk.ui.approval import text
from ccbs_desk.ui.asking import ApprovalAsk
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.shell.tasks import Tasks
from ccbs_desk.wire.codec import body_hash

Verify = Callable[[str, str], Awaitable[Person]]


class ApprovalView(Protocol):
    """The dialog as the presenter sees it."""

    def show_problem(self, title: Text, todo: Text = "") -> None:
        """Say why it does not count."""

    def show_busy(self, what: Text) -> None:
        """Say what is being done."""

    def show_counts(self, approver: Bilingual, counts: Sequence[Count]) -> None:
        """Show the approver what he approves; nobody types a password any more."""


class ApprovalPresenter:
    """One ask. `given` is called once, with the approval bound to the act as it is."""

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        view: ApprovalView,
        ask: ApprovalAsk,
        verify: Verify,
        given: Callable[[Approval], None],
    ) -> None:
        self._session, self._tasks, self._view = session, tasks, view
        self._ask, self._verify, self._given = ask, verify, given
        self._busy = False
        self._approver: Person | None = None

    def submitted(self, login: str, password: str) -> None:
        """Check who it is and whether he may."""
        if not self._busy:
            self._busy = True
            self._tasks.start(self._check(login.strip(), password))

    def approved(self) -> None:
        """The approver has seen the counts and approves."""
        if self._approver is not None:
            self._give(self._approver)

    async def _check(self, login: str, password: str) -> None:
        self._view.show_busy(text.CHECKING)
        try:
            person = await self._verify(login, password)
        except (Refused, Unavailable) as no:
            words = words_of(no.reason)
            self._view.show_problem(words.title, words.todo)
        else:
            self._judge(person)
        finally:
            self._busy = False

    def _judge(self, person: Person) -> None:
        if person.id == self._session.person.id:
            self._view.show_problem(text.SAME_PERSON)
        elif not person.may(self._ask.permission):
            self._view.show_problem(text.NOT_ENTITLED)
        elif self._ask.counts:
            self._approver = person
            self._view.show_counts(Bilingual(person.name_ar, person.name_en), self._ask.counts)
        else:
            self._give(person)

    def _give(self, approver: Person) -> None:
        bound_to = body_hash(self._ask.command, self._ask.command_id)
        self._given(Approval(approver.id, self._session.now(), bound_to, self._ask.permission))
