"""A till belongs to one device that is let in, a device has one till; every account is held by some area."""

from collections.abc import Iterator

from sqlalchemy import Connection, exists, func, select

from ccbs_desk.models.reference import Device, Till
from ccbs_desk.models.subscribers import Account, AccountScope
from server_stub.auth import ENROLLED
from server_stub.check.findings import Check, Finding, stream


def tills_belong_to_enrolled_devices(connection: Connection) -> Iterator[Finding]:
    """The device that a till names is let in, and no device has two tills."""
    there = exists().where(Device.id == Till.device_id, Device.state.in_(ENROLLED))
    for row in stream(connection, select(Till.code, Till.device_id).where(Till.device_id.is_not(None), ~there)):
        yield Finding("a till belongs to a device that is not let in", f"till {row.code}: device {row.device_id}")
    several = select(Till.device_id, func.count()).where(Till.device_id.is_not(None)).group_by(Till.device_id)
    for device_id, count in connection.execute(several.having(func.count() > 1)):
        yield Finding("a device has several tills", f"device {device_id}: {count}")


def every_device_has_its_own_key(connection: Connection) -> Iterator[Finding]:
    """No two devices that are let in hold one key."""
    statement = select(Device.public_key, func.count()).where(Device.state.in_(ENROLLED)).group_by(Device.public_key)
    for key, count in connection.execute(statement.having(func.count() > 1)):
        yield Finding("a key is held by several devices", f"{key.hex()}: {count}")


def every_account_is_held(connection: Connection) -> Iterator[Finding]:
    """Each account is in the scope of an area at least."""
    held = exists().where(AccountScope.account_id == Account.id)
    for row in stream(connection, select(Account.id).where(~held)):
        yield Finding("an account is in no area's scope", f"account {row.id}")


CHECKS: tuple[Check, ...] = (
    tills_belong_to_enrolled_devices,
    every_device_has_its_own_key,
    every_account_is_held,
)
