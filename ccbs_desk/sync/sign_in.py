"""Sign in at a desk: by the server when it can be reached, else by the person's own slot of the database key.

Online the device signs a challenge, the server checks the password, and the person's slot is made anew. Offline the
slot opens with the password or does not. What was typed is held in memory until the person leaves, so that the session
goes on by itself when the link comes back after an offline sign-in, and when the tokens run out.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.keyslots import new_key
from ccbs_desk.config.secrets import StoreKey
from ccbs_desk.domain.errors import (
    CredentialsWrong,
    DeskLocked,
    LinkDown,
    Refused,
    ServerFault,
    SignInNeeded,
    StoreDamaged,
    StoreKeyWrong,
    Unavailable,
)
from ccbs_desk.domain.policy import DEFAULT_RULES
from ccbs_desk.models.reference import Staff
from ccbs_desk.models.rekey import under
from ccbs_desk.models.store import Store
from ccbs_desk.services.bus import roles_of
from ccbs_desk.services.session import Person
from ccbs_desk.sync.client import Client
from ccbs_desk.wire.messages import SignInRequest, Tokens

OFFLINE_DAYS = "sign_in.offline_days"
"""The rule for how long a person may sign in here without the link."""


async def _usual() -> int:
    return DEFAULT_RULES.number(OFFLINE_DAYS)


Opens = Callable[[tuple[bytes, ...]], Awaitable[bytes]]
"""Opens the store with the first of these keys that fits (a new one makes it) and returns that key."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody may work here, and the store is open.

    `person` is what the server said; offline it is None, and `known_person` tells it from the store. `server_time` is
    the server's clock at an online sign-in.
    """

    login: str
    online: bool
    person: Person | None = None
    server_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Typed:
    login: str
    password: str


class SignIn:
    """Signs people in and out on one enrolled device. The key stays in memory from the first of them on.

    `offline_days` tells what the rule of this name says today, for the slots that are made. `rescues` opens a store
    that turns out to be damaged, when somebody signs in with the link up.
    """

    def __init__(
        self,
        client: Client,
        identity: DeviceIdentity,
        device_id: UUID,
        keys: StoreKey,
        opens: Opens,
        offline_days: Callable[[], Awaitable[int]] = _usual,
        rescues: Opens | None = None,
    ) -> None:
        self._client = client
        self._identity = identity
        self._device_id = device_id
        self._keys = keys
        self._opens = opens
        self._offline_days = offline_days
        self._rescues = rescues
        self._typed: _Typed | None = None
        self._key: bytes | None = None

    async def sign_in(self, login: str, password: str) -> SignedIn:
        """Let a person in, and open the store if it is not open yet.

        Raises Refused: sign_in.wrong, sign_in.locked_out, device.not_enrolled, sign_in.desk_locked (somebody who has
        signed in here before must open the desk first), and offline sign_in.offline_unknown, sign_in.offline_expired.
        Raises Unavailable: store.key_wrong, store.in_use, store.damaged, store.disk_full.
        """
        typed = _Typed(login, password)
        try:
            tokens = await self._ask_server(typed)
        except Unavailable as gone:
            if not isinstance(gone.reason, LinkDown | ServerFault):
                raise
            await self._open_offline(typed)
            # Nobody works under the tokens of whoever sat here before.
            self._client.forget()
            self._typed = typed
            return SignedIn(login, online=False)
        try:
            await self._open_online(typed, tokens)
        except BaseException:
            self._client.forget()
            raise
        self._typed = typed
        return SignedIn(login, online=True, person=_person(tokens), server_time=tokens.server_time)

    async def renew(self) -> None:
        """Sign the person who sits here in anew. Raises Refused(SignInNeeded) when nobody does, and as `sign_in`."""
        typed = self._typed
        if typed is None:
            raise Refused(SignInNeeded())
        try:
            tokens = await self._ask_server(typed)
        except Refused as no:
            # What was typed is no longer right; trying it again and again would lock the person out.
            if no.reason == CredentialsWrong() and self._typed is typed:
                self._typed = None
            raise
        if self._typed is not typed:
            # Somebody left or came meanwhile.
            self._client.forget()
            raise Refused(SignInNeeded())
        await self._open_online(typed, tokens)

    async def sign_out(self) -> None:
        """The person leaves; the server hears of it if it can be reached. The store stays open."""
        self._typed = None
        with contextlib.suppress(Refused, Unavailable):
            await self._client.sign_out()

    async def change_key(self, store: Store) -> None:
        """Give the store another key; whoever works here has it, the others get it at their next sign-in with the link.

        At each moment one of the keys in the person's slot opens the store. Raises Refused, as `sign_in` and
        sign_in.needed; Unavailable: link.down, store.disk_full; then the key is the one of before.
        """
        typed, before = self._typed, self._key
        if typed is None or before is None:
            raise Refused(SignInNeeded())
        tokens, key = await self._ask_server(typed), new_key()
        await asyncio.to_thread(self._keys.ring.rotate, typed.login, typed.password, key, tokens.server_time)
        try:
            await asyncio.wrap_future(store.exchange(under(key), key))
        except Unavailable:
            await self._keep(typed, before, tokens)
            raise
        self._key = key
        await self._keep(typed, key, tokens)

    async def _ask_server(self, typed: _Typed) -> Tokens:
        challenge = await self._client.challenge()
        return await self._client.sign_in(
            SignInRequest(
                login=typed.login,
                password=typed.password,
                device_id=self._device_id,
                nonce=challenge.nonce,
                signature=self._identity.sign(challenge.nonce, typed.login),
            )
        )

    async def _open_offline(self, typed: _Typed) -> None:
        keys = await asyncio.to_thread(self._keys.find, typed.login, typed.password, online=False)
        if self._key is None:
            self._key = await self._opens(keys)

    async def _open_online(self, typed: _Typed, tokens: Tokens) -> None:
        """Open the store if it is not, and make the person's slot anew."""
        if self._key is not None:
            await self._keep(typed, self._key, tokens)
            return
        keys = await asyncio.to_thread(self._found, typed, tokens.desk_secret)
        if keys:
            self._key = await self._opened(keys)
            await self._keep(typed, self._key, tokens)
        else:
            # Kept before the store is made with it, so that no store is ever without its key.
            key = new_key()
            await self._keep(typed, key, tokens)
            self._key = await self._opens((key,))

    async def _opened(self, keys: tuple[bytes, ...]) -> bytes:
        """Open the store; a damaged one is rescued, since what is lost with it can be loaded now."""
        try:
            return await self._opens(keys)
        except Unavailable as gone:
            if gone.reason != StoreDamaged() or self._rescues is None:
                raise
            return await self._rescues(keys)

    def store_gone(self) -> None:
        """The store was closed: whoever signs in next opens it."""
        self._key = None

    async def _keep(self, typed: _Typed, key: bytes, tokens: Tokens) -> None:
        days = await self._offline_days()

        def keep() -> None:
            secret, moment = tokens.desk_secret, tokens.server_time
            self._keys.keep(typed.login, typed.password, key, moment, server_secret=secret, offline_days=days)

        await asyncio.to_thread(keep)

    def _found(self, typed: _Typed, desk_secret: bytes | None) -> tuple[bytes, ...]:
        try:
            return self._keys.find(typed.login, typed.password, online=True, server_secret=desk_secret)
        except Unavailable as gone:
            # The server knows the person, but neither he nor the server's secret leads to the key: others may.
            if gone.reason == StoreKeyWrong() and self._keys.ring.people:
                raise Refused(DeskLocked()) from gone
            raise


def _person(tokens: Tokens) -> Person:
    staff = tokens.staff
    return Person(staff.id, staff.login, staff.name_ar, staff.name_en, staff.language, frozenset(staff.roles))


def known_person(connection: Connection, login: str) -> Person:
    """Return the person as this store knows him. Raises Refused(CredentialsWrong) for one who no longer works here."""
    row = connection.execute(
        select(Staff.id, Staff.login, Staff.name_ar, Staff.name_en, Staff.language).where(
            Staff.login == login, Staff.active
        )
    ).one_or_none()
    if row is None:
        raise Refused(CredentialsWrong())
    return Person(*row, roles_of(connection, row.id))
