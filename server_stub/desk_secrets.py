"""The secret of each desk: random bytes that only the server keeps, and tells the desk after a sign-in.

A desk seals the key of its store for them, so that a person who is new there gets the store open on a machine without
a secret store of its own. Whoever steals the disk has to ask the server, which tells no device that was shut out.
"""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import DeviceSecret
from ccbs_desk.models.reference import Device

SECRET_BYTES = 32
_SECRET = table_of(DeviceSecret)


def desk_secret(connection: Connection, device_id: UUID, now: datetime) -> bytes | None:
    """Return the secret of an approved device, made the first time; None for any other, a frozen one included."""
    # The device's row is held, so that of two sign-ins one makes the secret, and none makes it after a revocation.
    state = connection.execute(select(Device.state).where(Device.id == device_id).with_for_update()).scalar()
    if state != "approved":
        return None
    known = connection.execute(select(_SECRET.c.secret).where(_SECRET.c.device_id == device_id)).scalar()
    if known is not None:
        return bytes(known)
    made = secrets.token_bytes(SECRET_BYTES)
    connection.execute(insert(_SECRET), {"device_id": device_id, "secret": made, "made_at": now})
    return made


def forget_secret(connection: Connection, device_id: UUID) -> None:
    """Take the secret of a device away for good."""
    connection.execute(delete(_SECRET).where(_SECRET.c.device_id == device_id))
