"""Two processes at one exchange: the second waits, and takes over with everybody who was there."""

from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, create_engine

from ccbs_desk.telephony.simulator import Simulator
from ccbs_desk.wire.phone import LogInRequest
from server_stub.gateway import actions, gateway
from server_stub.gateway.lease import PostgresLease, lease_of
from server_stub.gateway.states import next_id
from tests.factories.postgres import Postgres
from tests.unit.server.test_gateway import DEVICE, refused, run, utc_now, world


def test_the_second_waits_and_takes_over(country: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "LEASE_SECONDS", 0.02)
    pbx, same = (Simulator("pbx", utc_now) for _ in range(2))
    same.board = pbx.board

    async def story() -> None:
        async with world(country, pbx=pbx) as here:
            await here.at_work()
            later = world(country, pbx=same, away=0.05)
            second = await later.__aenter__()
            assert not second.gateway.active
            asked = LogInRequest(extension="1002", queues=("care",))
            assert await refused(actions.log_in(second.gateway, second.session, "B", asked)) == "pbx.connecting"
            assert not list(second.gateway.roster)
            assert here.agent.state == "ready"
            assert not pbx.snapshot().agents[0].paused
        await second.until(lambda: second.gateway.active)
        assert [agent.device_id for agent in second.gateway.roster] == [DEVICE]
        assert second.agent.state == "ready"
        second.line.staff_id = uuid4()
        second.gateway._present(DEVICE, second.staff_id, False)
        await second.until(lambda: second.agent.state == "away")
        await later.__aexit__(None, None, None)

    run(story())


def test_states_of_one_moment_keep_their_order() -> None:
    made = [next_id() for _ in range(2_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_whoever_has_lost_the_exchange_stands_by(
    country: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gateway, "LEASE_SECONDS", 0.02)

    async def story() -> None:
        async with world(country) as here:
            await here.at_work()
            lease = here.gateway._lease
            other = lease_of(country, "pbx")
            assert not other.take()
            lease.release()
            assert other.take()
            await here.until(lambda: not here.gateway.active)
            assert not list(here.gateway.roster)
            assert here.line.told[-1].pbx is not None
            assert here.line.told[-1].pbx.state == "resyncing"
            tries: list[float] = []
            with monkeypatch.context() as patched:
                patched.setattr(lease, "take", lambda: tries.append(1 / len(tries)))
                await here.until(lambda: "looked at" in caplog.text)
            other.release()
            await here.until(lambda: here.gateway.active)
            assert here.agent.state == "ready"

    run(story())


def cut(lease: PostgresLease) -> None:
    """Let a database server end the connection of a lease, and wait until it has."""
    assert lease._connection is not None
    pid = lease._connection.info.backend_pid
    with psycopg.connect(lease._address, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))


def test_on_postgresql_it_is_a_lock_of_the_connection(postgres: Postgres) -> None:
    engine = create_engine(postgres.fresh_database("lease"))
    first, second, another = (lease_of(engine, name) for name in ("hall", "hall", "another"))
    assert isinstance(first, PostgresLease)
    assert first.take()
    assert first.take()
    assert not second.take()
    assert another.take()
    # Whoever has lost his connection has the lease until somebody else has it.
    cut(first)
    assert first.take()
    assert first.take()
    assert not second.take()
    cut(first)
    assert first.take()
    for _ in range(100):
        if second.take():
            break
    assert not first.take()
    for lease in (first, second, another):
        lease.release()
    engine.dispose()


def test_a_database_that_is_away_gives_nothing() -> None:
    lease = PostgresLease("postgresql://nobody@127.0.0.1:1/none", 1)
    assert not lease.take()
    lease.release()


def test_the_lock_is_beside_the_database(country: Engine) -> None:
    lease = lease_of(country, "../odd name")
    assert lease.take()
    lease.release()
    assert [path.parent for path in Path(str(country.url.database)).parent.glob("*.lease")] != []
