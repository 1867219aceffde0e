"""Who has signed in on which device, with the password checked here.

A desk holds its own key and nobody's password: without this it could act, and approve, in anybody's name. Whoever signs
in offline has signed in there online before, so an honest desk names nobody else.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import DeviceStaff

_SEEN = table_of(DeviceStaff)


def note_sign_in(connection: Connection, device_id: UUID, staff_id: UUID, now: datetime) -> None:
    """Remember for good that this person has signed in on this device."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {"device_id": device_id, "staff_id": staff_id, "first_seen": now}
    connection.execute(make(_SEEN).on_conflict_do_nothing(), row)


def people_by_device(connection: Connection, device_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return who has ever signed in on each of these devices."""
    found: dict[UUID, set[UUID]] = {device_id: set() for device_id in device_ids}
    rows = connection.execute(select(_SEEN.c.device_id, _SEEN.c.staff_id).where(_SEEN.c.device_id.in_(found)))
    for device_id, staff_id in rows:
        found[device_id].add(staff_id)
    return {device_id: frozenset(people) for device_id, people in found.items()}
