"""Moves: an account comes to an area or leaves one, a device goes to another centre. Each is kept as a deed.

The feed sends what an account brings to the area that it comes to, and tombstones where it left. A device that has
moved loads its new area anew and drops the one before; what it has not sent comes home all the same.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, insert, select

from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import Deed
from ccbs_desk.models.reference import Centre
from ccbs_desk.models.rows import fetch
from ccbs_desk.models.subscribers import Account, AccountScope
from ccbs_desk.services.work import RowChange
from server_stub.devices import change_device, free_tills, give_till, require_device
from server_stub.feed import feeding
from server_stub.problems import RequestRefused

_SCOPE = table_of(AccountScope)


def _fresh(now: datetime) -> UUID:
    return uuid7(int(now.timestamp() * 1000), secrets.token_bytes(RANDOM_BYTES))


def _keep(
    connection: Connection, now: datetime, who: str, kind: str, subject: UUID, before: dict[str, Any], after: Any
) -> None:
    row = {"id": _fresh(now), "kind": kind, "subject_id": subject, "who": who, "before": before, "after": after}
    connection.execute(insert(table_of(Deed)), {**row, "at": now})


class Moves:
    """What is moved at the centre. `who` is the person who does it, as the machine knows him."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], who: str) -> None:
        self._engine = engine
        self._now = now
        self._who = who

    def account(self, number: str, *, add: Sequence[int] = (), remove: Sequence[int] = ()) -> tuple[int, ...]:
        """Let areas hold an account, and others no longer; return those that hold it then. The last one stays."""
        with feeding(self._engine) as (connection, writer):
            account = connection.execute(select(Account.id).where(Account.number == number)).scalar_one_or_none()
            if account is None:
                raise RequestRefused(404, "account.unknown", number=number)
            found = connection.execute(select(_SCOPE).where(_SCOPE.c.account_id == account)).mappings()
            scopes = {row["area_id"]: dict(row) for row in found}
            after = {*scopes, *add} - set(remove)
            if not after:
                raise RequestRefused(409, "account.needs_area", number=number)
            _require_areas(connection, add)
            changes = [self._added(connection, account, area) for area in sorted(after - scopes.keys())]
            for area in sorted(scopes.keys() - after):
                connection.execute(delete(_SCOPE).where(_SCOPE.c.id == scopes[area]["id"]))
                changes.append(RowChange(_SCOPE.name, scopes[area]["id"], None, scopes[area]))
            if changes:
                told = {"areas": sorted(scopes)}, {"areas": sorted(after)}
                _keep(connection, self._now(), self._who, "account.areas", account, *told)
                writer.publish(changes)
        return tuple(sorted(after))

    def _added(self, connection: Connection, account: UUID, area: int) -> RowChange:
        row_id = _fresh(self._now())
        row: dict[str, Any] = {"id": row_id, "account_id": account, "area_id": area}
        connection.execute(insert(_SCOPE), row)
        return RowChange(_SCOPE.name, row_id, row)

    def device(self, device_id: UUID, centre_code: str, till_code: str | None = None) -> int | None:
        """Let a device work at another centre, at the named till or the first free one; return its area.

        The till that it had is free for another in the next letter; receipts of the letter before still come home.
        """
        with feeding(self._engine) as (connection, writer):
            device = require_device(connection, device_id)
            if device["state"] == "revoked" or device["approved_at"] is None:
                raise RequestRefused(409, "device.not_enrolled", device_id=str(device_id))
            code = select(Centre.id).where(Centre.code == centre_code)
            centre = fetch(connection, table_of(Centre), connection.execute(code).scalar_one_or_none() or device_id)
            if centre is None:
                raise RequestRefused(404, "centre.unknown", centre_code=centre_code)
            tills = free_tills(connection, writer, device_id)
            moved = change_device(connection, writer, device, centre_id=centre["id"], area_id=centre["area_id"])
            till = give_till(connection, writer, moved, till_code)
            before = {"centre": str(device["centre_id"]), "area": device["area_id"], "tills": tills}
            after = {"centre": str(centre["id"]), "area": centre["area_id"], "tills": [till] if till else []}
            _keep(connection, self._now(), self._who, "device.moved", device_id, before, after)
        area: int | None = centre["area_id"]
        return area


def _require_areas(connection: Connection, areas: Sequence[int]) -> None:
    """An area is known when a centre has it or an account is held by it; a slip of the hand is neither."""
    known = set(connection.execute(select(Centre.area_id).distinct()).scalars())
    known |= set(connection.execute(select(_SCOPE.c.area_id).where(_SCOPE.c.area_id.in_(areas)).distinct()).scalars())
    for area in areas:
        if area not in known:
            raise RequestRefused(404, "area.unknown", area_id=area)
