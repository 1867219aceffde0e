"""What picks teach: a spelling that was typed, and the name that was given for it, lift each other the next time.

A pick is a fact that every desk gets; a person counts once for a pair. Who leads a centre takes a pair back, with a
reason: what was taught of it until then counts no more, on any desk. Source: domain.md, Directory.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from ccbs_desk.directory.query import Hit, Pair
from ccbs_desk.domain.directory_commands import RevokeSpelling, TeachSpelling
from ccbs_desk.domain.directory_errors import RevocationNeedsReason
from ccbs_desk.domain.errors import Refused
from ccbs_desk.domain.receipts import Bilingual
from ccbs_desk.domain.text import tokens
from ccbs_desk.models.enquiries import SpellingPick, SpellingRevoked
from ccbs_desk.models.reference import Staff
from ccbs_desk.services.registry import handles
from ccbs_desk.services.work import Work

PICKS_SHOWN = 1_000
_LOOSE = frozenset({"spelling", "sound", "latin", "learned"})
_LAST_REVOKED = (
    select(SpellingRevoked.typed, SpellingRevoked.meant, func.max(SpellingRevoked.at).label("at"))
    .group_by(SpellingRevoked.typed, SpellingRevoked.meant)
    .subquery()
)
_HOLDING = (
    select(SpellingPick.typed, SpellingPick.meant, func.count(SpellingPick.staff_id.distinct()).label("times"))
    .outerjoin(
        _LAST_REVOKED, (_LAST_REVOKED.c.typed == SpellingPick.typed) & (_LAST_REVOKED.c.meant == SpellingPick.meant)
    )
    .where(or_(_LAST_REVOKED.c.at.is_(None), SpellingPick.at > _LAST_REVOKED.c.at))
    .group_by(SpellingPick.typed, SpellingPick.meant)
    .order_by(SpellingPick.typed, SpellingPick.meant)
)
_PICKS = (
    select(SpellingPick.typed, SpellingPick.meant, SpellingPick.staff_id, SpellingPick.at, Staff.name_ar, Staff.name_en)
    .outerjoin(Staff, Staff.id == SpellingPick.staff_id)
    .outerjoin(
        _LAST_REVOKED, (_LAST_REVOKED.c.typed == SpellingPick.typed) & (_LAST_REVOKED.c.meant == SpellingPick.meant)
    )
    .where(or_(_LAST_REVOKED.c.at.is_(None), SpellingPick.at > _LAST_REVOKED.c.at))
    .order_by(SpellingPick.at.desc(), SpellingPick.id)
    .limit(PICKS_SHOWN)
)
_OWN = _HOLDING.where(
    SpellingPick.typed == bindparam("typed"),
    SpellingPick.meant == bindparam("meant"),
    SpellingPick.staff_id == bindparam("staff"),
)


@dataclass(frozen=True, slots=True)
class TaughtView:
    """A pair that holds: what was typed, what it stands for, who taught it, the last one first, and when that was."""

    typed: str
    meant: str
    people: tuple[Bilingual, ...]
    last: datetime


def taught_lately(connection: Connection) -> tuple[TaughtView, ...]:
    """Return the pairs that hold, those that were taught last first; of very many those of the last picks."""
    found: dict[tuple[str, str], TaughtView] = {}
    for row in connection.execute(_PICKS):
        who = Bilingual(row.name_ar or "", row.name_en or "")
        pair = found.get((row.typed, row.meant), TaughtView(row.typed, row.meant, (), row.at))
        found[row.typed, row.meant] = replace(pair, people=(*pair.people, who))
    return tuple(found.values())


def taught(connection: Connection) -> tuple[Pair, ...]:
    """Return the pairs that hold, each with how many people have taught it."""
    return tuple(Pair(row.typed, row.meant, row.times) for row in connection.execute(_HOLDING))


def pair_of(asked: str, hit: Hit) -> Pair | None:
    """Return what a pick teaches: the one word that was met loosely, and the one of the name that met it."""
    words = tokens(asked)
    if len(words) != len(hit.why):
        return None
    typed = [word for word, why in zip(words, hit.why, strict=True) if why in _LOOSE]
    meant = [word for start, end in hit.spans for word in tokens(hit.name[start:end]) if word not in words]
    return Pair(typed[0], meant[0]) if len(typed) == len(meant) == 1 else None


@handles(TeachSpelling)
def teach_spelling(command: TeachSpelling, work: Work) -> None:
    """Keep a pair, once a person. Raises Refused: permission.missing (by the bus)."""
    pair = {"typed": command.typed, "meant": command.meant}
    if work.connection.execute(_OWN, {**pair, "staff": work.stamps.staff_id}).first() is None:
        work.insert(SpellingPick, "pick", **pair, staff_id=work.stamps.staff_id, at=work.stamps.occurred_at)


@handles(RevokeSpelling)
def revoke_spelling(command: RevokeSpelling, work: Work) -> None:
    """Take a pair back. Raises Refused: permission.missing (by the bus), directory.revocation_needs_reason."""
    reason = command.reason.strip()
    if not reason:
        raise Refused(RevocationNeedsReason())
    work.insert(
        SpellingRevoked,
        "revoked",
        typed=command.typed,
        meant=command.meant,
        staff_id=work.stamps.staff_id,
        reason=reason,
        at=work.stamps.occurred_at,
    )
