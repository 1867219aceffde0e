"""One slot: the database key, wrapped for one person's password or for a secret that the server keeps.

Argon2id makes a wrapping key of the password; ChaCha20-Poly1305 wraps. What the slot says beside (whose it is, when it
was made, how long it serves offline) is bound to the wrapped key, so that a changed slot opens for nobody.
"""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a password costs: rounds, memory, lanes. About 0.15 s on a plain desk."""

    rounds: int = 3
    memory_kib: int = 65_536
    lanes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A wrapped key. `cost` is None in a slot whose secret is no password but random bytes.

    `made_at` is the server's time when the person first signed in here with the link up, `last_online` when last;
    `offline_days` is for how many days after that the slot serves without the link.
    """

    holder: str
    made_at: datetime
    last_online: datetime
    offline_days: int
    cost: Cost | None
    salt: bytes = b""
    nonce: bytes = b""
    wrapped: bytes = b""

    def _bound(self) -> bytes:
        """Return all that may not be changed beside the wrapped key."""
        cost = None if self.cost is None else [self.cost.rounds, self.cost.memory_kib, self.cost.lanes]
        times = self.made_at.isoformat(), self.last_online.isoformat()
        return json.dumps([1, self.holder, *times, self.offline_days, cost, self.salt.hex()]).encode()

    def _wrapping_key(self, secret: bytes) -> bytes:
        if self.cost is None:
            return HKDF(SHA256(), KEY_BYTES, self.salt, b"ccbs-desk key slot").derive(secret)
        cost = self.cost
        return hash_secret_raw(secret, self.salt, cost.rounds, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID)

    def unwrap(self, secret: bytes) -> tuple[bytes, ...] | None:
        """Return the keys, newest first, or None when the secret is wrong or the slot was changed."""
        try:
            keys = ChaCha20Poly1305(self._wrapping_key(secret)).decrypt(self.nonce, self.wrapped, self._bound())
        except (InvalidTag, HashingError, ValueError):
            return None
        return tuple(keys[at : at + KEY_BYTES] for at in range(0, len(keys), KEY_BYTES))

    def with_keys(self, secret: bytes, *keys: bytes) -> "Slot":
        """Return the slot with these keys in it, under a fresh salt. Raises ValueError for a key of another length."""
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        salted = replace(self, salt=secrets.token_bytes(SALT_BYTES), nonce=secrets.token_bytes(NONCE_BYTES))
        cipher = ChaCha20Poly1305(salted._wrapping_key(secret))
        return replace(salted, wrapped=cipher.encrypt(salted.nonce, b"".join(keys), salted._bound()))

    def to_json(self) -> dict[str, Any]:
        """Return the slot as the file keeps it."""
        cost = None if self.cost is None else [self.cost.rounds, self.cost.memory_kib, self.cost.lanes]
        return {
            "holder": self.holder,
            "made_at": self.made_at.isoformat(),
            "last_online": self.last_online.isoformat(),
            "offline_days": self.offline_days,
            "argon2id": cost,
            "salt": self.salt.hex(),
            "nonce": self.nonce.hex(),
            "wrapped": self.wrapped.hex(),
        }


def slot_from(kept: dict[str, Any]) -> Slot:
    """Return the slot that the file keeps. Raises KeyError, TypeError or ValueError for what is none."""
    cost = None if kept["argon2id"] is None else Cost(*(int(value) for value in kept["argon2id"]))
    return Slot(
        holder=str(kept["holder"]),
        made_at=datetime.fromisoformat(kept["made_at"]),
        last_online=datetime.fromisoformat(kept["last_online"]),
        offline_days=int(kept["offline_days"]),
        cost=cost,
        salt=bytes.fromhex(kept["salt"]),
        nonce=bytes.fromhex(kept["nonce"]),
        wrapped=bytes.fromhex(kept["wrapped"]),
    )
