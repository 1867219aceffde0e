"""Sign-in: a device proves its key, a person the password; then opaque tokens, the refresh token used only once.

Tokens are kept as hashes. A refresh token that comes twice was stolen or copied: the whole family of its sign-in ends.
"""

import base64
import binascii
import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, delete, insert, select, update

from ccbs_desk.domain.errors import DeviceNotEnrolled, Refused, SignInNeeded
from ccbs_desk.domain.permissions import allowed
from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import Token
from ccbs_desk.models.database import reading, writing
from ccbs_desk.models.reference import Device, Staff
from ccbs_desk.services.bus import roles_of
from ccbs_desk.wire import messages
from server_stub.challenges import Challenges
from server_stub.desk_secrets import desk_secret
from server_stub.passwords import Passwords
from server_stub.presence import note_sign_in
from server_stub.settings import Settings

_TOKEN = table_of(Token)
ACCESS, REFRESH = "access", "refresh"
ENROLLED = frozenset({"approved", "frozen"})
FRESH_SECONDS = 2.0
"""How long a looked-up token is believed without asking the database again."""
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks, from which device. The scope of all that is answered comes from here, never from a parameter."""

    staff_id: UUID
    device_id: UUID
    area_id: int | None
    family: UUID
    expires_at: datetime
    roles: frozenset[str]

    def may(self, permission: str) -> bool:
        """Tell whether the person's roles hold a permission."""
        return allowed(self.roles, permission)


def decode_key(text: str) -> bytes:
    """Return the bytes of base64url, with or without its padding. Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def token_hash(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def signed_text(nonce: str, login: str) -> bytes:
    """Return what a device signs at sign-in."""
    return f"{nonce}|{login}".encode()


class Auth:
    """Gives out and checks tokens. Its methods ask the database: call them in a thread."""

    def __init__(self, engine: Engine, settings: Settings, passwords: Passwords, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self.passwords = passwords
        self._now = now
        self._access = timedelta(minutes=settings.access_minutes)
        self._refresh = timedelta(hours=settings.refresh_hours)
        self._challenges = Challenges(engine, timedelta(minutes=settings.challenge_minutes))
        self._lock = threading.Lock()
        self._seen: dict[bytes, tuple[Session, datetime]] = {}

    def challenge(self) -> messages.Challenge:
        """Return a fresh nonce. Nothing is kept of it: anybody may ask."""
        now = self._now()
        return messages.Challenge(nonce=self._challenges.make(now), server_time=now)

    def sign_in(self, asked: messages.SignInRequest) -> messages.Tokens:
        """Return tokens for a person on an enrolled device.

        Raises Refused: SignInNeeded (the challenge is used up), DeviceNotEnrolled, CredentialsWrong, LockedOut.
        """
        if not self._challenges.is_good(asked.nonce, self._now()):
            raise Refused(SignInNeeded())
        with reading(self._engine) as connection:
            _verify_device(connection, asked)
        with writing(self._engine) as connection:
            fresh = self._challenges.use(connection, asked.nonce, self._now())
        if not fresh:
            raise Refused(SignInNeeded())
        staff_id = self.passwords.check(asked.login, asked.password)
        with writing(self._engine) as connection:
            connection.execute(delete(_TOKEN).where(_TOKEN.c.expires_at <= self._now() - self._refresh))
            return self._issue(connection, staff_id, asked.device_id, uuid4())

    def refresh(self, asked: messages.RefreshRequest) -> messages.Tokens:
        """Return a new pair for a refresh token. Raises Refused: SignInNeeded, DeviceNotEnrolled."""
        with writing(self._engine) as connection:
            mine = select(_TOKEN).where(_TOKEN.c.hash == token_hash(asked.refresh), _TOKEN.c.kind == REFRESH)
            if connection.dialect.name == "postgresql":
                mine = mine.with_for_update()
            token = connection.execute(mine).one_or_none()
            misused = token is not None and (token.used_at is not None or token.device_id != asked.device_id)
            if token is not None and misused:
                connection.execute(delete(_TOKEN).where(_TOKEN.c.family == token.family))
            elif token is not None and token.expires_at > self._now():
                _require_enrolled(connection, token.device_id)
                used = update(_TOKEN).where(_TOKEN.c.hash == token.hash)
                connection.execute(used.values(used_at=self._now()))
                return self._issue(connection, token.staff_id, token.device_id, token.family)
        self.forget()
        raise Refused(SignInNeeded())

    def sign_out(self, session: Session) -> None:
        """End all tokens of this sign-in."""
        with writing(self._engine) as connection:
            connection.execute(delete(_TOKEN).where(_TOKEN.c.family == session.family))
        self.forget()

    def known(self, token: str) -> Session | None:
        """Return the session of a token that was looked up a moment ago; never asks the database."""
        found = self._seen.get(token_hash(token))
        if found is None or self._now() >= min(found[1], found[0].expires_at):
            return None
        return found[0]

    def session(self, token: str) -> Session:
        """Return who holds an access token. Raises Refused: SignInNeeded, DeviceNotEnrolled."""
        digest = token_hash(token)
        with reading(self._engine) as connection:
            statement = select(_TOKEN).where(_TOKEN.c.hash == digest, _TOKEN.c.kind == ACCESS)
            row = connection.execute(statement).one_or_none()
            if row is None or row.expires_at <= self._now():
                raise Refused(SignInNeeded())
            area_id = _require_enrolled(connection, row.device_id)
            roles = roles_of(connection, row.staff_id)
        if not roles:
            raise Refused(SignInNeeded())
        session = Session(row.staff_id, row.device_id, area_id, row.family, row.expires_at, roles)
        with self._lock:
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen[digest] = (session, self._now() + timedelta(seconds=FRESH_SECONDS))
        return session

    def forget(self) -> None:
        """Ask the database again for every token, now."""
        with self._lock:
            self._seen.clear()

    def enrolled(self, device_ids: set[UUID]) -> set[UUID]:
        """Return which of these devices are still let in."""
        with reading(self._engine) as connection:
            found = connection.execute(select(Device.id).where(Device.id.in_(device_ids), Device.state.in_(ENROLLED)))
            return set(found.scalars())

    def _issue(self, connection: Connection, staff_id: UUID, device_id: UUID, family: UUID) -> messages.Tokens:
        now = self._now()
        note_sign_in(connection, device_id, staff_id, now)
        given = {ACCESS: secrets.token_urlsafe(32), REFRESH: secrets.token_urlsafe(32)}
        ends = {ACCESS: now + self._access, REFRESH: now + self._refresh}
        connection.execute(
            insert(_TOKEN),
            [
                {
                    "hash": token_hash(token),
                    "kind": kind,
                    "family": family,
                    "staff_id": staff_id,
                    "device_id": device_id,
                    "expires_at": ends[kind],
                    "used_at": None,
                }
                for kind, token in given.items()
            ],
        )
        return messages.Tokens(
            access=given[ACCESS],
            access_expires=ends[ACCESS],
            refresh=given[REFRESH],
            refresh_expires=ends[REFRESH],
            staff=_staff(connection, staff_id),
            server_time=now,
            desk_secret=desk_secret(connection, device_id, now),
        )


def _staff(connection: Connection, staff_id: UUID) -> messages.Staff:
    row = connection.execute(select(Staff.__table__).where(Staff.id == staff_id, Staff.active)).one_or_none()
    roles = roles_of(connection, staff_id)
    if row is None or not roles:
        raise Refused(SignInNeeded())
    return messages.Staff(
        id=row.id,
        login=row.login,
        name_ar=row.name_ar,
        name_en=row.name_en,
        language=row.language,
        roles=tuple(sorted(roles)),
    )


def _require_enrolled(connection: Connection, device_id: UUID) -> int | None:
    """Return the area of a device that is let in."""
    device = connection.execute(select(Device.state, Device.area_id).where(Device.id == device_id)).one_or_none()
    if device is None or device.state not in ENROLLED:
        raise Refused(DeviceNotEnrolled(device.state if device else "unknown"))
    area_id: int | None = device.area_id
    return area_id


def _verify_device(connection: Connection, asked: messages.SignInRequest) -> None:
    """Check that whoever asks holds the key that the device was enrolled with."""
    _require_enrolled(connection, asked.device_id)
    key = connection.execute(select(Device.public_key).where(Device.id == asked.device_id)).scalar_one()
    try:
        signature = decode_key(asked.signature)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed_text(asked.nonce, asked.login))
    except (InvalidSignature, ValueError) as error:
        raise Refused(DeviceNotEnrolled("unknown")) from error
