"""Let a second person prove who he is, in a session of his own, without touching the one who works here.

With the link up the server checks the password; without it the person's own key slot does.
"""

import asyncio
from collections.abc import Callable
from uuid import UUID

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.secrets import StoreKey
from ccbs_desk.domain.errors import LinkDown, ServerFault, Unavailable
from ccbs_desk.models.store import Store
from ccbs_desk.services.session import Person
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.sign_in import known_person
from ccbs_desk.wire.messages import SignInRequest


class Approver:
    """Checks approvers on one desk. `clients` gives a client of its own for each check."""

    def __init__(
        self, clients: Callable[[], Client], identity: DeviceIdentity, device_id: UUID, keys: StoreKey, store: Store
    ) -> None:
        self._clients, self._identity, self._device_id = clients, identity, device_id
        self._keys, self._store = keys, store

    async def verify(self, login: str, password: str) -> Person:
        """Return who it is, with the rights that this store knows. Raises Refused as a sign-in does; Unavailable."""
        try:
            await self._ask_server(login, password)
        except Unavailable as gone:
            if not isinstance(gone.reason, LinkDown | ServerFault):
                raise
            await asyncio.to_thread(self._keys.find, login, password, online=False)
        return await asyncio.wrap_future(self._store.read(lambda connection: known_person(connection, login)))

    async def _ask_server(self, login: str, password: str) -> None:
        client = self._clients()
        try:
            nonce = (await client.challenge()).nonce
            await client.sign_in(
                SignInRequest(
                    login=login,
                    password=password,
                    device_id=self._device_id,
                    nonce=nonce,
                    signature=self._identity.sign(nonce, login),
                )
            )
            await client.sign_out()
        finally:
            await client.close()
