"""Where an exchange stands: the centre whose agents it serves, the area of its calls, its area code."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.models.reference import Area, Centre, Governorate
from server_stub.users import UserError


@dataclass(frozen=True, slots=True)
class Place:
    """A centre, the area that its calls are kept under, and the area code of numbers that come without one."""

    centre_id: UUID
    area_id: int
    area_code: str


def place_of(connection: Connection, centre_code: str) -> Place:
    """Return where a centre is. One without an area, as call centres are, keeps its calls in its governorate's first.

    Raises UserError when there is no such centre.
    """
    row = connection.execute(
        select(Centre.id, Centre.area_id, Area.number, Governorate.area_code)
        .join(Governorate, Governorate.id == Centre.governorate_id)
        .join(Area, Area.governorate_id == Governorate.id)
        .where(Centre.code == centre_code)
        .order_by(Area.number)
        .limit(1)
    ).first()
    if row is None:
        raise UserError(f"there is no centre {centre_code}, or its governorate has no area")
    return Place(row.id, row.area_id or row.number, row.area_code)
