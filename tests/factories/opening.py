"""What an account owed in the earlier system: brought in as a posting without a bill."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, insert

from ccbs_desk.domain.ledger import OPENING, RECEIVABLE
from ccbs_desk.domain.money import SYP
from ccbs_desk.models.base import table_of
from ccbs_desk.models.money import LedgerRow
from server_stub.seed import demo
from tests.factories.desk import MORNING


def bring_in(connection: Connection, account_id: UUID, minor: int, *, days_ago: int = 0) -> None:
    """Bring in what an account of the demo area owed."""
    for n, (name, amount) in enumerate(((RECEIVABLE, minor), (OPENING, -minor))):
        row = {
            "area_id": demo.AREA,
            "period": 202611,
            "id": UUID(int=account_id.int ^ (n + 1)),
            "command_id": UUID(int=account_id.int ^ 0xFF),
            "ledger_account": name,
            "amount_minor": amount,
            "currency": SYP,
            "account_id": account_id,
            "bill_id": None,
            "part_id": None,
            "till_id": None,
            "session_id": None,
            "occurred_at": MORNING - timedelta(days=days_ago),
        }
        connection.execute(insert(table_of(LedgerRow)), row)
