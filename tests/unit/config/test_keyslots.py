"""Who gets the key without the server: the right password, in time, and not after too many wrong ones."""

import json
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ccbs_desk.config.keyslots import FILE, LOCK_OUT, MAX_FAILURES, KeyRing, new_key
from ccbs_desk.config.slots import KEY_BYTES, Cost
from ccbs_desk.domain.errors import (
    CredentialsWrong,
    LockedOut,
    OfflineSignInExpired,
    OfflineSignInUnknown,
    Reason,
    Refused,
    StoreKeyWrong,
    Unavailable,
)

MADE = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CHEAP = Cost(rounds=1, memory_kib=8)
KEY = bytes(range(32))
SECRET = bytes(reversed(range(32)))


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = MADE

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ring(tmp_path: Path, clock: Clock) -> KeyRing:
    made = KeyRing(tmp_path, now=clock, cost=CHEAP)
    made.create("huda", "سرّ كبير", KEY, MADE)
    return made


def refusal(act: Callable[[], object]) -> Reason:
    """Return why the act was refused."""
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reason


def again(tmp_path: Path, clock: Clock) -> KeyRing:
    """Return the ring of a program that was started anew."""
    return KeyRing(tmp_path, now=clock, cost=CHEAP)


def kept(tmp_path: Path) -> dict[str, Any]:
    """Return what the file holds."""
    form: dict[str, Any] = json.loads((tmp_path / FILE).read_bytes())
    return form


def change(tmp_path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change the file as somebody with the disk in hand would."""
    form = kept(tmp_path)
    edit(form)
    (tmp_path / FILE).write_text(json.dumps(form))


def test_the_password_opens_and_nothing_else_does(ring: KeyRing, tmp_path: Path, clock: Clock) -> None:
    assert again(tmp_path, clock).open("huda", "سرّ كبير") == KEY
    assert refusal(lambda: ring.open("huda", "سر كبير")) == CredentialsWrong()
    assert refusal(lambda: ring.open("samer", "سرّ كبير")) == OfflineSignInUnknown()
    assert ring.people == ("huda",)


def test_the_file_is_private_and_holds_no_key_in_clear(ring: KeyRing, tmp_path: Path) -> None:
    assert ring.people
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    raw = (tmp_path / FILE).read_text()
    assert KEY.hex() not in raw
    assert "سرّ" not in raw


def test_each_slot_has_its_own_salt_and_nonce(ring: KeyRing, tmp_path: Path) -> None:
    ring.create("samer", "سرّ كبير", KEY, MADE)
    slots = list(kept(tmp_path)["slots"].values())
    for part in ("salt", "nonce", "wrapped"):
        assert len({slot[part] for slot in slots}) == 2


def test_five_wrong_tries_lock_for_five_minutes_even_the_right_password(
    ring: KeyRing, tmp_path: Path, clock: Clock
) -> None:
    for _ in range(MAX_FAILURES - 1):
        assert refusal(lambda: ring.open("huda", "no")) == CredentialsWrong()
    until = MADE + LOCK_OUT
    assert refusal(lambda: ring.open("huda", "no")) == LockedOut(until)
    clock.now = until - timedelta(seconds=1)
    assert refusal(lambda: again(tmp_path, clock).open("huda", "سرّ كبير")) == LockedOut(until)
    clock.now = until
    assert again(tmp_path, clock).open("huda", "سرّ كبير") == KEY


def test_after_a_lock_five_more_tries(ring: KeyRing, clock: Clock) -> None:
    for _ in range(MAX_FAILURES):
        refusal(lambda: ring.open("huda", "no"))
    clock.now += LOCK_OUT
    assert refusal(lambda: ring.open("huda", "no")) == CredentialsWrong()


def test_the_right_password_forgets_the_wrong_ones(ring: KeyRing) -> None:
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            assert refusal(lambda: ring.open("huda", "no")) == CredentialsWrong()
        assert ring.open("huda", "سرّ كبير") == KEY


def test_one_persons_tries_lock_nobody_else(ring: KeyRing) -> None:
    ring.create("samer", "other", KEY, MADE)
    for _ in range(MAX_FAILURES):
        refusal(lambda: ring.open("huda", "no"))
    assert ring.open("samer", "other") == KEY


def test_a_try_is_counted_before_it_is_made(ring: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plug is pulled while the password is being tried."""

    class PlugPulled(BaseException):
        pass

    def pull(*_args: object) -> None:
        raise PlugPulled

    monkeypatch.setattr("ccbs_desk.config.slots.hash_secret_raw", pull)
    for count in range(1, MAX_FAILURES + 1):
        with pytest.raises(PlugPulled):
            ring.open("huda", "guess")
        assert kept(tmp_path)["tries"]["huda"][0] == count
    assert isinstance(refusal(lambda: ring.open("huda", "guess")), LockedOut)


def test_a_lock_set_by_a_clock_ahead_does_not_last(ring: KeyRing, clock: Clock) -> None:
    clock.now = MADE + 13 * DAY
    for _ in range(MAX_FAILURES):
        refusal(lambda: ring.open("huda", "no"))
    clock.now = MADE + DAY
    assert refusal(lambda: ring.open("huda", "سرّ كبير")) == LockedOut(clock.now + LOCK_OUT)
    clock.now += LOCK_OUT
    assert ring.open("huda", "سرّ كبير") == KEY


def test_a_slot_serves_fourteen_days(ring: KeyRing, clock: Clock) -> None:
    clock.now = MADE + 14 * DAY
    assert ring.open("huda", "سرّ كبير") == KEY
    clock.now += timedelta(seconds=1)
    assert refusal(lambda: ring.open("huda", "سرّ كبير")) == OfflineSignInExpired(MADE)
    assert refusal(lambda: ring.open("huda", "no")) == CredentialsWrong()


def test_the_link_makes_a_slot_young_again(ring: KeyRing, tmp_path: Path, clock: Clock) -> None:
    later = MADE + 20 * DAY
    ring.create("huda", "سرّ كبير", KEY, later)
    clock.now = later + 13 * DAY
    assert ring.open("huda", "سرّ كبير") == KEY
    slot = kept(tmp_path)["slots"]["huda"]
    assert (slot["made_at"], slot["last_online"]) == (MADE.isoformat(), later.isoformat())


def test_the_days_are_the_operators_choice(ring: KeyRing, clock: Clock) -> None:
    ring.create("huda", "سرّ كبير", KEY, MADE, offline_days=2)
    clock.now = MADE + 3 * DAY
    assert refusal(lambda: ring.open("huda", "سرّ كبير")) == OfflineSignInExpired(MADE)


def test_a_clock_set_back_gains_nothing(ring: KeyRing, tmp_path: Path, clock: Clock) -> None:
    ring.note_server_time(MADE + 15 * DAY)
    clock.now = MADE + DAY
    assert refusal(lambda: again(tmp_path, clock).open("huda", "سرّ كبير")) == OfflineSignInExpired(MADE)


def test_each_sign_in_moves_the_time_on(ring: KeyRing, tmp_path: Path, clock: Clock) -> None:
    ring.create("samer", "other", KEY, MADE, offline_days=30)
    clock.now = MADE + 15 * DAY
    assert ring.open("samer", "other") == KEY
    clock.now = MADE + DAY
    assert refusal(lambda: again(tmp_path, clock).open("huda", "سرّ كبير")) == OfflineSignInExpired(MADE)


def test_a_clock_far_ahead_shuts_nobody_out_for_good(ring: KeyRing, clock: Clock) -> None:
    clock.now = MADE + 4000 * DAY
    assert refusal(lambda: ring.open("huda", "سرّ كبير")) == OfflineSignInExpired(MADE)
    clock.now = MADE + DAY
    assert ring.open("huda", "سرّ كبير") == KEY


def test_the_server_corrects_a_clock_that_was_ahead(ring: KeyRing, clock: Clock) -> None:
    clock.now = MADE + 14 * DAY
    assert ring.open("huda", "سرّ كبير") == KEY
    ring.create("samer", "other", KEY, MADE + DAY, offline_days=2)
    clock.now = MADE + 2 * DAY
    assert ring.open("samer", "other") == KEY


def test_the_highest_server_time_is_kept(ring: KeyRing, tmp_path: Path, clock: Clock) -> None:
    ring.note_server_time(MADE + timedelta(hours=2))
    ring.note_server_time(MADE + timedelta(hours=1))
    assert again(tmp_path, clock).highest_server_time == MADE + timedelta(hours=2)


def test_the_disk_hears_of_it_once_a_minute(ring: KeyRing, tmp_path: Path) -> None:
    before = (tmp_path / FILE).stat().st_mtime_ns
    for seconds in range(60):
        ring.note_server_time(MADE + timedelta(seconds=seconds))
    assert (tmp_path / FILE).stat().st_mtime_ns == before
    assert ring.highest_server_time == MADE + timedelta(seconds=59)
    ring.note_server_time(MADE + timedelta(seconds=60))
    assert kept(tmp_path)["server_time"] == (MADE + timedelta(seconds=60)).isoformat()


def test_the_servers_time_waits_for_no_password(ring: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trying, go_on = threading.Event(), threading.Event()

    def slow(*_args: object) -> bytes:
        trying.set()
        assert go_on.wait(30)
        return bytes(KEY_BYTES)

    monkeypatch.setattr("ccbs_desk.config.slots.hash_secret_raw", slow)
    thread = threading.Thread(target=lambda: refusal(lambda: ring.open("huda", "no")))
    thread.start()
    assert trying.wait(30)
    ring.note_server_time(MADE + DAY)
    go_on.set()
    thread.join(30)
    assert ring.highest_server_time == MADE + DAY
    ring.note_server_time(MADE + DAY)
    assert kept(tmp_path)["server_time"] == (MADE + DAY).isoformat()


def test_a_new_desk_knows_nothing(tmp_path: Path, clock: Clock) -> None:
    ring = KeyRing(tmp_path / "new", now=clock, cost=CHEAP)
    assert ring.is_empty
    assert ring.highest_server_time is None
    ring.note_server_time(MADE)
    assert not (tmp_path / "new").exists()
    assert ring.highest_server_time == MADE
    ring.remove("huda")
    assert refusal(lambda: ring.open("huda", "x")) == OfflineSignInUnknown()
    assert ring.unseal(SECRET) is None


def test_a_person_who_left_is_unknown(ring: KeyRing, tmp_path: Path, clock: Clock) -> None:
    refusal(lambda: ring.open("huda", "no"))
    ring.remove("huda")
    assert refusal(lambda: again(tmp_path, clock).open("huda", "سرّ كبير")) == OfflineSignInUnknown()
    assert kept(tmp_path)["tries"] == {}


def test_online_neither_age_nor_tries_count(ring: KeyRing, tmp_path: Path, clock: Clock) -> None:
    for _ in range(MAX_FAILURES):
        refusal(lambda: ring.open("huda", "no"))
    clock.now = MADE + 100 * DAY
    before = kept(tmp_path)
    assert ring.open("huda", "سرّ كبير", online=True) == KEY
    assert refusal(lambda: ring.open("huda", "changed at the server", online=True)) == CredentialsWrong()
    assert kept(tmp_path) == before


@pytest.mark.parametrize(
    "edit",
    [
        lambda slot: slot.update(last_online=(MADE + 90 * DAY).isoformat()),
        lambda slot: slot.update(offline_days=9999),
        lambda slot: slot.update(holder="samer"),
        lambda slot: slot.update(argon2id=[1, 16, 1]),
        lambda slot: slot.update(argon2id=[1, 1, 1]),
        lambda slot: slot.update(nonce=""),
        lambda slot: slot.update(wrapped="00" * 48),
    ],
)
def test_a_changed_slot_opens_for_nobody(
    ring: KeyRing, tmp_path: Path, edit: Callable[[dict[str, Any]], object]
) -> None:
    change(tmp_path, lambda form: edit(form["slots"]["huda"]))
    assert refusal(lambda: ring.open("huda", "سرّ كبير", online=True)) == CredentialsWrong()


def test_a_change_of_keys_has_both_until_it_is_done(ring: KeyRing, tmp_path: Path, clock: Clock) -> None:
    ring.create("samer", "other", KEY, MADE)
    ring.seal(SECRET, KEY, MADE)
    new = new_key()
    ring.rotate("huda", "سرّ كبير", new, MADE + DAY)
    assert again(tmp_path, clock).open_all("huda", "سرّ كبير") == (new, KEY)
    assert ring.people == ("huda",)
    assert ring.unseal(SECRET) is None
    ring.create("huda", "سرّ كبير", new, MADE + DAY)
    assert ring.open_all("huda", "سرّ كبير") == (new,)
    assert refusal(lambda: ring.rotate("huda", "no", KEY, MADE)) == CredentialsWrong()


def test_sealed_for_the_server(ring: KeyRing, tmp_path: Path, clock: Clock) -> None:
    ring.seal(SECRET, KEY, MADE)
    assert again(tmp_path, clock).unseal(SECRET) == KEY
    assert ring.unseal(KEY) is None
    assert KEY.hex() not in (tmp_path / FILE).read_text()


def test_a_revoked_desk_has_no_slot_and_keeps_its_time(ring: KeyRing) -> None:
    ring.seal(SECRET, KEY, MADE)
    ring.clear()
    assert ring.is_empty
    assert ring.highest_server_time == MADE


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b'{"slots": 1}', b"\xff\xfe", b"null"])
def test_a_damaged_file_is_told_and_put_aside_never_overwritten(tmp_path: Path, clock: Clock, raw: bytes) -> None:
    (tmp_path / FILE).write_bytes(raw)
    ring = again(tmp_path, clock)
    with pytest.raises(Unavailable) as caught:
        ring.open("huda", "سرّ كبير")
    assert caught.value.reason == StoreKeyWrong()
    ring.create("huda", "سرّ كبير", KEY, MADE)
    assert ring.open("huda", "سرّ كبير") == KEY
    (tmp_path / FILE).write_bytes(raw)
    ring.create("huda", "سرّ كبير", KEY, MADE)
    assert [(tmp_path / f"{FILE}.damaged-{number}").read_bytes() for number in (1, 2)] == [raw, raw]


def test_only_keys_of_the_right_length(ring: KeyRing) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        ring.create("huda", "x", b"short", MADE)


def test_new_keys_differ() -> None:
    assert len({new_key() for _ in range(64)}) == 64
    assert len(new_key()) == KEY_BYTES


def test_the_real_cost_is_dear_to_a_guesser(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    ring.create("huda", "سرّ كبير", KEY, datetime.now(UTC))
    rounds, memory_kib, _lanes = kept(tmp_path)["slots"]["huda"]["argon2id"]
    assert memory_kib >= 65_536
    assert rounds >= 3
    assert ring.open("huda", "سرّ كبير") == KEY
