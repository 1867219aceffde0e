"""Every recorded scene becomes exactly the records and the events that it holds.

What is expected stands in `records.json`. It was read by hand against the `.session` files: times are the time stamps
of the frames that the docstring of `ccbs_desk.telephony.ami.fold` names.
"""

import asyncio
import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ccbs_desk.telephony.ami.pbx import AsteriskPbx
from ccbs_desk.telephony.model import (
    AgentChanged,
    CallEnded,
    CallEvent,
    CallRecord,
    Connected,
    LegEvent,
    LinkUp,
    PbxEvent,
    Transferred,
)
from tests.pbx.recordings import SCENES, TRACES, Replay, turns
from tests.pbx.scenes import SCENES as RECORDER
from tests.unit.telephony.ami_server import AmiServer

EXPECTED: dict[str, Any] = json.loads((Path(__file__).parent / "records.json").read_bytes())


def play(scene: str) -> list[PbxEvent]:
    """Return what is told while a scene is played."""
    told: list[PbxEvent] = []
    Replay(told.append).run(scene)
    return told


def shown_call(call: CallRecord) -> dict[str, Any]:
    """Return a record as the file of expected ones has it."""
    return {
        "call": call.key.linkedid,
        "direction": call.direction.value,
        "caller": [call.caller.number, call.caller.name, call.caller.presentation.value],
        "dialled": call.dialled,
        "queue": call.queue,
        "outcome": call.outcome.value,
        "times": shown_times(call.arrived_at, call.answered_at, call.ended_at),
        "legs": [
            f"{leg.leg} {leg.extension} {leg.queue or '-'} {leg.outcome.value}"
            f" {' '.join(shown_times(leg.offered_at, leg.answered_at, leg.connected_at, leg.ended_at))}"
            f" from {leg.transferred_from or '-'} held {leg.held.total_seconds()}"
            for leg in call.legs
        ],
    }


def shown_times(*times: Any) -> list[str]:
    """Return times of day, a dash for what never happened."""
    return [f"{time:%H:%M:%S.%f}" if time else "-" for time in times]


def shown_event(event: PbxEvent) -> str:
    """Return an event in one line."""
    match event:
        case AgentChanged(agent=agent):
            places = ",".join(
                f"{place.queue}{f'={place.reason}' if place.paused else ''}" for place in agent.memberships
            )
            return f"AgentChanged {agent.extension} {agent.phone.value} {places or '-'}"
        case Transferred(leg=leg, to=to):
            return f"Transferred {leg.extension} to {to}"
        case LegEvent(leg=leg):
            return f"{type(event).__name__} {leg.extension} {leg.outcome.value}"
        case CallEvent(record=record):
            return f"{type(event).__name__} {record.queue or '-'} {record.outcome.value}"
        case _:
            return type(event).__name__


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_becomes_its_records(scene: str) -> None:
    told = play(scene)
    assert [shown_call(event.record) for event in told if isinstance(event, CallEnded)] == EXPECTED[scene]["calls"]
    assert [shown_event(event) for event in told] == EXPECTED[scene]["told"]


def test_all_nineteen_scenes_are_there() -> None:
    assert len(SCENES) == 19
    assert set(EXPECTED) == set(SCENES) == set(RECORDER)


@pytest.mark.parametrize("scene", SCENES)
def test_both_forms_of_a_recording_are_one(scene: str) -> None:
    lines = (TRACES / f"{scene}.session").read_bytes().splitlines(keepends=True)
    assert b"".join(line[2:] for line in lines if line[:1] == b"<") == (TRACES / f"{scene}.ami").read_bytes()


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_leaves_nothing_behind(scene: str) -> None:
    replay = Replay(lambda event: None)
    replay.run(scene)
    left = replay.book.snapshot()
    assert left.calls == ()
    # The recording of the late client ends before its last log-out was told.
    assert [agent.extension for agent in left.agents] == (["1001"] if scene.startswith("16") else [])
    assert all(queue.waiting == () for queue in left.queues)


@pytest.mark.parametrize("scene", SCENES)
def test_events_are_numbered_and_in_the_order_of_time(scene: str) -> None:
    told = play(scene)
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    for call in {event.call for event in told if isinstance(event, CallEvent)}:
        times = [event.at for event in told if isinstance(event, CallEvent) and event.call == call]
        # Asterisk stamps a frame where it is made and sends it where it is queued: by microseconds they may swap.
        assert all(after - before > -timedelta(milliseconds=1) for before, after in itertools.pairwise(times))


def test_every_call_of_the_rush_is_counted_once() -> None:
    ended = [event.record for event in play("19-ten-callers-three-agents") if isinstance(event, CallEnded)]
    assert len({record.key for record in ended}) == len(ended) == 10
    assert {record.queue for record in ended} == {"care", "faults"}
    legs = [leg for record in ended for leg in record.legs]
    assert len(legs) == 10
    for one in legs:
        # A telephone has one line: no two of its legs overlap.
        others = [leg for leg in legs if leg.extension == one.extension and leg is not one]
        assert all(leg.ended_at and one.ended_at and (leg.ended_at < one.offered_at or one.ended_at < leg.offered_at)
                   for leg in others)  # fmt: skip


@pytest.mark.parametrize("scene", SCENES)
def test_an_event_that_comes_twice_is_told_once(scene: str) -> None:
    told: list[PbxEvent] = []
    replay = Replay(told.append)
    replay.run(scene, replay.fold.take)
    assert [shown_event(event) for event in told] == EXPECTED[scene]["told"]


def test_a_gateway_that_starts_in_the_middle_finds_what_is_there() -> None:
    whole: list[PbxEvent] = []
    Replay(whole.append).run("16-late-client-resync")
    late: list[PbxEvent] = []
    replay = Replay(late.append)
    replay.deaf_until_second_log_in = True
    replay.run("16-late-client-resync")
    assert [shown_event(event) for event in late[:8]] == [
        "Arrived - waiting",
        "Offered 1001 offered",
        "Connected 1001 answered",
        "Arrived - waiting",
        "Queued care waiting",
        "AgentChanged 1001 busy care",
        "LinkUp",
        "CallEnded care abandoned",
    ]
    before = {event.call: event.record for event in whole if isinstance(event, CallEnded)}
    after = {event.call: event.record for event in late if isinstance(event, CallEnded)}
    assert before.keys() == after.keys()
    for call, record in after.items():
        # The start of a call is known to the second then, and its number as the dial plan writes it.
        known = before[call]
        assert abs(record.arrived_at - known.arrived_at) < timedelta(seconds=1.1)
        assert replace(record, arrived_at=known.arrived_at, answered_at=known.answered_at, legs=()) == replace(
            known, legs=()
        )
    up = next(event for event in late if isinstance(event, LinkUp))
    assert [len(queue.waiting) for queue in up.snapshot.queues] == [1, 0, 0]
    assert [queue.name for queue in up.snapshot.queues] == ["care", "directory", "faults"]
    connected = next(event for event in late if isinstance(event, Connected))
    assert connected.record.queue == "care"


@pytest.mark.parametrize("piece", [1448, 7])
def test_a_scene_over_a_real_link_in_pieces_is_the_same(piece: int) -> None:
    scene = "04-answered-agent-hangs-up"
    events = b"".join(turn.raw + b"\r\n\r\n" for turn in turns(scene) if turn.way == "<" and turn.frame.event)
    told: list[PbxEvent] = []

    async def listen() -> None:
        async with asyncio.timeout(30), AmiServer(piece=piece).serving() as server:
            pbx = AsteriskPbx("rec", server.address, lambda: datetime.now(UTC))
            await pbx.start(told.append)
            while not told:
                await asyncio.sleep(0)
            await server.say(events)
            while len(told) <= len(EXPECTED[scene]["told"]):
                await asyncio.sleep(0)
            await pbx.stop()

    asyncio.run(listen())
    assert [shown_event(event) for event in told] == ["LinkUp", *EXPECTED[scene]["told"]]
    assert [shown_call(event.record) for event in told if isinstance(event, CallEnded)] == EXPECTED[scene]["calls"]
