"""What the receipts show of what was read: rows, texts and tones, still without a widget."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ccbs_desk.config.language import Code, Text, TimeOfDay
from ccbs_desk.domain.money import Money
from ccbs_desk.services.notices import BecameCredit, NoticeView
from ccbs_desk.services.receipts import CopyView, ReceiptRow, ReceiptView
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.receipt import text
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.values import Joined, Named, filled, in_call

SHOWN_COPIES = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A receipt in the list."""

    receipt_id: UUID
    number: object
    time: object
    who: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Said:
    """A notice about the receipt."""

    title: Text
    more: Text


@dataclass(frozen=True, slots=True)
class Shown:
    """One receipt with its facts. `change` is None when nothing went back; of a `fresh` one it is still to be given."""

    receipt_id: UUID
    account_id: UUID
    number: object
    state: Text
    tone: Tone
    amount: Money
    change: Money | None
    fresh: bool
    subscriber: object
    when: object
    clerk: object
    copies: object
    notices: tuple[Said, ...]


def line(row: ReceiptRow) -> Line:
    """Return a receipt as the list shows it."""
    return Line(row.receipt_id, Code(row.number), TimeOfDay(row.occurred_at), row.subscriber, row.amount)


def shown(
    view: ReceiptView, notices: Iterable[NoticeView], *, fresh: bool = False, call: datetime | None = None
) -> Shown:
    """Return a receipt with its facts, and what became of it since. `call`: when the call was in which it was given."""
    row, printed = view.row, view.printed
    return Shown(
        receipt_id=row.receipt_id,
        account_id=row.account_id,
        number=Code(row.number),
        state=text.PROVISIONAL if row.provisional else text.CONFIRMED,
        tone=Tone.WARN if row.provisional else Tone.OK,
        amount=printed.collected,
        change=printed.change if printed.change.minor > 0 else None,
        fresh=fresh,
        subscriber=printed.subscriber,
        when=Joined((row.occurred_at, in_call(call)), "\n") if call is not None else row.occurred_at,
        clerk=Named(row.clerk),
        copies=Joined(tuple(map(_copy, view.copies[-SHOWN_COPIES:])), "\n") if view.copies else text.NO_COPIES,
        notices=tuple(_said(notice) for notice in notices if notice.command_id == row.command_id),
    )


def _copy(copy: CopyView) -> Joined:
    return Joined((filled(text.COPY_LINE, n=copy.number, at=copy.printed_at), Named(copy.clerk)), "\n")


def _said(notice: NoticeView) -> Said:
    if isinstance(notice.about, BecameCredit):
        return Said(filled(text.BECAME_CREDIT, amount=notice.about.became_credit), text.BECAME_CREDIT_WHY)
    words = words_of(notice.about)
    return Said(text.TAKEN_ALL_THE_SAME, words.title)
