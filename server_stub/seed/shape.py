"""The rows of the demo country as plain tuples: which columns they hold, in which order.

Values are in SQLite's storage form: ids as 16 bytes, moments as microseconds since 1970, dates as ISO text, JSON as
text, yes and no as 1 and 0. Writers for other databases translate. Columns that may be empty can be left out.
"""

from collections import defaultdict
from collections.abc import Iterator

Row = tuple[object, ...]

COLUMNS: dict[str, tuple[str, ...]] = {
    "governorate": ("id", "code", "name_ar", "name_en", "area_code"),
    "area": ("id", "number", "governorate_id", "name_ar", "name_en"),
    "centre": ("id", "code", "kind", "governorate_id", "area_id", "name_ar", "name_en"),
    "till": ("id", "code", "centre_id", "area_id", "device_id", "letter"),
    "exchange": ("id", "code", "area_id", "governorate_id", "name_ar", "name_en"),
    "number_range": ("id", "exchange_id", "area_code", "first", "last"),
    "feature": ("id", "code", "name_ar", "name_en", "monthly_minor", "currency", "needs", "excludes"),
    "policy": ("id", "key", "version", "valid_from", "value"),
    "staff": ("id", "login", "name_ar", "name_en", "centre_id", "language", "active"),
    "staff_role": ("id", "staff_id", "role"),
    "password": ("staff_id", "hash", "failures", "locked_until", "changed_at"),
    "cabinet": ("id", "area_id", "exchange_id", "code"),
    "distribution_point": ("id", "area_id", "cabinet_id", "code"),
    "pair": ("id", "area_id", "distribution_point_id", "number", "state"),
    "subscriber": ("id", "area_id", "kind", "title", "given", "father", "family", "name", "category"),
    "account": (
        "id",
        "area_id",
        "number",
        "subscriber_id",
        "customer_class",
        "bill_language",
        "currency",
        "opened_on",
        "state",
    ),
    "account_scope": ("id", "account_id", "area_id"),
    "address": ("id", "area_id", "account_id", "governorate_id", "town", "quarter", "street", "building"),
    "line": (
        "id",
        "area_id",
        "account_id",
        "exchange_id",
        "pair_id",
        "address_id",
        "kind",
        "state",
        "installed_on",
    ),
    "line_number": ("id", "area_id", "account_id", "line_id", "e164", "valid_from", "valid_to"),
    "line_feature": ("id", "area_id", "account_id", "line_id", "feature_id", "valid_from", "valid_to"),
    "line_bar": ("id", "area_id", "account_id", "line_id", "reason", "direction", "since", "until"),
    "listing": (
        "id",
        "area_id",
        "account_id",
        "line_id",
        "kind",
        "name",
        "category",
        "town",
        "street",
        "e164",
        "listed",
    ),
    "complaint": (
        "id",
        "area_id",
        "account_id",
        "line_id",
        "category",
        "state",
        "opened_at",
        "resolved_at",
        "text",
    ),
    "bill": (
        "area_id",
        "period",
        "id",
        "account_id",
        "number",
        "cycle",
        "issued_on",
        "due_on",
        "state",
        "incomplete",
        "total_minor",
        "currency",
    ),
    "bill_part": (
        "area_id",
        "period",
        "id",
        "account_id",
        "bill_id",
        "part",
        "month",
        "amount_minor",
        "disputed",
    ),
    "bill_line": (
        "area_id",
        "period",
        "id",
        "account_id",
        "bill_id",
        "part_id",
        "kind",
        "service",
        "amount_minor",
    ),
    "ledger": (
        "area_id",
        "period",
        "id",
        "command_id",
        "ledger_account",
        "amount_minor",
        "currency",
        "account_id",
        "bill_id",
        "part_id",
        "till_id",
        "session_id",
        "occurred_at",
    ),
    "payment": (
        "id",
        "area_id",
        "account_id",
        "method",
        "state",
        "amount_minor",
        "currency",
        "reference",
        "occurred_at",
    ),
    "payment_allocation": (
        "id",
        "area_id",
        "account_id",
        "payment_id",
        "bill_id",
        "part_id",
        "amount_minor",
        "currency",
    ),
    "complaint_category": ("id", "code", "name_ar", "name_en", "service_minutes", "calendar", "priority"),
    "wrap_up_code": ("id", "code", "name_ar", "name_en", "needs_notes"),
    "pause_reason": ("id", "code", "name_ar", "name_en", "paid"),
    "call_queue": ("id", "code", "name_ar", "name_en"),
}
"""By table, in the order in which the tables are filled."""


class Batch:
    """Rows of several tables on their way to the writer, with those keyed by period apart, so that inserts append."""

    __slots__ = ("_dated", "_rows")

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[Row]] = defaultdict(list)
        self._dated: defaultdict[str, defaultdict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))

    def of(self, table: str) -> list[Row]:
        """Return the list to which rows of a table are added."""
        return self._rows[table]

    def dated(self, table: str, period: int) -> list[Row]:
        """Return the list of a table's rows of one period (year and month)."""
        return self._dated[table][period]

    def tables(self) -> Iterator[tuple[str, list[Row]]]:
        """Return each table's rows in the order in which they are to be inserted."""
        yield from ((table, rows) for table, rows in self._rows.items() if rows)
        for table, periods in self._dated.items():
            for period in sorted(periods):
                yield table, periods[period]
