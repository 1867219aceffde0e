"""The machine's secret store: used when it is real and answers, and never waited for longer than said."""

import base64
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService
from keyring.backends.chainer import ChainerBackend
from keyring.errors import PasswordDeleteError

from ccbs_desk.config.keyslots import FILE, KeyRing, new_key
from ccbs_desk.config.secrets import SERVICE, SecretStore, StoreKey, probe
from ccbs_desk.config.slots import Cost
from ccbs_desk.domain.errors import OfflineSignInUnknown, Refused, StoreKeyWrong, Unavailable

ROOT = Path(__file__).resolve().parents[3]
MADE = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
KEY, OTHER = bytes(range(32)), bytes(range(32, 64))
SECRET = bytes(range(64, 96))


class Drawer(KeyringBackend):
    """A store in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class Stuck(Drawer):
    """A store that waits for a prompt which nobody sees."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = threading.Event()
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.answer.wait(30)
        return None


class Broken(Drawer):
    """A store whose service died."""

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("the bus is gone")


class Forgetful(Drawer):
    """A store that takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    backend = Stuck()
    yield backend
    backend.answer.set()


def ring(folder: Path) -> KeyRing:
    return KeyRing(folder, now=lambda: MADE, cost=Cost(rounds=1, memory_kib=8))


def found(store_key: StoreKey, login: str, password: str, *, online: bool) -> object:
    try:
        return store_key.find(login, password, online=online)
    except (Refused, Unavailable) as error:
        return error.reason


def test_a_secret_is_kept_found_and_forgotten() -> None:
    store = probe(Drawer)
    assert store is not None
    assert store.read("one") is None
    assert store.write("one", KEY)
    assert store.read("one") == KEY
    store.forget("one")
    store.forget("one")
    assert store.read("one") is None


def test_what_is_no_secret_of_ours_is_none() -> None:
    backend = Drawer()
    backend.set_password(SERVICE, "one", "not base64 !")
    assert SecretStore(backend).read("one") is None


def test_a_store_that_keeps_nothing_is_seen() -> None:
    assert not SecretStore(Forgetful()).write("one", KEY)


def test_a_store_that_hangs_is_left_alone_in_time(stuck: Stuck) -> None:
    begun = time.monotonic()
    assert probe(lambda: stuck, limit=0.2) is None
    store = SecretStore(stuck, limit=0.2)
    assert store.read("one") is None
    assert not store.write("one", KEY)
    assert stuck.asked == 2, "once by the probe, once by the store, and then never again"
    assert time.monotonic() - begun < 10


def test_finding_the_store_may_hang_too(stuck: Stuck) -> None:
    def find() -> KeyringBackend:
        stuck.answer.wait(30)
        return stuck

    assert probe(find, limit=0.2) is None


def test_a_store_that_fails_is_none() -> None:
    assert probe(Broken) is None
    assert probe(lambda: None) is None


def test_here_is_none() -> None:
    """The tests run with the back-end that refuses everything."""
    assert probe() is None


def test_of_several_stores_a_real_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    real = object.__new__(SecretService.Keyring)
    monkeypatch.setattr(SecretService.Keyring, "get_password", lambda *_: None)
    monkeypatch.setattr(ChainerBackend, "backends", [Drawer(), real])
    monkeypatch.setattr(keyring, "get_keyring", ChainerBackend)
    store = probe()
    assert store is not None
    assert store.backend is real
    monkeypatch.setattr(ChainerBackend, "backends", [Drawer()])
    assert probe() is None, "an unknown kind may keep plain text"


def test_a_new_desk_makes_its_key_and_the_next_person_finds_it(tmp_path: Path) -> None:
    store_key = StoreKey(tmp_path, ring(tmp_path), SecretStore(Drawer()))
    assert store_key.find("huda", "one", online=True) == ()
    key = new_key()
    store_key.keep("huda", "one", key, MADE)
    assert store_key.find("huda", "one", online=False) == (key,)
    assert store_key.find("samer", "two", online=True) == (key,)
    assert found(store_key, "samer", "two", online=False) == OfflineSignInUnknown()
    store_key.keep("samer", "two", key, MADE)
    assert store_key.find("samer", "two", online=False) == (key,)


def test_without_a_store_the_server_holds_the_secret(tmp_path: Path) -> None:
    store_key = StoreKey(tmp_path, ring(tmp_path))
    store_key.keep("huda", "one", KEY, MADE, server_secret=SECRET)
    assert store_key.find("samer", "two", online=True, server_secret=SECRET) == (KEY,)
    assert found(store_key, "samer", "two", online=True) == StoreKeyWrong()
    with pytest.raises(Unavailable):
        store_key.find("samer", "two", online=True, server_secret=OTHER)


def test_a_password_changed_at_the_server_opens_by_the_store(tmp_path: Path) -> None:
    store_key = StoreKey(tmp_path, ring(tmp_path), SecretStore(Drawer()))
    store_key.keep("huda", "one", KEY, MADE)
    assert store_key.find("huda", "changed", online=True) == (KEY,)
    store_key.keep("huda", "changed", KEY, MADE)
    assert store_key.find("huda", "changed", online=False) == (KEY,)


def test_the_likeliest_key_comes_first_and_each_once(tmp_path: Path) -> None:
    store_key = StoreKey(tmp_path, ring(tmp_path), SecretStore(Drawer()))
    store_key.keep("huda", "one", KEY, MADE, server_secret=SECRET)
    assert store_key.find("huda", "one", online=True, server_secret=SECRET) == (KEY,)
    store_key.ring.rotate("huda", "one", OTHER, MADE)
    assert store_key.find("huda", "one", online=True) == (OTHER, KEY)


def test_lost_slots_are_made_again_from_the_store(tmp_path: Path) -> None:
    store = SecretStore(Drawer())
    StoreKey(tmp_path, ring(tmp_path), store).keep("huda", "one", KEY, MADE)
    (tmp_path / FILE).write_bytes(b"damaged")
    store_key = StoreKey(tmp_path, ring(tmp_path), store)
    assert store_key.find("huda", "one", online=True) == (KEY,)
    assert store_key.find("huda", "one", online=True, server_secret=SECRET) == (KEY,)
    store_key.keep("huda", "one", KEY, MADE)
    assert store_key.find("huda", "one", online=False) == (KEY,)


def test_a_revoked_desk_opens_for_nobody(tmp_path: Path) -> None:
    backend = Drawer()
    store_key = StoreKey(tmp_path, ring(tmp_path), SecretStore(backend))
    store_key.keep("huda", "one", KEY, MADE, server_secret=SECRET)
    assert base64.b64encode(KEY).decode() in backend.kept.values()
    store_key.revoke()
    assert backend.kept == {}
    assert store_key.find("huda", "one", online=True, server_secret=SECRET) == ()
    StoreKey(tmp_path, ring(tmp_path)).revoke()


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs the Debian packages dbus-daemon and gnome-keyring",
)
def test_the_real_store_of_a_linux_desktop(tmp_path: Path) -> None:
    """Two processes one after the other, over a real bus and a real keyring."""
    unlock = 'printf "pw\\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null'
    user = f'"{sys.executable}" -m tests.unit.config.secret_store_user'
    steps = f'{unlock} && {user} begin "$0" && {user} go_on "$0"'
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON_KEYRING")}
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    environment |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "XDG_DATA_HOME": str(home / "data")}
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", steps, str(tmp_path / "profile")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == lines[2] == "store keyring.backends.SecretService"
    assert lines[3] == "found True"
    assert lines[1].startswith("made ")
    assert lines[1] == lines[4]
    assert lines[5:] == ["left False"]
