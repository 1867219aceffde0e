"""A payment form without a window: the real presenter over a real store, and a view that remembers what it was told."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from ccbs_desk.config.language import LANGUAGES, Language, Text, speaking, strip_isolates
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.errors import Reason
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import PrintedReceipt
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.services.session import Session
from ccbs_desk.ui.asking import ApprovalAsk, Approve
from ccbs_desk.ui.payment.presenter import PaymentPresenter
from ccbs_desk.ui.payment.shown import Shown, Who
from ccbs_desk.ui.refusals import sentence_of
from ccbs_desk.ui.shell.tasks import Tasks
from tests.factories.desk import Desk
from tests.factories.dumps import SHARED, Dump, dump
from tests.ui.at_work import Led, session_of

Said = dict[Language, str]


def said(text: Text) -> Said:
    """Return a text as each language shows it."""
    found: Said = {}
    for language in LANGUAGES:
        with speaking(language):
            found[language] = strip_isolates(str(text))
    return found


def sentence(reason: Reason) -> Said:
    """Return what a field says of a reason, in each language."""
    return said(sentence_of(reason))


def everything(desk: Desk) -> Dump:
    """Return all rows that an act may write, and the outbox."""
    return desk.read(dump, (*SHARED, table_of(Outbox)))


@dataclass
class View:
    """Remembers what a person would see."""

    typed: Mapping[str, str] = field(default_factory=dict)
    amount: Money | None = None
    shown: Shown | None = None
    errors: Mapping[str, Text] = field(default_factory=dict)
    problem: tuple[Text, Text] = ("", "")
    till: tuple[Text, Text, Text | None] = ("", "", None)
    nobody: tuple[Text, Text] = ("", "")
    note: Text = ""
    ready: bool = False
    by_card: bool = False

    def show_nobody(self, title: Text, todo: Text) -> None:
        """Remember."""
        self.nobody, self.shown = (title, todo), None

    def show_form(self, who: Who, typed: Mapping[str, str]) -> None:
        """Remember."""
        self.typed = dict(typed)

    def show_method(self, *, by_card: bool, may_choose: bool) -> None:
        """Remember."""
        self.by_card = by_card

    def show_amount(self, amount: Money) -> None:
        """Remember."""
        self.amount = amount

    def show_preview(self, payment: Shown) -> None:
        """Remember."""
        self.shown = payment

    def show_errors(self, errors: Mapping[str, Text]) -> None:
        """Remember."""
        self.errors = dict(errors)

    def show_problem(self, title: Text, todo: Text = "") -> None:
        """Remember."""
        self.problem = (title, todo)

    def show_till(self, title: Text, todo: Text, action: Text | None) -> None:
        """Remember."""
        self.till = (title, todo, action)

    def show_note(self, note: Text) -> None:
        """Remember."""
        self.note = note

    def show_ready(self, ready: bool) -> None:
        """Remember."""
        self.ready = ready

    def take_keyboard(self) -> None:
        """A view without a keyboard."""

    def go_to_error(self) -> None:
        """A view without a keyboard."""

    def error(self, name: str) -> Said:
        """Return what stands under a field, in each language."""
        return said(self.errors[name])


async def nobody_approves(ask: ApprovalAsk) -> Approval | None:
    """Nobody is there to approve."""
    return None


@dataclass
class Form:
    """The form at work."""

    session: Session
    view: View
    led: Led
    presenter: PaymentPresenter
    tasks: Tasks

    async def open(self, account_id: UUID) -> None:
        """Open the form of an account."""
        self.presenter.activate(account_id)
        await self.tasks.settled()

    async def type(self, name: str, text: str) -> None:
        """Type into a field, until it is shown and kept."""
        self.presenter.edited(name, text)
        await self.tasks.settled()

    async def confirm(self) -> None:
        """Press the button."""
        self.presenter.confirm()
        await self.tasks.settled()

    def takes(self, name: str) -> str:
        """Return what the form has in a field, as it would be restored."""
        return self.view.typed.get(name, "")


async def _no_paper(printed: PrintedReceipt, copy_number: int) -> None:
    """Printing is another story."""


@asynccontextmanager
async def payment_form(
    desk: Desk, account_id: UUID, *, login: str = "clerk", approve: Approve = nobody_approves
) -> AsyncIterator[Form]:
    """Open the form of an account as a person does, and close it as the screen does."""
    session, view, led = session_of(desk, login), View(), Led()
    tasks = Tasks(led.explain)
    presenter = PaymentPresenter(session, led, tasks, view, approve, _no_paper)
    form = Form(session, view, led, presenter, tasks)
    await form.open(account_id)
    yield form
    presenter.close()
    tasks.cancel()
    await asyncio.sleep(0)
