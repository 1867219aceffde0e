"""A challenge is ours, in its time, written in one way, and used once."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from ccbs_desk.models.database import writing
from server_stub.challenges import Challenges

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LASTS = timedelta(minutes=2)


@pytest.fixture
def challenges(country: Engine) -> Challenges:
    return Challenges(country, LASTS)


def test_it_is_good_for_its_time_and_used_once(challenges: Challenges, country: Engine) -> None:
    nonce = challenges.make(NOW)
    assert challenges.is_good(nonce, NOW)
    assert not challenges.is_good(nonce, NOW + LASTS)
    for first in (True, False):
        with writing(country) as connection:
            assert challenges.use(connection, nonce, NOW) is first


def test_all_servers_of_one_database_know_it(challenges: Challenges, country: Engine) -> None:
    assert Challenges(country, LASTS).is_good(challenges.make(NOW), NOW)


@pytest.mark.parametrize("nonce", ["", "no base64 at all", "AAAA", "é"])
def test_what_is_none_of_ours_is_not_good(challenges: Challenges, country: Engine, nonce: str) -> None:
    assert not challenges.is_good(nonce, NOW)
    with writing(country) as connection:
        assert not challenges.use(connection, nonce, NOW)


def test_a_changed_one_is_none_of_ours(challenges: Challenges) -> None:
    whole = bytearray(base64.urlsafe_b64decode(challenges.make(NOW)))
    for place in range(len(whole)):
        changed = bytes(byte ^ (place == at) for at, byte in enumerate(whole))
        assert not challenges.is_good(base64.urlsafe_b64encode(changed).decode(), NOW)


def test_the_same_bytes_written_otherwise_are_not_used_a_second_time(challenges: Challenges) -> None:
    """Base64 may leave bits over in its last letter: another letter would say the same bytes."""
    nonce = challenges.make(NOW)
    whole = base64.urlsafe_b64decode(nonce)
    stem = nonce.rstrip("=")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    padding = "=" * (len(nonce) - len(stem))
    twins = [stem[:-1] + letter + padding for letter in letters if letter != stem[-1]]
    same = [twin for twin in twins if base64.urlsafe_b64decode(twin) == whole]
    assert padding == "" or same
    assert not any(challenges.is_good(twin, NOW) for twin in twins)
