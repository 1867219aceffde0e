"""Data that is too old is not looked at: its age counts from the last word of the server, whatever this clock says."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from ccbs_desk.models import desk_state
from ccbs_desk.services.data_age import too_old_after
from tests.factories.desk import MORNING
from tests.sync.world import World

LIMIT = 14


@pytest.mark.parametrize(
    ("age", "told"), [(timedelta(days=LIMIT), None), (timedelta(days=LIMIT, seconds=1), LIMIT), (timedelta(-3), None)]
)
def test_the_age_counts_from_the_last_word(world: World, age: timedelta, told: int | None) -> None:
    def look(connection: Connection) -> int | None:
        desk_state.note_server_time(connection, MORNING, MORNING)
        return too_old_after(connection, MORNING + age)

    assert world.desks[0].write(look) == told


def test_a_desk_that_never_heard_of_the_server_has_no_age(world: World) -> None:
    desk = world.desks[0]
    desk.write(desk_state.drop, desk_state.ClockFacts)
    assert desk.read(too_old_after, MORNING + timedelta(days=99)) is None


def test_a_clock_that_is_set_back_makes_nothing_younger(world: World) -> None:
    desk = world.desks[0]
    desk.write(desk_state.note_server_time, MORNING, MORNING)
    desk.clock.now = MORNING + timedelta(days=LIMIT + 1)
    desk.open_till()
    assert desk.read(too_old_after, MORNING + timedelta(hours=1)) == LIMIT
