"""From judged rows to hits: names as printed, what matched in them and why."""

from collections.abc import Sequence

from ccbs_desk.directory.costs import ARTICLE_ADDED
from ccbs_desk.directory.query import Hit, Why
from ccbs_desk.directory.ranking import Judged, Met
from ccbs_desk.directory.rows import KINDS
from ccbs_desk.directory.shelf import Shelf
from ccbs_desk.directory.slots import Slot
from ccbs_desk.directory.sounds import skeleton
from ccbs_desk.directory.vocabulary import Vocabulary
from ccbs_desk.directory.words import core_of


def hits_of(judged: Sequence[Judged], slots: Sequence[Slot], shelf: Shelf, vocabulary: Vocabulary) -> tuple[Hit, ...]:
    """Return what is shown of judged rows, in their order."""
    numbers = [one.row for one in judged]
    rows, extras = shelf.rows(numbers), shelf.extras(numbers)
    places = shelf.places({row.place for row in rows.values()})
    hits = []
    for one in judged:
        row, extra = rows[one.row], extras[one.row]
        parts = [vocabulary.parts[part] for part in row.parts]
        governorate, town, area, street = places[row.place]
        hits.append(
            Hit(
                id=extra.id,
                name=" ".join(parts),
                score=one.score,
                why=tuple(_why(slot, met, vocabulary) for slot, met in zip(slots, one.met, strict=True) if _said(met)),
                spans=_spans(parts, one.met),
                kind=KINDS[row.kind],
                number=extra.number,
                governorate=governorate,
                town=town,
                area=area,
                street=street,
                category=vocabulary.categories[row.category] if row.category is not None else "",
            )
        )
    return tuple(hits)


def _said(met: Met) -> bool:
    return met.where != "nowhere"


def _why(slot: Slot, met: Met, vocabulary: Vocabulary) -> Why:
    if met.where == "category":
        return "category"
    if met.where == "place":
        return "place"
    if met.cost <= ARTICLE_ADDED:
        return "exact"
    if slot.latin:
        return "latin"
    if met.term in slot.begun:
        return "begun"
    same = skeleton(core_of(slot.word)) == skeleton(core_of(vocabulary.terms[met.term]))
    return "sound" if same else "spelling"


def _spans(parts: Sequence[str], met: Sequence[Met]) -> tuple[tuple[int, int], ...]:
    used = {one.part for one in met if one.where == "name"}
    spans, at = [], 0
    for number, part in enumerate(parts):
        if number in used:
            spans.append((at, at + len(part)))
        at += len(part) + 1
    return tuple(spans)
