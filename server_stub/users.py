"""People who work here: added, given a password, let go. Desks hear of it through the feed."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, insert, select, update

from ccbs_desk.domain.clock import damascus_date
from ccbs_desk.domain.ids import RANDOM_BYTES, uuid7
from ccbs_desk.domain.permissions import ROLES
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import Token
from ccbs_desk.models.database import reading
from ccbs_desk.models.reference import Centre, Staff, StaffRole
from ccbs_desk.models.rows import fetch
from ccbs_desk.services.bus import rules_on
from ccbs_desk.services.work import RowChange
from server_stub.feed import feeding

_STAFF, _ROLE = table_of(Staff), table_of(StaffRole)
LANGUAGES = ("ar", "en")


class UserError(ValueError):
    """What was asked of `ccbs-server` makes no sense; the message is for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person to be added."""

    login: str
    name_ar: str
    name_en: str
    centre_code: str
    roles: Sequence[str]
    language: str = "ar"


class Users:
    """Keeps the staff. Its methods ask the database."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def add(self, user: NewUser) -> UUID:
        """Add a person with roles; the password is set apart. Raises UserError."""
        unknown = sorted(set(user.roles) - set(ROLES))
        if unknown or not user.roles:
            raise UserError(f"roles are {', '.join(ROLES)}; not {', '.join(unknown) or 'none'}")
        with feeding(self._engine) as (connection, writer):
            if connection.execute(select(Staff.id).where(Staff.login == user.login)).first() is not None:
                raise UserError(f"{user.login} is there already")
            staff: dict[str, Any] = {
                "id": self._new_id(),
                "login": user.login,
                "name_ar": user.name_ar,
                "name_en": user.name_en,
                "centre_id": _centre(connection, user.centre_code),
                "language": user.language,
                "active": True,
            }
            roles = [{"id": self._new_id(), "staff_id": staff["id"], "role": role} for role in user.roles]
            connection.execute(insert(_STAFF), staff)
            connection.execute(insert(_ROLE), roles)
            changes = [RowChange("staff", staff["id"], staff)]
            writer.publish([*changes, *(RowChange("staff_role", _id(role), role) for role in roles)])
        return _id(staff)

    def require_password(self, password: str) -> None:
        """Raise UserError for a password that is none, or too short by the rule of the day."""
        if not password:
            raise UserError("a password is needed")
        with reading(self._engine) as connection:
            least = rules_on(connection, damascus_date(self._now())).number("sign_in.password_least")
        if len(password) < least:
            raise UserError(f"the password is too short: it needs {least} characters, and has {len(password)}")

    def find(self, login: str) -> UUID:
        """Return the id of a person. Raises UserError."""
        with reading(self._engine) as connection:
            found = connection.execute(select(Staff.id).where(Staff.login == login)).scalar_one_or_none()
        if found is None:
            raise UserError(f"nobody is called {login}")
        return found

    def dismiss(self, login: str) -> None:
        """Let a person go: nothing signs in any more, and what is signed in ends. What was done stays theirs."""
        staff_id = self.find(login)
        with feeding(self._engine) as (connection, writer):
            row = fetch(connection, _STAFF, staff_id)
            connection.execute(update(_STAFF).where(_STAFF.c.id == staff_id).values(active=False))
            connection.execute(delete(table_of(Token)).where(table_of(Token).c.staff_id == staff_id))
            if row is not None:
                writer.publish([RowChange("staff", staff_id, {**row, "active": False}, row)])

    def _new_id(self) -> UUID:
        return uuid7(int(self._now().timestamp() * 1000), secrets.token_bytes(RANDOM_BYTES))


def _id(row: dict[str, Any]) -> UUID:
    found: UUID = row["id"]
    return found


def _centre(connection: Connection, code: str) -> UUID:
    found = connection.execute(select(Centre.id).where(Centre.code == code)).scalar_one_or_none()
    if found is None:
        raise UserError(f"there is no centre {code}")
    return found
