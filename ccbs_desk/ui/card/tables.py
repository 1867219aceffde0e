"""The tables of the card: bills, payments, what happened, and the lines of the balance."""

from ccbs_desk.ui.card import text
from ccbs_desk.ui.card.bills import BillRow
from ccbs_desk.ui.card.rows import EventRow, LedgerRow, PaymentRow
from ccbs_desk.ui.kit.states import EmptyState
from ccbs_desk.ui.kit.table import Align, Column, Row, Table
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.values import figure


def bills_table() -> Table[BillRow]:
    """Return the table of bills."""
    table = Table[BillRow](
        (
            Column("number", text.BILL, lambda bill: bill.number, width=160),
            Column("months", text.MONTHS, lambda bill: bill.months),
            Column("amount", text.AMOUNT, lambda bill: figure(bill.amount), Align.FIGURE, 88),
            Column("left", text.REMAINING, lambda bill: figure(bill.remaining), Align.FIGURE, 88, strong=True),
            Column("due", text.DUE, lambda bill: bill.due, width=106),
            Column("state", text.STATE, lambda bill: bill.state, width=108, tone=lambda bill: bill.tone, badge=True),
            Column("mark", text.MARK, lambda bill: bill.mark, width=108, tone=lambda b: b.mark_tone, badge=True),
        ),
        name=text.BILLS,
        key=lambda bill: bill.bill_id,
        empty=EmptyState(text.NO_BILLS, icon="bill"),
        least_rows=3,
    )
    return _called(table, "card.bills")


def payments_table() -> Table[PaymentRow]:
    """Return the table of the last payments."""
    table = Table[PaymentRow](
        (
            Column("at", text.DAY, lambda payment: payment.at, width=154),
            Column("method", text.METHOD, lambda payment: payment.method),
            Column("number", text.RECEIPT, lambda payment: payment.number, width=164),
            Column("amount", text.PAID, lambda payment: figure(payment.amount), Align.FIGURE, 108, strong=True),
            Column("state", text.STATE, lambda payment: payment.state, width=168, tone=lambda p: p.tone, badge=True),
        ),
        name=text.PAYMENTS,
        key=lambda payment: payment.payment_id,
        empty=EmptyState(text.NO_PAYMENTS, icon="money"),
        least_rows=2,
    )
    return _called(table, "card.payments")


def events_table() -> Table[EventRow]:
    """Return the table of what happened."""
    table = Table[EventRow](
        (
            Column("at", text.DAY, lambda event: event.on, width=104),
            Column("what", text.WHAT, lambda event: event.what),
        ),
        name=text.TIMELINE,
        key=lambda event: (event.at, event.what),
        empty=EmptyState(text.NO_EVENTS, icon="clock"),
        least_rows=2,
    )
    return _called(table, "card.timeline")


def ledger_table() -> Table[LedgerRow]:
    """Return the table of what the balance is made of."""
    table = Table[LedgerRow](
        (
            Column("on", text.DAY, lambda line: line.on, width=110),
            Column("what", text.WHAT, lambda line: line.what),
            Column("number", text.NUMBER, lambda line: line.number, width=170),
            Column("amount", text.CHANGE, lambda line: figure(line.amount), Align.FIGURE, 120, tone=_change_tone),
            Column("running", text.RUNNING, lambda line: figure(line.running), Align.FIGURE, 120, strong=True),
            Column("state", text.STATE, lambda line: line.state, width=176, tone=lambda line: line.tone, badge=True),
        ),
        name=text.EXPLAIN_TITLE,
        key=lambda line: (line.key, line.what, line.number),
        empty=EmptyState(text.EXPLAIN_EMPTY, icon="list"),
        least_rows=8,
    )
    return _called(table, "card.explanation.lines")


def _called(table: Table[Row], name: str) -> Table[Row]:
    table.setObjectName(name)
    return table


def _change_tone(line: LedgerRow) -> Tone | None:
    return Tone.OK if line.amount.minor < 0 else None
