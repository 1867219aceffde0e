"""Read a server's database from outside and tell what one receipt did: a witness that shares nothing with the desk.

`python -m server_stub.demo.probe DATABASE_URL RECEIPT_NUMBER` prints JSON.
"""

import json
import sys
from typing import Any

from sqlalchemy import Connection, create_engine, func, select

from ccbs_desk.models.money import LedgerRow, Payment, Receipt


def effects(connection: Connection, number: str) -> dict[str, Any]:
    """Return how many receipts, payments and ledger legs bear this number's act, and whether they balance."""
    found = connection.execute(
        select(Receipt.command_id, Receipt.amount_minor, Receipt.currency).where(Receipt.number == number)
    ).all()
    payments = connection.execute(select(func.count()).where(Payment.reference == number)).scalar_one()
    legs: list[dict[str, Any]] = [
        {"ledger_account": account, "minor": minor, "currency": currency}
        for receipt in found
        for account, minor, currency in connection.execute(
            select(LedgerRow.ledger_account, LedgerRow.amount_minor, LedgerRow.currency)
            .where(LedgerRow.command_id == receipt.command_id)
            .order_by(LedgerRow.ledger_account, LedgerRow.id)
        )
    ]
    sums: dict[str, int] = {}
    for leg in legs:
        sums[leg["currency"]] = sums.get(leg["currency"], 0) + leg["minor"]
    return {
        "receipts": len(found),
        "payments": payments,
        "amount_minor": found[0].amount_minor if found else None,
        "currency": found[0].currency if found else None,
        "legs": legs,
        "balanced": bool(legs) and not any(sums.values()),
    }


def main() -> None:
    """Print the effects of the receipt named on the command line."""
    url, number = sys.argv[1:]
    with create_engine(url).connect() as connection:
        sys.stdout.write(json.dumps(effects(connection, number)) + "\n")


if __name__ == "__main__":
    main()
