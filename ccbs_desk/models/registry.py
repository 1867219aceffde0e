"""Every table by name. Importing this module makes the metadata complete."""

from sqlalchemy import Table

from ccbs_desk.models import calls, care, central, desk, enquiries, money, reference, subscribers
from ccbs_desk.models.base import Base, synced_tables

AREAS = (reference, subscribers, money, care, calls, enquiries, desk, central)
METADATA = Base.metadata
SYNCED: dict[str, Table] = {table.name: table for table in synced_tables()}
PERMANENT: frozenset[str] = frozenset(t.name for t in METADATA.sorted_tables if t.info["permanent"])


def order_keys_of(row: dict[str, object]) -> tuple[str, ...]:
    """Return the order keys that a row speaks of, in the form that commands name them."""
    account = row.get("account_id")
    return (f"account:{account}",) if account is not None else ()
