"""The desk's own key pair. The server knows the public half; a password alone, from elsewhere, opens nothing there.

The private half signs the server's challenge before anybody has signed in, so that it can't lie in the encrypted
database. It lies in the machine's secret store where the caller gives one, and else in a file that its owner alone can
read, as the host keys of a server do. An identity that has become unreadable is never replaced in silence: a new one is
a new enrolment, and opens the next letter of the till's receipts.
"""

import base64
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccbs_desk.config.private_file import write_private
from ccbs_desk.config.secrets import SecretStore
from ccbs_desk.domain.errors import DeviceNotEnrolled, Refused

FILE = "device.json"


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """The key pair of this desk."""

    _key: Ed25519PrivateKey

    @classmethod
    def load_or_create(cls, folder: Path, store: SecretStore | None = None) -> "DeviceIdentity":
        """Return the identity of the desk in this folder; a folder without one gets it.

        `store` keeps a new private key; pass it again for every start. Raises Refused(DeviceNotEnrolled) with
        `key_missing` when there is an identity that can't be read, Unavailable(DiskFull).
        """
        try:
            kept = (folder / FILE).read_bytes()
        except FileNotFoundError:
            return cls._create(folder, store)
        with suppress(KeyError, TypeError, ValueError):
            form = json.loads(kept)
            seed = _seed(form, store)
            identity = cls(Ed25519PrivateKey.from_private_bytes(seed))
            if identity.public_key == form["public_key"]:
                return identity
        raise Refused(DeviceNotEnrolled("key_missing"))

    @classmethod
    def _create(cls, folder: Path, store: SecretStore | None) -> "DeviceIdentity":
        identity = cls(Ed25519PrivateKey.generate())
        seed = identity._key.private_bytes_raw()
        in_store = store is not None and store.write(_name(identity.public_key), seed)
        form = {"public_key": identity.public_key, "private_key": None if in_store else seed.hex()}
        write_private(folder / FILE, json.dumps(form, indent=1).encode())
        return identity

    @staticmethod
    def forget(folder: Path, store: SecretStore | None = None) -> None:
        """Give the identity up, before a new enrolment; harmless when there is none."""
        path = folder / FILE
        if store is not None and path.exists():
            with suppress(KeyError, TypeError, ValueError):
                store.forget(_name(json.loads(path.read_bytes())["public_key"]))
        path.unlink(missing_ok=True)

    @property
    def public_key(self) -> str:
        """The raw Ed25519 public key, base64url without padding, as enrolment sends it."""
        return _base64url(self._key.public_key().public_bytes_raw())

    def sign(self, nonce: str, login: str) -> str:
        """Return the answer to the server's challenge: the signature over `nonce|login`, base64url without padding."""
        return _base64url(self._key.sign(f"{nonce}|{login}".encode()))


def _seed(form: dict[str, str | None], store: SecretStore | None) -> bytes:
    """Return the private key that the file holds or names. Raises ValueError when nobody has it."""
    if written := form["private_key"]:
        return bytes.fromhex(written)
    seed = store.read(_name(str(form["public_key"]))) if store is not None else None
    if seed is None:
        raise ValueError("the secret store does not have the key")
    return seed


def _name(public_key: str) -> str:
    return f"device-key:{public_key}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
