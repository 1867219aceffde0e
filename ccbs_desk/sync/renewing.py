"""A desk's scope is loaded anew, once everything was sent: after the server was put back, or the device has moved."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from ccbs_desk.domain.errors import DeviceNotEnrolled, Refused
from ccbs_desk.models import desk_state
from ccbs_desk.models.store import Store
from ccbs_desk.sync.anew import is_due
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.pace import Pace
from ccbs_desk.sync.snapshots import Told
from ccbs_desk.sync.swap import BESIDE, Swap, tidy

_log = logging.getLogger(__name__)


class Anew:
    """Loads a desk's scope anew once everything was sent."""

    def __init__(self, store: Store, client: Client, now: Callable[[], datetime], pace: Pace) -> None:
        self._store = store
        self._swap = Swap(store, client, now, pace)

    async def due(self) -> bool:
        """Return whether the scope must be loaded anew. Where it need not, nothing of a load is left lying about."""
        due = await asyncio.wrap_future(self._store.read(is_due))
        if not due and (self._store.folder / BESIDE).exists():
            await asyncio.to_thread(tidy, self._store.folder)
        return due

    async def load(self, told: Told = lambda _: None) -> None:
        """Load it. All acts must have been sent before. Raises Unavailable, Refused; then it is tried again."""
        device = await asyncio.wrap_future(self._store.read(_wanted))
        _log.warning("this desk is loaded anew")
        await self._swap.run(device, told)


def _wanted(connection: Connection) -> desk_state.DeviceFacts:
    device, moved = desk_state.device(connection), desk_state.rescope(connection)
    if device is None:
        raise Refused(DeviceNotEnrolled("unknown"))
    return device if moved is None else msgspec.structs.replace(device, area_id=moved.area_id)
