"""The first start of a desk: it asks to be let in with its own key, and waits until a person has approved it.

Who compares the fingerprint on both screens knows that it is this desk and no other. What the server answered is kept
in a small file of its own, since there is no store before the first sign-in.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
from sqlalchemy import Connection, update

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.keyslots import KeyRing
from ccbs_desk.config.options import ENROLMENT_FILE
from ccbs_desk.config.private_file import write_private
from ccbs_desk.config.secrets import StoreKey
from ccbs_desk.domain.errors import DeviceNotEnrolled, LinkDown, Refused, ServerFault, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.models.base import table_of
from ccbs_desk.models.desk import Outbox
from ccbs_desk.models.salvage import FILE as SALVAGE_FILE
from ccbs_desk.models.store_files import STORE_FILE
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.pace import Backoff, Pace
from ccbs_desk.sync.rebase import UNANSWERED
from ccbs_desk.wire.codec import encode
from ccbs_desk.wire.messages import Enrolment, EnrolRequest

FILE = ENROLMENT_FILE
ASK_SECONDS = 3.0
BEFORE = 2**40
"""More than a device ever counts: what a device before did is moved below its numbers by this."""


def kept_enrolment(folder: Path) -> Enrolment | None:
    """Return what the server last said of this desk's enrolment, or None when it never asked."""
    with suppress(FileNotFoundError, msgspec.DecodeError, ValueError):
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Enrolment)
    return None


def keep_device(connection: Connection, enrolment: Enrolment) -> None:
    """Tell a store which desk it belongs to. A store of another device begins anew, with what was done on it."""
    known = desk_state.device(connection)
    same = known is not None and known.device_id == enrolment.device_id
    if known is not None and not same:
        begin_anew(connection)
    if not same:
        # Of a device that is known, the store knows more: it may have moved since it was let in.
        desk_state.put(connection, desk_state.DeviceFacts(enrolment.device_id, enrolment.area_id, enrolment.till_id))


def begin_anew(connection: Connection) -> None:
    """The device before is no more: its chain and its place in the feed end, its unsent acts wait for a person."""
    desk_state.drop(connection, desk_state.LastAct)
    desk_state.drop(connection, desk_state.Cursor)
    outbox = table_of(Outbox)
    # The new device counts from 1 again; what was done before stays before it, in its order.
    connection.execute(update(outbox).values(device_seq=outbox.c.device_seq - BEFORE))
    reason = DeviceNotEnrolled("other")
    connection.execute(
        update(outbox)
        .where(outbox.c.state.in_(UNANSWERED))
        .values(state="frozen", reason_code=reason.code, reason_values={"state": reason.state}, handled=False)
    )


def store_lost(folder: Path, ring: KeyRing) -> bool:
    """Return whether people have slots here for a database that is gone.

    Nobody knows then which receipts this device has given: it must never go on with their letter.
    """
    if (folder / STORE_FILE).exists() or (folder / SALVAGE_FILE).exists():
        return False
    try:
        return not ring.is_empty
    except Unavailable:
        return True


def forget_desk(folder: Path, keys: StoreKey) -> None:
    """Give up who this desk is, so that it is let in anew. The slots go last: a crash before that begins again."""
    DeviceIdentity.forget(folder, keys.store)
    (folder / FILE).unlink(missing_ok=True)
    keys.revoke()


class Enrolling:
    """The enrolment of one desk. `folder` is the desk's profile."""

    def __init__(self, client: Client, identity: DeviceIdentity, folder: Path, pace: Pace | None = None) -> None:
        self._client = client
        self._identity = identity
        self._folder = folder
        self._pace = pace or Pace()

    async def ask(self, name: str, centre_code: str) -> Enrolment:
        """Ask to be let in; asking again changes nothing. Raises Unavailable; Refused, as for an unknown centre."""
        asked = EnrolRequest(name=name, centre_code=centre_code, public_key=self._identity.public_key)
        return await self._kept(await self._client.enrol(asked))

    async def look(self, enrolment: Enrolment) -> Enrolment:
        """Ask how far it is. Raises Unavailable, Refused."""
        return await self._kept(await self._client.enrolment(enrolment.device_id))

    async def until_approved(
        self, enrolment: Enrolment, told: Callable[[Enrolment | None], None] = lambda _: None
    ) -> Enrolment:
        """Wait until a person has let this desk in. `told` hears each answer, None while nobody answers.

        Raises Refused(DeviceNotEnrolled) when it was turned away. Cancel the task to stop waiting.
        """
        backoff = Backoff(self._pace)
        while True:
            if enrolment.state == "approved":
                return enrolment
            if enrolment.state == "revoked":
                raise Refused(DeviceNotEnrolled("revoked"))
            await self._pace.sleep(min(ASK_SECONDS, self._pace.longest))
            try:
                enrolment = await self.look(enrolment)
                backoff.reset()
                told(enrolment)
            except Unavailable as gone:
                if not isinstance(gone.reason, LinkDown | ServerFault):
                    raise
                told(None)
                await self._pace.sleep(backoff.next())

    async def _kept(self, enrolment: Enrolment) -> Enrolment:
        await asyncio.to_thread(write_private, self._folder / FILE, encode(enrolment))
        return enrolment
