"""Two server processes over one database: correctness rests on the feed lock alone, not on there being one applier."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from server_stub.check import run_checks
from tests.contract.test_live import listening
from tests.factories.server import RunningServer, SignedIn, running


@pytest.fixture
def second(own_server: RunningServer, tmp_path: Path) -> Iterator[RunningServer]:
    """Another server over the same database."""
    url = own_server.parts.settings.database_url
    with running(url, own_server.country_file, tmp_path / "second", beat_seconds=0.2) as server:
        yield server


def at(server: RunningServer, session: SignedIn) -> SignedIn:
    """Return the same person's session with another server."""
    return replace(session, http=server.http(authorization=f"Bearer {session.tokens.access}"))


def test_an_act_sent_to_both_at_once_is_once(own_server: RunningServer, second: RunningServer) -> None:
    here = own_server.counter()
    there = at(second, here)
    acts = [here.desk.do(here.desk.open_till()), *(here.desk.do(here.desk.payment(9_000)) for _ in range(12))]
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(side.push, *acts[n : n + 4]) for n in range(0, len(acts), 2) for side in (here, there) * 2]
        answers = [answer for future in sent for answer in future.result(30)]
    # A payment that overtakes the opening of its till is recorded too: money that was taken stays taken.
    assert {answer.outcome for answer in answers} == {"applied"}
    first = [answer for answer in answers if not answer.repeated]
    assert len(first) == len(acts)
    assert len({(answer.command_id, answer.position) for answer in answers}) == len(acts)
    heard = [change.position for change in there.page(0).changes]
    assert heard == sorted(heard)
    out = io.StringIO()
    assert run_checks(second.engine, out, strict=True) == 0, out.getvalue()


def test_a_desk_hears_of_what_was_sent_to_the_other(own_server: RunningServer, second: RunningServer) -> None:
    here = own_server.counter()
    with listening(at(second, here)) as line:
        line.next("hello")
        (answer,) = here.push(here.desk.do(here.desk.open_till()))
        assert answer.position is not None
        assert line.reach(answer.position).head == answer.position


def test_who_is_shut_out_here_is_shut_out_there(own_server: RunningServer, second: RunningServer) -> None:
    here = own_server.counter()
    with listening(at(second, here)) as line:
        line.next("hello")
        own_server.parts.devices.revoke(here.desk.device_id)
        assert line.next("revoked")[1].kind == "revoked"
    second.clock.turn(seconds=3)
    response = at(second, here).http.get("/v1/feed", params={"after": 0})
    assert response.status_code == 401
