"""Sign-in challenges: given out to anybody without a trace, known again by their signature, good once and for a while.

Giving one out costs the database nothing, so that nobody can shut others out by asking for many. Only one that a known
device has answered is kept, until it would have ended by itself.
"""

import base64
import binascii
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from ccbs_desk.models.base import table_of
from ccbs_desk.models.central import ChallengeKey, Nonce
from ccbs_desk.models.database import reading

RANDOM_BYTES = 16
MOMENT_BYTES = 8
_NONCE = table_of(Nonce)


class Challenges:
    """Makes challenges, and knows its own. All servers of one database share the key."""

    def __init__(self, engine: Engine, lasts: timedelta) -> None:
        with reading(engine) as connection:
            self._key: bytes = connection.execute(select(ChallengeKey.key)).scalar_one()
        self._lasts = lasts

    def make(self, now: datetime) -> str:
        """Return a fresh challenge."""
        ends = int((now + self._lasts).timestamp() * 1000)
        said = secrets.token_bytes(RANDOM_BYTES) + ends.to_bytes(MOMENT_BYTES, "big")
        return base64.urlsafe_b64encode(said + self._signature(said)).decode()

    def is_good(self, nonce: str, now: datetime) -> bool:
        """Tell whether it is one of ours and still in its time. Whether it was used is for `use`."""
        ends = self._ends(nonce)
        return ends is not None and now.timestamp() * 1000 < ends

    def use(self, connection: Connection, nonce: str, now: datetime) -> bool:
        """Use a good challenge up; False when it was used before."""
        ends = self._ends(nonce)
        if ends is None:
            return False
        connection.execute(delete(_NONCE).where(_NONCE.c.expires_at <= now))
        make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        once = make(_NONCE).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
        row = {"nonce": nonce, "expires_at": datetime.fromtimestamp(ends / 1000, now.tzinfo)}
        return connection.execute(once, row).rowcount == 1

    def _signature(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, "sha256")

    def _ends(self, nonce: str) -> int | None:
        """Return when it ends, in milliseconds, or None when it is none of ours, or written in another way."""
        try:
            whole = base64.b64decode(nonce, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        said, signature = whole[: RANDOM_BYTES + MOMENT_BYTES], whole[RANDOM_BYTES + MOMENT_BYTES :]
        if not hmac.compare_digest(signature, self._signature(said)):
            return None
        if base64.urlsafe_b64encode(whole).decode() != nonce:
            return None
        return int.from_bytes(said[RANDOM_BYTES:], "big")
