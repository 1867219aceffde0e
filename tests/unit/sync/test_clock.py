"""The clock of a desk against the server's."""

from datetime import UTC, datetime, timedelta

from ccbs_desk.models import desk_state
from ccbs_desk.sync import clock
from ccbs_desk.wire.messages import Challenge
from tests.sync.wire import run
from tests.sync.world import World

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_half_of_the_round_trip_is_the_way_back(world: World) -> None:
    times = iter([NOON, NOON + timedelta(seconds=4)])

    async def asked() -> Challenge:
        return Challenge(nonce="", server_time=NOON + timedelta(seconds=62))

    answer = run(clock.timed(asked(), lambda: next(times)))
    assert answer.local_time == NOON + timedelta(seconds=2)
    desk = world.desks[0]
    assert desk.write(clock.note, answer).offset_seconds == -60
    known = desk.read(desk_state.clock)
    assert known is not None
    assert known.server_time == NOON + timedelta(seconds=62)
