"""The published directory out of the database, as `ccbs-directory build` takes it.

What is not published is not in the file at all: nothing that is built from it can show it.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from ccbs_desk.domain.numbers import COUNTRY, TRUNK
from ccbs_desk.models.reference import Area, Governorate
from ccbs_desk.models.subscribers import Listing

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
    .order_by(Listing.area_id, Listing.id)
    .execution_options(yield_per=5_000)
)
_KINDS = {"organisation": "business"}
_GAPS = str.maketrans("\t\r\n", "   ")


def write_listings(connection: Connection, path: Path) -> int:
    """Write every published listing; return how many. The file is whole or not there."""
    part = path.with_name(f"{path.name}.part")
    count = 0
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for cells in _rows(connection):
            file.write("\t".join(cell.translate(_GAPS) for cell in cells) + "\n")
            count += 1
    part.replace(path)
    return count


def _rows(connection: Connection) -> Iterator[tuple[str, ...]]:
    for row in connection.execute(_PUBLISHED):
        digits = row.e164.removeprefix("+")
        national = TRUNK + digits.removeprefix(COUNTRY) if digits.startswith(COUNTRY) else digits
        kind = _KINDS.get(row.kind, row.kind)
        yield (
            str(row.id), row.name, kind, row.governorate, row.town, row.area, row.street, national, row.category, "yes",
        )  # fmt: skip
