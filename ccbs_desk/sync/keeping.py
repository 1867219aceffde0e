"""The desk's database from one sign-in to the next: opened, rescued when it is damaged, closed."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from ccbs_desk.config.language import Text, nmessage
from ccbs_desk.config.secrets import SecretStore
from ccbs_desk.domain.errors import Unavailable
from ccbs_desk.domain.store_errors import StorePartLost
from ccbs_desk.models.store import Store
from ccbs_desk.sync.enrol import keep_device
from ccbs_desk.sync.rescue import Rescued, forget_device, open_store, rescue
from ccbs_desk.wire.messages import Enrolment


def saved_text(count: int) -> Text:
    """Say that the data was loaded anew after damage, and how much of this desk's own was saved."""
    return nmessage(
        "The data of this desk was damaged and was loaded anew. {n} act was saved.",
        "The data of this desk was damaged and was loaded anew. {n} acts were saved.",
        count,
    )


class Keeping:
    """Holds the one open store. `damaged` is called in the loop when it turns out, at work, that a page is damaged."""

    def __init__(self, profile: Path, damaged: Callable[[], object]) -> None:
        self._profile, self._damaged = profile, damaged
        self._enrolment: Enrolment | None = None
        self._secrets: SecretStore | None = None
        self.store: Store | None = None
        self.saved = 0
        """How many acts were saved from a damaged database and are in the new one, until somebody was told."""

    def enrolled(self, enrolment: Enrolment, secrets: SecretStore | None) -> None:
        """Take note of which desk this is."""
        self._enrolment, self._secrets = enrolment, secrets

    async def open(self, keys: tuple[bytes, ...]) -> bytes:
        """Open the store with the first key that fits; return that key. Raises Unavailable as `open_store`."""
        store, key = await asyncio.to_thread(open_store, self._profile, keys)
        await self._take(store)
        return key

    async def rescue(self, keys: tuple[bytes, ...]) -> bytes:
        """Open a new store in the place of a damaged one, with what was saved of it; return its key.

        Raises Unavailable(StorePartLost) when this desk can't go on as the same one: the next start asks to be let in.
        """
        rescued: Rescued = await asyncio.to_thread(rescue, self._profile, keys)
        if not rescued.whole:
            await asyncio.to_thread(rescued.store.close)
            await asyncio.to_thread(forget_device, self._profile, self._secrets)
            raise Unavailable(StorePartLost(rescued.saved))
        await self._take(rescued.store)
        self.saved = rescued.saved
        return rescued.key

    async def close(self) -> None:
        """Close the store, if it is open."""
        store, self.store = self.store, None
        if store is not None:
            await asyncio.to_thread(store.close)

    async def _take(self, store: Store) -> None:
        loop, enrolment = asyncio.get_running_loop(), self._enrolment
        if enrolment is not None:
            try:
                await asyncio.wrap_future(store.write(lambda connection: keep_device(connection, enrolment)))
            except BaseException:
                await asyncio.to_thread(store.close)
                raise

        def tell() -> None:
            loop.call_soon_threadsafe(self._damaged)

        store.damaged.append(tell)
        self.store = store
