"""What the outbox shows of what was read: rows, texts and tones, still without a widget."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ccbs_desk.config.language import Code, Text, nmessage
from ccbs_desk.services.outbox import OutboxItem, OutboxSummary
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.outbox import text
from ccbs_desk.ui.outbox.mending import FORMS
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.values import Absent, Joined, Name, Named, figure, filled


@dataclass(frozen=True, slots=True)
class Line:
    """An act in the table."""

    command_id: UUID
    when: datetime
    what: Text
    who: str
    by: object
    sum: object
    state: Text
    tone: Tone


@dataclass(frozen=True, slots=True)
class SummaryShown:
    """How much waits, above the table."""

    title: Text
    more: object
    tone: Tone


@dataclass(frozen=True, slots=True)
class Detail:
    """One act: what was meant, how it stands, what was kept, and what a person may do."""

    command_id: UUID
    account_id: UUID | None
    what: Text
    state: Text
    tone: Tone
    title: Text
    kept: Text
    todo: Text
    facts: tuple[object, ...]
    """subscriber, amount, receipt, by whom"""
    words: str
    """what was typed in words: a complaint, what was said on one, what a call came to"""
    can_amend: bool
    can_retry: bool
    can_withdraw: bool
    can_note: bool


def line(item: OutboxItem) -> Line:
    """Return an act as the table shows it."""
    state, tone = _state(item)
    return Line(
        command_id=item.command_id,
        when=item.occurred_at,
        what=_what(item),
        who=item.account_name,
        by=Named(item.staff),
        sum=figure(item.amount) if item.amount else "",
        state=state,
        tone=tone,
    )


def summary_shown(summary: OutboxSummary) -> SummaryShown:
    """Return how much waits, and what a person must see to."""
    if not summary.unsent and not summary.attention:
        return SummaryShown(text.ALL_SENT, "", Tone.OK)
    parts: list[object] = []
    if summary.oldest is not None:
        sums = Joined(summary.sums)
        parts.append(
            filled(text.SUMS_OLDEST, sums=sums, oldest=summary.oldest)
            if summary.sums
            else filled(text.OLDEST, oldest=summary.oldest)
        )
        parts.append(text.SENT_BY_ITSELF)
    if not summary.attention:
        title: Text = nmessage("{n} act waits for the link", "{n} acts wait for the link", summary.unsent)
        return SummaryShown(title, Joined(tuple(parts)), Tone.WARN)
    title = nmessage("{n} act waits for a person", "{n} acts wait for a person", summary.attention)
    if summary.unsent:
        parts.insert(0, nmessage("{n} act waits for the link", "{n} acts wait for the link", summary.unsent))
    return SummaryShown(title, Joined(tuple(parts)), Tone.BAD)


def detail(item: OutboxItem) -> Detail:
    """Return one act with what was kept and what to do."""
    state, tone = _state(item)
    title, kept, todo = _told(item)
    return Detail(
        command_id=item.command_id,
        account_id=item.account_id,
        what=_what(item),
        state=state,
        tone=tone,
        title=title,
        kept=kept,
        todo=todo,
        facts=(
            Joined((item.account_name, Code(item.account_number))) if item.account_name else Absent(),
            item.amount or Absent(),
            Code(item.receipt_number) if item.receipt_number else Absent(),
            Named(item.staff),
        ),
        words=getattr(item.meant, "text", "") or getattr(item.meant, "notes", ""),
        can_amend=item.can_amend and item.kind in FORMS,
        can_retry=item.can_retry,
        can_withdraw=item.can_withdraw,
        can_note=item.state in ("refused", "conflict") and not item.handled,
    )


def shown_of(shown: int, total: int) -> Text:
    """Say how many acts of how many are listed; nothing while it is all of them."""
    if shown >= total:
        return ""
    return nmessage(
        "The newest {n} act of {total}. Scroll down for more.",
        "The newest {n} acts of {total}. Scroll down for more.",
        shown,
        total=total,
    )


def _state(item: OutboxItem) -> tuple[Text, Tone]:
    word, tone = text.STATES.get(item.state, (text.OTHER_STATE, Tone.NEUTRAL))
    return word, Tone.NEUTRAL if item.handled else tone


def _what(item: OutboxItem) -> Text:
    act = text.KINDS.get(item.kind, text.OTHER_KIND)
    if item.category is not None:
        return filled(text.WITH_CATEGORY, act=act, category=Named(item.category))
    if not item.receipt_number:
        return act
    return filled(text.WITH_RECEIPT, act=act, number=Code(item.receipt_number))


def _told(item: OutboxItem) -> tuple[Text, Text, Text]:
    """Say how an act stands, what was kept and what to do."""
    kept: Text = text.KEPT_RECEIPT if item.receipt_number and item.reason else ""
    if item.handled or item.reason is None:
        told: Text = text.STATES_TOLD.get(item.state, "")
        if item.amended_by is not None:
            told = text.AMENDED
        elif item.handled and item.state != "withdrawn":
            told = text.SEEN_TO
        if item.why_withdrawn:
            kept = filled(text.WHY_WITHDRAWN, why=Name(item.why_withdrawn))
        return told, kept, ""
    words = words_of(item.reason)
    return words.title, kept or words.kept, words.todo
