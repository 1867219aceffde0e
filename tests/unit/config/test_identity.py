"""The desk's key pair: made once, never replaced in silence, and its signature is what the server checks."""

import base64
import json
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ccbs_desk.config.identity import FILE, DeviceIdentity
from ccbs_desk.config.secrets import SecretStore
from ccbs_desk.domain.errors import DeviceNotEnrolled, Refused
from tests.unit.config.test_secrets import Broken, Drawer, Forgetful


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_missing(folder: Path, store: SecretStore | None = None) -> bool:
    with pytest.raises(Refused) as caught:
        DeviceIdentity.load_or_create(folder, store)
    return caught.value.reason == DeviceNotEnrolled("key_missing")


def test_the_same_at_every_start(tmp_path: Path) -> None:
    first = DeviceIdentity.load_or_create(tmp_path / "profile")
    assert DeviceIdentity.load_or_create(tmp_path / "profile").public_key == first.public_key
    assert DeviceIdentity.load_or_create(tmp_path / "other").public_key != first.public_key
    assert stat.S_IMODE((tmp_path / "profile" / FILE).stat().st_mode) == 0o600


def test_the_server_can_check_the_signature(tmp_path: Path) -> None:
    identity = DeviceIdentity.load_or_create(tmp_path)
    key = Ed25519PublicKey.from_public_bytes(raw(identity.public_key))
    key.verify(raw(identity.sign("nonce", "هدى")), "nonce|هدى".encode())
    with pytest.raises(InvalidSignature):
        key.verify(raw(identity.sign("nonce", "huda")), b"other|huda")
    assert "=" not in identity.public_key + identity.sign("n", "l")


def test_with_a_secret_store_the_private_key_is_in_no_file(tmp_path: Path) -> None:
    store = SecretStore(Drawer())
    identity = DeviceIdentity.load_or_create(tmp_path, store)
    assert json.loads((tmp_path / FILE).read_text()) == {"public_key": identity.public_key, "private_key": None}
    assert DeviceIdentity.load_or_create(tmp_path, store).sign("n", "l") == identity.sign("n", "l")


@pytest.mark.parametrize("backend", [Broken, Forgetful])
def test_a_store_that_does_not_keep_it_leaves_it_in_the_file(tmp_path: Path, backend: type[Drawer]) -> None:
    identity = DeviceIdentity.load_or_create(tmp_path, SecretStore(backend()))
    assert DeviceIdentity.load_or_create(tmp_path).public_key == identity.public_key


def test_an_identity_that_cannot_be_read_is_never_replaced(tmp_path: Path) -> None:
    DeviceIdentity.load_or_create(tmp_path, SecretStore(Drawer()))
    before = (tmp_path / FILE).read_bytes()
    assert key_missing(tmp_path)
    assert key_missing(tmp_path, SecretStore(Drawer()))
    assert key_missing(tmp_path, SecretStore(Broken()))
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("content", ["", "[]", "null", "{}", '{"public_key": "x", "private_key": "00"}'])
def test_a_damaged_file_is_no_identity(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    assert key_missing(tmp_path)


def test_halves_that_do_not_belong_together(tmp_path: Path) -> None:
    DeviceIdentity.load_or_create(tmp_path)
    form = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps(form | {"private_key": "11" * 32}))
    assert key_missing(tmp_path)


def test_given_up_before_a_new_enrolment(tmp_path: Path) -> None:
    backend = Drawer()
    store = SecretStore(backend)
    before = DeviceIdentity.load_or_create(tmp_path, store).public_key
    DeviceIdentity.forget(tmp_path, store)
    DeviceIdentity.forget(tmp_path, store)
    assert backend.kept == {}
    (tmp_path / FILE).write_text("damaged")
    DeviceIdentity.forget(tmp_path, store)
    assert DeviceIdentity.load_or_create(tmp_path, store).public_key != before
