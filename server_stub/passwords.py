"""Passwords: Argon2id hashes, wrong tries counted, the same work whether or not the person exists."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine, delete, insert, select, update

from ccbs_desk.domain.errors import CredentialsWrong, LockedOut, Refused
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import Password
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.reference import Staff
from server_stub.settings import Settings

_PASSWORD = table_of(Password)


class Passwords:
    """Sets and checks passwords. Checking takes as long as it is meant to: call it in a thread."""

    def __init__(self, engine: Engine, settings: Settings, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now
        self._failures = settings.lockout_failures
        self._lockout = timedelta(minutes=settings.lockout_minutes)
        self._hasher = PasswordHasher(memory_cost=settings.password_memory_kib)
        self._nobody = self._hasher.hash("nobody")

    def set(self, staff_id: UUID, password: str) -> None:
        """Give a person a password; a lock-out ends."""
        row = {
            "staff_id": staff_id,
            "hash": self._hasher.hash(password),
            "failures": 0,
            "locked_until": None,
            "changed_at": self._now(),
        }
        with writing(self._engine) as connection:
            connection.execute(delete(_PASSWORD).where(_PASSWORD.c.staff_id == staff_id))
            connection.execute(insert(_PASSWORD), row)

    def check(self, login: str, password: str) -> UUID:
        """Return who this is. Raises Refused: CredentialsWrong, LockedOut."""
        staff_id, known = self._begin_try(login)
        right = self._matches(known or self._nobody, password)
        if staff_id is None or known is None or not right:
            raise self._refusal(staff_id)
        with writing(self._engine) as connection:
            mine = _PASSWORD.c.staff_id == staff_id
            connection.execute(update(_PASSWORD).where(mine).values(failures=0, locked_until=None))
            if self._hasher.check_needs_rehash(known):
                connection.execute(update(_PASSWORD).where(mine).values(hash=self._hasher.hash(password)))
        return staff_id

    def _begin_try(self, login: str) -> tuple[UUID | None, str | None]:
        """Count the try as a wrong one before it is checked, so that tries side by side count too."""
        now = self._now()
        with writing(self._engine) as connection:
            statement = (
                select(Staff.id, Password.hash, Password.failures, Password.locked_until)
                .join(Password, Password.staff_id == Staff.id)
                .where(Staff.login == login, Staff.active)
            )
            if connection.dialect.name == "postgresql":
                statement = statement.with_for_update(of=Password)
            found = connection.execute(statement).one_or_none()
            if found is None:
                return None, None
            if found.locked_until is not None and found.locked_until > now:
                raise Refused(LockedOut(found.locked_until))
            failures = 1 if found.locked_until is not None else found.failures + 1
            locked_until = now + self._lockout if failures >= self._failures else None
            connection.execute(
                update(_PASSWORD)
                .where(_PASSWORD.c.staff_id == found.id)
                .values(failures=failures, locked_until=locked_until)
            )
        return found.id, found.hash

    def _matches(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password)
        except (VerificationError, InvalidHashError):
            return False

    def _refusal(self, staff_id: UUID | None) -> Refused:
        with reading(self._engine) as connection:
            until = connection.execute(
                select(Password.locked_until).where(Password.staff_id == staff_id)
            ).scalar_one_or_none()
        return Refused(LockedOut(until) if until is not None else CredentialsWrong())
