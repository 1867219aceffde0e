"""Print a receipt once more. The copy bears the same number and says which copy it is; the count is kept for ever.

A copy that was printed stays counted, also where its receipt has not come home yet, or waits for a person.
Source: domain.md, Payments 9.
"""

from uuid import UUID

from sqlalchemy import func, select

from ccbs_desk.domain.commands import CopyReceipt
from ccbs_desk.domain.errors import ReceiptUnknown, Refused
from ccbs_desk.models.money import Receipt, ReceiptCopy
from ccbs_desk.models.reference import Device
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work


@handles(CopyReceipt)
def copy_receipt(command: CopyReceipt, work: Work) -> int:
    """Return the number that the copy bears, from 1. Raises Refused while the clerk decides: receipt.unknown.

    That its receipt is not known yet is no objection to a copy that was printed: it comes later, or was parked.
    """
    area_id = work.connection.execute(select(Receipt.area_id).where(Receipt.id == command.receipt_id)).scalar()
    if area_id is None:
        if work.deciding:
            raise Refused(ReceiptUnknown(command.receipt_id))
        area_id = _area_of_device(work)
    number = work.decided("copy_number", int, lambda: _copies(command.receipt_id, work) + 1)
    work.record(
        ReceiptCopy,
        "copy",
        area_id=area_id,
        receipt_id=command.receipt_id,
        copy_number=number,
        staff_id=work.stamps.staff_id,
        printed_at=work.stamps.occurred_at,
    )
    work.tell_objections(area_id=area_id, account_id=command.account_id)
    return number


def _copies(receipt_id: UUID, work: Work) -> int:
    return work.connection.execute(
        select(func.coalesce(func.max(ReceiptCopy.copy_number), 0)).where(ReceiptCopy.receipt_id == receipt_id)
    ).scalar_one()


def _area_of_device(work: Work) -> int:
    found = work.connection.execute(select(Device.area_id).where(Device.id == work.stamps.device_id)).scalar()
    return found or 0
