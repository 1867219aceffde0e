"""What the till shows of what was read: texts, values and tones, still without a widget."""

from dataclasses import dataclass

from ccbs_desk.config.language import Code, Message, Text
from ccbs_desk.domain.till import count_total
from ccbs_desk.services.notices import BecameCredit
from ccbs_desk.services.till_notices import TillNotice
from ccbs_desk.services.till_views import ClosedSession, MethodCount, OpenSession, TillView
from ccbs_desk.ui.counts import CountRow, count_row
from ccbs_desk.ui.kit.tokens import Tone
from ccbs_desk.ui.refusals import words_of
from ccbs_desk.ui.till import text
from ccbs_desk.ui.values import Absent, Joined, Named, filled, method


@dataclass(frozen=True, slots=True)
class Head:
    """Which till, where, and in which state."""

    title: Text
    place: object
    state: Text
    tone: Tone


@dataclass(frozen=True, slots=True)
class OpenShown:
    """The open session; never what the drawer should hold."""

    since: object
    holder: object
    receipts: int
    float_: object
    methods: object


@dataclass(frozen=True, slots=True)
class ClosedShown:
    """The session that was counted last."""

    holder: object
    closed_at: object
    receipts: int
    approved_by: object
    rows: tuple[CountRow, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A notice: what became of an act, what it means, and by which till, receipt and clerk it is found."""

    title: Text
    text: object
    where: object
    tone: Tone


def told(known: TillNotice) -> Told:
    """Return a notice as the till shows it."""
    about = known.notice.about
    where = Joined(
        (
            filled(text.TILL, till=Code(known.till_code)) if known.till_code else None,
            Code(known.receipt_number) if known.receipt_number else None,
            known.amount,
            Named(known.clerk),
            known.notice.occurred_at,
        )
    )
    if known.suspense is not None:
        return Told(filled(text.IN_SUSPENSE, amount=known.suspense), text.IN_SUSPENSE_TODO, where, Tone.BAD)
    if isinstance(about, BecameCredit):
        title = filled(text.BECAME_CREDIT, amount=about.became_credit, number=Code(about.receipt_number))
        return Told(title, text.BECAME_CREDIT_TODO, where, Tone.WARN)
    return Told(text.RECORDED_ALL_THE_SAME, words_of(about).title, where, Tone.WARN)


def head(till: TillView, *, mine: bool) -> Head:
    """Return which till it is and how it stands."""
    state, tone = text.CLOSED, Tone.NEUTRAL
    if till.session is not None:
        state, tone = (text.OPEN, Tone.OK) if mine else (text.OPEN_ELSEWHERE, Tone.WARN)
    return Head(filled(text.TILL, till=Code(till.code)), Named(till.centre), state, tone)


def open_shown(session: OpenSession) -> OpenShown:
    """Return the facts of an open session."""
    float_ = tuple(count_total(session.float_notes).values())
    return OpenShown(
        since=session.since,
        holder=Named(session.holder),
        receipts=session.receipts,
        float_=Joined(float_) if float_ else text.NO_FLOAT,
        methods=Joined(tuple(map(_method, session.methods)), "\n") if session.methods else text.NO_PAYMENTS,
    )


def closed_shown(session: ClosedSession) -> ClosedShown:
    """Return the facts of a session that was counted."""
    return ClosedShown(
        holder=Named(session.holder),
        closed_at=session.closed_at,
        receipts=session.receipts,
        approved_by=Named(session.approved_by) if session.approved_by else Absent(),
        rows=tuple(map(count_row, session.counts)),
        provisional=session.provisional,
    )


def _method(count: MethodCount) -> Message:
    values = {"method": method(count.method), "n": count.payments}
    if not count.sums:
        return filled(text.METHOD_COUNT, **values)
    return filled(text.METHOD_SUM, **values, sums=Joined(count.sums))
