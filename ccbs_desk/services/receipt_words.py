"""The words of a receipt: put together once, while the payment is decided, and kept for ever."""

from ccbs_desk.domain.commands import TakePayment
from ccbs_desk.domain.receipts import PrintedReceipt
from ccbs_desk.services.work import Work


def compose_receipt(command: TakePayment, work: Work) -> PrintedReceipt:
    """Return what will stand on the paper, from what holds at this moment."""
    raise NotImplementedError
