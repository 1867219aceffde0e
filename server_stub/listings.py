"""The published directory out of the database: as `ccbs-directory build` takes it, and what has changed of it.

What is not published is not in the file at all: nothing that is built from it can show it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from ccbs_desk.domain.numbers import COUNTRY, TRUNK
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import FeedRow, Unpublished
from ccbs_desk.models.reference import Area, Governorate
from ccbs_desk.models.subscribers import Listing
from ccbs_desk.services.work import RowChange
from ccbs_desk.wire.directory import ListingChange, ListingForm

COLUMNS = ("id", "name", "kind", "governorate", "town", "area", "street", "number", "category", "listed")
_PUBLISHED = (
    select(
        Listing.id,
        Listing.name,
        Listing.kind,
        Governorate.name_ar.label("governorate"),
        Listing.town,
        Area.name_ar.label("area"),
        Listing.street,
        Listing.e164,
        Listing.category,
    )
    .join(Area, Area.number == Listing.area_id)
    .join(Governorate, Governorate.id == Area.governorate_id)
    .where(Listing.listed)
)
_FEED = table_of(FeedRow)
_LISTING = str(table_of(Listing).name)
_KINDS = {"organisation": "business"}
_GAPS = str.maketrans("\t\r\n", "   ")
_AT_ONCE = 500


def write_listings(connection: Connection, path: Path, governorate_id: UUID | None = None) -> int:
    """Write every published listing, of one governorate or of all; return how many. The file is whole or not there."""
    part = path.with_name(f"{path.name}.part")
    chosen = _of(governorate_id).order_by(Listing.area_id, Listing.id).execution_options(yield_per=5_000)
    count = 0
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for row in connection.execute(chosen):
            form = _form_of(row)
            cells = (str(row.id), *(getattr(form, column) for column in COLUMNS[1:-1]), "yes")
            file.write("\t".join(cell.translate(_GAPS) for cell in cells) + "\n")
            count += 1
    part.replace(path)
    return count


def went_out(change: RowChange, position: int) -> dict[str, Any] | None:
    """Return the row of `Unpublished` for a change by which a listing is published no more where it was, else None."""
    before, after = change.before, change.row
    if change.table != _LISTING or before is None or not before.get("listed"):
        return None
    if after is not None and after.get("listed") and after["area_id"] == before["area_id"]:
        return None
    return {"position": position, "listing_id": change.id, "area_id": before["area_id"]}


def changed_listings(
    connection: Connection, after: int, upto: int, governorate_id: UUID | None = None
) -> tuple[ListingChange, ...]:
    """Return the listings that changed between two positions as they are now; without a form where one was published.

    Of one that never was published nothing is told, not even that it is there.
    """
    span = (_FEED.c.position > after, _FEED.c.position <= upto, _FEED.c.table_name == _LISTING)
    changed = sorted(connection.execute(select(_FEED.c.row_id).where(*span).distinct()).scalars())
    now = dict(_now(connection, changed, governorate_id))
    gone = set(connection.execute(_went_out(after, upto, governorate_id)).scalars()) - now.keys()
    return tuple(ListingChange(str(one), now.get(one)) for one in changed if one in now or one in gone)


def _went_out(after: int, upto: int, governorate_id: UUID | None) -> Select[UUID]:
    chosen = select(Unpublished.listing_id).where(Unpublished.position > after, Unpublished.position <= upto)
    if governorate_id is None:
        return chosen
    return chosen.join(Area, Area.number == Unpublished.area_id).where(Area.governorate_id == governorate_id)


def _now(
    connection: Connection, changed: list[UUID], governorate_id: UUID | None
) -> Iterator[tuple[UUID, ListingForm]]:
    for at in range(0, len(changed), _AT_ONCE):
        some = _of(governorate_id).where(Listing.id.in_(changed[at : at + _AT_ONCE]))
        yield from ((row.id, _form_of(row)) for row in connection.execute(some))


def _of(governorate_id: UUID | None) -> Select[*tuple[Any, ...]]:
    return _PUBLISHED if governorate_id is None else _PUBLISHED.where(Governorate.id == governorate_id)


def _form_of(row: Any) -> ListingForm:
    digits = row.e164.removeprefix("+")
    national = TRUNK + digits.removeprefix(COUNTRY) if digits.startswith(COUNTRY) else digits
    return ListingForm(
        name=row.name,
        kind=_KINDS.get(row.kind, row.kind),
        governorate=row.governorate,
        town=row.town,
        area=row.area,
        street=row.street,
        number=national,
        category=row.category,
    )
