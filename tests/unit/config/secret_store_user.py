"""Uses the machine's own secret store as the desk does; run inside a session bus by test_secrets.py.

Each line printed is one fact that the test compares.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from ccbs_desk.config.identity import DeviceIdentity
from ccbs_desk.config.keyslots import KeyRing
from ccbs_desk.config.secrets import SecretStore, StoreKey, probe
from ccbs_desk.config.slots import Cost

KEY = bytes(range(32))


def begin(folder: Path, store: SecretStore) -> None:
    """Keep a key and an identity in the store."""
    StoreKey(folder, _ring(folder), store).keep("huda", "one", KEY, datetime.now(UTC))
    identity = DeviceIdentity.load_or_create(folder, store)
    sys.stdout.write(f"made {identity.public_key}\n")


def go_on(folder: Path, store: SecretStore) -> None:
    """Find both again in another process, as a person who is new on this desk."""
    found = StoreKey(folder, _ring(folder), store).find("samer", "two", online=True)
    sys.stdout.write(f"found {found == (KEY,)}\n")
    sys.stdout.write(f"made {DeviceIdentity.load_or_create(folder, store).public_key}\n")
    DeviceIdentity.forget(folder, store)
    StoreKey(folder, _ring(folder), store).revoke()
    sys.stdout.write(f"left {store.read(f'store-key:{folder}') is not None}\n")


def _ring(folder: Path) -> KeyRing:
    return KeyRing(folder, cost=Cost(rounds=1, memory_kib=8))


if __name__ == "__main__":
    answered = probe()
    sys.stdout.write(f"store {type(answered.backend).__module__ if answered else None}\n")
    if answered:
        {"begin": begin, "go_on": go_on}[sys.argv[1]](Path(sys.argv[2]).resolve(), answered)
