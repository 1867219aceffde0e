"""Read a server's database from outside and tell what receipts did: a witness that shares nothing with the desk.

`python -m server_stub.demo.probe DATABASE_URL SINCE RECEIPT_NUMBER...` prints a list in JSON, one item a receipt.
`SINCE` is a moment in ISO 8601: payments of the same account from then on are counted, under whichever number.
"""

import json
import sys
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, create_engine, func, select

from ccbs_desk.models.money import LedgerRow, Payment, Receipt

MONEY = ("cash.till", "clearing.card")
"""where money lies that was taken; written out, since the witness trusts no word of the code that it judges"""
SETTLED = ("receivable", "customer.credit", "suspense")


def effects(connection: Connection, number: str, since: datetime) -> dict[str, Any]:
    """Return how many receipts, payments and ledger legs bear this number's act, and whether they balance.

    `account_payments` is how many payments its account has had since then.
    """
    found = connection.execute(
        select(Receipt.command_id, Receipt.account_id, Receipt.amount_minor, Receipt.currency, Receipt.printed).where(
            Receipt.number == number
        )
    ).all()
    payments = connection.execute(select(func.count()).where(Payment.reference == number)).scalar_one()
    accounts = [receipt.account_id for receipt in found]
    of_account = select(func.count()).where(Payment.account_id.in_(accounts), Payment.occurred_at >= since)
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
        "number": number,
        "receipts": len(found),
        "payments": payments,
        "account_payments": connection.execute(of_account).scalar_one(),
        "amount_minor": found[0].amount_minor if found else None,
        "collected_minor": found[0].printed["collected"]["minor"] if found else None,
        "currency": found[0].currency if found else None,
        "legs": legs,
        "balanced": bool(legs) and not any(sums.values()),
    }


def flaws(seen: dict[str, Any], account_payments: int) -> list[str]:
    """Return what is not as it must be when a payment was taken exactly once; empty when all is well."""
    taken = [leg["minor"] for leg in seen["legs"] if leg["ledger_account"] in MONEY]
    settled = -sum(leg["minor"] for leg in seen["legs"] if leg["ledger_account"] in SETTLED)
    checks = {
        f"{seen['receipts']} receipts": seen["receipts"] == 1,
        f"{seen['payments']} payments": seen["payments"] == 1,
        f"{seen['account_payments']} payments of the account, not {account_payments}": (
            seen["account_payments"] == account_payments
        ),
        "legs that do not balance": seen["balanced"],
        f"{taken} taken, {seen['collected_minor']} on the paper": taken == [seen["collected_minor"]],
        f"{settled} settled, {seen['amount_minor']} paid": settled == seen["amount_minor"],
    }
    return [f"receipt {seen['number']}: {flaw}" for flaw, well in checks.items() if not well]


def main() -> None:
    """Print the effects of the receipts named on the command line."""
    url, since, *numbers = sys.argv[1:]
    with create_engine(url).connect() as connection:
        seen = [effects(connection, number, datetime.fromisoformat(since)) for number in numbers]
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main()
