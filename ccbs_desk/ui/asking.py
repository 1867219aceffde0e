"""What screens ask for beside the window: a second person's approval, and paper. The composition root provides both."""

import asyncio
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from ccbs_desk.config.language import Language, Text
from ccbs_desk.domain.approvals import Approval
from ccbs_desk.domain.commands import Command
from ccbs_desk.domain.money import Money
from ccbs_desk.domain.receipts import PrintedReceipt
from ccbs_desk.printing.port import ReceiptPrinter
from ccbs_desk.printing.receipt_model import ReceiptPaper, paper_of
from ccbs_desk.printing.receipts import print_job
from ccbs_desk.services.close_till import Count


@dataclass(frozen=True, slots=True)
class ApprovalAsk:
    """What a second person is asked to approve: the act and its id, the right that it takes, and the act in words.

    `counts` is a count of cash with what was expected: only the second person sees it, after he has shown who he is.
    """

    command: Command
    command_id: UUID
    permission: str
    act: Text
    amount: Money | None = None
    counts: tuple[Count, ...] = ()


class Approve(Protocol):
    """Asks a second person, who signs for this one act on this desk."""

    async def __call__(self, ask: ApprovalAsk) -> Approval | None:
        """Return the approval, bound to the act as it is; None when it was not given."""


class PrintReceipt(Protocol):
    """Puts a receipt on paper."""

    async def __call__(self, printed: PrintedReceipt, copy_number: int) -> None:
        """Print it; copy 0 is the first print. Raises Unavailable with PrinterGone."""


@dataclass(frozen=True, slots=True)
class PaperPrinter:
    """A PrintReceipt on a printer, off the event loop, in the language of the paper."""

    printer: ReceiptPrinter
    language: Language = "ar"

    async def __call__(self, printed: PrintedReceipt, copy_number: int) -> None:
        """Draw the sheet and hand it over. Raises Unavailable with PrinterGone."""
        await asyncio.to_thread(self._send, paper_of(printed, copy_number))

    def _send(self, paper: ReceiptPaper) -> None:
        self.printer.send(print_job(paper, self.language))
