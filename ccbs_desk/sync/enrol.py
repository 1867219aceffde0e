"""The first start of a desk: it asks to be let in with its own key, and waits until a person has approved it.

Who compares the fingerprint on both screens knows that it is this desk and no other. What the server answered is kept
in a small file of its own, since there is no store before the first sign-in.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.options import ENROLMENT_FILE
from ccbs_desk.config.private_file import write_private
from ccbs_desk.domain.errors import DeviceNotEnrolled, LinkDown, Refused, ServerFault, Unavailable
from ccbs_desk.models import desk_state
from ccbs_desk.sync.client import Client
from ccbs_desk.sync.pace import Backoff, Pace
from ccbs_desk.wire.codec import encode
from ccbs_desk.wire.messages import Enrolment, EnrolRequest

FILE = ENROLMENT_FILE
ASK_SECONDS = 3.0


def kept_enrolment(folder: Path) -> Enrolment | None:
    """Return what the server last said of this desk's enrolment, or None when it never asked."""
    with suppress(FileNotFoundError, msgspec.DecodeError, ValueError):
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Enrolment)
    return None


def keep_device(connection: Connection, enrolment: Enrolment) -> None:
    """Tell a store which desk it belongs to."""
    desk_state.put(connection, desk_state.DeviceFacts(enrolment.device_id, enrolment.area_id, enrolment.till_id))


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
        return self._kept(await self._client.enrol(asked))

    async def look(self, enrolment: Enrolment) -> Enrolment:
        """Ask how far it is. Raises Unavailable, Refused."""
        return self._kept(await self._client.enrolment(enrolment.device_id))

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

    def _kept(self, enrolment: Enrolment) -> Enrolment:
        write_private(self._folder / FILE, encode(enrolment))
        return enrolment
