"""Devices: asked in, approved by a person, given a till and the letter of its series, frozen, revoked.

A till's series belongs to one device: a till that is given anew, or taken away, opens the next letter, since the
device before may still hold receipts of its letter that nobody has seen.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, Table, delete, exists, func, insert, select, update

from ccbs_desk.domain.errors import NotAllowed, Refused, TillOfOtherDevice
from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from ccbs_desk.domain.permissions import ADMIN, DEVICE_APPROVE
from ccbs_desk.domain.till import next_letter
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import ParkedCommand, Token
from ccbs_desk.models.database import reading
from ccbs_desk.models.money import TillJournal
from ccbs_desk.models.reference import Centre, Device, Staff, Till
from ccbs_desk.models.rows import fetch
from ccbs_desk.services.work import RowChange
from ccbs_desk.wire.messages import Enrolment, EnrolRequest
from server_stub.acts import SET_ASIDE
from server_stub.auth import Session, decode_key
from server_stub.desk_secrets import forget_secret
from server_stub.feed import FeedWriter, feeding
from server_stub.problems import MALFORMED, RequestRefused

_DEVICE, _TILL = table_of(Device), table_of(Till)
_PARKED, _TOKEN = table_of(ParkedCommand), table_of(Token)
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Listed:
    """A device as the list shows it."""

    id: UUID
    name: str
    centre: str
    state: str
    till: str | None
    fingerprint: str


def fingerprint(public_key: bytes) -> str:
    """Return what a person compares on both screens: 16 hexadecimal digits in groups of four."""
    digits = hashlib.sha256(public_key).hexdigest()[:16].upper()
    return "-".join(digits[n : n + 4] for n in range(0, 16, 4))


class Devices:
    """Enrolment and its end. Its methods ask the database: call them in a thread."""

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], datetime],
        *,
        most_waiting: int,
        on_head: Callable[[int], None] = lambda _head: None,
        on_revoked: Callable[[UUID], None] = lambda _device: None,
    ) -> None:
        self._engine = engine
        self._now = now
        self._most_waiting = most_waiting
        self._on_head = on_head
        self._on_revoked = on_revoked

    def enrol(self, asked: EnrolRequest) -> Enrolment:
        """Let a device wait for its approval; asking again with the same key changes nothing."""
        key = _public_key(asked.public_key)
        if not 0 < len(asked.name) <= LONGEST_NAME:
            raise RequestRefused(400, MALFORMED)
        with feeding(self._engine) as (connection, writer):
            known = connection.execute(select(Device.id).where(Device.public_key == key)).scalar_one_or_none()
            if known is None:
                known = self._add(connection, asked, key)
        self._on_head(writer.head)
        return self.status(known)

    def _add(self, connection: Connection, asked: EnrolRequest, key: bytes) -> UUID:
        waiting = select(func.count()).select_from(_DEVICE).where(_DEVICE.c.state == "waiting")
        if connection.execute(waiting).scalar_one() >= self._most_waiting:
            raise RequestRefused(429, "device.too_many_waiting")
        centre = connection.execute(select(Centre.id).where(Centre.code == asked.centre_code)).scalar_one_or_none()
        if centre is None:
            raise RequestRefused(404, "centre.unknown", centre_code=asked.centre_code)
        row: dict[str, Any] = {
            "id": uuid7(int(self._now().timestamp() * 1000), secrets.token_bytes(RANDOM_BYTES)),
            "name": asked.name,
            "centre_id": centre,
            "area_id": None,
            "public_key": key,
            "state": "waiting",
            "approved_by": None,
            "approved_at": None,
        }
        # No desk hears of it before a person has let it in: anybody may ask.
        connection.execute(insert(_DEVICE), row)
        device_id: UUID = row["id"]
        return device_id

    def status(self, device_id: UUID) -> Enrolment:
        """Return how far the enrolment is. A frozen device is enrolled: what it may do is answered when it pushes."""
        with reading(self._engine) as connection:
            device = require_device(connection, device_id)
            till = connection.execute(select(_TILL).where(_TILL.c.device_id == device_id)).first()
        return Enrolment(
            device_id=device_id,
            state="approved" if device["state"] == "frozen" else device["state"],
            fingerprint=fingerprint(device["public_key"]),
            area_id=device["area_id"],
            till_id=till.id if till else None,
            till_code=till.code if till else None,
            series_letter=till.letter if till else None,
            server_time=self._now(),
        )

    def approve(self, device_id: UUID, *, till_code: str | None = None, by: Session | None = None) -> Enrolment:
        """Let a waiting device in and give it the named till, or its centre's first free one, if there is any."""
        with feeding(self._engine) as (connection, writer):
            device = require_device(connection, device_id)
            if by is not None:
                _require_right(connection, by, device)
            if device["state"] == "revoked":
                raise RequestRefused(409, "device.revoked")
            if device["state"] == "waiting":
                self._let_in(connection, writer, device, till_code, by)
        self._on_head(writer.head)
        return self.status(device_id)

    def _let_in(
        self,
        connection: Connection,
        writer: FeedWriter,
        device: dict[str, Any],
        till_code: str | None,
        by: Session | None,
    ) -> None:
        centre = fetch(connection, table_of(Centre), device["centre_id"])
        _change(
            connection,
            writer,
            _DEVICE,
            device,
            state="approved",
            area_id=centre["area_id"] if centre else None,
            approved_by=by.staff_id if by else None,
            approved_at=self._now(),
        )
        give_till(connection, writer, device, till_code)

    def revoke(self, device_id: UUID, *, by: Session | None = None) -> Enrolment:
        """Shut a device out at once. Its till is free for another, in the next letter."""
        with feeding(self._engine) as (connection, writer):
            device = require_device(connection, device_id)
            if by is not None:
                _require_right(connection, by, device)
            _change(connection, writer, _DEVICE, device, state="revoked")
            free_tills(connection, writer, device_id)
            connection.execute(delete(_TOKEN).where(_TOKEN.c.device_id == device_id))
            forget_secret(connection, device_id)
        self._on_head(writer.head)
        self._on_revoked(device_id)
        return self.status(device_id)

    def unfreeze(self, device_id: UUID) -> Enrolment:
        """Let a frozen device go on. The acts that bore a taken number stay set aside, for a person to book by hand."""
        with feeding(self._engine) as (connection, writer):
            device = require_device(connection, device_id)
            if device["state"] == "frozen":
                _change(connection, writer, _DEVICE, device, state="approved")
                taken = update(_PARKED).where(_PARKED.c.device_id == device_id, _PARKED.c.error == "device.seq_taken")
                connection.execute(taken.values(error=SET_ASIDE))
        self._on_head(writer.head)
        return self.status(device_id)

    def list(self) -> list[Listed]:
        """Return all devices, the waiting ones first."""
        with reading(self._engine) as connection:
            found = connection.execute(
                select(_DEVICE, Centre.code.label("centre_code"), Till.code.label("till_code"))
                .join(Centre, Centre.id == _DEVICE.c.centre_id, isouter=True)
                .join(Till, Till.device_id == _DEVICE.c.id, isouter=True)
                .order_by(_DEVICE.c.state.desc(), Centre.code, _DEVICE.c.name)
            ).all()
        return [
            Listed(row.id, row.name, row.centre_code or "", row.state, row.till_code, fingerprint(row.public_key))
            for row in found
        ]


def _public_key(text: str) -> bytes:
    try:
        key = decode_key(text)
        Ed25519PublicKey.from_public_bytes(key)
    except ValueError as error:
        raise RequestRefused(400, MALFORMED) from error
    return key


def require_device(connection: Connection, device_id: UUID) -> dict[str, Any]:
    """Return the row of a device. Raises RequestRefused when there is none."""
    device = fetch(connection, _DEVICE, device_id)
    if device is None:
        raise RequestRefused(404, "device.unknown", device_id=str(device_id))
    return device


def _require_right(connection: Connection, by: Session, device: dict[str, Any]) -> None:
    """A supervisor lets devices into the centre that he leads; an administrator into any."""
    if not by.may(DEVICE_APPROVE):
        raise Refused(NotAllowed(DEVICE_APPROVE))
    own = connection.execute(select(Staff.centre_id).where(Staff.id == by.staff_id)).scalar_one()
    if ADMIN not in by.roles and own != device["centre_id"]:
        raise Refused(NotAllowed(DEVICE_APPROVE))


def free_tills(connection: Connection, writer: FeedWriter, device_id: UUID) -> list[str]:
    """Take a device's tills away, each into its next letter; return their codes."""
    tills = connection.execute(select(_TILL).where(_TILL.c.device_id == device_id)).mappings().all()
    for till in tills:
        _change(connection, writer, _TILL, dict(till), device_id=None, letter=next_letter(till["letter"]))
    return [till["code"] for till in tills]


def give_till(connection: Connection, writer: FeedWriter, device: dict[str, Any], code: str | None) -> str | None:
    """Give a device the named till, or its centre's first free one; return its code, None where none is left."""
    till = _till_for(connection, device, code)
    if till is None:
        return None
    used = exists().where(TillJournal.till_id == till["id"], TillJournal.letter == till["letter"])
    letter = next_letter(till["letter"]) if connection.execute(select(used)).scalar() else till["letter"]
    _change(connection, writer, _TILL, till, device_id=device["id"], letter=letter)
    given: str = till["code"]
    return given


def change_device(connection: Connection, writer: FeedWriter, device: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Change a device and tell every desk; return its row after that."""
    _change(connection, writer, _DEVICE, device, **values)
    return {**device, **values}


def _till_for(connection: Connection, device: dict[str, Any], code: str | None) -> dict[str, Any] | None:
    """Return the till that the device is to have, or None where a centre has none left."""
    statement = select(_TILL).where(_TILL.c.centre_id == device["centre_id"])
    if code is None:
        free = connection.execute(statement.where(_TILL.c.device_id.is_(None)).order_by(_TILL.c.code)).mappings()
        first = free.first()
        return dict(first) if first is not None else None
    named = connection.execute(statement.where(_TILL.c.code == code)).mappings().first()
    if named is None:
        raise RequestRefused(404, "till.unknown", till_code=code)
    if named["device_id"] is not None:
        raise Refused(TillOfOtherDevice(code))
    return dict(named)


def _change(connection: Connection, writer: FeedWriter, table: Table, row: dict[str, Any], **values: Any) -> None:
    connection.execute(update(table).where(table.c.id == row["id"]).values(values))
    after = {**row, **values}
    if table is not _DEVICE or after["approved_at"] is not None:
        writer.publish([RowChange(table.name, row["id"], after, row)])
